//! The elements of an article → blocks.

use dom_query::{Document, NodeRef};

use super::cleaning::Taken;
use super::fragment;
use crate::document::{BOILERPLATE, BlockKind};
use crate::ingest::furniture::{ends_sentence, is_credit, of_line};
use crate::ingest::xml::is_correction;

type Blocks = Vec<(BlockKind, String)>;

/// Elements that stand in a line of text.
const INLINE: [&str; 40] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    "wbr", "meter", "output", "center",
];
/// Elements that hold no words.
const WORDLESS: [&str; 14] = [
    "script", "style", "img", "picture", "source", "video", "audio", "object", "embed", "noscript", "template", "svg", "select", "textarea",
];
/// Bylines and dates are looked for among so many blocks at the top.
const HEAD_BLOCKS: usize = 4;
/// They have no more words than this.
const HEAD_WORDS: usize = 15;
/// So many pictures make a gallery.
const GALLERY: usize = 4;
/// Words of a page's own, such as "Read more", are no more.
const LABEL_WORDS: usize = 8;
/// Nor are its notices longer.
const NOTICE_WORDS: usize = 25;

/// What stands before links to what an article is about, or to others.
const TOPICS: [&str; 8] = ["topics:", "topic:", "tags:", "filed under:", "more on:", "related:", "read more:", "see also:"];
/// Headings that part an article. What none of its words follow belongs to something else, or has lost what it headed.
const HEADINGS: [&str; 5] = ["h2", "h3", "h4", "h5", "h6"];

/// The blocks of an article's elements, in order, without what was `taken` from over them.
pub(super) fn of_content(content: &Document, taken: &Taken) -> Blocks {
    let known = Known::of(taken);
    let mut page = Page { known: &known, blocks: Vec::new(), lines: vec![Line::default()], heads: 0 };
    page.walk(&content.root(), BlockKind::Paragraph, false);
    page.close(BlockKind::Paragraph);
    let mut blocks = page.blocks;
    let headings = blocks.iter().rev().take(page.heads).take_while(|(_, words)| !ends_sentence(words)).count();
    blocks.truncate(blocks.len() - headings);
    let mut at = 0;
    blocks.retain(|(kind, words)| {
        let kept = !known.holds(words) && (*kind == BlockKind::Caption || at >= HEAD_BLOCKS || !known.is_head(words));
        at += usize::from(kept && *kind == BlockKind::Paragraph);
        kept
    });
    blocks
}

/// The captions of a gallery: what is said in whole sentences under at least [`GALLERY`] pictures, none of which is a link.
///
/// The search for the article takes the longest text, and under pictures each has its own.
pub(super) fn gallery(document: &Document) -> Vec<String> {
    let known = Known::of(&Taken::default());
    let mut captions = Vec::new();
    for caption in document.select("figcaption").nodes() {
        if caption.ancestors_it(None).any(|above| above.has_name("a")) {
            continue;
        }
        let mut page = Page { known: &known, blocks: Vec::new(), lines: vec![Line::default()], heads: 0 };
        page.walk(caption, BlockKind::Caption, false);
        page.close(BlockKind::Caption);
        let said = page.blocks.into_iter().map(|(_, words)| words);
        captions.extend(said.filter(|words| ends_sentence(words) && words.split(' ').nth(LABEL_WORDS).is_some()));
    }
    if captions.len() < GALLERY { Vec::new() } else { captions }
}

/// The blocks of a text that a page's metadata holds: a line each; where it has markup, its elements.
pub(super) fn of_text(text: &str) -> Blocks {
    if text.contains("<p") || text.contains("<br") {
        return fragment(text).map(|markup| of_content(&markup, &Taken::default())).unwrap_or_default();
    }
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|line| !line.is_empty());
    lines.map(|line| (kind_of(&line, BlockKind::Paragraph), line)).collect()
}

/// A line of the block being written; `<br>` parts them.
#[derive(Default)]
struct Line {
    words: String,
    /// Characters that are in links.
    linked: usize,
}

impl Line {
    /// Whether it is links and nothing else, perhaps behind what they are, and no sentence.
    fn is_link(&self) -> bool {
        let words = self.words.trim_start();
        let topics = TOPICS.iter().find(|label| words.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label)));
        // Commas stand between the links.
        let (from, counts): (usize, fn(char) -> bool) =
            topics.map_or((0, |c| !c.is_whitespace()), |label| (label.len(), char::is_alphanumeric));
        let chars = words.get(from..).unwrap_or_default().chars().filter(|&c| counts(c)).count();
        self.linked > 0 && self.linked * 10 > chars * 9 && !ends_sentence(self.words.trim())
    }
}

/// The blocks so far, and the one being written.
struct Page<'t> {
    known: &'t Known,
    blocks: Blocks,
    lines: Vec<Line>,
    /// How many of the last blocks are headings.
    heads: usize,
}

