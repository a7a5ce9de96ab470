//! The words that decide whether a stop ends a sentence: abbreviations by how they bind to what
//! follows, and the few word lists that tell the start of a sentence from the rest of a name.

/// How an abbreviation's stop relates to the next word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Belongs to the next word, whatever it is: `Mr. He`, `e.g. The Times`.
    Binds,
    /// An abbreviation only before a number: `No. 10`, `p. 4`.
    BindsNumber,
    /// Often inside a name, sometimes last in a sentence (`Apple Inc. Chief`, `in the U.S. The`):
    /// ends a sentence only before a word that rarely continues a name.
    MayEnd,
    /// Usually last in its clause: ends a sentence before any capital letter (`etc. Police`).
    OftenEnds,
    /// A time of day: as [`Abbreviation::OftenEnds`], but a zone, day or month may follow.
    Clock,
}

/// Looks a word up, without its final stop. Case matters: `Ill.` is a state, `ill.` is not.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    use Abbreviation::{Binds, BindsNumber, Clock, MayEnd, OftenEnds};
    Some(match word {
        "Mr" | "Mrs" | "Ms" | "Mx" | "Dr" | "Drs" | "Prof" | "Rev" | "Revd" | "Fr" | "Msgr" | "Hon"
        | "Pres" | "Gov" | "Sen" | "Sens" | "Rep" | "Reps" | "Amb" | "Atty" | "Supt" | "Insp"
        | "Det" | "Gen" | "Maj" | "Brig" | "Col" | "Lt" | "Capt" | "Cmdr" | "Cdr" | "Adm" | "Sgt"
        | "Cpl" | "Pvt" | "Pfc" | "Messrs" | "Mme" | "Mlle" | "Sec" | "Asst" | "Assoc" | "Dep"
        | "Mt" | "mr" | "mrs" | "ms" | "dr" | "prof" | "MR" | "MRS" | "MS" | "DR" | "PROF" | "GEN"
        | "SEN" | "REP" | "GOV" | "LT" | "COL" | "SGT" | "CAPT" | "vs" | "v" | "Vs" | "cf" | "P.S"
        | "a.k.a" | "aka" | "e.g" | "i.e" | "eg" | "ie" | "viz" | "approx" | "Approx" | "incl"
        | "ca" => Binds,
        "No" | "Nos" | "no" | "nos" | "NO" | "p" | "pp" | "Fig" | "Figs" | "fig" | "Eq" | "Vol"
        | "vol" | "Ch" | "ch" | "Art" | "art" | "sec" | "Op" | "op" | "para" | "c" | "b" | "d"
        | "est" | "Est" | "Rs" | "ext" | "tel" | "Tel" => BindsNumber,
        "Inc" | "Corp" | "Co" | "Cos" | "Ltd" | "LTD" | "INC" | "CORP" | "CO" | "Bros" | "Pty"
        | "Plc" | "Assn" | "Dept" | "Univ" | "Inst" | "Intl" | "Natl" | "Govt"
        | "Jr" | "Sr" | "inc" | "corp" | "co" | "ltd" | "jr" | "sr" | "ST" | "JAN" | "FEB" | "AUG"
        | "SEPT" | "OCT" | "NOV" | "DEC" | "Esq" | "St" | "Ste" | "Ft" | "Pt" | "Ave" | "Blvd"
        | "Rd" | "Hwy" | "Apt" | "Bldg" | "Jan" | "Feb" | "Mar" | "Apr" | "Jun" | "Jul" | "Aug"
        | "Sep" | "Sept" | "Oct" | "Nov" | "Dec" | "Mon" | "Tue" | "Tues" | "Wed" | "Thu" | "Thur"
        | "Thurs" | "Fri" | "Ala" | "Ariz" | "Ark" | "Calif" | "Colo" | "Conn" | "Fla" | "Ga"
        | "Ill" | "Ind" | "Kan" | "Ky" | "La" | "Mass" | "Md" | "Mich" | "Minn" | "Miss" | "Mo"
        | "Mont" | "Neb" | "Nev" | "Okla" | "Ore" | "Pa" | "Tenn" | "Tex" | "Va" | "Vt" | "Wash"
        | "Wis" | "Wyo" | "al" | "Ph" | "dept" | "govt" | "sq" => MayEnd,
        "etc" | "mi" | "gal" | "ft" | "lb" | "lbs" | "oz" | "hr" | "hrs" | "min" | "mins" | "pct"
        | "yr" | "yrs" | "ed" | "eds" => OftenEnds,
        "a.m" | "p.m" | "A.M" | "P.M" | "am" | "pm" => Clock,
        _ => return None,
    })
}

