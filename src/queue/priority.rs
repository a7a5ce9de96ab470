//! How urgently a fact-checker should look at a claim, and why, in words.
//!
//! The score is the claim's check-worthiness and a bonus for each thing that speaks for looking at it now; what a bonus is worth
//! stands in the configuration. It ranks claims; it is no probability and no verdict. `docs/priority.md` says where each
//! weight comes from.

use serde::{Deserialize, Serialize};

use crate::labels::{ClaimType, Mode, Verifiability};

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

/// The weights and lists of `[queue]` in the configuration. A weight is what its reason adds to a score that is otherwise the
/// check-worthiness, so 0.1 is as much as ten points of a hundred.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Priorities {
    /// For check-worthiness 1.
    pub check_worthiness: f64,
    /// For each doubling of the outlets: 1 outlet adds nothing, 2 add it once, 4 twice.
    pub outlets: f64,
    /// For each doubling of the appearances beyond one an outlet.
    pub repeated: f64,
    /// For a claim that appears now; it halves every `half_life_hours`.
    pub freshness: f64,
    /// Hours until freshness is half of what it was; above 0.
    pub half_life_hours: f64,
    /// For a named person or organisation that makes the claim.
    pub claimer: f64,
    /// For an official: whose role or organisation is in `officials`.
    pub official: f64,
    /// For words given verbatim.
    pub quoted: f64,
    /// For an amount.
    pub amount: f64,
    /// For what can plainly be checked (`factual`).
    pub factual: f64,
    /// For harm words, however many.
    pub harm: f64,
    /// What a published check with the same claim takes away.
    pub checked: f64,
    /// Words of roles and organisations that make a claimer an official.
    pub officials: Vec<String>,
    /// Words of which a claim may do harm if it is false. A `*` at the end stands for any ending.
    pub harm_words: Vec<String>,
    /// Who is wanted; where this is not empty, all others' claims are off, also those of nobody.
    pub allow: Vec<Speakers>,
    /// Who is not wanted: their claims are off.
    pub deny: Vec<Speakers>,
    /// Who counts more, or less.
    pub boost: Vec<Boost>,
    /// Topics, the first that fits counts.
    pub topics: Vec<Topic>,
    /// Whether opinions are on.
    pub opinions: bool,
    /// Whether personal experience is on.
    pub personal: bool,
    /// Whether predictions without an amount or date are on.
    pub vague_predictions: bool,
}

/// Whom a rule is about: whoever fits each field given. Compared without case; `role` and `organisation` fit where all their words
/// stand in what the record says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Speakers {
    /// The whole name.
    pub name: Option<String>,
    /// Words of the role: `minister`.
    pub role: Option<String>,
    /// Words of the organisation: `Ministry of Health`.
    pub organisation: Option<String>,
}

/// Whose claims count more, or less.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Boost {
    /// The whole name.
    pub name: Option<String>,
    /// Words of the role.
    pub role: Option<String>,
    /// Words of the organisation.
    pub organisation: Option<String>,
    /// What is added; below 0 is taken away.
    pub weight: f64,
}

/// A topic: told by subject codes or words.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Topic {
    /// Its name, as lists show it.
    pub name: String,
    /// Subject codes of documents; a code fits all codes that begin with it.
    pub subjects: Vec<String>,
    /// Words of claims. A `*` at the end stands for any ending.
    pub words: Vec<String>,
    /// What it adds; below 0 is taken away.
    pub weight: f64,
}

/// Why weights and lists cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PrioritiesError {
    /// A weight that is no number, too large, or below 0.
    #[error("[queue] {field}: found {found}, expected a number from {least} to {most}")]
    Number {
        /// The key.
        field: String,
        /// What stands there.
        found: f64,
        /// The least it may be.
        least: f64,
        /// The most it may be.
        most: f64,
    },
    /// A rule that would fit everybody, or nobody.
    #[error("[queue] {field}, entry {entry}: found {found}, expected {expected}")]
    Entry {
        /// The key.
        field: &'static str,
        /// Its number, from 1.
        entry: usize,
        /// What stands there.
        found: &'static str,
        /// What should.
        expected: &'static str,
    },
}

/// Largest weight there is a use for: more drowns everything else.
const MOST: f64 = 10.0;
/// Longest half-life: ten years.
const LONGEST: f64 = 87_600.0;

