//! The conditions of a known export, held against the file at hand: one that would keep everybody out means something else
//! there.

use crate::export::Roles;
use crate::line::{self, Line, Value};
use crate::profile::{Column, Profile};
use crate::settings::Settings;
use rollcall_config::{Condition, Values};
use rollcall_core::fold::fold;

/// Adds a condition, if its column is there.
pub(crate) fn add(line: &Line, roles: &Roles, profile: &Profile, settings: &mut Settings) {
    let Some(role) = line.roles().into_iter().next() else { return };
    let Some(column) = roles.get(role.as_str()).and_then(|heading| profile.column(heading)) else { return };
    let written = match line.value {
        Value::Condition(text) => line::condition(text, roles),
        Value::Without(_, words) => Some(without(column, words)),
        Value::Text(_) | Value::Status(_) | Value::Date(_) => None,
    };
    let Some(written) = written else { return };
    let Ok(condition) = written.parse::<Condition>() else { return };
    let outside = outside(&condition, column, profile);
    if outside == profile.rows && !column.has_more_words {
        settings.notes.push(format!(
            "a condition on {:?} would keep everybody out, so it is left out; look at who is in the file",
            column.heading
        ));
        return;
    }
    if matches!(line.value, Value::Without(..)) && outside == 0 && column.filled == profile.rows {
        settings.notes.push(format!(
            "no known word below {:?} keeps anybody out; if the file has shared mailboxes or rooms, add the word that they have \
             there to the condition",
            column.heading
        ));
    }
    settings.add("where", line::toml_text(&written), line.why);
}

/// The condition with the words that the file has; with all of them where it has none.
fn without(column: &Column, words: &[&str]) -> String {
    let is_known = |word: &str| words.iter().any(|known| fold(known) == fold(word));
    let found = column.words.iter().map(|(word, _)| word.as_str());
    let found: Vec<&str> = found.filter(|word| is_known(word)).collect();
    line::without(&column.heading, if found.is_empty() { words } else { &found })
}

/// How many rows are outside a condition, as far as the words of its column are kept.
fn outside(condition: &Condition, column: &Column, profile: &Profile) -> u64 {
    let is_outside = |word: &str| !condition.holds(&|_: &String| Values::one(word));
    let words = column.words.iter().filter(|(word, _)| is_outside(word)).map(|(_, number)| number);
    let empty = if is_outside("") { profile.rows - column.filled } else { 0 };
    words.sum::<u64>() + empty
}
