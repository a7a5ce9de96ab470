//! Checks in CSV.

use super::{Check, Draft, EXPECTED, within};

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

pub(super) fn checks(name: &str, content: &str) -> Result<Vec<Result<Check, String>>, String> {
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
