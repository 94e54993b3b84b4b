//! Addresses that stand one row above or below their people, as a column does in which one cell was inserted or deleted, or
//! anywhere else, as in a column that was sorted alone (rule 43c). Those people would get another's mail.
//!
//! Below `csv`, which refuses the file then. The first rows are all looked at and of the others windows, so that a long file
//! costs little. Promises that only a run of rows tells: one after the other has an address that fits the person beside it and
//! not its own; or that more addresses are exactly what another row says of its person than fit their own.

use crate::error::FileError;
use rollcall_core::entry::{Entry, EntryStatus};
use rollcall_core::person;
use std::collections::HashMap;

/// So many rows are all looked at, and then so many, of so many.
const FIRST_ROWS: usize = 2048;
const WINDOW_ROWS: usize = 128;
const WINDOW_OF: usize = 1024;

/// Where fewer than half of so many addresses fit their own people, addresses are made of something else.
const TRIED_ROWS: usize = 128;

/// So many rows one after the other are no accident.
const RUN_ROWS: usize = 5;

/// What another row takes from a run.
const OTHER_TAKES: usize = 2;

/// What the rows have shown so far.
#[derive(Default)]
pub(super) struct Neighbours {
    rows: usize,
    /// Rows that were compared, and how many fit their own people.
    tried: usize,
    fit: usize,
    last: Option<Seen>,
    /// The rows before that one that were looked at, as many as the first ones.
    earlier: Vec<Seen>,
    /// Addresses that fit the person of the row before, and of the row after.
    before: Run,
    after: Run,
}

/// Rows one after the other whose addresses fit another.
#[derive(Default)]
struct Run {
    rows: usize,
    /// The line of the first.
    line: u64,
}

/// A row, as long as it is the last one.
struct Seen {
    line: u64,
    texts: Texts,
    /// What of it is compared, once it is needed.
    person: Option<Person>,
    is_own: bool,
}

/// What a row says of its person.
#[derive(Default)]
struct Texts {
    /// The address.
    email: String,
    /// The username, if it is not the address.
    username: String,
    name: String,
}

/// The same in small letters.
struct Person {
    /// The address before the @, without punctuation; empty if there is none.
    address: String,
    /// The words of the name, and of the username; none if there are none.
    words: Vec<String>,
    /// All words of the name, and the username as one word.
    name: Vec<String>,
    username: String,
}

impl Neighbours {
    /// Looks at a row.
    pub(super) fn see(&mut self, entry: &Entry) -> Result<(), FileError> {
        let at = self.rows;
        self.rows += 1;
        // Of who is outside a condition nothing is read.
        let is_read = !matches!(entry.status, EntryStatus::OutOfScope { .. });
        if !is_read {
            self.last = None;
            return Ok(());
        }
        if !self.is_looked_at(at) {
            (self.last, self.before, self.after) = (None, Run::default(), Run::default());
            return Ok(());
        }
        let mut row = Seen { line: entry.line, texts: Texts::of(entry), person: None, is_own: false };
        if row.texts.is_comparable() {
            row.is_own = row.texts.is_plainly_own() || row.person().is_of_itself();
            self.tried += 1;
            self.fit += usize::from(row.is_own);
            self.compare(&mut row);
        }
        if let Some(last) = self.last.replace(row)
            && self.earlier.len() < FIRST_ROWS
        {
            self.earlier.push(last);
        }
        self.judge()
    }

