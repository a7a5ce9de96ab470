//! Bad input: each kind has a message that helps, the documented exit status, and leaves the good documents alone.

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use claimsift::record::{ErrorLine, Record};
use support::{Ran, assert_says, claimsift, extract, finished, folder, reading, records, root, run, skipped, typed, valid};

const GOOD: &str = "Rent rose by 5% in May.";

/// Reads `bad`, a file of these bytes or else whatever the argument names, between two good documents.
/// Both must come out, and the run must end with 1.
fn between_good_ones(bad: &str, bytes: Option<&[u8]>, args: &[&str]) -> Vec<ErrorLine> {
    let mut files = vec![("a.txt", GOOD.as_bytes()), ("z.txt", GOOD.as_bytes())];
    files.extend(bytes.map(|bytes| (bad, bytes)));
    let news = folder(&files);
    let ran = run(extract(news.path(), &["a.txt", bad, "z.txt"]).args(args));
    let read: Vec<Record> = ran.records(1);
    for good in ["a.txt", "z.txt"] {
        assert!(read.iter().any(|r| r.doc_id == good), "{good} is lost: {read:?}");
    }
    ran.errors()
}

/// The one error of [`between_good_ones`], which names the document and says these words.
fn fails(bad: &str, bytes: &[u8], args: &[&str], doc_id: &str, words: &[&str]) {
    assert_is_one(&between_good_ones(bad, Some(bytes), args), doc_id, words);
}

fn assert_is_one(errors: &[ErrorLine], doc_id: &str, words: &[&str]) {
    let [error] = errors else { panic!("expected one error, found {errors:?}") };
    assert_eq!((error.doc_id.as_str(), error.stage.as_str()), (doc_id, "ingest"));
    assert_says(&error.error, words);
}

#[test]
fn a_path_that_is_missing() {
    let errors = between_good_ones("missing.txt", None, &[]);
    assert_is_one(&errors, "missing.txt", &["missing.txt", "no such file", "give a file"]);
}

#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let news = folder(&[("a.txt", GOOD), ("shut.txt", GOOD)]);
    let shut = news.path().join("shut.txt");
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&shut).is_ok() {
        skipped("a_file_that_may_not_be_read", "this user (root?) may read everything");
        return;
    }
    let ran = run(&mut extract(news.path(), &["shut.txt", "a.txt"]));
    assert_eq!(ran.records(1).len(), 1);
    assert_is_one(&ran.errors(), "shut.txt", &["shut.txt", "cannot be read", "permission"]);
}

/// For everybody, root too: a regular file whose first byte gives an input/output error.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_fails_while_it_is_read() {
    let errors = between_good_ones("/proc/self/mem", None, &[]);
    assert_is_one(&errors, "/proc/self/mem", &["/proc/self/mem", "cannot be read", "disk", "os error"]);
}

#[test]
fn a_directory_without_news() {
    let news = folder(&[("pictures/a.jpg", "")]);
    let ran = run(&mut extract(news.path(), &["pictures"]));
    assert_eq!(ran.records(1).len(), 0);
    assert_is_one(&ran.errors(), "pictures", &["pictures", "no news file", ".txt", ".jsonl"]);
}

#[test]
fn files_without_text() {
    let names = ["blank.txt", "empty.jsonl", "empty.md", "empty.txt"];
    let news = folder(&names.map(|name| (name, if name == "blank.txt" { " \r\n\t\n" } else { "" })));
    let ran = run(&mut extract(news.path(), &["."]));
    assert_eq!(ran.records(1).len(), 0);
    let errors = ran.errors();
    assert_eq!(errors.iter().map(|e| e.doc_id.as_str()).collect::<Vec<_>>(), names);
    errors.iter().for_each(|e| assert_says(&e.error, &[&e.doc_id, "empty or holds only white space", "expected text"]));
}

#[test]
fn a_file_of_nuls() {
    fails("nuls.txt", &[0; 5000], &[], "nuls.txt", &["nuls.txt", "not a text", "5000 of 5000 bytes", "NUL", "expected"]);
}

#[test]
fn a_line_that_is_no_json() {
    let lines = b"{\"text\":\"Rent rose.\"}\n\n{\"text\": Rent}\n{\"text\":\"It fell.\"}\n{\"text\":\"It";
    let errors = between_good_ones("feed.jsonl", Some(lines), &[]);
    let [third, last] = &errors[..] else { panic!("{errors:?}") };
    assert_eq!((third.doc_id.as_str(), last.doc_id.as_str()), ("feed.jsonl#3", "feed.jsonl#5"));
    assert_says(&third.error, &["feed.jsonl", "line 3, column 10", "not valid JSON", "expected one JSON object on each line"]);
    assert_says(&last.error, &["feed.jsonl", "line 5", "cut off"]);
}

