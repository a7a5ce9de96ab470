use super::*;
use crate::assemble::marked;

fn linked(sentences: &[&str]) -> Vec<(Mode, String, String, Vec<String>)> {
    let (text, read) = marked::sentences(sentences);
    let quoted = quotes::find(&text, &[]);
    let own = |s: &Span| s.of(&text).to_owned();
    let found = link(&text, &read, &[], &quoted);
    found
        .iter()
        .map(|a| {
            (
                a.mode,
                a.source.as_ref().map(own).unwrap_or_default(),
                a.cue.as_ref().map(own).unwrap_or_default(),
                a.content.iter().map(own).collect(),
            )
        })
        .collect()
}

#[test]
fn a_content_that_the_source_interrupts_has_two_parts() {
    let found = linked(&["[T “A one,”] [S she] [C said], [T “b two.”]"]);
    assert_eq!(found, [(Mode::Direct, "she".into(), "said".into(), vec!["“A one,”".into(), "“b two.”".into()])]);
}

#[test]
fn denials_refute_and_what_is_cited_inside_stands_within() {
    let (text, read) = marked::sentences(&["[S Ann] [C denied] [T that it rained].", "[S She] [C did not deny] [T a lot]."]);
    let found = link(&text, &read, &[], &[]);
    assert_eq!(found.iter().map(|a| a.stance).collect::<Vec<_>>(), [Stance::Refute, Stance::Affirm]);
    let (text, read) = marked::sentences(&["[S Ann] [C said]: [T “It rained.]", "[S Bob] [C told] me [T it did.”]"]);
    let mut found = link(&text, &read, &[], &quotes::find(&text, &[]));
    nest(&mut found);
    assert_eq!(found.iter().map(|a| a.within).collect::<Vec<_>>(), [None, Some(0)]);
}

#[test]
fn a_few_words_left_out_of_a_content_are_part_of_it() {
    let found = linked(&["[S Ann] [C said] [T it expects sales of $18 billion], down from a forecast [T of $21 billion]."]);
    assert_eq!(found[0].3, ["it expects sales of $18 billion, down from a forecast of $21 billion"]);
    let found = linked(&["[T It rained], [S Ann] [C said], [T and it poured]."]);
    assert_eq!(found[0].3, ["It rained", "and it poured"]);
}

#[test]
fn two_cues_take_their_own_sources_and_contents() {
    let found = linked(&["[S Ann] [C said] [T it rained], but [S Bob] [C denied] [T that it did]."]);
    assert_eq!(found[0], (Mode::Indirect, "Ann".into(), "said".into(), vec!["it rained".into()]));
    assert_eq!(found[1], (Mode::Indirect, "Bob".into(), "denied".into(), vec!["that it did".into()]));
}

#[test]
fn a_quotation_goes_on_over_sentences_but_plain_text_does_not() {
    let found = linked(&["[S Ann] [C said]: [T “It rained.]", "[T It poured.”]", "[T The sun shone]."]);
    assert_eq!(found.len(), 1, "plain words that nothing attributes are nobody's: {found:?}");
    assert_eq!(found[0].3, ["“It rained. It poured.”"]);
}

#[test]
fn a_speech_of_three_paragraphs_is_one_content_and_whom_it_cites_stands_beside_it() {
    let marks = ["[S Ann] [C said]: [T “It rained.]", "It poured.", "[T “It stopped.]", "[S Bob] [C said], [T ‘good’].", "“We left.”"];
    let (text, read) = marked::sentences(&marks);
    let block = |from: usize, to: usize| crate::document::Block {
        kind: crate::document::BlockKind::Paragraph,
        span: Span::new(read[from].span.start, read[to].span.end),
    };
    let quoted = quotes::find(&text, &[block(0, 1), block(2, 3), block(4, 4)]);
    let found = link(&text, &read, &[], &quoted);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0].content.last().map(|p| p.end), Some(read[4].span.end));
    assert_eq!(found[0].source.map(|s| s.of(&text)), Some("Ann"));
    assert_eq!(found[1].content.iter().map(|p| p.of(&text)).collect::<Vec<_>>(), ["‘good’"]);
}

