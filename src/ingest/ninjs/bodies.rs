//! The same words in several markups: which are read, and how.

use serde_json::{Map, Value};

use super::{first_string, get, string};
use crate::ingest::article::Article;
use crate::ingest::nitf;
use crate::ingest::xml::{Piece, Story, Tree, html_pieces, plain};

type Fields = Map<String, Value>;

/// How a rendition is marked up; the first is read rather than the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Markup {
    Html,
    Nitf,
    Plain,
    /// A markup of somebody's own: its tags are taken out.
    Other,
}

/// One rendition of words.
#[derive(Debug)]
pub(super) struct Rendition<'v> {
    /// What it is for, in small letters; empty where that is not said.
    pub role: String,
    markup: Markup,
    value: &'v str,
}

impl Rendition<'_> {
    /// Its words without any markup; `None` where there are none.
    pub fn words(&self) -> Option<String> {
        let words = if self.markup == Markup::Plain { self.value.to_owned() } else { joined(&html_pieces(self.value).ok()?) };
        Some(words).filter(|words| !words.trim().is_empty())
    }

    /// What it holds, if its markup can be read.
    fn story(&self, article: &mut Article) -> Result<Story, String> {
        let of = |body| Story { body, ..Story::default() };
        match self.markup {
            Markup::Html | Markup::Other => html_pieces(self.value).map(of),
            Markup::Plain => Ok(of(plain(self.value))),
            Markup::Nitf => {
                let tree = Tree::parse(self.value)?;
                let nitf = tree.root().outermost(&["nitf"]).next().ok_or("found no `<nitf>`")?;
                nitf::describe(nitf, article);
                article.warnings.extend(tree.warnings.iter().cloned());
                Ok(nitf::story(nitf))
            }
        }
    }
}

fn joined(pieces: &[Piece]) -> String {
    pieces.iter().map(|(_, words)| words.trim()).collect::<Vec<_>>().join(" ")
}

/// The renditions in the list `plural` (versions 2 and 3), then those in fields that begin with `singular` (version 1).
pub(super) fn renditions<'v>(fields: &'v Fields, plural: &str, singular: &str) -> Vec<Rendition<'v>> {
    let mut all = Vec::new();
    match get(fields, plural) {
        Some(Value::Array(listed)) => {
            for one in listed {
                match one {
                    Value::Object(one) => all.extend(of_object(one)),
                    Value::String(value) => all.push(rendition("", "", value)),
                    _ => {}
                }
            }
        }
        Some(Value::Object(one)) => all.extend(of_object(one)),
        Some(Value::String(value)) => all.push(rendition("", "", value)),
        _ => {}
    }
    for (name, value) in fields {
        let name = name.to_lowercase();
        let Some(role) = name.strip_prefix(singular).filter(|role| role.is_empty() || role.starts_with('_')) else { continue };
        if let Value::String(value) = value {
            all.push(rendition(role.trim_start_matches('_'), "", value));
        }
    }
    all.retain(|rendition| !rendition.value.trim().is_empty());
    // A title without a role is the title; fields come in the order of their names.
    all.sort_by_key(|rendition| !rendition.role.is_empty());
    all
}

fn of_object(one: &Fields) -> Option<Rendition<'_>> {
    let value = get(one, "value")?.as_str()?;
    let role = first_string(one, &["role", "name"]).unwrap_or_default();
    let kind = get(one, "contenttype").and_then(string).unwrap_or_default();
    Some(rendition(&role, &kind, value))
}

fn rendition<'v>(role: &str, content_type: &str, value: &'v str) -> Rendition<'v> {
    let role = role.to_lowercase();
    let markup = markup(&role, &content_type.to_lowercase(), value);
    Rendition { role, markup, value }
}

/// The markup of a value, of which its type says more than its role, and its role more than its looks.
fn markup(role: &str, content_type: &str, value: &str) -> Markup {
    let says = if content_type.is_empty() { role } else { content_type };
    let holds = |tag: &str| value.contains(tag);
    if says.contains("nitf") && holds("<nitf") {
        Markup::Nitf
    } else if says.contains("html") || says.contains("richtext") {
        Markup::Html
    } else if says.contains("xml") || says.contains("nitf") {
        if holds("<nitf") { Markup::Nitf } else { Markup::Other }
    } else if ["</p>", "<p>", "<br", "</div>", "</b>", "</i>", "</a>"].iter().any(|tag| holds(tag)) {
        Markup::Html
    } else {
        Markup::Plain
    }
}

/// Whether an item has a body of its own.
pub(super) fn has_any(fields: &Fields) -> bool {
    !renditions(fields, "bodies", "body").is_empty()
}

/// The one body that is read: HTML before NITF before plain text, and the longest of its markup; a shorter one where it is only the
/// beginning of the plain text. `None` where no body has words.
pub(super) fn read(fields: &Fields, article: &mut Article) -> Option<Story> {
    let mut all = renditions(fields, "bodies", "body");
    // The longest first, as far as they differ.
    all.sort_by_key(|rendition| (rendition.markup, std::cmp::Reverse(rendition.value.len())));
    let longest_plain = all.iter().filter(|one| one.markup == Markup::Plain).map(|one| words_in(one.value)).max().unwrap_or(0);
    let mut short = None;
    for rendition in &all {
        match rendition.story(article) {
            Ok(story) => {
                let words: usize = story.body.iter().map(|(_, words)| words_in(words)).sum();
                if words > 0 && words * 2 >= longest_plain {
                    return Some(story);
                }
                if words > 0 {
                    short.get_or_insert(story);
                }
            }
            Err(error) => article.warnings.push(format!("a body was left out, which cannot be read: {error}")),
        }
    }
    short
}

fn words_in(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}
