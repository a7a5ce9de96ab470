//! NITF, the text markup of news agencies.

use super::article::{Article, Found};
use super::xml::{Element, Story, Tree, add_subject, fill, is_correction, iso, keep, pieces, place, set_urgency, status};

/// The articles of a file: `<nitf>` elements, wherever they stand in it.
///
/// # Errors
/// The file is not well-formed XML, or holds no `<nitf>`: line, column, what was found and what was expected.
pub(super) fn read(text: &str) -> Result<Vec<Found>, String> {
    let tree = Tree::parse(text)?;
    let found: Vec<Found> = tree.root().outermost(&["nitf"]).map(|nitf| item(nitf, &tree.warnings)).collect();
    if found.is_empty() {
        let first = tree.root().children().next();
        let (name, at) = first.map_or(("", 0), |element| (element.name(), element.at()));
        return Err(format!("{}: found `<{name}>`; expected `<nitf>`", place(text, at)));
    }
    Ok(found)
}

fn item(nitf: Element<'_>, warnings: &[String]) -> Found {
    let mut article = Article { warnings: warnings.to_vec(), ..Article::default() };
    describe(nitf, &mut article);
    story(nitf).set(&mut article);
    if article.blocks.is_empty() {
        return Found::Skipped { guid: article.source.guid, reason: "an NITF document without text".to_owned() };
    }
    Found::Article(Box::new(article))
}

/// Whether a body goes on without `<body.content>`: some write their paragraphs right into `<body>`.
const AROUND_CONTENT: [&str; 2] = ["body.head", "body.end"];

/// The parts of an article.
pub(super) fn story(nitf: Element<'_>) -> Story {
    let mut story = Story::default();
    let body = nitf.child("body");
    if let Some(head) = body.and_then(|body| body.child("body.head")) {
        read_head(head, &mut story);
    }
    if let Some(body) = body {
        let content: Vec<Element<'_>> = body.all("body.content").collect();
        for part in &content {
            story.body.extend(pieces(*part));
        }
        if content.is_empty() {
            let parts = body.children().filter(|part| !AROUND_CONTENT.contains(&part.name()));
            story.body.extend(parts.flat_map(pieces));
        }
        let end = body.all("body.end").flat_map(pieces);
        story.body.extend(end);
    }
    if let Some(docdata) = nitf.path(&["head", "docdata"]) {
        let notes = docdata.all("correction").filter_map(|note| note.attribute("info"));
        story.corrections.extend(notes.map(labelled));
    }
    if story.headline.is_none() {
        story.headline = nitf.path(&["head", "title"]).and_then(Element::words);
    }
    story
}

fn read_head(head: Element<'_>, story: &mut Story) {
    for hedline in head.all("hedline") {
        for line in hedline.children() {
            match (line.name(), &story.headline) {
                ("hl1", None) => story.headline = line.words(),
                ("hl1" | "hl2", _) => story.standfirst.extend(line.words()),
                _ => {}
            }
        }
    }
    story.bylines.extend(head.all("byline").filter_map(Element::words));
    story.dateline = head.child("dateline").and_then(Element::words);
    let summary = head.all("abstract").flat_map(pieces);
    story.standfirst.extend(summary.map(|(_, words)| words));
    for note in head.all("note").filter_map(Element::words).filter(|note| is_correction(note)) {
        story.corrections.push(note);
    }
}

/// A note of correction that says what it is.
fn labelled(note: &str) -> String {
    if is_correction(note) { note.to_owned() } else { format!("Correction: {note}") }
}

