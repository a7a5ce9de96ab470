//! Archives and compression, in order and not: what people send, what disks lose, what enemies make.

use std::io::Write;

use super::testing::{Tree, bzip2, gzip, opened, read, said, tar, xz, zip, zstd};
use super::*;

const WORDS: &[u8] = b"It burns in Paris.";
const LINES: &[u8] = b"{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n";

#[test]
fn compressed_files_are_read_as_what_they_hold() {
    let tree = Tree::of(&[]);
    tree.write("a.txt.gz", gzip(WORDS));
    tree.write("b.jsonl.zst", [zstd(&LINES[..20]), zstd(&LINES[20..])].concat());
    tree.write("c.txt.bz2", bzip2(WORDS));
    tree.write("d.txt.xz", xz(WORDS));
    tree.write("e.txt", gzip(WORDS));
    tree.write("f.txt.gz", WORDS);
    tree.write("g.txt.gz", gzip(&gzip(WORDS)));
    tree.write("h.gz", gzip(WORDS));
    let mut documents = opened(&tree, &["."], &IngestOptions::default(), b"");
    let total = documents.bytes_total();
    let found: Vec<Document> = documents.by_ref().map(Result::unwrap).collect();
    let ids: Vec<&str> = found.iter().map(|document| document.doc_id.as_str()).collect();
    assert_eq!(ids, ["a.txt.gz", "b.jsonl.zst#1", "b.jsonl.zst#2", "c.txt.bz2", "d.txt.xz", "e.txt", "f.txt.gz", "g.txt.gz"]);
    assert!(found.iter().all(|document| document.warnings.is_empty()));
    assert_eq!(found[0].source.raw_sha256, Some(raw_sha256(WORDS)), "of what was compressed");
    assert_eq!(Some(documents.bytes_read()), total);
    assert_eq!(said(read(&tree, &["h.gz"])), ["h.gz"], "a file that is named is read");
    let piped = Box::leak(gzip(&tar(&[("a.txt", WORDS)])).into_boxed_slice());
    assert_eq!(said(opened(&tree, &["-"], &IngestOptions::default(), piped).collect()), ["-#a.txt"]);
}

#[test]
fn archives_are_read_file_by_file_whatever_lies_in_them() {
    let tree = Tree::of(&[]);
    let long = format!("{}/z.txt", "d".repeat(140));
    let inner = tar(&[("deep.txt", WORDS)]);
    let (packed, pages) = (gzip(LINES), zip(&[("p.txt", WORDS)], true));
    let files: Vec<(&str, &[u8])> = vec![
        ("./b/a.txt", WORDS),
        ("x.jsonl.gz", &packed),
        ("i.tar", &inner),
        ("z.zip", &pages),
        ("image.png", b"\x89PNG"),
        (".hidden/a.txt", WORDS),
        ("__MACOSX/._a.txt", b"\0"),
        (&long, WORDS),
    ];
    let inside = ["b/a.txt", "x.jsonl.gz#1", "x.jsonl.gz#2", "i.tar#deep.txt", "z.zip#p.txt", &long];
    for (name, bytes) in [
        ("a.tar", tar(&files)),
        ("b.tgz", gzip(&tar(&files))),
        ("c.tar.zst", zstd(&tar(&files))),
        ("d.zip", zip(&files, false)),
        ("e.zip", zip(&files, true)),
        ("f.zip.xz", xz(&zip(&files, true))),
    ] {
        tree.write(name, bytes);
        let expected: Vec<String> = inside.iter().map(|inner| format!("{name}#{inner}")).collect();
        assert_eq!(said(read(&tree, &[name])), expected);
    }
    let found = read(&tree, &["e.zip"]).remove(0).unwrap();
    assert_eq!((found.source.path.as_str(), found.source.format.as_str(), found.text.as_bytes()), ("e.zip#b/a.txt", "text", WORDS));
    let selection = Selection { include: vec!["*.jsonl.gz".parse().unwrap(), "*.tar/i.tar/*".parse().unwrap()], exclude: Vec::new() };
    let options = IngestOptions { selection, ..IngestOptions::default() };
    let found = said(opened(&tree, &["a.tar"], &options, b"").collect());
    assert_eq!(found, ["a.tar#x.jsonl.gz#1", "a.tar#x.jsonl.gz#2", "a.tar#i.tar#deep.txt"]);
}

#[test]
fn names_that_lead_out_of_an_archive_are_only_names() {
    let tree = Tree::of(&["d/keep.txt"]);
    let files: [(&str, &[u8]); 3] = [("../keep.txt", WORDS), ("/etc/x.txt", WORDS), ("a/../../b.txt", WORDS)];
    tree.write("d/a.tar", tar(&files));
    tree.write("d/b.zip", zip(&files, true));
    for name in ["d/a.tar", "d/b.zip"] {
        let expected = ["../keep.txt", "/etc/x.txt", "a/../../b.txt"].map(|inner| format!("{name}#{inner}"));
        assert_eq!(said(read(&tree, &[name])), expected);
    }
    assert_eq!(std::fs::read(tree.root().join("d/keep.txt")).unwrap(), b"x");
    assert_eq!(std::fs::read_dir(tree.root()).unwrap().count(), 1, "nothing was written");
}

