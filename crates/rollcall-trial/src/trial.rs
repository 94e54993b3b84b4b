//! A configuration held against a file: the front door of `rollcall check --file` (rule 48).
//!
//! The file is read twice: first as a run reads it, which gives the people; then its cells, which give what is before the
//! mapping. Nothing is stored. Promises that only cells of columns that the configuration names are shown (rule 47).

use crate::finding::{Finding, Weight};
use crate::gone_marks::GoneMarks;
use crate::people::{Ends, Samples};
use crate::refused::Refused;
use crate::shown::{Fill, Person};
use crate::tally::Tally;
use crate::tried::Tried;
use crate::unasked::Unasked;
use crate::{blame, judge, people};
use rollcall_config::CsvSettings;
use rollcall_core::time::Timestamp;
use rollcall_sources::Error;
use rollcall_sources::csv::{self, shape_for};
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
    let error = match read(settings, file, bytes, now) {
        Ok(trial) => return Ok(trial),
        Err(error) => error,
    };
    let findings = blame::findings(settings, file, bytes, &error);
    if findings.is_empty() {
        return Err(error.into());
    }
    Ok(Trial { findings, ..Trial::default() })
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
    let tried = Tried::of_file(settings);
    let mut tally = Tally::new(&tried, &shape.headings, samples.lines());
    let mut unasked = Unasked::new(&tried, &shape.headings, now);
    let mut marks = GoneMarks::new(&tried, &shape.headings);
    csv::look(&mut *file, bytes, &shape, Some(settings), &mut |line, cells| {
        let is_there = tally.see(line, cells);
        unasked.see(cells, is_there);
        if is_there {
            marks.see(cells);
        }
    })?;
    let mut findings = judge::judge(&tried, &samples, &tally);
    findings.extend(unasked.findings());
    findings.extend(marks.findings());
    let noted = [
        ("username", summary.logins.note(), "nobody can log in with a username that they do not know"),
        ("rows", summary.example.note(), "whoever is in the file gets an account"),
        ("email", summary.same_address.note(), "if it is the mailbox of all of them, leave it as it is"),
    ];
    let cure = "export again in another way, as plain text, if the file did not always have it";
    findings.extend(summary.oddities.notes().map(|note| Finding::look("rows", note, cure)));
    findings.extend(
        noted.into_iter().filter_map(|(setting, note, cure)| Some(Finding::look(setting, note?, cure))),
    );
    findings.extend(samples.forms.findings());
    findings.extend(alone(summary.lone.rows, summary.lone.line, summary.entries));
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

/// Rows with nothing but a key, where the others have more.
fn alone(rows: u64, line: u64, people: u64) -> Option<Finding> {
    // One in five may be people without a name.
    let is_few = rows > 0 && rows.saturating_mul(5) < people;
    let have = if rows == 1 {
        "row has nothing but its key (line"
    } else {
        "rows have nothing but their key (the first in line"
    };
    let cure =
        "if that is a note, or the heading of a group, remove it from the file: it would be an account";
    is_few.then(|| Finding::look("rows", format!("{rows} {have} {line})"), cure))
}

fn begin(file: &mut impl Seek) -> Result<(), Error> {
    file.seek(SeekFrom::Start(0)).map(|_| ()).map_err(Error::Read)
}
