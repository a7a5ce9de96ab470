//! CoNLL-U (universaldependencies.org/format.html): ten columns a word, sentences as they stand in the text; entities
//! and attributions as GUM (gucorpling.org/gum) has them in the last column.

mod bracketing;
mod discourse;
mod lines;
mod printing;

use std::path::Path;

use super::intake::Intake;
use super::tokens::{Tag, mentions};
use super::{ConvertError, LabelledDocument, LabelledEntity, LabelledSentence, files, text_of};
use crate::span::Span;
use bracketing::Bracketing;
use lines::{Sentence, Word};

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
    for sentence in lines::sentences(path, content) {
        let Some(sentence) = intake.take(sentence)? else { continue };
        if sentence.opens_document() {
            documents.extend(std::mem::take(&mut draft).finish(path, bracketing.as_ref(), intake)?);
        }
        draft.push(sentence);
    }
    documents.extend(draft.finish(path, bracketing.as_ref(), intake)?);
    if documents.is_empty() {
        return Err(ConvertError::file(path, "holds no sentence; expected the ten columns of CoNLL-U"));
    }
    Ok(documents)
}

/// A document whose sentences come in one by one.
#[derive(Default)]
struct Draft<'t> {
    text: String,
    /// Each sentence and where its text begins.
    sentences: Vec<(usize, Sentence<'t>)>,
}

impl<'t> Draft<'t> {
    fn push(&mut self, sentence: Sentence<'t>) {
        if let Some((_, last)) = self.sentences.last() {
            self.text.push_str(&last.space_behind(Some(&sentence)));
        }
        self.text.push_str(&sentence.space_before);
        self.sentences.push((self.text.len(), sentence));
        if let Some((_, sentence)) = self.sentences.last() {
            self.text.push_str(&sentence.text);
        }
    }

    fn finish(
        mut self,
        path: &Path,
        bracketing: Option<&Bracketing>,
        intake: &mut Intake,
    ) -> Result<Option<LabelledDocument>, ConvertError> {
        let Some((_, first)) = self.sentences.first() else { return Ok(None) };
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let doc_id = first.comment("newdoc id").filter(|id| !id.is_empty()).map_or(file, str::to_owned);
        let (rebuilt, url) = (first.comment("rebuilt") == Some("true"), first.comment("meta::sourceURL").map(str::to_owned));
        if let Some((_, last)) = self.sentences.last() {
            let end = last.space_behind(None);
            self.text.push_str(&end);
        }
        let text = self.text;
        let sentence = |(base, s): &(usize, Sentence)| Span::new(*base, base + s.text.len()).trimmed(&text);
        let spans = self.sentences.iter().map(sentence);
        let sentences = Some(spans.map(|span| LabelledSentence { span, ..LabelledSentence::default() }).collect());
        let entities = entities(path, &self.sentences, bracketing, intake)?;
        let words: Vec<Word> = self.sentences.iter().flat_map(|(base, s)| s.words.iter().map(|w| w.moved(*base))).collect();
        let attributions = discourse::attributions(path, &words, &text, intake)?;
        Ok(Some(LabelledDocument { doc_id, text, rebuilt, url, sentences, entities, attributions, ..LabelledDocument::default() }))
    }
}

/// The entities of a document; `None` where the file marks none.
fn entities(
    path: &Path,
    sentences: &[(usize, Sentence)],
    bracketing: Option<&Bracketing>,
    intake: &mut Intake,
) -> Result<Option<Vec<LabelledEntity>>, ConvertError> {
    let tagged = sentences.iter().any(|(_, s)| s.tagged.iter().any(|t| t.tag.is_some()));
    let unmarked = sentences.first().is_some_and(|(_, s)| s.comment("entities") == Some("none"));
    if unmarked || bracketing.is_none() && !tagged {
        return Ok(None);
    }
    let mut entities = Vec::new();
    for (base, sentence) in sentences {
        let found = match bracketing {
            Some(bracketing) => bracketing.mentions(path, &sentence.words, intake),
            None => tagged_mentions(path, sentence),
        };
        for mention in intake.take(found)?.unwrap_or_default() {
            let mapped = intake.label(&mention.label).map_err(|reason| ConvertError::line(path, mention.line, reason));
            if let Some(Some(label)) = intake.take(mapped)? {
                let span = Span::new(base + mention.span.start, base + mention.span.end);
                entities.push(LabelledEntity { span, label, score: None });
            }
        }
    }
    entities.sort_by_key(|e| (e.span.start, std::cmp::Reverse(e.span.end)));
    Ok(Some(entities))
}

/// A mention of a sentence, which its text begins at 0.
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