const OFFICIALS: &[&str] = &[
    "president",
    "minister",
    "secretary",
    "chancellor",
    "senator",
    "governor",
    "mayor",
    "mp",
    "mps",
    "congressman",
    "congresswoman",
    "representative",
    "commissioner",
    "ambassador",
    "judge",
    "general",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "chief",
    "premier",
    "councillor",
    "official",
    "police",
    "government",
    "ministry",
    "department",
    "parliament",
    "commission",
    "treasury",
    "army",
    "nato",
];

const HARM: &[&str] = &[
    "vaccin*",
    "cure*",
    "cancer",
    "overdose*",
    "poison*",
    "suicide*",
    "abortion*",
    "epidemic*",
    "pandemic*",
    "outbreak*",
    "toxic",
    "bleach",
    "election fraud",
    "rigged",
    "ballot*",
    "voter fraud",
    "terror*",
    "bomb*",
    "massacre*",
    "genocide",
    "chemical weapon*",
    "nuclear",
    "invasion",
    "riot*",
    "rape",
    "raped",
    "rapist*",
    "murder*",
    "trafficking",
    "hate crime*",
    "antisemit*",
    "islamophob*",
    "migrant*",
    "refugee*",
    "asylum",
    "shooting*",
    "killed",
    "evacuat*",
    "earthquake*",
    "ransomware",
    "bank run",
];

impl Default for Priorities {
    fn default() -> Self {
        let owned = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect();
        Self {
            check_worthiness: 1.0,
            outlets: 0.1,
            repeated: 0.02,
            freshness: 0.2,
            half_life_hours: 24.0,
            claimer: 0.05,
            official: 0.1,
            quoted: 0.03,
            amount: 0.05,
            factual: 0.05,
            harm: 0.1,
            checked: 0.8,
            officials: owned(OFFICIALS),
            harm_words: owned(HARM),
            allow: Vec::new(),
            deny: Vec::new(),
            boost: Vec::new(),
            topics: topics(),
            opinions: false,
            personal: false,
            vague_predictions: false,
        }
    }
}

/// The topics as they come: the first level of IPTC Media Topics, with words for documents without codes.
fn topics() -> Vec<Topic> {
    let topic = |name: &str, code: &str, words: &str| Topic {
        name: name.to_owned(),
        subjects: vec![format!("medtop:{code}"), code.to_owned()],
        words: words.split(", ").map(str::to_owned).collect(),
        weight: 0.0,
    };
    vec![
        topic("health", "07000000", "health, hospital*, vaccin*, virus*, disease*, cancer, doctor*, nurse*, patient*, drug*, medicine*"),
        topic("conflict", "16000000", "war, troops, soldier*, missile*, drone*, ceasefire, army, military, air strike*, hostage*"),
        topic("migration", "20000771", "migrant*, migration, immigra*, asylum, refugee*, border, deport*, visa*"),
        topic(
            "environment",
            "06000000",
            "climate, emission*, carbon, pollution, renewable*, flood*, drought*, wildfire*, deforestation, glacier*",
        ),
        topic("crime", "02000000", "crime*, murder*, police, burglar*, robber*, prison*, jail*, court*, convict*, shooting*, stabb*"),
        topic(
            "economy",
            "04000000",
            "econom*, inflation, unemployment, gdp, wage*, tax*, deficit, debt, trade, tariff*, export*, import*, interest rate*, prices, jobs",
        ),
        topic("education", "05000000", "school*, pupil*, student*, teacher*, universit*, exam*"),
        topic("politics", "11000000", "election*, vote*, voter*, parliament, senat*, minister*, president*, party, bill, coalition"),
        topic("science", "13000000", "scientist*, research*, study, satellite*, telescope*, species"),
        topic("sport", "15000000", "match, goal*, championship*, olympic*, league, marathon, medal*, cup"),
    ]
}

/// A reason with what it adds, so that the weightiest stands first.
struct Reason(f64, String);