#[test]
fn whoever_is_cited_in_a_quotation_does_not_take_the_rest_of_it() {
    let found =
        linked(&["[S Ann] [C said]: [T “It rained a lot.]", "[S Bob] [C told] me [T it had poured.]", "[T It will go on for days.”]"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1].3, ["it had poured."]);
}

#[test]
fn a_quotation_belongs_to_whoever_is_named_behind_it() {
    let found = linked(&["[T “It rained a lot.]", "[T So we will go on,”] [S she] [C said]."]);
    assert_eq!(found, [(Mode::Direct, "she".into(), "said".into(), vec!["“It rained a lot. So we will go on,”".into()])]);
}

#[test]
fn a_quotation_behind_the_end_of_its_speakers_sentence_is_the_speakers() {
    let found = linked(&["[T “It rained a lot,”] [S Ann] [C told] the court on Monday.", "[T “It poured for years.”]"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].3, ["“It rained a lot,”", "“It poured for years.”"]);
    let found = linked(&["[T “It rained a lot,”] [S Ann] [C told] the court. Bob disagreed.", "[T “It poured for years.”]"]);
    assert_eq!(found[0].3, ["“It rained a lot,”"]);
}

#[test]
fn cues_that_say_nothing_attribute_nothing() {
    assert!(linked(&["[S The rooms] [C are] [T full of old books and a lot of dust]."]).is_empty());
    assert!(linked(&["[S Ann] [C must be glad] [T that it rained a lot]."]).is_empty());
    assert_eq!(linked(&["[S Her word] [C is]: [T “It rained a lot.”]"]).len(), 1);
}

#[test]
fn a_source_is_whole_and_ends_before_an_adverb() {
    let found =
        linked(&["Last year[S 's Gershon report] [C said] [T it rained a lot].", "[S Ann Lee at first] [C denied] [T that it rained]."]);
    assert_eq!(found.iter().map(|a| a.1.as_str()).collect::<Vec<_>>(), ["Gershon report", "Ann Lee"]);
    assert_eq!(linked(&["[S The 28-]year-old [C said] [T it rained a lot]."])[0].1, "The 28-year-old");
}

#[test]
fn an_article_names_nobody_and_what_which_takes_up_is_the_authors() {
    let found = linked(&["[S The] Libraries Act [C requires] [T councils to keep a lot of books open]."]);
    assert!(found.iter().all(|a| a.1.is_empty()), "{found:?}");
    let found = linked(&["[T Ten people died], which [S a committee] [C blamed on] [T lax inspections by the state]."]);
    assert_eq!(found[0].3, ["lax inspections by the state"]);
}

#[test]
fn marks_that_never_close_put_no_words_into_a_mouth() {
    let marks = ["[T “We cut crime in two years], [S Ann] [C said].", "The council disagreed.", "[T “Taxes rose,”] [S Bob] [C said]."];
    let (text, read) = marked::sentences(&marks);
    let block = |at: usize| crate::document::Block { kind: crate::document::BlockKind::Paragraph, span: read[at].span };
    for blocks in [vec![], vec![block(0), block(1), block(2)], vec![block(0), block(2)]] {
        let found = link(&text, &read, &[], &quotes::find(&text, &blocks));
        let said: Vec<_> = found.iter().map(|a| (a.source.unwrap().of(&text), a.content[0].of(&text))).collect();
        assert_eq!(said, [("Ann", "“We cut crime in two years"), ("Bob", "“Taxes rose,”")]);
    }
}

#[test]
fn a_cue_behind_and_has_the_subject_of_the_one_before_but_not_in_the_passive() {
    let (text, read) =
        marked::sentences(&["[S Ann] [C fined] [T it a lot] and [C believes] [T that it fell], but [C was told] [T that it rose]."]);
    let found = link(&text, &read, &[], &[]);
    let names: Vec<_> = found.iter().map(|a| a.claimer.as_ref().map(|c| (c.name.as_str(), c.resolved_by))).collect();
    assert_eq!(names, [Some(("Ann", ResolvedBy::Source)), Some(("Ann", ResolvedBy::Subject)), None]);
}