    /// Judges all rows that were looked at. To be asked when the file has ended.
    pub(super) fn close(&mut self) -> Result<(), FileError> {
        if self.fit * 2 >= self.tried {
            return Ok(());
        }
        self.earlier.extend(self.last.take());
        let mut owners: HashMap<String, Option<usize>> = HashMap::new();
        for (at, row) in self.earlier.iter_mut().enumerate() {
            for form in row.person().forms() {
                // What two people have says nothing.
                owners
                    .entry(form)
                    .and_modify(|owner| *owner = owner.filter(|owner| *owner == at))
                    .or_insert(Some(at));
            }
        }
        let is_anothers = |(at, row): &(usize, &Seen)| {
            let address = row.person.as_ref().map(|person| person.address.as_str());
            let owner = address.and_then(|address| owners.get(address).copied().flatten());
            !row.is_own && row.texts.is_comparable() && owner.is_some_and(|owner| owner != *at)
        };
        let mut mixed = self.earlier.iter().enumerate().filter(is_anothers).map(|(_, row)| row.line);
        let Some(line) = mixed.next() else { return Ok(()) };
        let rows = 1 + mixed.count();
        if rows >= RUN_ROWS && rows > self.fit {
            return Err(FileError::AddressesMixed { line, rows });
        }
        Ok(())
    }

    fn is_looked_at(&self, at: usize) -> bool {
        let is_usual = self.tried < TRIED_ROWS || self.fit * 2 >= self.tried;
        at < FIRST_ROWS && is_usual || at % WINDOW_OF < WINDOW_ROWS
    }

    fn compare(&mut self, row: &mut Seen) {
        let Some(last) = &mut self.last else { return };
        if last.texts.has_names() {
            let fits = !row.is_own && row.person().is_of(last.person());
            self.before.take(fits, row.line);
        }
        if last.texts.is_comparable() {
            let fits = !last.is_own && last.person().is_of(row.person());
            self.after.take(fits, last.line);
        }
    }

    fn judge(&self) -> Result<(), FileError> {
        for (run, is_down) in [(&self.before, true), (&self.after, false)] {
            if run.rows >= RUN_ROWS {
                return Err(FileError::AddressesMoved { line: run.line, is_down });
            }
        }
        Ok(())
    }
}

impl Run {
    fn take(&mut self, fits: bool, line: u64) {
        if fits {
            if self.rows == 0 {
                self.line = line;
            }
            self.rows += 1;
        } else {
            self.rows = self.rows.saturating_sub(OTHER_TAKES);
        }
    }
}

impl Seen {
    fn person(&mut self) -> &Person {
        let Self { texts, person, .. } = self;
        person.get_or_insert_with(|| Person::of(texts))
    }
}

impl Texts {
    fn of(entry: &Entry) -> Self {
        let email = person::email(&entry.fields).unwrap_or_default();
        let username = entry.username.as_ref().map(|name| name.original()).filter(|name| *name != email);
        Self {
            email: email.to_owned(),
            username: username.unwrap_or_default().to_owned(),
            name: person::name(&entry.fields).unwrap_or_default(),
        }
    }

    fn has_names(&self) -> bool {
        !self.username.is_empty() || !self.name.is_empty()
    }

    fn is_comparable(&self) -> bool {
        self.email.contains('@') && self.has_names()
    }

    /// Whether the address is the person's own, as most are: told without a copy.
    fn is_plainly_own(&self) -> bool {
        let address = local_of(&self.email).as_bytes();
        let is_in = |word: &str| {
            word.len() > 2
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && address.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        };
        local_of(&self.username).as_bytes().eq_ignore_ascii_case(address) || self.name.split(' ').any(is_in)
    }
}

impl Person {
    fn of(texts: &Texts) -> Self {
        let of_username = person::words(local_of(&texts.username)).concat();
        let name = person::words(&texts.name);
        let mut words: Vec<String> = name.iter().filter(|word| word.chars().count() > 2).cloned().collect();
        words.extend(Some(of_username.clone()).filter(|word| !word.is_empty()));
        Self { address: person::words(local_of(&texts.email)).concat(), words, name, username: of_username }
    }

    /// What an address of this person may be, as one word: the username, and the name from its begin or its end.
    fn forms(&self) -> Vec<String> {
        let (name, username) = (&self.name, &self.username);
        let backwards: String = name.iter().rev().map(String::as_str).collect();
        let mut forms = vec![username.clone(), name.concat(), backwards];
        forms.retain(|form| form.chars().count() > 2);
        forms.dedup();
        forms
    }

    fn is_of_itself(&self) -> bool {
        self.is_of(self)
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
