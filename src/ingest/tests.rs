//! The whole room, from arguments to documents.

use std::io::Cursor;

use clap::ValueEnum;
use proptest::prelude::*;

use super::testing::{Tree, opened, read, said};
use super::*;
use crate::document::BlockKind;

#[test]
fn documents_can_be_read_on_another_thread() {
    fn is_send<T: Send>(_: &T) {}
    let none: [&str; 0] = [];
    is_send(&documents(&none, &IngestOptions::default()));
    assert_eq!(documents(&none, &IngestOptions::default()).count(), 0);
}

#[test]
fn the_real_working_directory_is_what_ids_are_relative_to() {
    let found = said(documents(&["./src/ingest/../../src/span.rs".to_owned()], &IngestOptions::default()).collect());
    assert_eq!(found, ["src/span.rs"]);
}

#[test]
fn each_format_is_read_by_its_extension_and_order_is_kept() {
    let tree = Tree::of(&[]);
    tree.write("b.txt", "# Not a heading\r\n\r\nWords.\r\n");
    tree.write("a.md", "# A heading\n\nWords.");
    tree.write("c.ndjson", "{\"text\":\"Words.\"}\n");
    tree.write("d.story", "Words.");
    let found: Vec<Document> = read(&tree, &["b.txt", "a.md", "c.ndjson", "d.story"]).into_iter().map(Result::unwrap).collect();
    let shown: Vec<_> =
        found.iter().map(|d| (d.doc_id.as_str(), d.source.path.as_str(), d.source.format.as_str(), d.text.as_str())).collect();
    assert_eq!(
        shown,
        [
            ("b.txt", "b.txt", "text", "# Not a heading\r\n\r\nWords.\r\n"),
            ("a.md", "a.md", "markdown", "A heading\n\nWords."),
            ("c.ndjson#1", "c.ndjson", "jsonl", "Words."),
            ("d.story", "d.story", "text", "Words."),
        ]
    );
    assert!(found.iter().take(2).all(|document| document.blocks[0].kind == BlockKind::Headline));
}

#[test]
fn wires_pages_and_transcripts_are_read_by_extension_or_root() {
    let tree = Tree::of(&[]);
    let page = "<title>T</title><p>The council has voted to build the wall, and the work will be done by the end of the year, she said.";
    tree.write("a.html", page);
    tree.write("b.xml", "<?xml version='1.0'?><nitf><body><body.content><p>It burns in Paris.</p></body.content></body></nitf>");
    tree.write("c.json", "{\"uri\":\"x:1\",\"body_text\":\"It burns in Paris.\"}");
    tree.write("d.xml", "<rss/>");
    tree.write("e.srt", "1\n00:00:01,000 --> 00:00:02,000\nJO LEE: It burns.\n");
    tree.write("f.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Jo Lee>It burns.\n");
    let found = read(&tree, &["."]);
    let formats: Vec<&str> = found.iter().flatten().map(|document| document.source.format.as_str()).collect();
    assert_eq!(formats, ["html", "nitf", "ninjs", "srt", "vtt"]);
    let failed: Vec<String> = said(found).into_iter().filter(|said| said.starts_with('!')).collect();
    assert_eq!(failed.len(), 1);
    assert!(failed[0].contains("not valid news XML: found the root element <rss>; expected that of NITF"), "{failed:?}");
}

#[test]
fn only_what_is_selected_is_read_and_counted() {
    let tree = Tree::of(&["news/a.txt", "news/b.md", "sport/c.txt", "sport/d.txt"]);
    let globs = |globs: &[&str]| globs.iter().map(|glob| glob.parse().unwrap()).collect();
    let selection = Selection { include: globs(&["*.txt"]), exclude: globs(&["sport/d.*", "nowhere"]) };
    let options = IngestOptions { selection, ..IngestOptions::default() };
    let documents = opened(&tree, &["."], &options, b"");
    assert_eq!(documents.bytes_total(), Some(2));
    assert_eq!(said(documents.collect()), ["news/a.txt", "sport/c.txt"]);
}

#[test]
fn a_format_that_is_asked_for_wins_over_the_extension() {
    let tree = Tree::of(&[]);
    tree.write("a.txt", "{\"text\":\"Words.\"}");
    let options = IngestOptions { format: Some(Format::Jsonl), ..IngestOptions::default() };
    assert_eq!(said(opened(&tree, &["a.txt"], &options, b"").collect()), ["a.txt#1"]);
}

