//! What stands around an article goes before the article is looked for; what stands over it is kept apart.

use std::collections::HashSet;

use dom_query::{Document, NodeId, NodeRef};

use super::about::{About, without_by};
use super::blocks::normalized;
use super::sizes::{Size, Sizes};

/// What stood over the article.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Its headline.
    pub headline: Option<String>,
    /// The summary under it.
    pub standfirst: Option<String>,
    /// Who wrote it, where an element says so.
    pub byline: Option<String>,
}

/// Elements that are never part of an article.
const ELEMENTS: &str = "nav, aside, form, button, dialog, template, iframe, svg, noscript, script, style, amp-ad, amp-embed, \
    amp-social-share, amp-sidebar, [hidden], [aria-hidden='true'], [role='navigation'], [role='complementary'], [role='search'], \
    [role='dialog'], [role='contentinfo'], body > footer";

/// Words of classes and ids that mark what is no part of an article.
const MARKS: [&str; 47] = [
    "ad",
    "ads",
    "advert",
    "adverts",
    "advertisement",
    "advertising",
    "sponsored",
    "promo",
    "promotion",
    "taboola",
    "outbrain",
    "related",
    "recommended",
    "recirc",
    "readmore",
    "newsletter",
    "signup",
    "subscribe",
    "subscription",
    "paywall",
    "offer",
    "share",
    "sharing",
    "social",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "banner",
    "breadcrumb",
    "breadcrumbs",
    "pullquote",
    "bio",
    "authorbox",
    "tags",
    "nav",
    "navbar",
    "navigation",
    "menu",
    "sidebar",
    "masthead",
    "popup",
    "modal",
    "poll",
    "trending",
    "widget",
    "audio",
];
/// Two words that do so beside one another.
const PAIRS: [(&str, &str); 7] =
    [("pull", "quote"), ("author", "box"), ("read", "more"), ("most", "read"), ("you", "may"), ("sign", "up"), ("more", "stories")];
/// Words that mark what readers wrote, which may be longer than the article.
const COMMENTS: [&str; 4] = ["comment", "comments", "disqus", "replies"];
const STANDFIRSTS: [&str; 7] = ["standfirst", "dek", "deck", "subtitle", "subheadline", "subhed", "strapline"];
/// Words that mark a standfirst where the element follows the headline, and much else elsewhere.
const UNDER_HEADLINE: [&str; 8] = ["summary", "lead", "lede", "sub", "subhead", "subheading", "description", "abstract"];
/// Words that mark who made a picture, in its caption.
const CREDITS: [&str; 4] = ["credit", "credits", "photographer", "copyright"];
const BYLINES: [&str; 5] = ["byline", "author", "auth", "signature", "writer"];

/// A headline, a standfirst or a byline is no longer, in characters.
const LONGEST_HEADLINE: usize = 1000;
const LONGEST_STANDFIRST: usize = 400;
const LONGEST_BYLINE: usize = 100;
/// A time of day is no longer, either.
const LONGEST_CLOCK: usize = 12;
/// Nor has it more white space than so many times its words.
const LOOSEST: usize = 25;
/// So many nodes of an element are looked at for who wrote the article: it may begin a long biography.
const MOST_NODES: usize = 100;
/// Two titles are told apart by so many words.
const TELLING_WORDS: usize = 60;

/// Takes from a page what is not its article. What holds the headline, or more than half of the paragraphs, stays whatever it is called.
pub(super) fn clean(document: &Document, about: &About) -> Taken {
    let mut page = Page::of(document, about.source.title.as_deref());
    let taken = Taken {
        headline: page.headline.as_ref().map(|node| words(node)),
        standfirst: page.standfirst(document),
        byline: page.byline(document),
    };
    for node in document.select(ELEMENTS).nodes() {
        page.remove(node, true);
    }
    for node in document.select("body [class], body [id]").nodes() {
        let marks = marks(node);
        let is = |known: &[&str]| marks.iter().any(|mark| known.contains(&mark.as_str()));
        let pair = || marks.windows(2).any(|pair| PAIRS.iter().any(|(a, b)| pair[0] == *a && pair[1] == *b));
        if is(&COMMENTS) && !is(&["link", "count"]) {
            page.remove(node, false);
        } else if is(&MARKS) || pair() || is(&CREDITS) && lies_in(node, &["figcaption"]) || page.is_clock(node) {
            page.remove(node, true);
        }
    }
    for node in document.select("time").nodes() {
        // A date in a sentence stays.
        if !lies_in(node, &["p", "li", "blockquote", "figcaption"]) {
            node.remove_from_parent();
        }
    }
    // Readability takes cells that hold an article out of their tables: they are to stay lines of their own.
    document.select("td, th").append_html("<br>");
    taken
}

