//! How numbers are written.

/// A score with three digits; a dash where it is undefined.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"))
}

/// A difference with its sign; no sign on none at all.
pub(super) fn signed(value: f64) -> String {
    let size = format!("{:.3}", value.abs());
    match value {
        v if v > 0.0 => format!("+{size}"),
        v if v < 0.0 => format!("−{size}"),
        _ => size,
    }
}

/// An interval, where both ends are known.
pub(super) fn range(low: Option<f64>, high: Option<f64>) -> Option<String> {
    Some(format!("{:.3}–{:.3}", low?, high?))
}

/// A whole number with a comma after every third digit.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A text of about `most` characters: the middle of a longer one gives way to an ellipsis, between words.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most / 2).collect();
    let tail: String = text.chars().skip(count - most / 2).collect();
    let head = head.rsplit_once(char::is_whitespace).map_or(head.as_str(), |(whole, _)| whole);
    let tail = tail.split_once(char::is_whitespace).map_or(tail.as_str(), |(_, whole)| whole);
    format!("{} … {}", head.trim_end(), tail.trim_start())
}
