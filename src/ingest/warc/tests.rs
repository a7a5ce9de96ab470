//! Archives as crawlers write them, and as disks return them.

use std::io::Cursor;

use super::super::testing::{gzip, zstd};
use super::*;

/// A page long enough to be an article.
fn html(title: &str) -> String {
    format!(
        "<html lang=en><title>{title}</title><article><h1>{title}</h1>\
         <p>The council of {title} has voted to build the wall, and the work will be done by the end of the year.</p>\
         <p>It costs 84 million euros, twice what was said at first, and nobody knows who is to pay for it.</p></article></html>"
    )
}

fn record(kind: &str, uri: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: 2024-03-05T06:07:08Z\r\nWARC-Record-ID: <urn:uuid:{uri}>\r\n\
         Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(title: &str) -> Vec<u8> {
    answered(title, "200 OK", "text/html; charset=utf-8")
}

fn answered(title: &str, status: &str, content_type: &str) -> Vec<u8> {
    let block = format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n\r\n{}", html(title));
    record("response", &format!("http://x.example/{title}"), "application/http; msgtype=response", block.as_bytes())
}

fn desk(max_document_bytes: u64) -> Desk {
    Desk::new(IngestOptions { max_document_bytes, ..IngestOptions::default() })
}

fn read_with(bytes: Vec<u8>, desk: &mut Desk) -> Vec<Result<Document, Failure>> {
    let codec = Codec::of_magic(&bytes);
    let name = Name { text: "x.warc".into(), lossy: false };
    let mut warc = Warc::new(name, Box::new(Cursor::new(bytes)), codec, &desk.options);
    std::iter::from_fn(|| warc.next(desk))
        .map(|item| match item {
            Ok(Item::Document(document)) => Ok(*document),
            Ok(Item::Container(_)) => panic!("a container"),
            Err(failure) => Err(failure),
        })
        .collect()
}

/// Ids and headlines; ids and messages of failures after a `!`.
fn read(bytes: Vec<u8>) -> Vec<String> {
    read_with(bytes, &mut desk(1_000_000))
        .into_iter()
        .map(|found| match found {
            Ok(document) => format!("{} {}", document.doc_id, document.text.lines().next().unwrap_or_default()),
            Err(failure) => format!("!{}", failure.error),
        })
        .collect()
}

fn archive() -> Vec<Vec<u8>> {
    vec![
        record("warcinfo", "", "application/warc-fields", b"software: x\r\n"),
        record("request", "http://x.example/A", "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"),
        response("Aton"),
        answered("Gone", "404 Not Found", "text/html"),
        answered("Moved", "301 Moved", "text/html"),
        answered("Image", "200 OK", "image/png"),
        response("Beton"),
        record("resource", "file:///c", "text/html", html("Ceton").as_bytes()),
        record("conversion", "http://x.example/d", "text/plain", b"Deton\n\nWords of a page.\n"),
        record("revisit", "http://x.example/A", "application/http; msgtype=response", b"HTTP/1.1 200 OK\r\n\r\n"),
        record("resource", "http://x.example/robots.txt", "text/plain", b"User-agent: *\n"),
        record("resource", "metadata://gnu.org/software/wget/warc/wget.log", "text/plain", b"Opening a file.\n"),
        record("metadata", "http://x.example/A", "application/warc-fields", b"via: y\r\n"),
    ]
}

const FOUND: [&str; 4] = ["x.warc#3 Aton", "x.warc#7 Beton", "x.warc#8 Ceton", "x.warc#9 Deton"];

#[test]
fn pages_are_read_and_other_records_are_not() {
    assert_eq!(read(archive().concat()), FOUND);
    assert_eq!(read(archive().iter().flat_map(|record| gzip(record)).collect()), FOUND);
    assert_eq!(read(archive().iter().flat_map(|record| zstd(record)).collect()), FOUND);
    assert_eq!(read(gzip(&archive().concat())), FOUND, "one member of many records");
    let halves = |record: &Vec<u8>| [gzip(&record[..record.len() - 6]), gzip(&record[record.len() - 6..])].concat();
    assert_eq!(read(archive().iter().flat_map(halves).collect()), FOUND, "contents in two members");
}

#[test]
fn one_page_is_passed_over_unread_and_the_next_is_read() {
    for bytes in [archive().concat(), archive().iter().flat_map(|record| gzip(record)).collect()] {
        let mut desk = desk(1_000_000);
        let codec = Codec::of_magic(&bytes);
        let mut warc = Warc::new(Name { text: "x.warc".into(), lossy: false }, Box::new(Cursor::new(bytes)), codec, &desk.options);
        let mut said = Vec::new();
        for passing_over in [false, true, false, true] {
            desk.passing_over = passing_over;
            said.push(match warc.next(&mut desk) {
                Some(Ok(Item::Document(document))) => document.doc_id,
                Some(Err(failure)) => failure.error.to_string(),
                _ => panic!("{said:?}"),
            });
            assert!(!desk.passing_over);
        }
        assert_eq!(said, ["x.warc#3", "x.warc#7: skipped: passed over", "x.warc#8", "x.warc#9: skipped: passed over"]);
        // Behind the last page nothing is left to be passed over: the next file's first item is.
        desk.passing_over = true;
        assert!(warc.next(&mut desk).is_none() && desk.passing_over);
    }
}

#[test]
fn the_record_says_where_and_when_a_page_was_fetched() {
    let found = read_with(response("Aton"), &mut desk(1_000_000)).remove(0).unwrap();
    assert_eq!((found.source.path.as_str(), found.source.format.as_str()), ("x.warc", "warc"));
    assert_eq!(found.source.url.as_deref(), Some("http://x.example/Aton"));
    assert_eq!(found.source.guid.as_deref(), Some("urn:uuid:http://x.example/Aton"));
    assert_eq!(found.source.fields["warc_date"], "2024-03-05T06:07:08Z");
    assert_eq!((found.source.published, found.language.as_deref()), (None, Some("en")));
    assert_eq!(found.source.raw_sha256, Some(raw_sha256(html("Aton").as_bytes())));
}

#[test]
fn old_versions_bare_line_ends_and_addresses_in_brackets_are_read() {
    let text = String::from_utf8(response("Aton")).unwrap();
    let old =
        text.replace("WARC/1.0", "WARC/0.17").replace("WARC-Target-URI: http://x.example/Aton", "warc-target-uri: <http://x.example/Aton>");
    let found = read_with(old.into_bytes(), &mut desk(1_000_000)).remove(0).unwrap();
    assert_eq!(found.source.url.as_deref(), Some("http://x.example/Aton"));
    let head = format!("WARC/1.1\nWARC-Type: resource\nContent-Type: text/html\nContent-Length: {}\n\n", html("Aton").len());
    assert_eq!(read(format!("{head}{}\n", html("Aton")).into_bytes()), ["x.warc#1 Aton"]);
}

#[test]
fn a_damaged_record_costs_no_other() {
    let (a, b, c) = (response("Aton"), response("Beton"), response("Ceton"));
    let text = String::from_utf8(b.clone()).unwrap();
    let length = text.split("Content-Length: ").nth(1).unwrap().split('\r').next().unwrap();
    for (damaged, said) in [
        (text.replace(&format!("Content-Length: {length}"), "Content-Length: 20"), "does not lead to its end"),
        (text.replace(&format!("Content-Length: {length}"), "Content-Length: many"), "is no number"),
        (text.replace(&format!("Content-Length: {length}\r\n"), ""), "has no Content-Length"),
        (text.replace("WARC-Date: ", "WARC-Date "), ""),
        ("WARC/1.0\r\nWARC-Type: response\r\n".to_owned(), "another record begins"),
    ] {
        let damaged = damaged.replace("WARC-Date 2024-03-05T06:07:08Z", "no colon here");
        let found = read([&a, damaged.as_bytes(), &c].concat());
        assert_eq!(found.first().map(String::as_str), Some("x.warc#1 Aton"));
        assert_eq!(found.last().map(String::as_str), Some("x.warc#3 Ceton"), "{found:#?}");
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(found[1].starts_with("!x.warc#2: not valid WARC: ") && found[1].contains(said), "{found:#?}");
    }
}

/// A record whose Content-Length is another than it has.
fn of_length(record: &[u8], change: impl Fn(u64) -> u64) -> Vec<u8> {
    let text = String::from_utf8(record.to_vec()).unwrap();
    let length = text.split("Content-Length: ").nth(1).unwrap().split('\r').next().unwrap();
    let changed = change(length.parse().unwrap());
    text.replace(&format!("Content-Length: {length}"), &format!("Content-Length: {changed}")).into_bytes()
}

#[test]
fn a_length_that_is_too_long_swallows_no_other_record() {
    let titles = ["Aton", "Beton", "Ceton", "Deton", "Eton", "Feton"];
    let others: Vec<String> = (1..6).map(|n| format!("x.warc#{} {}", n + 1, titles[n])).collect();
    let rest: Vec<u8> = titles[1..].iter().flat_map(|title| response(title)).collect();
    for more in [5, 7, 9, 15, 20, 400, 700, 2000, 1_000_000_000_000] {
        let whole = [of_length(&response("Aton"), |length| length + more), rest.clone()].concat();
        for bytes in [whole.clone(), gzip(&whole)] {
            let found = read(bytes);
            assert!(found[0].starts_with("!x.warc#1: not valid WARC: "), "{more}: {found:#?}");
            assert_eq!(found[1..], others, "{more}");
        }
    }
    // Far more than is kept follows.
    let video = record("response", "http://x.example/v", "application/http", &vec![b'x'; 9 << 20]);
    let whole = [of_length(&response("Aton"), |_| 1_000_000_000_000), response("Beton"), video, response("Ceton")].concat();
    let found = read(whole);
    assert!(found[0].contains("leads far into others"), "{found:#?}");
    assert_eq!(found[1..], ["x.warc#2 Beton", "x.warc#4 Ceton"]);
}

#[test]
fn a_page_that_quotes_a_record_is_one_page() {
    let quoted =
        html("Aton").replace("<p>It costs", "<pre>\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 3\r\n</pre><p>It costs");
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{quoted}");
    let page = record("response", "http://x.example/Aton", "application/http; msgtype=response", block.as_bytes());
    assert_eq!(read([page, response("Beton")].concat()), ["x.warc#1 Aton", "x.warc#2 Beton"]);
}

#[test]
fn many_lengths_that_are_too_long_do_not_cost_the_day() {
    let one = of_length(&record("metadata", "m", "text/plain", b"x"), |_| 1_000_000_000_000);
    let found = read(one.repeat(2000));
    assert_eq!(found.len(), 2000);
}

#[test]
fn a_damaged_member_costs_no_other() {
    for pack in [gzip as fn(&[u8]) -> Vec<u8>, zstd] {
        let members: Vec<Vec<u8>> = ["Aton", "Beton", "Ceton", "Deton"].iter().map(|title| pack(&response(title))).collect();
        for at in (4..members[1].len()).step_by(7) {
            let mut damaged = members.clone();
            damaged[1][at] ^= 0xff;
            let found = read(damaged.concat());
            assert_eq!(found.first().map(String::as_str), Some("x.warc#1 Aton"), "{at}: {found:#?}");
            assert!(found.last().unwrap().ends_with(" Deton"), "{at}: {found:#?}");
            assert!(found.iter().any(|found| found.ends_with(" Ceton")), "{at}: {found:#?}");
            assert!(found.len() <= 4, "{at}: {found:#?}");
        }
        let cut = [&members[0], &members[1][..members[1].len() / 2], &members[2]].concat();
        let found = read(cut);
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(found[1].starts_with("!x.warc#2: not valid ") && found[2].ends_with(" Ceton"), "{found:#?}");
    }
}

#[test]
fn an_archive_that_is_cut_off_says_so_once() {
    let whole = [response("Aton"), response("Beton")].concat();
    for at in (response("Aton").len() + 9..whole.len() - 4).step_by(11).chain([whole.len() - 5]) {
        let found = read(whole[..at].to_vec());
        assert_eq!(found.len(), 2, "{at}: {found:#?}");
        assert!(found[1].starts_with("!x.warc#2: not valid WARC: "), "{at}: {found:#?}");
    }
    let found = read(gzip(&whole)[..100].to_vec());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("was it cut off?"), "{found:#?}");
}

