//! The states of an item, and who may bring it from one to the next.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
        #[serde(rename_all = "kebab-case")]
        #[value(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The one called `text`, if there is one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                let text = value.as_str()?;
                let known: Vec<&str> = Self::ALL.iter().map(|word| word.as_str()).collect();
                let wrong = || format!("found {text:?}, expected one of {}", known.join(", "));
                Self::parse(text).ok_or_else(|| rusqlite::types::FromSqlError::Other(wrong().into()))
            }
        }
    };
}
pub(super) use words;

words! {
    /// How far an item has come.
    State {
        /// Nobody has it.
        New => "new",
        /// Somebody has it for a while.
        Assigned => "assigned",
        /// Somebody is checking it.
        Checking => "checking",
        /// It was checked, and the check published.
        Published => "published",
        /// It will not be checked.
        Dropped => "dropped",
    }
}

words! {
    /// Why an item was dropped.
    Reason {
        /// It was put down to somebody who did not say it.
        WrongSpeaker => "wrong-speaker",
        /// Its words were cut wrongly.
        BadSpan => "bad-span",
        /// It says nothing that could be checked.
        NotCheckable => "not-checkable",
        /// It is another item.
        Duplicate => "duplicate",
        /// It could be checked, but nobody cares.
        NotInteresting => "not-interesting",
        /// Something else.
        Other => "other",
    }
}

impl State {
    /// Whether somebody has it in hand.
    #[must_use]
    pub fn is_held(self) -> bool {
        matches!(self, Self::Assigned | Self::Checking)
    }

    /// Whether the desk has done with it.
    #[must_use]
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Published | Self::Dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_reasons_are_written_and_read_alike() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(*state));
            assert_eq!(serde_json::to_string(state).unwrap(), format!("\"{}\"", state.as_str()));
        }
        for reason in Reason::ALL {
            assert_eq!(serde_json::to_string(reason).unwrap(), format!("\"{}\"", reason.as_str()));
            assert_eq!(clap::ValueEnum::to_possible_value(reason).unwrap().get_name(), reason.as_str());
        }
    }
}
