//! The status columns of a file that nobody has described: by their headings and their words.
//!
//! Beside `guess`. Promises that a word of which nothing is known rejects the row, and never gives a seat.

use crate::account_control;
use crate::line::{column_text, status_table};
use crate::profile::{Column, Profile};
use crate::settings::Settings;
use crate::usual_headings::STATUSES;
use crate::words::{plain, says_active, says_on_leave, sense_of, unbracketed};
use crate::yes_and_no::{NO, YES};
use rollcall_config::{is_opposite, truth_of};
use rollcall_core::fold::fold;

/// A status has no more words than this.
const WORDS_MAX: usize = 12;
/// A column of opposite sense whose words are not known is mentioned if it has no more than this; others are reasons or days.
const UNKNOWN_WORDS_MAX: usize = 4;

/// Adds `active`: those columns whose words all say who is there, by themselves or by their heading.
pub(crate) fn add(profile: &Profile, settings: &mut Settings) {
    let mut tables = Vec::new();
    for column in profile.columns.iter().filter(|column| column.filled > 0) {
        if account_control::is_heading(&column.heading) {
            tables.extend(account_control::table(column, settings));
        } else {
            tables.extend(table_of(column, profile.rows, settings));
        }
    }
    write(&tables, settings);
}

/// The same where only the number of Active Directory can say it.
pub(crate) fn add_account_control(profile: &Profile, settings: &mut Settings) {
    let found = profile.columns.iter().find(|column| account_control::is_heading(&column.heading));
    let Some(column) = found.filter(|column| column.filled > 0) else { return };
    let table = account_control::table(column, settings);
    write(&table.into_iter().collect::<Vec<_>>(), settings);
}

fn write(tables: &[String], settings: &mut Settings) {
    let value = match tables {
        [] => return,
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    let why = "its heading and its words; everybody else's rows are rejected and change nobody";
    settings.add("active", value, why);
}

/// What the words of one column say of a person, if it is a status.
fn table_of(column: &Column, rows: u64, settings: &mut Settings) -> Option<String> {
    let heading = &column.heading;
    let is_named = STATUSES.contains(&plain(unbracketed(heading)).as_str());
    if column.has_more_words || column.words.len() > WORDS_MAX {
        return None;
    }
    if says_on_leave(heading) {
        settings.notes.push(format!("{heading:?} is not used: people on leave keep their access"));
        return None;
    }
    if !(is_named || is_opposite(heading) || says_active(heading)) {
        return None;
    }
    let words: Vec<&str> = column.words.iter().map(|(word, _)| word.as_str()).collect();
    // Below "Status" a plain yes is a yes.
    let sense = |word: &str| sense_of(heading, word).or_else(|| truth_of(word).filter(|_| is_named));
    let is = |wanted: Option<bool>| -> Vec<&str> {
        words.iter().copied().filter(|word| sense(word) == wanted).collect()
    };
    let (yes, no, unknown) = (is(Some(true)), is(Some(false)), is(None));
    if yes.is_empty() && no.is_empty() || unknown.len() > yes.len() + no.len() {
        let has_digit = |word: &&str| word.contains(|c: char| c.is_ascii_digit());
        let is_doubtful = is_opposite(heading)
            && words.len() <= UNKNOWN_WORDS_MAX
            && !words.iter().all(|word| word.len() > 1 && has_digit(word));
        if is_named || is_doubtful {
            // Its words are not repeated: the column is not named by what is written.
            settings.notes.push(format!(
                "{heading:?} looks like a status, but most of its words are not known; say what they mean: active = {{ column = \
                 {}, true = [...], false = [...] }}",
                column_text(heading)
            ));
        }
        return None;
    }
    if !unknown.is_empty() {
        settings.note_unknown(heading, &unknown);
    }
    Some(table(column, &yes, &no, rows))
}

fn table(column: &Column, yes: &[&str], no: &[&str], rows: u64) -> String {
    let has_empty = column.filled < rows;
    if is_opposite(&column.heading) {
        // The next file may be saved by an Excel in another language: the words of both sides are written, and no `else`.
        let (yes, no) = (with(NO, yes), with(YES, no));
        return status_table(&column.heading, &yes, &no, None, has_empty.then_some(true));
    }
    // A list that the file has no word for is the usual one, in the parser.
    let empty = has_empty.then_some(true).filter(|_| !yes.is_empty());
    status_table(&column.heading, yes, no, None, empty)
}

/// The usual words, and those of the file that are not among them.
fn with<'w>(usual: &[&'w str], found: &[&'w str]) -> Vec<&'w str> {
    let is_new = |word: &&&str| !usual.iter().any(|known| fold(known) == fold(word));
    usual.iter().chain(found.iter().filter(is_new)).copied().collect()
}