impl Priorities {
    /// Checks that every weight is a number in range, and that every rule says whom or what it is about.
    ///
    /// # Errors
    /// With the first key that cannot be used, what was found there and what is expected.
    pub fn validate(&self) -> Result<(), PrioritiesError> {
        let within = |field: &str, found: f64, least: f64, most: f64| {
            let is_within = found >= least && found <= most;
            if is_within { Ok(()) } else { Err(PrioritiesError::Number { field: field.to_owned(), found, least, most }) }
        };
        for (field, found) in [
            ("check_worthiness", self.check_worthiness),
            ("outlets", self.outlets),
            ("repeated", self.repeated),
            ("freshness", self.freshness),
            ("claimer", self.claimer),
            ("official", self.official),
            ("quoted", self.quoted),
            ("amount", self.amount),
            ("factual", self.factual),
            ("harm", self.harm),
            ("checked", self.checked),
        ] {
            within(field, found, 0.0, MOST)?;
        }
        within("half_life_hours", self.half_life_hours, 0.01, LONGEST)?;
        let entry = |field, entry: usize, found, expected| Err(PrioritiesError::Entry { field, entry: entry + 1, found, expected });
        for (field, list) in [("allow", &self.allow), ("deny", &self.deny)] {
            if let Some(at) = list.iter().position(|s| !s.says_something()) {
                return entry(field, at, "no words", "a name, role or organisation");
            }
        }
        for (at, boost) in self.boost.iter().enumerate() {
            within("boost.weight", boost.weight, -MOST, MOST)?;
            if !boost.speakers().says_something() {
                return entry("boost", at, "no words", "a name, role or organisation");
            }
        }
        for (at, topic) in self.topics.iter().enumerate() {
            within("topics.weight", topic.weight, -MOST, MOST)?;
            if topic.name.trim().is_empty() {
                return entry("topics", at, "no name", "a name");
            }
            if topic.subjects.iter().chain(&topic.words).all(|w| words(w).is_empty()) {
                return entry("topics", at, "no words", "subjects or words");
            }
        }
        Ok(())
    }

