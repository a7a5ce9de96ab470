//! Articles that repeat an earlier one, in whole or nearly.
//!
//! MinHash (Broder, 1997) over sequences of three words: of each document the smallest of many hashes are kept, and the share of them that
//! two documents have in common estimates the share of sequences they have in common. Documents are compared where a band of
//! these agrees.

use std::collections::HashMap;

use crate::document::{Document, Duplicate};

/// Words in a sequence.
const SEQUENCE: usize = 3;
/// Bands of a signature, and hashes in each: at a similarity of .8 a pair is compared 99.98 times in a hundred, at .5 two times in three.
const BANDS: usize = 16;
const ROWS: usize = 4;
const HASHES: usize = BANDS * ROWS;
/// Documents remembered under one band: where more agree in it, it is boilerplate, and others tell them apart.
const MOST_IN_BAND: usize = 16;
/// Shorter documents repeat another only word for word.
const SHORTEST: usize = 12;

/// The documents seen so far.
pub(super) struct Duplicates {
    threshold: f64,
    seen: Vec<Seen>,
    /// The first document with a band, by the band's hash and number.
    bands: HashMap<u64, u32>,
    /// The next ones, where there are several.
    others: HashMap<u64, Vec<u32>>,
    /// By the hash of all words.
    whole: HashMap<u64, u32>,
}

struct Seen {
    doc_id: String,
    signature: [u32; HASHES],
}

impl Duplicates {
    pub fn new(threshold: f64) -> Self {
        Self { threshold, seen: Vec::new(), bands: HashMap::new(), others: HashMap::new(), whole: HashMap::new() }
    }

    /// What a document repeats; one that repeats nothing is remembered.
    pub fn look(&mut self, document: &Document) -> Option<Duplicate> {
        let words: Vec<u64> = words(&document.text).map(|word| hash(word.as_bytes())).collect();
        let whole = words.iter().fold(words.len() as u64, |all, word| mixed(all ^ word));
        if let Some(first) = self.whole.get(&whole) {
            return Some(self.duplicate(*first, 1.0));
        }
        let number = u32::try_from(self.seen.len()).ok()?;
        let signature = signature(&words);
        let bands = (words.len() >= SHORTEST).then(|| bands(&signature));
        // Of equally similar ones the first.
        let best =
            self.candidates(bands.iter().flatten()).into_iter().map(|n| (similarity(&self.seen[n as usize].signature, &signature), n));
        let best = best.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).filter(|(alike, _)| *alike >= self.threshold);
        if let Some((alike, first)) = best {
            return Some(self.duplicate(first, alike));
        }
        bands.iter().flatten().for_each(|band| self.remember(*band, number));
        self.whole.insert(whole, number);
        self.seen.push(Seen { doc_id: document.doc_id.clone(), signature });
        None
    }

    /// The documents that agree in one of the bands, each once.
    fn candidates<'b>(&self, bands: impl Iterator<Item = &'b u64>) -> Vec<u32> {
        let of = |band: &u64| self.bands.get(band).into_iter().chain(self.others.get(band).into_iter().flatten()).copied();
        let mut candidates: Vec<u32> = bands.flat_map(of).collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    fn remember(&mut self, band: u64, number: u32) {
        if *self.bands.entry(band).or_insert(number) != number {
            let others = self.others.entry(band).or_default();
            if others.len() + 1 < MOST_IN_BAND {
                others.push(number);
            }
        }
    }

    fn duplicate(&self, first: u32, similarity: f64) -> Duplicate {
        Duplicate { document: self.seen[first as usize].doc_id.clone(), similarity }
    }
}

