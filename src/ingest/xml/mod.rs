//! XML → a tree of elements, and what the markups of news have in common.
//!
//! 1. here: text → [`Tree`]
//! 2. `flow`: elements of XHTML and NITF → paragraphs, captions, rows; `soup`: HTML that is no XML → the same
//! 3. `story`: the parts of an article → its blocks
//!
//! Nothing outside the file is read, entities that a file declares itself are not expanded, nesting has a limit, and no function
//! calls itself. `quick-xml` reports entities instead of expanding them, which lets `&nbsp;` stand in a file without a DTD; a reader
//! that builds the tree itself, as `roxmltree` does, would refuse the file.

mod entities;
mod flow;
mod soup;
mod story;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use self::entities::Entities;
pub(super) use self::flow::{Piece, pieces};
pub(super) use self::soup::pieces as html_pieces;
pub(super) use self::story::{Story, add_subject, fill, is_correction, iso, keep, plain, set_urgency, status};

/// The most elements that stand inside each other; articles have fewer than thirty.
const MAX_DEPTH: usize = 250;

/// A file of XML. Above its elements stands one without a name.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    /// In the order of the file; an element comes before what it holds.
    nodes: Vec<Node<'t>>,
    attributes: Vec<Attribute>,
    names: Vec<String>,
    /// What people should know.
    pub warnings: Vec<String>,
    /// Where the file is damaged, and how; what follows was not read.
    pub damage: Option<String>,
    /// The elements that the damage left open, the outermost first.
    torn: Vec<usize>,
}

#[derive(Debug)]
struct Node<'t> {
    /// One past the last node inside it.
    end: usize,
    kind: Kind<'t>,
}

#[derive(Debug)]
enum Kind<'t> {
    Element {
        /// Without its prefix.
        name: usize,
        /// Its namespace's address, the empty name where none is declared.
        space: usize,
        attributes: Range<usize>,
        /// Byte at which it opens.
        at: usize,
    },
    Text(Cow<'t, str>),
}

#[derive(Debug)]
struct Attribute {
    /// With its prefix.
    name: usize,
    value: String,
}

impl<'t> Tree<'t> {
    /// Reads a whole file.
    ///
    /// # Errors
    /// The file is not well-formed, nests too deeply, or refers to an entity it declares itself: line, column and why.
    pub fn parse(text: &'t str) -> Result<Self, String> {
        let tree = Self::parse_to_damage(text);
        tree.damage.clone().map_or(Ok(tree), Err)
    }

    /// Reads a file to its end, or as far as it is in order: [`damage`](Self::damage) says where it is not, and
    /// [`Element::is_torn`] which elements that cut short.
    pub fn parse_to_damage(text: &'t str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut names = Names::default();
        let mut entities = Entities::default();
        let none = names.id("");
        let above = Node { end: 0, kind: Kind::Element { name: none, space: none, attributes: 0..0, at: 0 } };
        let mut tree =
            Tree { nodes: vec![above], attributes: Vec::new(), names: Vec::new(), warnings: Vec::new(), damage: None, torn: Vec::new() };
        let read = tree.read(text, &mut names, &mut entities);
        tree.names = names.all;
        tree.warnings = entities.warnings();
        tree.damage = read.err();
        let end = tree.nodes.len();
        for element in tree.torn.iter().chain(&[0]) {
            tree.nodes[*element].end = end;
        }
        if tree.damage.is_none()
            && let Some(&element) = tree.torn.last()
        {
            let name = Element { tree: &tree, at: element }.name();
            let damage = format!("{}: the file ends inside `<{name}>`; expected `</{name}>`; was it cut off?", place(text, text.len()));
            tree.damage = Some(damage);
        } else if tree.damage.is_none() && tree.nodes.iter().skip(1).all(|node| matches!(node.kind, Kind::Text(_))) {
            tree.damage = Some("line 1, column 1: found no element; expected XML".to_owned());
        }
        tree
    }

