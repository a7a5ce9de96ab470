//! Drives the real program, and holds what it writes against what the format promises.

#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod desk;
pub mod invariants;

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use claimsift::record::{ErrorLine, Record};
use serde_json::Value;

/// A program that runs longer is taken to hang. Far above what any test needs on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// The committed schema of every line of output.
pub static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = std::fs::read_to_string(root().join("docs/record.schema.json")).expect("docs/record.schema.json");
    jsonschema::validator_for(&serde_json::from_str(&text).expect("the schema is JSON")).expect("a JSON Schema")
});

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shipped model.
pub fn model() -> PathBuf {
    root().join("models/newsroom-small")
}

/// A folder with these files in it.
pub fn folder<B: AsRef<[u8]>>(files: &[(&str, B)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder above")).expect("folders");
        std::fs::write(path, bytes).expect("a file");
    }
    folder
}

/// `claimsift extract ARGS` with the shipped model and without the line for people, in the folder `here`.
pub fn extract<A: AsRef<OsStr>>(here: &Path, args: &[A]) -> Command {
    extract_with(&model(), here, args)
}

/// [`extract`] with another model.
pub fn extract_with<A: AsRef<OsStr>>(model: &Path, here: &Path, args: &[A]) -> Command {
    let mut command = claimsift(here);
    command.args(["extract", "--quiet", "--model"]).arg(model).args(args);
    command
}

/// `claimsift` without arguments, in the folder `here`.
pub fn claimsift(here: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimsift"));
    command.current_dir(here).env_remove("CLAIMSIFT_MODELS").env_remove("CLAIMSIFT_DATA").stdin(Stdio::null());
    command
}

/// A program that has ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs to the end. No test ever accepts a panic, a signal or a hang.
pub fn run(command: &mut Command) -> Ran {
    run_fed(command, None)
}

/// [`run`] with `input` on standard input.
pub fn run_on(command: &mut Command, input: &[u8]) -> Ran {
    run_fed(command.stdin(Stdio::piped()), Some(input.to_vec()))
}

fn run_fed(command: &mut Command, input: Option<Vec<u8>>) -> Ran {
    command.stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
    if let (Some(bytes), Some(mut pipe)) = (input, child.stdin.take()) {
        // A program that ends without reading closes the pipe: no matter.
        thread::spawn(move || drop(pipe.write_all(&bytes)));
    }
    let stdout = reading(child.stdout.take().expect("piped"));
    finished(child, stdout)
}

/// Waits for a child whose standard output is read by `stdout`.
pub fn finished(mut child: Child, stdout: thread::JoinHandle<String>) -> Ran {
    let stderr = reading(child.stderr.take().expect("piped"));
    let status = wait(&mut child);
    let (stdout, stderr) = (stdout.join().expect("read"), stderr.join().expect("read"));
    assert!(!stderr.contains("panicked"), "a panic: {stderr}");
    let code = status.code().unwrap_or_else(|| panic!("ended by a signal: {status}: {stderr}"));
    Ran { code, stdout, stderr }
}

/// Reads a pipe to its end, beside.
pub fn reading(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a readable pipe");
        String::from_utf8(bytes).expect("output is UTF-8")
    })
}

fn wait(child: &mut Child) -> ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().expect("a child");
            child.wait().expect("a child");
            panic!("the program hangs");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

impl Ran {
    /// The records on standard output, each valid by the committed schema; the run must have ended with `code`.
    pub fn records(&self, code: i32) -> Vec<Record> {
        assert_eq!(self.code, code, "{}", self.stderr);
        records(&self.stdout)
    }

    /// The error lines on standard error, and nothing else may stand there.
    pub fn errors(&self) -> Vec<ErrorLine> {
        let errors: Vec<ErrorLine> = self.stderr.lines().map(|line| typed(valid(line))).collect();
        assert!(errors.iter().all(|e| e.schema == "claimsift/error/1"), "{errors:?}");
        errors
    }
}

/// The records in these lines, each valid by the committed schema.
pub fn records(lines: &str) -> Vec<Record> {
    let records: Vec<Record> = lines.lines().map(|line| typed(valid(line))).collect();
    assert!(records.iter().all(|r| r.schema == "claimsift/record/1"));
    assert!(lines.is_empty() || lines.ends_with('\n'), "the last line is whole");
    records
}

/// A line of output as JSON, valid by the committed schema.
pub fn valid(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("not JSON: {e}: {line}"));
    assert!(SCHEMA.is_valid(&value), "not valid by docs/record.schema.json: {line}");
    value
}

/// A line of output as its type.
pub fn typed<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("what the schema allows the types read")
}

/// Asserts that `message` names all of these, whatever their case.
pub fn assert_says(message: &str, words: &[&str]) {
    for word in words {
        assert!(message.to_lowercase().contains(&word.to_lowercase()), "{word:?} is not said in: {message}");
    }
}

/// Says aloud that a test could not be made here; the test harness would swallow an `eprintln!`.
pub fn skipped(test: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
}
