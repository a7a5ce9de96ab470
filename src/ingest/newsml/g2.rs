//! One `<newsItem>` of NewsML-G2.

use crate::ingest::article::{Article, Found};
use crate::ingest::nitf;
use crate::ingest::xml::{Element, Story, add_subject, fill, html_pieces, is_correction, iso, keep, pieces, plain, set_urgency, status};

/// Classes of items whose headline alone is news: a flash has no more.
const CLASSES_OF_TEXT: [&str; 3] = ["", "text", "composite"];
/// What opens the text of an item, where it is XHTML, whole or in part.
const XHTML: [&str; 6] = ["html", "body", "article", "section", "div", "p"];

/// The article of an item, or why it has none.
pub(super) fn item(item: Element<'_>, warnings: &[String]) -> Found {
    let mut article = Article { warnings: warnings.to_vec(), ..Article::default() };
    describe(item, &mut article);
    let text = text(item, &mut article);
    let class = item.path(&["itemMeta", "itemClass"]).and_then(code).map(local).unwrap_or_default().to_lowercase();
    let guid = article.source.guid.clone();
    let skipped = |reason: String| Found::Skipped { guid: guid.clone(), reason };
    let mut story = match text {
        Text::Story(story) => *story,
        Text::None if !CLASSES_OF_TEXT.contains(&class.as_str()) => {
            return skipped(format!("an item of the class `{class}`, without text"));
        }
        Text::None => Story::default(),
        Text::Elsewhere(address) => return skipped(format!("its text stands elsewhere: {address}")),
        Text::Other(name) => return skipped(format!("its content is `<{name}>`; expected `<html>` or `<nitf>`")),
    };
    let textless = story.body.is_empty();
    describe_story(item, &mut story, &mut article);
    story.set(&mut article);
    if article.blocks.is_empty() {
        return skipped("an item without text".to_owned());
    }
    if textless {
        article.warnings.push("the item has no text but what stands over it".to_owned());
    }
    Found::Article(Box::new(article))
}

/// Where the text of an item is.
enum Text {
    Story(Box<Story>),
    /// At an address.
    Elsewhere(String),
    /// In an element that is no article.
    Other(String),
    None,
}

/// The first text among an item's renditions; all of them say the same.
fn text(item: Element<'_>, article: &mut Article) -> Text {
    let mut other = None;
    let renditions: Vec<Element<'_>> = item.all("contentSet").flat_map(Element::children).collect();
    for inline in renditions.iter().filter(|rendition| rendition.name() == "inlineXML") {
        fill(&mut article.language, inline.attribute("xml:lang"));
        let first = inline.children().next();
        if let Some(nitf) = inline.outermost(&["nitf"]).next() {
            nitf::describe(nitf, article);
            return Text::Story(Box::new(nitf::story(nitf)));
        }
        let html = first.filter(|first| XHTML.contains(&first.name())).or_else(|| inline.outermost(&XHTML[..2]).next());
        if let Some(html) = html {
            fill(&mut article.language, html.attribute("xml:lang").or_else(|| html.attribute("lang")));
            let headline = html.path(&["head", "title"]).and_then(Element::words);
            return Text::Story(Box::new(Story { headline, body: pieces(*inline), ..Story::default() }));
        }
        other = other.or(first.map(|first| Text::Other(first.name().to_owned())));
    }
    for data in renditions.iter().filter(|rendition| rendition.name() == "inlineData" && rendition.attribute("encoding").is_none()) {
        let words = data.text();
        let body = if data.attribute("contenttype").is_some_and(|kind| kind.contains("html")) {
            html_pieces(&words).unwrap_or_else(|error| {
                article.warnings.push(error);
                Vec::new()
            })
        } else {
            plain(&words)
        };
        if !body.is_empty() {
            return Text::Story(Box::new(Story { body, ..Story::default() }));
        }
    }
    let remote = renditions.iter().find(|rendition| rendition.name() == "remoteContent" && is_text(**rendition));
    other.or_else(|| remote.and_then(|remote| remote.attribute("href")).map(|href| Text::Elsewhere(href.to_owned()))).unwrap_or(Text::None)
}

fn is_text(remote: Element<'_>) -> bool {
    remote.attribute("contenttype").is_some_and(|kind| kind.starts_with("text/") || kind.contains("xml") || kind.contains("html"))
}