#[test]
fn archives_in_archives_end() {
    let tree = Tree::of(&[]);
    let mut bytes = tar(&[("x.txt", WORDS)]);
    for _ in 0..6 {
        bytes = tar(&[("a.tar", &bytes), ("y.txt", WORDS)]);
    }
    tree.write("a.tar", bytes);
    let found = said(read(&tree, &["a.tar"]));
    assert_eq!(found.len(), 5, "{found:?}");
    assert_eq!(found[0], "!a.tar#a.tar#a.tar#a.tar#a.tar a.tar#a.tar#a.tar#a.tar#a.tar: lies in 4 archives already; unpack the outermost");
    assert_eq!(found[4], "a.tar#y.txt");
    let mut packed = WORDS.to_vec();
    for _ in 0..6 {
        packed = gzip(&packed);
    }
    tree.write("b.txt.gz", packed);
    assert!(said(read(&tree, &["b.txt.gz"]))[0].contains("begins like gzip"));
}

#[test]
fn a_bomb_is_a_failure_and_the_run_goes_on() {
    let tree = Tree::of(&["z.txt"]);
    let mut bomb = ::zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    let spaces = vec![b' '; 1 << 20];
    (0..200).for_each(|_| bomb.write_all(&spaces).unwrap());
    let bomb = bomb.finish().unwrap();
    tree.write("a.txt.zst", &bomb);
    tree.write("b.jsonl.zst", &bomb);
    tree.write("d.warc.zst", &bomb);
    tree.write("e.tar", tar(&[("a.jsonl.zst", &bomb), ("b.txt", WORDS)]));
    let options = IngestOptions { max_document_bytes: 1 << 30, ..IngestOptions::default() };
    let found = said(opened(&tree, &["."], &options, b"").collect());
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(found[..3].iter().all(|said| said.contains("expands to more than 1000 times its size")), "{found:?}");
    assert!(found[3].contains("e.tar#a.jsonl.zst") && found[3].contains("1000 times"), "{found:?}");
    assert_eq!(found[4..], ["e.tar#b.txt", "z.txt"]);
    let small = IngestOptions { max_document_bytes: 1000, ..IngestOptions::default() };
    let found = said(opened(&tree, &["a.txt.zst"], &small, b"").collect());
    assert!(found[0].contains("has more than 1000 bytes"), "{found:?}");
}

#[test]
fn what_is_cut_off_says_so_and_what_came_before_is_read() {
    let tree = Tree::of(&[]);
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let noise: Vec<u8> = (0..50_000u32).flat_map(|n| format!("{}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
    tree.write("a.txt.gz", half(gzip(&noise)));
    tree.write("b.zip", half(zip(&[("a.txt", WORDS)], true)));
    let many = LINES.repeat(5000);
    tree.write("c.jsonl.gz", half(gzip(&many)));
    let whole = tar(&[("a.txt", WORDS), ("b.txt", &noise)]);
    tree.write("d.tar", &whole[..whole.len() - 20_000]);
    let found = said(read(&tree, &["."]));
    assert!(found[0].starts_with("!a.txt.gz a.txt.gz: not valid gzip: it ends too early; was it cut off?"), "{found:?}");
    assert!(found[1].starts_with("!b.zip b.zip: not valid zip: "), "{found:?}");
    assert_eq!(found[2], "c.jsonl.gz#1");
    let cut = found.iter().position(|said| said.starts_with("!c.jsonl.gz")).unwrap();
    assert!(cut > 1000 && found[cut].contains("not valid gzip: it ends too early"), "{}", found[cut]);
    assert_eq!(found[cut + 1], "d.tar#a.txt");
    assert!(
        found[cut + 2].starts_with("!d.tar#b.txt d.tar#b.txt: not valid tar: the archive ends within this file"),
        "{:?}",
        &found[cut..]
    );
}

#[test]
fn a_damaged_archive_costs_only_what_is_damaged() {
    let tree = Tree::of(&[]);
    let files: [(&str, &[u8]); 3] = [("a.txt", WORDS), ("b.txt", WORDS), ("c.txt", WORDS)];
    let mut bytes = tar(&files);
    bytes[1024 + 3] ^= 1;
    tree.write("a.tar", bytes);
    let found = said(read(&tree, &["a.tar"]));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[1].contains("checksum is wrong"), "{found:?}");
    assert_eq!((found[0].as_str(), found[2].as_str()), ("a.tar#a.txt", "a.tar#c.txt"));
    let mut bytes = zip(&files, false);
    let at = bytes.windows(WORDS.len()).position(|window| window == WORDS).unwrap();
    bytes[at] ^= 1;
    tree.write("b.zip", bytes);
    let found = said(read(&tree, &["b.zip"]));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].contains("the checksum of this file is wrong"), "{found:?}");
    tree.write("c.tar", tar(&[("image.png", b"x")]));
    assert!(said(read(&tree, &["c.tar"]))[0].contains("no news file in it"));
    tree.write("d.zip", b"Words.");
    assert!(said(read(&tree, &["d.zip"]))[0].contains("not valid zip"));
}