/// Function words that, capitalised, open sentences and seldom continue a name.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn opens_sentence(word: &str) -> bool {
    matches!(
        word,
        "A" | "About" | "According" | "After" | "All" | "Also" | "Although" | "An" | "And"
        | "Another" | "Any" | "As" | "At" | "Because" | "Before" | "Both" | "But" | "By" | "Despite"
        | "During" | "Each" | "Even" | "Every" | "Few" | "For" | "From" | "He" | "Her" | "Here"
        | "His" | "How" | "However" | "I" | "If" | "In" | "Instead" | "It" | "Its" | "Last"
        | "Later" | "Many" | "Meanwhile" | "More" | "Most" | "My" | "Neither" | "Nobody" | "None"
        | "Nor" | "Not" | "Nothing" | "Now" | "On" | "Once" | "Only" | "Or" | "Other" | "Others"
        | "Our" | "She" | "Since" | "So" | "Some" | "Still" | "Such" | "That" | "The" | "Their"
        | "Then" | "There" | "These" | "They" | "This" | "Those" | "Though" | "Thus" | "To"
        | "Under" | "Unlike" | "Until" | "We" | "What" | "When" | "Whether" | "Which" | "While"
        | "Who" | "Why" | "With" | "Without" | "Yet" | "You" | "Your"
    ) || matches!(word.split_once(['\'', '’']), Some((head, tail)) if !tail.is_empty() && opens_sentence(head))
}

/// What may follow `5 p.m.` in the same sentence: a day, a month, a zone (`Eastern`, or capitals
/// such as `EST`).
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn follows_clock(word: &str) -> bool {
    let zone = (2..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
    zone || matches!(
        word,
        "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday"
        | "January" | "February" | "March" | "April" | "May" | "June" | "July" | "August"
        | "September" | "October" | "November" | "December" | "Jan" | "Feb" | "Mar" | "Apr" | "Jun"
        | "Jul" | "Aug" | "Sep" | "Sept" | "Oct" | "Nov" | "Dec" | "Mon" | "Tue" | "Tues" | "Wed"
        | "Thu" | "Thurs" | "Fri" | "Sat" | "Sun" | "Eastern" | "Central" | "Mountain" | "Pacific"
        | "Greenwich" | "British" | "London" | "Moscow"
    )
}

/// Names that end in a mark of their own.
pub(super) fn name_with_mark(word: &str) -> bool {
    matches!(word, "Yahoo" | "Jeopardy" | "Joomla" | "Wham" | "Which")
}

/// Verbs that attribute the question or cry quoted before them.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn reports_speech(word: &str) -> bool {
    matches!(
        word,
        "asked" | "asks" | "wondered" | "said" | "says" | "replied" | "shouted" | "cried"
        | "exclaimed" | "yelled" | "screamed" | "tweeted" | "wrote" | "added" | "joked" | "demanded"
    )
}

/// Nouns that take a letter as their label, so that the letter is no initial: `plan B. Ministers`.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn takes_letter(word: &str) -> bool {
    matches!(
        word,
        "vitamin" | "hepatitis" | "plan" | "group" | "type" | "class" | "grade" | "category"
        | "appendix" | "section" | "figure" | "option" | "exhibit" | "team"
    )
}

/// Words that cannot be the last of a line unless the line is wrapped: articles, prepositions and
/// conjunctions.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn expects_more(word: &str) -> bool {
    matches!(
        word,
        "a" | "an" | "the" | "and" | "or" | "but" | "of" | "to" | "for" | "with" | "by" | "from"
        | "at" | "in" | "on" | "as" | "than" | "that" | "which" | "who" | "whose" | "its" | "his"
        | "her" | "their" | "our" | "my" | "your" | "is" | "are" | "was" | "were" | "be" | "been"
        | "has" | "have" | "had" | "will" | "would" | "not"
    )
}
