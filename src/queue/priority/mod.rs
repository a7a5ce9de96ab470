//! How urgently a fact-checker should look at a claim, and why, in words.
//!
//! The score is the claim's check-worthiness and a bonus for each thing that speaks for looking at it now; what a bonus is worth
//! stands in the configuration. It ranks claims; it is no probability and no verdict. `docs/priority.md` says where each
//! weight comes from.

mod defaults;
mod settings;
mod terms;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::labels::{ClaimType, Mode, Verifiability};
use terms::{Speaker, words};

pub use settings::{Boost, Priorities, PrioritiesError, Speakers, Topic};
pub use terms::Term;

/// What is known of a claim when its priority is weighed.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The model's score, in [0, 1].
    pub check_worthiness: f64,
    /// How many outlets carried it.
    pub outlets: usize,
    /// How often it appeared, in all outlets.
    pub appearances: usize,
    /// Hours since it last appeared; none where nobody knows.
    pub age_hours: Option<f64>,
    /// Its words.
    pub text: &'a str,
    /// Whether it can be checked; none where the model did not say.
    pub verifiability: Option<Verifiability>,
    /// What kind of claim it is; empty where the model did not say.
    pub types: &'a [ClaimType],
    /// How it is given.
    pub mode: Mode,
    /// Who makes it.
    pub claimer: Option<&'a str>,
    /// What the claimer is: `Treasury Secretary`.
    pub claimer_role: Option<&'a str>,
    /// Whom the claimer speaks for.
    pub claimer_organisation: Option<&'a str>,
    /// Whether the claimer is a person with a name.
    pub claimer_named_person: bool,
    /// Whether words of it are given verbatim.
    pub quoted: bool,
    /// Whether it holds an amount.
    pub has_amount: bool,
    /// The subject codes of its documents, such as those of IPTC.
    pub subjects: &'a [String],
    /// The verdict of a published check that says the same.
    pub checked: Option<&'a str>,
}

/// How urgent a claim is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Priority {
    /// The higher, the sooner; not bounded, between 0 and 2 with the weights as they come.
    pub score: f64,
    /// What it rests on, in words, the weightiest first: `4 outlets`, `contains an amount`.
    pub reasons: Vec<String>,
    /// The topic it belongs to, of those configured.
    pub topic: Option<String>,
    /// Why it is left off lists unless asked for; none where it is on.
    pub off: Option<String>,
}

/// A reason with what it adds, so that the weightiest stands first.
struct Reason(f64, String);

impl Priorities {
    /// How urgent a claim is in these circumstances. The same circumstances give the same priority.
    #[must_use]
    pub fn weigh(&self, c: &Circumstances<'_>) -> Priority {
        let text = words(c.text);
        let speaker = Speaker::of(c);
        let topic = self.topic(c, &text);
        let mut reasons = self.of_appearance(c);
        reasons.extend(self.of_claimer(c, &speaker));
        reasons.extend(self.of_content(c, &text));
        reasons.extend(topic.filter(|t| t.weight != 0.0).map(|t| Reason(t.weight, format!("topic {}", t.name))));
        if let Some(verdict) = c.checked {
            let verdict = if verdict.trim().is_empty() { "without a verdict" } else { verdict.trim() };
            reasons.push(Reason(-self.checked, format!("already checked: {verdict}")));
        }
        let base = self.check_worthiness * finite(c.check_worthiness).clamp(0.0, 1.0);
        let score = base + reasons.iter().map(|r| r.0).sum::<f64>();
        reasons.retain(|r| r.0.abs() >= LEAST);
        reasons.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        Priority {
            score: (score.max(0.0) * 1e6).round() / 1e6,
            reasons: reasons.into_iter().map(|r| r.1).collect(),
            topic: topic.map(|t| t.name.clone()),
            off: self.off(c, &speaker, &text),
        }
    }

    fn of_appearance(&self, c: &Circumstances<'_>) -> Vec<Reason> {
        let doublings = |n: usize| (n.max(1) as f64).log2();
        let mut reasons = Vec::new();
        if c.outlets > 1 {
            reasons.push(Reason(self.outlets * doublings(c.outlets), format!("{} outlets", c.outlets)));
        }
        if c.appearances > c.outlets.max(1) {
            let beyond = doublings(c.appearances) - doublings(c.outlets);
            reasons.push(Reason(self.repeated * beyond, format!("appeared {} times", c.appearances)));
        }
        if let Some(age) = c.age_hours.filter(|a| a.is_finite()) {
            // what is dated ahead of the clock is as fresh as can be
            let age = age.max(0.0);
            reasons.push(Reason(self.freshness * 0.5_f64.powf(age / self.half_life_hours), since(age)));
        }
        reasons
    }

