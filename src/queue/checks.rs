//! Published fact-checks: schema.org `ClaimReview` as JSON-LD, lines of JSON, CSV, or what Google's Fact Check Tools API answers.
//!
//! The content says which it is. Each entry comes back as a check, or as an error that says where it stands, what was found and what was
//! expected; one bad entry does not spoil the others.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
        Some('{' | '[') => of_json(name, text)?,
        Some('<') => return Err(format!("{name}: found markup, expected {EXPECTED}; save the JSON-LD of the page by itself")),
        Some(_) => of_csv(name, text)?,
    };
    if read.is_empty() { Err(format!("{name}: found no check, expected {EXPECTED}")) } else { Ok(read) }
}

fn of_json(name: &str, text: &str) -> Result<Vec<Result<Check, String>>, String> {
    let whole = match serde_json::from_str::<Value>(text) {
        Ok(value) => {
            let mut found = Vec::new();
            collect(name, "", &value, &mut found);
            return Ok(found);
        }
        Err(error) => error,
    };
    let first = text.lines().next().unwrap_or("");
    if serde_json::from_str::<Value>(first).is_err() {
        return Err(format!("{name}:{}:{}: not JSON: {whole}", whole.line(), whole.column()));
    }
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{name}:{}", at + 1);
        match serde_json::from_str::<Value>(line) {
            Ok(value) => {
                let before = found.len();
                collect(&place, "", &value, &mut found);
                if found.len() == before {
                    found.push(Err(format!("{place}: found no check, expected a ClaimReview, or claim, verdict and url")));
                }
            }
            Err(error) => found.push(Err(format!("{place}: not JSON: {error}"))),
        }
    }
    Ok(found)
}

/// Takes every check out of a value, wherever in it they stand; `path` leads there from the root.
fn collect(name: &str, path: &str, value: &Value, found: &mut Vec<Result<Check, String>>) {
    match value {
        Value::Array(list) => {
            for (at, item) in list.iter().enumerate() {
                collect(name, &format!("{path}[{at}]"), item, found);
            }
        }
        Value::Object(object) => {
            let entry = Entry { name, path, object };
            if entry.is_a("ClaimReview") {
                found.push(entry.claim_review());
            } else if object.get("claimReview").is_some_and(Value::is_array) {
                entry.google(found);
            } else if !object.contains_key("@type") && (object.contains_key("claim") || object.contains_key("verdict")) {
                found.push(entry.flat());
            } else {
                // graphs, feeds, pages with a review somewhere in them
                for (key, inner) in object.iter().filter(|(_, inner)| inner.is_array() || inner.is_object()) {
                    collect(name, &format!("{path}{}{key}", if path.is_empty() { "" } else { "." }), inner, found);
                }
            }
        }
        _ => {}
    }
}

/// An object and where it stands.
struct Entry<'v> {
    name: &'v str,
    path: &'v str,
    object: &'v Map<String, Value>,
}

