//! The word lists that readers decide by, where a list is longer than a line.

/// Words which, capitalised, open a sentence and go with the number after them: `About 200`.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn opens_before_number(word: &str) -> bool {
    matches!(
        word,
        "the" | "a" | "an" | "about" | "around" | "nearly" | "almost" | "some" | "only" | "just" | "over" | "under" | "at" | "in"
        | "of" | "and" | "or" | "but" | "with" | "than" | "to" | "for" | "from" | "by" | "all" | "these" | "those" | "his"
        | "her" | "its" | "their" | "our" | "my" | "last" | "next" | "first" | "another" | "up" | "roughly" | "approximately"
        | "exactly" | "between" | "on" | "after" | "before" | "since" | "until" | "when" | "while" | "if" | "as" | "is" | "are"
        | "was" | "were" | "there" | "that" | "which" | "most" | "both" | "every" | "any" | "not" | "even" | "still" | "now"
        | "then" | "where" | "what" | "how" | "more" | "least" | "fewer" | "less" | "during" | "within" | "early" | "late"
        | "mid" | "into" | "against" | "per" | "other" | "each" | "hundreds" | "including" | "among" | "through" | "out" | "have"
        | "has" | "had" | "it" | "he" | "she" | "they" | "we" | "i" | "you"
    )
}

/// Nouns that are named by the number after them and seldom followed by a count: `page 5`.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn is_numbered(word: &str) -> bool {
    matches!(
        word,
        "section" | "sections" | "page" | "pages" | "chapter" | "chapters" | "article" | "articles" | "paragraph" | "clause"
        | "clauses" | "number" | "numbers" | "nos" | "figure" | "table" | "appendix" | "annex" | "channel" | "channels" | "radio"
        | "level" | "levels" | "grade" | "grades" | "phase" | "type" | "version" | "versions" | "category" | "lap" | "scene"
        | "volume" | "vol" | "verse" | "gate" | "platform" | "row" | "room" | "flight" | "route" | "bus" | "junction"
        | "motorway" | "hole" | "ward" | "zone" | "formula" | "resolution" | "amendment" | "proposition" | "tier" | "extension"
        | "warehouse" | "hangar" | "episode" | "reactor" | "minus" | "protocol"
    )
}

/// Nouns so often counted in news that a number before them is neither a score nor a year.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn is_counted(word: &str) -> bool {
    matches!(
        word,
        "people" | "persons" | "men" | "women" | "children" | "boys" | "girls" | "workers" | "jobs" | "employees" | "staff"
        | "soldiers" | "troops" | "students" | "pupils" | "patients" | "passengers" | "members" | "users" | "customers"
        | "subscribers" | "homes" | "households" | "houses" | "cars" | "vehicles" | "cases" | "deaths" | "votes" | "fans"
        | "residents" | "protesters" | "demonstrators" | "refugees" | "migrants" | "civilians" | "victims" | "shares" | "copies"
        | "schools" | "companies" | "firms" | "businesses" | "countries" | "families" | "voters" | "supporters" | "officers"
        | "prisoners" | "viewers" | "visitors" | "tickets" | "tourists" | "guests" | "doses" | "vaccines" | "tests"
        | "infections" | "villagers" | "rebels" | "militants" | "fighters" | "inmates" | "applicants" | "candidates"
        | "delegates" | "computers" | "phones" | "songs" | "stores" | "shops" | "seats" | "beds" | "miners" | "farmers"
        | "doctors" | "nurses" | "teachers" | "drivers" | "adults" | "teenagers" | "pensioners" | "volunteers" | "items"
        | "units" | "spectators"
    )
}

/// Words that do not make the year before them a count, as `2000 schools` would.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn follows_year(word: &str) -> bool {
    matches!(
        word,
        "and" | "or" | "but" | "to" | "when" | "after" | "before" | "as" | "at" | "by" | "for" | "from" | "in" | "is" | "it"
        | "on" | "that" | "the" | "was" | "were" | "while" | "with" | "who" | "he" | "she" | "they" | "we" | "until" | "because"
        | "had" | "has" | "have" | "his" | "her" | "its" | "their" | "will" | "would" | "a" | "an" | "under" | "over" | "than"
        | "against" | "compared" | "following" | "election" | "elections" | "season" | "onwards" | "onward" | "alone" | "if"
        | "which" | "there" | "without" | "through" | "according" | "many" | "some" | "several" | "all" | "most" | "this"
        | "about" | "around" | "due" | "both"
    )
}

/// Words that make `5% to 7%` a change from one to the other.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn changes(word: &str) -> bool {
    matches!(
        word,
        "adding" | "lifted" | "lifting" | "raising" | "cutting" | "jump" | "climb" | "gaining" | "losing" | "shedding" | "rose"
        | "rise" | "rises" | "rising" | "risen" | "fell" | "fall" | "falls" | "falling" | "fallen" | "up" | "down" | "by"
        | "from" | "jumped" | "climbed" | "dropped" | "drop" | "gained" | "gain" | "lost" | "slipped" | "slid" | "added"
        | "increase" | "increased" | "decrease" | "decreased" | "cut" | "grew" | "grown" | "raised" | "lowered" | "surged"
        | "soared" | "plunged" | "shed" | "higher" | "lower" | "rally" | "rallied" | "advanced" | "doubled" | "halved"
        | "tumbled" | "shrank" | "odds" | "voted" | "won" | "beat" | "vote"
    )
}

