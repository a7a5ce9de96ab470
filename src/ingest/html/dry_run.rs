//! The parser that reads pages, fed piece by piece and keeping no page: it says what it holds open.
//!
//! Which end tag closes what depends on all that is open, on tables, on drawings and formulas. Whoever guesses it is
//! deceived; the parser is not.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TokenizerResult, Tracer, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::TreeBuilder;
use html5ever::{Attribute, QualName};

/// So many bytes of text cost as much to go through as an element.
const TEXT: usize = 64;

/// A parser in the middle of a page.
pub(super) struct DryRun {
    tokenizer: Tokenizer<Watched>,
    input: BufferQueue,
}

impl DryRun {
    /// Before the first byte.
    pub fn new() -> Self {
        let builder = TreeBuilder::new(Sink::default(), html5ever::tree_builder::TreeBuilderOpts::default());
        let watched = Watched { builder, raw: Cell::new(false) };
        Self { tokenizer: Tokenizer::new(watched, html5ever::tokenizer::TokenizerOpts::default()), input: BufferQueue::default() }
    }

    /// Goes on by a piece of the page.
    pub fn feed(&mut self, piece: &str) {
        self.input.push_back(StrTendril::from_slice(piece));
        // It stops behind each script, which a browser would run.
        while !matches!(self.tokenizer.feed(&self.input), TokenizerResult::Done) {}
    }

    /// Whether what follows is text, whatever it looks like: in a script, a style sheet, a title.
    pub fn is_raw(&self) -> bool {
        self.tokenizer.sink.raw.get()
    }

    /// How many elements have been made so far, those among them that no tag asked for.
    pub fn made(&self) -> usize {
        self.tokenizer.sink.builder.sink.made.get()
    }

    /// How many attributes came to `<html>` and `<body>` by later tags of the name.
    pub fn late_attributes(&self) -> usize {
        self.tokenizer.sink.builder.sink.late_attributes.get()
    }

    /// What whoever looks through all of every element will look at: for each element so far the number of those it lies in, and as much
    /// again for every [`TEXT`] bytes of its text.
    pub fn looks(&self) -> usize {
        self.tokenizer.sink.builder.sink.weight.get()
    }

    /// How many elements are open, and formatting ones that will be again. Goes through all of them.
    pub fn open(&self) -> usize {
        let builder = &self.tokenizer.sink.builder;
        let look = Look { number: builder.sink.looks.get() + 1, found: Cell::new(0) };
        builder.sink.looks.set(look.number);
        builder.trace_handles(&look);
        look.found.get()
    }
}

/// The tree builder; what it tells the tokenizer is overheard.
struct Watched {
    builder: TreeBuilder<Handle, Sink>,
    raw: Cell<bool>,
}

impl TokenSink for Watched {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        let is_tag = matches!(token, Token::TagToken(_));
        let result = self.builder.process_token(token, line);
        if is_tag {
            self.raw.set(matches!(result, TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext));
        }
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

type Handle = Rc<Element>;

/// All that the parser asks an element about.
struct Element {
    name: QualName,
    integration: bool,
    /// How many elements it lies in.
    depth: Cell<usize>,
    /// The look that came by last.
    seen: Cell<usize>,
}

/// Counts elements, each once.
struct Look {
    number: usize,
    found: Cell<usize>,
}

impl Tracer for Look {
    type Handle = Handle;

    fn trace_handle(&self, element: &Handle) {
        if element.seen.replace(self.number) != self.number {
            self.found.set(self.found.get() + 1);
        }
    }
}

/// A document without content.
struct Sink {
    document: Handle,
    made: Cell<usize>,
    late_attributes: Cell<usize>,
    looks: Cell<usize>,
    weight: Cell<usize>,
}

impl Sink {
    /// Weighs what comes to lie so deep.
    fn weigh(&self, depth: usize, child: &NodeOrText<Handle>) {
        let much = match child {
            NodeOrText::AppendNode(element) => {
                element.depth.set(depth);
                1
            }
            NodeOrText::AppendText(text) => text.len() / TEXT,
        };
        self.weight.set(self.weight.get().saturating_add(depth.saturating_mul(much)));
    }
}

impl Default for Sink {
    fn default() -> Self {
        let name = QualName::new(None, "".into(), "".into());
        let document = Rc::new(Element { name, integration: false, depth: Cell::new(0), seen: Cell::new(0) });
        let none = Cell::default;
        Self { document, made: none(), late_attributes: none(), looks: none(), weight: none() }
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = ();
    type ElemName<'a> = &'a QualName;

    fn finish(self) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Rc::clone(&self.document)
    }

    fn elem_name<'a>(&'a self, element: &'a Handle) -> &'a QualName {
        &element.name
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, flags: ElementFlags) -> Handle {
        self.made.set(self.made.get() + 1);
        Rc::new(Element { name, integration: flags.mathml_annotation_xml_integration_point, depth: Cell::new(0), seen: Cell::new(0) })
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.get_document()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.get_document()
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.weigh(parent.depth.get() + 1, &child);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        self.weigh(element.depth.get().max(previous.depth.get() + 1), &child);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, template: &Handle) -> Handle {
        Rc::clone(template)
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        self.weigh(sibling.depth.get(), &child);
    }

    fn add_attrs_if_missing(&self, _: &Handle, attributes: Vec<Attribute>) {
        self.late_attributes.set(self.late_attributes.get() + attributes.len());
    }

    fn remove_from_parent(&self, _: &Handle) {}

    fn reparent_children(&self, _: &Handle, _: &Handle) {}

    fn is_mathml_annotation_xml_integration_point(&self, element: &Handle) -> bool {
        element.integration
    }
}
