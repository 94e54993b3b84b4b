//! Why a CSV file is refused because of what separates its columns (rule 44).
//!
//! Beside `error.rs`. Each text names what was found, and the line of `rollcall.toml` to write, or what to do with the file.
//! Of the file only the separator is repeated, which is no letter and no digit.

use std::fmt;

/// Why a file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DelimiterError {
    /// The needed headings are there with another delimiter.
    #[error("{}", with_another(*line, *stated, *found))]
    Other {
        /// The line of the headings.
        line: u64,
        /// What was said of it.
        stated: Stated,
        /// The one with which the needed headings are there.
        found: char,
    },
    /// The same, for a character that cannot be configured.
    #[error(
        "line {line} has its headings separated by {found:?}, which cannot be a delimiter; export the file again with \
         \",\", \";\", \"|\" or tab between the columns"
    )]
    NotPossible {
        /// The line of the headings.
        line: u64,
        /// What separates them.
        found: char,
    },
    /// Several characters stand between two headings.
    #[error(
        "line {line} has its headings separated by {found:?}, and several characters cannot be a delimiter; export the file \
         again with \",\", \";\", \"|\" or tab between the columns"
    )]
    Several {
        /// The line of the headings.
        line: u64,
        /// What separates them.
        found: String,
    },
    /// Spaces fill the columns up.
    #[error(
        "line {line} has its headings in columns of a fixed width, filled up with spaces; that is no CSV, and no delimiter \
         can be set for it; export the file again with \",\", \";\", \"|\" or tab between the columns"
    )]
    FixedWidth {
        /// The line of the headings.
        line: u64,
    },
}

/// What says which the delimiter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// Nothing: the usual ones were tried.
    Nowhere,
    /// The configuration.
    Setting(char),
    /// A `sep=` line in the file, which goes before the configuration.
    SepLine(char),
}

fn with_another(line: u64, stated: Stated, found: char) -> String {
    let found = InToml(found);
    match stated {
        Stated::Nowhere => {
            format!("line {line} has its headings separated by {found}; set delimiter = {found}")
        }
        Stated::Setting(stated) => format!(
            "line {line} has no headings that are separated by {}, as `delimiter` says, but it has them separated by \
             {found}; set delimiter = {found}",
            InToml(stated)
        ),
        Stated::SepLine(stated) => format!(
            "line {line} has no headings that are separated by {}, as the file's sep= line says, but it has them \
             separated by {found}; remove the sep= line, and set delimiter = {found}",
            InToml(stated)
        ),
    }
}

/// A delimiter as it is written in the configuration, quotes included.
struct InToml(char);

impl fmt::Display for InToml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            '\t' => f.write_str("\"tab\""),
            '\\' => f.write_str("\"\\\\\""),
            c if c.is_control() => write!(f, "\"\\u{:04X}\"", u32::from(c)),
            c => write!(f, "\"{c}\""),
        }
    }
}