/// Whether an element lies in one of these.
fn lies_in(node: &NodeRef<'_>, names: &[&str]) -> bool {
    node.ancestors_it(None).any(|above| names.iter().any(|name| above.has_name(name)))
}

/// The words of a class and an id: `wp-block-relatedPosts` → wp, block, related, posts.
fn marks(node: &NodeRef<'_>) -> Vec<String> {
    let mut marks: Vec<String> = Vec::new();
    for name in ["class", "id"] {
        let value = node.attr_or(name, "");
        let mut previous = ' ';
        let mut word = String::new();
        for c in value.chars() {
            let starts = !c.is_alphanumeric() || c.is_uppercase() && previous.is_lowercase();
            if starts && !word.is_empty() {
                marks.push(std::mem::take(&mut word));
            }
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            }
            previous = c;
        }
        marks.extend((!word.is_empty()).then_some(word));
        // No pair reaches from the class to the id.
        marks.push(String::new());
    }
    marks
}

/// The page as it was, for judging what may go.
struct Page<'d> {
    headline: Option<NodeRef<'d>>,
    /// What holds the headline, and itself.
    holds_headline: HashSet<NodeId>,
    sizes: Sizes,
    /// Letters in all paragraphs.
    paragraphs: usize,
}

impl<'d> Page<'d> {
    fn of(document: &'d Document, title: Option<&str>) -> Self {
        let sizes = Sizes::of(document);
        let headings = document.select("h1");
        let headings: Vec<&NodeRef<'d>> = headings.nodes().iter().filter(|node| fits(sizes.get(node), LONGEST_HEADLINE)).collect();
        let alike = |node: &&&NodeRef<'d>| title.is_some_and(|title| resembles(&words(node), title));
        let headline = match headings.as_slice() {
            [only] if title.is_none() => Some(**only),
            several => several.iter().find(alike).or(several.first().filter(|_| title.is_none())).map(|node| **node),
        };
        let holds_headline = headline.iter().flat_map(|node| node.ancestors_it(None).map(|above| above.id).chain([node.id])).collect();
        let paragraphs = sizes.get(&document.root()).paragraphs;
        Self { headline, holds_headline, sizes, paragraphs }
    }

    /// Removes an element, unless it holds the headline or (where `most_stays`) most of the paragraphs.
    fn remove(&mut self, node: &NodeRef<'d>, most_stays: bool) {
        let whole = ["html", "body", "main", "article", "h1"].iter().any(|name| node.has_name(name));
        if whole || self.holds_headline.contains(&node.id) {
            return;
        }
        let inner = self.sizes.get(node).paragraphs;
        if most_stays && inner * 2 > self.paragraphs {
            return;
        }
        self.sizes.remove(node);
    }

    /// The summary under the headline, taken out of the page.
    fn standfirst(&mut self, document: &'d Document) -> Option<String> {
        let marked = document.select("p[class], h2[class], h3[class], div[class], [itemprop='alternativeHeadline']");
        let node = marked.nodes().iter().find(|node| {
            let marks = marks(node);
            let marked = |known: &[&str]| marks.iter().any(|mark| known.contains(&mark.as_str()));
            let stands = &*node.attr_or("itemprop", "") == "alternativeHeadline"
                || marked(&STANDFIRSTS)
                || marked(&UNDER_HEADLINE) && self.follows_headline(node);
            let short = || fits(self.sizes.get(node), LONGEST_STANDFIRST) && words(node).chars().count() <= LONGEST_STANDFIRST;
            stands && short() && !node.has_name("h1") && !node.is("h1 *")
        })?;
        let standfirst = words(node);
        self.sizes.remove(node);
        Some(standfirst)
    }

