//! Classes as words: one, or several where an annotation does not tell them apart. And scores, which have their range.

use super::OneOf;
use crate::labels::{ClaimType, ClaimerKind, Mode, Verifiability, Worth};

/// A closed set of labels.
pub(super) trait Class: Copy + PartialEq + 'static {
    /// What the set is of.
    const WHAT: &'static str;
    /// Every label of it.
    fn all() -> &'static [Self];
    /// The label's word.
    fn word(self) -> &'static str;
}

macro_rules! classes {
    ($($set:ty: $what:literal),+ $(,)?) => {
        $(impl Class for $set {
            const WHAT: &'static str = $what;

            fn all() -> &'static [Self] {
                Self::ALL
            }

            fn word(self) -> &'static str {
                self.as_str()
            }
        })+
    };
}

classes! {
    Worth: "check-worthiness",
    Verifiability: "verifiability",
    ClaimType: "type",
    Mode: "mode",
    ClaimerKind: "kind of claimer",
}

/// The class called `word`.
pub(super) fn class<T: Class>(word: &str) -> Result<T, String> {
    let expected = || T::all().iter().map(|c| c.word()).collect::<Vec<_>>().join(", ");
    T::all().iter().copied().find(|c| c.word() == word).ok_or_else(|| format!("found {} {word:?}, expected one of {}", T::WHAT, expected()))
}

/// The classes called so, each once.
pub(super) fn classes<T: Class>(words: &[String]) -> Result<Vec<T>, String> {
    let mut found: Vec<T> = Vec::new();
    for word in words {
        let class = class(word)?;
        if found.contains(&class) {
            return Err(format!("found {} {word:?} twice", T::WHAT));
        }
        found.push(class);
    }
    Ok(found)
}

/// One class, or one of several; nothing where there is no word.
pub(super) fn one_of<T: Class>(words: &[String]) -> Result<Option<OneOf<T>>, String> {
    let found = classes(words)?;
    Ok(match found[..] {
        [] => None,
        [one] => Some(OneOf::One(one)),
        _ => Some(OneOf::Several(found)),
    })
}

/// The words of what something may be.
pub(super) fn words<T: Class>(classes: &[T]) -> Vec<String> {
    classes.iter().map(|c| c.word().to_owned()).collect()
}

/// A score, if there is one.
pub(super) fn scored(score: Option<f64>) -> Result<Option<f64>, String> {
    match score {
        Some(score) if !(0.0..=1.0).contains(&score) => Err(format!("found score {score}, expected one in [0, 1]")),
        score => Ok(score),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_class_several_or_none() {
        let of = |words: &[&str]| one_of::<Worth>(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["CFS"]), Ok(Some(OneOf::One(Worth::Cfs))));
        assert_eq!(of(&["UFS", "NFS"]), Ok(Some(OneOf::Several(vec![Worth::Ufs, Worth::Nfs]))));
        assert!(of(&["cfs"]).unwrap_err().contains("expected one of NFS, UFS, CFS"));
        assert!(of(&["CFS", "CFS"]).unwrap_err().contains("twice"));
    }
}
