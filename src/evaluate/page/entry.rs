//! One mistake: its sentence, gold above and prediction below the words, and both in words beneath.

use maud::{Markup, html};

use super::figures::shortened;
use super::layers::{Piece, covers, pieces, surface};
use super::scores::words;
use crate::evaluate::mistakes::{Kind, Marked, Mistake};

/// Tasks that grade whole sentences.
const OF_SENTENCES: [&str; 3] = ["check_worthiness", "verifiability", "types"];
/// The longest that marked words are repeated under their sentence.
const REPEATED: usize = 90;

/// The word for a kind, as `--mistakes` writes it.
pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Missed => "missed",
        Kind::Spurious => "spurious",
        Kind::Boundary => "boundary",
        Kind::Label => "label",
        Kind::Both => "both",
    }
}

/// The mistake as an item of a list.
pub(super) fn entry(mistake: &Mistake) -> Markup {
    let label = |side: &Option<Marked>| side.as_ref().map(|m| m.label.clone());
    let graded = grades_its_sentence(mistake);
    html! {
        li data-task=(mistake.task) data-kind=(word(mistake.kind)) data-gold=[label(&mistake.gold)] data-predicted=[label(&mistake.predicted)] {
            p.what {
                b { (words(&mistake.task)) } " " span.kind { (word(mistake.kind)) }
                " " span.doc { (mistake.doc_id) } " " span { "character " (position(mistake)) }
                @if let Some(score) = mistake.score.filter(|_| !graded) { " " span { "score " (format!("{score:.3}")) } }
            }
            p.context dir="auto" { (context(mistake, graded)) }
            p.sides { @if graded { (grades(mistake)) } @else { (sides(mistake)) } }
        }
    }
}

/// Where the first mark stands in the document, in characters.
fn position(mistake: &Mistake) -> usize {
    let marks = [&mistake.gold, &mistake.predicted].into_iter().flatten().flat_map(|m| &m.parts);
    mistake.start + marks.map(|part| part.0).min().unwrap_or(0)
}

/// Whether a whole sentence was graded: marking all of it would say nothing.
fn grades_its_sentence(mistake: &Mistake) -> bool {
    let all = |side: &Option<Marked>| side.as_ref().is_none_or(|m| covers(&mistake.context, &m.parts));
    OF_SENTENCES.contains(&mistake.task.as_str()) && all(&mistake.gold) && all(&mistake.predicted)
}

fn parts(side: &Option<Marked>) -> &[(usize, usize)] {
    side.as_ref().map(|m| m.parts.as_slice()).unwrap_or_default()
}

fn context(mistake: &Mistake, graded: bool) -> Markup {
    html! {
        @for piece in pieces(&mistake.context, parts(&mistake.gold), parts(&mistake.predicted)) {
            @match piece {
                Piece::Cut => " … ",
                Piece::Words { text, .. } if graded => (text),
                Piece::Words { text, gold: false, predicted: false } => (text),
                Piece::Words { text, gold: true, predicted: true } => mark.g.p { (text) },
                Piece::Words { text, gold: true, .. } => mark.g { (text) },
                Piece::Words { text, .. } => mark.p { (text) },
            }
        }
    }
}

fn grades(mistake: &Mistake) -> Markup {
    let chip = match (&mistake.gold, &mistake.predicted) {
        (Some(gold), Some(predicted)) => format!("gold {}, predicted {}", gold.label, predicted.label),
        (Some(gold), None) => format!("gold {}, predicted not", gold.label),
        (None, Some(predicted)) => format!("predicted {}, gold not", predicted.label),
        (None, None) => String::new(),
    };
    html! { span.chip { (chip) @if let Some(score) = mistake.score { " (score " (format!("{score:.3}")) ")" } } }
}

fn sides(mistake: &Mistake) -> Markup {
    // Where only the label is wrong, both are on the words marked above.
    let repeat = mistake.kind != Kind::Label;
    html! {
        (side(mistake, "gold", "g", &mistake.gold, repeat))
        " "
        (side(mistake, "predicted", "p", &mistake.predicted, repeat))
    }
}

fn side(mistake: &Mistake, name: &str, class: &str, marked: &Option<Marked>, repeat: bool) -> Markup {
    html! {
        span.side {
            @if let Some(marked) = marked {
                mark.(class) { (name) " " b { (marked.label) } }
                @if repeat { " " bdi { (shortened(surface(&mistake.context, &marked.parts).trim(), REPEATED)) } }
            } @else {
                span.muted { (name) ": nothing" }
            }
        }
    }
}