/// Fills what the article does not know of itself yet.
pub(super) fn describe(nitf: Element<'_>, article: &mut Article) {
    let language = nitf.attribute("xml:lang").or_else(|| nitf.child("body")?.attribute("xml:lang"));
    fill(&mut article.language, language);
    let Some(head) = nitf.child("head") else { return };
    let docdata = head.child("docdata");
    if let Some(docdata) = docdata {
        describe_document(docdata, article);
    }
    let publication = head.child("pubdata");
    let of_publication = |name| publication.and_then(|data| data.attribute(name));
    let source = &mut article.source;
    fill(&mut source.url, of_publication("ex-ref"));
    let distributor = nitf.path(&["body", "body.head", "distributor"]).and_then(Element::words);
    let holder = docdata.and_then(|data| data.child("doc.copyright")?.attribute("holder"));
    let registry = docdata.and_then(|data| data.child("doc-id")?.attribute("regsrc"));
    fill(&mut source.outlet, of_publication("name").or(distributor.as_deref()).or(holder).or(registry));
    fill(&mut source.published, of_publication("date.publication").map(iso).as_deref());
    let revised: Vec<String> = head.all("revision-history").filter_map(|change| change.attribute("norm")).map(iso).collect();
    fill(&mut source.modified, revised.iter().max().map(String::as_str));
    let rights = nitf.path(&["body", "body.head", "rights"]).and_then(Element::words);
    fill(&mut source.rights, rights.as_deref());
    if source.subjects.is_empty() {
        for subject in head.all("tobject").flat_map(|object| object.all("tobject.subject")) {
            let part = |part: &str| subject.attribute(&format!("tobject.subject.{part}"));
            let name = part("detail").or_else(|| part("matter")).or_else(|| part("type"));
            add_subject(source, part("refnum").or_else(|| part("code")), name);
        }
    }
}

