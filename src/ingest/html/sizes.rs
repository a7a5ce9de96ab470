//! How much text lies in each element of a page, counted once, from the leaves up.

use std::collections::HashMap;

use dom_query::{Document, NodeId, NodeRef};

/// The text in an element, in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Those that are no white space.
    pub letters: usize,
    /// All of them.
    pub all: usize,
    /// Letters in paragraphs that lie beneath the element.
    pub paragraphs: usize,
}

/// The sizes of a page's elements.
#[derive(Debug, Default)]
pub(super) struct Sizes(HashMap<NodeId, Size>);

impl Sizes {
    /// Counts them.
    pub fn of(document: &Document) -> Self {
        let mut sizes = Self::default();
        let nodes: Vec<NodeRef<'_>> = document.root().descendants_it().collect();
        // What lies in an element follows it.
        for node in nodes.iter().rev() {
            let size = if node.is_text() {
                let text = node.text();
                Size { letters: text.chars().filter(|c| !c.is_whitespace()).count(), all: text.chars().count(), paragraphs: 0 }
            } else {
                sizes.get(node)
            };
            if let Some(parent) = node.parent() {
                let above = sizes.0.entry(parent.id).or_default();
                above.letters += size.letters;
                above.all += size.all;
                above.paragraphs += beneath_parent(node, size);
            }
        }
        sizes
    }

    /// That of one element.
    pub fn get(&self, node: &NodeRef<'_>) -> Size {
        self.0.get(&node.id).copied().unwrap_or_default()
    }

    /// Takes an element out of the page, and its text out of what it lay in.
    pub fn remove(&mut self, node: &NodeRef<'_>) {
        let size = self.get(node);
        let paragraphs = beneath_parent(node, size);
        if size.all > 0 {
            for above in node.ancestors_it(None) {
                let above = self.0.entry(above.id).or_default();
                above.letters = above.letters.saturating_sub(size.letters);
                above.all = above.all.saturating_sub(size.all);
                above.paragraphs = above.paragraphs.saturating_sub(paragraphs);
            }
        }
        node.remove_from_parent();
    }
}

/// Letters in paragraphs as an element's parent counts them.
fn beneath_parent(node: &NodeRef<'_>, size: Size) -> usize {
    size.paragraphs + if node.has_name("p") { size.letters } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_counts_for_all_it_lies_in_until_it_is_taken_out() {
        let document = Document::from("<main><div id=a>ab <p>cd e<b>f</b></p></div><p>gh</p></main>");
        let mut sizes = Sizes::of(&document);
        let of = |sizes: &Sizes, name: &str| {
            let Size { letters, all, paragraphs } = sizes.get(document.select(name).nodes().first().unwrap());
            (letters, all, paragraphs)
        };
        assert_eq!([of(&sizes, "main"), of(&sizes, "#a"), of(&sizes, "p"), of(&sizes, "b")], [(8, 10, 6), (6, 8, 4), (4, 5, 0), (1, 1, 0)]);
        sizes.remove(document.select("b").nodes().first().unwrap());
        sizes.remove(document.select("#a").nodes().first().unwrap());
        assert_eq!([of(&sizes, "main"), of(&sizes, "body")], [(2, 2, 2); 2]);
    }
}
