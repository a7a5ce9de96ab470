//! A data set of the configuration, read: its documents, what a program read in them, and what its grades say.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::config::Config;
use super::data_set::{DataSet, Derived};
use super::examples::Share;
use super::grades;
use crate::convert::{self, Format, LabelMap, LabelledDocument, LabelledSentence, OneOf};
use crate::labels::{Verifiability, Worth};

impl Config {
    /// A corpus to learn from: its part, with its own labels.
    pub(super) fn corpus(&self, set: &DataSet) -> Result<Vec<LabelledDocument>> {
        let mut documents = self.read_set(set, LabelMap::default())?.documents;
        if let Some(path) = &set.grades {
            documents = grades::graded(&self.locate(path), documents)?;
        }
        if let Some(wanted) = set.sentences {
            thin_out(&mut documents, wanted);
        }
        Ok(documents)
    }

    /// What a program read in the documents of a corpus, in their order.
    pub(super) fn silver(&self, set: &DataSet, documents: &[LabelledDocument]) -> Result<Option<Vec<LabelledDocument>>> {
        let Some(path) = set.silver.as_ref().map(|path| self.locate(path)) else { return Ok(None) };
        let options = convert::Options::default();
        let read = convert::read(&path, Format::Gold, &options)?.documents;
        let mut by_id: BTreeMap<String, LabelledDocument> = read.into_iter().map(|d| (d.doc_id.clone(), d)).collect();
        let of = |document: &LabelledDocument| {
            let silver =
                by_id.remove(&document.doc_id).with_context(|| format!("{}: holds no document {:?}", path.display(), document.doc_id))?;
            ensure!(silver.text == document.text, "{}: the text of {:?} is not that of the corpus", path.display(), document.doc_id);
            Ok(silver)
        };
        documents.iter().map(of).collect::<Result<Vec<_>>>().map(Some)
    }
}

impl DataSet {
    /// Verifiability of a sentence, as this set teaches it.
    pub(super) fn verifiability(&self, sentence: &LabelledSentence) -> Option<OneOf<Verifiability>> {
        use Verifiability::{Factual, Mixed, None, Opinion};
        let several =
            |yes: bool, then: [Verifiability; 2], other: [Verifiability; 2]| OneOf::Several((if yes { then } else { other }).into());
        let derives = |derived| self.derive.contains(&derived);
        match (&sentence.verifiability, &sentence.worth) {
            (Some(class), _) if derives(Derived::Subjectivity) => {
                class.is_one_of(&[Opinion]).map(|judges| several(judges, [Opinion, Mixed], [Factual, None]))
            }
            (Option::None, Some(worth)) if derives(Derived::VerifiabilityFromCheckWorthiness) => {
                worth.is_one_of(&[Worth::Nfs]).map(|nothing| several(nothing, [Opinion, None], [Factual, Mixed]))
            }
            (class, _) => class.clone(),
        }
    }

    /// Check-worthiness of a sentence, as this set teaches it.
    pub(super) fn worth(&self, sentence: &LabelledSentence) -> Option<OneOf<Worth>> {
        let derives = self.derive.contains(&Derived::CheckWorthinessFromVerifiability);
        match (&sentence.worth, &sentence.verifiability) {
            (None, Some(class)) if derives => class
                .is_one_of(&[Verifiability::Factual, Verifiability::Mixed])
                .map(|verifiable| if verifiable { OneOf::Several(vec![Worth::Ufs, Worth::Cfs]) } else { OneOf::One(Worth::Nfs) }),
            (worth, _) => worth.clone(),
        }
    }
}

/// Keeps `wanted` sentences of all documents, evenly drawn.
fn thin_out(documents: &mut [LabelledDocument], wanted: usize) {
    let total: usize = documents.iter().map(|d| d.sentences_or_ours().len()).sum();
    let mut share = Share::of(wanted as f64 / total.max(1) as f64);
    for document in documents {
        let sentences = document.sentences_or_ours();
        document.sentences = Some(sentences.into_iter().filter(|_| share.takes()).collect());
    }
}
