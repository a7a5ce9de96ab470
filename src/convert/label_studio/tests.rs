use proptest::prelude::*;

use super::*;
use crate::convert::marks::samples::{documents, there_and_back};
use crate::convert::{Format, OneOf, Reading, testing};
use crate::labels::Worth;

fn of(json: &str, lenient: bool) -> Result<Reading, ConvertError> {
    testing::file(read, "export.json", json, lenient)
}

/// A task whose text is `😀 Ann said\nso.`, with this result.
fn task(result: &str) -> String {
    format!("[{{\"id\":5,\"data\":{{\"text\":\"😀 Ann said\\nso.\"}},\"annotations\":[{{\"result\":[\n{result}\n]}}]}}]")
}

fn region(id: &str, start: usize, end: usize, words: &str, label: &str) -> String {
    format!(
        r#"{{"id":"{id}","from_name":"ner","to_name":"t","type":"labels","origin":"manual","value":{{"start":{start},"end":{end},"text":"{words}","labels":["{label}"]}}}}"#
    )
}

#[test]
fn offsets_count_code_points_and_in_old_exports_utf_16_units() {
    let now = of(&task(&region("a", 2, 5, "Ann", "PER")), false).unwrap();
    let old = of(&task(&region("a", 3, 6, "Ann", "PER")), false).unwrap();
    for reading in [&now, &old] {
        let d = &reading.documents[0];
        assert_eq!((d.doc_id.as_str(), d.entities.as_ref().unwrap()[0].span.of(&d.text)), ("5", "Ann"));
    }
    assert!(now.notes.is_empty() && old.notes[0].contains("UTF-16"));
    let error =
        of(&task(&format!("{},\n{}", region("a", 2, 5, "Ann", "PER"), region("b", 3, 6, "Ann", "PER"))), false).unwrap_err().to_string();
    assert!(error.contains("line 3") && error.contains("as if counted in UTF-16 units"), "{error}");
}

#[test]
fn words_over_a_line_end_are_as_label_studio_writes_them() {
    let reading = of(&task(&region("a", 6, 13, r"said\\nso", "X")), false).unwrap();
    assert_eq!(reading.documents[0].entities.as_ref().unwrap()[0].span.of(&reading.documents[0].text), "said\nso");
}