/// Words before which `one` is a pronoun: `only one of them`, `the one who`.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn follows_pronoun_one(word: &str) -> bool {
    matches!(
        word,
        "" | "of" | "who" | "that" | "which" | "to" | "in" | "another" | "thing" | "more" | "left" | "is" | "was" | "has" | "had"
        | "can" | "i" | "he" | "she" | "we" | "they" | "and" | "or" | "but" | "on" | "for" | "with" | "from" | "day" | "at"
        | "side" | "aspect"
    )
}

/// Verbs of moving something from one date to another.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn moves(word: &str) -> bool {
    matches!(
        word,
        "moved" | "move" | "moving" | "postponed" | "postpone" | "delayed" | "delay" | "brought" | "bring" | "pushed" | "push"
        | "changed" | "change" | "rescheduled" | "switched" | "put" | "shifted" | "deferred" | "forward"
    )
}

/// Words that make a period or a share of its own of the part after them: `the last three quarters`.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn makes_period(word: &str) -> bool {
    matches!(
        word,
        "first" | "second" | "third" | "fourth" | "last" | "past" | "previous" | "preceding" | "next" | "other" | "final"
        | "latter" | "opening" | "top" | "bottom" | "better" | "each" | "either" | "both" | "that" | "this"
    )
}

/// Things of which `two in three` are two of the last three, not a share.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn recurs(word: &str) -> bool {
    matches!(
        word,
        "games" | "matches" | "days" | "weeks" | "months" | "years" | "hours" | "minutes" | "seasons" | "outings" | "appearances"
        | "starts" | "attempts" | "million" | "thousand" | "hundred" | "races" | "tests" | "innings"
    )
}

/// Verbs of speech, after which another clause may start.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn reports_speech(word: &str) -> bool {
    matches!(
        word,
        "said" | "told" | "announced" | "reported" | "warned" | "confirmed" | "claimed" | "added" | "insisted" | "predicted"
        | "denied" | "declared"
    )
}

/// Words after which a past form is a participle of what is to come: `to be held`.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn precedes_future(word: &str) -> bool {
    matches!(
        word,
        "be" | "is" | "are" | "being" | "to" | "will" | "would" | "can" | "could" | "may" | "might" | "should" | "shall" | "must"
        | "get" | "not" | "face" | "faces" | "meet" | "meets" | "host" | "hosts" | "visit" | "against"
    )
}

/// Pasts without `-ed` that may be participles, and those that look like the present.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn is_irregular_past(word: &str) -> bool {
    matches!(
        word,
        "said" | "told" | "made" | "got" | "held" | "met" | "won" | "lost" | "died" | "led" | "left" | "sent" | "found"
        | "struck" | "shot" | "bought" | "sold" | "brought" | "kept" | "fought" | "paid" | "stood" | "sat" | "beat" | "beaten"
        | "hit" | "cut" | "shut" | "put"
    )
}

/// Words before which `to` is a preposition: `flew to the`, `rose to nearly`.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn follows_preposition_to(word: &str) -> bool {
    matches!(
        word,
        "the" | "a" | "an" | "his" | "her" | "its" | "their" | "our" | "this" | "that" | "about" | "just" | "nearly" | "almost"
        | "more" | "less" | "over" | "under" | "court" | "hospital"
    )
}

/// What a hyphen may join to an ordinal: `first-round`; not `third-party`, `second-hand`.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn joins_ordinal(word: &str) -> bool {
    matches!(
        word,
        "round" | "place" | "placed" | "ranked" | "seed" | "seeded" | "generation" | "leg" | "most" | "set" | "minute"
        | "innings" | "choice" | "year" | "biggest" | "floor" | "degree" | "division"
    )
}

/// What newspapers and programmes are called after a weekday: `Sunday Times`.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn is_title(word: &str) -> bool {
    matches!(
        word,
        "times" | "telegraph" | "mirror" | "express" | "mail" | "herald" | "people" | "sport" | "post" | "independent"
        | "business" | "world" | "star" | "sun" | "mercury" | "tribune" | "night"
    )
}

/// Verbs that `up` belongs to in `went up to 5%`, where nothing is bounded.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn moves_up(word: &str) -> bool {
    matches!(
        word,
        "went" | "goes" | "go" | "going" | "gone" | "pushed" | "push" | "pushing" | "moved" | "move" | "rose" | "rises"
        | "jumped" | "climbed" | "added" | "adds" | "add" | "adding" | "lives" | "live" | "lived" | "brought" | "bring"
        | "brings" | "sent" | "took" | "came" | "bid" | "edged" | "crept" | "drove" | "ended" | "lined"
    )
}
