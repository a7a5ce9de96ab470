//! Regions: where they stand, and what was answered about them.

use serde::Deserialize;
use serde_json::Value;

use crate::convert::marks::Desk;
use crate::convert::places::Places;
use crate::span::{OffsetUnit, Span};

/// What to do with regions of other kinds.
pub(super) const PLAIN: &str = "regions of HyperText and Paragraphs cannot be read, label a Text with a Labels control";

pub(super) const OF_NO_REGION: &str = "choices and texts that are not of a region are left out";

/// A region's place and labels, or an answer about it.
#[derive(Deserialize, Default)]
pub(super) struct Region {
    #[serde(default)]
    start: Value,
    #[serde(default)]
    end: Value,
    text: Option<Words>,
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    choices: Vec<String>,
}

/// A region's words, or what was typed about it.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum Words {
    Surface(String),
    Typed(Vec<String>),
}

impl Region {
    pub(super) fn has_a_place(&self) -> bool {
        !self.start.is_null() && !self.end.is_null()
    }

    /// What was chosen or typed about it.
    pub(super) fn answers(&self) -> impl Iterator<Item = &String> {
        let typed = match &self.text {
            Some(Words::Typed(typed)) => typed.as_slice(),
            _ => &[],
        };
        self.choices.iter().chain(typed)
    }
}

/// Code points, unless the words of more regions fit their places in UTF-16 units.
pub(super) fn unit<'r>(text: &str, regions: impl Iterator<Item = &'r Region>, desk: &mut Desk) -> OffsetUnit {
    if text.chars().all(|c| c.len_utf16() == 1) {
        return OffsetUnit::Char;
    }
    let worded: Vec<&Region> = regions.filter(|r| matches!(r.text, Some(Words::Surface(_)))).collect();
    let fitting = |unit| {
        let places = Places::new(text, unit);
        worded.iter().filter(|r| place(r, &places).is_ok()).count()
    };
    if fitting(OffsetUnit::Utf16) > fitting(OffsetUnit::Char) {
        desk.intake.note("offsets of old exports are taken to count UTF-16 units: so they fit the words of more regions");
        return OffsetUnit::Utf16;
    }
    OffsetUnit::Char
}

pub(super) fn place(region: &Region, places: &Places) -> Result<Span, String> {
    let (start, end) = (offset("start", &region.start)?, offset("end", &region.end)?);
    match &region.text {
        // Label Studio writes line ends as `\n`, and white space as it shows it.
        Some(Words::Surface(words)) => {
            let span = places.span(start, end);
            let alike = |span: Span| shown(span.of(places.text())) == shown(words);
            span.and_then(|span| if alike(span) { Ok(span) } else { places.surface(start, end, words) })
        }
        _ => places.span(start, end),
    }
}

fn offset(name: &str, value: &Value) -> Result<usize, String> {
    match value {
        Value::Null => Err(format!("a region without {name}")),
        Value::String(path) => Err(format!("found {name} {path:?}, expected an offset: {PLAIN}")),
        other => {
            let offset = other.as_u64().and_then(|n| usize::try_from(n).ok());
            offset.ok_or_else(|| format!("found {name} {other}, expected an offset"))
        }
    }
}

/// Words as Label Studio shows them.
fn shown(words: &str) -> String {
    words.replace("\\n", "\n").split_whitespace().collect::<Vec<_>>().join(" ")
}
