//! `userAccountControl` of Active Directory: a number whose second bit says that the account is disabled.
//!
//! A configuration compares words, so the numbers of the file are written, and those that most accounts have.

use crate::line::status_table;
use crate::profile::Column;
use crate::settings::Settings;
use crate::words::{plain, unbracketed};

/// The headings of the column, as `words::plain` leaves them.
const HEADINGS: [&str; 3] = ["useraccountcontrol", "user account control", "uac"];
/// The bit of a disabled account (Microsoft: `ACCOUNTDISABLE`).
const DISABLED: u32 = 2;
/// The bits of accounts of computers and of the trust between domains: they are no people, whether they are enabled or not.
const NO_PERSON: u32 = 0x0800 | 0x1000 | 0x2000;
/// The numbers of enabled accounts that are usual: without and with a password that never expires, that is not needed, or that
/// is replaced by a smart card.
const USUAL: [u32; 8] = [512, 544, 66048, 66080, 262_656, 262_688, 328_192, 328_224];

/// Whether a heading names it.
pub(crate) fn is_heading(heading: &str) -> bool {
    HEADINGS.contains(&plain(unbracketed(heading)).as_str())
}

/// The words of the column, as TOML; `None` if it has no numbers.
pub(crate) fn table(column: &Column, settings: &mut Settings) -> Option<String> {
    let words = column.words.iter().map(|(word, _)| word.as_str());
    let (numbers, others): (Vec<&str>, Vec<&str>) = words.partition(|word| number(word).is_some());
    if numbers.is_empty() {
        settings
            .notes
            .push(format!("{:?} has no numbers, so it does not say who is disabled", column.heading));
        return None;
    }
    if !others.is_empty() {
        settings.note_unknown(&column.heading, &others);
    }
    if column.has_more_words {
        settings.notes.push(format!(
            "{:?} has more numbers than are written; rows with another number are rejected and change nobody",
            column.heading
        ));
    }
    let is_disabled = |word: &&str| number(word).is_some_and(|number| number & (DISABLED | NO_PERSON) != 0);
    let list = |wanted: bool| -> Vec<String> {
        let usual = USUAL.iter().map(|number| (if wanted { *number } else { number | DISABLED }).to_string());
        let mut list: Vec<String> = usual.collect();
        for word in numbers.iter().filter(|word| is_disabled(word) != wanted) {
            if !list.iter().any(|known| known == word) {
                list.push((*word).to_owned());
            }
        }
        list
    };
    Some(status_table(&column.heading, &list(true), &list(false), None, None))
}

/// Written in tens, or in sixteens as some tools do.
fn number(word: &str) -> Option<u32> {
    let hex = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    hex.map_or_else(|| word.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
}
