use super::*;
use crate::assemble::profiles::Profiles;
use crate::assemble::{attributions, clusters, marked, mentions, quotes};

/// For each attribution of marked sentences: its cue, its claimer's name, and what that was found by. Names are
/// marked `[P …]` (persons) and `[O …]` (organisations).
fn resolved(sentences: &[&str]) -> Vec<(String, String, Option<ResolvedBy>)> {
    let (text, read) = marked::sentences(sentences);
    let quoted = quotes::find(&text, &[]);
    let named = mentions::collect(&text, &read, &marked::LABELS.map(String::from), None);
    let entities = clusters::cluster(&text, named, None);
    let mut found = attributions::link(&text, &read, &entities, &quoted);
    let profiles = Profiles::new(&text, &read, &entities, None);
    resolve(Scene::new(&text, &read, &entities, &quoted, &[], profiles), None, &mut found);
    found.sort_by_key(anchor);
    let of = |a: &Attribution| {
        let claimer = a.claimer.as_ref();
        let by = claimer.filter(|c| c.kind != ClaimerKind::Unresolved).map(|c| c.resolved_by);
        (a.cue.map_or("", |c| c.of(&text)).to_owned(), claimer.map(|c| c.name.clone()).unwrap_or_default(), by)
    };
    found.iter().map(of).collect()
}

fn check(sentences: &[&str], expected: &[(&str, &str, Option<ResolvedBy>)]) {
    let expected: Vec<_> = expected.iter().map(|(cue, name, by)| ((*cue).to_owned(), (*name).to_owned(), *by)).collect();
    assert_eq!(resolved(sentences), expected);
}

#[test]
fn a_pronoun_takes_its_one_bearer_and_never_one_of_the_other_gender() {
    let first = "[S [P Tony Blair]] [C met] [T the new president in London], and [P Hillary Clinton] left.";
    check(
        &[first, "[S She] [C said] [T it rained a lot]."],
        &[("met", "Tony Blair", Some(ResolvedBy::Source)), ("said", "Hillary Clinton", Some(ResolvedBy::Pronoun))],
    );
    check(&["[P Tony Blair] left.", "[S She] [C said] [T it rained a lot]."], &[("said", "She", None)]);
}

#[test]
fn of_two_the_subject_or_the_one_cited_last_is_meant_else_nobody() {
    let she = Some(ResolvedBy::Pronoun);
    check(&["[P Ann Lee] met [P Mary Cole].", "[S She] [C said] [T it rained a lot]."], &[("said", "Ann Lee", she)]);
    check(&["It was [P Ann Lee] or [P Mary Cole].", "[S She] [C said] [T it rained a lot]."], &[("said", "She", None)]);
    check(
        &["It was [P Ann Lee] or [P Mary Cole].", "[S [P Mary Cole]] [C denied] [T all of it].", "[S She] [C said] [T it rained a lot]."],
        &[("denied", "Mary Cole", Some(ResolvedBy::Source)), ("said", "Mary Cole", she)],
    );
}

#[test]
fn whoever_spoke_last_is_meant_where_his_words_end_and_whatever_a_study_shows_since() {
    let (by, she) = (Some(ResolvedBy::Source), Some(ResolvedBy::Pronoun));
    let long = "[S [P Ann Lee]] [C said]: [T \"It rained a lot. [P Halo] was wet. The roads were closed. The trains stood still.\"]";
    check(&[long, "[S She] [C added]: [T \"It was cold.\"]"], &[("said", "Ann Lee", by), ("added", "Ann Lee", she)]);
    let study = "[S Studies] [C have shown] [T that roads are closed].";
    check(
        &["[S [P Ann Lee]] [C said] [T it rained a lot].", study, "The trains stood still.", "\"[T It was cold],\" [S she] [C said]."],
        &[("said", "Ann Lee", by), ("have shown", "Studies", by), ("said", "Ann Lee", she)],
    );
    check(
        &[
            "[S [P Ann Lee]] [C said] [T it rained a lot].",
            "The 31-year-old has been hurt.",
            "The trains stood still.",
            "\"[T It was cold],\" [S she] [C said].",
        ],
        &[("said", "Ann Lee", by), ("said", "she", None)],
    );
    check(
        &["[S [P Ann Lee]] [C said]: [T \"It rained a lot.]", "[S She] [C thinks] [T it was wet.\"]"],
        &[("said", "Ann Lee", by), ("thinks", "She", None)],
    );
    let official = "[S An official] [C said] [T that roads are closed].";
    check(
        &["[S [P Ann Lee]] [C said] [T it rained a lot].", official, "The trains stood still.", "\"[T It was cold],\" [S she] [C said]."],
        &[("said", "Ann Lee", by), ("said", "An official", by), ("said", "she", None)],
    );
}