#[test]
fn choices_of_a_region_grade_its_sentence_and_others_are_noted() {
    let choices = |id: &str, worth: &str| {
        format!(r#"{{"id":"{id}","from_name":"worth","to_name":"t","type":"choices","value":{{"choices":["{worth}"]}}}}"#)
    };
    let result = [region("a", 0, 14, r"😀 Ann said\\nso.", "Sentence"), choices("a", "CFS"), choices("z", "NFS")].join(",\n");
    let reading = of(&task(&result), false).unwrap();
    assert_eq!(reading.documents[0].sentences.as_ref().unwrap()[0].worth, Some(OneOf::One(Worth::Cfs)));
    assert_eq!(reading.notes, ["choices and texts that are not of a region are left out"]);
}

#[test]
fn the_first_annotation_that_stands_is_taken_and_predictions_where_there_is_none() {
    let results = |label: &str| format!("{{\"result\":[{}]}}", region("a", 0, 3, "Ann", label));
    let task = |annotations: &str| {
        format!("[{{\"data\":{{\"text\":\"Ann\"}},\"annotations\":[{annotations}],\"predictions\":[{}]}}]", results("P"))
    };
    let label = |json: &str| {
        let reading = of(json, false).unwrap();
        (reading.documents[0].entities.as_ref().unwrap()[0].label.clone(), reading.notes.len())
    };
    let cancelled = results("C").replace("{\"result\"", "{\"was_cancelled\":true,\"result\"");
    assert_eq!(label(&task(&format!("{cancelled},{},{}", results("A"), results("B")))), ("A".to_owned(), 1));
    assert_eq!(label(&task(&cancelled)), ("P".to_owned(), 0));
}

#[test]
fn json_min_is_read() {
    let json = r#"[{"text":"Ann sang","id":3,"ner":[{"start":0,"end":3,"text":"Ann","labels":["PER"]}],"annotator":1,"lead_time":2.5}]"#;
    let d = of(json, false).unwrap().documents.remove(0);
    assert_eq!((d.doc_id.as_str(), d.entities.unwrap()[0].span), ("3", Span::new(0, 3)));
}

#[test]
fn json_min_that_is_indented_loses_no_region() {
    let json = "[\n  {\n \"text\": \"Ann sang\",\n \"ner\": [\n  {\n \"start\": 0,\n \"end\": 3,\n \"labels\": [\n \"PER\"\n ]}\n ]\n }\n]";
    assert_eq!(of(json, false).unwrap().documents[0].entities.as_ref().unwrap()[0].span, Span::new(0, 3));
    let error = of(&json.replace("\"end\": 3", "\"end\": 99"), false).unwrap_err().to_string();
    assert!(error.contains("line 5") && error.contains("past the end"), "{error}");
}

/// A task of JSON-MIN whose text is `😀 Ann said.`, with these further fields.
fn minimal(fields: &str) -> String {
    format!("[{{\"id\":1,\"text\":\"😀 Ann said.\",\"annotator\":1,{fields}}}]")
}

#[test]
fn json_min_of_old_exports_counts_utf_16_units() {
    let reading = of(&minimal(r#""ner":[{"start":3,"end":6,"text":"Ann","labels":["PER"]}]"#), false).unwrap();
    assert_eq!(reading.documents[0].entities.as_ref().unwrap()[0].span, Span::new(5, 8));
    assert!(reading.notes[0].contains("UTF-16"));
}

#[test]
fn answers_of_json_min_grade_the_sentence_at_their_place_or_are_noted() {
    let sentence = r#""label":[{"start":2,"end":11,"labels":["Sentence"]}]"#;
    let graded = minimal(&format!(r#"{sentence},"worth":[{{"start":2,"end":11,"choices":["CFS"]}}]"#));
    let reading = of(&graded, false).unwrap();
    assert_eq!(reading.documents[0].sentences.as_ref().unwrap()[0].worth, Some(OneOf::One(Worth::Cfs)));
    assert!(reading.notes.is_empty());
    let single = minimal(&format!(r#"{sentence},"worth":{{"start":2,"end":11,"choices":["CFS","UFS"]}}"#));
    let worth = of(&single, false).unwrap().documents[0].sentences.as_ref().unwrap()[0].worth.clone();
    assert_eq!(worth, Some(OneOf::Several(vec![Worth::Cfs, Worth::Ufs])));
    for (dropped, note) in [
        (r#""worth":"CFS""#, "JSON-MIN does not say of which region"),
        (r#""worth":[{"start":2,"end":5,"choices":["CFS"]}]"#, "choices and texts that are not of a region"),
        (r#""worth":[{"start":2,"end":5,"choices":["CFS","UFS"]},"CFS"]"#, "JSON-MIN does not say of which region"),
    ] {
        let reading = of(&minimal(&format!("{sentence},{dropped}")), false).unwrap();
        assert_eq!(reading.documents[0].sentences.as_ref().unwrap()[0].worth, None);
        assert!(reading.notes.iter().any(|n| n.starts_with(note)), "{dropped}: {:?}", reading.notes);
    }
    let reading = of(&minimal(r#""turns":[{"who":"Ann"}]"#), false).unwrap();
    assert_eq!(reading.notes, ["lists of objects without labels or answers of a region are left out"]);
}

#[test]
fn one_edited_region_does_not_change_the_unit_of_the_others() {
    let old = [region("a", 3, 6, "Ann", "PER"), region("b", 7, 11, "said", "X")].join(",\n");
    let edited = task(&format!("{old},\n{}", region("c", 2, 5, "Ann", "PER")));
    let error = of(&edited, false).unwrap_err().to_string();
    assert!(error.contains("line 4"), "{error}");
    let reading = of(&edited, true).unwrap();
    assert_eq!((reading.documents[0].entities.as_ref().unwrap().len(), reading.skipped.len()), (2, 1));
}

#[test]
fn regions_of_html_are_refused_with_what_to_do() {
    let html = |kind: &str, labels: &str| {
        format!(r#"{{"id":"a","type":"{kind}","value":{{"start":"/p[1]","end":"/p[1]","startOffset":0,"endOffset":3,"{labels}":["X"]}}}}"#)
    };
    for (kind, labels, found) in
        [("hypertextlabels", "hypertextlabels", "type \"hypertextlabels\""), ("labels", "labels", "found start \"/p[1]\"")]
    {
        let error = of(&task(&html(kind, labels)), false).unwrap_err().to_string();
        assert!(error.contains("line 2: 5: ") && error.contains(found) && error.contains("label a Text with a Labels control"), "{error}");
    }
}

#[test]
fn a_region_id_that_stands_twice_is_an_error_but_for_two_labels_of_one_region() {
    let twice = task(&format!("{},\n{}", region("a", 2, 5, "Ann", "Source"), region("a", 6, 10, "said", "Cue")));
    let error = of(&twice, false).unwrap_err().to_string();
    assert!(error.contains("line 3: 5: the region \"a\" stands twice, at (2, 5) and (6, 10)"), "{error}");
    let labelled_twice = task(&format!("{},\n{}", region("a", 2, 5, "Ann", "PER"), region("a", 2, 5, "Ann", "VIP")));
    assert_eq!(of(&labelled_twice, false).unwrap().documents[0].entities.as_ref().unwrap().len(), 2);
}

#[test]
fn what_is_wrong_names_the_line_and_is_left_out_leniently() {
    let typed = |kind: &str| format!(r#"{{"id":"b","type":"{kind}","value":{{"start":1,"end":2}}}}"#);
    for (result, said) in [
        (region("b", 2, 5, "Bob", "PER"), "the annotation says \"Bob\""),
        (region("b", 2, 99, "Ann", "PER"), "past the end"),
        (typed("hypertextlabels"), "found a result of type \"hypertextlabels\""),
        (r#"{"type":"relation","from_id":"a","to_id":"x","labels":[]}"#.to_owned(), "the region \"x\", which is not there"),
    ] {
        let json = task(&format!("{},\n{result}", region("a", 2, 5, "Ann", "PER")));
        let error = of(&json, false).unwrap_err().to_string();
        assert!(error.contains("line 3: 5: ") && error.contains(said), "{error}");
        let reading = of(&json, true).unwrap();
        assert_eq!((reading.documents[0].entities.as_ref().unwrap().len(), reading.skipped.len()), (1, 1), "{result}");
    }
    assert!(of(r#"[{"data":{"image":"x"}}]"#, false).unwrap_err().to_string().contains("no \"text\""));
}

#[test]
fn scores_make_predictions_and_the_interface_is_written_beside() {
    let sentence = |score| crate::convert::LabelledSentence { span: Span::new(0, 3), score, ..Default::default() };
    let entity = crate::convert::LabelledEntity { span: Span::new(0, 3), label: "A&\"B".into(), score: None };
    for (score, layer) in [(Some(0.5), "predictions"), (None, "annotations")] {
        let folder = tempfile::tempdir().unwrap();
        let d = LabelledDocument {
            text: "Ann".into(),
            sentences: Some(vec![sentence(score)]),
            entities: Some(vec![entity.clone()]),
            ..Default::default()
        };
        write(&[d], &folder.path().join("tasks.json")).unwrap();
        let tasks: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.path().join("tasks.json")).unwrap()).unwrap();
        assert_eq!(tasks[0][layer][0]["result"].as_array().map(Vec::len), Some(2));
        assert_eq!(tasks[0][layer][0]["score"].as_f64(), score);
        let config = std::fs::read_to_string(folder.path().join("tasks.config.xml")).unwrap();
        assert!(config.contains("<Label value=\"A&amp;&quot;B\"/>") && config.contains("<Choice value=\"CFS\"/>"));
    }
}

proptest! {
    #[test]
    fn nothing_is_lost(documents in documents()) {
        let (back, losses) = there_and_back(&documents, Format::LabelStudio, "out.json").unwrap();
        prop_assert_eq!(back, documents);
        prop_assert!(losses.is_empty());
    }
}
