use proptest::prelude::*;

use super::*;
use crate::convert::marks::samples::{documents, there_and_back};
use crate::convert::{Format, Options, Reading};

fn of_file(name: &str, json: &str, lenient: bool) -> Result<Reading, ConvertError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, json).unwrap();
    crate::convert::read(&path, Format::Gold, &Options { lenient, ..Options::default() })
}

/// A document whose text is `😀 Ann said so.`, with `rest` after the text.
fn gold(rest: &str) -> String {
    format!("{{\"schema\":\"claimsift/gold/1\",\"doc_id\":\"a\",\"offset_unit\":\"char\",\n\"text\":\"😀 Ann said so.\"{rest}}}")
}

#[test]
fn a_surface_that_is_not_the_text_names_the_line_of_the_annotation() {
    let entity = |surface| gold(&format!(",\n\"entities\":[\n{{\"start\":2,\"end\":5,\"text\":\"{surface}\",\"label\":\"PERSON\"}}]"));
    let reading = of_file("a.json", &entity("Ann"), false).unwrap();
    assert_eq!(reading.documents[0].entities.as_ref().unwrap()[0].span, Span::new(5, 8));
    assert_eq!(reading.documents[0].claims, None, "what is not annotated is not empty but absent");
    let error = of_file("a.json", &entity("Bob"), false).unwrap_err().to_string();
    assert!(error.contains("line 4: entities[0] of a") && error.contains("the text is \"Ann\""), "{error}");
}

#[test]
fn what_is_wrong_is_named_and_left_out_leniently() {
    for (rest, said) in [
        (r#","sentences":[{"start":0,"end":99}]"#, "past the end"),
        (r#","sentences":[{"start":0,"end":5,"label":"cfs"}]"#, "expected one of NFS, UFS, CFS"),
        (r#","sentences":[{"start":0,"end":5,"label":7}]"#, "a word or a list of words"),
        (r#","sentences":[{"start":0,"end":5},{"start":2,"end":14}]"#, "sentences[1]"),
        (r#","sentences":[{"start":1,"end":2}]"#, "white space"),
        (r#","entities":[{"start":2,"end":5,"label":"PERSON"}]"#, "missing field `text`"),
        (r#","entities":[{"start":2,"end":5,"text":"Ann","label":"PERSON","score":1.5}]"#, "[0, 1]"),
        (r#","attributions":[{"mode":"loud"}]"#, "found mode \"loud\""),
        (r#","attributions":[{"content":{"start":2,"end":10,"text":"Ann said","parts":[[6,10],[2,5]]}}]"#, "out of order"),
        (r#","claims":[{"start":2,"end":5,"text":"Ann","mode":"direct","attribution":0,"claimer":null}]"#, "found attribution 0"),
    ] {
        let error = of_file("a.json", &gold(rest), false).unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains(said), "{rest}: {error}");
        let reading = of_file("a.json", &gold(rest), true).unwrap();
        assert_eq!((reading.documents.len(), reading.skipped.len()), (1, 1), "{rest}");
    }
}

#[test]
fn a_text_that_may_not_be_copied_is_read_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let texts = folder.path().join("texts");
    std::fs::create_dir(&texts).unwrap();
    std::fs::write(texts.join("a.txt"), "Ann said so.").unwrap();
    let hash = crate::model::digest_of(b"Ann said so.");
    let file = folder.path().join("gold.jsonl");
    let read = |fields: &str, texts: Option<&Path>| {
        std::fs::write(&file, format!("{{\"schema\":\"claimsift/gold/1\",\"doc_id\":\"a\",\"offset_unit\":\"char\",{fields}}}\n")).unwrap();
        crate::convert::read(&file, Format::Gold, &Options { texts: texts.map(Path::to_path_buf), ..Options::default() })
    };
    let whole = format!(
        r#""text_path":"a.txt","text_sha256":"{hash}","sentences":[{{"start":0,"end":12,"label":"UFS","mode":"indirect","claimer":{{"name":"Ann","kind":"person"}}}}]"#
    );
    let documents = read(&whole, Some(&texts)).unwrap().documents;
    assert_eq!(documents[0].text, "Ann said so.");
    let sentence = &documents[0].sentences.as_ref().unwrap()[0];
    assert_eq!((sentence.mode, sentence.claimer.as_ref().unwrap().name.as_str()), (Some(crate::labels::Mode::Indirect), "Ann"));
    // Written as gold, it is whole.
    let copy = folder.path().join("copy.json");
    super::write(&documents, &copy).unwrap();
    assert_eq!(crate::convert::read(&copy, Format::Gold, &Options::default()).unwrap().documents, documents);
    for (fields, said) in [
        (whole.as_str(), "neither beside the gold nor"),
        (r#""text_path":"a.txt""#, "expected text_sha256"),
        (r#""text_path":"a.txt","text":"b""#, "expected either text or text_path"),
        (r#""text_sha256":"0""#, "expected either text or text_path"),
    ] {
        let elsewhere = if fields == whole { folder.path() } else { &texts };
        let error = read(fields, Some(elsewhere)).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("line 1"), "{error}");
    }
}

#[test]
fn a_claim_keeps_its_attribution_when_one_before_it_is_left_out() {
    let claim = |attribution| format!(r#"{{"start":2,"end":5,"text":"Ann","mode":"direct","attribution":{attribution},"claimer":null}}"#);
    let json = gold(&format!(r#","attributions":[{{"mode":"loud"}},{{"mode":"direct"}}],"claims":[{},{}]"#, claim(1), claim(0)));
    let reading = of_file("a.json", &json, true).unwrap();
    let claims = reading.documents[0].claims.as_ref().unwrap();
    assert_eq!(claims.iter().map(|c| c.attribution).collect::<Vec<_>>(), [Some(0)]);
    assert!(reading.skipped[1].to_string().contains("attribution 0 was left out"));
}

#[test]
fn a_text_that_was_changed_another_schema_and_broken_json_are_refused() {
    let hash = gold(r#","text_sha256":"00""#);
    assert!(of_file("a.json", &hash, false).unwrap_err().to_string().contains("changed after"));
    let schema = gold("").replace("gold/1", "gold/2");
    assert!(of_file("a.json", &schema, false).unwrap_err().to_string().contains("expected \"claimsift/gold/1\""));
    assert!(of_file("a.json", "{\n\"schema\":", false).unwrap_err().to_string().contains("line 2"));
    let lines = gold("").replace('\n', "") + "\n{\"schema\":\n";
    assert!(of_file("a.jsonl", &lines, false).unwrap_err().to_string().contains("line 2"));
    assert_eq!(of_file("a.jsonl", &lines, true).unwrap().documents.len(), 1);
}

#[test]
fn every_document_gets_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let named = |doc_id: &str| LabelledDocument { doc_id: doc_id.to_owned(), text: "x".into(), ..LabelledDocument::default() };
    let documents = [named("news/a.txt"), named("news_a"), named("../NEWS_A"), named("")];
    write(&documents, &folder.path().join("out")).unwrap();
    let mut names: Vec<_> =
        std::fs::read_dir(folder.path().join("out")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["NEWS_A-3.json", "document.json", "news_a-2.json", "news_a.json"]);
}

proptest! {
    #[test]
    fn nothing_is_lost(documents in documents(), name in prop::sample::select(vec!["a.json", "a.jsonl"])) {
        let (back, losses) = there_and_back(&documents, Format::Gold, name).unwrap();
        prop_assert_eq!(back, documents);
        prop_assert!(losses.is_empty());
    }
}
