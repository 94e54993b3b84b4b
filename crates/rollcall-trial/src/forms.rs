//! How keys and addresses are written, where that is worth a look though it is no mistake (rules 43, 48).
//!
//! Beside `judge`, which says what is surely wrong.

use crate::finding::Finding;
use rollcall_core::entry::Entry;
use rollcall_core::person;

/// So many numbers for each other key say that the others may be none; fewer numbers show nothing.
const NUMBERS_PER_OTHER: u64 = 3;
/// So many addresses for each other value.
const ADDRESSES_PER_OTHER: u64 = 3;

/// What was seen so far.
#[derive(Default)]
pub(crate) struct Forms {
    keys: u64,
    numbers: u64,
    /// `1001.0`
    with_fraction: u64,
    /// `1.001`
    in_groups: u64,
    example: Option<String>,
    words: Others,
    addresses: u64,
    no_addresses: Others,
}

/// Values of another form.
#[derive(Default)]
struct Others {
    number: u64,
    example: Option<String>,
}

impl Others {
    fn note(&mut self, text: &str, line: u64) {
        self.number += 1;
        self.example.get_or_insert_with(|| format!("{text:?} in line {line}"));
    }
}

impl Forms {
    /// Looks at one person.
    pub(crate) fn see(&mut self, entry: &Entry) {
        let key = entry.key.original();
        self.keys += 1;
        self.numbers += u64::from(is_number(key));
        let (with_fraction, in_groups) = (is_with_fraction(key), is_in_groups(key));
        self.with_fraction += u64::from(with_fraction);
        self.in_groups += u64::from(in_groups);
        if with_fraction || in_groups {
            self.example.get_or_insert_with(|| key.to_owned());
        }
        if !key.bytes().any(|byte| byte.is_ascii_digit()) || key == "0" {
            self.words.note(key, entry.line);
        }
        let email = person::email(&entry.fields).unwrap_or_default();
        if email.contains('@') {
            self.addresses += 1;
        } else if !email.is_empty() {
            self.no_addresses.note(email, entry.line);
        }
    }

    /// What should be looked at.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let is_all = |number: u64| number >= 2 && number == self.keys;
        if is_all(self.with_fraction) || is_all(self.in_groups) {
            let how = if is_all(self.with_fraction) { "with a fraction of zeros" } else { "with separators" };
            let what = format!(
                "all {} keys are numbers {how}, such as {:?}",
                self.keys,
                self.example.as_deref().unwrap_or_default()
            );
            let cure = "if a program wrote them so, export the column as text before the first run: when that is mended later, \
                        everybody has another key";
            found.push(Finding::look("match_field", what, cure));
        }
        if let Some(example) = &self.words.example
            && self.numbers >= self.words.number * NUMBERS_PER_OTHER
        {
            let (number, numbers) = (self.words.number, self.numbers);
            let are = if number == 1 { "key is no number" } else { "keys are no numbers" };
            let what = format!("{number} {are}, where {numbers} are, for example {example}");
            let cure = "if somebody's number was not known yet, fill it before the run: with another key they are another person";
            found.push(Finding::look("match_field", what, cure));
        }
        if let Some(example) = &self.no_addresses.example
            && self.addresses >= self.no_addresses.number * ADDRESSES_PER_OTHER
        {
            let number = self.no_addresses.number;
            let has = if number == 1 { "e-mail address has" } else { "e-mail addresses have" };
            let what = format!("{number} {has} no @, for example {example}");
            found.push(Finding::look(
                "email",
                what,
                "they are written as they are; correct them in the file",
            ));
        }
        found
    }
}

pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_with_fraction(text: &str) -> bool {
    let parts = text.split_once(['.', ',']);
    parts.is_some_and(|(whole, zeros)| {
        is_number(whole) && !zeros.is_empty() && zeros.len() != 3 && zeros.bytes().all(|byte| byte == b'0')
    })
}

fn is_in_groups(text: &str) -> bool {
    ['.', ',', ' ', '\u{a0}', '\u{202f}', '\'', '’'].into_iter().any(|separator| {
        let mut groups = text.split(separator);
        let is_first = groups.next().is_some_and(|first| is_number(first) && first.len() <= 3);
        let mut others = groups.peekable();
        is_first && others.peek().is_some() && others.all(|group| is_number(group) && group.len() == 3)
    })
}
