//! What a page says of itself: JSON-LD first, then OpenGraph, then the other `<meta>`, then its elements.

use dom_query::Document;
use serde_json::{Map, Value};

use super::fragment;
use crate::document::Source;

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct About {
    /// Title, byline, dates, outlet, address, rights.
    pub source: Source,
    /// Its language.
    pub language: Option<String>,
    /// The text, where the metadata holds it.
    pub body: Option<String>,
    /// Whether it says that its text is not free to read.
    pub teaser: bool,
}

/// Types of schema.org whose description is an article's.
const ARTICLES: [&str; 4] = ["Article", "Posting", "Report", "Review"];

const PUBLISHED: [&str; 13] = [
    "article:published_time",
    "og:published_time",
    "datepublished",
    "dcterms.date",
    "dcterms.created",
    "dcterms.issued",
    "dc.date",
    "dc.date.issued",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "date",
];
const MODIFIED: [&str; 5] = ["article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified"];
const BYLINES: [&str; 7] = ["author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator"];
const OUTLETS: [&str; 5] = ["og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "publisher"];

impl About {
    /// Gathers it; `url` is where the page was fetched, if that is known.
    pub fn of(document: &Document, url: Option<&str>) -> Self {
        let described = described(document);
        let metas = Metas::of(document);
        let attribute = |selector: &str, name: &str| document.select_single(selector).attr(name).map(|value| value.to_string());
        let canonical = attribute("link[rel='canonical']", "href");
        let addresses = [canonical, described.as_ref().and_then(address), metas.first(&["og:url"])];
        let address = addresses.into_iter().flatten().find_map(|found| absolute(&found, url));
        let text = |name: &str| described.as_ref().and_then(|article| string(article.get(name)));
        let outlet = described.as_ref().and_then(|article| names(article.get("publisher")));
        let outlet = outlet.or_else(|| metas.first(&OUTLETS));
        let title = text("headline").or_else(|| metas.first(&["og:title", "twitter:title"]).map(|title| bare(title, outlet.as_deref())));
        let language = attribute("html", "lang").or_else(|| attribute("html", "xml:lang")).filter(|language| !language.trim().is_empty());
        let source = Source {
            url: address,
            title,
            byline: described.as_ref().and_then(|article| names(article.get("author"))).or_else(|| byline(&metas)),
            published: text("datePublished").or_else(|| metas.first(&PUBLISHED)).or_else(|| attribute("time[datetime]", "datetime")),
            modified: text("dateModified").or_else(|| metas.first(&MODIFIED)),
            rights: text("copyrightNotice").or_else(|| metas.first(&["copyright", "rights", "dcterms.rights"])),
            outlet,
            ..Source::default()
        };
        Self {
            source,
            language: language
                .or_else(|| metas.first(&["content-language", "dcterms.language", "dc.language", "language"]))
                .or_else(|| text("inLanguage"))
                .or_else(|| metas.first(&["og:locale"]).map(|locale| locale.replace('_', "-")))
                .map(|language| language.trim().to_owned()),
            body: described.as_ref().and_then(|article| article.get("articleBody")).and_then(Value::as_str).map(str::to_owned),
            teaser: described.as_ref().is_some_and(|article| is_false(article.get("isAccessibleForFree"))),
        }
    }
}

/// The `<meta>` of a page, by name, in order.
struct Metas(Vec<(String, String)>);

impl Metas {
    fn of(document: &Document) -> Self {
        let selection = document.select("meta[content], [itemprop][content]");
        let metas = selection.nodes().iter().filter_map(|meta| {
            let name = ["name", "property", "itemprop", "http-equiv"].iter().find_map(|name| meta.attr(name))?;
            let content = plain(&meta.attr("content")?);
            (!content.is_empty()).then(|| (name.trim().to_ascii_lowercase(), content))
        });
        Self(metas.collect())
    }

    /// The content of the first of `names` that there is.
    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.0.iter().find(|(known, _)| known == name)).map(|(_, content)| content.clone())
    }
}

