use super::*;
use crate::document::BlockKind::{Byline, Caption, Correction, Dateline, Headline, Paragraph, Standfirst};
use crate::ingest::article::Article;

fn articles(text: &str) -> Vec<Article> {
    Found::articles(read(text).unwrap())
}

#[test]
fn a_message_gives_its_articles_and_says_what_the_rest_is() {
    let text = include_str!("../../../fixtures/wires/message.newsml.xml");
    let found = read(text).unwrap();
    let reasons = [
        "a package of other items (packageItem)",
        "an item of the class `picture`, without text",
        "its text stands elsewhere: https://northwire.example/report.html",
    ];
    assert_eq!(Found::reasons(&found), reasons);
    let guid = |found: &Found| match found {
        Found::Article(article) => article.source.guid.clone(),
        Found::Skipped { guid, .. } | Found::Damaged { guid, .. } => guid.clone(),
    };
    assert!(found.iter().map(guid).all(|guid| guid.is_some_and(|guid| guid.starts_with("tag:northwire.example"))));
    assert_eq!(found.len(), 5);
    let [flood, plain] = &articles(text)[..] else { panic!() };
    let expected = [
        (Headline, "River Lene floods 400 homes in Harlow"),
        (Standfirst, "Mayor orders two districts to leave"),
        (Standfirst, "The river reached its highest level since 1953."),
        (Byline, "By Jane Smith"),
        (Dateline, "HARLOW, March 4 (Northwire)"),
        (Correction, "Corrects the level of the river in the third paragraph."),
        (Paragraph, "The River Lene flooded about 400 homes in Harlow on Monday, the city said."),
        (Caption, "A street in Harlow under water."),
        (Paragraph, "Mayor Ann Lee said 1,200 people had left their homes."),
    ];
    assert_eq!(flood.read(), expected);
    let expected = [
        (Headline, "Strike ends after 12 days"),
        (Paragraph, "The strike ended on Friday."),
        (Paragraph, "Trains run again from Saturday, the operator said."),
    ];
    assert_eq!(plain.read(), expected);
    assert_eq!(plain.source.pub_status.as_deref(), Some("withheld"));
}

#[test]
fn what_an_item_says_of_itself_finds_its_fields() {
    let flood = articles(include_str!("../../../fixtures/wires/message.newsml.xml")).remove(0);
    let source = flood.source;
    assert_eq!(flood.language.as_deref(), Some("en-GB"));
    for (found, expected) in [
        (&source.outlet, "Northwire"),
        (&source.title, "River Lene floods 400 homes in Harlow"),
        (&source.byline, "By Jane Smith"),
        (&source.published, "2024-03-04T06:10:00Z"),
        (&source.modified, "2024-03-04T09:30:00Z"),
        (&source.version, "3"),
        (&source.pub_status, "usable"),
        (&source.embargoed_until, "2024-03-04T12:00:00Z"),
        (&source.rights, "Copyright 2024 Northwire. Online use only."),
    ] {
        assert_eq!(found.as_deref(), Some(expected));
    }
    assert_eq!((source.urgency, source.subjects), (Some(3), vec!["medtop:20000150".to_owned(), "medtop:20001057".to_owned()]));
    let fields = serde_json::json!({
        "slugline": "RIVER-FLOOD", "located": "Harlow", "signal": "correction", "subject_names": ["flood", "skiing"],
        "ednote": "Corrects the level of the river in the third paragraph.",
    });
    assert_eq!(serde_json::Value::Object(source.fields), fields);
}

#[test]
fn prefixes_and_an_nitf_body_are_read() {
    let [article] = &articles(include_str!("../../../fixtures/wires/prefixed.newsml.xml"))[..] else { panic!() };
    let expected = [
        (Headline, "Government to cut fuel tax by 5%"),
        (Byline, "By Paul Reyes"),
        (Paragraph, "The government will cut fuel tax by 5% from July."),
        (Paragraph, "The cut will cost 1.2 billion crowns a year."),
    ];
    assert_eq!(article.read(), expected);
    assert_eq!(article.source.title.as_deref(), Some("Fuel tax to be cut"));
    assert_eq!(article.source.pub_status.as_deref(), Some("canceled"));
    assert_eq!(article.source.outlet.as_deref(), Some("Northwire"));
}

#[test]
fn the_older_newsml_is_read() {
    let [article] = &articles(include_str!("../../../fixtures/wires/old.newsml.xml"))[..] else { panic!() };
    let expected = [
        (Headline, "Lene Rail buys ferry line"),
        (Dateline, "HARLOW"),
        (Paragraph, "Lene Rail has bought the Harlow ferry line for 40 million crowns."),
        (Paragraph, "The line carried 2 million people in 2023."),
    ];
    assert_eq!(article.read(), expected);
    let source = &article.source;
    assert_eq!(source.guid.as_deref(), Some("urn:newsml:northwire.example:20240304:17:2"));
    assert_eq!(
        (source.published.as_deref(), source.modified.as_deref()),
        (Some("2024-03-04T06:10:00+00:00"), Some("2024-03-04T09:30:00+00:00"))
    );
    assert_eq!((source.version.as_deref(), source.urgency, source.pub_status.as_deref()), (Some("2"), Some(3), Some("usable")));
    assert_eq!((source.outlet.as_deref(), source.rights.as_deref()), (Some("Northwire"), Some("Copyright Northwire 2024")));
    assert_eq!((article.language.as_deref(), &source.subjects[..]), (Some("en"), &["04000000".to_owned()][..]));
}