    fn follows_headline(&self, node: &NodeRef<'_>) -> bool {
        let before = node.prev_element_sibling();
        before.zip(self.headline).is_some_and(|(before, headline)| before.id == headline.id)
    }

    /// Whether an element says what time it is and nothing else, as over the entries of a live blog. In tables and among words times are news.
    fn is_clock(&self, node: &NodeRef<'_>) -> bool {
        let beside = |other: Option<NodeRef<'_>>| other.is_some_and(|other| other.is_text() && !other.text().trim().is_empty());
        let alone = || !beside(node.prev_sibling()) && !beside(node.next_sibling());
        let apart = || !["td", "th"].iter().any(|name| node.has_name(name)) && !lies_in(node, &["td", "th", "p"]);
        fits(self.sizes.get(node), LONGEST_CLOCK) && is_clock(&words(node)) && alone() && apart()
    }

    /// Who an element of the page says wrote it.
    fn byline(&self, document: &'d Document) -> Option<String> {
        let marked = document.select("[rel='author'], [itemprop='author'], [class]");
        let names = marked.nodes().iter().filter(|node| {
            let author = node.attr_or("rel", "").contains("author") || node.attr_or("itemprop", "").contains("author");
            author || marks(node).iter().any(|mark| BYLINES.contains(&mark.as_str()))
        });
        names
            .map(beginning)
            // Behind a dash or a bar stand a date, a place, an office.
            .map(|byline| {
                [" – ", " — ", " | ", " · "]
                    .iter()
                    .filter_map(|mark| byline.find(mark))
                    .min()
                    .map_or(byline.clone(), |at| byline[..at].to_owned())
            })
            .map(|byline| without_by(&byline))
            .find(|byline| (3..=LONGEST_BYLINE).contains(&byline.chars().count()) && byline.contains(char::is_alphabetic))
    }
}

/// Whether words are a time of day: "11:52", "9:05 p.m. EST".
fn is_clock(words: &str) -> bool {
    let Some((hour, rest)) = words.split_once(':') else { return false };
    let (minute, rest) = rest.split_at_checked(2).unwrap_or_default();
    let digits = |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let zone =
        |word: &str| ["am", "pm", "a.m.", "p.m."].contains(&word) || word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    digits(hour) && digits(minute) && rest.split_whitespace().all(zone) && !rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether an element has words, and few enough; its words are looked at only then.
fn fits(size: Size, longest: usize) -> bool {
    (1..=longest).contains(&size.letters) && size.all <= longest * LOOSEST
}

/// The words an element begins with, some more than a byline may have.
fn beginning(node: &NodeRef<'_>) -> String {
    let mut found = String::new();
    for text in node.descendants_it().take(MOST_NODES).filter(|inner| inner.is_text()) {
        found.extend(text.text().chars().take(LONGEST_BYLINE * LOOSEST));
        if found.len() > LONGEST_BYLINE * LOOSEST {
            break;
        }
    }
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(node: &NodeRef<'_>) -> String {
    node.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether at least half of the words of the shorter stand in the other.
fn resembles(one: &str, other: &str) -> bool {
    let (one, other) = (normalized(one), normalized(other));
    let (one, other): (Vec<&str>, Vec<&str>) =
        (one.split(' ').take(TELLING_WORDS).collect(), other.split(' ').take(TELLING_WORDS).collect());
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.iter().filter(|word| long.contains(word)).count() * 2 >= short.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_where_they_stand_alone() {
        let document = Document::from(
            "<div class=e><div class=t>11:52</div><p>One.</p></div><p>At <b class=t>12:30</b>.</p><div>At <i class=t>13:00</i></div>\
             <table><tr><td class=t>17:30</td></tr></table>",
        );
        clean(&document, &About::default());
        assert_eq!(words(&document.root()), "One.At 12:30.At 13:0017:30");
    }

    #[test]
    fn times_of_day_are_told() {
        for clock in ["11:52", "9:05 p.m.", "21:17 GMT"] {
            assert!(is_clock(clock), "{clock}");
        }
        for other in ["11:5", "Live: 11", "3:2 (1:1)", "11:525", "John 3:16", "10:20 Trains", "3:15 left"] {
            assert!(!is_clock(other), "{other}");
        }
    }
}
