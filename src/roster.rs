//! People a newsroom knows: their names, aliases, roles, parties, organisations, from a TOML or CSV file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Somebody in a roster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name records call them by.
    pub name: String,
    /// Other names that mean nobody else.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Such as "Treasury Secretary".
    #[serde(default)]
    pub role: Option<String>,
    /// The party they belong to.
    #[serde(default)]
    pub party: Option<String>,
    /// Whom they speak for.
    #[serde(default)]
    pub organisation: Option<String>,
}

/// Why a roster could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// The file could not be opened or read.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file's end says neither.
    #[error("{}: expected a roster in a .toml or .csv file", path.display())]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// It is no TOML, or not of this shape.
    #[error("{}: expected [[person]] tables with name, aliases, role, party, organisation", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// It is no CSV, or not of this shape.
    #[error("{}: expected a header and the columns name, aliases (divided by ;), role, party, organisation", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: csv::Error,
    },
    /// A column nobody knows, or none for names.
    #[error("{}:1: found {found}, expected the columns name, aliases, role, party, organisation", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The column, or that there is none.
        found: String,
    },
    /// An entry without a name.
    #[error("{}: entry {entry}: found no name", path.display())]
    Nameless {
        /// The file.
        path: PathBuf,
        /// Its number, from 1.
        entry: usize,
    },
    /// One name for two: nobody could tell who is meant.
    #[error("{}: entry {entry}: \"{name}\" is also a name of \"{other}\" (entry {first}); a name or alias must mean one person", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The second entry's number, from 1.
        entry: usize,
        /// The name.
        name: String,
        /// Whom it named before.
        other: String,
        /// That entry's number.
        first: usize,
    },
}

/// A list of people, found by any of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    people: Vec<Person>,
    /// Each name and alias, in small letters without stops, to its place in `people`.
    by_name: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    person: Vec<Person>,
}

impl Person {
    /// The same without white space at the ends, and without what is empty.
    fn trimmed(self) -> Self {
        let given = |field: Option<String>| field.map(|f| f.trim().to_owned()).filter(|f| !f.is_empty());
        Self {
            name: self.name.trim().to_owned(),
            aliases: self.aliases.iter().map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect(),
            role: given(self.role),
            party: given(self.party),
            organisation: given(self.organisation),
        }
    }
}

const COLUMNS: [&str; 5] = ["name", "aliases", "role", "party", "organisation"];

impl Roster {
    /// Reads a `.toml` file of `[[person]]` tables, or a `.csv` file with a header.
    ///
    /// # Errors
    /// When the file cannot be read, is of another shape, or gives one name to two people.
    pub fn read(path: &Path) -> Result<Self, RosterError> {
        let text = || std::fs::read_to_string(path).map_err(|source| RosterError::Read { path: path.into(), source });
        let people = match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("toml") => toml::from_str::<File>(&text()?).map_err(|source| RosterError::Toml { path: path.into(), source })?.person,
            Some("csv") => of_csv(path, &text()?)?,
            _ => return Err(RosterError::Format { path: path.into() }),
        };
        Self::of(people.into_iter().map(Person::trimmed).collect(), path)
    }

    fn of(people: Vec<Person>, path: &Path) -> Result<Self, RosterError> {
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for (at, person) in people.iter().enumerate() {
            if folded(&person.name).is_empty() {
                return Err(RosterError::Nameless { path: path.into(), entry: at + 1 });
            }
            for name in std::iter::once(&person.name).chain(&person.aliases).filter(|name| !folded(name).is_empty()) {
                if let Some(first) = by_name.insert(folded(name), at).filter(|first| *first != at) {
                    let other = people[first].name.clone();
                    return Err(RosterError::Twice { path: path.into(), entry: at + 1, name: name.clone(), other, first: first + 1 });
                }
            }
        }
        Ok(Self { people, by_name })
    }

    /// The person of whom `name` is the name or an alias, whatever its case and stops.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Person> {
        self.by_name.get(&folded(name)).and_then(|&at| self.people.get(at))
    }

    /// How many people it lists.
    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether it lists nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }
}