impl Page<'_> {
    /// Walks an element. `kind` is what its lines are, `in_link` whether they are a link.
    ///
    /// Pages nested deep are refused before: the walk goes down as far as they do.
    fn walk(&mut self, node: &NodeRef<'_>, kind: BlockKind, in_link: bool) {
        for child in node.children_it(false) {
            if child.is_text() {
                self.write(&child.text(), in_link);
                continue;
            }
            let Some(name) = child.node_name() else { continue };
            let name: &str = &name;
            if name == "br" {
                self.lines.push(Line::default());
            } else if INLINE.contains(&name) && !is_caption(&child) {
                self.walk(&child, kind, in_link || name == "a");
            } else if !WORDLESS.contains(&name) && child.is_element() {
                let inner = if name == "figcaption" || is_caption(&child) { BlockKind::Caption } else { kind };
                self.close(kind);
                let (before, heads) = (self.blocks.len(), self.heads);
                self.walk(&child, inner, in_link);
                self.close(inner);
                if HEADINGS.contains(&name) {
                    self.heads = heads + self.blocks.len() - before;
                }
            }
        }
    }

    fn write(&mut self, text: &str, in_link: bool) {
        if let Some(line) = self.lines.last_mut() {
            line.words.push_str(text);
            line.linked += if in_link { text.chars().filter(|c| !c.is_whitespace()).count() } else { 0 };
        }
    }

    /// Ends the block at hand.
    fn close(&mut self, kind: BlockKind) {
        let mut lines = std::mem::replace(&mut self.lines, vec![Line::default()]);
        lines.retain(|line| line.words.contains(char::is_alphanumeric));
        let linked = lines.iter().any(|line| line.linked > 0);
        let several = lines.len() > 1 || lines.iter().any(|line| line.words.split_whitespace().nth(1).is_some());
        lines.retain(|line| !(several && line.is_link()));
        let mut lines: Vec<String> = lines.iter().map(|line| line.words.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        // Headline, byline and date over the text, parted from it by line ends only.
        while let [first, _, ..] = lines.as_slice() {
            let furniture = of_line(first);
            if furniture.is_none() && !self.known.holds(first) && !self.known.is_head(first) {
                break;
            }
            self.push(furniture.unwrap_or(kind), lines.remove(0));
        }
        let words = lines.join(" ");
        let words = if kind == BlockKind::Caption { without_credit(&words).to_owned() } else { words };
        let label = words.split(' ').count() <= LABEL_WORDS && is_label(&words)
            || kind == BlockKind::Caption && is_credit(&words)
            || is_notice(&words, linked);
        if !words.is_empty() && !label {
            self.push(kind_of(&words, kind), words);
        }
    }

    fn push(&mut self, kind: BlockKind, words: String) {
        self.blocks.push((kind, words));
        self.heads = 0;
    }
}

fn is_caption(node: &NodeRef<'_>) -> bool {
    let class = node.attr_or("class", "").to_ascii_lowercase();
    class.split(|c: char| !c.is_alphanumeric()).any(|word| word == "caption")
}

/// What a line is by its words.
fn kind_of(words: &str, kind: BlockKind) -> BlockKind {
    if is_correction(words) {
        return BlockKind::Correction;
    }
    if kind == BlockKind::Paragraph { of_line(words).unwrap_or(kind) } else { kind }
}

/// Words that a page says of itself: "Advertisement", "Share this article", "Story continues below".
fn is_label(words: &str) -> bool {
    let words = words.to_lowercase();
    let labels = ["story continues", "article continues", "continue reading", "share", "copy link", "loading", "skip", "save", "print"];
    let begins = |label: &str| words.strip_prefix(label).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    words == "live" || !ends_sentence(&words) && (labels.iter().any(|label| begins(label)) || BOILERPLATE.iter().any(|label| begins(label)))
}

/// Whether a paragraph is the outlet's own: who may copy it, or (with a link) where its newsletter is ordered.
fn is_notice(words: &str, linked: bool) -> bool {
    if words.split(' ').nth(NOTICE_WORDS).is_some() {
        return false;
    }
    let words = words.to_lowercase();
    let rights = (words.starts_with("copyright") || words.starts_with('©')) && words.contains("all rights reserved");
    rights || linked && words.contains("newsletter") && ["sign up", "subscribe"].iter().any(|order| words.contains(order))
}

/// A caption without who made the picture, in brackets behind it: "A street. (Image: The Echo)".
fn without_credit(words: &str) -> &str {
    let credit = words.strip_suffix(')').and_then(|inner| inner.rsplit_once(" ("));
    credit.filter(|(_, credit)| is_credit(credit)).map_or(words, |(before, _)| before)
}

/// What stood over the article, normalized.
struct Known {
    lines: Vec<String>,
    /// The first name of the byline.
    author: Option<String>,
}

