//! References to characters: `&#8212;`, `&mdash;`. What a file declares itself is not expanded.

use std::borrow::Cow;
use std::collections::BTreeSet;

use html5ever::data::NAMED_ENTITIES;

/// So many names are given in warnings.
const NAMES_WARNED: usize = 5;

/// The entities of one file.
#[derive(Debug, Default)]
pub(super) struct Entities {
    declared: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

impl Entities {
    /// Notes what a document type declaration declares.
    pub fn declare(&mut self, declaration: &str) {
        for rest in declaration.split("<!ENTITY").skip(1) {
            // `%` opens the name of one that only the declaration itself may use.
            let name = rest.split_whitespace().next().filter(|name| *name != "%");
            self.declared.extend(name.map(str::to_owned));
        }
    }

    /// What `&name;` stands for. A name that nobody knows stands for itself, with a warning.
    ///
    /// # Errors
    /// The file declares it.
    pub fn resolve(&mut self, name: &str) -> Result<Cow<'static, str>, String> {
        if self.declared.contains(name) {
            return Err(format!("`&{name};` is declared by the file itself; expected characters or an entity of HTML; none is expanded"));
        }
        if let Some(number) = name.strip_prefix('#') {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            let known = code.ok().and_then(char::from_u32).filter(|c| *c != '\0');
            return Ok(Cow::Owned(known.unwrap_or(char::REPLACEMENT_CHARACTER).to_string()));
        }
        // The table holds beginnings of names, too, which stand for nothing.
        let known = NAMED_ENTITIES.get(format!("{name};").as_str()).filter(|codes| codes.0 != 0);
        if let Some(&(first, second)) = known {
            return Ok(Cow::Owned([first, second].into_iter().filter(|code| *code != 0).filter_map(char::from_u32).collect()));
        }
        if name == "apos" {
            return Ok(Cow::Borrowed("'"));
        }
        self.unknown.insert(name.to_owned());
        Ok(Cow::Owned(format!("&{name};")))
    }

    /// An attribute's value with what its references stand for.
    ///
    /// # Errors
    /// As for [`resolve`](Self::resolve).
    pub fn expand(&mut self, raw: &str) -> Result<String, String> {
        let mut value = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((before, after)) = rest.split_once('&') {
            value.push_str(before);
            let name_ends =
                after.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '#' | '.' | '-' | '_' | ':')).unwrap_or(after.len());
            let (name, behind) = after.split_at(name_ends);
            match behind.strip_prefix(';').filter(|_| !name.is_empty()) {
                Some(behind) => {
                    value.push_str(&self.resolve(name)?);
                    rest = behind;
                }
                None => {
                    value.push('&');
                    rest = after;
                }
            }
        }
        value.push_str(rest);
        Ok(value)
    }

    /// What people should know.
    pub fn warnings(self) -> Vec<String> {
        if self.unknown.is_empty() {
            return Vec::new();
        }
        let named: Vec<String> = self.unknown.iter().take(NAMES_WARNED).map(|name| format!("`&{name};`")).collect();
        let more = if self.unknown.len() > NAMES_WARNED { ", …" } else { "" };
        vec![format!("unknown entities were kept as they stand: {}{more}", named.join(", "))]
    }
}