#[test]
fn lines_of_other_json() {
    fails("array.jsonl", b"[\n{\"text\":\"a\"}\n]\n", &[], "array.jsonl#1", &["array.jsonl", "one object on each line", "jq"]);
    fails("number.jsonl", b"7\n", &[], "number.jsonl#1", &["line 1", "found a number", "expected one JSON object"]);
}

#[test]
fn a_line_without_the_text_field() {
    let words = ["feed.jsonl, line 1", "`text` is missing", "found fields: body, id", "--text-field"];
    fails("feed.jsonl", b"{\"body\":\"Rent rose.\",\"id\":1}\n", &[], "feed.jsonl#1", &words);
}

#[test]
fn a_text_that_is_no_string() {
    let values = [("7", "a number"), ("null", "null"), ("[\"a\"]", "a list"), ("{}", "an object"), ("true", "a boolean")];
    let lines: String = values.iter().map(|(value, _)| format!("{{\"text\":{value}}}\n")).collect();
    let errors = between_good_ones("feed.jsonl", Some(lines.as_bytes()), &[]);
    assert_eq!(errors.len(), values.len());
    for (at, ((_, found), error)) in values.iter().zip(&errors).enumerate() {
        assert_says(&error.error, &[&format!("feed.jsonl, line {}", at + 1), "`text`", found, "expected a string"]);
    }
}

#[test]
fn a_document_above_the_limit() {
    let long = GOOD.repeat(10);
    let limit = ["--max-document-bytes", "100"];
    fails("long.txt", long.as_bytes(), &limit, "long.txt", &["long.txt", "230 bytes", "at most 100", "--max-document-bytes"]);
    let lines = format!("{{\"text\":\"{long}\"}}\n{{\"text\":\"{GOOD}\"}}\n");
    fails("long.jsonl", lines.as_bytes(), &limit, "long.jsonl#1", &["long.jsonl, line 1", "241 bytes", "at most 100"]);
    let ran = support::run_on(&mut extract(root(), &["-", "--max-document-bytes", "100"]), long.as_bytes());
    assert_eq!(ran.records(1).len(), 0);
    assert_is_one(&ran.errors(), "-", &["standard input", "more than 100", "at most 100"]);
}

#[test]
fn an_id_given_twice() {
    let lines = "{\"id\":\"x\",\"text\":\"Rent rose.\"}\n{\"id\":\"x\",\"text\":\"It fell.\"}\n";
    let words = ["feed.jsonl, line 2", "repeated id", "`x`", "once"];
    fails("feed.jsonl", lines.as_bytes(), &["--id-field", "id"], "x", &words);
    assert_is_one(&between_good_ones("./z.txt", None, &[]), "z.txt", &["z.txt", "repeated id"]);
}

#[test]
fn a_pipe_given_as_a_file_does_not_hang() {
    let news = folder(&[("a.txt", GOOD)]);
    assert!(std::process::Command::new("mkfifo").arg(news.path().join("pipe.txt")).status().unwrap().success());
    let ran = run(&mut extract(news.path(), &["pipe.txt", "a.txt"]));
    assert_eq!(ran.records(1).len(), 1);
    assert_is_one(&ran.errors(), "pipe.txt", &["pipe.txt", "FIFO", "expected a regular file", "standard input"]);
}

/// Runs in a folder with the good `a.txt`; must end with 2, write nothing, and say these words.
fn refused(args: &[&str], words: &[&str]) -> Ran {
    let news = folder(&[("a.txt", GOOD)]);
    let ran = run(&mut extract(news.path(), args));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {}", ran.stderr);
    assert_says(&ran.stderr, words);
    ran
}

#[test]
fn options_out_of_range() {
    refused(&["a.txt", "--threads", "0"], &["--threads", "0", "1..=1024"]);
    refused(&["a.txt", "--threads", "99999"], &["--threads", "99999", "1..=1024"]);
    for share in ["7", "-0.1", "NaN", "half"] {
        refused(&["a.txt", &format!("--min-check-worthiness={share}")], &["--min-check-worthiness", share, "from 0 to 1"]);
    }
    refused(&["a.txt", "--offsets", "grapheme"], &["--offsets", "grapheme", "utf16"]);
    refused(&["a.txt", "--max-document-bytes", "ten"], &["--max-document-bytes", "ten"]);
}

