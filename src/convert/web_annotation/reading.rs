//! Annotations read: a collection, a page, a list, or one by itself.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::selectors::{Selector, found};
use super::{DOCUMENT_TEXT, LAYER, REBUILT, decoded, is_address};
use crate::convert::intake::Intake;
use crate::convert::json_pieces::{Piece, each_file};
use crate::convert::marks::{CLAIMER, CLAIMER_KIND, Desk, Features, Head, Link, MODE, Mark, Sheet, gather, sentence_class, settled};
use crate::convert::places::Places;
use crate::convert::{ConvertError, LabelledDocument, Parts};
use crate::span::OffsetUnit;

/// One or several, as JSON-LD has it everywhere.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a value of the Web Annotation model, or a list of them")]
enum Any<T> {
    Several(Vec<T>),
    One(T),
}

impl<T> Any<T> {
    fn list(self) -> Vec<T> {
        match self {
            Any::Several(list) => list,
            Any::One(one) => vec![one],
        }
    }
}

/// An annotation, or what holds some.
#[derive(Deserialize)]
struct Node<'f> {
    #[serde(borrow)]
    items: Option<&'f RawValue>,
    #[serde(borrow)]
    first: Option<&'f RawValue>,
    #[serde(borrow, rename = "@graph")]
    graph: Option<&'f RawValue>,
    next: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Annotation {
    id: Option<String>,
    motivation: Option<Any<String>>,
    body: Option<Any<Body>>,
    #[serde(rename = "bodyValue")]
    body_value: Option<String>,
    target: Any<Target>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a body: a TextualBody or a reference")]
enum Body {
    Textual { value: String, purpose: Option<Any<String>> },
    Reference(#[allow(dead_code, reason = "says nothing of a text")] serde_json::Value),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a target: a reference, or a source with selectors")]
enum Target {
    Reference(String),
    Part {
        source: Resource,
        #[serde(default)]
        selector: Option<Any<Selector>>,
    },
    Whole(Text),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a source: a reference, or a resource with an id")]
enum Resource {
    Reference(String),
    Text(Text),
}

/// A text, given by name, or whole.
#[derive(Deserialize)]
struct Text {
    id: String,
    value: Option<String>,
    canonical: Option<String>,
}

/// What a file says of one document.
#[derive(Default)]
struct Found<'f> {
    text: Option<String>,
    head: serde_json::Map<String, serde_json::Value>,
    annotations: Vec<(Piece<'f>, Annotation)>,
}

/// The documents of a file, in the order in which they come up.
#[derive(Default)]
struct Library<'f> {
    order: Vec<String>,
    found: BTreeMap<String, Found<'f>>,
    /// Which document and page an annotation is of. Another page may use its short names (`#1`) anew, for another document.
    home: BTreeMap<String, (String, usize)>,
    pages: usize,
}

pub(in crate::convert) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut read = Vec::new();
    each_file(path, &["json", "jsonld", "jsonl"], intake, |file, pieces, intake| {
        let mut library = Library::default();
        for piece in pieces {
            let put = nodes(piece, DEEPEST, &mut library, intake);
            intake.take(put)?;
        }
        for name in std::mem::take(&mut library.order) {
            let Some(found) = library.found.remove(&name) else { continue };
            let document = document(&name, found, file.whole(), intake);
            read.extend(intake.take(document)?);
        }
        Ok(())
    })?;
    Ok(settled(read))
}

/// How deep lists, pages and collections may stand in one another.
const DEEPEST: usize = 16;

/// The annotations of a collection, a page or a list.
fn nodes<'f>(piece: Piece<'f>, depth: usize, library: &mut Library<'f>, intake: &mut Intake) -> Result<(), ConvertError> {
    let Some(depth) = depth.checked_sub(1) else { return Err(piece.wrong("lists or pages stand too deep in one another")) };
    if piece.json().starts_with('[') {
        return piece.items()?.into_iter().try_for_each(|item| nodes(item, depth, library, intake));
    }
    if piece.json().starts_with('"') {
        return Err(piece.wrong(format!("found the reference {}, expected the page or annotation itself", piece.json())));
    }
    let Some(node) = intake.take(piece.parse::<Node>())? else { return Ok(()) };
    if let Some(held) = node.items.or(node.first).or(node.graph) {
        library.pages += usize::from(node.items.is_some());
        if node.next.is_some() {
            intake.note("pages that have a next one: that was not read");
        }
        return nodes(piece.part(held), depth, library, intake);
    }
    if let Some(annotation) = intake.take(piece.parse::<Annotation>())? {
        let put = library.put(piece, annotation);
        intake.take(put)?;
    }
    Ok(())
}

impl<'f> Library<'f> {
    fn put(&mut self, piece: Piece<'f>, annotation: Annotation) -> Result<(), ConvertError> {
        let targets = match &annotation.target {
            Any::Several(list) => list.as_slice(),
            Any::One(one) => std::slice::from_ref(one),
        };
        let first = targets.first().ok_or_else(|| piece.wrong("the annotation has no target"))?;
        let name = match first {
            Target::Reference(id) if annotation.is_linking() => {
                let home = self.home.get(id).map(|(name, _)| name.clone());
                home.ok_or_else(|| piece.wrong(format!("it links {id:?}, which does not stand before it")))?
            }
            Target::Reference(id) => id.clone(),
            Target::Part { source: Resource::Reference(id), .. } => id.clone(),
            Target::Part { source: Resource::Text(text), .. } | Target::Whole(text) => text.id.clone(),
        };
        let before = annotation.id.as_ref().and_then(|id| Some((id, self.home.get(id)?)));
        if let Some((id, _)) = before.filter(|(_, (document, page))| *document == name || *page == self.pages) {
            return Err(piece.wrong(format!("the id {id:?} stands twice")));
        }
        if !self.found.contains_key(&name) {
            self.order.push(name.clone());
        }
        let found = self.found.entry(name.clone()).or_default();
        for target in targets {
            if let Target::Whole(text) | Target::Part { source: Resource::Text(text), .. } = target {
                found.text = found.text.take().or_else(|| text.value.clone());
                found.head.extend(text.canonical.clone().map(|url| ("url".to_owned(), url.into())));
            }
        }
        self.home.extend(annotation.id.clone().map(|id| (id, (name, self.pages))));
        match annotation.document_text() {
            Some(text) => found.tell(text.to_owned(), &annotation),
            None => found.annotations.push((piece, annotation)),
        }
        Ok(())
    }
}

impl Found<'_> {
    /// The document's text, and what its tags say.
    fn tell(&mut self, text: String, annotation: &Annotation) {
        self.text = Some(text);
        let tags = annotation.bodies("tagging");
        let layers: Vec<&str> = tags.iter().filter_map(|tag| tag.strip_prefix(LAYER)).collect();
        self.head.insert("layers".to_owned(), layers.into());
        self.head.insert("rebuilt".to_owned(), tags.contains(&REBUILT).into());
    }
}

