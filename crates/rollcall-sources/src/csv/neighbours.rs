//! Addresses that stand one row above or below their people, as a column does in which one cell was inserted or deleted
//! (rule 43c). Every person would get another's mail.
//!
//! Below `csv`, which refuses the file then. Looked at are windows of rows, so that a long file costs little. Promises that only a
//! whole window tells: nearly every address fits the person beside it and hardly one its own.

use crate::error::FileError;
use rollcall_core::entry::{Entry, EntryStatus};
use rollcall_core::person;

/// So many rows are looked at, of so many.
const WINDOW_ROWS: usize = 64;
const WINDOW_OF: usize = 1024;

/// Fewer pairs of rows show nothing.
const PAIRS_MIN: usize = 6;

/// What a window has shown so far.
#[derive(Default)]
pub(super) struct Neighbours {
    rows: usize,
    /// The line on which the window begins.
    line: u64,
    last: Option<Person>,
    own: Count,
    /// Addresses and the person of the row before, and of the row after.
    before: Count,
    after: Count,
}

/// How many addresses there are, and how many fit.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    fit: usize,
}

/// What a row says of its person, in small letters.
struct Person {
    /// The address before the @, without punctuation; empty if there is none.
    address: String,
    /// The words of the name, and of the username; none if there are none.
    words: Vec<String>,
}

impl Neighbours {
    /// Looks at a row, if it is in a window.
    pub(super) fn see(&mut self, entry: &Entry) -> Result<(), FileError> {
        let at = self.rows % WINDOW_OF;
        self.rows += 1;
        if at > WINDOW_ROWS {
            return Ok(());
        }
        if at == WINDOW_ROWS {
            return self.close();
        }
        if at == 0 {
            *self = Self { rows: self.rows, line: entry.line, ..Self::default() };
        }
        self.compare(Person::of(entry));
        Ok(())
    }

    /// Judges the window.
    pub(super) fn close(&self) -> Result<(), FileError> {
        let is_most = |count: Count| count.all >= PAIRS_MIN && count.fit * 10 >= count.all * 8;
        let is_moved = is_most(self.before) || is_most(self.after);
        if is_moved && self.own.fit * 10 <= self.own.all {
            return Err(FileError::AddressesMoved { line: self.line, is_down: is_most(self.before) });
        }
        Ok(())
    }

    fn compare(&mut self, person: Option<Person>) {
        if let Some(person) = &person {
            self.own.add(person, person);
            if let Some(last) = &self.last {
                self.before.add(person, last);
                self.after.add(last, person);
            }
        }
        self.last = person;
    }
}

impl Count {
    fn add(&mut self, address: &Person, person: &Person) {
        if !address.address.is_empty() && !person.words.is_empty() {
            self.all += 1;
            self.fit += usize::from(address.is_of(person));
        }
    }
}

impl Person {
    /// `None` for who is outside a condition: nothing of them is read.
    fn of(entry: &Entry) -> Option<Self> {
        if matches!(entry.status, EntryStatus::OutOfScope { .. }) {
            return None;
        }
        let email = person::email(&entry.fields).unwrap_or_default();
        let username = entry.username.as_ref().map(|name| name.original()).filter(|name| *name != email);
        let of_username = username.map(|name| person::words(local_of(name)).concat());
        let of_name = person::name(&entry.fields).map(|name| person::words(&name)).unwrap_or_default();
        let mut words: Vec<String> = of_name.into_iter().filter(|word| word.chars().count() > 2).collect();
        words.extend(of_username.filter(|word| !word.is_empty()));
        let address = email.rsplit_once('@').map(|(local, _)| person::words(local).concat());
        Some(Self { address: address.unwrap_or_default(), words })
    }

    /// Whether the address fits another person.
    fn is_of(&self, other: &Self) -> bool {
        let fits =
            |word: &String| *word == self.address || word.len() > 2 && self.address.contains(word.as_str());
        other.words.iter().any(fits)
    }
}

fn local_of(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(local, _)| local)
}