#[test]
fn which_is_the_body_before_and_the_sentence_is_not_about_it() {
    let (by, which) = (Some(ResolvedBy::Source), Some(ResolvedBy::Pronoun));
    check(
        &[
            "[S [O Acme]] [C said] [T it was sued] by [O Beta], [S which] [C seeks] [T £3m in damages].",
            "[S It] [C added] [T it was right].",
        ],
        &[("said", "Acme", by), ("seeks", "Beta", which), ("added", "Acme", which)],
    );
    check(&["[O Acme] and [O Beta], [S which] are [C said] [T to be near], left."], &[("said", "which", None)]);
}

#[test]
fn whom_the_last_sentence_turns_to_may_be_meant_as_well() {
    check(
        &["[P Ann Lee] said it was late, but [P Mary Cole] was unmoved.", "[S She] [C said] [T it rained a lot]."],
        &[("said", "She", None)],
    );
}

#[test]
fn whom_the_company_deals_with_is_not_the_company_and_a_commission_is_no_firm() {
    check(
        &["[O Parmalat] lost money.", "The company sued [O Morgan Stanley].", "[S The company] [C said] [T it rained a lot]."],
        &[("said", "Parmalat", Some(ResolvedBy::Description))],
    );
    check(
        &["[O Trade Commission] officials looked at [O Marsh].", "[S The firm] [C said] [T it rained a lot]."],
        &[("said", "Marsh", Some(ResolvedBy::Description))],
    );
    check(
        &["[O Financial Times] readers met [O Acme].", "[S The paper] [C said] [T it rained a lot]."],
        &[("said", "Financial Times", Some(ResolvedBy::Description))],
    );
}

#[test]
fn a_name_right_before_a_cue_that_found_no_source_is_the_source() {
    let by = Some(ResolvedBy::Source);
    check(&["[P Ed Davey] meanwhile [C said] [T it rained a lot]."], &[("said", "Ed Davey", by)]);
    check(&["[P Ed Davey] left, and [C said] [T it rained a lot]."], &[("said", "", None)]);
}

#[test]
fn the_only_body_that_can_be_called_so_is_meant_paragraphs_later() {
    let by = Some(ResolvedBy::Description);
    let between = ["It rained.", "It snowed.", "It was dark."];
    let after = |first: &'static str, last: &'static str| [&[first][..], &between, &[last]].concat();
    check(
        &after("[O Dunmore Chemicals] makes soap.", "[S The company] [C said] [T it rained a lot]."),
        &[("said", "Dunmore Chemicals", by)],
    );
    check(&after("[O Dunmore] sued [O Halden].", "[S The company] [C said] [T it rained a lot]."), &[("said", "The company", None)]);
    check(&after("[O Dunmore Council] met.", "[S The company] [C said] [T it rained a lot]."), &[("said", "The company", None)]);
    check(
        &after("[O Water Tribunal] sued [O Halden].", "[S The tribunal] [C said] [T it rained a lot]."),
        &[("said", "Water Tribunal", by)],
    );
}

#[test]
fn whoever_is_named_inside_a_quotation_does_not_speak_outside_it() {
    check(
        &["[S [P Ann Lee]] [C said]: [T “I met Mary Cole in Rome.”]", "[S She] [C added] [T that it had rained]."],
        &[("said", "Ann Lee", Some(ResolvedBy::Source)), ("added", "Ann Lee", Some(ResolvedBy::Pronoun))],
    );
}

#[test]
fn descriptions_find_who_bears_the_role() {
    let by = Some(ResolvedBy::Description);
    check(
        &["Prime Minister [P Ann Lee] met senator [P Mary Cole].", "[S The senator] [C said] [T it rained a lot]."],
        &[("said", "Mary Cole", by)],
    );
    check(&["Former senator [P Mary Cole] left.", "[S The senator] [C said] [T it rained a lot]."], &[("said", "The senator", None)]);
    check(&["[O Acme] fell.", "[S The company] [C said] [T it rained a lot]."], &[("said", "Acme", by)]);
    check(
        &[
            "[O Acme] sued [O Bolt] and [O Cargo].",
            "The suit of [O Bolt] against [O Acme] failed.",
            "[S The company] [C said] [T it rained a lot].",
        ],
        &[("said", "The company", None)],
    );
}