impl Annotation {
    /// What bodies of one purpose say. A body without a purpose has the annotation's.
    fn bodies(&self, wanted: &str) -> Vec<&str> {
        let is = |purpose: &Option<Any<String>>| match purpose {
            Some(Any::One(one)) => one == wanted,
            Some(Any::Several(list)) => list.iter().any(|p| p == wanted),
            None => false,
        };
        let bodies = match &self.body {
            Some(Any::Several(list)) => list.as_slice(),
            Some(Any::One(one)) => std::slice::from_ref(one),
            None => &[],
        };
        let by_default = is(&self.motivation);
        let mut found: Vec<&str> = Vec::new();
        for body in bodies {
            if let Body::Textual { value, purpose } = body {
                found.extend((is(purpose) || purpose.is_none() && by_default).then_some(value.as_str()));
            }
        }
        found.extend(self.body_value.as_deref().filter(|_| by_default));
        found
    }

    fn is_linking(&self) -> bool {
        match &self.motivation {
            Some(Any::One(one)) => one == "linking",
            Some(Any::Several(list)) => list.iter().any(|m| m == "linking"),
            None => false,
        }
    }

    fn document_text(&self) -> Option<&str> {
        self.bodies("tagging").contains(&DOCUMENT_TEXT).then(|| self.bodies("describing").first().copied())?
    }
}

