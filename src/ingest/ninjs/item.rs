//! One item of ninjs.

use serde_json::{Map, Value};

use super::bodies::{self, Rendition};
use super::{first_string, get, objects, string};
use crate::ingest::article::{Article, Found};
use crate::ingest::xml::{Story, add_subject, fill, is_correction, iso, keep, set_urgency, status};

/// Types of items whose headline or description alone is news.
const TYPES_OF_TEXT: [&str; 4] = ["", "text", "composite", "article"];

/// Types of items whose descriptions are captions.
const PICTURES: [&str; 5] = ["picture", "graphic", "video", "audio", "animation"];

/// Roles of descriptions that name whoever wrote them.
const OF_PEOPLE: [&str; 4] = ["writer", "author", "credit", "source"];

type Fields = Map<String, Value>;

/// Adds the item: an article, or why it is none; and the texts among its associations, which are articles, too.
pub(super) fn add(fields: &Fields, found: &mut Vec<Found>) {
    found.push(item(fields));
    for association in objects(fields, &["associations"]) {
        if bodies::has_any(association) {
            add(association, found);
        }
    }
}

fn item(fields: &Fields) -> Found {
    let mut article = Article::default();
    describe(fields, &mut article);
    let kind = first_string(fields, &["type"]).unwrap_or_default().to_lowercase();
    let kind = if kind.is_empty() && get(fields, "eventdetails").is_some() { "event".to_owned() } else { kind };
    let guid = article.source.guid.clone();
    let body = bodies::read(fields, &mut article);
    if body.is_none() && !TYPES_OF_TEXT.contains(&kind.as_str()) {
        return Found::Skipped { guid, reason: format!("an item of the type `{kind}`, without a body") };
    }
    let textless = body.is_none();
    let mut story = body.unwrap_or_default();
    describe_story(fields, &mut story, &mut article);
    story.set(&mut article);
    if article.blocks.is_empty() {
        return Found::Skipped { guid, reason: "an item without text".to_owned() };
    }
    if textless {
        article.warnings.push("the item has no body; its headline and descriptions were read".to_owned());
    }
    Found::Article(Box::new(article))
}

/// What stands over the text; that of an NITF body is as printed, and stays.
fn describe_story(fields: &Fields, story: &mut Story, article: &mut Article) {
    let headlines = bodies::renditions(fields, "headlines", "headline");
    let is_main = |rendition: &&Rendition<'_>| matches!(rendition.role.as_str(), "" | "main" | "title" | "headline" | "text" | "simple");
    let main = headlines.iter().find(is_main).or(headlines.first()).and_then(Rendition::words);
    let main = main.or_else(|| first_string(fields, &["title"]));
    fill(&mut article.source.title, main.as_deref());
    story.headline = story.headline.take().or(main);
    let is_sub = |rendition: &&Rendition<'_>| ["sub", "deck"].iter().any(|part| rendition.role.contains(part));
    story.standfirst.extend(headlines.iter().filter(is_sub).filter_map(Rendition::words));
    let pictured = first_string(fields, &["type"]).is_some_and(|kind| PICTURES.contains(&kind.to_lowercase().as_str()));
    let descriptions = bodies::renditions(fields, "descriptions", "description");
    for description in descriptions.iter().filter(|description| !OF_PEOPLE.contains(&description.role.as_str())) {
        let words = description.words();
        if pictured || description.role.contains("caption") { story.captions.extend(words) } else { story.standfirst.extend(words) }
    }
    let by = bodies::renditions(fields, "by", "byline").iter().find_map(Rendition::words);
    fill(&mut article.source.byline, by.as_deref());
    if story.bylines.is_empty() {
        story.bylines.extend(by);
    }
    if story.dateline.is_none() {
        story.dateline = first_string(fields, &["located", "dateline"]);
    }
    story.corrections.extend(first_string(fields, &["ednote", "editornote", "correction"]).filter(|note| is_correction(note)));
    for association in objects(fields, &["associations"]).into_iter().filter(|association| !bodies::has_any(association)) {
        let descriptions = bodies::renditions(association, "descriptions", "description");
        let caption = descriptions.iter().find(|description| description.role.contains("caption")).or(descriptions.first());
        story.captions.extend(caption.and_then(Rendition::words));
    }
}

fn describe(fields: &Fields, article: &mut Article) {
    let of = |names: &[&str]| first_string(fields, names);
    let date = |names: &[&str]| of(names).map(|date| iso(&date));
    let source = &mut article.source;
    source.guid = of(&["uri", "guid", "id", "_id"]);
    source.url = of(&["url", "weburl", "canonical", "href"]).or_else(|| source.guid.clone().filter(|uri| uri.starts_with("http")));
    source.version = of(&["version"]);
    let changed = date(&["versioncreated"]);
    source.published = date(&["published", "firstcreated", "contentcreated"]).or_else(|| changed.clone());
    source.modified = changed.filter(|changed| source.published.as_ref() != Some(changed));
    source.embargoed_until = date(&["embargoed"]);
    source.pub_status = of(&["pubstatus"]).map(|given| status(&given));
    let rights = [of(&["copyrightnotice"]), of(&["usageterms"])].into_iter().flatten().collect::<Vec<_>>().join(" ");
    fill(&mut source.rights, Some(&rights));
    let informant = objects(fields, &["infosources", "infosource"]).into_iter().find_map(|informant| first_string(informant, &["name"]));
    source.outlet = of(&["provider", "source", "copyrightholder"]).or(informant);
    for subject in objects(fields, &["subjects", "subject"]) {
        let code = first_string(subject, &["uri", "qcode"]).or_else(|| coded(subject)).or_else(|| first_string(subject, &["literal"]));
        add_subject(source, code.as_deref(), first_string(subject, &["name"]).as_deref());
    }
    for name in ["slugline", "ednote", "expires", "embargoedreason", "located"] {
        keep(source, name, of(&[name]).into_iter().collect());
    }
    let genres = objects(fields, &["genres", "genre"]).into_iter().filter_map(|genre| first_string(genre, &["name", "code", "literal"]));
    keep(source, "genre", genres.collect());
    let keywords = get(fields, "keywords").and_then(Value::as_array).into_iter().flatten().filter_map(string);
    keep(source, "keywords", keywords.collect());
    set_urgency(article, of(&["urgency"]).as_deref());
    article.language = of(&["language"]);
}

/// A code in its scheme, as version 1 gives it.
fn coded(subject: &Fields) -> Option<String> {
    let code = first_string(subject, &["code"])?;
    let scheme = first_string(subject, &["scheme"]).filter(|scheme| !code.starts_with(scheme.as_str())).unwrap_or_default();
    let between = if scheme.is_empty() || scheme.ends_with(['/', ':', '#', '=']) { "" } else { ":" };
    Some(format!("{scheme}{between}{code}"))
}
