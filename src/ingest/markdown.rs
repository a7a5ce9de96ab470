//! Markdown → plain text and its blocks, which stand `\n\n` apart.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::front_matter;
use super::furniture::of_line;
use crate::document::{Block, BlockKind, Document};
use crate::span::Span;

/// Bylines and datelines are looked for among so many blocks.
const HEAD_BLOCKS: usize = 6;

/// Renders `markdown` into the document: text, blocks, what its front matter says, warnings.
///
/// The words of links, emphasis, code, quotations, lists, tables (cells joined by ` | `) and footnotes stay; marks
/// and addresses go. The first heading is the headline; the words for an image are a caption after its block.
pub(super) fn fill(document: &mut Document, markdown: &str) {
    let body = front_matter::take(markdown, document);
    let mut page = Page::default();
    let extensions = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    for event in Parser::new_ext(body, extensions) {
        page.event(event);
    }
    page.close(BlockKind::Paragraph);
    if page.stripped_html {
        document.warnings.push("raw HTML: its tags were removed, its words kept".to_owned());
    }
    document.text = page.text;
    document.blocks = page.blocks;
}

/// The page so far, and the block being written.
#[derive(Debug, Default)]
struct Page {
    text: String,
    blocks: Vec<Block>,
    line: String,
    captions: Vec<String>,
    /// How many images the words at hand stand inside.
    images: usize,
    in_code: bool,
    headed: bool,
    html: String,
    stripped_html: bool,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.write(&text);
            }
            Event::SoftBreak => self.write(" "),
            Event::HardBreak => self.write("\n"),
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(tag) => self.inline_html(&tag),
            Event::FootnoteReference(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Image { .. } => {
                self.images += 1;
                if self.images == 1 {
                    self.captions.push(String::new());
                }
            }
            Tag::TableCell if !self.line.is_empty() => self.line.push_str(" | "),
            tag if is_inline(&tag.to_end()) => {}
            tag => {
                self.close(BlockKind::Paragraph);
                self.in_code = matches!(tag, Tag::CodeBlock(_));
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::Heading(_) => {
                let first = !self.headed && !self.line.trim().is_empty();
                self.headed |= first;
                self.close(if first { BlockKind::Headline } else { BlockKind::Paragraph });
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.html);
                self.line.push_str(&self::words(&html));
                self.stripped_html |= !self.line.is_empty();
                self.close(BlockKind::Paragraph);
            }
            tag if is_inline(&tag) => {}
            _ => {
                self.close(BlockKind::Paragraph);
                self.in_code = false;
            }
        }
    }

    fn write(&mut self, words: &str) {
        match self.captions.last_mut().filter(|_| self.images > 0) {
            Some(caption) => caption.push_str(words),
            // An image taken out of a line leaves the space before it and the space after it.
            None if !self.in_code && self.line.ends_with(' ') => {
                self.line.push_str(words.strip_prefix(' ').unwrap_or(words));
            }
            None => self.line.push_str(words),
        }
    }

    fn inline_html(&mut self, tag: &str) {
        if tag.get(..3).is_some_and(|name| name.eq_ignore_ascii_case("<br")) {
            self.write(" ");
        }
        self.stripped_html = true;
    }

    /// Ends the block at hand, then sets the captions of the images in it.
    fn close(&mut self, kind: BlockKind) {
        let line = std::mem::take(&mut self.line);
        let furniture = if self.blocks.len() < HEAD_BLOCKS && kind == BlockKind::Paragraph { of_line(line.trim()) } else { None };
        self.block(furniture.unwrap_or(kind), &line);
        for caption in std::mem::take(&mut self.captions) {
            self.block(BlockKind::Caption, &caption);
        }
    }

    fn block(&mut self, kind: BlockKind, words: &str) {
        let words = words.trim();
        if words.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let start = self.text.len();
        self.text.push_str(words);
        self.blocks.push(Block { kind, span: Span::new(start, self.text.len()) });
    }
}

fn is_inline(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::TableCell
    )
}

