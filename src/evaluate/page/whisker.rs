//! A score as a dot on a line from 0 to 1, its interval as a bar, the baseline as a tick.

use maud::{Markup, html};

use crate::evaluate::report::Score;

/// The drawing, as wide as its cell; the numbers stand beside it, so that it is hidden from screen readers.
pub(super) fn whisker(score: Score, baseline: Option<f64>) -> Markup {
    let x = |value: f64| format!("{:.1}%", value.clamp(0.0, 1.0) * 100.0);
    html! {
        svg.whisker aria-hidden="true" focusable="false" {
            line.rail x1="0" x2="100%" y1="8" y2="8" {}
            @for mark in [0.0, 0.25, 0.5, 0.75, 1.0] { line.rail x1=(x(mark)) x2=(x(mark)) y1="5" y2="11" {} }
            @if let (Some(low), Some(high)) = (score.low, score.high) {
                line.interval x1=(x(low)) x2=(x(high)) y1="8" y2="8" {}
                @for end in [low, high] { line.interval x1=(x(end)) x2=(x(end)) y1="4" y2="12" {} }
            }
            @if let Some(baseline) = baseline { line.before x1=(x(baseline)) x2=(x(baseline)) y1="0" y2="16" {} }
            @if let Some(value) = score.value { circle.dot cx=(x(value)) cy="8" r="3.5" {} }
        }
    }
}
