//! Pages in the manner of real sites, with the article that people see in them (`fixtures/pages`; those of `fixtures/pages-b` were written,
//! with what is expected of them, before any rule was made for them).

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::*;
use crate::ingest::charset::decode_page;
use crate::ingest::testing::processor_time;

/// Where the pages lie.
const FOLDERS: [&str; 2] = ["fixtures/pages", "fixtures/pages-b"];

/// A file of the page called so.
fn file(name: &str, extension: &str) -> PathBuf {
    let paths = FOLDERS.map(|folder| PathBuf::from(folder).join(format!("{name}.{extension}")));
    paths.into_iter().find(|path| path.exists()).unwrap_or_else(|| panic!("{name}.{extension} is in none of {FOLDERS:?}"))
}

fn html(name: &str) -> String {
    decode_page(&fs::read(file(name, "html")).unwrap(), None).unwrap().text
}

/// A block a line: its kind, a tab, its words.
fn expected(name: &str) -> Vec<String> {
    let text = fs::read_to_string(file(name, "expected.txt")).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn article(html: &str) -> Article {
    match read(html, None).unwrap().pop() {
        Some(Found::Article(article)) => *article,
        found => panic!("{found:?}"),
    }
}

fn shown(article: &Article) -> Vec<String> {
    let kind = |kind: &BlockKind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned();
    article.blocks.iter().map(|block| format!("{}\t{}", kind(&block.kind), block.span.of(&article.text))).collect()
}

fn names() -> Vec<String> {
    let files =
        FOLDERS.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.filter_map(|file| file.strip_suffix(".html").map(str::to_owned)).collect();
    names.sort();
    names
}

/// What is known to be wrong: taken for a part of the article, or not found, or found as something else.
const KNOWN: [&str; 5] = [
    "paragraph\tWeather High 61, low 48",
    "paragraph\tKey points",
    // In a list of who, what, when.
    "byline\tTom Hadley",
    // Only a class of the page's own tells it from a paragraph.
    "caption\tRubbish in Ferry Street on Tuesday",
    "paragraph\tRubbish in Ferry Street on Tuesday (Image: Dockside Echo)",
];

#[test]
fn each_page_gives_the_blocks_that_people_see() {
    let mut wrong = String::new();
    for name in names() {
        let mut expected = expected(&name);
        if expected.is_empty() {
            assert!(matches!(read(&html(&name), None).unwrap().as_slice(), [Found::Skipped { .. }]), "{name}");
            continue;
        }
        let mut found = shown(&article(&html(&name)));
        found.retain(|line| !KNOWN.contains(&line.as_str()));
        expected.retain(|line| !KNOWN.contains(&line.as_str()));
        if found != expected {
            wrong += &format!("{name}\n");
            wrong.extend(expected.iter().filter(|line| !found.contains(line)).map(|line| format!("  missing {line}\n")));
            wrong.extend(found.iter().filter(|line| !expected.contains(line)).map(|line| format!("  extra   {line}\n")));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Words of the running text, with how often they stand there.
fn bag(lines: &[String]) -> BTreeMap<String, usize> {
    let mut bag = BTreeMap::new();
    for word in lines.iter().filter_map(|line| line.split_once('\t')).flat_map(|(_, words)| words.split_whitespace()) {
        *bag.entry(word.to_lowercase()).or_default() += 1;
    }
    bag
}

#[test]
fn precision_and_recall_of_words_stay_high() {
    for name in names() {
        let expected = bag(&expected(&name));
        if expected.is_empty() {
            continue;
        }
        let found = bag(&shown(&article(&html(&name))));
        let both: usize = found.iter().map(|(word, n)| n.min(expected.get(word).unwrap_or(&0))).sum();
        let (found, expected): (usize, usize) = (found.values().sum(), expected.values().sum());
        assert!(both * 100 >= found * 94, "{name}: {both} of {found} words belong to the article");
        assert!(both * 100 >= expected * 98, "{name}: {both} of {expected} words were found");
    }
}

#[test]
fn what_pages_say_of_themselves_becomes_the_source() {
    let of = |name: &str| {
        let article = article(&html(name));
        let source = article.source;
        [source.title, source.byline, source.published, source.outlet, source.url, article.language].map(Option::unwrap_or_default)
    };
    assert_eq!(
        of("broadsheet"),
        [
            "Harbour wall to cost twice the first estimate",
            "Ruth Hallam",
            "2024-03-05T06:30:00+00:00",
            "The Northern Courier",
            "https://www.northerncourier.example/news/2024/03/05/harbour-wall-cost",
            "en-GB",
        ]
    );
    assert_eq!(
        of("cms-json-ld"),
        [
            "Rail operator fined $4.2 million after signal fault",
            "Dana Whitfield, Luis Ortega",
            "2023-11-14T09:15:00-05:00",
            "Metro Ledger",
            "https://metroledger.example/transport/rail-fine-4471",
            "en",
        ]
    );
    assert_eq!(of("press-release")[2..], ["2020-10-12", "Ministry of Health", "", "en"]);
    assert_eq!(of("windows-1252")[..2], ["Café owners win appeal over terrace tax", "Zoë Renard"]);
    assert_eq!(of("body-in-json-ld")[..3], ["Court strikes down curfew for under-18s", "Ike Obi", "2024-04-22"]);
}

#[test]
fn the_same_page_gives_the_same_article_on_every_thread() {
    let html = html("comments-and-related");
    let first = article(&html);
    let others: Vec<Article> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| article(&html))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(others.iter().all(|other| *other == first));
}

#[test]
fn a_page_without_an_article_is_skipped_with_a_reason() {
    let found = read(&html("front-page"), None).unwrap();
    let [Found::Skipped { reason, .. }] = found.as_slice() else { panic!("{found:?}") };
    assert!(reason.starts_with("no article in this page; found "), "{reason}");
    assert!(matches!(read("<p>Short.", None).unwrap().as_slice(), [Found::Skipped { .. }]));
}

#[test]
fn pages_nested_as_deep_as_allowed_are_read_on_a_small_stack() {
    for tag in ["div", "b", "blockquote", "section", "form><div></form"] {
        let words = "The council has voted to build the wall, and it will be done by the end of the year, she said. ".repeat(9);
        let html = format!("{}<p>{words}</p>", format!("<{tag}>").repeat(990));
        let read = std::thread::Builder::new().stack_size(2 << 20).spawn(move || super::read(&html, None).is_ok()).unwrap();
        assert!(read.join().unwrap(), "{tag}");
    }
    let million = "<div>".repeat(1_000_000);
    assert!(read(&million, None).unwrap_err().contains("open in one another"));
}

/// More than any of these takes without optimisation, less than going through all of the page for every element of it.
const SOON: std::time::Duration = std::time::Duration::from_secs(20);

#[test]
fn nested_elements_are_not_gone_through_again_and_again() {
    let paragraphs = "<p>The council has voted to build the wall, and it will be done by the end of the year.</p>".repeat(2000);
    let long = "word ".repeat(100_000);
    for page in [
        format!("{}{paragraphs}", "<div class='ad deck'>".repeat(900)),
        format!("{}{paragraphs}", "<div class='author'>".repeat(900)),
        format!("{}{long}", "<div><h1>".repeat(400)),
        format!("<meta name=author content='{long}'><h1>{long}</h1>{paragraphs}"),
    ] {
        let begun = processor_time();
        read(&page, None).unwrap();
        let (Some(begun), Some(ended)) = (begun, processor_time()) else { return };
        assert!(ended - begun < SOON, "{}: {:?}", &page[..60], ended - begun);
    }
}

#[test]
fn a_page_of_much_that_lies_deep_is_refused_before_it_costs_minutes() {
    let words = "<p>The council has voted to build the wall, she said.</p>";
    let page = |deep: usize, many: usize| format!("{}{}", "<div>".repeat(deep), words.repeat(many));
    let begun = processor_time();
    assert!(read(&page(990, 70_000), None).unwrap_err().contains("lies too deep"));
    let (Some(begun), Some(ended)) = (begun, processor_time()) else { return };
    assert!(ended - begun < SOON, "{:?}", ended - begun);
    assert!(read(&page(30, 2_000), None).is_ok() && read(&page(990, 200), None).is_ok());
}

#[test]
fn markup_in_metadata_is_not_parsed_where_a_page_of_it_would_be_refused() {
    let deep = "<div><p>".repeat(200_000);
    let ld = format!("{{\"@type\":\"NewsArticle\",\"headline\":\"{deep}\",\"articleBody\":\"{deep}Words.\"}}");
    let html = format!("<script type='application/ld+json'>{ld}</script><p>Short.");
    assert!(matches!(read(&html, None).unwrap().as_slice(), [Found::Skipped { .. }]));
}

proptest::proptest! {
    #[test]
    fn any_tags_give_an_article_or_a_reason(
        html in "(<(p|div|table|td|b|a href=x|h1|ul|li|br|script|!--|svg|title|/p|/div|/b|/table|/script|span class=ad)>|Words are here, said he. |&amp;|-->|<|é){0,60}",
    ) {
        if let Ok(found) = read(&html, None) {
            for found in found {
                if let Found::Article(article) = found {
                    for block in &article.blocks {
                        proptest::prop_assert!(!block.span.of(&article.text).trim().is_empty());
                    }
                }
            }
        }
    }
}
