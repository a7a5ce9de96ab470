//! Pages that no parser should be given: nested so deep, or with so many attributes in a tag, that reading them takes
//! quadratic time or a deep stack.

use super::dry_run::DryRun;

/// Elements that may be open in one another. Browsers stop at 512; a page that forgets to close its `<font>`s has some hundred.
const MOST_OPEN: usize = 1000;
/// Attributes in one tag, or given to `<html>` and `<body>` by later ones.
const MOST_ATTRIBUTES: usize = 500;
/// Elements that no tag asked for: a parser opens formatting that is not closed again in every paragraph that follows.
const MOST_COPIES: usize = 200_000;
/// Elements that all elements together lie in, text counted too. The search for the article goes through all of every element, several
/// times over; a page of 100,000 elements lies some 25 deep.
const MOST_LOOKS: usize = 10_000_000;
/// Bytes between two counts of what is open: not many elements fit in.
const LOOK: usize = 1 << 10;

/// Has a parser go through the page, tag by tag, until it is too much.
///
/// # Errors
/// What there is too much of.
pub(super) fn check(html: &str) -> Result<(), String> {
    let mut parser = DryRun::new();
    let (mut tags, mut since) = (0, 0);
    let mut rest = html;
    while !rest.is_empty() {
        let is_raw = parser.is_raw();
        let end = if is_raw { rest.find('>').map_or(rest.len(), |at| at + 1) } else { behind_tag(rest)? };
        let (piece, behind) = rest.split_at(end);
        parser.feed(piece);
        rest = behind;
        tags += usize::from(!is_raw);
        since += piece.len();
        if parser.made() > tags + MOST_COPIES {
            return Err(format!("more than {MOST_COPIES} elements are opened by formatting that is not closed"));
        }
        if parser.looks() > MOST_LOOKS {
            return Err(format!("too much of it lies too deep: its elements together lie in one another more than {MOST_LOOKS} times"));
        }
        if parser.late_attributes() > MOST_ATTRIBUTES {
            return Err(format!("later tags give <html> and <body> more than {MOST_ATTRIBUTES} attributes"));
        }
        if since >= LOOK || rest.is_empty() {
            since = 0;
            if parser.open() > MOST_OPEN {
                return Err(format!("more than {MOST_OPEN} elements are open in one another"));
            }
        }
    }
    Ok(())
}

/// Where the next tag or comment ends, or what is left of the page.
///
/// # Errors
/// The tag has too many attributes.
fn behind_tag(html: &str) -> Result<usize, String> {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = rest.get(at + 1..).unwrap_or_default();
        if rest.starts_with("!--") {
            return Ok(html.len() - behind_comment(rest).len());
        }
        let tag = rest.strip_prefix('/').unwrap_or(rest);
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = tag.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(tag.len());
        let (name, after) = tag.split_at(end);
        let (attributes, after) = attributes(after);
        if attributes > MOST_ATTRIBUTES {
            let name: String = name.chars().take(LONGEST_NAME).collect();
            return Err(format!("a tag <{name}> has more than {MOST_ATTRIBUTES} attributes"));
        }
        return Ok(html.len() - after.len());
    }
    Ok(html.len())
}

/// A name in a message has no more characters.
const LONGEST_NAME: usize = 20;

/// Where in a tag a byte stands, behind its name.
enum Within {
    Space,
    Name,
    /// Behind a name, where a value may still follow.
    Named,
    /// Behind `=`.
    Equals,
    Value,
}

