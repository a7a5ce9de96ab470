//! Pages that no parser should be given: nested so deep, or with so many attributes in a tag, that reading them takes
//! quadratic time or a deep stack.

use std::collections::BTreeMap;

/// Elements that may be open in one another. Browsers stop at 512; a page that forgets to close its `<font>`s has some hundred.
const MOST_OPEN: usize = 1000;
/// Attributes in one tag.
const MOST_ATTRIBUTES: usize = 500;
/// A table opens so many elements with it: itself, its body, a row, a cell.
const TABLE: usize = 4;

/// Copies of formatting elements: a parser opens those that are open again in every paragraph that follows.
const MOST_COPIES: usize = 1_500_000;
const FORMATTING: [&str; 14] = ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements that have no content.
const VOID: [&str; 18] = [
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr",
    "basefont", "bgsound",
];
/// Elements that the next of their kind closes, so that they need no end tag.
const IMPLIED: [&str; 14] = ["p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "html", "head", "body"];
/// Elements whose content is text, whatever it looks like.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// Counts what is open, from above: some of it a parser would close.
///
/// # Errors
/// What there is too much of.
pub(super) fn check(html: &str) -> Result<(), String> {
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    let (mut depth, mut formatting, mut copies) = (0usize, 0usize, 0usize);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = rest.get(at + 1..).unwrap_or_default();
        if rest.starts_with("!--") {
            rest = behind_comment(rest);
            continue;
        }
        let (closes, tag) = rest.strip_prefix('/').map_or((false, rest), |tag| (true, tag));
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = tag.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(tag.len());
        let (name, after) = tag.split_at(end);
        let name = name.to_ascii_lowercase();
        let (attributes, after) = attributes(after);
        rest = after;
        if attributes > MOST_ATTRIBUTES {
            return Err(format!("a tag <{name}> has more than {MOST_ATTRIBUTES} attributes"));
        }
        let foreign = ["svg", "math"].iter().any(|name| open.contains_key(*name));
        let weight = if name == "table" { TABLE } else { 1 };
        let known = !foreign && (VOID.contains(&name.as_str()) || IMPLIED.contains(&name.as_str()));
        if closes {
            if let Some(count) = open.get_mut(&name) {
                *count -= 1;
                depth -= weight;
                formatting -= usize::from(FORMATTING.contains(&name.as_str()));
                if *count == 0 {
                    open.remove(&name);
                }
            }
        } else if RAW.contains(&name.as_str()) && !foreign {
            rest = behind_end_tag(rest, &name);
        } else if !known {
            depth += weight;
            formatting += usize::from(FORMATTING.contains(&name.as_str()));
            *open.entry(name).or_default() += 1;
        }
        copies += formatting;
        if copies > MOST_COPIES {
            return Err(format!("more than {MOST_COPIES} times a tag stands in formatting that is not closed"));
        }
        if depth > MOST_OPEN {
            return Err(format!("more than {MOST_OPEN} elements are open in one another"));
        }
    }
    Ok(())
}

/// How many attributes a tag has, and what follows it.
fn attributes(tag: &str) -> (usize, &str) {
    let bytes = tag.as_bytes();
    let (mut count, mut at) = (0, 0);
    let (mut within, mut valued) = (false, false);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'>' => return (count, tag.get(at..).unwrap_or_default()),
            b'"' | b'\'' if valued => {
                let quoted = bytes.get(at..).unwrap_or_default();
                at += quoted.iter().position(|&other| other == byte).map_or(quoted.len(), |end| end + 1);
                (within, valued) = (false, false);
            }
            b'=' if within => valued = true,
            byte if byte.is_ascii_whitespace() => within = within && valued,
            b'/' if !valued => within = false,
            _ => {
                count += usize::from(!within);
                within = true;
                valued = false;
            }
        }
    }
    (count, "")
}

/// What follows a comment, from its `!--` on. `<!-->` is a whole one; one that is not closed goes to the end.
fn behind_comment(comment: &str) -> &str {
    let mut rest = comment.get(1..).unwrap_or_default();
    while let Some(at) = rest.find("--") {
        let after = rest.get(at + 2..).unwrap_or_default();
        if let Some(behind) = after.strip_prefix('>').or_else(|| after.strip_prefix("!>")) {
            return behind;
        }
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    ""
}

/// What follows the end tag of a raw text element. Looked for in ASCII, so that the text is gone through once.
fn behind_end_tag<'t>(text: &'t str, name: &str) -> &'t str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at + 2..).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return rest.get(name.len()..).unwrap_or_default();
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_pages_pass_whatever_they_leave_open() {
        for html in [
            "<p>One<p>Two".repeat(5000),
            "<div><ul><li>a<li>b</ul></div>".repeat(5000),
            format!("<table>{}</table>", "<tr><td>a<td>b".repeat(5000)),
            "<br><img src=a>".repeat(5000),
            format!("<script>{}</script>", "document.write('<div>');".repeat(5000)),
            format!("<!-- {} -->", "<div>".repeat(5000)),
            "< <3 </ <<".repeat(5000),
            format!("<a title=\"{}\">", "a b=c ".repeat(5000)),
        ] {
            assert_eq!(check(&html), Ok(()), "{}", &html[..40]);
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        for piece in ["<div>", "<b><p>", "<table><td>", "<div></x>", "<svg><p>", "<!--><i>", "<!-- --!><i>", "<svg><title><g>"] {
            let error = check(&piece.repeat(1_000_000)).unwrap_err();
            assert_eq!(error, "more than 1000 elements are open in one another", "{piece}");
        }
        assert!(check(&"<div>".repeat(1000)).is_ok());
    }

    #[test]
    fn formatting_that_is_never_closed_is_refused_where_it_multiplies() {
        let open: String = (0..900).map(|n| format!("<font color={n}>")).collect();
        assert!(check(&format!("{open}{}", "<p>x".repeat(200_000))).unwrap_err().contains("not closed"));
        assert!(check(&"<p><b>One</b> <i>and</i> two".repeat(50_000)).is_ok());
    }

    #[test]
    fn a_tag_of_attributes_is_refused() {
        for piece in ["a ", "b=c ", "d='e' ", "f/", "g\t="] {
            assert!(check(&format!("<p {}>", piece.repeat(1000))).unwrap_err().contains("attributes"), "{piece}");
            assert!(check(&format!("<p {}>", piece.repeat(200))).is_ok(), "{piece}");
        }
    }
}