fn document(name: &str, found: Found, whole: Piece, intake: &mut Intake) -> Result<(LabelledDocument, bool), ConvertError> {
    let Found { text, mut head, annotations } = found;
    let at = annotations.first().map_or(whole, |(piece, _)| *piece);
    let Some(text) = text else {
        let reason = format!(
            "the text of {name:?} is not in the file: expected it as the value of the source, or as a describing body tagged {DOCUMENT_TEXT:?}"
        );
        return Err(at.wrong(reason));
    };
    if is_address(name) {
        head.entry("url").or_insert_with(|| name.into());
    }
    let mut desk = Desk { intake, doc_id: decoded(name), pieces: Vec::new(), whole: at };
    let sheet = sheet(annotations, &text, &mut desk)?;
    let mut document = gather(&sheet, text, &mut desk)?;
    let head: Head = serde_json::from_value(head.into()).unwrap_or_default();
    let told = head.tell(&mut document);
    Ok((document, told))
}

fn sheet<'f>(annotations: Vec<(Piece<'f>, Annotation)>, text: &str, desk: &mut Desk<'_, '_, 'f>) -> Result<Sheet, ConvertError> {
    let places = Places::new(text, OffsetUnit::Char);
    let mut sheet = Sheet::default();
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    let (links, marks): (Vec<_>, Vec<_>) = annotations.into_iter().partition(|(_, a)| a.is_linking());
    for (piece, annotation) in marks {
        let read = mark(&annotation);
        let Some(read) = desk.take(piece, read)? else { continue };
        let Some(mut mark) = read else {
            desk.intake.note("annotations without a tag (comments, highlights) are left out");
            continue;
        };
        let parts = parts(annotation.target.list(), &places);
        if let Some(parts) = desk.take(piece, parts.map_err(|reason| format!("{:?}: {reason}", mark.label)))? {
            mark.parts = parts;
            mark.origin = desk.origin(piece);
            ids.extend(annotation.id.map(|id| (id, sheet.marks.len())));
            sheet.marks.push(mark);
        }
    }
    for (piece, annotation) in links {
        let name = annotation.bodies("tagging").first().copied().unwrap_or_default().to_owned();
        let link = link(annotation.target.list(), name, &ids);
        sheet.links.extend(desk.take(piece, link)?);
    }
    Ok(sheet)
}

/// The label and classes of an annotation; nothing where it has no tag.
fn mark(annotation: &Annotation) -> Result<Option<Mark>, String> {
    let mut label = None;
    let mut features = Features::new();
    let mut say = |name: &str, answer: &str| features.entry(name.to_owned()).or_default().push(answer.to_owned());
    for tag in annotation.bodies("tagging") {
        match (&label, sentence_class(tag), tag.split_once(':')) {
            (None, ..) => label = Some(tag.to_owned()),
            (_, Some((asked, answer)), _) => say(asked, answer),
            (_, _, Some((asked @ (MODE | CLAIMER_KIND), answer))) => say(asked, answer),
            _ => return Err(format!("found a second label, {tag:?}")),
        }
    }
    if let Some(name) = annotation.bodies("identifying").first() {
        say(CLAIMER, name);
    }
    let score =
        annotation.bodies("assessing").first().map(|score| score.parse().map_err(|_| format!("found score {score:?}, expected a number")));
    let score = score.transpose()?;
    Ok(label.map(|label| Mark { label, features, score, ..Mark::default() }))
}

fn parts(targets: Vec<Target>, places: &Places) -> Result<Parts, String> {
    let place = |target: Target| match target {
        Target::Part { selector: Some(selector), .. } => found(&selector.list(), places),
        _ => Err("found a target without a selector, expected a place in the text".to_owned()),
    };
    let mut parts = targets.into_iter().map(place).collect::<Result<Parts, _>>()?;
    parts.sort();
    if parts.windows(2).any(|pair| pair[0].overlaps(&pair[1])) {
        return Err("its targets overlap".to_owned());
    }
    Ok(parts)
}

fn link(targets: Vec<Target>, name: String, ids: &BTreeMap<String, usize>) -> Result<Link, String> {
    let place = |target: &Target| match target {
        Target::Reference(id) => ids.get(id).copied().ok_or_else(|| format!("it links {id:?}, which is not there")),
        _ => Err("found a link to something that is no annotation".to_owned()),
    };
    match &targets[..] {
        [from, to] => Ok(Link { from: place(from)?, to: place(to)?, name }),
        _ => Err(format!("found a link of {}, expected one of two annotations", targets.len())),
    }
}
