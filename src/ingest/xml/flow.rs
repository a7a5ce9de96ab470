//! Elements of XHTML and NITF → the pieces an article is made of.

use super::{Element, Step};
use crate::document::BlockKind;

/// A stretch of an article: what it is, and its words.
pub(in crate::ingest) type Piece = (BlockKind, String);

/// Beyond so many open elements none is noted any more: HTML may forget to close them.
const MAX_OPEN: usize = 250;
/// Between the cells of a row.
const CELLS: &str = " | ";

/// What an element does to the words inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Nothing: they go on.
    Inline,
    /// They stand apart, and are what is said here, if it is.
    Apart(Option<BlockKind>),
    /// They are none of the article's.
    Left,
    /// A line ends; two make a paragraph.
    Break,
    Row,
    Cell,
}

fn role(name: &str) -> Role {
    use BlockKind::{Byline, Caption, Dateline, Headline, Paragraph};
    match name {
        "script"
        | "style"
        | "head"
        | "nav"
        | "iframe"
        | "object"
        | "svg"
        | "template"
        | "noscript"
        | "audio"
        | "video"
        | "button"
        | "select"
        | "textarea"
        | "canvas"
        | "title"
        | "media-reference"
        | "media-metadata"
        | "media-object"
        | "media-producer"
        | "nitf-table-metadata" => Role::Left,
        "br" => Role::Break,
        "tr" => Role::Row,
        "td" | "th" => Role::Cell,
        "figure" | "figcaption" | "media-caption" => Role::Apart(Some(Caption)),
        // They may stand in a figure of their own.
        "blockquote" | "table" => Role::Apart(Some(Paragraph)),
        "h1" | "hl1" => Role::Apart(Some(Headline)),
        "byline" | "tagline" => Role::Apart(Some(Byline)),
        "dateline" => Role::Apart(Some(Dateline)),
        "p" | "div" | "section" | "article" | "main" | "header" | "footer" | "aside" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol"
        | "li" | "form" | "dl" | "dt" | "dd" | "pre" | "thead" | "tbody" | "tfoot" | "caption" | "address" | "hr" | "body" | "html"
        | "details" | "summary" | "center" | "block" | "bq" | "credit" | "note" | "hl2" | "media" | "nitf-table" | "fn" | "content"
        | "body.content" | "body.end" | "bibliography" => Role::Apart(None),
        _ => Role::Inline,
    }
}

/// Whether an element parts the words before it from those inside it: `<location>` beside `<story.date>`.
pub(super) fn is_apart(name: &str) -> bool {
    role(name) != Role::Inline || matches!(name, "location" | "story.date" | "person" | "byttl" | "virtloc" | "name" | "copyrite.year")
}

/// Whether an element that HTML need not close is closed by the one that opens: `<p>One<p>Two`.
fn ends_before(open: &str, next: &str) -> bool {
    match next {
        "p" => open == "p",
        "li" => matches!(open, "p" | "li"),
        "dt" | "dd" => matches!(open, "p" | "dt" | "dd"),
        "td" | "th" => matches!(open, "p" | "td" | "th"),
        "tr" => matches!(open, "p" | "td" | "th" | "tr"),
        _ => false,
    }
}

/// The pieces inside an element.
pub(in crate::ingest) fn pieces(element: Element<'_>) -> Vec<Piece> {
    let mut flow = Flow::default();
    for step in element.steps() {
        match step {
            Step::Open(inner) => flow.open(inner.name()),
            Step::Text(words) => flow.text(words),
            Step::Close(inner) => flow.close(inner.name()),
        }
    }
    flow.finish()
}

/// An element that stands apart.
#[derive(Debug)]
struct Open {
    name: String,
    kind: BlockKind,
    /// Of a row: its cells.
    cells: Option<Vec<Vec<Piece>>>,
}