fn of_csv(path: &Path, text: &str) -> Result<Vec<Person>, RosterError> {
    let wrong = |source| RosterError::Csv { path: path.into(), source };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(wrong)?.clone();
    let column = |name: &str| header.iter().position(|h| h.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name));
    let known = |h: &&str| COLUMNS.iter().any(|c| h.trim_start_matches('\u{feff}').eq_ignore_ascii_case(c));
    if let Some(other) = header.iter().find(|h| !known(h)) {
        return Err(RosterError::Column { path: path.into(), found: format!("the column \"{other}\"") });
    }
    if column("name").is_none() {
        return Err(RosterError::Column { path: path.into(), found: "no column \"name\"".into() });
    }
    let [name, aliases, role, party, organisation] = COLUMNS.map(column);
    let mut people = Vec::new();
    for row in reader.records() {
        let row = row.map_err(wrong)?;
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).filter(|cell| !cell.is_empty()).map(str::to_owned);
        people.push(Person {
            name: cell(name).unwrap_or_default(),
            aliases: cell(aliases)
                .map(|all| all.split(';').map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect())
                .unwrap_or_default(),
            role: cell(role),
            party: cell(party),
            organisation: cell(organisation),
        });
    }
    Ok(people)
}

/// The words of a name as names are compared: in small letters, without stops.
pub(crate) fn words_of(name: &str) -> Vec<String> {
    let bare = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).replace('.', "").replace('’', "'").to_lowercase();
    name.split_whitespace().map(bare).filter(|w| !w.is_empty()).collect()
}

fn folded(name: &str) -> String {
    words_of(name).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(suffix: &str, content: &str) -> Result<Roster, String> {
        let file = tempfile::Builder::new().suffix(suffix).tempfile().unwrap();
        std::fs::write(file.path(), content).unwrap();
        let name = file.path().display().to_string();
        Roster::read(file.path()).map_err(|error| format!("{:#}", anyhow::Error::from(error)).replace(&name, "FILE"))
    }

    #[test]
    fn both_forms_say_the_same() {
        let toml = "[[person]]\nname = \"Ann Lee\"\naliases = [\"A. Lee\", \"Lee of Leeds\"]\nrole = \"mayor\"\nparty = \"Greens\"\n";
        let csv = "\u{feff}name,role,aliases,party\nAnn Lee,mayor,A. Lee; Lee of Leeds,Greens\n";
        let roster = read(".toml", toml).unwrap();
        assert_eq!(roster, read(".csv", csv).unwrap());
        for name in ["ann lee", "A Lee", "Lee of  Leeds"] {
            assert_eq!(roster.find(name).and_then(|p| p.role.as_deref()), Some("mayor"), "{name}");
        }
        assert_eq!((roster.find("Lee"), roster.len(), roster.is_empty()), (None, 1, false));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (suffix, content, error) in [
            (".csv", "name,role\nAnn Lee,mayor\nann lee,judge\n", "FILE: entry 2: \"ann lee\" is also a name of \"Ann Lee\" (entry 1)"),
            (".csv", "name,aliases\nAnn,Bob\nBob,Ann\n", "FILE: entry 2: \"Bob\" is also a name of \"Ann\" (entry 1)"),
            (".csv", "name,job\nAnn,mayor\n", "FILE:1: found the column \"job\""),
            (".csv", "aliases\nAnn\n", "FILE:1: found no column \"name\""),
            (".csv", "name\n...\n", "FILE: entry 1: found no name"),
            (".toml", "[[person]]\nrole = \"mayor\"\n", "missing field `name`"),
            (".toml", "[[person]]\nname = \"Ann\"\njob = \"mayor\"\n", "unknown field `job`"),
            (".json", "[]", "expected a roster in a .toml or .csv file"),
        ] {
            let found = read(suffix, content).unwrap_err();
            assert!(found.contains(error), "{found}\ndoes not say\n{error}");
        }
    }
}
