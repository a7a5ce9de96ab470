use proptest::prelude::*;

use super::*;
use crate::document::BlockKind::{self, Caption, Correction, Headline, Paragraph};
use crate::ingest::article::Article;
use crate::ingest::{newsml, nitf};

fn html(text: &str) -> Vec<(BlockKind, String)> {
    tidy(html_pieces(text).unwrap())
}

fn xhtml(text: &str) -> Vec<(BlockKind, String)> {
    tidy(pieces(Tree::parse(text).unwrap().root()))
}

fn tidy(pieces: Vec<Piece>) -> Vec<(BlockKind, String)> {
    pieces.into_iter().map(|(kind, words)| (kind, words.split_whitespace().collect::<Vec<_>>().join(" "))).collect()
}

fn paragraphs(words: &[&str]) -> Vec<(BlockKind, String)> {
    words.iter().map(|words| (Paragraph, (*words).to_owned())).collect()
}

#[test]
fn elements_are_found_by_name_within_their_namespace() {
    let tree = Tree::parse("<a xmlns='u:1' xmlns:x='u:2'><x:b>other</x:b><b k='1 &amp; 2'>mine</b><y:c>named</y:c></a>").unwrap();
    let a = tree.root().child("a").unwrap();
    assert_eq!(a.child("b").unwrap().words().as_deref(), Some("mine"));
    assert_eq!(a.child("b").unwrap().attribute("k"), Some("1 & 2"));
    assert_eq!(a.child("c").unwrap().words().as_deref(), Some("named"), "a prefix that nobody declared");
    assert!(tree.root().path(&["a", "d"]).is_none());
    assert_eq!(tree.root().descendants().map(Element::name).collect::<Vec<_>>(), ["a", "b", "b", "c"]);
    assert_eq!(tree.root().outermost(&["a", "b"]).count(), 1);
}

#[test]
fn entities_of_html_are_characters_and_unknown_ones_stay_with_a_warning() {
    let tree = Tree::parse("\u{feff}<p>a&nbsp;&mdash;&#8212;&#x2014;b &apos;&eacute;&foo; AT&T &#0;<![CDATA[<&]]></p>").unwrap();
    assert_eq!(tree.root().text(), "a\u{a0}———b 'é&foo; AT&T \u{fffd}<&");
    assert_eq!(tree.warnings, ["unknown entities were kept as they stand: `&foo;`"]);
}

#[test]
fn entities_that_a_file_declares_are_an_error() {
    let bomb = include_str!("../../../fixtures/wires/billion-laughs.nitf.xml");
    let outside = include_str!("../../../fixtures/wires/outside-entity.nitf.xml");
    let attribute = "<!DOCTYPE a [<!ENTITY e 'x'>]>\n<a b='&e;'/>";
    for (text, place, name) in [
        (bomb, "line 8, column 30: ", "`&lol3;`"),
        (outside, "line 2, column 37: ", "`&file;`"),
        (attribute, "line 2, column 1: ", "`&e;`"),
    ] {
        let error = Tree::parse(text).unwrap_err();
        assert!(error.starts_with(place) && error.contains(name) && error.ends_with("none is expanded"), "{error}");
    }
    assert!(Tree::parse("<!DOCTYPE a [<!ENTITY % p 'x'><!ENTITY e 'y'>]><a/>").is_ok(), "nobody refers to them");
}

#[test]
fn a_million_nested_elements_are_an_error_or_flat() {
    let deep = "<b>".repeat(1_000_000);
    assert_eq!(Tree::parse(&deep).unwrap_err(), "line 1, column 751: elements stand more than 250 deep; expected fewer");
    let error = nitf::read(&format!("<nitf><body><body.content>{deep}")).unwrap_err();
    assert!(error.contains("250 deep"), "{error}");
    assert_eq!(html(&format!("{}words", "<div>".repeat(1_000_000))), paragraphs(&["words"]));
    assert_eq!(html(&format!("{}{}", "<div><p>w".repeat(1_000), "</section>".repeat(100_000))).len(), 1_000);
}