    /// Adds the nodes of a file; elements that are open where it stops are `torn`.
    fn read(&mut self, text: &'t str, names: &mut Names, entities: &mut Entities) -> Result<(), String> {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        reader.config_mut().expand_empty_elements = true;
        let none = names.id("");
        loop {
            let at = byte(reader.buffer_position());
            let failed = |reason: &str, at: usize| format!("{}: {reason}", place(text, at));
            match reader.read_resolved_event() {
                Err(error) => {
                    let at = byte(reader.error_position());
                    return Err(failed(&format!("not well-formed XML: {error}"), at));
                }
                Ok((space, Event::Start(start))) => {
                    if self.torn.len() == MAX_DEPTH {
                        return Err(failed(&format!("elements stand more than {MAX_DEPTH} deep; expected fewer"), at));
                    }
                    let space = if let ResolveResult::Bound(space) = space { names.id(space.as_ref()) } else { none };
                    let name = names.id(start.local_name().as_ref());
                    let first = self.attributes.len();
                    // It is torn, too, where its attributes are what cannot be read.
                    self.torn.push(self.nodes.len());
                    self.nodes.push(Node { end: 0, kind: Kind::Element { name, space, attributes: first..first, at } });
                    let read = self.attributes(&start, names, entities).map_err(|reason| failed(&reason, at))?;
                    if let Some(Node { kind: Kind::Element { attributes, .. }, .. }) = self.nodes.last_mut() {
                        *attributes = read;
                    }
                }
                Ok((_, Event::End(_))) => {
                    if let Some(element) = self.torn.pop() {
                        self.nodes[element].end = self.nodes.len();
                    }
                }
                Ok((_, Event::Text(words))) => self.text(words.into_inner()),
                Ok((_, Event::CData(words))) => self.text(words.into_inner()),
                Ok((_, Event::GeneralRef(name))) => {
                    self.text(entities.resolve(&name).map_err(|reason| failed(&reason, at))?);
                }
                Ok((_, Event::DocType(declaration))) => entities.declare(&declaration),
                Ok((_, Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_))) => {}
                Ok((_, Event::Eof)) => return Ok(()),
            }
        }
    }

    /// What stands above all elements of the file.
    pub fn root(&self) -> Element<'_> {
        Element { tree: self, at: 0 }
    }

    fn text(&mut self, words: Cow<'t, str>) {
        let end = self.nodes.len() + 1;
        self.nodes.push(Node { end, kind: Kind::Text(words) });
    }

    fn attributes(&mut self, start: &BytesStart<'_>, names: &mut Names, entities: &mut Entities) -> Result<Range<usize>, String> {
        let first = self.attributes.len();
        // Looking for repeated names takes quadratic time; the first of a name counts.
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| format!("an attribute of `<{}>` cannot be read: {error}", start.name().as_ref()))?;
            let value = entities.expand(&attribute.value)?;
            self.attributes.push(Attribute { name: names.id(attribute.key.as_ref()), value });
        }
        Ok(first..self.attributes.len())
    }
}

/// Names, each held once.
#[derive(Debug, Default)]
struct Names {
    all: Vec<String>,
    ids: BTreeMap<String, usize>,
}

impl Names {
    fn id(&mut self, name: &str) -> usize {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        self.all.push(name.to_owned());
        self.ids.insert(name.to_owned(), self.all.len() - 1);
        self.all.len() - 1
    }
}

/// An element of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'x> {
    tree: &'x Tree<'x>,
    at: usize,
}

