//! Why a source cannot be read as a whole. Then nothing of it is published (rule 23).
//!
//! Each text says where, what was expected and what to do. A damaged row is a rejected record, not an error.

mod delimiter_error;
mod file_error;
mod file_kind;
mod placed;

pub use delimiter_error::{DelimiterError, Stated};
pub use file_error::FileError;
pub use file_kind::FileKind;

use rollcall_config::place;
use std::fmt;
use std::io;

/// Why a source was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes could not be read.
    #[error("the file could not be read to its end; nothing was taken from it, run again")]
    Read(#[source] io::Error),
    /// The file of rejected rows could not be written.
    #[error("the file of rejected rows could not be written; run again")]
    Rejects(#[source] io::Error),
    /// Fewer bytes than the object has.
    #[error(
        "the file is cut off: {read} bytes were read, it has {expected}; run again; if the error stays, upload the file again"
    )]
    CutOff {
        /// How many bytes were read.
        read: u64,
        /// How many the object has.
        expected: u64,
    },
    /// More bytes than the object had.
    #[error("the file changed while it was read: it has more than the {expected} bytes expected; run again")]
    Grew {
        /// How many the object had.
        expected: u64,
    },
    /// Nothing in the file, or only blank lines.
    #[error(
        "the file is empty: a line of headings and at least one row are expected; \
         nothing was changed, export the file again"
    )]
    Empty,
    /// Headings, and no row.
    #[error(
        "the file has no rows below its headings (line {line}), which would remove everybody; \
         nothing was changed, export the file again"
    )]
    NoRows {
        /// The line of the headings.
        line: u64,
    },
    /// What the file is, how it is encoded or packed.
    #[error(transparent)]
    File(#[from] FileError),
    /// Columns that the configuration names are not there.
    #[error(
        "line {line} has no column {}; {}. Its cells are not repeated here, because they may be a person's; correct the \
         headings in the file (they must be its first line), or the columns in the configuration",
        Missing(missing),
        Found { there, columns: *columns }
    )]
    MissingColumns {
        /// The line of the headings.
        line: u64,
        /// The columns that are missing.
        missing: Vec<MissingColumn>,
        /// The configured columns that are there, as they are configured.
        there: Vec<String>,
        /// How many columns the line has.
        columns: usize,
    },
    /// Its columns are separated by something else than was expected.
    #[error(transparent)]
    Delimiter(#[from] DelimiterError),
    /// A needed column exists twice.
    #[error(
        "line {line} has the heading {heading:?} twice, as columns {first} and {second}; rename one of them"
    )]
    DuplicateHeading {
        /// The line of the headings.
        line: u64,
        /// The heading.
        heading: String,
        /// The first of the two, counted from 1.
        first: usize,
        /// The second of the two, counted from 1.
        second: usize,
    },
    /// A quote is not closed, or not in the right place: it may have hidden rows.
    #[error(
        "a quote that is opened in line {line}{} is never closed and hides the rows after it; close it \
         (a quote inside a quoted cell is written twice)",
        In(heading)
    )]
    UnclosedQuote {
        /// The line on which the quote opens.
        line: u64,
        /// The column's heading, where it has one.
        heading: Option<String>,
    },
    /// A line break in the cell of a match key, id or username.
    #[error(
        "the cell under {heading:?} in the row of line {line} goes over several lines; \
         close the quote that is open there, or remove the line break"
    )]
    LineBreakInKey {
        /// The line on which the row begins.
        line: u64,
        /// The column's heading.
        heading: String,
    },
    /// The last row stops early, and no line end follows.
    #[error(
        "the file is cut off in its last row, line {line}: {found} of {expected} cells, and no line end; export it again"
    )]
    LastRowCut {
        /// The line on which the row begins.
        line: u64,
        /// How many cells it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// In every try, the directory could not be reached, was busy or broke off.
    #[error("{server} could not be read: {cause}; nothing was changed, the next run tries again")]
    Unreachable {
        /// Which server.
        server: String,
        /// What happened last, with the server's id of the request, if it gave one.
        cause: String,
    },
    /// The same, for answers that say that the server ran out of time or memory: a smaller page may help.
    #[error("{server} could not be read: {cause}; nothing was changed, the next run tries again")]
    Overloaded {
        /// Which server.
        server: String,
        /// What it said last.
        cause: String,
    },
    /// A directory refuses the credentials.
    #[error("{server} does not accept the credentials: {reply}; {cure}")]
    Credentials {
        /// Which server.
        server: String,
        /// Its answer, without secrets.
        reply: String,
        /// What to do.
        cure: &'static str,
    },
    /// The account may not see what is needed.
    #[error("{server} does not allow {what}: {reply}; {cure}")]
    Forbidden {
        /// Which server.
        server: String,
        /// What was requested.
        what: &'static str,
        /// Its answer.
        reply: String,
        /// What to do.
        cure: &'static str,
    },
    /// A configured group does not exist, or exists more than once.
    #[error("the group {group:?} {what}; nothing was changed, correct `groups` in the configuration")]
    Group {
        /// As it is configured.
        group: String,
        /// What is wrong with it.
        what: String,
    },
    /// Nobody has an attribute that the mapping names.
    #[error(
        "{place}nobody of the {people} people has the attribute {attribute:?}, which {setting} names{}, or the account \
         that reads may not see it; nothing was changed, correct {setting} in the configuration",
        Meant(near)
    )]
    Attribute {
        /// Where the configuration names it: `rollcall.toml, line 12: `; empty if it is the usual one.
        place: String,
        /// The settings that name it, in quotes.
        setting: String,
        /// The attribute that may be meant.
        near: Option<String>,
        /// As it is configured.
        attribute: String,
        /// How many people were looked at.
        people: u64,
    },
    /// An answer that cannot be used.
    #[error(
        "{server} gave an answer that cannot be used: {what}; nothing was changed, the next run tries again"
    )]
    Answer {
        /// Which server.
        server: String,
        /// What was expected and what was found.
        what: String,
    },
    /// A listing of people that is incomplete.
    #[error("the listing of {of} is not complete: {why}; nothing was changed, the next run reads it again")]
    NotWhole {
        /// Of which group.
        of: String,
        /// Why.
        why: String,
    },
    /// Nobody in any group.
    #[error(
        "the groups have no members, or the account that reads may not see them, which would remove everybody; nothing was \
         changed, check `groups` and the rights of the account that reads"
    )]
    Nobody,
    /// A directory asks for a longer wait than there is time.
    #[error(
        "{server} asks to wait for {seconds} s, longer than this run may take; nothing was changed, the next run tries again"
    )]
    Throttled {
        /// Which server.
        server: String,
        /// How long.
        seconds: u64,
    },
    /// The time of the invocation is up.
    #[error("the time for reading {server} is up; nothing was changed, the next run tries again")]
    TimeIsUp {
        /// Which server.
        server: String,
    },
    /// A setting that only the library of the directory can check.
    #[error("{what}; correct the configuration")]
    Settings {
        /// What is wrong.
        what: String,
    },
    /// A secret without text.
    #[error("the secret {name} is empty; store it there, or correct the configuration")]
    EmptySecret {
        /// Where it should be stored.
        name: String,
    },
    /// Another, that a setting of the configuration is the cause of.
    #[error("{}{error}", place(*line))]
    Placed {
        /// The line of the setting.
        line: u64,
        /// What is wrong.
        error: Box<Self>,
    },
    /// A stored position from which a reading cannot continue.
    #[error("the position at which the reading should continue cannot be used ({0}); start a new run")]
    Cursor(String),
}