/// The cues with whoever they share with others.
fn shared(sentences: &[&str]) -> Vec<(String, String)> {
    let (text, read) = marked::sentences(sentences);
    let entities: Vec<Entity> = crate::assemble::clusters::cluster(
        &text,
        crate::assemble::mentions::collect(&text, &read, &marked::LABELS.map(str::to_owned), None),
        None,
    );
    let found = link(&text, &read, &entities, &quotes::find(&text, &[]));
    let own = |s: Option<Span>| s.map_or_else(String::new, |s| s.of(&text).to_owned());
    found.iter().filter(|a| a.source.is_none()).map(|a| (own(a.cue), own(a.subject))).collect()
}

#[test]
fn a_cue_shares_the_source_of_the_cue_before() {
    for (sentence, cue, subject) in [
        ("[S Ann] [C said] [T it rained], [C adding] [T it would pour].", "adding", "Ann"),
        ("[S Ann] [C complained about] [T the rain], [C even suggesting] [T it was made].", "even suggesting", "Ann"),
        ("[T “It rained,”] [S Ann] [C said], not [C denying] [T it had poured].", "denying", "Ann"),
        ("[S Ann] [C has praised] [T the rain] and [C called for] [T more of it].", "called for", "Ann"),
        ("[S Officials] [C announced] the end of it and [C said] [T rain would stay].", "said", "Officials"),
        ("[C Citing] [T a study], [S Ann] [C said] [T it rained].", "Citing", "Ann"),
        ("After [C saying] [T it would rain], [S Ann] [C called for] [T help].", "saying", "Ann"),
        ("[S Ann] [C published the report] by [C announcing] [T it was true].", "announcing", "Ann"),
        ("[O Acme] has filed a complaint, [C claiming] [T it was robbed].", "claiming", "Acme"),
    ] {
        let found = shared(&[sentence]);
        assert!(found.contains(&(cue.into(), subject.into())), "{sentence}: {found:?}");
    }
}

#[test]
fn a_cue_behind_something_else_shares_nothing() {
    for sentence in [
        "[S Ann] [C said] [T it rained] in a letter [C urging] [T a ban on umbrellas].",
        "[S Ann] [C said] [T it rained] and [C was told] [T it did not].",
        "[S Ann] [C greeted] [T Bob], who began by [C praising] [T the rain].",
        "Rain, [C suggesting] [T a flood], fell.",
        "[C Citing] [T a study] on rain [S Ann] [C said] [T it rained].",
    ] {
        let found = shared(&[sentence]);
        assert!(found.iter().all(|(_, subject)| subject.is_empty()), "{sentence}: {found:?}");
    }
}

#[test]
fn a_colon_announces_the_quotation_of_the_next_sentence() {
    let found = linked(&["[S The paper] [C reports]:", "[T “It rained.]", "[T It poured.”]"]);
    assert_eq!(found, [(Mode::Direct, "The paper".into(), "reports".into(), vec!["“It rained. It poured.”".into()])]);
    let found = linked(&["[S The paper] [C reports].", "[T “It rained.”]"]);
    assert_eq!(found[0].1, "");
}

#[test]
fn a_quotation_goes_on_behind_an_abbreviation_or_a_title() {
    for behind in ["in Everett, Wash., on Monday", "on “Fox and Friends”", "on Monday"] {
        let sentence = format!("[T “It rained,”] [S Ann] [C said] {behind}.");
        assert_eq!(linked(&[&sentence, "[T “It poured.”]"]).len(), 1, "{behind}");
    }
    assert_eq!(linked(&["[T “It rained,”] [S Ann] [C said] on Monday. Bob left.", "[T “It poured.”]"]).len(), 2);
}
