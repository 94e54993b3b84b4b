//! Whose fault it is that a file is refused: the configuration's or the file's.
//!
//! That is tried, and not told from the kind of the error: where the value that the file itself shows for a setting lets the
//! file be read further, that setting is wrong. Beside `trial`, which asks only after a refusal. Promises that a heading is
//! repeated only where the error itself may name it: a file without headings begins with a person.

use crate::finding::Finding;
use rollcall_config::CsvSettings;
use rollcall_core::fold::fold;
use rollcall_sources::csv::{Shape, find_shape, read_file};
use rollcall_sources::{Error, MissingColumn, NearColumn};
use std::io::{Read, Seek, SeekFrom};

/// What is wrong with the settings for a file that was refused with this error; nothing if the file is at fault.
pub(crate) fn findings(
    settings: &CsvSettings,
    file: &mut (impl Read + Seek),
    bytes: u64,
    error: &Error,
) -> Vec<Finding> {
    let refused = error.to_string();
    for (setting, other) in others(settings, file, bytes) {
        let read = begin(file).and_then(|()| read_file(&other, &mut *file, bytes, &mut |_| {}));
        if read.map_or_else(|error| error.to_string() != refused, |_| true) {
            let cure = format!("correct `{setting}`: nothing can be read like this");
            return vec![Finding::wrong(setting, refused, cure)];
        }
    }
    if let Error::MissingColumns { missing, line, .. } = error {
        return missing.iter().map(|column| of_missing(settings, column, *line)).collect();
    }
    if let Error::DuplicateHeading { heading, .. } = error {
        let cure = "rename one of the two in the file, or map another column";
        return vec![Finding::wrong(&naming(settings, heading), refused, cure)];
    }
    Vec::new()
}

fn begin(file: &mut impl Seek) -> Result<(), Error> {
    file.seek(SeekFrom::Start(0)).map(|_| ()).map_err(Error::Read)
}

/// The settings, each time with one that the file shows to be another.
fn others(
    settings: &CsvSettings,
    file: &mut (impl Read + Seek),
    bytes: u64,
) -> Vec<(&'static str, CsvSettings)> {
    let needed = settings.columns();
    let rank = |headings: &[String]| {
        let has = |column: &&&str| headings.iter().any(|heading| fold(heading) == fold(column));
        needed.iter().filter(has).count()
    };
    let Ok(shape) = begin(file).and_then(|()| find_shape(&mut *file, bytes, &rank)) else {
        return Vec::new();
    };
    let Shape { encoding, delimiter, skip_lines, second_headings, .. } = shape;
    let delimiter = u8::try_from(delimiter).ok();
    let mut others = vec![
        ("encoding", CsvSettings { encoding, ..settings.clone() }),
        ("skip_lines", CsvSettings { skip_lines, ..settings.clone() }),
        ("second_headings", CsvSettings { second_headings, ..settings.clone() }),
    ];
    if settings.delimiter.is_some() {
        others.push(("delimiter", CsvSettings { delimiter, ..settings.clone() }));
    }
    others.retain(|(_, other)| other != settings);
    others
}

fn of_missing(settings: &CsvSettings, column: &MissingColumn, line: u64) -> Finding {
    let MissingColumn { heading, near } = column;
    let setting = naming(settings, heading);
    let meant = match near {
        Some(NearColumn { heading: Some(heading), number }) => {
            format!("did you mean {heading:?}, column {number}? ")
        }
        Some(NearColumn { heading: None, number }) => format!("did you mean column {number}? "),
        None => String::new(),
    };
    let cure = format!(
        "{meant}Map another column, or correct the headings of the file; a run refuses a file that lacks a column"
    );
    Finding::wrong(&setting, format!("line {line} has no column {heading:?}"), cure)
}

/// The settings that name a column.
fn naming(settings: &CsvSettings, column: &str) -> String {
    let is_it = |named: &String| fold(named) == fold(column);
    let above =
        [("match_field", Some(&settings.match_field)), ("immutable_id", settings.immutable_id.as_ref())];
    let above =
        above.into_iter().filter(|(_, from)| from.is_some_and(|from| from.columns().into_iter().any(is_it)));
    let mut names: Vec<&str> = above.map(|(name, _)| name).collect();
    names.extend(settings.mapping.settings_naming(&is_it));
    names.join(", ")
}