#[test]
fn damage_has_a_place_and_says_what_was_expected() {
    for (text, expected) in [
        ("<a>\n <b>é</c>", "line 2, column 6: not well-formed XML: ill-formed document: expected `</b>`, but `</c>` was found"),
        ("<a>\n <b>words", "line 2, column 10: the file ends inside `<b>`; expected `</b>`; was it cut off?"),
        ("<a><b", "line 1, column 4: not well-formed XML: syntax error: tag not closed"),
        ("<a b=c/>", "line 1, column 1: an attribute of `<a>` cannot be read: "),
        ("words", "line 1, column 1: found no element; expected XML"),
        ("", "line 1, column 1: found no element; expected XML"),
    ] {
        let error = Tree::parse(text).unwrap_err();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
    assert!(newsml::read("<rss><channel/></rss>").unwrap_err().starts_with("line 1, column 1: found `<rss>` and no item in it"));
    assert!(nitf::read("\n <html/>").unwrap_err().starts_with("line 2, column 2: found `<html>`; expected `<nitf>`"));
}

#[test]
fn html_is_read_however_it_is_written() {
    assert_eq!(html("<p>One<p>two &amp; x < 3 <b>and<i> more</b><br>on"), paragraphs(&["One", "two & x < 3 and more on"]));
    assert_eq!(html("One<br/><BR>\n two<br>three"), paragraphs(&["One", "two three"]));
    assert_eq!(
        html("<head><title>x</title><body>Words<script>if (a<b) {}</script> go<style>p{}</style> on</body>"),
        paragraphs(&["Words go on"])
    );
    assert_eq!(html("<ul><li>one<li>two</ul><h1>H</h1><h2>h</h2>")[2..], [(Headline, "H".to_owned()), (Paragraph, "h".to_owned())]);
    assert_eq!(
        html("<figure><img alt='x'><figcaption>A <p>street</p></figcaption></figure>"),
        [(Caption, "A".into()), (Caption, "street".into())]
    );
    assert_eq!(
        html("<figure><blockquote>Said.</blockquote>X/Y</figure><span>a</span><span>b</span>c"),
        [(Paragraph, "Said.".into()), (Caption, "X/Y".into()), (Paragraph, "a bc".into())]
    );
    assert_eq!(html("<pre>One line\nand more of it.\n\nTwo.</pre>"), paragraphs(&["One line and more of it.", "Two."]));
}

#[test]
fn rows_are_paragraphs_unless_a_table_lays_out_a_page() {
    assert_eq!(
        xhtml("<table><tr><th>Year</th><td><p>Level</p></td></tr><tr><td>1953</td><td/></tr></table>"),
        paragraphs(&["Year | Level", "1953"])
    );
    assert_eq!(html("<table><tr><td>1<td>2<tr><td>3<td>4</table>"), paragraphs(&["1 | 2", "3 | 4"]));
    let page = "<table><tr><td>Menu</td><td><p>One.</p><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>";
    assert_eq!(xhtml(page), paragraphs(&["Menu", "One.", "a | b"]));
}

#[test]
fn a_tag_with_thousands_of_attributes_is_an_error() {
    let error = html_pieces(&format!("<p>\n<a {}>x</a>", "b ".repeat(5_000))).unwrap_err();
    assert_eq!(error, "HTML, line 2, column 1: a tag has thousands of attributes; expected fewer");
    assert!(html_pieces(&format!("a < b {}", "word ".repeat(10_000))).is_ok());
}

fn set(story: Story) -> Vec<(BlockKind, String)> {
    let mut article = Article::default();
    story.set(&mut article);
    article.read().into_iter().map(|(kind, words)| (kind, words.to_owned())).collect()
}

fn body(words: &[&str]) -> Vec<Piece> {
    paragraphs(words)
}

#[test]
fn nothing_is_said_twice() {
    let story = Story {
        headline: Some("Talks fail".into()),
        standfirst: vec!["The talks failed on Monday".into(), "Talks fail".into(), "Nobody knows why.".into(), "Nobody knows why".into()],
        bylines: vec!["By Jane Smith".into()],
        dateline: Some("Paris".into()),
        body: body(&["TALKS FAIL", "By Jane Smith", "PARIS (AP) — The talks failed on Monday.", "They failed.", "* * *"]),
        captions: vec!["They failed".into(), "A room.".into(), "A room".into()],
        ..Story::default()
    };
    let found = set(story);
    let words: Vec<&str> = found.iter().map(|(_, words)| words.as_str()).collect();
    let expected =
        ["Talks fail", "Nobody knows why.", "By Jane Smith", "PARIS (AP) — The talks failed on Monday.", "They failed.", "A room."];
    assert_eq!(words, expected);
}

#[test]
fn a_body_gives_the_headline_where_nothing_else_does() {
    let story = Story {
        body: vec![(Headline, "Talks fail".into()), (Paragraph, "They failed.".into()), (Headline, "More".into())],
        ..Story::default()
    };
    assert_eq!(set(story), [(Headline, "Talks fail".into()), (Paragraph, "They failed.".into()), (Paragraph, "More".into())]);
}

#[test]
fn corrections_and_turns_are_told_from_paragraphs() {
    for words in [
        "CORRECTION: The level was 6.2 metres.",
        "Correction (March 4): It was.",
        "(This story corrects the name in paragraph 2)",
        "(Corrects name)",
        "Editor’s note: An earlier version misspelled the name.",
        "An earlier version of this article misspelled the name.",
        "Clarification — It rained.",
    ] {
        assert!(is_correction(words), "{words}");
        assert_eq!(set(Story { body: body(&[words]), ..Story::default() })[0].0, Correction);
    }
    for words in ["Editor's note: This story is graphic.", "Correctional officers struck: all of them.", "The correction: none.", ""] {
        assert!(!is_correction(words), "{words}");
    }
    let talk = set(Story {
        body: body(&["It is here in full.", "ANN LEE: We won it.", "BOB COLE: You did not.", "ANN LEE: We did."]),
        ..Story::default()
    });
    assert_eq!(talk.iter().filter(|(kind, _)| *kind == BlockKind::Turn).count(), 3);
}

#[test]
fn dates_and_statuses_have_one_form() {
    for (given, expected) in [
        ("20130516T040100+0000", "2013-05-16T04:01:00+00:00"),
        ("20130516T0401Z", "2013-05-16T04:01Z"),
        ("20130516", "2013-05-16"),
        ("20130516+0100", "2013-05-16+01:00"),
        (" 2013-05-16T04:01:00Z\n", "2013-05-16T04:01:00Z"),
        ("yesterday", "yesterday"),
        ("2013051é", "2013051é"),
        ("20130516Té", "2013-05-16Té"),
    ] {
        assert_eq!(iso(given), expected);
    }
    for (given, expected) in
        [("stat:usable", "usable"), ("Killed", "canceled"), ("http://cv.iptc.org/newscodes/pubstatusg2/withheld", "withheld")]
    {
        assert_eq!(status(given), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_markup_is_read_or_refused(
        text in "(<(/)?(nitf|body|body.content|p|td|tr|pre|script|newsItem|contentSet|inlineXML|inlineData|html|hl1|media-caption)( a='&lt;')?(/)?>|&[a-z]{1,5};|&|<|é| |[a-z.]{1,4}|\n\n|<br>|<!--|-->|<!\\[CDATA\\[|\\]\\]>){0,40}",
    ) {
        Found::articles(nitf::read(&text).unwrap_or_default());
        Found::articles(newsml::read(&text).unwrap_or_default());
        let mut article = Article::default();
        Story { body: html_pieces(&text).unwrap_or_default(), ..Story::default() }.set(&mut article);
        Found::articles(vec![Found::Article(Box::new(article))]);
        if let Err(error) = Tree::parse(&text) { prop_assert!(error.starts_with("line "), "{}", error); }
    }

    #[test]
    fn damaged_wires_are_read_or_refused(which in 0usize..9, cuts in prop::collection::vec((0usize..4000, 0usize..40, "[<>&;\"' a-z/]{0,3}"), 1..4)) {
        let mut text = WIRES[which].to_owned();
        for (at, length, put) in cuts {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
            text.replace_range(start..end, &put);
        }
        Found::articles(nitf::read(&text).unwrap_or_default());
        Found::articles(newsml::read(&text).unwrap_or_default());
    }
}

use crate::ingest::article::Found;

const WIRES: [&str; 9] = [
    include_str!("../../../fixtures/wires/flood.nitf.xml"),
    include_str!("../../../fixtures/wires/killed.nitf.xml"),
    include_str!("../../../fixtures/wires/embargoed.nitf.xml"),
    include_str!("../../../fixtures/wires/billion-laughs.nitf.xml"),
    include_str!("../../../fixtures/wires/cut-off.nitf.xml"),
    include_str!("../../../fixtures/wires/message.newsml.xml"),
    include_str!("../../../fixtures/wires/prefixed.newsml.xml"),
    include_str!("../../../fixtures/wires/old.newsml.xml"),
    include_str!("../../../fixtures/wires/concept.newsml.xml"),
];
