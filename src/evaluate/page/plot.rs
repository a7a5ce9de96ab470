//! The frame of a diagram: a unit square with labelled axes.

use maud::{Markup, html};

const LEFT: f64 = 50.0;
const TOP: f64 = 12.0;
/// The sides of the unit square, in the drawing's units.
const SIDE: f64 = 290.0;

/// What a diagram is called and what its axes measure.
pub(super) struct Frame<'t> {
    /// Unique on the page.
    pub(super) id: String,
    pub(super) title: &'t str,
    /// What is to be seen, for those who do not see it.
    pub(super) description: String,
    pub(super) across: &'t str,
    pub(super) up: &'t str,
}

/// Where a value of the horizontal axis is drawn.
pub(super) fn x(value: f64) -> String {
    format!("{:.1}", LEFT + value.clamp(0.0, 1.0) * SIDE)
}

/// Where a value of the vertical axis is drawn.
pub(super) fn y(value: f64) -> String {
    format!("{:.1}", TOP + (1.0 - value.clamp(0.0, 1.0)) * SIDE)
}

impl Frame<'_> {
    /// The diagram with `inside` on its grid.
    pub(super) fn around(&self, inside: Markup) -> Markup {
        html! {
            svg.plot viewBox="0 0 350 350" role="img" aria-labelledby={ (self.id) "-title " (self.id) "-description" } {
                title id={ (self.id) "-title" } { (self.title) }
                desc id={ (self.id) "-description" } { (self.description) }
                @for step in [0.0, 0.25, 0.5, 0.75, 1.0] { (grid(step)) }
                text x=(x(0.5)) y="344" text-anchor="middle" { (self.across) }
                text transform={ "translate(13 " (y(0.5)) ") rotate(-90)" } text-anchor="middle" { (self.up) }
                (inside)
            }
        }
    }
}

fn grid(step: f64) -> Markup {
    let label = format!("{step}");
    html! {
        line.rail x1=(x(0.0)) x2=(x(1.0)) y1=(y(step)) y2=(y(step)) {}
        line.rail x1=(x(step)) x2=(x(step)) y1=(y(0.0)) y2=(y(1.0)) {}
        text.tick x=(x(step)) y="318" text-anchor="middle" { (label) }
        text.tick x="44" y=(y(step)) dy="4" text-anchor="end" { (label) }
    }
}
