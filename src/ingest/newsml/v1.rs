//! One `<NewsItem>` of NewsML 1: components inside components, each with a role.

use crate::ingest::article::{Article, Found};
use crate::ingest::nitf;
use crate::ingest::xml::{Element, Step, Story, add_subject, fill, iso, keep, pieces, plain, set_urgency, status};

/// Roles of components that are none of the article's text.
const BESIDE: [&str; 7] = ["stylesheet", "headline", "contact", "logo", "photo", "video", "thumbnail"];

/// Whoever an element names as a party.
pub(super) fn party(element: Element<'_>) -> Option<String> {
    element.child("Party").and_then(formal)
}

fn formal(element: Element<'_>) -> Option<String> {
    element.attribute("FormalName").map(str::to_owned)
}

/// The article of an item, or why it has none.
pub(super) fn item(item: Element<'_>, sender: Option<&str>, warnings: &[String]) -> Found {
    let mut article = Article { warnings: warnings.to_vec(), ..Article::default() };
    describe(item, sender, &mut article);
    let mut story = story(item, &mut article);
    let line = |name: &'static str| item.descendants().find(|line| line.name() == name).and_then(Element::words);
    story.headline = line("HeadLine").or(story.headline);
    story.standfirst.extend(line("SubHeadLine"));
    if story.bylines.is_empty() {
        story.bylines.extend(line("ByLine"));
    }
    story.dateline = story.dateline.or_else(|| line("DateLine"));
    fill(&mut article.source.rights, line("CopyrightLine").as_deref());
    keep(&mut article.source, "slugline", line("SlugLine").into_iter().collect());
    let textless = story.body.is_empty();
    story.set(&mut article);
    if article.blocks.is_empty() || textless && story_is_elsewhere(item) {
        let reason = "an item without text".to_owned();
        return Found::Skipped { guid: article.source.guid, reason };
    }
    if textless {
        article.warnings.push("the item has no text but what stands over it".to_owned());
    }
    Found::Article(Box::new(article))
}

/// Whether an item refers to files only: pictures, as a rule.
fn story_is_elsewhere(item: Element<'_>) -> bool {
    item.descendants().any(|content| content.name() == "ContentItem" && content.attribute("Href").is_some())
}

/// The first text of an item, and what stands beside it in components of their own.
fn story(item: Element<'_>, article: &mut Article) -> Story {
    let mut story = Story::default();
    let mut roles: Vec<String> = Vec::new();
    let mut further = 0;
    for step in item.steps() {
        match step {
            Step::Open(component) if component.name() == "NewsComponent" => {
                let role = component.child("Role").and_then(|role| role.attribute("FormalName"));
                roles.push(role.unwrap_or_default().to_lowercase());
            }
            Step::Close(component) if component.name() == "NewsComponent" => {
                roles.pop();
            }
            Step::Open(content) if content.name() == "DataContent" => {
                let role = roles.last().map(String::as_str).unwrap_or_default();
                if role.contains("caption") {
                    story.captions.extend(content.words());
                } else if role.contains("subhead") || role.contains("abstract") || role.contains("summary") {
                    story.standfirst.extend(pieces(content).into_iter().map(|(_, words)| words));
                } else if !BESIDE.contains(&role) && content.words().is_some() {
                    further += usize::from(!story.body.is_empty());
                    if story.body.is_empty() {
                        add_text(content, &mut story, article);
                    }
                }
            }
            _ => {}
        }
    }
    if further > 0 {
        article.warnings.push(format!("the item holds {further} more texts, other versions as a rule; the first was read"));
    }
    story
}

fn add_text(content: Element<'_>, story: &mut Story, article: &mut Article) {
    if let Some(nitf) = content.outermost(&["nitf"]).next() {
        nitf::describe(nitf, article);
        let given = std::mem::take(story);
        *story = nitf::story(nitf);
        story.standfirst.extend(given.standfirst);
        story.captions.extend(given.captions);
    } else if content.children().next().is_some() {
        story.body = pieces(content);
    } else {
        story.body = plain(&content.text());
    }
}

fn describe(item: Element<'_>, sender: Option<&str>, article: &mut Article) {
    let source = &mut article.source;
    if let Some(identifier) = item.path(&["Identification", "NewsIdentifier"]) {
        fill(&mut source.guid, identifier.child("PublicIdentifier").and_then(Element::words).as_deref());
        fill(&mut source.version, identifier.child("RevisionId").and_then(Element::words).as_deref());
    }
    let provider = item.outermost(&["Provider"]).find_map(party);
    let provider = provider.or_else(|| item.path(&["Identification", "NewsIdentifier", "ProviderId"]).and_then(Element::words));
    fill(&mut source.outlet, sender.or(provider.as_deref()));
    if let Some(management) = item.child("NewsManagement") {
        let date = |name: &str| management.child(name).and_then(Element::words).map(|date| iso(&date));
        let changed = date("ThisRevisionCreated");
        fill(&mut source.published, date("FirstCreated").or_else(|| changed.clone()).as_deref());
        fill(&mut source.modified, changed.filter(|changed| source.published.as_ref() != Some(changed)).as_deref());
        fill(&mut source.pub_status, management.child("Status").and_then(formal).map(|given| status(&given)).as_deref());
        // "Embargoed", until its status will be "Usable".
        if source.pub_status.as_deref() == Some("embargoed") {
            let until = management.path(&["StatusWillChange", "DateAndTime"]).and_then(Element::words);
            fill(&mut source.embargoed_until, until.map(|date| iso(&date)).as_deref());
        }
        set_urgency(article, management.child("Urgency").and_then(formal).as_deref());
    }
    let first = |name: &'static str| item.descendants().find(|element| element.name() == name);
    fill(&mut article.language, first("Language").and_then(formal).as_deref());
    for code in item.outermost(&["SubjectCode"]).flat_map(Element::children).filter_map(formal) {
        add_subject(&mut article.source, Some(&code), None);
    }
    let genre = first("Genre").and_then(formal);
    keep(&mut article.source, "genre", genre.into_iter().collect());
}
