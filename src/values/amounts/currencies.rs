//! Currencies by sign, code and name.
//!
//! A name that several countries share (`rupees`) names a currency only with its country; without, it is the unit.

use super::numbers::{Form, Number};
use super::units::Unit;
use crate::values::tokens::{Tokens, before};

/// A currency as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) struct Currency {
    /// The ISO 4217 code, or the common name of several currencies.
    pub(super) name: Name,
    /// Whether hundredths of it are counted: `pence`.
    pub(super) is_hundredth: bool,
}

/// How a currency is named on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) enum Name {
    /// An ISO 4217 code.
    Code(&'static str),
    /// What several countries call their currency.
    Shared(&'static str),
}

impl Currency {
    const fn code(code: &'static str) -> Self {
        Self { name: Name::Code(code), is_hundredth: false }
    }

    const fn shared(name: &'static str) -> Self {
        Self { name: Name::Shared(name), is_hundredth: false }
    }

    const fn hundredth(code: &'static str) -> Self {
        Self { name: Name::Code(code), is_hundredth: true }
    }
}

/// Reads a currency before its number, and the token after it: `$`, `US$`, `EUR`, `Rs.`.
pub(super) fn before_number(t: &Tokens, at: usize) -> Option<(Currency, usize)> {
    if let Some(sign) = t.mark(at).and_then(sign) {
        // `XYZ$5`: a dollar we do not know
        let is_foreign = t.is_glued(at) && t.is_word(before(at, 1));
        return Some((if is_foreign { Currency::shared("dollar") } else { sign }, at + 1));
    }
    let word = t.surface(at);
    if t.mark(at + 1) == Some('$') && t.is_glued(at + 1) {
        return dollar_of(word).map(|code| (Currency::code(code), at + 2));
    }
    let (currency, end) = match word {
        "Rs" | "Rs." => (Currency::shared("rupee"), t.past_stop(at + 1)),
        "kr" | "Kr" => (Currency::shared("kr"), at + 1),
        "SKr" => (Currency::code("SEK"), at + 1),
        "NKr" => (Currency::code("NOK"), at + 1),
        "DKr" => (Currency::code("DKK"), at + 1),
        "SFr" => (Currency::code("CHF"), at + 1),
        "DM" => (Currency::code("DEM"), at + 1),
        "RM" => (Currency::code("MYR"), at + 1),
        "Rp" => (Currency::code("IDR"), at + 1),
        _ => (Currency::code(iso(word)?), at + 1),
    };
    Some((currency, end)).filter(|(_, end)| t.is_digits(*end))
}

/// Reads a currency after its number: `5m euros`, `50p`, `12bn yuan`, `100 US dollars`, `5€`.
pub(super) fn after(t: &Tokens, at: usize, number: &Number) -> Option<(Unit, usize)> {
    let money = |currency| Unit::Money(currency);
    if let Some(sign) = t.mark(at).and_then(sign) {
        let is_next_ones = t.is_digits(at + 1) && !t.is_glued(at);
        return (!is_next_ones && number.form == Form::Digits).then_some((money(sign), at + 1));
    }
    if let Some(code) = iso(t.surface(at)) {
        return (number.form == Form::Digits).then_some((money(Currency::code(code)), at + 1));
    }
    if t.surface(at) == "kr" {
        return (number.form == Form::Digits).then_some((money(Currency::shared("kr")), at + 1));
    }
    if let Some(minor) = minor(t, at, number) {
        return Some(minor);
    }
    let (country, noun) = country(t, at).unwrap_or(("", at));
    let currency = named(country, t.word(noun))?;
    let end = noun + 1;
    let is_name = t.is_capitalised(noun) && !t.word(noun).ends_with('s');
    if is_name || t.past_hyphen(end) > end && noun == number.end {
        return None; // `50 Cent`, `two Euro 2004 matches`, `three euro-sceptics`
    }
    match (country, t.word(noun)) {
        // Weight or money: only large numbers are surely money, and only with `of` weight (`two thousand pounds of bombs`)
        ("", "pound" | "pounds") => Some(match t.word(end) {
            "sterling" => (money(Currency::code("GBP")), end + 1),
            "of" if number.form != Form::Vague => (Unit::Unclear, end),
            _ if (number.is_large() || number.form == Form::Vague) && t.word(noun) == "pounds" => (money(Currency::code("GBP")), end),
            _ => (Unit::Unclear, end),
        }),
        ("", "won") if !number.is_large() => None,
        ("", "crown" | "crowns") if !number.is_large() => None,
        ("", "real" | "mark" | "marks") => None,
        _ => Some((money(currency), end)),
    }
}

/// Reads hundredths of a currency: `50p`, `39 cents`, `20 US cents`.
fn minor(t: &Tokens, at: usize, number: &Number) -> Option<(Unit, usize)> {
    let unit = |currency, end| Some((Unit::Money(currency), end));
    match t.word(at) {
        // `1080p` is a picture
        "p" if t.is_glued(at) && number.form == Form::Digits && !matches!(t.surface(before(at, 1)), "480" | "720" | "1080" | "2160") => {
            unit(Currency::hundredth("GBP"), at + 1)
        }
        "pence" => unit(Currency::hundredth("GBP"), at + 1),
        "cent" | "cents" if t.is_lower(at) => unit(Currency::shared("cent"), at + 1),
        "us" if matches!(t.word(at + 1), "cent" | "cents") => unit(Currency::hundredth("USD"), at + 2),
        "euro" if matches!(t.word(at + 1), "cent" | "cents") => unit(Currency::hundredth("EUR"), at + 2),
        "eurocent" | "eurocents" => unit(Currency::hundredth("EUR"), at + 1),
        _ => None,
    }
}

/// The currency of a sign.
fn sign(sign: char) -> Option<Currency> {
    Some(Currency::code(match sign {
        '$' | '＄' => "USD",
        '£' | '￡' => "GBP",
        '€' => "EUR",
        '¥' | '￥' => "JPY",
        '₹' => "INR",
        '₩' => "KRW",
        '₽' => "RUB",
        '₺' => "TRY",
        '₪' => "ILS",
        '₦' => "NGN",
        '₫' => "VND",
        '₱' => "PHP",
        '₴' => "UAH",
        '฿' => "THB",
        _ => return None,
    }))
}

/// The dollar, or the other currency, whose letters stand right before a `$`.
fn dollar_of(letters: &str) -> Option<&'static str> {
    Some(match letters {
        "US" => "USD",
        "A" | "AU" | "AUS" => "AUD",
        "C" | "CA" | "CAN" | "CDN" => "CAD",
        "NZ" => "NZD",
        "HK" => "HKD",
        "S" | "SG" => "SGD",
        "NT" => "TWD",
        "R" => "BRL",
        "MX" => "MXN",
        "Z" => "ZWD",
        _ => return None,
    })
}