#[test]
fn what_is_no_web_archive_fails_once() {
    for bytes in [b"Words.\nMore words.\n".to_vec(), gzip(b"Words.\n"), b"<html>\n\n<p>".to_vec()] {
        let found = read(bytes);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("!x.warc"), "{found:?}");
    }
    assert!(read(Vec::new()).is_empty());
    let found = read([b"junk\njunk\n".to_vec(), response("Aton")].concat());
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1], "x.warc#2 Aton");
}

#[test]
fn a_record_above_the_limit_fails_if_it_is_a_page_and_the_next_is_read() {
    let large = |content_type: &str| {
        let block = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n{}", "x".repeat(200_000));
        record("response", "http://x.example/l", "application/http; msgtype=response", block.as_bytes())
    };
    let found = read_with([large("text/html"), large("video/mp4"), response("Aton")].concat(), &mut desk(10_000));
    assert_eq!(found.len(), 2);
    assert!(found[0].as_ref().unwrap_err().error.to_string().contains("expected at most 10000"));
    assert_eq!(found[1].as_ref().unwrap().doc_id, "x.warc#3");
}

#[test]
fn bodies_are_joined_unpacked_and_decoded() {
    let page = "<meta charset=utf-8>".to_owned() + &html("Aton").replace("council", "caf\u{e9}");
    let latin: Vec<u8> = page.chars().map(|c| c as u8).collect();
    let packed = gzip(&latin);
    let chunked = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\"ISO-8859-1\"\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let block = [head.as_bytes(), &chunked].concat();
    let found = read_with(record("response", "http://x.example/", "application/http; msgtype=response", &block), &mut desk(1_000_000));
    let document = found[0].as_ref().unwrap();
    assert!(document.text.contains("The café of Aton"), "{}", document.text);
    assert!(document.warnings.is_empty(), "{:?}", document.warnings);
}

