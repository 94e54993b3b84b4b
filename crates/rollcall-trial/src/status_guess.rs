//! The status columns of a file that nobody has described: by their headings and their words.
//!
//! Beside `guess`; `status_words` says what the words of a column mean. Promises that a word of which nothing is known rejects
//! the row, and never gives a seat; that a column which says something else is not asked; and that a status which is not
//! understood is written so that nobody gets a seat by it.

use crate::account_control;
use crate::line::{column_text, status_table, toml_text};
use crate::profile::{Column, Profile};
use crate::says::{self, Says};
use crate::settings::Settings;
use crate::status_words::Words;
use crate::unasked;
use crate::words::plain;
use crate::yes_and_no::{NO, YES};
use rollcall_config::truth_of;
use rollcall_core::fold::fold;

/// Adds `active`: the column that says who is there, and those that say of an account that it is blocked.
pub(crate) fn add(profile: &Profile, settings: &mut Settings) {
    let filled = || profile.columns.iter().filter(|column| column.filled > 0);
    let of_numbers = filled().filter(|column| account_control::is_heading(&column.heading));
    let mut tables: Vec<String> =
        of_numbers.filter_map(|column| account_control::table(column, settings)).collect();
    let all: Vec<Words<'_>> = filled()
        .filter(|column| !account_control::is_heading(&column.heading))
        .filter_map(|column| Words::of(column, settings))
        .collect();
    let chosen = if tables.is_empty() { choose(&all, settings) } else { beside(&all, None) };
    for words in &chosen {
        note_doubts(words, profile.rows, settings);
        tables.push(table(words, profile.rows));
    }
    if tables.is_empty() {
        let named = profile.columns.iter().filter(|column| !settings.mentions(&column.heading));
        let hints = named.filter_map(|column| {
            let hint = unasked::hint(&column.heading, &column.words, column.has_more_words)?;
            Some(hint.told(&column.heading))
        });
        let hints: Vec<String> = hints.collect();
        settings.notes.extend(hints);
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

/// The columns that are asked. A status whose words are known is asked alone, but for what surely says that somebody is blocked.
fn choose<'a, 'p>(all: &'a [Words<'p>], settings: &mut Settings) -> Vec<&'a Words<'p>> {
    let rank = |words: &&Words<'_>| says::rank(&words.column.heading);
    let statuses = || all.iter().filter(|words| words.is_status());
    if let Some(best) = statuses().filter(|words| words.is_understood()).min_by_key(rank) {
        return beside(all, Some(best));
    }
    let flags: Vec<&Words<'_>> =
        all.iter().filter(|words| !words.is_status() && words.is_understood()).collect();
    if !flags.is_empty() {
        for words in statuses() {
            settings.notes.push(format!(
                "{:?} looks like a status, but most of its words are not known, so it is not asked",
                words.column.heading
            ));
        }
        return flags;
    }
    // Not understood, but surely the status: it is asked, and each word that is not known rejects its row.
    // Where each row has a word of its own, it is a remark; and it is not repeated.
    let is_sure = |words: &&Words<'_>| words.says != Says::StatusOrPlace && !words.column.is_unique();
    let surely = statuses().filter(is_sure).min_by_key(rank).or_else(|| all.iter().find(is_sure));
    if surely.is_none() {
        for words in all {
            settings.notes.push(format!(
                "{:?} looks like a status, but most of its words are not known; say what they mean: active = {{ column = \
                 {}, true = [...], false = [...] }}",
                words.column.heading,
                column_text(&words.column.heading)
            ));
        }
    }
    surely.into_iter().collect()
}

/// A status, and what is asked beside it: that the account is blocked, in so many words, or the status of the account.
fn beside<'a, 'p>(all: &'a [Words<'p>], best: Option<&'a Words<'p>>) -> Vec<&'a Words<'p>> {
    let is_of_account = |words: &Words<'_>| {
        let heading = plain(&crate::spellings::bare(&words.column.heading));
        ["account", "user", "login", "sign in", "konto", "compte", "cuenta"]
            .iter()
            .any(|word| heading.contains(word))
    };
    let best_is_of_account = best.is_some_and(is_of_account);
    let is_asked = |words: &&Words<'_>| match words.says {
        Says::Opposite => says::is_certain(&words.column.heading) && words.unknown.is_empty(),
        Says::Active => is_of_account(words) && words.unknown.is_empty(),
        Says::Status => !best_is_of_account && is_of_account(words) && words.is_of_states(),
        Says::StatusOrPlace | Says::Leave | Says::Other => false,
    };
    let is_best = |words: &Words<'_>| best.is_some_and(|best| std::ptr::eq(best, words));
    best.into_iter().chain(all.iter().filter(|words| !is_best(words)).filter(is_asked)).collect()
}

/// Says what a person has to look at below a column that is asked.
fn note_doubts(words: &Words<'_>, rows: u64, settings: &mut Settings) {
    let heading = &words.column.heading;
    if !words.is_understood() {
        settings.notes.push(format!(
            "{heading:?} looks like a status, but most of its words are not known: until each is in `true` or in `false` of \
             `active`, such rows are rejected and nobody gets a seat by them: {}",
            listed(&words.unknown)
        ));
    } else if !words.unknown.is_empty() {
        settings.note_unknown(heading, &words.unknown);
    }
    if words.says == Says::Opposite && plain(heading) == "disabled" {
        settings.notes.push(format!(
            "{heading:?} is read as a disabled account; if it says who has a disability, take it out of `active`"
        ));
    }
    let empty = rows - words.column.filled;
    if empty == 0 {
        return;
    }
    match words.empty() {
        None => settings.notes.push(format!(
            "{empty} of {rows} rows have nothing in {heading:?}: they are rejected and change nobody; fill them, or say what \
             nothing means: empty = true, or empty = false"
        )),
        Some(false) => settings.notes.push(format!(
            "{empty} of {rows} rows have no mark in {heading:?}, which is read as no; if it means nothing, take out `empty`"
        )),
        Some(true) => {}
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().take(6).map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}

/// The words of one column, as TOML.
fn table(words: &Words<'_>, rows: u64) -> String {
    let Words { column, yes, no, unknown, .. } = words;
    let empty = words.empty().filter(|_| column.filled < rows);
    // A list that is left out is the usual one, in the parser. It must not read a word that means something else here.
    let is_usual = unknown.iter().all(|word| truth_of(word).is_none()) && !(yes.is_empty() && no.is_empty());
    if words.says == Says::Opposite && unknown.iter().all(|word| truth_of(word).is_none()) {
        // The next file may be saved by an Excel in another language: the words of both sides are written, and no `else`.
        let (yes, no) = (with(NO, yes), with(YES, no));
        return status_table(&column.heading, &yes, &no, None, empty);
    }
    if is_usual {
        return status_table(&column.heading, yes, no, None, empty);
    }
    explicit(column, yes, no)
}

/// Both lists, also where they are empty: nothing else is read.
fn explicit(column: &Column, yes: &[&str], no: &[&str]) -> String {
    let list = |words: &[&str]| words.iter().map(|word| toml_text(word)).collect::<Vec<_>>().join(", ");
    format!("{{ column = {}, true = [{}], false = [{}] }}", column_text(&column.heading), list(yes), list(no))
}

/// The usual words, and those of the file that are not among them.
fn with<'w>(usual: &[&'w str], found: &[&'w str]) -> Vec<&'w str> {
    let is_new = |word: &&&str| !usual.iter().any(|known| fold(known) == fold(word));
    usual.iter().chain(found.iter().filter(is_new)).copied().collect()
}
