//! An article being put together out of the pieces of a marked-up file.

use crate::document::{Block, BlockKind, Source};
use crate::span::Span;

/// What a file in a markup of news held.
#[derive(Debug)]
pub(super) enum Found {
    /// An article.
    Article(Box<Article>),
    /// An item that has no text to read: a picture, a package, a planning note.
    Skipped {
        /// Its identifier, where it has one.
        guid: Option<String>,
        /// What it is instead, for people.
        reason: String,
    },
    /// An item in which the file is damaged.
    Damaged {
        /// Its identifier, where it has one.
        guid: Option<String>,
        /// Where the damage is and what it is, for people.
        reason: String,
    },
}

/// An article of a marked-up file: its text, block by block.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Article {
    /// What the file says of it; path, format and hash are left to the caller.
    pub source: Source,
    /// The language the file names, as it names it.
    pub language: Option<String>,
    /// The words of all blocks, a blank line between two.
    pub text: String,
    /// What they are.
    pub blocks: Vec<Block>,
    /// What people should know.
    pub warnings: Vec<String>,
}

/// What stands between two blocks.
const BETWEEN: &str = "\n\n";

impl Article {
    /// Adds a block. White space in `words` is made single spaces; a block of nothing else is left out.
    pub fn push(&mut self, kind: BlockKind, words: &str) {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str(BETWEEN);
        }
        let start = self.text.len();
        self.text.push_str(&words);
        self.blocks.push(Block { kind, span: Span::new(start, self.text.len()) });
    }
}

#[cfg(test)]
impl Article {
    /// Its blocks and their words.
    pub fn read(&self) -> Vec<(BlockKind, &str)> {
        self.blocks.iter().map(|block| (block.kind, block.span.of(&self.text))).collect()
    }
}

#[cfg(test)]
impl Found {
    /// The articles among what was found, whose blocks hold everything, in order, trimmed.
    pub fn articles(found: Vec<Found>) -> Vec<Article> {
        let article = |found| if let Found::Article(article) = found { Some(*article) } else { None };
        let articles: Vec<Article> = found.into_iter().filter_map(article).collect();
        for article in &articles {
            let words: Vec<&str> = article.read().into_iter().map(|(_, words)| words).collect();
            assert!(words.iter().all(|words| !words.is_empty() && words.trim() == *words));
            assert_eq!(words.join(BETWEEN), article.text);
        }
        articles
    }

    /// Why the others were skipped.
    pub fn reasons(found: &[Found]) -> Vec<&str> {
        found.iter().filter_map(|found| if let Found::Skipped { reason, .. } = found { Some(reason.as_str()) } else { None }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_parted_by_a_blank_line_and_hold_their_words() {
        let mut article = Article::default();
        article.push(BlockKind::Headline, " Fire\n  in  Paris ");
        article.push(BlockKind::Byline, " \u{a0}\n");
        article.push(BlockKind::Paragraph, "It burns.");
        assert_eq!(article.text, "Fire in Paris\n\nIt burns.");
        let found: Vec<_> = article.blocks.iter().map(|b| (b.kind, b.span.of(&article.text))).collect();
        assert_eq!(found, [(BlockKind::Headline, "Fire in Paris"), (BlockKind::Paragraph, "It burns.")]);
    }
}
