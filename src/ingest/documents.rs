//! The documents of a run, one after the other.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::compressed::Counted;
use super::containers::{self, Container, Desk, Entry, Item};
use super::error::{IngestError, Place};
use super::ids::{Name, Naming};
use super::inputs::{Input, Inputs};
use super::{Failure, IngestOptions};
use crate::document::Document;

/// Iterator over documents; see [`super::documents`].
pub struct Documents {
    paths: Vec<OsString>,
    desk: Desk,
    naming: Naming,
    inputs: Inputs,
    stdin: Option<Box<dyn Read + Send>>,
    own: Own,
    waits: Waits,
    /// What is being read: each lies in the one before.
    open: Vec<Box<dyn Container>>,
    /// The size of the input at hand.
    size: u64,
    /// Bytes read of it.
    read: Arc<AtomicU64>,
    /// Bytes of the inputs that are done with.
    done: u64,
    /// Files and streams that were there.
    found: Arc<AtomicU64>,
    /// The name of the input at hand.
    name: String,
}

/// Says of a file of a directory or a glob that it is the run's own, and no input.
type Own = Box<dyn Fn(&Path) -> bool + Send>;
/// Is told when standard input is waited for (true), and when it has come (false).
type Waits = Arc<dyn Fn(bool) + Send + Sync>;

impl Documents {
    pub(super) fn new(paths: &[impl AsRef<OsStr>], options: &IngestOptions, naming: Naming, stdin: Box<dyn Read + Send>) -> Self {
        let paths: Vec<OsString> = paths.iter().map(|path| path.as_ref().to_owned()).collect();
        Self {
            inputs: Inputs::new(paths.clone(), naming.clone(), options.selection.clone()),
            paths,
            desk: Desk::new(options.clone()),
            naming,
            stdin: Some(stdin),
            own: Box::new(|_| false),
            waits: Arc::new(|_| {}),
            open: Vec::new(),
            size: 0,
            read: Arc::default(),
            done: 0,
            found: Arc::default(),
            name: String::new(),
        }
    }

    /// The documents without the files of directories and globs that are the run's `own`: what it writes is no input.
    #[must_use]
    pub fn without(self, own: impl Fn(&Path) -> bool + Send + 'static) -> Self {
        Self { own: Box::new(own), ..self }
    }

    /// The documents; `waits` is told whenever standard input is waited for (true), and when it has come (false).
    #[must_use]
    pub fn telling_waits(self, waits: impl Fn(bool) + Send + Sync + 'static) -> Self {
        Self { waits: Arc::new(waits), ..self }
    }

    /// The file being read, as records name it; empty before the first.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.name
    }

    /// How many files and streams were there to be read, so far; the counter is for who hands the documents on, and whole when they have come to their end.
    #[must_use]
    pub fn found_counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.found)
    }

    /// The size of all files to be read, in bytes (compressed ones as they lie on the disk); none if standard input is among them.
    ///
    /// Lists every directory and opens no file: microseconds a file, to be called once.
    #[must_use]
    pub fn bytes_total(&self) -> Option<u64> {
        let mut total = 0;
        for input in Inputs::new(self.paths.clone(), self.naming.clone(), self.desk.options.selection.clone()) {
            match input {
                Ok(Input::Stdin) => return None,
                Ok(Input::File { path, size, .. }) if !self.is_own(&path) => total += size,
                Ok(Input::File { .. }) => {}
                Err(_) => {}
            }
        }
        Some(total)
    }

    /// How many of those bytes are behind: read, or passed over because of a failure.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.done + self.read.load(Ordering::Relaxed)
    }

    /// Opens an input, and puts it on the stack.
    fn begin(&mut self, input: Input) -> Result<(), Failure> {
        let (disk, name, size) = match input {
            Input::Stdin => (None, Name { text: "-".to_owned(), lossy: false }, None),
            Input::File { path, name, size } => (Some(path), name, Some(size)),
        };
        self.size = size.unwrap_or(0);
        name.text.clone_into(&mut self.name);
        self.found.fetch_add(1, Ordering::Relaxed);
        let bytes: io::Result<Box<dyn Read + Send>> = match &disk {
            Some(path) => File::open(path).map(|file| Box::new(file) as _),
            None => {
                Ok(Box::new(Awaited { inner: self.stdin.take().unwrap_or_else(|| Box::new(io::empty())), waits: Arc::clone(&self.waits) }))
            }
        };
        let bytes = match bytes {
            Ok(bytes) => Box::new(Counted::new(bytes, Arc::clone(&self.read))),
            Err(source) => return Err(Failure::of(&name.text, IngestError::Read { place: Place::file(&name.text), source })),
        };
        let entry = Entry { name, bytes, size, disk, depth: 0 };
        self.open.push(containers::open(entry, &mut self.desk)?);
        Ok(())
    }

    /// Closes the books on the input at hand; one given up early counts whole.
    fn end(&mut self) {
        self.done += self.read.swap(0, Ordering::Relaxed).max(self.size);
        self.size = 0;
    }

    /// Passes over the next item without reading it, and gives its name: a file, a file in an archive, a line, or a page of a web
    /// archive (of which record and HTTP head are read, to know that it is one).
    pub fn pass_over(&mut self) -> Option<Result<Document, Failure>> {
        self.desk.passing_over = true;
        let passed = self.next();
        self.desk.passing_over = false;
        passed
    }

    /// Passes over the rest of the file at hand, or over the next one, whole.
    pub fn pass_over_file(&mut self) -> Option<Failure> {
        if self.open.is_empty() {
            self.end();
            self.found.fetch_add(1, Ordering::Relaxed);
            match self.next_input()? {
                Ok(Input::Stdin) => "-".clone_into(&mut self.name),
                Ok(Input::File { name, size, .. }) => (self.name, self.size) = (name.text, size),
                Err(failure) => return Some(failure),
            }
        }
        self.open.clear();
        Some(passed_over(&self.name))
    }

    /// The next input that is not the run's own.
    fn next_input(&mut self) -> Option<Result<Input, Failure>> {
        loop {
            match self.inputs.next()? {
                Ok(Input::File { path, .. }) if self.is_own(&path) => {}
                input => return Some(input),
            }
        }
    }

    /// What is named on the command line is meant.
    fn is_own(&self, path: &Path) -> bool {
        !self.paths.iter().any(|named| named == path.as_os_str()) && (self.own)(path)
    }
}

