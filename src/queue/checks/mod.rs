//! Published fact-checks: schema.org `ClaimReview` as JSON-LD, lines of JSON, CSV, or what Google's Fact Check Tools API answers.
//!
//! The content says which it is. Each entry comes back as a check, or as an error that says where it stands, what was found and what was
//! expected; one bad entry does not spoil the others.

mod json;
mod sheet;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::values::Day;

/// A published check of a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The claim that was checked, in the checkers' words; never empty.
    pub claim: String,
    /// Who made it.
    pub claimant: Option<String>,
    /// What the checkers say of it, in their words: `Mostly false`; never empty.
    pub verdict: String,
    /// How true they found it, in [0, 1], where they give a number.
    pub rating: Option<f64>,
    /// Where the check can be read; begins with `http`.
    pub url: String,
    /// Who checked.
    pub publisher: Option<String>,
    /// The day the claim was made, `2018-06-12`; none where it is not given, or not as a date of ISO 8601.
    pub claim_date: Option<String>,
    /// The day the check was published, likewise.
    pub published: Option<String>,
}

/// What can be read, as errors put it.
const EXPECTED: &str = "ClaimReview as JSON-LD, Google's Fact Check JSON, lines of JSON, or CSV with the columns claim, verdict and url";

/// The checks of a file or answer called `name`, in order.
///
/// # Errors
/// When it is none of the formats, or holds no check at all. What is wrong with single entries stands in the list.
pub fn read(name: &str, text: &str) -> Result<Vec<Result<Check, String>>, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let read = match text.chars().next() {
        None => return Err(format!("{name}: found nothing, expected {EXPECTED}")),
        Some('{' | '[') => json::checks(name, text)?,
        Some('<') => return Err(format!("{name}: found markup, expected {EXPECTED}; save the JSON-LD of the page by itself")),
        Some(_) => sheet::checks(name, text)?,
    };
    if read.is_empty() { Err(format!("{name}: found no check, expected {EXPECTED}")) } else { Ok(read) }
}

/// What was read of a check, before it is known to be one.
struct Draft {
    claim: Option<String>,
    claimant: Option<String>,
    verdict: Option<String>,
    rating: Option<f64>,
    url: Option<String>,
    publisher: Option<String>,
    claim_date: Option<String>,
    published: Option<String>,
}

impl Draft {
    /// The check, if all that it cannot do without is there; `names` are those of claim, verdict and url in this format.
    fn finish(self, place: &str, names: [&str; 3]) -> Result<Check, String> {
        let [claim, verdict, url] = names;
        let need =
            |field: Option<String>, name: &str, what: &str| field.ok_or_else(|| format!("{place}: found no {name}, expected {what}"));
        let address = need(self.url, url, "the address of the check")?;
        if !["http://", "https://"].iter().any(|scheme| address.to_lowercase().starts_with(scheme)) {
            return Err(format!("{place}: found \"{address}\" as {url}, expected an address that begins with http:// or https://"));
        }
        Ok(Check {
            claim: need(self.claim, claim, "the claim's words")?,
            claimant: self.claimant,
            verdict: need(self.verdict, verdict, "a verdict")?,
            rating: self.rating,
            url: address,
            publisher: self.publisher,
            claim_date: self.claim_date.and_then(|d| day(&d)),
            published: self.published.and_then(|d| day(&d)),
        })
    }
}

/// The day of a date or time of ISO 8601.
fn day(text: &str) -> Option<String> {
    text.get(..10)?.parse::<Day>().ok().map(|day| day.to_string())
}

fn within(number: Option<f64>, found: &str) -> Result<f64, String> {
    number.filter(|n| (0.0..=1.0).contains(n)).ok_or_else(|| format!("found {found} as rating, expected a number from 0 to 1"))
}