#[test]
fn i_is_who_speaks_and_who_is_the_name_before() {
    check(
        &["[S [P Ann Lee]] [C told] us: [T “It rained.]", "[S I] [C think] [T it poured a lot.”]"],
        &[("told", "Ann Lee", Some(ResolvedBy::Source)), ("think", "Ann Lee", Some(ResolvedBy::Speaker))],
    );
    check(&["[P Ann Lee], [S who] [C said] [T it rained a lot], left."], &[("said", "Ann Lee", Some(ResolvedBy::Pronoun))]);
}

#[test]
fn they_are_those_cited_last() {
    check(
        &["[S Researchers] [C found] [T that it rained a lot].", "[S They] [C said] [T it would go on]."],
        &[("found", "Researchers", Some(ResolvedBy::Source)), ("said", "Researchers", Some(ResolvedBy::Pronoun))],
    );
}

#[test]
fn the_role_stands_beside_the_name() {
    let (text, read) = marked::sentences(&["Mayor [P Ann Lee] left.", "[S [P Lee]] [C said] [T it rained a lot]."]);
    let quoted = quotes::find(&text, &[]);
    let entities = clusters::cluster(&text, mentions::collect(&text, &read, &marked::LABELS.map(String::from), None), None);
    let mut found = attributions::link(&text, &read, &entities, &quoted);
    let profiles = Profiles::new(&text, &read, &entities, None);
    resolve(Scene::new(&text, &read, &entities, &quoted, &[], profiles), None, &mut found);
    assert_eq!(found[0].claimer.as_ref().and_then(|c| c.role.as_deref()), Some("Mayor"));
}

#[test]
fn whoever_spoke_just_before_goes_on_also_without_a_name() {
    let by = Some(ResolvedBy::Pronoun);
    check(
        &[
            "[P Mary Cole] left.",
            "[S A spokeswoman for the group] [C said] [T it rained a lot].",
            "[S She] [C added] [T that it would go on].",
        ],
        &[("said", "A spokeswoman for the group", Some(ResolvedBy::Source)), ("added", "A spokeswoman for the group", by)],
    );
    check(
        &["[S [P Bob Lee]] [C told] us [T that [P Carl Day] had left].", "[S He] [C said] [T it rained a lot]."],
        &[("told", "Bob Lee", Some(ResolvedBy::Source)), ("said", "Bob Lee", by)],
    );
    check(
        &["[S The minister] [C said] [T that [P Bob Lee] left].", "[S He] [C said] [T it rained a lot]."],
        &[("said", "The minister", None), ("said", "The minister", None)],
    );
}

#[test]
fn nobody_says_what_is_thought_and_nobody_speaks_in_his_own_content() {
    check(&["[O Acme] fell.", "[S It] [C is thought] [T that it will rise a lot]."], &[("is thought", "", None)]);
    check(&["[S [P Ann Lee]], [C accused of] [T stealing two million dollars], left."], &[("accused of", "", None)]);
    check(&["[S [P Ann Lee]] [C accused] [T Bob of stealing two million dollars]."], &[("accused", "Ann Lee", Some(ResolvedBy::Source))]);
    check(&["[P Ann Lee] left.", "[T Bob Day is late], [S he] [C said]."], &[("said", "he", None)]);
}

#[test]
fn whoever_adds_something_was_cited_last_whoever_was_named_since() {
    let first = "[S [O Trade Office]] [C said] [T that subsidies had gone to [O Halden] for years].";
    check(
        &[first, "In trade with [O the Union], [S it] [C added], [T small firms were hit the most]."],
        &[("said", "Trade Office", Some(ResolvedBy::Source)), ("added", "Trade Office", Some(ResolvedBy::Pronoun))],
    );
    check(
        &[first, "[O The Union] met, and [S she] [C added] [T it rained a lot]."],
        &[("said", "Trade Office", Some(ResolvedBy::Source)), ("added", "she", None)],
    );
}

#[test]
fn a_quotation_without_a_speaker_goes_on_right_behind_one() {
    let by = Some(ResolvedBy::Source);
    let quote = "[T “We have never sold as many as in this one year of all years.”]";
    let on = ("", "Ann Lee", Some(ResolvedBy::Speaker));
    let said = ("said", "Ann Lee", by);
    check(&["[S [P Ann Lee]] [C said] [T that it rained a lot].", quote], &[said, on]);
    // Somebody else may be the one who speaks.
    check(&["[S [P Ann Lee]] [C said] [T that [P Mary Cole] left].", quote], &[said, ("", "", None)]);
    check(&["[S [P Ann Lee]] [C said] [T that it rained a lot].", "It snowed.", quote], &[said, ("", "", None)]);
}
