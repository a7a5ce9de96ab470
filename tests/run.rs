//! A run is a thing: it can be killed and go on, its output is what it would have been, and one document cannot take it down.

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use support::{assert_says, extract, folder, run};

/// Documents of a run that is killed; enough for several marks in its journal.
const DOCUMENTS: usize = 400;

fn news(documents: usize) -> tempfile::TempDir {
    let mut files: Vec<(String, Vec<u8>)> = (0..documents)
        .map(|n| (format!("news/{n:04}.txt"), format!("Rent rose by {} percent in {}.\n", n % 97 + 1, 1900 + n % 120).into_bytes()))
        .collect();
    // One that fails, so that errors go on, too.
    files[documents / 3].1 = b"\x00\x01\x02\x00\x00".to_vec();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    folder(&files)
}

/// Every file below a path, with its bytes.
fn bytes_of(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all: Vec<_> = walkdir(path).into_iter().map(|file| (file.clone(), std::fs::read(&file).unwrap())).collect();
    all.sort();
    all
}

fn walkdir(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|entry| walkdir(&entry)).collect()
}

/// The files of an output, wherever it was written.
fn output(folder: &Path, name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let strip = |(path, bytes): (PathBuf, Vec<u8>)| (path.strip_prefix(folder).unwrap().to_path_buf(), bytes);
    let stem = name.split('.').next().unwrap();
    let own = |path: &Path| path.file_name().unwrap().to_string_lossy().starts_with(stem);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| own(path));
    let mut all: Vec<_> = entries.flat_map(|path| bytes_of(&path)).map(strip).collect();
    all.sort();
    all
}

/// A run that is killed so many times at moments nobody chose, and then goes on to its end.
fn killed_and_resumed(kills: u64, name: &str, args: &[&str]) {
    let news = news(DOCUMENTS);
    let whole = run(extract(news.path(), &["news", "-o"]).arg(format!("whole/{name}")).args(["--errors", "whole-errors.jsonl"]).args(args));
    assert_eq!(whole.code, 1, "{}", whole.stderr);
    let command = || {
        let mut command = extract(news.path(), &["news", "--resume", "-o"]);
        command.arg(format!("killed/{name}")).args(["--errors", "killed-errors.jsonl"]).args(args);
        command
    };
    // The same moments each time: a linear congruential generator.
    let mut random = 12_345u64;
    let mut killed = 0;
    while killed < kills {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(200 + (random >> 33) % 1_800));
        if child.try_wait().unwrap().is_some() {
            // It came to its end: begin anew.
            std::fs::remove_dir_all(news.path().join("killed")).unwrap();
        }
        child.kill().ok();
        child.wait().unwrap();
        killed += 1;
    }
    let last = run(&mut command());
    assert_eq!(last.code, 1, "{}", last.stderr);
    assert_eq!(output(&news.path().join("whole"), name), output(&news.path().join("killed"), name), "{name}");
    let errors = |name: &str| std::fs::read_to_string(news.path().join(name)).unwrap();
    assert_eq!(errors("whole-errors.jsonl"), errors("killed-errors.jsonl"));
    assert_eq!(errors("whole-errors.jsonl").lines().count(), 1);
    assert!(!output(&news.path().join("killed"), name).iter().any(|(path, _)| path.to_string_lossy().contains("partial")));
}

#[test]
fn lines_are_the_same_after_kills() {
    killed_and_resumed(18, "out.jsonl", &[]);
}

#[test]
fn compressed_lines_are_the_same_after_kills() {
    killed_and_resumed(12, "out.jsonl.zst", &[]);
    killed_and_resumed(6, "out.jsonl.gz", &["--split-every", "150"]);
}

#[test]
fn tables_are_the_same_after_kills() {
    killed_and_resumed(14, "out.parquet", &["--split-every", "90"]);
}

