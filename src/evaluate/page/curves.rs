//! Check-worthiness: whether scores mean what they say, and what precision each recall costs.

use std::fmt::Write;

use maud::{Markup, html};

use super::figures::number;
use super::plot::{Frame, x, y};
use crate::evaluate::ranking::{Bin, CurvePoint};
use crate::evaluate::report::{Report, SetReport};

/// Both diagrams, or those there is data for.
pub(super) fn figures(report: &Report, set: &SetReport, id: &str) -> Markup {
    if set.reliability.is_empty() && set.curve.is_empty() {
        return html! {};
    }
    html! {
        h3 id={ (id) "-curves" } { "Check-worthiness" }
        div.plots {
            @if !set.reliability.is_empty() { (reliability(set, id)) }
            @if !set.curve.is_empty() { (precision_recall(report.system.threshold, set, id)) }
        }
    }
}

fn value(set: &SetReport, name: &str) -> Option<f64> {
    set.scores.get(&format!("check_worthiness.{name}"))?.value
}

fn reliability(set: &SetReport, id: &str) -> Markup {
    let sentences: f64 = set.reliability.iter().map(|b| b.count).sum();
    let largest = set.reliability.iter().map(|b| b.count).fold(0.0, f64::max);
    let ece = number(value(set, "ece"));
    let frame = Frame {
        id: format!("{id}-reliability"),
        title: "Reliability of the scores",
        description: format!(
            "{} bins of {sentences:.0} sentences; calibration error {ece}. On the diagonal a score is the share of sentences worth checking.",
            set.reliability.len()
        ),
        across: "mean score",
        up: "share worth checking",
    };
    html! {
        figure {
            h4 { "Reliability" }
            (frame.around(html! {
                line.diagonal x1=(x(0.0)) y1=(y(0.0)) x2=(x(1.0)) y2=(y(1.0)) {}
                @for bin in &set.reliability { (dot(bin, largest)) }
            }))
            figcaption {
                "Calibration error (ECE) " b { (ece) } ". Each dot is a bin of sentences with like scores, its size their number ("
                (format!("{sentences:.0}")) " in all). On the dashed line, scores mean what they say; below it, they promise too much."
            }
        }
    }
}

/// A bin, with its distance from the diagonal. Areas, not radii, follow the counts.
fn dot(bin: &Bin, largest: f64) -> Markup {
    let radius = 2.0 + 4.0 * (bin.count / largest.max(f64::MIN_POSITIVE)).sqrt();
    html! {
        line.gap x1=(x(bin.score)) x2=(x(bin.score)) y1=(y(bin.score)) y2=(y(bin.positive)) {}
        circle.dot cx=(x(bin.score)) cy=(y(bin.positive)) r=(format!("{radius:.1}")) {
            title { (format!("score {:.3}, worth checking {:.3}, {:.0} sentences", bin.score, bin.positive, bin.count)) }
        }
    }
}

fn precision_recall(threshold: Option<f64>, set: &SetReport, id: &str) -> Markup {
    let precision = number(value(set, "average_precision"));
    let point = working_point(set, threshold);
    let frame = Frame {
        id: format!("{id}-precision-recall"),
        title: "Precision against recall",
        description: format!("Average precision {precision}. {}", point.map(|p| told(p, threshold)).unwrap_or_default()),
        across: "recall",
        up: "precision",
    };
    html! {
        figure {
            h4 { "Precision and recall" }
            (frame.around(html! {
                @if let Some(share) = positives(&set.reliability) {
                    line.diagonal x1=(x(0.0)) x2=(x(1.0)) y1=(y(share)) y2=(y(share)) {}
                }
                path.curve d=(steps(&set.curve)) {}
                @if let Some((precision, recall)) = point { circle.dot.ringed cx=(x(recall)) cy=(y(precision)) r="6" {} }
            }))
            figcaption { "Average precision (AP) " b { (precision) } ". " (caption(set, point, threshold)) }
        }
    }
}

fn caption(set: &SetReport, point: Option<(f64, f64)>, threshold: Option<f64>) -> String {
    let mut text = point.map(|p| told(p, threshold) + " ").unwrap_or_default();
    if let (Some(f1), Some(at)) = (value(set, "best_f1"), value(set, "best_threshold")) {
        let _ = write!(text, "The best F1 on these very documents is {f1:.3}, from a score of {at:.3}. ");
    }
    if let Some(share) = positives(&set.reliability) {
        let _ = write!(text, "The dashed line is chance: {share:.3} of the sentences are worth checking.");
    }
    text
}

fn told((precision, recall): (f64, f64), threshold: Option<f64>) -> String {
    let at = threshold.map(|t| format!(", check-worthy from {t:.3}")).unwrap_or_default();
    format!("The dot is the system as it works{at}: precision {precision:.3}, recall {recall:.3}.")
}

/// Precision and recall of what the system calls worth checking: as scored, else the last point that reaches the threshold.
fn working_point(set: &SetReport, threshold: Option<f64>) -> Option<(f64, f64)> {
    value(set, "precision").zip(value(set, "recall")).or_else(|| {
        let threshold = threshold?;
        let last = set.curve.iter().filter(|p| p.threshold >= threshold).min_by(|a, b| a.threshold.total_cmp(&b.threshold))?;
        Some((last.precision, last.recall))
    })
}

fn positives(bins: &[Bin]) -> Option<f64> {
    let (all, positive) = bins.iter().fold((0.0, 0.0), |(all, positive), b| (all + b.count, positive + b.count * b.positive));
    (all > 0.0).then(|| positive / all)
}

/// A step for each threshold, as average precision sums them; a straight line between two points would promise too much.
fn steps(curve: &[CurvePoint]) -> String {
    let mut path = String::new();
    for (at, point) in curve.iter().enumerate() {
        let start = if at == 0 { format!("M{} {}", x(0.0), y(point.precision)) } else { format!("V{}", y(point.precision)) };
        let _ = write!(path, "{start}H{}", x(point.recall));
    }
    path
}
