//! What a run writes to: standard output, a pipe, or files of its own that stand in nobody's way.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};

use super::flags::Args;
use super::meaning;
use crate::cli::writing::{self, Begun, Target};
use crate::emit::{Plan, Sink};
use crate::journal::Past;
use crate::render::RenderOptions;

/// Refuses, before anything is read or written, names under which something would be lost.
pub(super) fn check(args: &Args) -> Result<()> {
    files_are_named(args)?;
    inputs_are_kept(args)?;
    files_are_apart(args)
}

/// Other commands take `-` for standard output; here there would be a file of that name.
fn files_are_named(args: &Args) -> Result<()> {
    let dash = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
    ensure!(!dash(&args.output), "found --output -, expected a file; without it records go to standard output");
    ensure!(!dash(&args.errors), "found --errors -, expected a file; without it error lines go to standard error");
    ensure!(!dash(&args.summary) || args.output.is_some(), "found --summary -, expected a file: standard output has the records");
    Ok(())
}

fn inputs_are_kept(args: &Args) -> Result<()> {
    let own = own_files(args);
    let mut inputs = args.paths.iter().map(Path::new).chain(args.roster.as_deref());
    match inputs.find(|path| path.is_file() && own(path)) {
        Some(both) => bail!("{} is an input and would be written over; expected another name for what is written", both.display()),
        None => Ok(()),
    }
}

/// What is written to one place is written there by one alone.
fn files_are_apart(args: &Args) -> Result<()> {
    let files = |path: &&PathBuf| !is_stream(path);
    let output = args.output.as_ref().filter(files).map(|path| Plan::new(path, args.split_every).own_files());
    let mut named: Vec<(&str, PathBuf)> = Vec::new();
    for (flag, path) in [("--errors", &args.errors), ("--summary", &args.summary), ("--queue", &args.queue)] {
        let Some(path) = path.as_ref().filter(files) else { continue };
        let place = place(path);
        let other = named.iter().find(|(_, taken)| *taken == place).map(|(other, _)| *other);
        let other = other.or_else(|| output.as_ref().is_some_and(|is_own| is_own(path)).then_some("--output"));
        if let Some(other) = other {
            bail!("{other} and {flag} would both be written to {}; expected two files", path.display());
        }
        named.push((flag, place));
    }
    Ok(())
}

/// Opens what is written to, and says where an earlier run was.
pub(super) fn begin(args: &Args, options: &RenderOptions) -> Result<Begun> {
    let stream = |target| Ok(Begun { target, journal: None, past: Past::default() });
    let Some(path) = &args.output else {
        return stream(if args.pretty { Target::Terminal } else { Target::Stream(Sink::stdout()) });
    };
    if is_stream(path) {
        ensure!(!args.resume, "{} is a pipe or a device: nothing to go on with; expected a file with --resume", path.display());
        ensure!(args.split_every.is_none(), "{} is a pipe or a device; expected a file with --split-every", path.display());
        return stream(Target::Stream(Sink::file(path)?));
    }
    let plan = Plan::new(path, args.split_every);
    ensure!(
        !(plan.is_tables() && args.only.is_some()),
        "--only claims writes lines; tables hold the claims as one of four: leave --only out, or give {} another ending",
        path.display()
    );
    writing::begin(plan, &meaning::run_sha256(args, options)?, args.resume)
}

/// Whether something stands there that is no file and no folder: it is written to, never replaced.
fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// A path that two ways of writing it share; the file itself need not be there.
fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = || Some(fs::canonicalize(folder).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(beside).unwrap_or_else(|| path.to_path_buf())
}

/// Tells what the run writes from what it reads.
pub(super) fn own_files(args: &Args) -> impl Fn(&Path) -> bool + Send + use<> {
    let beside = args.output.as_ref().map(|path| Plan::new(path, args.split_every).own_files());
    let real = |path: &Path| fs::canonicalize(path).ok();
    // They may not be there yet when the run begins.
    let named: Vec<PathBuf> = [&args.errors, &args.summary].into_iter().flatten().cloned().collect();
    move |path: &Path| {
        let same = |own: &PathBuf| own == path || real(own).is_some_and(|own| real(path).is_some_and(|path| own == path));
        beside.as_ref().is_some_and(|is_own| is_own(path)) || named.iter().any(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn checked(folder: &Path, words: &str) -> Result<(), String> {
        let words = words.replace("@/", &format!("{}/", folder.display()));
        let Line { args } = clap::Parser::parse_from(std::iter::once("extract").chain(words.split(' ')));
        check(&args).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_read_is_never_written_over_wherever_records_go() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.txt", "people.csv"] {
            fs::write(folder.path().join(name), "years of work").unwrap();
        }
        fs::create_dir(folder.path().join("b")).unwrap();
        for words in [
            "@/a.txt --output @/a.txt",
            "@/a.txt --errors @/a.txt",
            "@/a.txt --errors @/b/../a.txt",
            "@/a.txt --summary @/a.txt",
            "@/a.txt --output @/a.jsonl --errors @/a.txt",
            "@/a.txt --roster @/people.csv --summary @/people.csv",
        ] {
            assert!(checked(folder.path(), words).unwrap_err().contains("is an input and would be written over"), "{words}");
        }
        assert_eq!(checked(folder.path(), "@/a.txt @/b --output @/out.jsonl --errors @/b/errors.jsonl --roster @/people.csv"), Ok(()));
    }

    #[test]
    fn two_things_are_not_written_to_one_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        for (words, both) in [
            ("- --output @/out.jsonl --errors @/out.jsonl", "--output and --errors"),
            ("- --output @/out.jsonl --split-every 9 --summary @/out-00002.jsonl", "--output and --summary"),
            ("- --output @/out.parquet --queue @/out.parquet/queue.db", "--output and --queue"),
            ("- --errors @/said.json --summary @/b/../said.json", "--errors and --summary"),
        ] {
            let said = checked(folder.path(), words).unwrap_err();
            assert!(said.contains(both) && said.contains("expected two files"), "{words}: {said}");
        }
        assert_eq!(checked(folder.path(), "- --output @/out.jsonl --errors @/errors.jsonl --summary @/s.json --queue @/q.db"), Ok(()));
        #[cfg(unix)]
        assert_eq!(checked(folder.path(), "- --output /dev/null --errors /dev/null"), Ok(()));
    }

    #[test]
    fn a_dash_is_no_file() {
        let here = Path::new(".");
        for words in ["a.txt --output -", "a.txt --errors -", "a.txt --summary -"] {
            assert!(checked(here, words).unwrap_err().contains("expected a file"), "{words}");
        }
    }
}