/// What comes next inside an element.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'x> {
    /// An element opens.
    Open(Element<'x>),
    /// Words.
    Text(&'x str),
    /// The element opened last and not closed yet closes.
    Close(Element<'x>),
}

impl<'x> Element<'x> {
    fn node(self, at: usize) -> &'x Node<'x> {
        &self.tree.nodes[at]
    }

    fn parts(self) -> (usize, usize, Range<usize>, usize) {
        match &self.node(self.at).kind {
            Kind::Element { name, space, attributes, at } => (*name, *space, attributes.clone(), *at),
            Kind::Text(_) => (0, 0, 0..0, 0),
        }
    }

    /// Its name without a prefix.
    pub fn name(self) -> &'x str {
        &self.tree.names[self.parts().0]
    }

    /// Byte of the text, after a byte-order mark, at which it opens.
    pub fn at(self) -> usize {
        self.parts().3
    }

    /// Whether the file is damaged inside it.
    pub fn is_torn(self) -> bool {
        self.tree.torn.contains(&self.at)
    }

    /// The value of the attribute called so, prefix included, without white space around it; `None` where it is empty.
    pub fn attribute(self, name: &str) -> Option<&'x str> {
        let attributes = &self.tree.attributes[self.parts().2];
        let found = attributes.iter().find(|attribute| self.tree.names[attribute.name] == name)?;
        Some(found.value.trim()).filter(|value| !value.is_empty())
    }

    /// The elements right inside it.
    pub fn children(self) -> impl Iterator<Item = Element<'x>> {
        let end = self.node(self.at).end;
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            while at < end {
                let here = at;
                at = self.node(here).end;
                if matches!(self.node(here).kind, Kind::Element { .. }) {
                    return Some(Element { tree: self.tree, at: here });
                }
            }
            None
        })
    }

    /// The elements called so right inside it. One of another namespace is another's, and passed over; one without a namespace is
    /// taken for what its name says.
    pub fn all(self, name: &str) -> impl Iterator<Item = Element<'x>> {
        let fits = move |(own, child): (usize, usize)| own == child || [own, child].iter().any(|space| self.tree.names[*space].is_empty());
        self.children().filter(move |child| child.name() == name && fits((self.parts().1, child.parts().1)))
    }

    /// The first of [`all`](Self::all).
    pub fn child(self, name: &str) -> Option<Element<'x>> {
        self.all(name).next()
    }

    /// The first child's first child and so on.
    pub fn path(self, names: &[&str]) -> Option<Element<'x>> {
        names.iter().try_fold(self, |element, name| element.child(name))
    }

    /// All elements inside it, in the order of the file.
    pub fn descendants(self) -> impl Iterator<Item = Element<'x>> {
        self.steps().filter_map(|step| if let Step::Open(element) = step { Some(element) } else { None })
    }

    /// The outermost elements inside it that are called by one of the names.
    pub fn outermost(self, names: &'x [&str]) -> impl Iterator<Item = Element<'x>> {
        let mut past = 0;
        self.descendants().filter(move |element| {
            let outermost = element.at >= past && names.contains(&element.name());
            if outermost {
                past = element.node(element.at).end;
            }
            outermost
        })
    }

    /// What it holds, in order, without itself.
    pub fn steps(self) -> impl Iterator<Item = Step<'x>> {
        let end = self.node(self.at).end;
        let mut at = self.at + 1;
        let mut open: Vec<usize> = Vec::new();
        std::iter::from_fn(move || {
            if let Some(&last) = open.last().filter(|last| self.node(**last).end == at) {
                open.pop();
                return Some(Step::Close(Element { tree: self.tree, at: last }));
            }
            let node = self.tree.nodes[..end].get(at)?;
            at += 1;
            Some(match &node.kind {
                Kind::Text(words) => Step::Text(words),
                Kind::Element { .. } => {
                    open.push(at - 1);
                    Step::Open(Element { tree: self.tree, at: at - 1 })
                }
            })
        })
    }

    /// All its words as they stand.
    pub fn text(self) -> String {
        self.steps().filter_map(|step| if let Step::Text(words) = step { Some(words) } else { None }).collect()
    }

    /// All its words, parted by single spaces; `None` where there are none.
    pub fn words(self) -> Option<String> {
        let mut words = String::new();
        let mut apart = false;
        for step in self.steps() {
            match step {
                Step::Text(text) => {
                    // `<location>Paris</location><story.date>May 1</story.date>` are three words.
                    let joined = text.starts_with(char::is_alphanumeric) && words.ends_with(char::is_alphanumeric);
                    if std::mem::take(&mut apart) && joined {
                        words.push(' ');
                    }
                    words.push_str(text);
                }
                Step::Open(element) | Step::Close(element) => apart |= flow::is_apart(element.name()),
            }
        }
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(words).filter(|words| !words.is_empty())
    }
}

/// Where a byte of a text stands, for people.
pub(super) fn place(text: &str, at: usize) -> String {
    let before = text.get(..text.floor_char_boundary(at)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}")
}

fn byte(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