#[test]
fn a_full_disk_keeps_what_was_written_and_the_run_goes_on() {
    let news = news(200);
    let whole = run(extract(news.path(), &["news", "-o", "whole.jsonl"]).stderr(Stdio::null()));
    assert_eq!(whole.code, 1);
    // In blocks of 512 bytes: room for some of the records and for the journal.
    let mut limited = Command::new("sh");
    let args = "ulimit -f 300; exec \"$0\" \"$@\"";
    limited.arg("-c").arg(args).arg(env!("CARGO_BIN_EXE_claimsift"));
    limited.args(["extract", "news", "--quiet", "-o", "full.jsonl", "--model"]).arg(support::model()).current_dir(news.path());
    let ran = run(&mut limited);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_says(&ran.stderr, &["cannot write", "full.jsonl", "--resume", "File too large"]);
    let resumed = run(&mut extract(news.path(), &["news", "--resume", "-o", "full.jsonl"]));
    assert_eq!(resumed.code, 1, "{}", resumed.stderr);
    assert_eq!(std::fs::read(news.path().join("whole.jsonl")).unwrap(), std::fs::read(news.path().join("full.jsonl")).unwrap());
}

#[test]
fn a_signal_stops_the_run_where_it_can_go_on() {
    let news = news(DOCUMENTS);
    let whole = run(&mut extract(news.path(), &["news", "-o", "whole.jsonl"]));
    assert_eq!(whole.code, 1);
    let mut child = extract(news.path(), &["news", "-o", "out.jsonl"]).stderr(Stdio::piped()).spawn().unwrap();
    let journal = news.path().join("out.jsonl.journal");
    while !std::fs::read_to_string(&journal).is_ok_and(|text| text.contains("\"kind\":\"at\"")) {
        std::thread::sleep(Duration::from_millis(20));
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be stopped");
    }
    assert!(Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(143));
    assert_says(&String::from_utf8(ended.stderr).unwrap(), &["stopped before the end", "--resume goes on"]);
    assert!(!news.path().join("out.jsonl").exists());
    let resumed = run(&mut extract(news.path(), &["news", "--resume", "-o", "out.jsonl"]));
    assert_eq!(resumed.code, 1);
    assert_eq!(std::fs::read(news.path().join("whole.jsonl")).unwrap(), std::fs::read(news.path().join("out.jsonl")).unwrap());
}

#[test]
fn a_journal_of_other_options_is_refused() {
    let news = news(DOCUMENTS);
    let mut child = extract(news.path(), &["news", "-o", "out.jsonl"]).stderr(Stdio::null()).spawn().unwrap();
    let journal = news.path().join("out.jsonl.journal");
    while !std::fs::read_to_string(&journal).is_ok_and(|text| text.ends_with('\n')) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = run(&mut extract(news.path(), &["news", "-o", "out.jsonl"]));
    assert_eq!(second.code, 2);
    assert_says(&second.stderr, &["out.jsonl.journal", "in use"]);
    child.kill().unwrap();
    child.wait().unwrap();
    let other = run(&mut extract(news.path(), &["news", "--resume", "-o", "out.jsonl", "--offsets", "byte"]));
    assert_eq!(other.code, 2);
    assert_says(&other.stderr, &["out.jsonl.journal", "other options"]);
}

/// A run of ten documents in which something happens to the fifth.
fn with_mishap(news: &Path, what: &str, args: &[&str]) -> support::Ran {
    run(extract(news, &["news", "-o", "out.jsonl", "--errors", "errors.jsonl"])
        .args(args)
        .env("CLAIMSIFT_MISHAP", format!("{what}:news/0005.txt")))
}