/// Words as they are compared: what is letter or digit, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn signature(words: &[u64]) -> [u32; HASHES] {
    let mut smallest = [u32::MAX; HASHES];
    for sequence in words.windows(SEQUENCE.min(words.len().max(1))) {
        let base = sequence.iter().fold(0u64, |all, word| mixed(all ^ word));
        for (nth, smallest) in smallest.iter_mut().enumerate() {
            let hashed = (mixed(base ^ (nth as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 32) as u32;
            *smallest = hashed.min(*smallest);
        }
    }
    smallest
}

fn bands(signature: &[u32; HASHES]) -> Vec<u64> {
    let band = |(nth, rows): (usize, &[u32])| rows.iter().fold(nth as u64 + 1, |all, row| mixed(all ^ u64::from(*row)));
    signature.chunks_exact(ROWS).enumerate().map(band).collect()
}

fn similarity(a: &[u32; HASHES], b: &[u32; HASHES]) -> f64 {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as f64 / HASHES as f64
}

/// FNV-1a, which gives the same on every machine.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |all, byte| (all ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

/// The finalizer of SplitMix64 (Steele et al., 2014): every bit in changes half of those out.
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: &str = "The council voted on Monday to close three schools in the north of the city. A report had found that the number of pupils \
        fell by a fifth in ten years. Parents said they would go to court. The mayor, Dana Cole, told reporters that nobody would lose a \
        place and that buses would be free. The opposition called the vote a disgrace. A final decision is expected in September, after the \
        holidays, when the education ministry has looked at the plans and at what they would cost.";

    fn document(id: &str, text: &str) -> Document {
        Document { doc_id: id.into(), text: text.into(), ..Document::default() }
    }

    #[test]
    fn the_same_words_are_the_same_document_whatever_stands_between_them() {
        let mut known = Duplicates::new(0.8);
        assert_eq!(known.look(&document("a", ARTICLE)), None);
        let found = known.look(&document("b", &ARTICLE.replace(". ", ".\n\n").to_uppercase())).unwrap();
        assert_eq!((found.document.as_str(), found.similarity), ("a", 1.0));
    }

    #[test]
    fn an_edited_copy_is_near_and_another_article_is_not() {
        let mut known = Duplicates::new(0.7);
        assert_eq!(known.look(&document("a", ARTICLE)), None);
        let edited = ARTICLE.replace("Dana Cole", "D. Cole").replace("called the vote a disgrace", "protested");
        let found = known.look(&document("b", &edited)).unwrap();
        assert_eq!(found.document, "a");
        assert!((0.7..1.0).contains(&found.similarity), "{}", found.similarity);
        let other = "Three people were hurt when a bus left the road near the harbour on Sunday. Police said the driver had fallen asleep.";
        assert_eq!(known.look(&document("c", other)), None);
    }

    #[test]
    fn what_repeats_is_not_remembered_and_little_text_repeats_only_word_for_word() {
        let mut known = Duplicates::new(0.8);
        assert_eq!(known.look(&document("a", "Rain in Paris on Monday")), None);
        assert_eq!(known.look(&document("b", "Rain in Paris on Tuesday")), None);
        assert_eq!(known.look(&document("c", "Rain in Paris on Monday")).unwrap().document, "a");
        assert_eq!(known.look(&document("d", "rain in paris, on monday")).unwrap().document, "a");
        assert_eq!(known.look(&document("e", "")), None);
        assert_eq!(known.look(&document("f", "—")).unwrap().document, "e");
    }

    /// A document that shares `shared` of a hundred words in a row with all others of its kind.
    fn report(number: usize, shared: usize) -> Document {
        let own = (0..100 - shared).map(|n| format!("w{number}x{n}"));
        let words: Vec<String> = (0..shared).map(|n| format!("shared{n}")).chain(own).collect();
        document(&number.to_string(), &words.join(" "))
    }

    #[test]
    fn many_articles_that_share_text_are_each_compared_with_few() {
        let mut known = Duplicates::new(0.8);
        for number in 0..2000 {
            assert_eq!(known.look(&report(number, 60)), None);
        }
        let most = known.others.values().map(Vec::len).max();
        assert_eq!(most, Some(MOST_IN_BAND - 1), "the text they share fills its bands");
        let held = known.candidates(known.bands.keys()).len();
        assert_eq!(held, 2000, "each is found by a band of its own");
        // Copies are found all the same, early ones and late ones.
        for number in [0, 7, 1000, 1999] {
            let Document { text, .. } = report(number, 60);
            let found = known.look(&document("copy", &text.replace("w", "W").replacen("x99", "", 1).replace("shared3 ", ""))).unwrap();
            assert_eq!(found.document, number.to_string());
        }
    }

    /// Bytes of the heap, of hash tables as the standard library builds them: a byte beside each place, an eighth of them empty.
    fn held(known: &Duplicates) -> usize {
        let table = |capacity: usize, entry: usize| capacity * 8 / 7 * (entry + 1);
        known.seen.capacity() * size_of::<Seen>()
            + known.seen.iter().map(|seen| seen.doc_id.capacity()).sum::<usize>()
            + table(known.bands.capacity(), size_of::<(u64, u32)>())
            + table(known.others.capacity(), size_of::<(u64, Vec<u32>)>())
            + known.others.values().map(|others| others.capacity() * size_of::<u32>()).sum::<usize>()
            + table(known.whole.capacity(), size_of::<(u64, u32)>())
    }

    #[test]
    fn an_article_costs_as_little_memory_as_is_said() {
        let mut known = Duplicates::new(0.8);
        let mut sum = 0;
        for number in 1..=4000 {
            assert_eq!(known.look(&report(number, 0)), None);
            if number > 2000 {
                sum += held(&known) / number;
            }
        }
        // Tables double: the mean over a doubling.
        assert!((700..900).contains(&(sum / 2000)), "{}", sum / 2000);
    }
}
