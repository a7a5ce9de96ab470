use super::*;
use crate::assemble::{assemble, marked};

/// The words of the claims in marked sentences, all of them worth checking.
fn claims(sentences: &[&str]) -> Vec<String> {
    let (text, mut read) = marked::sentences(sentences);
    read.iter_mut().for_each(|s| s.reading.score = 0.9);
    let document = Document { text, ..Document::default() };
    let found = assemble(&document, &read, &marked::LABELS.map(String::from), 0.5, None);
    let words = |c: &Claim| c.parts.iter().map(|p| p.of(&document.text)).collect::<Vec<_>>().join(" … ");
    found.claims.iter().map(words).collect()
}

#[test]
fn every_sentence_and_every_that_is_a_claim() {
    assert_eq!(claims(&["[S Ann] [C said] [T that the roof leaked and that nobody had come]."]), ["the roof leaked", "nobody had come"]);
    assert_eq!(
        claims(&["[S Ann] [C said]: [T “The roof leaked badly.]", "[T Nobody ever came here.”]"]),
        ["The roof leaked badly", "Nobody ever came here"]
    );
    assert_eq!(
        claims(&["[T “It was plain theft,”] [S Ann] [C said].", "[T “It went on for years.”]"]),
        ["It was plain theft … It went on for years"],
        "what the words that attribute cut in two is one"
    );
    assert_eq!(
        claims(&["[T “We sold 1,900 rolls,”] [S Ann] [C told] the paper.", "[T “We used to sell 250.”]"]),
        ["We sold 1,900 rolls", "We used to sell 250"]
    );
}

#[test]
fn plans_and_things_are_the_authors_word() {
    let whole = "Ukraine has agreed to pay 30% more for its gas";
    assert_eq!(claims(&["[S Ukraine] [C has agreed] [T to pay 30% more for its gas]."]), [whole]);
    assert_eq!(claims(&["[S The public] [C has pledged] [T £76m in aid] in May."]), ["The public has pledged £76m in aid in May"]);
    assert_eq!(claims(&["[S Ann] [C said] [T nobody was hurt]."]), ["nobody was hurt"]);
    assert!(claims(&["[S Ann] [C asked] [T whether anybody had been hurt in the fire]."]).is_empty());
    assert_eq!(
        claims(&["[S Blair] [C struggled to explain] [T how a smaller increase was a cut]."])[0],
        "Blair struggled to explain how a smaller increase was a cut"
    );
    assert_eq!(
        claims(&["[S The paper] [C called] [T it a “dispiriting vanity project”]."]),
        ["The paper called it a “dispiriting vanity project”"]
    );
    assert!(claims(&["[S The site] [C is blocking] [T visits from other countries for “security reasons”]."])[0].starts_with("The site"));
    assert_eq!(
        claims(&["[S The mine] [C blamed] [T its geology and “operating flaws” at two of its pits]."]),
        ["its geology and “operating flaws” at two of its pits"]
    );
    assert_eq!(claims(&["[S Acme] [C neither admitted nor denied] [T wrongdoing in the settlement]."]).len(), 1);
    assert!(claims(&["[S Acme] [C neither admitted nor denied] [T wrongdoing in the settlement]."])[0].starts_with("Acme"));
    assert_eq!(
        claims(&["[S The MP] [C had denied] [T a claim that he was paid for guiding visitors]."]),
        ["he was paid for guiding visitors"]
    );
    assert!(claims(&["20,210."]).is_empty());
    assert!(claims(&["[T How was it right that 20% of them paid more], [S the leader] [C asked]."]).is_empty());
}

#[test]
fn a_thing_that_looks_like_a_clause_is_the_authors_word() {
    assert_eq!(claims(&["[S The union] [C demands] [T a 53% pay rise] for all its members."]).len(), 1);
    assert!(claims(&["[S The union] [C demands] [T a 53% pay rise] for all its members."])[0].starts_with("The union demands"));
}