/// The words of a block of HTML, without tags, comments, scripts and styles.
fn words(html: &str) -> String {
    let start = html.trim_start();
    let is = |tag: &str| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    let mut words = String::new();
    let mut rest = if is("<script") || is("<style") { "" } else { html };
    while let Some((before, tag)) = rest.split_once('<') {
        words.push_str(before);
        let opens_tag = tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let close = if tag.starts_with("!--") { "-->" } else { ">" };
        let Some((_, after)) = tag.split_once(close) else {
            // Nothing is closed from here on; to look again at every `<` would take quadratic time.
            words.push('<');
            rest = tag;
            break;
        };
        words.push(if opens_tag { ' ' } else { '<' });
        rest = if opens_tag { after } else { tag };
    }
    words.push_str(rest);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use BlockKind::{Byline, Caption, Dateline, Headline, Paragraph};

    fn filled(markdown: &str) -> Document {
        let mut document = Document::default();
        fill(&mut document, markdown);
        document
    }

    fn read(markdown: &str) -> Vec<(BlockKind, String)> {
        let Document { text, blocks, .. } = filled(markdown);
        blocks.iter().map(|block| (block.kind, block.span.of(&text).to_owned())).collect()
    }

    fn check(markdown: &str, expected: &[(BlockKind, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(kind, text)| (kind, text.to_owned())).collect();
        assert_eq!(read(markdown), expected);
    }

    #[test]
    fn marks_and_addresses_go_and_words_stay() {
        let document = filled("# *Talks* fail {#top}\n\nThe **U.S.** and [North\nKorea](http://x.org \"t\") `met` ~~once~~.\n");
        assert_eq!(document.text, "Talks fail\n\nThe U.S. and North Korea met once.");
        assert!(document.warnings.is_empty());
    }

    #[test]
    fn the_first_heading_is_the_headline_and_others_are_paragraphs() {
        check(
            "# Talks fail\n\nWords.\n\nBackground\n---\n\nMore.",
            &[(Headline, "Talks fail"), (Paragraph, "Words."), (Paragraph, "Background"), (Paragraph, "More.")],
        );
    }

    #[test]
    fn byline_and_dateline_are_seen_under_the_headline() {
        check(
            "# Talks fail\n\n*By Jane Smith*\n\nLONDON, March 4 —\n\nWords.",
            &[(Headline, "Talks fail"), (Byline, "By Jane Smith"), (Dateline, "LONDON, March 4 —"), (Paragraph, "Words.")],
        );
    }

    #[test]
    fn lists_quotations_code_and_tables_are_paragraphs() {
        check(
            "- one\n- two\n  - deep\n\n    para\n\n> Quoted\n> on.\n\n```\nx  =  1\n\ny\n```\n\n|a|b|\n|-|-|\n|1|2|\n\n1. [x] done\n",
            &[
                (Paragraph, "one"),
                (Paragraph, "two"),
                (Paragraph, "deep"),
                (Paragraph, "para"),
                (Paragraph, "Quoted on."),
                (Paragraph, "x  =  1\n\ny"),
                (Paragraph, "a | b"),
                (Paragraph, "1 | 2"),
                (Paragraph, "done"),
            ],
        );
    }

    #[test]
    fn the_words_of_an_image_are_a_caption_after_its_block() {
        check(
            "Before ![Kim *and*\nTrump](a.jpg) after.\n\n![](b.jpg)\n\n[![Linked](c.jpg)](d)",
            &[(Paragraph, "Before after."), (Caption, "Kim and Trump"), (Caption, "Linked")],
        );
    }

    #[test]
    fn a_hard_break_is_a_line_end_and_footnotes_are_text() {
        check("One  \ntwo[^1].\n\n[^1]: Note.", &[(Paragraph, "One\ntwo."), (Paragraph, "Note.")]);
    }

    #[test]
    fn html_loses_its_tags_and_keeps_its_words_with_a_warning() {
        let document = filled("<div class=\"x\">\n<p>Words &lt; 3 < 4</p><!-- not > this -->\n</div>\n\na<br>b <b>c</b>");
        assert_eq!(document.text, "Words &lt; 3 < 4\n\na b c");
        assert_eq!(document.warnings, ["raw HTML: its tags were removed, its words kept"]);
        assert_eq!(filled("<div>1 <b").text, "1 <b");
        assert_eq!(filled("<script>\nlet x = 1 < 2;\n</script>\n\nWords").text, "Words");
    }

    #[test]
    fn front_matter_is_no_part_of_the_text() {
        let document = filled("---\ntitle: T\n---\n\n# H\n\nWords");
        assert_eq!((document.text.as_str(), document.source.title.as_deref()), ("H\n\nWords", Some("T")));
    }

    #[test]
    fn a_rule_later_on_opens_no_front_matter() {
        check("Words\n\n---\na: b\n\n---\n\nMore", &[(Paragraph, "Words"), (Paragraph, "a: b"), (Paragraph, "More")]);
    }

    proptest! {
        #[test]
        fn blocks_are_trimmed_stand_apart_and_hold_everything(
            markdown in "([a-z]{1,3}|[#*_>`<|!\\[\\]()~\\-+= \t\r\n\0]|\n\n|<b>|</b>|<!--|\\[\\^1\\]|é|😀|---\n){0,60}",
        ) {
            let Document { text, blocks, .. } = filled(&markdown);
            let surfaces: Vec<&str> = blocks.iter().map(|block| block.span.of(&text)).collect();
            prop_assert!(surfaces.iter().all(|surface| !surface.is_empty() && *surface == surface.trim()));
            prop_assert_eq!(surfaces.join("\n\n"), text);
        }

        #[test]
        fn plain_words_all_survive(words in "[a-z]{1,8}( [a-z]{1,8}){0,20}") {
            prop_assert_eq!(filled(&words).text, words);
        }
    }
}