#[test]
fn what_is_no_article_says_why() {
    let concept = read(include_str!("../../../fixtures/wires/concept.newsml.xml")).unwrap();
    assert_eq!(Found::reasons(&concept), ["a concept, such as a person or an event (conceptItem)"]);
    let error = read(include_str!("../../../fixtures/wires/no-item.newsml.xml")).unwrap_err();
    assert_eq!(error, "line 2, column 1: found `<rss>` and no item in it; expected `<newsItem>`");
    let sports = "<newsItem guid='g'><contentSet><inlineXML><sports-content/></inlineXML></contentSet></newsItem>";
    assert_eq!(Found::reasons(&read(sports).unwrap()), ["its content is `<sports-content>`; expected `<html>` or `<nitf>`"]);
}

/// A message of items with these bodies, a line each.
fn message(bodies: &[&str]) -> String {
    let item = |body: &&str| {
        format!("<newsItem guid='g'><contentSet><inlineXML><html><body>{body}</body></html></inlineXML></contentSet></newsItem>\n")
    };
    format!("<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'>\n{}</newsMessage>", bodies.iter().map(item).collect::<String>())
}

#[test]
fn items_before_a_damage_are_read_and_the_damage_is_told() {
    let whole = message(&["<p>One.</p>", "<p>Two.</p>", "<p>Three.</p>", "<p>Four.</p>"]);
    let unclosed = message(&["<p>One.</p>", "<p>Two.</p>", "<p>Three.", "<p>Four.</p>"]);
    let cut = whole[..whole.find("Three").unwrap()].to_owned();
    let entity = message(&["<p>One.</p>", "<p>Two.</p>", "<p>&a;</p>"]);
    let entity = format!("<!DOCTYPE newsMessage [<!ENTITY a 'x'>]>{entity}");
    for (text, expected) in [
        (&unclosed, "line 4, column "),
        (&cut, "line 4, column 58: the file ends inside `<p>`"),
        (&entity, "line 4, column "),
        (&whole.replace("</newsMessage>", "</newsmessage>"), "line 6, column "),
        (&whole.replace("</newsMessage>", ""), "line 6, column 1: the file ends inside `<newsMessage>`"),
    ] {
        let mut found = read(text).unwrap();
        let Some(Found::Damaged { guid, reason }) = found.pop() else { panic!("{found:?}") };
        let in_item = reason.contains(" (in the item that opens at line 4, column 1); items before it were read");
        let intact = Found::articles(found).len();
        assert!(reason.starts_with(expected) && in_item == (intact == 2) && guid.is_some() == in_item, "{reason}");
        assert_eq!(intact, if in_item { 2 } else { 4 }, "{reason}");
    }
    assert!(read(&message(&["<p>One.", "<p>Two.</p>"])).unwrap_err().starts_with("line 2, column "));
}

#[test]
fn a_headline_alone_is_a_flash() {
    let flash = "<newsItem><contentMeta><headline>URGENT: Bank cuts rate to 2%</headline></contentMeta></newsItem>";
    let [article] = &articles(flash)[..] else { panic!() };
    assert_eq!(article.read(), [(Headline, "URGENT: Bank cuts rate to 2%")]);
    assert_eq!(article.warnings, ["the item has no text but what stands over it"]);
}

/// Reads the samples of the format's makers where they are at hand.
#[test]
#[allow(clippy::print_stderr, reason = "a test that skips says so")]
fn real_samples_are_read() {
    let Some(data) = std::env::var_os("CLAIMSIFT_DATA") else {
        eprintln!("SKIPPED: the samples of IPTC are read only where CLAIMSIFT_DATA names a folder");
        return;
    };
    let samples = std::path::Path::new(&data).join("formats");
    for (file, articles) in [
        ("iptc_newsmlg2/examples/LISTING_2_NewsML-G2_Text_Document.xml", 1),
        ("iptc_newsmlg2/examples/LISTING_22_Sports_story_in_NewsML-G2NITF.xml", 1),
        ("iptc_newsmlg2/examples/LISTING_3_Photo_in_NewsML-G2.xml", 0),
        ("iptc_ninjs/examples/NewsML/businesswire-newsml-20130731006140.xml", 1),
    ] {
        let text = std::fs::read_to_string(samples.join(file)).unwrap();
        assert_eq!(Found::articles(read(&text).unwrap()).len(), articles, "{file}");
    }
}