#[test]
fn what_belongs_to_a_preposition_is_the_authors_word_and_an_admitted_deed_is_not() {
    let whole = |sentence: &str| {
        let found = claims(&[sentence]);
        assert_eq!(found.len(), 1, "{sentence}");
        found[0].clone()
    };
    for (sentence, start) in [
        ("[S Obama] [C called for] [T reducing the rate that firms pay to 28 percent].", "Obama called"),
        ("Some things are known, and [S not everyone] [C agrees on] [T who is a thief and who pays].", "Some things"),
        ("[S Her letter] [C noted] [T published reports alleging that she had claimed that he had lied].", "Her letter"),
        ("[S He] [C has proposed] [T doing away with the old rule].", "He has"),
        ("[S Ann] [C admitted] [T stealing the old records].", "stealing"),
        ("[S The poll] [C showed] [T Clinton leading Trump by 47.3 to 44.4].", "Clinton leading"),
        ("It has its rules, [T which] [S Ann] [C said] [T would cost them 5% more].", "which"),
        ("The firm shuns rules, [T which] [S it] [C calls] [T plain nonsense and a waste].", "The firm"),
    ] {
        let claim = whole(sentence);
        assert!(claim.starts_with(start), "{sentence}: {claim}");
    }
}

#[test]
fn what_the_author_asserts_beside_an_attribution_is_kept() {
    assert_eq!(
        claims(&["The agency fined the firm £450,000 after [S it] [C admitted] [T that the roof had leaked]."]),
        ["The agency fined the firm £450,000", "the roof had leaked"]
    );
    assert_eq!(
        claims(&["The striker joined them for £17m in May, but [S it] [C is thought] [T that he had hoped for more]."]),
        ["The striker joined them for £17m in May", "he had hoped for more"]
    );
    assert_eq!(
        claims(&["The 300 deaths came the week that [S the firm] [C announced] [T it would close the plant]."]),
        ["it would close the plant"]
    );
    assert_eq!(claims(&["At a news conference in May, [S Ann] [C said] [T that the roof had leaked]."]), ["the roof had leaked"]);
}

#[test]
fn what_asserts_nothing_is_no_claim() {
    assert!(claims(&["Did the roof leak?", "Read more: the roof that leaked", "(The audience laughs loudly)"]).is_empty());
}

#[test]
fn the_key_forgets_form_and_keeps_amounts() {
    assert_eq!(key("The plan, “failed” twice"), key("the plan failed  twice"));
    assert_eq!(key("It cost $1,200"), key("it cost $1200"));
    for other in ["it cost $12.5", "it cost 12.5", "it cost $125", "it cost $-12.5"] {
        assert_ne!(key(other), key("it cost $12 "), "{other}");
    }
    assert_ne!(key("down 1.2%"), key("down 12%"));
}

#[test]
fn whom_a_speaker_cites_makes_the_claim() {
    let claims = claims(&["[S Ann] [C said] [T the chief engineer had told her on Monday that the bridge was cracked]."]);
    assert_eq!(claims, ["the bridge was cracked"]);
    let marks =
        ["[S Finch] [C said] [T his chief of staff, Ann Lee, had assured him that the bridge was safe and that the state had paid]."];
    let (text, mut read) = marked::sentences(&marks);
    read.iter_mut().for_each(|s| s.reading.score = 0.9);
    let document = Document { text, ..Document::default() };
    let found = assemble(&document, &read, &marked::LABELS.map(String::from), 0.5, None);
    let by: Vec<Option<&str>> =
        found.claims.iter().map(|c| c.attribution.and_then(|at| found.attributions[at].source).map(|s| s.of(&document.text))).collect();
    assert_eq!(by, [Some("his chief of staff, Ann Lee"); 2], "what she assured him of is all hers");
}

#[test]
fn two_clauses_make_two_claims() {
    assert_eq!(
        claims(&["[S Ann] [C said] [T the tank had lost 90,000 litres, and its alarm had been switched off]."]),
        ["the tank had lost 90,000 litres", "its alarm had been switched off"]
    );
    assert_eq!(claims(&["A court ordered [T a ban on trucks of more than 20 tons at both depots]."]).len(), 1);
}