fn byline(metas: &Metas) -> Option<String> {
    BYLINES.iter().filter_map(|name| metas.first(&[name])).find(|byline| !byline.contains("://")).map(|byline| without_by(&byline))
}

/// Words that say what somebody did for an article: "Photographs and words by Jane Smith".
const DEEDS: [&str; 14] = [
    "words",
    "written",
    "text",
    "story",
    "report",
    "reporting",
    "reported",
    "interview",
    "analysis",
    "photographs",
    "photos",
    "photography",
    "pictures",
    "and",
];

/// "By Jane Smith", "Words by Jane Smith" → "Jane Smith".
pub(super) fn without_by(byline: &str) -> String {
    let byline = byline.trim();
    let mut rest = byline;
    while let Some((word, after)) = rest.split_once([' ', ':']) {
        let after = after.trim_start();
        if word.eq_ignore_ascii_case("by") {
            return after.to_owned();
        }
        if !DEEDS.iter().any(|deed| word.eq_ignore_ascii_case(deed)) {
            break;
        }
        rest = after;
    }
    byline.to_owned()
}

/// The first article that the page's JSON-LD describes.
fn described(document: &Document) -> Option<Map<String, Value>> {
    let scripts = document.select("script[type='application/ld+json']");
    scripts.nodes().iter().find_map(|script| {
        let text = script.text();
        let text = text.trim().trim_start_matches("<!--").trim_end_matches("-->");
        article_in(&serde_json::from_str(text).ok()?)
    })
}

fn article_in(value: &Value) -> Option<Map<String, Value>> {
    match value {
        Value::Array(items) => items.iter().find_map(article_in),
        Value::Object(object) => {
            let is_article = |kind: &Value| kind.as_str().is_some_and(|kind| ARTICLES.iter().any(|end| kind.ends_with(end)));
            match object.get("@type") {
                Some(Value::Array(kinds)) if kinds.iter().any(is_article) => Some(object.clone()),
                Some(kind) if is_article(kind) => Some(object.clone()),
                _ => ["@graph", "mainEntity", "mainEntityOfPage"].iter().find_map(|name| article_in(object.get(*name)?)),
            }
        }
        _ => None,
    }
}

/// A string, or the first of several, without markup.
fn string(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(plain(text)).filter(|text| !text.is_empty()),
        Value::Array(items) => items.iter().find_map(|item| string(Some(item))),
        Value::Object(object) => string(object.get("@value").or_else(|| object.get("name"))),
        _ => None,
    }
}