#[test]
fn a_bomb_in_a_body_fails_and_the_next_page_is_read() {
    let packed = zstd(&vec![b' '; 64 << 20]);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: zstd\r\n\r\n";
    let bomb = record("response", "http://x.example/", "application/http", &[head.as_bytes(), &packed].concat());
    let found = read_with([bomb, response("Aton")].concat(), &mut desk(100_000_000));
    assert!(found[0].as_ref().unwrap_err().error.to_string().contains("more than 1000 times its size"));
    assert_eq!(found[1].as_ref().unwrap().doc_id, "x.warc#2");
}

#[test]
fn a_dictionary_at_the_beginning_is_used() {
    let dictionary = html("Aton").into_bytes();
    let mut frame = [&[0x5d, 0x2a, 0x4d, 0x18], (dictionary.len() as u32).to_le_bytes().as_slice(), &dictionary].concat();
    for title in ["Aton", "Beton"] {
        let mut encoder = ::zstd::stream::write::Encoder::with_dictionary(Vec::new(), 3, &dictionary).unwrap();
        io::Write::write_all(&mut encoder, &response(title)).unwrap();
        frame.extend(encoder.finish().unwrap());
    }
    assert_eq!(read(frame), ["x.warc#1 Aton", "x.warc#2 Beton"]);
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that skips says so")]
fn the_samples_of_other_programs_are_read_or_refused() {
    let Some(data) = std::env::var_os("CLAIMSIFT_DATA") else {
        eprintln!("SKIPPED: CLAIMSIFT_DATA is not set, so that no foreign archive was read");
        return;
    };
    let folder = std::path::Path::new(&data).join("formats/warc_samples/test/data");
    let mut failed = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if !path.to_string_lossy().contains(".warc") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let found = read(std::fs::read(&path).unwrap());
        failed.extend(found.iter().any(|found| found.contains("not valid")).then_some(name));
    }
    failed.sort();
    assert!(failed.contains(&"example-trunc.warc".to_owned()), "{failed:?}");
}

proptest::proptest! {
    #[test]
    fn any_bytes_between_records_give_documents_or_failures(
        junk in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80), at in 0usize..3, packed in 0..3,
    ) {
        let mut members: Vec<Vec<u8>> = ["Aton", "Beton"].iter().map(|title| match packed {
            0 => response(title),
            1 => gzip(&response(title)),
            _ => zstd(&response(title)),
        }).collect();
        members.insert(at, junk);
        read(members.concat());
    }
}