impl Known {
    fn of(taken: &Taken) -> Self {
        let lines = [&taken.headline, &taken.standfirst, &taken.byline].into_iter().flatten().map(|line| normalized(line)).collect();
        let author = taken.byline.as_deref().and_then(|byline| byline.split(", ").next()).map(normalized);
        Self { lines, author: author.filter(|name| !name.is_empty()) }
    }

    /// Whether a line is one of them.
    fn holds(&self, words: &str) -> bool {
        self.lines.contains(&normalized(words))
    }

    /// Whether a line at the top only says who wrote the article, or when.
    fn is_head(&self, words: &str) -> bool {
        if words.split_whitespace().nth(HEAD_WORDS).is_some() || ends_sentence(words) {
            return false;
        }
        let line = normalized(words);
        self.author.as_ref().is_some_and(|name| line.contains(name)) || is_date(&line)
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Words that stand around a date.
const DATE_WORDS: [&str; 26] = [
    "by",
    "written",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "published",
    "updated",
    "posted",
    "last",
    "on",
    "at",
    "am",
    "pm",
    "a",
    "p",
    "m",
    "gmt",
    "est",
    "et",
    "min",
    "read",
    "utc",
];

/// Whether a line, normalized, is a date and nothing else.
fn is_date(line: &str) -> bool {
    let is_month = |word: &str| MONTHS.iter().any(|month| word.starts_with(month) && word.len() <= 9);
    let is_number = |word: &str| {
        let end = word.trim_start_matches(|c: char| c.is_ascii_digit());
        end.len() < word.len() && matches!(end, "" | "st" | "nd" | "rd" | "th" | "am" | "pm")
    };
    let fits = |word: &str| is_month(word) || is_number(word) || DATE_WORDS.contains(&word);
    let year = |word: &str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    line.split(' ').all(fits) && line.split(' ').any(year)
}

/// Words in lower case without marks, for comparing.
pub(super) fn normalized(words: &str) -> String {
    words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Byline, Caption, Correction, Dateline, Paragraph};

    fn read(html: &str) -> Vec<(BlockKind, String)> {
        of_content(&Document::fragment(html), &Taken { headline: Some("Fire!".into()), byline: Some("Jo Lee".into()), ..Taken::default() })
    }

    fn check(html: &str, expected: &[(BlockKind, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(kind, words)| (kind, words.to_owned())).collect();
        assert_eq!(read(html), expected);
    }

    #[test]
    fn paragraphs_items_and_cells_are_blocks_and_inline_elements_are_not() {
        check(
            "<div>One <b>b</b><i>old</i>.<p>Two.</p>Three.<ul><li>Four;</li><li><p>Five.</p></li></ul><table><tr><td>6</td><td>7</td></tr></table></div>",
            &[
                (Paragraph, "One bold."),
                (Paragraph, "Two."),
                (Paragraph, "Three."),
                (Paragraph, "Four;"),
                (Paragraph, "Five."),
                (Paragraph, "6"),
                (Paragraph, "7"),
            ],
        );
    }

    #[test]
    fn captions_corrections_and_furniture_are_told() {
        check(
            "<figure><img><figcaption>A <em>fire</em>.<div>Jo Smith/Getty Images</div></figcaption></figure><p class='wp-caption text'>Two.</p><p>By Jo Smith<br>Staff writer</p><p>LONDON —</p><p>Correction: It rained.</p>",
            &[
                (Caption, "A fire."),
                (Caption, "Two."),
                (Byline, "By Jo Smith"),
                (Paragraph, "Staff writer"),
                (Dateline, "LONDON —"),
                (Correction, "Correction: It rained."),
            ],
        );
    }

    #[test]
    fn notices_topics_and_headings_of_nothing_are_no_text() {
        check(
            "<h2>It burns</h2><p>It burns.</p><p>Copyright 2024 X. All rights reserved.</p><p><b>News? <a href=x>Sign up to our newsletter here</a></b></p>\
             <p>Topics: <a href=x>Fire</a>, <a href=y>Paris</a></p><p class=a-caption>A street (Image: The Echo)</p><p>More on: it was late.</p>\
             <h2>More from Paris</h2><h3><a href=z>Read it</a></h3>",
            &[(Paragraph, "It burns"), (Paragraph, "It burns."), (Caption, "A street"), (Paragraph, "More on: it was late.")],
        );
    }

    #[test]
    fn what_is_known_and_what_pages_say_of_themselves_is_left_out() {
        check(
            "<h1>FIRE</h1><p>Posted by Jo Lee on 3 May 2024</p><p>3rd May 2024</p><p>It burns.</p><p>Advertisement</p><p>___</p>\
             <p><a href=x>Who set the fire in town</a></p><p>Photo: It was hers.</p><p>Story continues</p>",
            &[(Paragraph, "It burns."), (Paragraph, "Photo: It was hers.")],
        );
    }
}