/// The ISO 4217 codes that are no words or other abbreviations of news.
fn iso(code: &str) -> Option<&'static str> {
    const CODES: [&str; 40] = [
        "AED", "ARS", "AUD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DEM", "DKK", "EGP", "EUR", "FRF", "GBP", "HKD", "HUF",
        "IDR", "ILS", "INR", "ITL", "JPY", "KRW", "KWD", "MXN", "MYR", "NGN", "NOK", "NZD", "PHP", "PKR", "PLN", "RMB", "RUB", "SEK",
        "SGD", "THB", "USD", "ZAR",
    ];
    let found = CODES.iter().find(|known| **known == code)?;
    Some(if *found == "RMB" { "CNY" } else { found })
}

/// Reads the country before the name of a currency, and the token after it.
fn country<'t>(t: &'t Tokens, at: usize) -> Option<(&'t str, usize)> {
    let one = t.word(at);
    match one {
        "u" if t.word(t.past_stop(at + 1)) == "s" => Some(("us", t.past_stop(t.past_stop(at + 1) + 1))),
        "new" if t.word(at + 1) == "zealand" => Some(("new zealand", at + 2)),
        "hong" if t.word(at + 1) == "kong" => Some(("hong kong", at + 2)),
        "south" if t.word(at + 1) == "korean" => Some(("south korean", at + 2)),
        "south" if t.word(at + 1) == "african" => Some(("south african", at + 2)),
        "sri" if t.word(at + 1) == "lankan" => Some(("sri lankan", at + 2)),
        "saudi" if t.word(at + 1) == "arabian" => Some(("saudi", at + 2)),
        "deutsche" => Some(("german", at + 1)),
        "us" | "american" | "canadian" | "australian" | "singapore" | "taiwan" | "swiss" | "french" | "belgian" | "swedish"
        | "norwegian" | "danish" | "icelandic" | "czech" | "indian" | "pakistani" | "mexican" | "argentine" | "chilean" | "colombian"
        | "philippine" | "turkish" | "italian" | "egyptian" | "lebanese" | "syrian" | "kuwaiti" | "iraqi" | "jordanian" | "serbian"
        | "saudi" | "qatari" | "iranian" | "omani" | "uae" | "moroccan" | "kenyan" | "ugandan" | "tanzanian" | "korean" | "brazilian"
        | "russian" | "belarusian" | "israeli" | "japanese" | "chinese" | "british" | "german" | "irish" | "jamaican" | "zimbabwean"
        | "zimbabwe" | "sudanese" | "cypriot" | "algerian" | "tunisian" | "libyan" | "bahraini" | "nepalese" | "somali" | "yemeni"
        | "uruguayan" | "cuban" => Some((one, at + 1)),
        _ => None,
    }
}