    fn of_claimer(&self, c: &Circumstances<'_>, speaker: &Speaker) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let is_quoted = c.quoted || matches!(c.mode, Mode::Direct | Mode::Mixed);
        let is_official = self.officials.iter().any(|o| speaker.is_one(o));
        if is_official {
            reasons.push(Reason(self.official, if is_quoted { "quoted official" } else { "official" }.to_owned()));
        }
        match c.claimer {
            Some(name) if c.claimer_named_person => reasons.push(Reason(self.claimer, format!("said by {name}"))),
            Some(name) if c.claimer_organisation.is_some() => reasons.push(Reason(self.claimer, format!("said by {name}"))),
            _ => {}
        }
        if is_quoted {
            let why = if is_official { "in their own words" } else { "quoted" };
            reasons.push(Reason(self.quoted, why.to_owned()));
        }
        for boost in self.boost.iter().filter(|b| b.fits(speaker)) {
            let sense = if boost.weight < 0.0 { "counts less" } else { "counts more" };
            reasons.push(Reason(boost.weight, format!("{boost} {sense}")));
        }
        reasons
    }

    fn of_content(&self, c: &Circumstances<'_>, text: &[String]) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if c.has_amount {
            reasons.push(Reason(self.amount, "contains an amount".to_owned()));
        }
        if c.verifiability == Some(Verifiability::Factual) {
            reasons.push(Reason(self.factual, "can be checked".to_owned()));
        }
        if let Some(at) = self.harm_words.iter().find_map(|w| w.find(text)) {
            let word = text.get(at).map_or("", String::as_str);
            reasons.push(Reason(self.harm, format!("may do harm (\"{word}\")")));
        }
        reasons
    }

    fn topic(&self, c: &Circumstances<'_>, text: &[String]) -> Option<&Topic> {
        let of_code = |t: &&Topic| {
            c.subjects.iter().any(|s| t.subjects.iter().any(|code| !code.is_empty() && s.to_lowercase().starts_with(&code.to_lowercase())))
        };
        let of_word = |t: &&Topic| t.words.iter().any(|w| w.find(text).is_some());
        self.topics.iter().find(of_code).or_else(|| self.topics.iter().find(of_word))
    }

    fn off(&self, c: &Circumstances<'_>, speaker: &Speaker, text: &[String]) -> Option<String> {
        if let Some(rule) = self.deny.iter().find(|s| s.fit(speaker)) {
            return Some(format!("denied speaker: {rule}"));
        }
        if !self.allow.is_empty() && !self.allow.iter().any(|s| s.fit(speaker)) {
            return Some("speaker is not on the list of those allowed".to_owned());
        }
        if !self.opinions && c.verifiability == Some(Verifiability::Opinion) {
            return Some("opinion".to_owned());
        }
        if c.verifiability == Some(Verifiability::None) {
            return Some("nothing to check".to_owned());
        }
        let only = |kind: ClaimType| c.types.contains(&kind) && c.types.iter().all(|t| *t == kind || *t == ClaimType::Other);
        if !self.personal && only(ClaimType::Personal) {
            return Some("personal experience".to_owned());
        }
        let is_vague = !c.has_amount && !text.iter().any(|w| w.starts_with(|d: char| d.is_ascii_digit()));
        (!self.vague_predictions && only(ClaimType::Prediction) && is_vague).then(|| "vague prediction".to_owned())
    }
}

/// Least that a reason must add to be told.
const LEAST: f64 = 0.005;

/// How long ago something was, in words.
fn since(hours: f64) -> String {
    match hours {
        h if h < 1.0 => "less than an hour old".to_owned(),
        h if h < 1.5 => "an hour old".to_owned(),
        h if h < 48.0 => format!("{h:.0} hours old"),
        h => format!("{:.0} days old", h / 24.0),
    }
}

fn finite(number: f64) -> f64 {
    if number.is_finite() { number } else { 0.0 }
}
