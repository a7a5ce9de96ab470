//! The report as one self-contained page.

use super::report::Report;

/// The page, HTML.
#[must_use]
pub fn page(report: &Report) -> String {
    format!("<!doctype html><title>{}</title>", report.system.name)
}