/// What stands over the text, where the text has none of its own.
fn describe_story(item: Element<'_>, story: &mut Story, article: &mut Article) {
    let Some(content) = item.child("contentMeta") else { return };
    let role = |element: Element<'_>| local(element.attribute("role").unwrap_or_default()).to_lowercase();
    let headlines: Vec<Element<'_>> = content.all("headline").collect();
    let main = headlines.iter().find(|headline| matches!(role(**headline).as_str(), "" | "main" | "title")).or(headlines.first());
    let main = main.and_then(|headline| headline.words());
    fill(&mut article.source.title, main.as_deref());
    // The title of a page is often made up of more than the headline; that of an NITF body is the headline as printed.
    let printed = item.path(&["contentSet", "inlineXML"]).is_some_and(|inline| inline.outermost(&["nitf"]).next().is_some());
    if main.is_some() && !(printed && story.headline.is_some()) {
        story.headline = main;
    }
    story.standfirst.extend(headlines.iter().filter(|headline| role(**headline).contains("sub")).filter_map(|headline| headline.words()));
    for description in content.all("description") {
        let words = description.words();
        if role(description).contains("caption") { story.captions.extend(words) } else { story.standfirst.extend(words) }
    }
    let by: Vec<String> = content.all("by").filter_map(Element::words).collect();
    fill(&mut article.source.byline, Some(&by.join("; ")));
    if story.bylines.is_empty() {
        story.bylines = by;
    }
    if story.dateline.is_none() {
        story.dateline = content.child("dateline").and_then(Element::words);
    }
    let signalled = article.source.fields.get("signal").is_some_and(|signal| signal.to_string().contains("correction"));
    for note in item.all("itemMeta").flat_map(|meta| meta.all("edNote")).filter_map(Element::words) {
        if is_correction(&note) {
            story.corrections.push(note);
        } else if signalled {
            story.corrections.push(format!("Correction: {note}"));
        }
    }
    // Whoever made it is not always printed.
    let creators: Vec<String> = content.all("creator").filter_map(name).collect();
    if story.bylines.is_empty() {
        fill(&mut article.source.byline, Some(&creators.join("; ")));
    }
}

fn describe(item: Element<'_>, article: &mut Article) {
    let source = &mut article.source;
    fill(&mut source.guid, item.attribute("guid"));
    fill(&mut source.url, item.attribute("guid").filter(|guid| guid.starts_with("http")));
    fill(&mut source.version, item.attribute("version"));
    let rights: Vec<String> = ["copyrightNotice", "usageTerms"]
        .into_iter()
        .flat_map(|part| item.all("rightsInfo").flat_map(|rights| rights.all(part)).filter_map(Element::words).collect::<Vec<_>>())
        .collect();
    fill(&mut source.rights, Some(&rights.join(" ")));
    let (meta, content) = (item.child("itemMeta"), item.child("contentMeta"));
    let of_meta = |name: &str| meta.and_then(|meta| meta.child(name));
    let date = |element: Option<Element<'_>>| element.and_then(Element::words).map(|date| iso(&date));
    let of_content = |name: &str| content.and_then(|content| content.child(name));
    let changed = date(of_meta("versionCreated"));
    let published = date(of_meta("firstCreated")).or_else(|| date(of_content("contentCreated")));
    fill(&mut source.published, published.or_else(|| changed.clone()).as_deref());
    let modified = date(of_content("contentModified")).or(changed).filter(|changed| source.published.as_ref() != Some(changed));
    fill(&mut source.modified, modified.as_deref());
    fill(&mut source.embargoed_until, date(of_meta("embargoed")).as_deref());
    fill(&mut source.pub_status, of_meta("pubStatus").and_then(code).map(status).as_deref());
    let provider = of_meta("provider");
    let holder = item.path(&["rightsInfo", "copyrightHolder"]);
    let outlet = provider
        .and_then(name)
        .or_else(|| Some(local(provider?.attribute("literal").or_else(|| provider?.attribute("qcode"))?).to_owned()));
    let outlet = outlet.or_else(|| holder.and_then(name)).or_else(|| Some(provider?.attribute("uri")?.to_owned()));
    fill(&mut source.outlet, outlet.as_deref());
    let contents: Vec<Element<'_>> = content.into_iter().flat_map(Element::children).collect();
    let language = contents.iter().find(|part| part.name() == "language").and_then(|language| language.attribute("tag"));
    for subject in contents.iter().filter(|part| part.name() == "subject") {
        let concept = subject.child("mainConcept").unwrap_or(*subject);
        add_subject(source, code(concept), name(concept).as_deref());
    }
    let words = |kind: &str| contents.iter().filter(|part| part.name() == kind).filter_map(|part| part.words()).collect::<Vec<_>>();
    keep(source, "slugline", words("slugline"));
    keep(source, "keywords", words("keyword"));
    let named = |kind: &str| contents.iter().filter(|part| part.name() == kind).filter_map(|part| name(*part)).collect::<Vec<_>>();
    keep(source, "genre", named("genre"));
    keep(source, "located", named("located"));
    let metas: Vec<Element<'_>> = meta.into_iter().flat_map(Element::children).collect();
    let notes = metas.iter().filter(|part| part.name() == "edNote").filter_map(|note| note.words());
    keep(source, "ednote", notes.collect());
    let signals = metas.iter().filter(|part| part.name() == "signal").filter_map(|signal| code(*signal)).map(|code| local(code).to_owned());
    keep(source, "signal", signals.collect());
    let urgency = of_content("urgency").and_then(Element::words);
    set_urgency(article, urgency.as_deref());
    fill(&mut article.language, language);
    if !item.all("contentSet").flat_map(Element::children).any(|rendition| rendition.attribute("xml:lang").is_some()) {
        fill(&mut article.language, item.attribute("xml:lang"));
    }
}

/// The code of a concept: `medtop:04000000`, or an address.
fn code(concept: Element<'_>) -> Option<&str> {
    ["qcode", "uri", "literal"].iter().find_map(|attribute| concept.attribute(attribute))
}

/// The first name of a concept.
fn name(concept: Element<'_>) -> Option<String> {
    concept.child("name").and_then(Element::words)
}

/// A code without its alias: `usable` of `stat:usable`, of an address its last part.
fn local(code: &str) -> &str {
    code.trim_end_matches('/').rsplit([':', '/']).next().unwrap_or(code)
}