#[test]
fn a_call_without_arguments() {
    for (args, words) in [(&[][..], &["Usage", "extract"][..]), (&["extract"], &["Usage", "PATH"]), (&["exract"], &["exract", "extract"])] {
        let ran = run(claimsift(root()).args(args));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert_says(&ran.stderr, words);
    }
}

#[test]
fn an_output_that_is_no_place_for_a_file() {
    refused(&["a.txt", "-o", "a.txt/out.jsonl"], &["cannot write", "a.txt/out.jsonl"]);
    refused(&["a.txt", "-o", "."], &["cannot write", "folder", "expected a file"]);
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_full() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = extract(root(), &["fixtures/news/emoji.txt"]);
    let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let ran = finished(child, std::thread::spawn(String::new));
    assert_eq!(ran.code, 2);
    assert_says(&ran.stderr, &["cannot write standard output", "No space left"]);
}

/// A device of its own, since a run that replaces it by a file would break the machine's `/dev/full`.
#[cfg(target_os = "linux")]
#[test]
fn an_output_device_is_written_to_or_refused_but_never_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let news = folder(&[("a.txt", GOOD)]);
    let full = news.path().join("full");
    let made = std::process::Command::new("mknod").arg(&full).args(["c", "1", "7"]).stderr(Stdio::null()).status();
    if !made.is_ok_and(|status| status.success()) {
        skipped("an_output_device_is_written_to_or_refused_but_never_replaced", "this user may not make devices");
        return;
    }
    let ran = run(&mut extract(news.path(), &["a.txt", "-o", "full"]));
    assert!(std::fs::symlink_metadata(&full).unwrap().file_type().is_char_device(), "the device was replaced: {ran:?}");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_says(&ran.stderr, &["cannot write", "full"]);
}

/// A limit on the size of files stands for a disk that fills up half way.
#[test]
fn a_disk_that_fills_up_leaves_the_old_output_file_as_it_was() {
    let news = folder(&[("feed.jsonl", format!("{{\"text\":\"{GOOD}\"}}\n").repeat(20)), ("out.jsonl", "old\n".to_owned())]);
    let program = extract(news.path(), &["feed.jsonl", "-o", "out.jsonl"]);
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh"]).arg(program.get_program()).args(program.get_args());
    let ran = run(limited.current_dir(news.path()));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert_says(&ran.stderr, &["cannot write", "out.jsonl", "too large", "kept", "--resume"]);
    assert_eq!(std::fs::read_to_string(news.path().join("out.jsonl")).unwrap(), "old\n");
}

/// The error line says that the good line before it is done with; then the program is killed.
#[test]
fn a_killed_run_leaves_the_old_output_file_as_it_was() {
    let news = folder(&[("out.jsonl", "old\n")]);
    let mut command = extract(news.path(), &["-", "--format", "jsonl", "-o", "out.jsonl"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut feed = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut feed, format!("{{\"text\":\"{GOOD}\"}}\nno json\n").as_bytes()).unwrap();
    let mut error = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut error).unwrap();
    let error: ErrorLine = typed(valid(error.trim_end()));
    assert_eq!(error.doc_id, "-#2");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(std::fs::read_to_string(news.path().join("out.jsonl")).unwrap(), "old\n");
}

/// `claimsift … | head -1`, and a reader that takes nothing at all.
#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let lines = format!("{{\"text\":\"{GOOD}\"}}\n").repeat(80);
    for wanted in [0, 1] {
        let news = folder(&[("feed.jsonl", &lines)]);
        let mut command = extract(news.path(), &["feed.jsonl"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let mut taken = String::new();
        for _ in 0..wanted {
            reader.read_line(&mut taken).unwrap();
        }
        drop(reader);
        let ran = finished(child, reading(std::io::empty()));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert_eq!(records(&taken).len(), wanted);
    }
}

#[test]
fn a_name_that_is_no_unicode_is_read_with_a_warning() {
    use std::os::unix::ffi::OsStrExt;
    let news = folder(&[("d/a.txt", GOOD)]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    if std::fs::write(news.path().join("d").join(Path::new(name)), GOOD).is_err() {
        skipped("a_name_that_is_no_unicode_is_read_with_a_warning", "the file system takes no such name");
        return;
    }
    let found = run(&mut extract(news.path(), &["d"])).records(0);
    assert_eq!(found.len(), 2);
    assert_says(&found[1].warnings.join("; "), &["name", "not valid Unicode"]);
}
