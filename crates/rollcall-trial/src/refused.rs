//! A file that cannot be looked at, or must not be used: it must be changed, not the configuration.

use crate::changes;
use rollcall_sources::Error;

/// Why.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It cannot be read as a whole.
    #[error(transparent)]
    File(#[from] Error),
    /// It begins with a person.
    #[error(
        "line {line} looks like a person, and not like headings; the first line of the table must name its columns: export \
         the file with headings, or write them above it"
    )]
    NoHeadings {
        /// The line where headings were expected.
        line: u64,
    },
    /// It has people in its columns.
    #[error(
        "the file has its headings in the first column and people in its columns (from line {line} on), where each person needs a \
         row: paste it transposed in a spreadsheet program, or export it in the other way"
    )]
    Transposed {
        /// The line where headings were expected.
        line: u64,
    },
    /// No column can be the key.
    #[error(
        "line {line} has no column that could be the key: give one that is different for everybody a plain heading, such as \
         \"employee id\""
    )]
    NoKey {
        /// The line of the headings.
        line: u64,
    },
    /// It has only what has changed.
    #[error("{}; {}", changes::told(heading), changes::CURE)]
    Changes {
        /// The column that says so.
        heading: String,
    },
}