/// The currency of a country's name and a noun; without the country, those that one currency alone bears.
fn named(country: &str, noun: &str) -> Option<Currency> {
    let singular = match noun {
        "kronor" => "krona",
        "kroner" => "krone",
        "reais" => return Some(Currency::code("BRL")),
        "lire" => "lira",
        "korunas" | "koruny" => "koruna",
        "ruble" | "rubles" => "rouble",
        "rial" | "rials" => "riyal",
        "bucks" => "dollar",
        "quid" => return Some(Currency::code("GBP")),
        _ => noun.strip_suffix('s').unwrap_or(noun),
    };
    let code = match (country, singular) {
        ("" | "us" | "american", "dollar") => "USD",
        ("canadian", "dollar") => "CAD",
        ("australian", "dollar") => "AUD",
        ("new zealand", "dollar") => "NZD",
        ("hong kong", "dollar") => "HKD",
        ("singapore", "dollar") => "SGD",
        ("taiwan", "dollar") => "TWD",
        ("", "euro") => "EUR",
        ("" | "british", "pound") => "GBP",
        ("egyptian", "pound") => "EGP",
        ("lebanese", "pound") => "LBP",
        ("syrian", "pound") => "SYP",
        ("" | "japanese", "yen") => "JPY",
        ("" | "chinese", "yuan" | "renminbi") => "CNY",
        ("indian", "rupee") => "INR",
        ("pakistani", "rupee") => "PKR",
        ("sri lankan", "rupee") => "LKR",
        ("" | "russian", "rouble") => "RUB",
        ("belarusian", "rouble") => "BYN",
        ("swiss", "franc") => "CHF",
        ("french", "franc") => "FRF",
        ("belgian", "franc") => "BEF",
        ("" | "south korean" | "korean", "won") => "KRW",
        ("brazilian" | "", "real") => "BRL",
        ("" | "south african", "rand") => "ZAR",
        ("mexican", "peso") => "MXN",
        ("argentine", "peso") => "ARS",
        ("chilean", "peso") => "CLP",
        ("colombian", "peso") => "COP",
        ("philippine", "peso") => "PHP",
        ("turkish", "lira") => "TRY",
        ("italian", "lira") => "ITL",
        ("swedish", "krona" | "crown") => "SEK",
        ("icelandic", "krona") => "ISK",
        ("norwegian", "krone" | "crown") => "NOK",
        ("danish", "krone" | "crown") => "DKK",
        ("czech", "crown" | "koruna") => "CZK",
        ("", "zloty") => "PLN",
        ("", "forint") => "HUF",
        ("", "baht") => "THB",
        ("", "ringgit") => "MYR",
        ("", "rupiah") => "IDR",
        ("", "naira") => "NGN",
        ("", "hryvnia") => "UAH",
        ("" | "israeli", "shekel") => "ILS",
        ("uae", "dirham") => "AED",
        ("moroccan", "dirham") => "MAD",
        ("saudi", "riyal") => "SAR",
        ("qatari", "riyal") => "QAR",
        ("iranian", "riyal") => "IRR",
        ("kuwaiti", "dinar") => "KWD",
        ("iraqi", "dinar") => "IQD",
        ("jordanian", "dinar") => "JOD",
        ("serbian", "dinar") => "RSD",
        ("kenyan", "shilling") => "KES",
        ("german", "mark") => "DEM",
        (_, noun) => return shared(noun),
    };
    Some(Currency::code(code))
}

/// A currency's name that says not whose it is.
fn shared(singular: &str) -> Option<Currency> {
    const NOUNS: [&str; 14] =
        ["dollar", "pound", "rupee", "franc", "peso", "lira", "krona", "krone", "crown", "riyal", "dirham", "dinar", "shilling", "mark"];
    NOUNS.iter().find(|noun| **noun == singular).map(|noun| Currency::shared(noun))
}