impl Entry<'_> {
    fn is_a(&self, kind: &str) -> bool {
        let is_kind = |v: &Value| v.as_str().is_some_and(|t| t.rsplit(['/', ':', '#']).next() == Some(kind));
        match self.object.get("@type") {
            Some(Value::Array(kinds)) => kinds.iter().any(is_kind),
            Some(one) => is_kind(one),
            None => false,
        }
    }

    fn place(&self) -> String {
        if self.path.is_empty() { self.name.to_owned() } else { format!("{}: {}", self.name, self.path) }
    }

    /// A `ClaimReview` of schema.org.
    fn claim_review(&self) -> Result<Check, String> {
        let review = self.object;
        let item = review.get("itemReviewed");
        let rating = review.get("reviewRating").map(one);
        let of_rating = |key: &str| rating.and_then(|r| r.get(key));
        let scale = Scale { worst: of_rating("worstRating").and_then(number), best: of_rating("bestRating").and_then(number) };
        let value = of_rating("ratingValue").and_then(number);
        let verdict = ["alternateName", "name", "description"].iter().find_map(|key| of_rating(key).and_then(text));
        Draft {
            claim: review.get("claimReviewed").and_then(text).or_else(|| item.and_then(|i| one(i).get("text")).and_then(text)),
            claimant: item.and_then(|i| one(i).get("author")).and_then(called),
            verdict: verdict.or_else(|| value.map(|v| scale.in_words(v))),
            rating: value.and_then(|v| scale.place(v)),
            url: review.get("url").or_else(|| review.get("@id")).and_then(text),
            publisher: review.get("author").and_then(called).or_else(|| review.get("publisher").and_then(called)),
            claim_date: item.and_then(|i| one(i).get("datePublished")).and_then(text),
            published: review.get("datePublished").and_then(text),
        }
        .finish(&self.place(), ["claimReviewed", "reviewRating.alternateName", "url"])
    }

    /// A claim of Google's API with its reviews.
    fn google(&self, found: &mut Vec<Result<Check, String>>) {
        let field = |key: &str| self.object.get(key).and_then(text);
        let reviews = self.object.get("claimReview").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if reviews.is_empty() {
            found.push(Err(format!("{}: found no review in claimReview, expected at least one", self.place())));
        }
        for (at, review) in reviews.iter().enumerate() {
            let of_review = |key: &str| review.get(key).and_then(text);
            let publisher = review.get("publisher");
            let check = Draft {
                claim: field("text"),
                claimant: field("claimant"),
                verdict: of_review("textualRating"),
                rating: None,
                url: of_review("url"),
                publisher: publisher.and_then(called).or_else(|| publisher.and_then(|p| p.get("site")).and_then(text)),
                claim_date: field("claimDate"),
                published: of_review("reviewDate"),
            };
            found.push(check.finish(&format!("{}.claimReview[{at}]", self.place()), ["text", "textualRating", "url"]));
        }
    }

    /// An object with the names of [`Check`].
    fn flat(&self) -> Result<Check, String> {
        let field = |key: &str| self.object.get(key).and_then(text);
        let rating = match self.object.get("rating").filter(|r| !r.is_null()) {
            Some(given) => Some(within(number(given), &given.to_string()).map_err(|e| format!("{}: {e}", self.place()))?),
            None => None,
        };
        Draft {
            claim: field("claim"),
            claimant: field("claimant"),
            verdict: field("verdict"),
            rating,
            url: field("url"),
            publisher: field("publisher"),
            claim_date: field("claim_date"),
            published: field("published"),
        }
        .finish(&self.place(), ["claim", "verdict", "url"])
    }
}

/// A rating's scale; schema.org has 1 to 5 where nothing is said.
struct Scale {
    worst: Option<f64>,
    best: Option<f64>,
}

impl Scale {
    const WORST: f64 = 1.0;
    const BEST: f64 = 5.0;

    /// Where a rating lies between the worst and the best, in [0, 1].
    fn place(&self, value: f64) -> Option<f64> {
        let (worst, best) = (self.worst.unwrap_or(Self::WORST), self.best.unwrap_or(Self::BEST));
        let place = (value - worst) / (best - worst);
        (best > worst && (0.0..=1.0).contains(&place)).then_some(place)
    }