impl Error {
    /// The same error, with `change` applied to every text that may come from a server.
    #[must_use]
    pub(crate) fn with_texts(self, change: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Unreachable { server, cause } => Self::Unreachable { server, cause: change(&cause) },
            Self::Overloaded { server, cause } => Self::Overloaded { server, cause: change(&cause) },
            Self::Credentials { server, reply, cure } => {
                Self::Credentials { server, reply: change(&reply), cure }
            }
            Self::Forbidden { server, what, reply, cure } => {
                Self::Forbidden { server, what, reply: change(&reply), cure }
            }
            Self::Group { group, what } => Self::Group { group: change(&group), what: change(&what) },
            Self::Answer { server, what } => Self::Answer { server, what: change(&what) },
            Self::NotWhole { of, why } => Self::NotWhole { of: change(&of), why: change(&why) },
            Self::Settings { what } => Self::Settings { what: change(&what) },
            Self::Cursor(why) => Self::Cursor(change(&why)),
            Self::Placed { line, error } => Self::Placed { line, error: Box::new(error.with_texts(change)) },
            // Texts of files and of the configuration.
            other @ (Self::Read(_)
            | Self::Rejects(_)
            | Self::CutOff { .. }
            | Self::Grew { .. }
            | Self::Empty
            | Self::NoRows { .. }
            | Self::File(_)
            | Self::MissingColumns { .. }
            | Self::Delimiter(_)
            | Self::DuplicateHeading { .. }
            | Self::UnclosedQuote { .. }
            | Self::LineBreakInKey { .. }
            | Self::LastRowCut { .. }
            | Self::Nobody
            | Self::Attribute { .. }
            | Self::Throttled { .. }
            | Self::TimeIsUp { .. }
            | Self::EmptySecret { .. }) => other,
        }
    }

    /// Whether the only problem is that there was not enough time.
    #[must_use]
    pub fn is_out_of_time(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::TimeIsUp { .. })
    }
}

/// A column that the configuration names and the file does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingColumn {
    /// As it is configured.
    pub heading: String,
    /// The column of the file that may be meant.
    pub near: Option<NearColumn>,
}

/// A column whose heading is like one that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearColumn {
    /// Which it is, counted from 1.
    pub number: usize,
    /// Its heading, if it is a well-known word. Another text may be personal data instead of a heading.
    pub heading: Option<String>,
}

struct Missing<'a>(&'a [MissingColumn]);

impl fmt::Display for Missing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, column) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { ", " };
            write!(f, "{separator}{:?}", column.heading)?;
            match &column.near {
                Some(NearColumn { heading: Some(heading), number }) => {
                    write!(f, " (did you mean {heading:?}, column {number}?)")?;
                }
                Some(NearColumn { heading: None, number }) => write!(f, " (did you mean column {number}?)")?,
                None => {}
            }
        }
        Ok(())
    }
}

/// The columns of a line of headings. Only configured names are shown.
struct Found<'a> {
    there: &'a [String],
    columns: usize,
}

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { there, columns } = self;
        let word = if *columns == 1 { "column" } else { "columns" };
        if there.is_empty() {
            return write!(f, "it has {columns} {word}, and none of those that the configuration names");
        }
        let names: Vec<String> = there.iter().map(|heading| format!("{heading:?}")).collect();
        write!(f, "it has {columns} {word}, {} among them", names.join(", "))
    }
}

struct Meant<'a>(&'a Option<String>);

impl fmt::Display for Meant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |name| write!(f, " (did you mean {name:?}?)"))
    }
}

struct In<'a>(&'a Option<String>);

impl fmt::Display for In<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |heading| write!(f, " (column {:?})", short(heading)))
    }
}

/// The beginning of a text that came from the file, short enough for a message.
pub(crate) fn short(text: &str) -> &str {
    const CHARS_MAX: usize = 40;
    text.char_indices().nth(CHARS_MAX).map_or(text, |(end, _)| &text[..end])
}