    /// How urgent a claim is in these circumstances. The same circumstances give the same priority.
    #[must_use]
    pub fn weigh(&self, c: &Circumstances<'_>) -> Priority {
        let text = words(c.text);
        let topic = self.topic(c, &text);
        let mut reasons = self.of_appearance(c);
        reasons.extend(self.of_claimer(c));
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
            off: self.off(c, &text),
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

    fn of_claimer(&self, c: &Circumstances<'_>) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let speaker = Speaker::of(c);
        let is_quoted = c.quoted || matches!(c.mode, Mode::Direct | Mode::Mixed);
        let is_official = self.officials.iter().map(|o| words(o)).any(|o| holds(&speaker.role, &o) || holds(&speaker.organisation, &o));
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
        for boost in self.boost.iter().filter(|b| b.speakers().fit(&speaker)) {
            let sense = if boost.weight < 0.0 { "counts less" } else { "counts more" };
            reasons.push(Reason(boost.weight, format!("{} {sense}", boost.speakers())));
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
        if let Some(at) = self.harm_words.iter().find_map(|w| find(text, &words(w))) {
            let word = text.get(at).map_or("", String::as_str);
            reasons.push(Reason(self.harm, format!("may do harm (\"{word}\")")));
        }
        reasons
    }

    fn topic(&self, c: &Circumstances<'_>, text: &[String]) -> Option<&Topic> {
        let of_code = |t: &&Topic| {
            c.subjects.iter().any(|s| t.subjects.iter().any(|code| !code.is_empty() && s.to_lowercase().starts_with(&code.to_lowercase())))
        };
        let of_word = |t: &&Topic| t.words.iter().any(|w| find(text, &words(w)).is_some());
        self.topics.iter().find(of_code).or_else(|| self.topics.iter().find(of_word))
    }

    fn off(&self, c: &Circumstances<'_>, text: &[String]) -> Option<String> {
        let speaker = Speaker::of(c);
        if let Some(rule) = self.deny.iter().find(|s| s.fit(&speaker)) {
            return Some(format!("denied speaker: {rule}"));
        }
        if !self.allow.is_empty() && !self.allow.iter().any(|s| s.fit(&speaker)) {
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

/// The words of a text in lower case; a `*` stays with the word it ends.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !(c.is_alphanumeric() || c == '*' || c == ':'));
    parts.map(|w| w.trim_matches(':').to_lowercase()).filter(|w| !w.is_empty() && w != "*").collect()
}

/// Where the words of a phrase stand in a text, in a row.
fn find(text: &[String], phrase: &[String]) -> Option<usize> {
    let fits = |word: &String, wanted: &String| wanted.strip_suffix('*').map_or(word == wanted, |stem| word.starts_with(stem));
    (!phrase.is_empty()).then(|| text.windows(phrase.len()).position(|w| w.iter().zip(phrase).all(|(w, p)| fits(w, p)))).flatten()
}

/// Whether all these words stand in a text, in any order.
fn holds(text: &[String], wanted: &[String]) -> bool {
    !wanted.is_empty() && wanted.iter().all(|w| text.contains(w))
}

/// A claimer in words that can be compared.
struct Speaker {
    name: Vec<String>,
    role: Vec<String>,
    organisation: Vec<String>,
}

impl Speaker {
    fn of(c: &Circumstances<'_>) -> Self {
        let read = |field: Option<&str>| field.map(words).unwrap_or_default();
        Self { name: read(c.claimer), role: read(c.claimer_role), organisation: read(c.claimer_organisation) }
    }
}

impl Speakers {
    fn says_something(&self) -> bool {
        [&self.name, &self.role, &self.organisation].into_iter().flatten().any(|f| !words(f).is_empty())
    }

    fn fit(&self, speaker: &Speaker) -> bool {
        let is = |wanted: &Option<String>, test: &dyn Fn(Vec<String>) -> bool| wanted.as_deref().is_none_or(|w| test(words(w)));
        // an organisation may also speak in its own name
        self.says_something()
            && is(&self.name, &|w| w == speaker.name)
            && is(&self.role, &|w| holds(&speaker.role, &w))
            && is(&self.organisation, &|w| holds(&speaker.organisation, &w) || w == speaker.name)
    }
}

impl std::fmt::Display for Speakers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said: Vec<&str> = [&self.name, &self.role, &self.organisation].into_iter().filter_map(|s| s.as_deref()).collect();
        f.write_str(&said.join(", "))
    }
}

impl Boost {
    fn speakers(&self) -> Speakers {
        Speakers { name: self.name.clone(), role: self.role.clone(), organisation: self.organisation.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Circumstances<'_> {
        Circumstances {
            check_worthiness: 0.8,
            outlets: 1,
            appearances: 1,
            age_hours: None,
            text,
            verifiability: None,
            types: &[],
            mode: Mode::Author,
            claimer: None,
            claimer_role: None,
            claimer_organisation: None,
            claimer_named_person: false,
            quoted: false,
            has_amount: false,
            subjects: &[],
            checked: None,
        }
    }

    #[test]
    fn every_reason_is_told_and_the_weightiest_first() {
        let c = Circumstances {
            outlets: 4,
            age_hours: Some(24.0),
            claimer: Some("Ann Lee"),
            claimer_role: Some("Housing Minister"),
            claimer_named_person: true,
            quoted: true,
            has_amount: true,
            ..plain("Rents rose by 8 percent")
        };
        let weighed = Priorities::default().weigh(&c);
        let expected = ["4 outlets", "24 hours old", "quoted official", "said by Ann Lee", "contains an amount", "in their own words"];
        assert_eq!(weighed.reasons, expected);
        assert!((weighed.score - (0.8 + 0.2 + 0.1 + 0.1 + 0.05 + 0.05 + 0.03)).abs() < 1e-9, "{}", weighed.score);
        assert_eq!((weighed.topic, weighed.off), (None, None));
    }

    #[test]
    fn more_outlets_and_fresher_is_sooner_and_checked_is_later() {
        let score = |c: Circumstances<'_>| Priorities::default().weigh(&c).score;
        let base = plain("The dam failed");
        assert!(score(Circumstances { outlets: 2, ..base }) > score(base));
        assert!(score(Circumstances { outlets: 9, ..base }) > score(Circumstances { outlets: 8, ..base }));
        assert!(score(Circumstances { age_hours: Some(1.0), ..base }) > score(Circumstances { age_hours: Some(30.0), ..base }));
        assert!(score(Circumstances { age_hours: Some(-5.0), ..base }) >= score(Circumstances { age_hours: Some(0.0), ..base }));
        let checked = Priorities::default().weigh(&Circumstances { checked: Some("False"), ..base });
        assert!(checked.score < score(base) && checked.reasons == ["already checked: False"]);
        assert_eq!(score(Circumstances { check_worthiness: f64::NAN, age_hours: Some(f64::NAN), ..base }), 0.0);
    }

    #[test]
    fn what_nobody_can_check_is_off_until_asked_for() {
        let off = |p: &Priorities, c: &Circumstances<'_>| p.weigh(c).off;
        let default = Priorities::default();
        let all = Priorities { opinions: true, personal: true, vague_predictions: true, ..Priorities::default() };
        let base = plain("Things will get better");
        for (c, why) in [
            (Circumstances { verifiability: Some(Verifiability::Opinion), ..base }, "opinion"),
            (Circumstances { types: &[ClaimType::Personal], ..base }, "personal experience"),
            (Circumstances { types: &[ClaimType::Prediction], ..base }, "vague prediction"),
        ] {
            assert_eq!(off(&default, &c).as_deref(), Some(why));
            assert_eq!(off(&all, &c), None);
        }
        assert_eq!(off(&default, &Circumstances { types: &[ClaimType::Prediction], has_amount: true, ..base }), None);
        assert_eq!(off(&default, &Circumstances { types: &[ClaimType::Prediction], ..plain("It ends in 2027") }), None);
        assert_eq!(off(&default, &Circumstances { types: &[ClaimType::Personal, ClaimType::Quantity], ..base }), None);
        assert_eq!(off(&default, &base), None);
    }

    #[test]
    fn speakers_are_allowed_denied_and_boosted() {
        let toml = "allow = [{ organisation = \"Ministry of Health\" }, { role = \"minister\" }]\ndeny = [{ name = \"bob ray\" }]\nboost = [{ name = \"Ann Lee\", weight = 0.5 }, { role = \"junior\", weight = -0.1 }]\n";
        let rules: Priorities = toml::from_str(toml).unwrap();
        rules.validate().unwrap();
        let base = plain("The dam failed");
        let lee = Circumstances { claimer: Some("Ann Lee"), claimer_role: Some("junior minister"), claimer_named_person: true, ..base };
        let weighed = rules.weigh(&lee);
        assert_eq!(weighed.off, None);
        assert_eq!(weighed.reasons, ["Ann Lee counts more", "official", "junior counts less", "said by Ann Lee"]);
        let ray = Circumstances { claimer: Some("Bob Ray"), claimer_role: Some("minister"), ..base };
        assert_eq!(rules.weigh(&ray).off.as_deref(), Some("denied speaker: bob ray"));
        assert_eq!(rules.weigh(&base).off.as_deref(), Some("speaker is not on the list of those allowed"));
        let ministry = Circumstances { claimer: Some("ministry of health"), ..base };
        assert_eq!(rules.weigh(&ministry).off, None);
    }

    #[test]
    fn topics_are_told_by_codes_first_then_by_words() {
        let default = Priorities::default();
        let topic = |c: &Circumstances<'_>| default.weigh(c).topic;
        assert_eq!(topic(&plain("Vaccination saved lives")).as_deref(), Some("health"));
        assert_eq!(topic(&plain("The interest rates rose")).as_deref(), Some("economy"));
        assert_eq!(topic(&plain("He laughed")), None);
        let codes = ["medtop:15000000".to_owned()];
        assert_eq!(topic(&Circumstances { subjects: &codes, ..plain("Vaccination saved lives") }).as_deref(), Some("sport"));
    }

    #[test]
    fn harm_words_count_once_and_are_shown() {
        let weighed = Priorities::default().weigh(&plain("The vaccine is poisonous, they said of the vaccine"));
        assert_eq!(weighed.reasons, ["may do harm (\"vaccine\")"]);
        assert!(Priorities::default().weigh(&plain("Secure jobs")).reasons.is_empty(), "cure* begins a word");
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_place() {
        for (toml, error) in [
            ("outlets = -1.0", "[queue] outlets: found -1, expected a number from 0 to 10"),
            ("freshness = nan", "[queue] freshness: found NaN"),
            ("half_life_hours = 0.0", "[queue] half_life_hours: found 0, expected a number from 0.01 to 87600"),
            ("deny = [{ name = \"X\" }, {}]", "[queue] deny, entry 2: found no words, expected a name, role or organisation"),
            ("boost = [{ role = \"?\", weight = 1.0 }]", "[queue] boost, entry 1: found no words"),
            ("topics = [{ name = \"x\" }]", "[queue] topics, entry 1: found no words, expected subjects or words"),
            ("topics = [{ words = [\"x\"] }]", "[queue] topics, entry 1: found no name, expected a name"),
        ] {
            let found = toml::from_str::<Priorities>(toml).unwrap().validate().unwrap_err().to_string();
            assert!(found.contains(error), "{found}\ndoes not say\n{error}");
        }
        assert!(toml::from_str::<Priorities>("outlet = 1.0").unwrap_err().to_string().contains("unknown field `outlet`"));
        assert_eq!(Priorities::default().validate(), Ok(()));
    }
}
