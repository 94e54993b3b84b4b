//! Several rows of one person: what `init` leaves out, or which row it asks for, so that they are one person (rule 2).
//!
//! Between `guess` and `write`. Rows that are alike in every used value are one entry; rows that differ are duplicates, and their
//! person gets no account. Promises that a field is only left out where people are whole without it.

use crate::find::is_nameable;
use crate::heading_words::joined;
use crate::line::{condition, toml_text};
use crate::people::Samples;
use crate::profile::{Column, Profile};
use crate::settings::Settings;
use rollcall_config::{CsvSettings, truth_of};
use rollcall_core::time::Timestamp;
use rollcall_sources::csv;
use std::io::{Read, Seek, SeekFrom};

/// Fields in which two positions of one person differ.
const OF_POSITIONS: [&str; 3] = ["title", "department", "role"];

/// Headings of a column that says which of a person's rows is the main one, as `heading_words::joined` leaves them.
const MAIN: &[&str] = &[
    "primary",
    "isprimary",
    "primaryposition",
    "primaryjob",
    "primaryassignment",
    "primaryflag",
    "primaryjobflag",
    "primaryindicator",
    "isprimaryjob",
    "isprimaryposition",
    "mainposition",
    "mainjob",
    "mainassignment",
    "hauptbeschäftigung",
    "hauptvertrag",
    "hauptstelle",
    "hauptposition",
    "posteprincipal",
    "puestoprincipal",
];

/// How many rows share their key with a row that says something else.
pub(crate) fn doubled(
    csv: &CsvSettings,
    file: &mut (impl Read + Seek),
    bytes: u64,
    now: Timestamp,
) -> Option<u64> {
    file.seek(SeekFrom::Start(0)).ok()?;
    let mut samples = Samples::new(now);
    csv::read_file(csv, &mut *file, bytes, &mut |row| samples.see(&row.record)).ok()?;
    file.seek(SeekFrom::Start(0)).ok()?;
    Some(samples.keys.doubled())
}

/// Makes the rows of one person one, where that is certain. `count` says how many rows share a key with these settings.
pub(crate) fn join(
    profile: &Profile,
    settings: &mut Settings,
    count: &mut dyn FnMut(&Settings) -> Option<u64>,
) {
    let Some(all) = count(settings).filter(|all| *all > 0) else { return };
    if let Some(column) = profile.columns.iter().find(|column| says_main(column, profile)) {
        let roles = [("main", column.heading.clone())].into();
        let yes =
            column.words.iter().map(|(word, _)| word.as_str()).find(|word| truth_of(word) == Some(true));
        let written =
            yes.and_then(|yes| condition(&format!("{{main}} = '{}'", yes.replace('\'', "''")), &roles));
        if let Some(written) = written {
            settings.add(
                "where",
                toml_text(&written),
                "a person has a row for each position; this is the main one",
            );
            if count(settings).is_some_and(|now| now < all) {
                return;
            }
            settings.all.pop();
        }
    }
    let (mut kept, fields): (Vec<_>, Vec<_>) =
        settings.all.iter().cloned().partition(|setting| !OF_POSITIONS.contains(&setting.name.as_str()));
    let mut tried =
        |all: &[crate::settings::Proposed]| count(&Settings { all: all.to_vec(), notes: Vec::new() });
    let Some(least) = tried(&kept).filter(|least| *least < all) else { return };
    for field in fields {
        kept.push(field);
        if tried(&kept).is_some_and(|now| now > least)
            && let Some(left) = kept.pop()
        {
            settings.notes.push(format!(
                "rows of one person differ in {}, so `{}` is left out: with it they would be duplicates, and get no account",
                left.value, left.name
            ));
        }
    }
    settings.all = kept;
}

/// Whether a column says yes to one row of each person, and no to the others.
fn says_main(column: &Column, profile: &Profile) -> bool {
    let has = |truth: bool| column.words.iter().any(|(word, _)| truth_of(word) == Some(truth));
    MAIN.contains(&joined(&column.heading).as_str())
        && is_nameable(profile, column)
        && !column.has_more_words
        && column.words.iter().all(|(word, _)| truth_of(word).is_some())
        && has(true)
        && has(false)
}
