//! CoNLL-U (universaldependencies.org/format.html): ten columns a word, sentences as they stand in the text; entities
//! and attributions as GUM (gucorpling.org/gum) has them in the last column.

mod bracketing;
mod discourse;
mod lines;
mod printing;

use std::path::Path;

use super::intake::Intake;
use super::tokens::{Tag, lines, mentions};
use super::{ConvertError, LabelledAttribution, LabelledDocument, LabelledEntity, LabelledSentence, files, text_of};
use crate::span::Span;
use bracketing::Bracketing;
use lines::{Comments, Sentence, Word, misc_value};

pub(super) use printing::write;

pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut documents = Vec::new();
    for file in files(path, &["conllu"])? {
        let content = text_of(&file);
        if let Some(content) = intake.take(content)? {
            documents.extend(read_file(&file, &content, intake)?);
        }
    }
    Ok(documents)
}

fn read_file(path: &Path, content: &str, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let bracketing = lines::header(content, "global.Entity").map(Bracketing::new);
    let mut documents = Vec::new();
    let mut draft = Draft::default();
    for (comments, sentence) in lines::sentences(path, content) {
        // A sentence that cannot be read still opens its document.
        if comments.opens("newdoc") {
            documents.extend(std::mem::take(&mut draft).finish(path, intake)?);
        }
        draft.head.get_or_insert(comments);
        let read = sentence.and_then(|s| Ok((draft.mentions(path, &s, bracketing.as_ref(), intake)?, s)));
        match intake.take(read)? {
            Some((mentions, sentence)) => draft.push(sentence, mentions),
            None => draft.has_holes = true,
        }
    }
    documents.extend(draft.finish(path, intake)?);
    if documents.is_empty() {
        return Err(ConvertError::file(path, "holds no sentence; expected the ten columns of CoNLL-U"));
    }
    if bracketing.is_none() && lines(content).any(|l| misc_value(l.rsplit('\t').next().unwrap_or(""), "Entity").is_some()) {
        intake.note("`Entity=` was not read: no `# global.Entity` says what its fields are");
    }
    Ok(documents)
}

/// A document whose sentences come in one by one.
#[derive(Default)]
struct Draft<'t> {
    /// What stands above its first sentence.
    head: Option<Comments<'t>>,
    text: String,
    /// Each sentence and where its text begins.
    sentences: Vec<(usize, Sentence<'t>)>,
    /// `None` until something says that entities are marked.
    mentions: Option<Vec<Mention>>,
    /// Sentences were left out.
    has_holes: bool,
}

impl<'t> Draft<'t> {
    fn head(&self, key: &str) -> Option<&'t str> {
        self.head.as_ref()?.value(key)
    }

    /// The mentions of a sentence; `None` where nobody looked for them.
    fn mentions(
        &self,
        path: &Path,
        sentence: &Sentence,
        bracketing: Option<&Bracketing>,
        intake: &mut Intake,
    ) -> Result<Option<Vec<Mention>>, ConvertError> {
        match bracketing {
            _ if self.head("entities") == Some("none") => Ok(None),
            Some(bracketing) => bracketing.mentions(path, &sentence.words, intake).map(Some),
            None if sentence.tagged.iter().all(|t| t.tag.is_none()) => Ok(None),
            None => tagged_mentions(path, sentence).map(Some),
        }
    }

    fn push(&mut self, sentence: Sentence<'t>, mentions: Option<Vec<Mention>>) {
        if let Some((_, last)) = self.sentences.last() {
            self.text.push_str(&last.space_behind(Some(&sentence)));
        }
        self.text.push_str(&sentence.space_before);
        let base = self.text.len();
        self.text.push_str(&sentence.text);
        self.sentences.push((base, sentence));
        if let Some(mentions) = mentions {
            let moved = mentions.into_iter().map(|m| Mention { span: Span::new(base + m.span.start, base + m.span.end), ..m });
            self.mentions.get_or_insert_default().extend(moved);
        }
    }

    fn finish(mut self, path: &Path, intake: &mut Intake) -> Result<Option<LabelledDocument>, ConvertError> {
        let Some((_, last)) = self.sentences.last() else { return Ok(None) };
        let end = last.space_behind(None);
        self.text.push_str(&end);
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let attributions = self.attributions(path, intake)?;
        let sentence = |(base, s): &(usize, Sentence)| Span::new(*base, base + s.text.len()).trimmed(&self.text);
        let spans = self.sentences.iter().map(sentence);
        let sentences = spans.map(|span| LabelledSentence { span, ..LabelledSentence::default() }).collect();
        Ok(Some(LabelledDocument {
            doc_id: self.head("newdoc id").filter(|id| !id.is_empty()).map_or(file, str::to_owned),
            rebuilt: self.head("rebuilt") == Some("true"),
            url: self.head("meta::sourceURL").map(str::to_owned),
            sentences: (self.head("sentences") != Some("none")).then_some(sentences),
            entities: self.mentions.map(|mentions| entities(path, mentions, intake)).transpose()?,
            attributions,
            text: self.text,
            ..LabelledDocument::default()
        }))
    }

    fn attributions(&self, path: &Path, intake: &mut Intake) -> Result<Option<Vec<LabelledAttribution>>, ConvertError> {
        let words: Vec<Word> = self.sentences.iter().flat_map(|(base, s)| s.words.iter().map(|w| w.moved(*base))).collect();
        if self.has_holes && words.iter().any(|w| misc_value(w.misc, "Discourse").is_some()) {
            // They count words and units through the whole document.
            intake.note("attributions of a document were left out, as one of its sentences was");
            return Ok(None);
        }
        discourse::attributions(path, &words, &self.text, intake)
    }
}