/// How many attributes a tag has, and what follows it: what the tokenizer of the HTML standard says.
fn attributes(tag: &str) -> (usize, &str) {
    let bytes = tag.as_bytes();
    let (mut count, mut at, mut within) = (0, 0, Within::Space);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        within = match (within, byte) {
            (_, b'>') => return (count, tag.get(at..).unwrap_or_default()),
            (Within::Equals, b'"' | b'\'') => {
                let quoted = bytes.get(at..).unwrap_or_default();
                at += quoted.iter().position(|&other| other == byte).map_or(quoted.len(), |end| end + 1);
                Within::Space
            }
            (Within::Name | Within::Named, b'=') => Within::Equals,
            (Within::Space | Within::Name | Within::Named, b'/') => Within::Space,
            (Within::Space | Within::Value, byte) if byte.is_ascii_whitespace() => Within::Space,
            (Within::Name | Within::Named, byte) if byte.is_ascii_whitespace() => Within::Named,
            (Within::Equals, byte) if byte.is_ascii_whitespace() => Within::Equals,
            (Within::Equals | Within::Value, _) => Within::Value,
            (Within::Name, _) => Within::Name,
            (Within::Space | Within::Named, _) => {
                count += 1;
                Within::Name
            }
        };
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
            format!("<a title = \"{}\">", "a b=c ".repeat(5000)),
            format!("<svg>{}</svg>", "<path d=a />".repeat(5000)),
            "<b><p>One".repeat(5000),
            "<div><object></object></div><b><div></b></div>".repeat(5000),
            format!("<plaintext>{}", "<div>".repeat(5000)),
        ] {
            assert_eq!(check(&html), Ok(()), "{}", &html[..40]);
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        for piece in [
            "<div>",
            "<i>",
            "<table><td>",
            "<div></x>",
            "<!--><i>",
            "<!-- --!><i>",
            "<svg><title><g>",
            "<svg><style><g>",
            // An end tag that the parser does not heed.
            "<div><object></div></object>",
            "<div><template></div></template>",
            "<div><marquee></div></marquee>",
            "<div><table><tr><td></div></td></tr></table>",
            "<div><table><caption></div></table>",
            "<span><div></span></div>",
            "<svg><foreignObject><div></svg></div><g>",
        ] {
            let error = check(&piece.repeat(100_000)).unwrap_err();
            assert_eq!(error, "more than 1000 elements are open in one another", "{piece}");
        }
        assert!(check(&"<div>".repeat(990)).is_ok());
    }

    #[test]
    fn what_is_many_and_deep_is_refused_and_what_is_one_of_them_is_not() {
        let words = "word ".repeat(200_000);
        for inner in
            ["<p>x".repeat(30_000), format!("<p>{words}"), "<table><tr><td>x</table>".repeat(8_000), "<svg><g/></svg>".repeat(8_000)]
        {
            let error = check(&format!("{}{inner}", "<div>".repeat(900))).unwrap_err();
            assert!(error.contains("lies too deep"), "{error}");
            assert_eq!(check(&format!("{}{inner}", "<div>".repeat(40))), Ok(()));
        }
        assert!(check(&"<p>x".repeat(200_000)).is_ok());
        assert!(check(&format!("{}<p>{}", "<div>".repeat(25), words.repeat(9))).is_ok());
    }

    #[test]
    fn formatting_that_is_never_closed_is_refused_where_it_multiplies() {
        let open: String = (0..20).map(|n| format!("<font color={n}>")).collect();
        assert!(check(&format!("<p>{open}{}", "<p>x".repeat(200_000))).unwrap_err().contains("not closed"));
        assert!(check(&"<p><b>One</b> <i>and</i> two".repeat(50_000)).is_ok());
    }

    #[test]
    fn a_tag_of_attributes_is_refused() {
        let hidden = "<svg><foreignObject><div></svg></div></foreignObject><style>";
        for before in [hidden, "<a b = '><x y=\"'>"] {
            assert!(check(&format!("{before}<p {}>", "a ".repeat(1000))).unwrap_err().contains("attributes"), "{before}");
        }
        let again: String = (0..1000).map(|n| format!("<body a{n}>")).collect();
        assert!(check(&again).unwrap_err().contains("later tags"));
        for piece in ["a ", "b=c ", "d='e' ", "f/", "g\t="] {
            assert!(check(&format!("<p {}>", piece.repeat(1000))).unwrap_err().contains("attributes"), "{piece}");
            assert!(check(&format!("<p {}>", piece.repeat(200))).is_ok(), "{piece}");
        }
    }
}
