//! A file of which most have left: a report of everybody who ever worked there.
//!
//! With such a file most people would be disabled by their status, and a trial could not tell that from a status that is
//! turned round. So those who have left are kept out of scope.

use crate::line::{toml_text, without};
use crate::profile::Profile;
use crate::settings::Settings;
use crate::states::state_of;
use rollcall_config::{CsvSettings, StatusRule, Values, Verdict};

/// Adds the condition where it is needed: where more than half of the rows have a word that says so by itself.
pub(crate) fn add_condition(csv: &CsvSettings, profile: &Profile, settings: &mut Settings) {
    let Some(rule) = &csv.mapping.active else { return };
    for column in &rule.all {
        let found = column.from.as_column().and_then(|heading| profile.column(heading));
        let Some(found) = found.filter(|found| !found.has_more_words) else { continue };
        let alone = StatusRule { all: vec![column.clone()] };
        let is_gone = |word: &str| {
            let read = alone.verdict(&csv.mapping.nothing, &|_: &String| Values::one(word));
            read == Verdict::Said(false) && state_of(word) == Some(false)
        };
        let gone: Vec<&(String, u64)> = found.words.iter().filter(|(word, _)| is_gone(word)).collect();
        let rows: u64 = gone.iter().map(|(_, number)| number).sum();
        if rows * 2 > profile.rows && rows < profile.rows {
            let words: Vec<&str> = gone.iter().map(|(word, _)| word.as_str()).collect();
            let condition = without(&found.heading, &words);
            let why = "most of the file have left; they lose their access by being out of scope";
            settings.add("where", toml_text(&condition), why);
        }
    }
}