#[test]
fn an_archive_ends_at_two_blocks_of_zeros_and_another_may_follow() {
    let tree = Tree::of(&[]);
    let files: [(&str, &[u8]); 3] = [("a.txt", WORDS), ("b.txt", WORDS), ("c.txt", WORDS)];
    let whole = tar(&files);
    let other = tar(&[("d.txt", WORDS)]);
    let mut padded = whole.clone();
    padded.resize(20 * 512 * 2, 0);
    tree.write("a.tar", [padded.clone(), other.clone()].concat());
    assert_eq!(said(read(&tree, &["a.tar"])), ["a.tar#a.txt", "a.tar#b.txt", "a.tar#c.txt", "a.tar#d.txt"]);
    tree.write("b.tgz", [gzip(&whole), gzip(&other)].concat());
    assert_eq!(said(read(&tree, &["b.tgz"])).len(), 4);
    // A tape is longer than what was written to it last.
    tree.write("c.tar", [whole.as_slice(), &[b'x'; 512 * 4], &other].concat());
    assert_eq!(said(read(&tree, &["c.tar"])).len(), 4);
    for (lost, left) in [(0, ["b.txt", "c.txt"]), (1, ["a.txt", "c.txt"])] {
        let mut damaged = whole.clone();
        damaged[lost * 1024..lost * 1024 + 512].fill(0);
        tree.write("d.tar", &damaged);
        let found = said(read(&tree, &["d.tar"]));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[lost].starts_with("!d.tar d.tar: not valid tar: found a block of zeros where a header"), "{found:?}");
        let found: Vec<&String> = found.iter().filter(|said| !said.starts_with('!')).collect();
        assert_eq!(found, left.map(|left| format!("d.tar#{left}")).iter().collect::<Vec<_>>());
    }
    // Some writers end with one block.
    tree.write("e.tar", &whole[..3 * 1024 + 512]);
    assert_eq!(said(read(&tree, &["e.tar"])), ["e.tar#a.txt", "e.tar#b.txt", "e.tar#c.txt"]);
}

#[test]
fn a_million_nested_tags_are_a_failure() {
    let tree = Tree::of(&["z.txt"]);
    tree.write("a.html", "<div>".repeat(1_000_000));
    tree.write("b.html", format!("<p {}>Words.", "a ".repeat(100_000)));
    let found = said(read(&tree, &["."]));
    assert!(found[0].contains("not valid html: more than 1000 elements are open in one another"), "{found:?}");
    assert!(found[1].contains("has more than 500 attributes"), "{found:?}");
    assert_eq!(found[2], "z.txt");
}

#[test]
fn a_page_without_an_article_is_skipped_not_failed() {
    let tree = Tree::of(&[]);
    tree.write("a.html", "<title>Log in</title><form><input></form>");
    let failure = read(&tree, &["a.html"]).remove(0).unwrap_err();
    assert!(failure.is_skipped(), "{}", failure.error);
    assert_eq!(failure.source.format, "html");
}

#[test]
fn a_file_that_grows_between_listing_and_reading_is_read_with_a_warning() {
    let tree = Tree::of(&["a.txt"]);
    let path = tree.root().join("a.txt");
    let naming = Naming::beneath(Some(tree.root().to_owned()));
    let grown = super::inputs::Input::File { path: path.clone(), name: naming.name(&path), size: 1 };
    std::fs::write(&path, "Words.").unwrap();
    let super::inputs::Input::File { path, name, size } = grown else { unreachable!() };
    let bytes = Box::new(std::fs::File::open(&path).unwrap());
    let entry = super::containers::Entry { name, bytes, size: Some(size), disk: Some(path), depth: 0 };
    let mut desk = super::containers::Desk::new(IngestOptions::default());
    let mut container = super::containers::open(entry, &mut desk).unwrap();
    let Some(Ok(super::containers::Item::Document(document))) = container.next(&mut desk) else { panic!("no document") };
    assert_eq!(document.text, "Words.");
    assert_eq!(document.warnings, ["changed while it was read: 1 bytes were listed, 6 were read"]);
}

#[cfg(unix)]
#[test]
fn a_directory_without_permission_and_a_pipe_are_failures_and_the_rest_goes_on() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::of(&["d/a.txt", "d/locked/b.txt", "d/z.txt"]);
    let locked = tree.root().join("d/locked");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(tree.root().join("d/p.txt")).status().unwrap().success());
    let found = said(read(&tree, &["d"]));
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(found.first().map(String::as_str), Some("d/a.txt"));
    assert_eq!(found.last().map(String::as_str), Some("d/z.txt"));
    assert!(found[2].contains("is a pipe (FIFO)"), "{found:?}");
    // Root may read everything.
    assert!(found[1] == "d/locked/b.txt" || found[1].starts_with("!d/locked d/locked: cannot be read"), "{found:?}");
}