fn ids(news: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(news.join("out.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["doc_id"].as_str().unwrap().to_owned()).collect()
}

fn errors(news: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(news.join("errors.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).filter(|e: &Value| e["stage"] != "ingest").collect()
}

/// The others are there, and the error names the fifth.
fn only_the_fifth_is_lost(news: &Path, stage: &str, words: &[&str]) {
    let expected: Vec<String> = (0..10).filter(|n| ![3, 5].contains(n)).map(|n| format!("news/{n:04}.txt")).collect();
    assert_eq!(ids(news), expected);
    let errors = errors(news);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!((errors[0]["doc_id"].as_str(), errors[0]["stage"].as_str()), (Some("news/0005.txt"), Some(stage)));
    assert_says(errors[0]["error"].as_str().unwrap(), words);
}

#[test]
fn a_panic_is_an_error_record() {
    let news = news(10);
    // Standard error has the panic's own words, for whoever mends it.
    let mut command = extract(news.path(), &["news", "-o", "out.jsonl", "--errors", "errors.jsonl"]);
    let ended = command.env("CLAIMSIFT_MISHAP", "panic:news/0005.txt").stderr(Stdio::null()).status().unwrap();
    assert_eq!(ended.code(), Some(1));
    only_the_fifth_is_lost(news.path(), "panic", &["a mishap that was asked for"]);
}

#[test]
fn a_document_that_crashed_the_program_is_left_out_when_it_goes_on() {
    let news = news(10);
    let crash = || {
        let mut command = extract(news.path(), &["news", "-o", "out.jsonl", "--errors", "errors.jsonl", "--resume", "--threads", "2"]);
        command.env("CLAIMSIFT_MISHAP", "crash:news/0005.txt").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap()
    };
    assert_eq!(crash().code(), None, "it was ended by a signal");
    // Several documents were under way: the second crash says which it was.
    let mut ended = crash();
    for _ in 0..2 {
        if ended.code().is_none() {
            ended = crash();
        }
    }
    assert_eq!(ended.code(), Some(1));
    only_the_fifth_is_lost(news.path(), "crash", &["crashed the program", "signal 6"]);
}

#[test]
fn a_run_in_isolation_survives_a_crash_and_a_hang_by_itself() {
    let news = news(10);
    let ran = with_mishap(news.path(), "crash", &["--isolate"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    only_the_fifth_is_lost(news.path(), "crash", &["crashed the program"]);
    for name in ["out.jsonl", "errors.jsonl"] {
        std::fs::remove_file(news.path().join(name)).unwrap();
    }
    let ran = with_mishap(news.path(), "hang", &["--isolate", "--timeout-per-document", "2"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    only_the_fifth_is_lost(news.path(), "crash", &["took more than"]);
}

#[test]
fn errors_summary_and_parts_say_what_the_run_came_to() {
    let news = news(10);
    let args = ["news", "-o", "out.jsonl", "--errors", "errors.jsonl", "--summary", "summary.json", "--split-every", "4"];
    let ran = run(&mut extract(news.path(), &args));
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    let summary: Value = serde_json::from_slice(&std::fs::read(news.path().join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["schema"], "claimsift/summary/1");
    assert_eq!((&summary["documents"], &summary["failed"], &summary["complete"]), (&9.into(), &1.into(), &true.into()));
    assert_eq!(summary["failures"], serde_json::json!({"malformed": 1}), "{summary}");
    let lines = |part: &str| std::fs::read_to_string(news.path().join(part)).unwrap().lines().count();
    // The one that failed counts: a part is a stretch of the input.
    assert_eq!([lines("out-00001.jsonl"), lines("out-00002.jsonl"), lines("out-00003.jsonl")], [3, 4, 2]);
    assert!(!news.path().join("out.jsonl").exists() && !news.path().join("out.jsonl.journal").exists());
}

#[test]
fn repeats_and_other_languages_are_records_without_claims() {
    let english = "The council voted on Monday to close three schools in the north of the city after a report found that numbers had fallen by 12 percent \
        in ten years and would go on falling.";
    let german = "Der Rat beschloss am Montag, drei Schulen im Norden der Stadt zu schließen, nachdem ein Bericht ergeben hatte, dass die Zahlen um \
        zwölf Prozent gesunken waren, und die Eltern kündigten an, vor Gericht zu ziehen.";
    let news = folder(&[("a.txt", english), ("b.txt", german), ("c.txt", &format!("{english}\n"))]);
    let read: Vec<claimsift::record::Record> = run(&mut extract(news.path(), &["a.txt", "b.txt", "c.txt", "--dedupe"])).records(0);
    assert_eq!(read.iter().map(|r| r.language.as_deref()).collect::<Vec<_>>(), [Some("en"), Some("de"), Some("en")]);
    assert!(!read[0].sentences.is_empty() && read[1].sentences.is_empty() && read[2].sentences.is_empty());
    assert!(read[1].warnings.iter().any(|w| w.contains("another language")));
    let duplicate = read[2].duplicate_of.as_ref().unwrap();
    assert_eq!((duplicate.document.as_str(), duplicate.similarity, &read[2].text), ("a.txt", 1.0, &None));
    let skipped: Vec<claimsift::record::Record> =
        run(&mut extract(news.path(), &["a.txt", "b.txt", "--other-languages", "skip"])).records(0);
    assert_eq!(skipped.len(), 1);
}

#[test]
fn settings_come_from_file_environment_and_flags_in_that_order() {
    let news =
        folder(&[("a.txt", "Rent rose by 5% in May."), ("claimsift.toml", "[extract]\noffsets = \"byte\"\nno-text = true\nthreads = 1\n")]);
    let config = |args: &[&str]| {
        let mut command = support::claimsift(news.path());
        command.arg("config").args(args).env("CLAIMSIFT_OFFSETS", "utf16");
        run(&mut command)
    };
    let found = config(&["extract", "--threads", "2"]);
    assert_eq!(found.code, 0, "{}", found.stderr);
    assert_says(
        &found.stdout,
        &[
            "offsets = \"utf16\"  # CLAIMSIFT_OFFSETS",
            "no-text = true  # claimsift.toml",
            "threads = 2  # flag",
            "model = \"newsroom\"  # default",
        ],
    );
    let help = config(&["extract", "--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    assert_says(&help.stdout, &["Usage: claimsift extract", "--resume"]);
    let read: Vec<claimsift::record::Record> = run(&mut extract(news.path(), &["a.txt"])).records(0);
    assert_eq!((read[0].offset_unit, &read[0].text), (claimsift::span::OffsetUnit::Byte, &None));
    std::fs::write(news.path().join("claimsift.toml"), "[extract]\nthread = 1\n").unwrap();
    let wrong = run(&mut extract(news.path(), &["a.txt"]));
    assert_eq!(wrong.code, 2);
    assert_says(&wrong.stderr, &["claimsift.toml", "no setting `thread`", "threads"]);
}

#[test]
fn a_run_feeds_a_queue_and_feeding_again_changes_nothing() {
    let news = news(10);
    let fed = || -> Value {
        let ran = run(&mut extract(news.path(), &["news", "-o", "out.jsonl", "--errors", "errors.jsonl", "--queue", "claims.db"]));
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let stats = run(support::claimsift(news.path()).args(["queue", "--db", "claims.db", "stats", "--json"]));
        let mut stats: Value = serde_json::from_str(&stats.stdout).unwrap();
        stats.as_object_mut().unwrap().remove("bytes");
        stats
    };
    let once = fed();
    let lines = std::fs::read_to_string(news.path().join("out.jsonl")).unwrap();
    let claims: usize = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["claims"].as_array().unwrap().len()).sum();
    assert!(claims > 0 && once["occurrences"]["live"].as_u64() >= Some(claims as u64), "{claims} claims, {once}");
    assert_eq!(once, fed());
}

/// A run that is killed once its journal has a mark.
fn killed(news: &Path, args: &[&str]) {
    let mut child = extract(news, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let journal = news.join("out.jsonl.journal");
    while !std::fs::read_to_string(&journal).is_ok_and(|text| text.contains("\"kind\":\"at\"")) {
        std::thread::sleep(Duration::from_millis(20));
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_input_that_changed_meanwhile_is_refused_and_nothing_is_lost() {
    let news = news(DOCUMENTS);
    killed(news.path(), &["news", "-o", "out.jsonl"]);
    std::fs::write(news.path().join("news/0000-a.txt"), "Rent fell by 2 percent in 2001.").unwrap();
    let partial = std::fs::read(news.path().join("out.jsonl.partial")).unwrap();
    let resume = || run(&mut extract(news.path(), &["news", "-o", "out.jsonl", "--resume"]));
    let refused = resume();
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert_says(&refused.stderr, &["the input changed at document 1", "--resume"]);
    assert!(partial.starts_with(&std::fs::read(news.path().join("out.jsonl.partial")).unwrap()), "what was written stays");
    std::fs::remove_file(news.path().join("news/0000-a.txt")).unwrap();
    assert_eq!(resume().code, 1);
    let expected: Vec<String> = (0..DOCUMENTS).filter(|n| *n != DOCUMENTS / 3).map(|n| format!("news/{n:04}.txt")).collect();
    assert_eq!(ids(news.path()), expected);
}

#[test]
fn what_a_run_writes_is_no_input_of_it() {
    let news = folder(&[("a.txt", "Rent rose by 5% in May."), ("b.txt", "\u{0}\u{1}\u{2}"), ("c.txt", "Rent fell by 2% in June.")]);
    let args = [".", "-o", "out.jsonl", "--split-every", "1", "--errors", "errors.jsonl", "--summary", "summary.json"];
    // The second time, all files of the first are there.
    for _ in 0..2 {
        let ran = run(&mut extract(news.path(), &args));
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let summary: Value = serde_json::from_slice(&std::fs::read(news.path().join("summary.json")).unwrap()).unwrap();
        assert_eq!((&summary["documents"], &summary["failed"]), (&2.into(), &1.into()), "{summary}");
    }
    let named = run(&mut extract(news.path(), &["a.txt", "-o", "a.txt"]));
    assert_eq!(named.code, 2);
    assert_says(&named.stderr, &["a.txt", "is an input and would be written over"]);
}

#[test]
fn a_document_that_crashes_or_hangs_the_reader_is_left_out() {
    for (what, words) in [("read-crash", "crashed the program"), ("read-hang", "took more than")] {
        let news = news(10);
        let ran = with_mishap(news.path(), what, &["--isolate", "--timeout-per-document", "3"]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        only_the_fifth_is_lost(news.path(), "crash", &[words]);
    }
}

/// A web archive of pages from these years.
fn archive(years: &[u16]) -> String {
    let page = |(n, year): (usize, &u16)| {
        let text =
            format!("Rents in ward {n} rose by {n} per cent in May, the council said on Monday, and more than 1,200 tenants wrote to it. ");
        let html = format!(
            "<html><head><title>Rents {n}</title><meta property=\"article:published_time\" content=\"{year}-05-31\"></head>\
             <body><article><p>{}</p></article></body></html>",
            text.repeat(4)
        );
        format!(
            "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://example.org/{n}\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{html}\r\n\r\n",
            html.len()
        )
    };
    (1..).zip(years).map(page).collect()
}

/// Which pages of an archive come through, where the reader meets a mishap.
fn pages(archive: &str, mishap: &str, flags: &[&str], said: &[&str]) -> Vec<String> {
    let here = folder(&[("news.warc", archive)]);
    let mut command = extract(here.path(), &["news.warc", "-o", "out.jsonl", "--isolate", "--errors", "errors.jsonl"]);
    let ran = run(command.args(flags).env("CLAIMSIFT_MISHAP", mishap));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_says(&std::fs::read_to_string(here.path().join("errors.jsonl")).unwrap(), said);
    let lines = std::fs::read_to_string(here.path().join("out.jsonl")).unwrap();
    support::records(&lines).into_iter().map(|record| record.doc_id).collect()
}

#[test]
fn a_page_that_hangs_the_reader_costs_nothing_else_of_its_web_archive() {
    let found = pages(&archive(&[2026; 8]), "read-hang:news.warc#5", &["--timeout-per-document", "3"], &["news.warc#5", "took more than"]);
    assert_eq!(found, [1, 2, 3, 4, 6, 7, 8].map(|n| format!("news.warc#{n}")));
}

#[test]
fn a_page_that_crashes_the_reader_is_known_among_old_ones() {
    let archive = archive(&[2020, 2020, 2026, 2020, 2026, 2026, 2020, 2026]);
    let found = pages(&archive, "read-crash:news.warc#5", &["--since", "2026-01-01"], &["news.warc#5", "crashed the program"]);
    assert_eq!(found, [3, 6, 8].map(|n| format!("news.warc#{n}")));
}

#[test]
fn a_reader_that_always_fails_ends_the_run_as_an_error() {
    let news = news(40);
    let mut command = extract(news.path(), &["news", "-o", "out.jsonl", "--errors", "errors.jsonl"]);
    // Standard error has the panics' own words, too.
    let ended = command.env("CLAIMSIFT_MISHAP", "read-panic:*").output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert_says(&String::from_utf8_lossy(&ended.stderr), &["20 times in a row while reading", "news/0019.txt"]);
    assert!(news.path().join("out.jsonl.journal").exists() && !news.path().join("out.jsonl").exists());
}

#[test]
fn silence_on_standard_input_is_no_fault_and_holds_nothing_back() {
    let here = folder::<&str>(&[]);
    let mut command = extract(here.path(), &["-", "--format", "jsonl", "--timeout-per-document", "2"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    for n in 1..=2 {
        writeln!(to, "{{\"text\":\"Rent rose by {n} percent in May.\"}}").unwrap();
        // It comes although the input goes on.
        assert_says(&lines.next().unwrap().unwrap(), &[&format!("#{n}")]);
        std::thread::sleep(Duration::from_secs(8));
    }
    drop(to);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn a_wrong_path_leaves_the_output_as_it_was() {
    let news = folder(&[("keep.jsonl", "years of work\n")]);
    let ran = run(&mut extract(news.path(), &["nosuch", "-o", "keep.jsonl"]));
    assert_eq!(ran.code, 1);
    assert_says(&ran.stderr, &["nosuch", "there is no such file", "keep.jsonl is as it was"]);
    assert_eq!(std::fs::read_dir(news.path()).unwrap().count(), 1);
    assert_eq!(std::fs::read_to_string(news.path().join("keep.jsonl")).unwrap(), "years of work\n");
}

#[test]
fn a_folder_that_holds_more_than_tables_is_not_replaced() {
    let news = folder(&[("a.txt", "Rent rose by 5% in May."), ("out.parquet/notes.txt", "years of work")]);
    let ran = run(&mut extract(news.path(), &["a.txt", "-o", "out.parquet"]));
    assert_eq!(ran.code, 2);
    assert_says(&ran.stderr, &["out.parquet", "notes.txt", "the tables documents, sentences, entities, claims"]);
    assert!(news.path().join("out.parquet/notes.txt").exists());
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_unicode_is_read_like_any_other() {
    use std::os::unix::ffi::OsStrExt;
    let news = folder(&[("a.txt", "Rent rose by 5% in May.")]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    std::fs::write(news.path().join(name), "Rent fell by 2% in June.").unwrap();
    let read: Vec<claimsift::record::Record> = run(&mut extract(news.path(), &[std::ffi::OsStr::new("a.txt"), name])).records(0);
    assert_eq!(read.iter().map(|r| r.doc_id.as_str()).collect::<Vec<_>>(), ["a.txt", "caf\u{fffd}.txt"]);
}

#[test]
fn an_empty_list_of_settings_is_none() {
    let news = folder(&[("a.txt", "Rent rose by 5% in May."), ("claimsift.toml", "[extract]\nexclude = []\n")]);
    let ran = run(&mut extract(news.path(), &["a.txt"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn too_little_memory_is_said_before_it_is_missed() {
    let news = folder(&[("a.txt", "Rent rose by 5% in May.")]);
    let mut limited = Command::new("sh");
    limited.arg("-c").arg("ulimit -v 800000; exec \"$0\" \"$@\"").arg(env!("CARGO_BIN_EXE_claimsift"));
    limited.args(["extract", "a.txt", "--threads", "2", "--model"]).arg(support::model()).current_dir(news.path());
    let ran = run(&mut limited);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_says(&ran.stderr, &["ulimit -v", "781 MB", "2 threads need about", "raise the limit"]);
}

#[test]
fn documents_before_a_day_are_counted() {
    let lines = "{\"text\":\"Rent rose by 5% in May.\",\"published\":\"2020-01-01\"}\n\
        {\"text\":\"Rent fell by 2% in June.\",\"published\":\"2026-06-30\"}\n";
    let news = folder(&[("a.jsonl", lines)]);
    let ran = run(&mut extract(news.path(), &["a.jsonl", "-o", "out.jsonl", "--since", "2026-01-01", "--summary", "summary.json"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let summary: Value = serde_json::from_slice(&std::fs::read(news.path().join("summary.json")).unwrap()).unwrap();
    assert_eq!((&summary["documents"], &summary["too_old"]), (&1.into(), &1.into()), "{summary}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_watched_run_ends_with_the_one_that_watches_it() {
    let news = news(DOCUMENTS);
    let begun = || {
        let child = extract(news.path(), &["--isolate", "-o", "out.jsonl", "--", "news"]).stderr(Stdio::null()).spawn().unwrap();
        let journal = news.path().join("out.jsonl.journal");
        while !std::fs::read_to_string(&journal).is_ok_and(|text| text.contains("\"kind\":\"at\"")) {
            std::thread::sleep(Duration::from_millis(20));
        }
        child
    };
    let mut child = begun();
    assert!(Command::new("kill").arg("-INT").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    std::fs::remove_file(news.path().join("out.jsonl.journal")).unwrap();
    let mut child = begun();
    child.kill().unwrap();
    child.wait().unwrap();
    // The run lets go of its journal when it has ended.
    let free = |_| run(&mut extract(news.path(), &["news", "--resume", "-o", "out.jsonl"]));
    let mut last = free(0);
    for n in 0..60 {
        if !last.stderr.contains("in use") {
            break;
        }
        std::thread::sleep(Duration::from_secs(1));
        last = free(n);
    }
    assert_eq!(last.code, 1, "{}", last.stderr);
}
