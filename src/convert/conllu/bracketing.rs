//! Entities as nested brackets in MISC, as GUM and CorefUD have them: `Entity=(1-person-…(2-place-…)`, `Entity=1)`.

use std::path::Path;

use super::Mention;
use super::lines::{Word, misc_value};
use crate::convert::ConvertError;
use crate::convert::intake::Intake;
use crate::convert::percent;
use crate::span::Span;

/// What the fields of a bracket are, by `# global.Entity`.
pub(super) struct Bracketing {
    fields: usize,
    label: usize,
    /// Which of the mention's words are its head: `minspan` in GUM, `head` in CorefUD.
    head: Option<usize>,
}

/// A bracket that is not closed yet.
struct Open<'t> {
    group: &'t str,
    fields: Vec<&'t str>,
    first: usize,
}

impl Bracketing {
    /// Reads `GRP-etype-infstat-salience-centering-minspan-link-identity`, `eid-etype-head-other` …
    pub(super) fn new(header: &str) -> Self {
        let names: Vec<&str> = header.trim().split('-').collect();
        let at = |wanted: &[&str]| names.iter().position(|name| wanted.contains(name));
        Self { fields: names.len(), label: at(&["etype", "entity", "type"]).unwrap_or(1), head: at(&["minspan", "head"]) }
    }

    /// The named mentions of a sentence.
    pub(super) fn mentions(&self, path: &Path, words: &[Word], intake: &mut Intake) -> Result<Vec<Mention>, ConvertError> {
        let mut open: Vec<Open> = Vec::new();
        let mut found = Vec::new();
        for (n, word) in words.iter().enumerate() {
            let wrong = |reason| ConvertError::line(path, word.line, reason);
            for bracket in brackets(misc_value(word.misc, "Entity").unwrap_or("")).map_err(wrong)? {
                if let Some(inside) = bracket.opens {
                    let fields: Vec<&str> = inside.splitn(self.fields, '-').collect();
                    open.push(Open { group: fields.first().copied().unwrap_or(""), fields, first: n });
                }
                let Some(group) = bracket.closes else { continue };
                let group = group.unwrap_or_else(|| open.last().map_or("", |o| o.group));
                let at = open.iter().rposition(|o| o.group == group);
                let Some(at) = at else {
                    return Err(wrong(format!("the bracket {group:?} is closed but was not opened in its sentence")));
                };
                found.extend(self.mention(&open.remove(at), words, n, intake).map_err(wrong)?);
            }
        }
        match open.first() {
            None => Ok(found),
            Some(o) => Err(ConvertError::line(
                path,
                words.get(o.first).map_or(0, |w| w.line),
                format!("the bracket {:?} is not closed in its sentence", o.group),
            )),
        }
    }

    /// The mention, where it is a named one (or nothing tells which are).
    fn mention(&self, open: &Open, words: &[Word], last: usize, intake: &mut Intake) -> Result<Option<Mention>, String> {
        let label = open.fields.get(self.label).copied().unwrap_or("");
        if label.is_empty() || label == "_" {
            return Err(format!("the bracket {:?} has no entity type", open.fields.join("-")));
        }
        if open.group.contains('[') {
            intake.note("mentions in several pieces were left out");
            return Ok(None);
        }
        let (Some(inside), Some(first)) = (words.get(open.first..=last), words.get(open.first)) else { return Ok(None) };
        if !self.is_named(open, inside, label)? {
            intake.note("a mention without a proper noun at its head (a pronoun, a common noun) was left out");
            return Ok(None);
        }
        let span = Span::hull_of(&inside.iter().map(|w| w.span).collect::<Vec<_>>());
        Ok(Some(Mention { span, label: percent::decoded(label), line: first.line }))
    }

    /// Whether the head holds a proper noun; for times a number will do (1998).
    fn is_named(&self, open: &Open, inside: &[Word], label: &str) -> Result<bool, String> {
        let Some(head) = self.head.and_then(|h| open.fields.get(h)) else { return Ok(true) };
        for number in head.split(',') {
            let word = number.parse::<usize>().ok().and_then(|n| inside.get(n.checked_sub(1)?));
            let Some(word) = word else {
                return Err(format!("found the head {head:?}, expected numbers from 1 to {}", inside.len()));
            };
            if word.upos == "PROPN" || label == "time" && word.upos == "NUM" {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// One bracket or two: what opens, and what closes (`Some(None)` for the one just opened).
struct Bracket<'t> {
    opens: Option<&'t str>,
    closes: Option<Option<&'t str>>,
}

fn brackets(value: &str) -> Result<Vec<Bracket<'_>>, String> {
    let mut found = Vec::new();
    let mut rest = value;
    while !rest.is_empty() {
        let (inside, opens) = rest.strip_prefix('(').map_or((rest, false), |inside| (inside, true));
        let end = inside.find(['(', ')']).unwrap_or(inside.len());
        let (content, tail) = inside.split_at(end);
        let after = tail.strip_prefix(')');
        match (opens, after) {
            (true, Some(_)) => found.push(Bracket { opens: Some(content), closes: Some(None) }),
            (true, None) => found.push(Bracket { opens: Some(content), closes: None }),
            (false, Some(_)) => found.push(Bracket { opens: None, closes: Some(Some(content)) }),
            (false, None) => return Err(format!("found {content:?} in Entity={value}, expected ( or a number and )")),
        }
        rest = after.unwrap_or(tail);
    }
    Ok(found)
}

/// A label with what means something in brackets written as `%28` and the like.
pub(super) fn encoded(label: &str) -> String {
    percent::encoded(label, |c| !c.is_whitespace() && !matches!(c, '%' | '(' | ')' | '|' | '-'))
}
