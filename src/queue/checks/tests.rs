//! Checks in all their formats, good and bad.

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
fn a_number_alone_is_a_verdict_in_words() {
    let text = REVIEW.replace(r#","alternateName":"Mostly false""#, "");
    assert_eq!(read("f", &text).unwrap()[0].as_ref().unwrap().verdict, "rated 2 of 5");
}