/// The names of persons or organisations.
fn names(value: Option<&Value>) -> Option<String> {
    let names: Vec<String> = match value? {
        Value::Array(items) => items.iter().filter_map(|item| names(Some(item))).collect(),
        Value::Object(object) => names(object.get("name")).into_iter().collect(),
        Value::String(name) if !name.contains("://") => vec![without_by(&plain(name))],
        _ => Vec::new(),
    };
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn address(article: &Map<String, Value>) -> Option<String> {
    let of = |value: &Value| match value {
        Value::String(address) => Some(address.clone()),
        Value::Object(object) => object.get("@id").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    ["url", "mainEntityOfPage", "@id"].iter().filter_map(|name| of(article.get(*name)?)).find(|address| address.contains("://"))
}

fn is_false(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(flag)) => !flag,
        Some(Value::String(flag)) => flag.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

/// An address with its host: as it stands, or beneath the host of `base`.
fn absolute(address: &str, base: Option<&str>) -> Option<String> {
    let address = address.trim();
    if address.starts_with("http://") || address.starts_with("https://") {
        return Some(address.to_owned());
    }
    let (scheme, rest) = base?.split_once("://")?;
    match (address.strip_prefix("//"), address.starts_with('/')) {
        (Some(other), _) => Some(format!("{scheme}://{other}")),
        (None, true) => Some(format!("{scheme}://{}{address}", rest.split(['/', '?', '#']).next()?)),
        _ => None,
    }
}

/// A title without the outlet's name behind it.
fn bare(title: String, outlet: Option<&str>) -> String {
    let shorter = outlet.and_then(|outlet| title.strip_suffix(outlet)).and_then(|title| {
        let title = title.trim_end();
        [" |", " -", " –", " —", " ·", " »"].iter().find_map(|mark| title.strip_suffix(mark))
    });
    match shorter {
        Some(shorter) if !shorter.trim().is_empty() => shorter.trim().to_owned(),
        _ => title,
    }
}

/// Text without markup, references and white space around it.
fn plain(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.trim().to_owned();
    }
    fragment(text).map_or_else(|| text.trim().to_owned(), |markup| markup.text().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(html: &str) -> About {
        About::of(&Document::from(html), Some("https://x.example/a/b?c"))
    }

    fn linked(json: &str) -> About {
        about(&format!("<script type=\"application/ld+json\">{json}</script>"))
    }

    #[test]
    fn json_ld_wins_wherever_the_article_stands_in_it() {
        let article = r#"{"@type":["Thing","NewsArticle"],"headline":"A &amp; B","author":["Jo Lee",{"name":"by Al Roe"},"https://x"],"datePublished":"2024-01-02","inLanguage":{"@value":"en"},"publisher":{"name":"X"},"isAccessibleForFree":"False"}"#;
        for json in [article.to_owned(), format!("[{{}},{article}]"), format!("{{\"@graph\":[{{\"@type\":\"WebSite\"}},{article}]}}")] {
            let found = linked(&json);
            assert_eq!(found.source.title.as_deref(), Some("A & B"));
            assert_eq!(found.source.byline.as_deref(), Some("Jo Lee, Al Roe"));
            assert_eq!(found.source.published.as_deref(), Some("2024-01-02"));
            assert_eq!((found.source.outlet.as_deref(), found.language.as_deref(), found.teaser), (Some("X"), Some("en"), true));
        }
        assert_eq!(linked(r#"{"@type":"WebSite","headline":"A"}"#).source.title, None);
        assert_eq!(linked("{\"@type\": broken").source, Source::default());
    }

    #[test]
    fn metas_are_looked_through_in_order() {
        let found = about(
            "<html lang=en-GB><meta property=og:title content='Fire in Paris | The X'><meta property=og:site_name content='The X'>\
             <meta name=Author content='http://x'><meta name=byl content='By Jo Lee'><meta name=DC.date content=2001-02-03>\
             <meta property=article:modified_time content=2001-02-04><link rel=canonical href='/a/c'><meta name=copyright content='© X'>",
        );
        let Source { title, outlet, byline, published, modified, url, rights, .. } = found.source;
        let found = [title, outlet, byline, published, modified, url, rights, found.language].map(Option::unwrap);
        let expected = ["Fire in Paris", "The X", "Jo Lee", "2001-02-03", "2001-02-04", "https://x.example/a/c", "© X", "en-GB"];
        assert_eq!(found, expected);
    }

    #[test]
    fn who_wrote_it_stands_behind_what_they_did() {
        for byline in ["By Jo Lee", "by: Jo Lee", "Words by Jo Lee", "Photographs and words by Jo Lee", "Jo Lee"] {
            assert_eq!(without_by(byline), "Jo Lee");
        }
        assert_eq!(without_by("Story Musgrave"), "Story Musgrave");
    }

    #[test]
    fn addresses_are_made_absolute_where_the_host_is_known() {
        assert_eq!(absolute("//y.example/z", Some("http://x/")), Some("http://y.example/z".into()));
        assert_eq!(absolute("/z", None), None);
        assert_eq!(absolute("z", Some("http://x/")), None);
    }
}
