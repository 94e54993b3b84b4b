//! A configuration held against a file: the front door of `rollcall check --file` (rule 48).
//!
//! The file is read twice: first as a run reads it, which gives the people; then its cells, which give what is before the
//! mapping. Nothing is stored. Promises that only cells of columns that the configuration names are shown (rule 47).

use crate::finding::{Finding, Weight};
use crate::people::{Ends, Samples};
use crate::shown::{Fill, Person};
use crate::tally::Tally;
use crate::{judge, people};
use rollcall_config::CsvSettings;
use rollcall_core::time::Timestamp;
use rollcall_sources::csv::{self, shape_for};
use rollcall_sources::{Error, FileError};
use serde::Serialize;
use std::io::{Read, Seek, SeekFrom};

/// What a configuration makes of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// The encoding in which the file was read, and what separates its columns.
    pub encoding: String,
    /// What separates its columns.
    pub delimiter: String,
    /// The line of the headings.
    pub headings_line: u64,
    /// Rows below the headings that are people, or should be.
    pub rows: u64,
    /// Rows that are no people: headings once more, dashes, totals.
    pub passed_over: u64,
    /// What would become of the people, in numbers.
    pub ends: Ends,
    /// For each setting, how many people have a value.
    pub fills: Vec<Fill>,
    /// The headings of columns that the configuration does not name.
    pub unused: Vec<String>,
    /// Some people, before and after the mapping.
    pub people: Vec<Person>,
    /// What is wrong, and what should be looked at.
    pub findings: Vec<Finding>,
}

/// A file that cannot be looked at: it must be changed, not the configuration.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(#[source] Error);

impl Refused {
    pub(crate) fn of_file(error: Error) -> Self {
        Self(error)
    }
}

impl Trial {
    /// Whether the configuration would surely do the wrong thing.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.findings.iter().any(|finding| finding.weight == Weight::Wrong)
    }
}

/// Holds a configuration against a file. `now` decides who has started and who has left.
///
/// # Errors
/// When the file cannot be read, whatever the configuration says.
pub fn try_file(
    settings: &CsvSettings,
    file: &mut (impl Read + Seek),
    bytes: u64,
    now: Timestamp,
) -> Result<Trial, Refused> {
    match read(settings, file, bytes, now) {
        Ok(trial) => Ok(trial),
        Err(error) => match setting_of(&error) {
            Some(setting) => {
                let cure = "correct the configuration, or the file; nothing can be read like this";
                Ok(Trial {
                    findings: vec![Finding::wrong(setting, error.to_string(), cure)],
                    ..Trial::default()
                })
            }
            None => Err(Refused(error)),
        },
    }
}

fn read(
    settings: &CsvSettings,
    file: &mut (impl Read + Seek),
    bytes: u64,
    now: Timestamp,
) -> Result<Trial, Error> {
    let mut samples = Samples::new(now);
    let summary = csv::read_file(settings, &mut *file, bytes, &mut |row| samples.see(&row.record))?;
    begin(file)?;
    let shape = shape_for(settings, &mut *file, bytes)?;
    begin(file)?;
    let mut tally = Tally::new(settings, &shape.headings, samples.lines());
    csv::look(&mut *file, bytes, &shape, Some(settings), &mut |line, cells| tally.see(line, cells))?;
    let findings = judge::judge(settings, &samples, &tally);
    let (ends, taken) = samples.into_taken();
    Ok(Trial {
        encoding: summary.encoding.to_owned(),
        delimiter: if summary.delimiter == '\t' {
            String::from("tab")
        } else {
            summary.delimiter.to_string()
        },
        headings_line: shape.headings_line,
        rows: summary.rows,
        passed_over: summary.passed_over,
        ends,
        fills: tally.fills(),
        unused: tally.unused(&shape.headings),
        people: people::shown(&taken, &tally, now),
        findings,
    })
}

fn begin(file: &mut impl Seek) -> Result<(), Error> {
    file.seek(SeekFrom::Start(0)).map(|_| ()).map_err(Error::Read)
}

/// The setting that a refused file is the fault of; `None` if it is the file's own.
fn setting_of(error: &Error) -> Option<&'static str> {
    match error {
        Error::MissingColumns { .. } | Error::DuplicateHeading { .. } => Some("match_field"),
        Error::WrongDelimiter { .. } => Some("delimiter"),
        Error::File(file) => match file {
            FileError::InvalidUtf8 { .. }
            | FileError::InvalidBytes { .. }
            | FileError::Utf16WithoutMark { .. }
            | FileError::IsUtf8 { .. } => Some("encoding"),
            FileError::HeadingsBelow { .. } => Some("skip_lines"),
            FileError::NoSecondHeadings { .. } => Some("second_headings"),
            FileError::NotCsv(_)
            | FileError::InvalidUtf16 { .. }
            | FileError::NotOneFile { .. }
            | FileError::Encrypted
            | FileError::UnknownPacking
            | FileError::DamagedArchive
            | FileError::TooLarge { .. } => None,
        },
        Error::Read(_)
        | Error::Rejects(_)
        | Error::CutOff { .. }
        | Error::Grew { .. }
        | Error::Empty
        | Error::NoRows { .. }
        | Error::UnclosedQuote { .. }
        | Error::LineBreakInKey { .. }
        | Error::LastRowCut { .. }
        | Error::Unreachable { .. }
        | Error::Overloaded { .. }
        | Error::Credentials { .. }
        | Error::Forbidden { .. }
        | Error::Group { .. }
        | Error::Attribute { .. }
        | Error::Answer { .. }
        | Error::NotWhole { .. }
        | Error::Nobody
        | Error::Throttled { .. }
        | Error::TimeIsUp { .. }
        | Error::Settings { .. }
        | Error::EmptySecret { .. }
        | Error::Cursor(_) => None,
    }
}