fn entities(path: &Path, mentions: Vec<Mention>, intake: &mut Intake) -> Result<Vec<LabelledEntity>, ConvertError> {
    let mut entities = Vec::new();
    for Mention { span, label, line } in mentions {
        let mapped = intake.label(&label).map_err(|reason| ConvertError::line(path, line, reason));
        if let Some(Some(label)) = intake.take(mapped)? {
            entities.push(LabelledEntity { span, label, score: None });
        }
    }
    entities.sort_by_key(|e| (e.span.start, std::cmp::Reverse(e.span.end)));
    Ok(entities)
}

/// A mention, in the text of its sentence or, later, of its document.
struct Mention {
    span: Span,
    label: String,
    line: usize,
}

/// Mentions from `NER=B-PER` and its like.
fn tagged_mentions(path: &Path, sentence: &Sentence) -> Result<Vec<Mention>, ConvertError> {
    let tokens = &sentence.tagged;
    let wrong = |t: &lines::Tagged, reason| ConvertError::line(path, t.line, reason);
    let tags = tokens.iter().map(|t| Tag::read(t.tag.unwrap_or("O")).map_err(|reason| wrong(t, reason)));
    let tags = tags.collect::<Result<Vec<_>, _>>()?;
    let mention = |(range, label): (std::ops::Range<usize>, &str)| {
        let tokens = tokens.get(range)?;
        let line = tokens.first()?.line;
        Some(Mention { span: Span::new(tokens.first()?.span.start, tokens.last()?.span.end), label: label.to_owned(), line })
    };
    Ok(mentions(&tags).into_iter().filter_map(mention).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Reading, testing};
    use proptest::prelude::*;

    fn reading(content: &str, lenient: bool) -> Result<Reading, ConvertError> {
        testing::file(read, "a.conllu", content, lenient)
    }

    /// Words as `ID FORM UPOS MISC`, in the ten columns; other lines as they are.
    fn conllu(short: &str) -> String {
        let line = |line: &str| match line.split(' ').collect::<Vec<_>>()[..] {
            [id, form, upos, misc] if !line.starts_with('#') => format!("{id}\t{form}\t_\t{upos}\t_\t_\t_\t_\t_\t{misc}\n"),
            _ => format!("{line}\n"),
        };
        short.lines().map(|l| line(l.trim_start())).collect()
    }

    fn of(short: &str) -> Vec<LabelledDocument> {
        reading(&conllu(short), false).unwrap().documents
    }

    fn entities(document: &LabelledDocument) -> Vec<(&str, &str)> {
        document.entities.iter().flatten().map(|e| (e.span.of(&document.text), e.label.as_str())).collect()
    }

    #[test]
    fn text_is_as_the_file_spaces_it() {
        let documents = of(r"# newdoc id = a
            # newpar
            # text = Don't go!
            1-2 Don't _ _
            1 Do AUX _
            2 n't PART _
            3 go VERB SpaceAfter=No
            3.1 went VERB _
            4 ! PUNCT _

            # newpar id = p2
            1 So ADV SpacesAfter=\s\n
            2 be VERB SpaceAfter=No
            3 . PUNCT SpaceAfter=No

            1 Yes INTJ SpaceAfter=No

            # newdoc
            1 End NOUN SpacesAfter=\n");
        assert_eq!(documents[0].text, "Don't go!\n\nSo \nbe.Yes");
        assert_eq!((documents.len(), documents[1].text.as_str()), (2, "End\n"));
        assert!(documents[0].entities.is_none() && documents[0].attributions.is_none() && !documents[0].rebuilt);
        let sentences: Vec<_> = documents[0].sentences.iter().flatten().map(|s| s.span.of(&documents[0].text)).collect();
        assert_eq!(sentences, ["Don't go!", "So \nbe.", "Yes"]);
    }

    #[test]
    fn named_mentions_are_taken_others_told() {
        let short = "# global.Entity = GRP-etype-infstat-minspan-link
            1 Her PRON Entity=(1-person-new-2-coref(2-person-giv-1-ana)
            2 aide NOUN _
            3 Ann PROPN Entity=(3-person-new-1-coref
            4 of ADP _
            5 Rome PROPN Entity=(4-place-acc-1-coref)3)
            6 , PUNCT Entity=1)
            7 in ADP _
            8 1998 NUM Entity=(5-time-new-1-sgl)
            9 or CCONJ _
            10 two NUM Entity=(6-time-new-2-sgl
            11 years NOUN Entity=6)";
        let reading = reading(&conllu(short), false).unwrap();
        assert_eq!(entities(&reading.documents[0]), [("Ann of Rome", "person"), ("Rome", "place"), ("1998", "time")]);
        assert!(reading.notes[0].ends_with("(3 times)"), "{:?}", reading.notes);
    }

    #[test]
    fn tags_in_the_last_column_are_read() {
        let documents = of("1-2 Ann's _ ner=S-PER
            1 Ann PROPN _
            2 's PART _
            3 New PROPN NER=B-LOC
            4 York PROPN NER=I-LOC|SpaceAfter=No
            5 . PUNCT NER=O");
        assert_eq!(entities(&documents[0]), [("Ann's", "PER"), ("New York", "LOC")]);
    }

    #[test]
    fn bad_lines_are_told_or_only_their_sentence_is_left_out() {
        for (bad, says) in [
            ("1 a _ _\n3 b _ _", "line 5: found the ID 3, expected 2"),
            ("1 a _ _\nx b _ _", "line 5: found the ID \"x\""),
            ("1-2 ab _ _\n1 a _ _", "line 5: found no word 2"),
            ("1 a _ SpacesAfter=XYZ\n2 b _ _", "line 4: found SpacesAfter=XYZ, expected white space"),
            (r"1 a _ SpacesBefore=\s\p", r"line 4: found SpacesBefore=\s\p"),
            ("1 a _", "line 4: found 1 columns apart by tabs, expected 10"),
            ("# text = b\n1 a _ _", "line 5: the token \"a\" does not stand at \"b\""),
            ("# text = a b\n1 a _ _", "line 5: `# text` goes on with \"b\""),
            ("1 a _ Entity=(1-person", "line 4: the bracket \"1\" is not closed"),
            ("1 a _ Entity=1)", "line 4: the bracket \"1\" is closed but"),
            ("1 a _ Entity=1", "line 4: found \"1\" in Entity=1"),
            ("1 a _ Entity=(1)", "line 4: the bracket \"1\" has no entity type"),
            ("1 a _ Discourse=attribution-positive:4", "line 4: the attribution 4 has no unit"),
            ("1 a _ Discourse=attribution:x->4", "line 4: found \"attribution:x->4\""),
            ("1 a _ Discourse=attribution:1->1:0:sem-atsrc-9-_", "line 4: found the words \"9\""),
        ] {
            let file = conllu(&format!("# global.Entity = GRP-etype\n1 Ann _ Entity=(1-person)\n\n{bad}\n\n1 Bob _ Entity=(1-person)"));
            let error = reading(&file, false).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
            let lenient = reading(&file, true).unwrap();
            assert_eq!(entities(&lenient.documents[0]), [("Ann", "person"), ("Bob", "person")], "{bad}");
            assert_eq!(lenient.skipped.len(), 1, "{bad}");
        }
    }

    #[test]
    fn an_unreadable_first_sentence_still_opens_its_document() {
        let short = "# newdoc id = A\n1 Ann _ _\n\n# newdoc id = B\n# rebuilt = true\n# text = bad\n1 Bob _ _\n\n1 Ben _ _\n\n# newdoc id = C\n1 Cid _ _";
        let reading = reading(&conllu(short), true).unwrap();
        let documents = reading.documents.iter().map(|d| (d.doc_id.as_str(), d.text.as_str(), d.rebuilt)).collect::<Vec<_>>();
        assert_eq!(documents, [("A", "Ann", false), ("B", "Ben", true), ("C", "Cid", false)]);
        assert_eq!(reading.skipped.len(), 1);
    }

    #[test]
    fn a_sentence_with_a_bad_tag_or_bracket_is_left_out_whole() {
        for short in [
            "1 Ann _ NER=B-PER\n\n1 Bob _ NER=B-PER\n2 ran _ NER=Q\n\n1 Cid _ NER=B-PER",
            "# global.Entity = GRP-etype\n1 Ann _ Entity=(1-PER)\n\n1 Bob _ Entity=(1-PER\n\n1 Cid _ Entity=(1-PER)",
        ] {
            let reading = reading(&conllu(short), true).unwrap();
            assert_eq!((reading.documents[0].text.as_str(), reading.skipped.len()), ("Ann Cid", 1), "{short}");
            assert_eq!(entities(&reading.documents[0]), [("Ann", "PER"), ("Cid", "PER")]);
        }
    }

    #[test]
    fn words_of_a_document_with_a_hole_are_not_counted() {
        let short = "# text = bad\n1 Ann _ _\n\n1 He _ Discourse=attribution:1->2:0:sem-atsrc-2-_\n2 says _ _\n3 yes _ Discourse=root:2";
        let reading = reading(&conllu(short), true).unwrap();
        assert_eq!(reading.documents[0].attributions, None);
        assert_eq!(reading.notes, ["attributions of a document were left out, as one of its sentences was"]);
    }

    #[test]
    fn brackets_without_their_header_are_told() {
        let reading = reading(&conllu("1 Ann _ SpaceAfter=No|Entity=(1-person)"), false).unwrap();
        assert!(reading.documents[0].entities.is_none() && reading.notes[0].contains("global.Entity"), "{:?}", reading.notes);
    }

    #[test]
    fn lines_of_old_macs_are_lines() {
        let old = conllu("# newdoc id = a\n# text = Ann ran\n1 Ann _ NER=B-PER\n2 ran _ _\n\n1 Yes _ _").replace('\n', "\r");
        let documents = reading(&old, false).unwrap().documents;
        assert_eq!((documents[0].text.as_str(), entities(&documents[0])), ("Ann ran Yes", vec![("Ann", "PER")]));
        let error = reading(&format!("{old}\r1\tx\r"), false).unwrap_err().to_string();
        assert!(error.contains("line 8: found 2 columns"), "{error}");
    }

    proptest! {
        #[test]
        fn whatever_is_read_its_spans_fit_the_text(rows in prop::collection::vec(
            r"[12][-.]?[12]? (a|b'|é|😀) (PROPN|_) (Entity=[(]?[12]-?[ab]?[)]?|SpacesAfter=\\?[sn]?|Discourse=attribution:[12](->[12])?(:[01](:sem-atsrc-[1-3]-_)?)?|_)|# text = (a b'|é😀)||# newdoc",
            0..9,
        )) {
            for lenient in [false, true] {
                let Ok(reading) = reading(&conllu(&rows.join("\n")), lenient) else { continue };
                for document in &reading.documents {
                    let entities = document.entities.iter().flatten().map(|e| e.span);
                    let parts = document.attributions.iter().flatten().flat_map(|a| a.spans().flatten().copied());
                    prop_assert!(entities.chain(parts).all(|s| !s.of(&document.text).is_empty()));
                }
            }
        }
    }
}
