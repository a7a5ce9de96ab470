//! Checks in JSON: schema.org `ClaimReview`, what Google's API answers, and objects with the names of [`Check`].

use serde_json::{Map, Value};

use super::{Check, Draft, within};

pub(super) fn checks(name: &str, text: &str) -> Result<Vec<Result<Check, String>>, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_lie_between_worst_and_best() {
        let rating = |value: f64, worst, best| Scale { worst, best }.place(value);
        assert_eq!(rating(1.0, None, None), Some(0.0));
        assert_eq!(rating(100.0, Some(0.0), Some(100.0)), Some(1.0));
        assert_eq!(rating(-1.0, None, None), None, "feeds write -1 for no rating");
        assert_eq!(rating(3.0, Some(5.0), Some(5.0)), None);
    }
}
