//! The labelling interface our tasks need.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::convert::classes::{Class, words};
use crate::convert::marks::{CLAIMER, CLAIMER_KIND, Kind, LINKS, MODE, Sheet, TYPE, UNTYPED, VERIFIABILITY, WORTH};
use crate::labels::{ClaimType, ClaimerKind, Mode, Verifiability, Worth};

/// The control that labels spans.
pub(super) const LABEL: &str = "label";

/// The configuration, with the entity labels of `sheets`.
pub(super) fn xml(sheets: &[Sheet]) -> String {
    let named: Vec<&str> = Kind::NAMED.iter().map(|(_, name)| *name).collect();
    let entities: BTreeSet<&str> =
        sheets.iter().flat_map(|s| &s.marks).filter(|m| m.kind() == Kind::Entity).map(|m| m.label.as_str()).collect();
    let mut xml = String::from("<View>\n  <Relations>\n");
    for name in LINKS {
        _ = writeln!(xml, "    <Relation value=\"{name}\"/>");
    }
    _ = writeln!(xml, "  </Relations>\n  <Labels name=\"{LABEL}\" toName=\"text\">");
    for label in named.into_iter().chain(entities) {
        _ = writeln!(xml, "    <Label value=\"{}\"/>", escaped(label));
    }
    xml.push_str("  </Labels>\n  <Style>.htx-text{ white-space: pre-wrap; }</Style>\n  <Text name=\"text\" value=\"$text\"/>\n");
    let types: Vec<String> = words(ClaimType::ALL).into_iter().chain([UNTYPED.to_owned()]).collect();
    choices(&mut xml, WORTH, "Sentence", &all::<Worth>());
    choices(&mut xml, VERIFIABILITY, "Sentence", &all::<Verifiability>());
    choices(&mut xml, TYPE, "Sentence", &types);
    let given = "Content,Cue,Source,Claim";
    choices(&mut xml, MODE, given, &all::<Mode>());
    _ = writeln!(
        xml,
        "  <TextArea name=\"{CLAIMER}\" toName=\"text\" perRegion=\"true\" whenTagName=\"{LABEL}\" whenLabelValue=\"{given}\"/>"
    );
    choices(&mut xml, CLAIMER_KIND, given, &all::<ClaimerKind>());
    xml.push_str("</View>\n");
    xml
}

fn all<T: Class>() -> Vec<String> {
    words(T::all())
}

fn choices(xml: &mut String, name: &str, labels: &str, choices: &[String]) {
    let several = if [MODE, CLAIMER_KIND].contains(&name) { "single" } else { "multiple" };
    let when = format!("whenTagName=\"{LABEL}\" whenLabelValue=\"{labels}\"");
    _ = writeln!(xml, "  <Choices name=\"{name}\" toName=\"text\" perRegion=\"true\" choice=\"{several}\" {when}>");
    for choice in choices {
        _ = writeln!(xml, "    <Choice value=\"{choice}\"/>");
    }
    xml.push_str("  </Choices>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