impl Iterator for Documents {
    type Item = Result<Document, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(container) = self.open.last_mut() else {
                self.end();
                let begun = self.next_input()?.and_then(|input| self.begin(input));
                match begun {
                    Ok(()) => continue,
                    Err(failure) => return Some(Err(failure)),
                }
            };
            match container.next(&mut self.desk) {
                None => drop(self.open.pop()),
                Some(Ok(Item::Container(inner))) => self.open.push(inner),
                Some(Ok(Item::Document(document))) => return Some(Ok(*document)),
                Some(Err(failure)) => return Some(Err(failure)),
            }
        }
    }
}

/// What is said of a file that is not read.
pub(super) fn passed_over(name: &str) -> Failure {
    Failure::of(name, IngestError::NoText { place: Place::file(name), reason: "passed over".to_owned() })
}

/// Standard input: what comes late is no fault of a document.
struct Awaited {
    inner: Box<dyn Read + Send>,
    waits: Waits,
}

impl Read for Awaited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (self.waits)(true);
        let read = self.inner.read(buffer);
        (self.waits)(false);
        read
    }
}

impl Desk {
    /// A desk of a run that begins.
    pub(super) fn new(options: IngestOptions) -> Self {
        Self { options, seen: super::ids::SeenIds::default(), passing_over: false }
    }

    /// What tests do to a reader: `CLAIMSIFT_MISHAP=read-panic:NAME`, `read-crash:NAME` or `read-hang:NAME`. Not in releases.
    #[cfg(debug_assertions)]
    pub(super) fn mishap(name: &str) {
        let asked = std::env::var("CLAIMSIFT_MISHAP").unwrap_or_default();
        match asked.split_once(':').filter(|(_, of)| *of == "*" || *of == name).map(|(what, _)| what) {
            Some("read-crash") => std::process::abort(),
            Some("read-hang") => std::thread::sleep(std::time::Duration::from_secs(3_600)),
            Some("read-panic") => std::panic::panic_any("a mishap of the reader that was asked for"),
            _ => {}
        }
    }

    #[cfg(not(debug_assertions))]
    pub(super) fn mishap(_name: &str) {}
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Tree, opened, said, zip};
    use super::*;

    #[test]
    fn an_item_is_passed_over_unread_and_the_rest_goes_on() {
        let tree = Tree::of(&["a.txt", "b.txt"]);
        tree.write("c.jsonl", "{\"text\":\"One.\"}\nno json\n{\"text\":\"Three.\"}\n{\"text\":\"Four.\"}\n");
        let mut documents = opened(&tree, &["."], &IngestOptions::default(), b"");
        let mut found = Vec::new();
        found.extend(documents.pass_over());
        found.extend(documents.next());
        found.extend(documents.next());
        found.extend(documents.pass_over());
        found.extend(documents.next());
        found.extend(documents.pass_over_file().map(Err));
        assert!(documents.next().is_none());
        let found = said(found);
        assert!(found[0].starts_with("!a.txt") && found[0].contains("passed over"), "{found:?}");
        assert!(found[3].starts_with("!c.jsonl#2") && found[3].contains("passed over"), "{found:?}");
        assert_eq!([&found[1], &found[2], &found[4]], ["b.txt", "c.jsonl#1", "c.jsonl#3"]);
        assert!(found[5].starts_with("!c.jsonl "), "{found:?}");
    }

    #[test]
    fn a_file_in_an_archive_is_passed_over_like_any_other() {
        let tree = Tree::of(&[]);
        tree.write("a.zip", zip(&[("x.txt", b"One."), ("y.txt", b"Two.")], false));
        let mut documents = opened(&tree, &["a.zip"], &IngestOptions::default(), b"");
        let found = said([documents.pass_over(), documents.next()].into_iter().flatten().collect());
        assert!(found[0].starts_with("!a.zip#x.txt"), "{found:?}");
        assert_eq!(found[1], "a.zip#y.txt");
    }

    #[test]
    fn what_the_run_writes_is_no_input_unless_it_is_named() {
        let tree = Tree::of(&["a.txt", "out.txt"]);
        let own = |path: &Path| path.ends_with("out.txt");
        let documents = |arguments: &[&str]| opened(&tree, arguments, &IngestOptions::default(), b"").without(own);
        assert_eq!(said(documents(&["."]).collect()), ["a.txt"]);
        assert_eq!(documents(&["."]).bytes_total(), Some(1));
        assert_eq!(said(documents(&["out.txt"]).collect()), ["out.txt"]);
    }

    #[test]
    fn waiting_for_standard_input_is_told() {
        let tree = Tree::of(&[]);
        let told = Arc::new(AtomicU64::new(0));
        let teller = Arc::clone(&told);
        let waits = move |begins: bool| {
            teller.fetch_add(u64::from(begins), Ordering::Relaxed);
        };
        assert_eq!(opened(&tree, &["-"], &IngestOptions::default(), b"Words.").telling_waits(waits).count(), 1);
        assert!(told.load(Ordering::Relaxed) > 0);
    }
}
