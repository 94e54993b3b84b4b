//! A configuration held against people of a directory: the part of `rollcall check --connect` that `--file` has for a file.
//!
//! Above `rollcall-sources`, which has read the people as a run does. The counts and the judgement are those of a file, so a
//! trap that is found in a file is found in a directory. Promises that only attributes that the configuration names are
//! shown (rule 47).

use crate::judge;
use crate::people::{self, Samples};
use crate::tally::Tally;
use crate::trial::Trial;
use crate::tried::Tried;
use rollcall_config::Values;
use rollcall_core::entry::{Entry, Record, RejectedRow};
use rollcall_core::time::Timestamp;
use rollcall_sources::directory::Sample;
use std::borrow::Cow;

/// What joins the values of an attribute that has several.
const BETWEEN: &str = "; ";

/// Holds a configuration against people of a directory. `now` decides who has started and who has left.
#[must_use]
pub fn try_people(sample: &Sample, now: Timestamp) -> Trial {
    let tried = Tried {
        match_field: &sample.match_field,
        immutable_id: None,
        mapping: &sample.mapping,
        columns: Vec::new(),
        is_directory: true,
    };
    // Their places in the sample stand for the lines of a file.
    let numbered = || (1..).zip(&sample.people);
    let mut samples = Samples::new(now);
    for (number, looked) in numbered() {
        samples.see(&with_line(&looked.record, number));
    }
    let mut tally = Tally::new(&tried, &[], samples.lines());
    for (number, looked) in numbered() {
        let joined = |(name, values): &(String, Vec<String>)| (name.clone(), values.join(BETWEEN));
        tally.keep(number, looked.before.iter().map(joined).collect());
        tally.see_values(&|attribute: &String| {
            let found = looked.before.iter().find(|(name, _)| name == attribute);
            let values = found.map(|(_, values)| values.as_slice()).unwrap_or_default();
            Values::several(values.iter().map(|value| Cow::Borrowed(value.as_str())))
        });
    }
    let findings = judge::judge(&tried, &samples, &tally);
    let (ends, taken) = samples.into_taken();
    let mut people = people::shown(&taken, &tally, now);
    for (person, record) in people.iter_mut().zip(&taken) {
        person.line = None;
        person.who = Some(who(record));
    }
    let rows = sample.people.len() as u64;
    Trial { rows, ends, fills: tally.fills(), people, findings, ..Trial::default() }
}

fn with_line(record: &Record, line: u64) -> Record {
    match record.clone() {
        Record::Entry(entry) => Record::Entry(Entry { line, ..entry }),
        Record::Rejected(row) => Record::Rejected(RejectedRow { line, ..row }),
    }
}

/// Somebody's name in a directory.
fn who(record: &Record) -> String {
    let (username, key, id) = match record {
        Record::Entry(entry) => (&entry.username, Some(&entry.key), &entry.immutable_id),
        Record::Rejected(row) => (&row.username, row.key.as_ref(), &row.immutable_id),
    };
    let named = username.as_ref().map(|name| name.original());
    let named = named.or_else(|| key.map(|key| key.original()));
    let named = named.or_else(|| id.as_ref().map(|id| id.as_str()));
    named.unwrap_or("somebody without a name").to_owned()
}
