//! Web pages → their articles.
//!
//! 1. `shape` (with `dry_run`): pages that would cost a parser its stack or its day are refused
//! 2. `about`: what the page says of itself, in JSON-LD, OpenGraph and `<meta>`
//! 3. `cleaning` (with `sizes`): advertisements, comments, teasers and the like go, and so does what stands over the article
//! 4. the library `dom_smoothie` (Mozilla's Readability) finds the article in the rest
//! 5. `blocks`: its elements → blocks

mod about;
mod blocks;
mod cleaning;
mod dry_run;
mod shape;
mod sizes;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_query::Document;
use dom_smoothie::{Config, Readability};

use self::about::About;
use super::article::{Article, Found};
use crate::document::BlockKind;

/// An article has so many words that are in no link: a news brief of two sentences.
const FEWEST_WORDS: usize = 20;

/// Reads a page; `url` is where it was fetched, if that is known. One article, or what the page is instead.
///
/// # Errors
/// Why it cannot be parsed.
pub(super) fn read(html: &str, url: Option<&str>) -> Result<Vec<Found>, String> {
    shape::check(html)?;
    // A library met by a page that its authors did not think of must not end the run.
    let found = catch_unwind(AssertUnwindSafe(|| page(html, url)));
    found.map(|found| vec![found]).map_err(|_| "the search for its article failed; please report the page".to_owned())
}

fn page(html: &str, url: Option<&str>) -> Found {
    let document = Document::from(html);
    let mut about = About::of(&document, url);
    let mut taken = cleaning::clean(&document, &about);
    let gallery = blocks::gallery(&document);
    let config = Config { keep_classes: true, disable_json_ld: true, ..Config::default() };
    // It fails for a page address that is none, and is given none.
    let Ok(mut page) = Readability::with_document(document, None, Some(config)) else { return skipped(0) };
    let source = &mut about.source;
    taken.headline = taken.headline.or_else(|| source.title.clone()).or_else(|| Some(page.get_article_title().to_string()));
    source.title = source.title.take().or_else(|| taken.headline.clone()).filter(|title| !title.trim().is_empty());
    source.byline = source.byline.take().or_else(|| taken.byline.take());
    taken.byline.clone_from(&source.byline);
    let mut body = page.parse().map(|found| blocks::of_content(&Document::fragment(found.content), &taken)).unwrap_or_default();
    let held: HashSet<String> = body.iter().map(|(_, words)| blocks::normalized(words)).collect();
    body.extend(
        gallery.into_iter().filter(|caption| !held.contains(&blocks::normalized(caption))).map(|words| (BlockKind::Caption, words)),
    );
    // A page that is drawn by a script often has its text in its metadata.
    let in_metadata = about.body.as_deref().map(blocks::of_text).filter(|told| words(told) > words(&body));
    let body = in_metadata.unwrap_or(body);
    let found = words(&body);
    if found < FEWEST_WORDS {
        return skipped(found);
    }
    let mut article = Article { source: about.source, language: about.language, ..Article::default() };
    if about.teaser {
        article.warnings.push("the page is not free to read; its text may end early".to_owned());
    }
    for (kind, words) in
        [(BlockKind::Headline, &taken.headline), (BlockKind::Standfirst, &taken.standfirst), (BlockKind::Byline, &taken.byline)]
    {
        article.push(kind, words.as_deref().unwrap_or_default());
    }
    for (kind, words) in &body {
        article.push(*kind, words);
    }
    Found::Article(Box::new(article))
}

/// The markup that a page's metadata holds, unless it is none that a parser should be given.
fn fragment(html: &str) -> Option<Document> {
    shape::check(html).is_ok().then(|| Document::fragment(html))
}

fn skipped(words: usize) -> Found {
    Found::Skipped { guid: None, reason: format!("no article in this page; found {words} words of running text") }
}

/// How many words of running text there are.
fn words(blocks: &[(BlockKind, String)]) -> usize {
    let running = blocks.iter().filter(|(kind, _)| matches!(kind, BlockKind::Paragraph | BlockKind::Turn));
    running.map(|(_, words)| words.split_whitespace().count()).sum()
}

#[cfg(test)]
mod tests;