#[test]
fn standard_input_is_text_unless_said_otherwise() {
    let tree = Tree::of(&["a.txt"]);
    let found: Vec<_> = opened(&tree, &["-", "a.txt", "-"], &IngestOptions::default(), b"{\"text\":\"a\"}").collect();
    assert_eq!(found[0].as_ref().unwrap().text, "{\"text\":\"a\"}");
    assert_eq!(found[0].as_ref().unwrap().source.path, "-");
    let found = said(found);
    assert_eq!(found[..2], ["-", "a.txt"]);
    assert!(found[2].starts_with("!- standard input: repeated id:"), "{found:?}");
    let options = IngestOptions { format: Some(Format::Jsonl), ..IngestOptions::default() };
    assert_eq!(said(opened(&tree, &["-"], &options, b"\n{\"text\":\"a\"}").collect()), ["-#2"]);
}

#[test]
fn a_file_reached_twice_fails_once_the_second_time() {
    let tree = Tree::of(&["d/a.txt"]);
    tree.write("d/b.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    let found = said(read(&tree, &["d/b.jsonl", "d", "./d/../d/a.txt"]));
    assert_eq!(found[..3], ["d/b.jsonl#1", "d/b.jsonl#2", "d/a.txt"]);
    assert!(found[3].starts_with("!d/b.jsonl d/b.jsonl: repeated id:"), "{found:?}");
    assert!(found[4].starts_with("!d/a.txt d/a.txt: repeated id:"), "{found:?}");
    assert_eq!(found.len(), 5);
}

#[test]
fn a_document_above_the_limit_fails_and_one_at_the_limit_is_read() {
    let tree = Tree::of(&[]);
    tree.write("a.txt", "12345");
    tree.write("b.txt", "1234");
    let options = IngestOptions { max_document_bytes: 4, ..IngestOptions::default() };
    let found = said(opened(&tree, &["a.txt", "b.txt", "-"], &options, b"12345").collect());
    assert_eq!(found[0], "!a.txt a.txt: has 5 bytes; expected at most 4; split it, or raise --max-document-bytes");
    assert_eq!(found[1], "b.txt");
    assert!(found[2].starts_with("!- standard input: has more than 4 bytes;"), "{found:?}");
}

#[test]
fn an_endless_standard_input_is_given_up() {
    let options = IngestOptions { max_document_bytes: 1000, ..IngestOptions::default() };
    let endless = Box::new(io::repeat(b'x'));
    let found = said(Documents::new(&["-".to_owned()], &options, Naming::beneath(None), endless).collect());
    assert!(found[0].contains("has more than 1000 bytes"));
}

#[test]
fn empty_documents_fail() {
    let tree = Tree::of(&[]);
    for (path, bytes) in
        [("a.txt", ""), ("b.txt", " \r\n\t\u{a0}"), ("c.md", "---\ntitle: T\n---\n"), ("d.jsonl", ""), ("e.txt", "\u{feff}")]
    {
        tree.write(path, bytes);
    }
    let found = read(&tree, &["."]);
    assert_eq!(found.len(), 5);
    assert_eq!(found[2].as_ref().unwrap_err().source.title.as_deref(), Some("T"), "what is known is kept");
    for failure in said(found) {
        assert!(failure.contains("is empty or holds only white space"), "{failure}");
    }
}

#[test]
fn bytes_that_are_not_text_fail_with_a_reason() {
    let tree = Tree::of(&[]);
    tree.write("a.txt", [0; 100]);
    tree.write("b.txt", b"%PDF-1.4 ...");
    let found = said(read(&tree, &["a.txt", "b.txt"]));
    assert!(found[0].starts_with("!a.txt a.txt: not a text: 100 of 100 bytes are NUL"), "{found:?}");
    assert!(found[1].contains("begins like a PDF; extract its text first"), "{found:?}");
}

#[test]
fn the_hash_is_of_the_raw_bytes_and_warnings_reach_the_document() {
    let tree = Tree::of(&[]);
    let bytes = b"\xef\xbb\xbfabc";
    tree.write("a.txt", bytes);
    tree.write("b.txt", b"Le pr\xe9sident a \xe9t\xe9 \xe9lu hier.");
    let found = read(&tree, &["a.txt", "b.txt"]);
    let (a, b) = (found[0].as_ref().unwrap(), found[1].as_ref().unwrap());
    assert_eq!(a.text, "abc");
    assert_eq!(a.source.raw_sha256, Some(raw_sha256(bytes)));
    assert_eq!(raw_sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert!(a.warnings.is_empty());
    assert!(b.warnings[0].contains("windows-1252"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_unicode_is_read_with_a_warning() {
    use std::os::unix::ffi::OsStrExt;
    let tree = Tree::of(&["d/z.txt"]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    std::fs::write(tree.root().join("d").join(name), "Words.").unwrap();
    let found = read(&tree, &["d"]);
    let document = found[0].as_ref().unwrap();
    assert_eq!(document.doc_id, "d/caf\u{fffd}.txt");
    assert!(document.warnings[0].contains("not valid Unicode"));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_fails_with_its_cause_and_the_rest_goes_on() {
    let tree = Tree::of(&["a.txt", "b.txt"]);
    let found = read(&tree, &["a.txt/beneath", "b.txt"]);
    let failure = found[0].as_ref().unwrap_err();
    let cause = std::error::Error::source(&failure.error).unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(cause.kind(), io::ErrorKind::NotADirectory);
    assert!(found[1].is_ok());
}

#[test]
fn a_file_that_vanishes_before_its_turn_fails_and_the_rest_goes_on() {
    let tree = Tree::of(&["a.txt", "b.txt"]);
    let mut documents = opened(&tree, &["a.txt", "a.txt", "b.txt"], &IngestOptions::default(), b"");
    assert!(documents.next().is_some_and(|document| document.is_ok()));
    std::fs::remove_file(tree.root().join("a.txt")).unwrap();
    let rest = said(documents.collect());
    assert!(rest[0].contains("there is no such file"), "{rest:?}");
    assert_eq!(rest[1], "b.txt");
}

proptest! {
    #[test]
    fn any_bytes_in_any_format_give_documents_or_failures(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            "(\u{feff}|---\n|<|<p>|<nitf>|WARC/1.0\n|\\+\\+\\+\n|\\{\"text\":\"|\"title\":\"|\"\\}|,|a|é|[ \n\r\t:\\[<>!#*]){0,40}".prop_map(String::into_bytes),
        ],
        limit in 0u64..100,
    ) {
        for &format in Format::value_variants() {
            let options = IngestOptions { format: Some(format), max_document_bytes: limit, ..IngestOptions::default() };
            let stdin = Box::new(Cursor::new(bytes.clone()));
            for document in Documents::new(&["-".to_owned()], &options, Naming::beneath(None), stdin).flatten() {
                let mut at = 0;
                for block in &document.blocks {
                    prop_assert_eq!(document.text.get(at..block.span.start).map(str::trim), Some(""));
                    prop_assert!(!block.span.of(&document.text).is_empty());
                    at = block.span.end;
                }
                prop_assert_eq!(document.text.get(at..).map(str::trim), Some(""));
                prop_assert!(at > 0);
            }
        }
    }
}

#[test]
fn bytes_are_counted_to_the_total_whatever_fails() {
    let tree = Tree::of(&["a.txt"]);
    tree.write("b.jsonl", "[\n1\n]\n{}");
    tree.write("c.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    tree.write("d.txt", "far too large for this");
    let options = IngestOptions { max_document_bytes: 20, ..IngestOptions::default() };
    let mut documents = opened(&tree, &["a.txt", ".", "missing"], &options, b"");
    let total = 1 + 1 + 8 + 26 + 22;
    assert_eq!((documents.bytes_total(), documents.bytes_read()), (Some(total), 0));
    let mut before = 0;
    while documents.next().is_some() {
        assert!(documents.bytes_read() >= before);
        before = documents.bytes_read();
    }
    assert_eq!(documents.bytes_read(), total);
    let mut documents = opened(&tree, &["a.txt", "-"], &options, b"12345");
    assert_eq!(documents.bytes_total(), None);
    assert_eq!((&mut documents).count(), 2);
    assert_eq!(documents.bytes_read(), 6);
}

#[test]
fn formats_are_shown_as_they_are_given() {
    for format in Format::value_variants() {
        assert_eq!(Format::from_str(&format.to_string(), false), Ok(*format));
    }
}