    fn in_words(&self, value: f64) -> String {
        format!("rated {value} of {}", self.best.unwrap_or(Self::BEST))
    }
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

/// The first of a list, or the value itself: JSON-LD allows both everywhere.
fn one(value: &Value) -> &Value {
    value.as_array().and_then(|list| list.first()).unwrap_or(value)
}

/// A text that is not blank; also `{"@value":"…"}` and numbers.
fn text(value: &Value) -> Option<String> {
    match one(value) {
        Value::String(s) => Some(s.trim().to_owned()).filter(|s| !s.is_empty()),
        Value::Number(n) => Some(n.to_string()),
        Value::Object(o) => o.get("@value").or_else(|| o.get("@id")).and_then(text),
        _ => None,
    }
}

/// A number, also one in quotation marks.
fn number(value: &Value) -> Option<f64> {
    match one(value) {
        Value::Number(n) => n.as_f64(),
        Value::String(s) => s.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

/// The name of a person or organisation, or the words in their stead.
fn called(value: &Value) -> Option<String> {
    match one(value) {
        Value::Object(o) => o.get("name").or_else(|| o.get("legalName")).and_then(text),
        other => text(other),
    }
}

fn within(number: Option<f64>, found: &str) -> Result<f64, String> {
    number.filter(|n| (0.0..=1.0).contains(n)).ok_or_else(|| format!("found {found} as rating, expected a number from 0 to 1"))
}

/// Names that columns go by, the first of them ours.
const COLUMNS: [&[&str]; 8] = [
    &["claim", "claimreviewed", "claim_reviewed", "statement"],
    &["claimant", "speaker", "claim_author"],
    &["verdict", "textualrating", "textual_rating", "rating_text"],
    &["rating"],
    &["url", "link", "review_url"],
    &["publisher", "source", "organisation", "organization"],
    &["claim_date", "claimdate", "date_of_claim"],
    &["published", "reviewdate", "review_date", "date_published"],
];

fn of_csv(name: &str, content: &str) -> Result<Vec<Result<Check, String>>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(content.as_bytes());
    let header = reader.headers().map_err(|e| format!("{name}:1: {e}"))?.clone();
    let column = |names: &[&str]| header.iter().position(|h| names.contains(&h.to_lowercase().as_str()));
    let places = COLUMNS.map(column);
    let [claim, claimant, verdict, rating, url, publisher, claim_date, published] = places;
    for (place, wanted) in [(claim, "claim"), (verdict, "verdict"), (url, "url")] {
        if place.is_none() {
            let found: Vec<&str> = header.iter().collect();
            return Err(format!("{name}:1: found the columns {}, none for {wanted}; expected {EXPECTED}", found.join(", ")));
        }
    }
    let mut found = Vec::new();
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                found.push(Err(format!("{name}:{line}: {error}")));
                continue;
            }
        };
        let place = format!("{name}:{}", row.position().map_or(0, csv::Position::line));
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).filter(|c| !c.is_empty()).map(str::to_owned);
        let rated = cell(rating).map(|given| within(given.parse().ok(), &format!("\"{given}\"")).map_err(|e| format!("{place}: {e}")));
        let check = rated.transpose().and_then(|rating| {
            Draft {
                claim: cell(claim),
                claimant: cell(claimant),
                verdict: cell(verdict),
                rating,
                url: cell(url),
                publisher: cell(publisher),
                claim_date: cell(claim_date),
                published: cell(published),
            }
            .finish(&place, ["claim", "verdict", "url"])
        });
        found.push(check);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check() -> Check {
        Check {
            claim: "The dam failed in 2019".into(),
            claimant: Some("Ann Lee".into()),
            verdict: "Mostly false".into(),
            rating: Some(0.25),
            url: "https://checks.example/1".into(),
            publisher: Some("Checks".into()),
            claim_date: Some("2020-01-02".into()),
            published: Some("2020-01-05".into()),
        }
    }

    const REVIEW: &str = r#"{"@context":"https://schema.org","@type":"ClaimReview","url":"https://checks.example/1",
        "claimReviewed":"The dam failed in 2019","datePublished":"2020-01-05T10:00:00Z","author":{"@type":"Organization","name":"Checks"},
        "itemReviewed":{"@type":"Claim","author":{"@type":"Person","name":"Ann Lee"},"datePublished":"2020-01-02"},
        "reviewRating":{"@type":"Rating","ratingValue":"2","bestRating":5,"worstRating":1,"alternateName":"Mostly false"}}"#;

    #[test]
    fn all_formats_say_the_same() {
        let in_graph = format!(r#"{{"@context":"https://schema.org","@graph":[{{"@type":"WebPage","name":"x"}},{REVIEW}]}}"#);
        let in_feed = format!(r#"{{"@type":"DataFeed","dataFeedElement":[{{"@type":"DataFeedItem","item":[{REVIEW}]}}]}}"#);
        let jsonl = format!("{}\n\n{}\n", REVIEW.replace('\n', " "), serde_json::to_string(&check()).unwrap());
        let csv = "\u{feff}Claim,speaker,verdict,rating,url,publisher,claim_date,published\n\
            The dam failed in 2019,Ann Lee,Mostly false,0.25,https://checks.example/1,Checks,2020-01-02,2020-01-05\n";
        for (text, count) in
            [(REVIEW.to_owned(), 1), (format!("[{REVIEW},{REVIEW}]"), 2), (in_graph, 1), (in_feed, 1), (jsonl, 2), (csv.to_owned(), 1)]
        {
            assert_eq!(read("f", &text), Ok(vec![Ok(check()); count]), "{text}");
        }
    }

    #[test]
    fn answers_of_googles_api_are_read() {
        let text = r#"{"claims":[{"text":"The dam failed in 2019","claimant":"Ann Lee","claimDate":"2020-01-02T00:00:00Z","claimReview":[
            {"publisher":{"name":"Checks","site":"checks.example"},"url":"https://checks.example/1","reviewDate":"2020-01-05T00:00:00Z","textualRating":"Mostly false"},
            {"publisher":{"site":"others.example"},"url":"https://others.example/2","textualRating":"False"}]}],"nextPageToken":"x"}"#;
        let found = read("f", text).unwrap();
        assert_eq!(found[0], Ok(Check { rating: None, ..check() }));
        assert_eq!(found[1].as_ref().unwrap().publisher.as_deref(), Some("others.example"));
    }

    #[test]
    fn a_bad_entry_says_where_it_stands_and_spoils_no_other() {
        let without = |key: &str| REVIEW.replace(key, "x-other");
        let graph = |review: &str| format!("[{REVIEW},{review}]");
        for (text, error) in [
            (graph(&without("claimReviewed")), "f: [1]: found no claimReviewed, expected the claim's words"),
            (graph(&without("\"url\"").replace("x-other", "\"x\"")), "f: [1]: found no url, expected the address of the check"),
            (graph(&REVIEW.replace("https://checks", "ftp://checks")), "f: [1]: found \"ftp://checks.example/1\" as url"),
            (graph(&REVIEW.replace("reviewRating", "r")), "f: [1]: found no reviewRating.alternateName, expected a verdict"),
            (format!("{}\n{{\"a\":1}}", REVIEW.replace('\n', " ")), "f:2: found no check"),
            (format!("{}\n{{\"claim\"", REVIEW.replace('\n', " ")), "f:2: not JSON"),
            ("claim,verdict,url,rating\nA,b,http://c.example,0.5\nA,b,http://c.example,half".into(), "f:3: found \"half\" as rating"),
            ("claim,verdict,url\nA,b,http://c.example\n,b,http://c.example".into(), "f:3: found no claim, expected the claim's words"),
            ("claim,verdict,url\nA,b,http://c.example\nA,b".into(), "f:3: "),
        ] {
            let found = read("f", &text).unwrap();
            assert!(found[0].is_ok(), "{:?}", found[0]);
            let last = found.last().unwrap().as_ref().unwrap_err();
            assert!(last.starts_with(error), "{last}\ndoes not begin with\n{error}");
        }
    }

    #[test]
    fn what_holds_no_check_is_an_error() {
        for (text, error) in [
            ("", "f: found nothing, expected"),
            ("<html>", "f: found markup, expected"),
            ("{\"@type\":\"WebPage\"}", "f: found no check, expected"),
            ("[", "f:1:1: not JSON"),
            ("a,b\n1,2\n", "f:1: found the columns a, b, none for claim"),
            ("claim,verdict,url\n", "f: found no check, expected"),
        ] {
            let found = read("f", text).unwrap_err();
            assert!(found.starts_with(error), "{found}\ndoes not begin with\n{error}");
        }
    }

    #[test]
    fn ratings_lie_between_worst_and_best() {
        let rating = |value: f64, worst, best| Scale { worst, best }.place(value);
        assert_eq!(rating(1.0, None, None), Some(0.0));
        assert_eq!(rating(100.0, Some(0.0), Some(100.0)), Some(1.0));
        assert_eq!(rating(-1.0, None, None), None, "feeds write -1 for no rating");
        assert_eq!(rating(3.0, Some(5.0), Some(5.0)), None);
    }

    #[test]
    fn a_number_alone_is_a_verdict_in_words() {
        let text = REVIEW.replace(r#","alternateName":"Mostly false""#, "");
        assert_eq!(read("f", &text).unwrap()[0].as_ref().unwrap().verdict, "rated 2 of 5");
    }
}