fn describe_document(docdata: Element<'_>, article: &mut Article) {
    let of = |element: &str, attribute: &str| docdata.all(element).find_map(|found| found.attribute(attribute));
    let source = &mut article.source;
    fill(&mut source.guid, of("doc-id", "id-string"));
    fill(&mut source.version, of("du-key", "version"));
    let (issued, released) = (of("date.issue", "norm").map(iso), of("date.release", "norm").map(iso));
    // Most say when they are released, most of them at once.
    let held = released.as_deref().filter(|released| issued.as_deref().is_some_and(|issued| *released > issued));
    fill(&mut source.embargoed_until, held);
    fill(&mut source.published, issued.as_deref().or(released.as_deref()));
    fill(&mut source.pub_status, docdata.attribute("management-status").map(status).as_deref());
    if let Some(holder) = of("doc.copyright", "holder") {
        // Some give the day as well.
        let year = of("doc.copyright", "year").map(|year| format!("{} ", year.get(..4).unwrap_or(year))).unwrap_or_default();
        fill(&mut source.rights, Some(&format!("Copyright {year}{holder}")));
    }
    let expires = of("date.expire", "norm").map(iso);
    let own = |element, attribute| of(element, attribute).map(str::to_owned);
    let kept = [("slugline", own("du-key", "key")), ("expires", expires), ("ednote", own("ed-msg", "info"))];
    for (name, value) in kept {
        if !source.fields.contains_key(name) {
            keep(source, name, value.into_iter().collect());
        }
    }
    let keywords = docdata.all("key-list").flat_map(|list| list.all("keyword")).filter_map(|word| word.attribute("key"));
    if !source.fields.contains_key("keywords") {
        keep(source, "keywords", keywords.map(str::to_owned).collect());
    }
    if article.source.urgency.is_none() {
        set_urgency(article, of("urgency", "ed-urg"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::BlockKind::{Byline, Caption, Correction, Dateline, Headline, Paragraph, Standfirst};

    fn one(text: &str) -> Article {
        let mut articles = Found::articles(read(text).unwrap());
        assert_eq!(articles.len(), 1);
        articles.remove(0)
    }

    #[test]
    fn every_part_of_an_article_is_a_block() {
        let article = one(include_str!("../../fixtures/wires/flood.nitf.xml"));
        let expected = [
            (Headline, "River Lene floods 400 homes in Harlow"),
            (Standfirst, "Mayor orders two districts to leave"),
            (Standfirst, "The river reached its highest level since 1953 on Monday and broke through the flood wall twice."),
            (Byline, "By Jane Smith, Staff Writer"),
            (Byline, "Omar Haddad contributed"),
            (Dateline, "HARLOW March 4"),
            (Correction, "Correction: The level was 6.2 metres, not 6.7."),
            (Paragraph, "The River Lene flooded about 400 homes in Harlow on Monday, the city said — more than in 1953."),
            (Caption, "A street in Harlow under water."),
            (Paragraph, "What happens next"),
            (Paragraph, "“We have never seen this,” Mayor Ann Lee told reporters at the AT&T&unknown; centre."),
            (Paragraph, "Three bridges are shut."),
            (Paragraph, "Power is out in two districts."),
            (Paragraph, "1953 | 6.4 m"),
            (Paragraph, "2024 | 6.2 m"),
            (Paragraph, "No one could have known."),
            (Paragraph, "Ann Lee"),
            (Correction, "Editor's note: An earlier version of this story misspelled the river's name."),
            (Byline, "Reporting by Jane Smith; editing by Max Roth"),
        ];
        assert_eq!(article.read(), expected);
        assert_eq!(article.warnings, ["unknown entities were kept as they stand: `&unknown;`"]);
    }

    #[test]
    fn what_the_file_says_of_itself_finds_its_fields() {
        let article = one(include_str!("../../fixtures/wires/flood.nitf.xml"));
        let source = article.source;
        assert_eq!(article.language.as_deref(), Some("en-US"));
        for (found, expected) in [
            (&source.url, "https://post.example/flood"),
            (&source.outlet, "The Northland Post"),
            (&source.title, "River Lene floods 400 homes in Harlow"),
            (&source.byline, "By Jane Smith, Staff Writer; Omar Haddad contributed"),
            (&source.published, "2024-03-04T09:30:00Z"),
            (&source.modified, "2024-03-04T10:15:00Z"),
            (&source.guid, "NW-2024-0304-17"),
            (&source.version, "3"),
            (&source.pub_status, "usable"),
            (&source.rights, "Copyright 2024 Northwire"),
        ] {
            assert_eq!(found.as_deref(), Some(expected));
        }
        assert_eq!((source.embargoed_until, source.urgency), (None, Some(3)), "released when it was issued");
        assert_eq!(source.subjects, ["20000150", "17000000"]);
        let fields = serde_json::json!({"slugline": "RIVER-FLOOD", "expires": "2024-03-11T00:00:00Z", "keywords": ["flood", "Harlow"], "subject_names": ["Flood", "Weather"]});
        assert_eq!(serde_json::Value::Object(source.fields), fields);
    }

    #[test]
    fn a_kill_is_canceled_and_a_later_release_is_an_embargo() {
        let killed = one(include_str!("../../fixtures/wires/killed.nitf.xml"));
        assert_eq!(killed.source.pub_status.as_deref(), Some("canceled"));
        assert_eq!(killed.source.embargoed_until.as_deref(), Some("2024-01-01T18:00:00+01:00"));
        assert_eq!(killed.source.urgency, None);
        assert!(killed.warnings[0].starts_with("the urgency is `12`; expected a whole number"));
        let held = one(include_str!("../../fixtures/wires/embargoed.nitf.xml"));
        assert_eq!(held.source.pub_status.as_deref(), Some("embargoed"));
        assert_eq!(held.source.embargoed_until.as_deref(), Some("2024-05-02T18:00:00Z"));
        assert_eq!(held.read().len(), 3, "{:?}", held.read());
    }

    #[test]
    fn what_is_no_article_says_why() {
        let found = read(include_str!("../../fixtures/wires/photo-only.nitf.xml")).unwrap();
        assert_eq!(Found::reasons(&found), ["an NITF document without text"]);
        let cut = read(include_str!("../../fixtures/wires/cut-off.nitf.xml")).unwrap_err();
        assert_eq!(cut, "line 4, column 23: the file ends inside `<p>`; expected `</p>`; was it cut off?");
        let misnested = read(include_str!("../../fixtures/wires/misnested.nitf.xml")).unwrap_err();
        assert!(misnested.starts_with("line 1, column 42: not well-formed XML: ") && misnested.contains("expected `</b>`"), "{misnested}");
    }

    #[test]
    fn paragraphs_right_in_the_body_are_read() {
        let article = one("<nitf><body><body.head/><p>One.</p><p>Two.</p></body></nitf>");
        assert_eq!(article.read(), [(Paragraph, "One."), (Paragraph, "Two.")]);
    }
}