/// The pieces so far, and the one being written. Takes tags as they come: what was never opened is not closed, and what is still
/// open at the end is closed then.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pieces: Vec<Piece>,
    words: String,
    open: Vec<Open>,
    /// The element whose words are left out, and how many of its name stand inside each other.
    left: Option<(String, usize)>,
    /// Whether a line has just ended.
    broken: bool,
    /// Whether a `<span>` has just ended: one that follows at once is another label.
    labelled: bool,
}

impl Flow {
    /// A start tag.
    pub fn open(&mut self, name: &str) {
        if let Some((left, depth)) = &mut self.left {
            *depth += usize::from(left == name);
            // `</head>` may be left out.
            if !(left == "head" && name == "body") {
                return;
            }
            self.left = None;
        }
        let role = role(name);
        match role {
            Role::Inline if self.labelled && name == "span" => self.words.push(' '),
            Role::Inline => {}
            Role::Left => self.left = Some((name.to_owned(), 1)),
            Role::Break if self.broken => self.end_piece(),
            Role::Break => {
                self.words.push('\n');
                self.broken = true;
            }
            Role::Apart(_) | Role::Row | Role::Cell => {
                self.end_piece();
                while self.open.last().is_some_and(|last| ends_before(&last.name, name)) {
                    self.pop();
                }
                if self.open.len() < MAX_OPEN {
                    let around = self.open.last().map_or(BlockKind::Paragraph, |last| last.kind);
                    let kind = if let Role::Apart(Some(kind)) = role { kind } else { around };
                    let cells = (role == Role::Row).then(Vec::new);
                    self.open.push(Open { name: name.to_owned(), kind, cells });
                }
                let row = self.open.iter_mut().rev().find_map(|open| open.cells.as_mut());
                if let Some(cells) = row.filter(|_| role == Role::Cell) {
                    cells.push(Vec::new());
                }
            }
        }
    }

    /// An end tag.
    pub fn close(&mut self, name: &str) {
        if let Some((left, depth)) = &mut self.left {
            *depth -= usize::from(left == name);
            if *depth == 0 {
                self.left = None;
            }
            return;
        }
        self.labelled = name == "span";
        if !matches!(role(name), Role::Apart(_) | Role::Row | Role::Cell) {
            return;
        }
        self.end_piece();
        if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            while self.open.len() > at {
                self.pop();
            }
        }
    }

    /// Words between tags.
    pub fn text(&mut self, words: &str) {
        if self.left.is_none() {
            self.broken &= words.trim().is_empty();
            self.labelled = false;
            self.words.push_str(words);
        }
    }

    /// All pieces, after the last tag.
    pub fn finish(mut self) -> Vec<Piece> {
        self.end_piece();
        while !self.open.is_empty() {
            self.pop();
        }
        self.pieces
    }

    fn end_piece(&mut self) {
        self.broken = false;
        let words = std::mem::take(&mut self.words);
        if words.trim().is_empty() {
            return;
        }
        let (kind, preformatted) = self.open.last().map_or((BlockKind::Paragraph, false), |open| (open.kind, open.name == "pre"));
        let pieces = if preformatted { super::plain(&words) } else { vec![(kind, words)] };
        self.target().extend(pieces);
    }

    /// Where pieces go: into the cell at hand, or to the others.
    fn target(&mut self) -> &mut Vec<Piece> {
        let cell = self.open.iter_mut().rev().find_map(|open| open.cells.as_mut()?.last_mut());
        cell.unwrap_or(&mut self.pieces)
    }

    /// Closes the innermost element.
    fn pop(&mut self) {
        self.end_piece();
        let cells = self.open.pop().and_then(|open| open.cells);
        let Some(mut cells) = cells else { return };
        cells.retain(|cell| !cell.is_empty());
        // Cells of several paragraphs lay out a page; they are no row of a table.
        if cells.len() > 1 && cells.iter().all(|cell| cell.len() == 1) {
            let row: Vec<String> = cells.into_iter().flatten().map(|(_, words)| words.trim().to_owned()).collect();
            self.target().push((BlockKind::Paragraph, row.join(CELLS)));
        } else {
            self.target().extend(cells.into_iter().flatten());
        }
    }
}
