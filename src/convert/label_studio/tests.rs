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
