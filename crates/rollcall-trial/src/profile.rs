//! What is in the columns of a file: how many cells are filled, how many differ, which words they have.
//!
//! Above `rollcall_sources::csv`. Promises bounded memory: of each column a few words, and hashes of its first rows.

use crate::changes::{self, Suspicion};
use crate::{headings, spellings};
use rollcall_config::{CsvSettings, Nothing};
use rollcall_sources::Error;
use rollcall_sources::csv::{self, Shape};
use std::collections::HashSet;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::io::{Read, Seek};

/// Among how many rows equal cells are looked for.
const DISTINCT_ROWS_MAX: u64 = 20_000;
/// How many words of a column are kept, with their numbers.
const WORDS_MAX: usize = 64;
/// A longer cell is no word.
const WORD_CHARS_MAX: usize = 60;

/// Where there are so many columns, a row of one cell shows nothing of people.
const COLUMNS_OF_A_PERSON: usize = 3;

/// What is in a file.
pub(crate) struct Profile {
    pub(crate) shape: Shape,
    pub(crate) rows: u64,
    pub(crate) columns: Vec<Column>,
}

/// What is in one column.
pub(crate) struct Column {
    pub(crate) heading: String,
    /// The other forms of the heading (`spellings::of`), made once.
    pub(crate) spellings: Vec<String>,
    /// Cells with a value: neither empty nor a word for nothing.
    pub(crate) filled: u64,
    /// Filled cells among the first rows, and how many of them differ.
    pub(crate) compared: u64,
    pub(crate) distinct: u64,
    /// Cells with an `@` between other characters.
    pub(crate) addresses: u64,
    /// Cells that could be a person's whole name: words of letters with a space between them.
    names: u64,
    /// Cells that end as the account of a computer does in Active Directory: `PC1$`.
    pub(crate) computers: u64,
    /// Cells that begin as the accounts do by which Exchange watches itself.
    pub(crate) monitors: u64,
    /// The number that the next cell has if this column counts the rows.
    counts_to: Option<u64>,
    /// The first words, each with how often it was seen.
    pub(crate) words: Vec<(String, u64)>,
    /// Whether there are other words.
    pub(crate) has_more_words: bool,
    seen: HashSet<u64, BuildHasherDefault<DefaultHasher>>,
}

impl Profile {
    /// Looks at every row; with settings, at those that are people. A cell alone in its row is a note, or nobody's status.
    pub(crate) fn of(
        file: impl Read + Seek,
        bytes: u64,
        mut shape: Shape,
        settings: Option<&CsvSettings>,
    ) -> Result<Self, Error> {
        let nothing = Nothing::default();
        let mut columns: Vec<Column> = shape.headings.iter().map(|heading| Column::new(heading)).collect();
        let (mut rows, mut has_second) = (0, shape.second_headings);
        csv::look(file, bytes, &shape, settings, &mut |_, cells| {
            if rows == 0 && !has_second && headings::is_second(&shape.headings, cells) {
                has_second = true;
                return;
            }
            let filled = cells.iter().filter(|cell| !nothing.is(cell)).take(2).count();
            if settings.is_some() && filled < 2 && columns.len() >= COLUMNS_OF_A_PERSON {
                return;
            }
            rows += 1;
            for (column, cell) in columns.iter_mut().zip(cells) {
                if !nothing.is(cell) {
                    column.see(cell, rows <= DISTINCT_ROWS_MAX);
                }
            }
        })?;
        columns.iter_mut().for_each(|column| column.seen = HashSet::default());
        shape.second_headings = has_second;
        Ok(Self { shape, rows, columns })
    }

    /// The column that says what has changed, if most rows have a word there.
    pub(crate) fn change_column(&self) -> Option<(&str, Suspicion)> {
        changes::find(self.columns.iter().map(|column| changes::Looked {
            heading: &column.heading,
            words: (!column.has_more_words).then_some(column.words.as_slice()),
            filled: column.filled,
            rows: self.rows,
        }))
    }

    pub(crate) fn column(&self, heading: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.heading == heading)
    }
}

impl Column {
    fn new(heading: &str) -> Self {
        Self {
            heading: heading.to_owned(),
            spellings: spellings::of(heading),
            filled: 0,
            compared: 0,
            distinct: 0,
            addresses: 0,
            names: 0,
            computers: 0,
            monitors: 0,
            counts_to: Some(0),
            words: Vec::new(),
            has_more_words: false,
            seen: HashSet::default(),
        }
    }

    fn see(&mut self, cell: &str, is_compared: bool) {
        self.counts_to = self.counts_to.and_then(|next| following(next, self.filled == 0, cell));
        self.filled += 1;
        self.computers += u64::from(cell.len() > 1 && cell.ends_with('$'));
        self.monitors += u64::from(cell.starts_with("HealthMailbox"));
        self.addresses +=
            u64::from(cell.split_once('@').is_some_and(|(a, b)| !a.is_empty() && b.contains('.')));
        self.names += u64::from(is_name(cell));
        if is_compared {
            self.compared += 1;
            let hash = self.seen.hasher().hash_one(rollcall_core::fold::fold(cell));
            self.distinct += u64::from(self.seen.insert(hash));
        }
        if let Some((_, number)) = self.words.iter_mut().find(|(word, _)| word == cell) {
            *number += 1;
        } else if self.words.len() < WORDS_MAX && cell.chars().count() <= WORD_CHARS_MAX {
            self.words.push((cell.to_owned(), 1));
        } else {
            self.has_more_words = true;
        }
    }

    /// Whether every filled cell has its own value.
    pub(crate) fn is_unique(&self) -> bool {
        self.compared > 0 && self.distinct == self.compared
    }

    /// Whether the cells are 1, 2, 3 from the first row to the last.
    pub(crate) fn is_counting(&self, rows: u64) -> bool {
        self.counts_to.is_some() && self.filled > 1 && self.filled == rows
    }

    /// Whether every filled cell is an address.
    pub(crate) fn is_of_addresses(&self) -> bool {
        self.filled > 0 && self.addresses == self.filled
    }

    /// Whether most cells could be names of people.
    pub(crate) fn is_of_names(&self) -> bool {
        self.names * 2 > self.filled
    }

    /// How many cells in a hundred are filled.
    pub(crate) fn percent(&self, rows: u64) -> u64 {
        self.filled.saturating_mul(100).checked_div(rows).unwrap_or_default()
    }
}

/// Words of letters with a space between them: "Ann Lee", "Lee, Ann", "O'Neil Jr.".
fn is_name(cell: &str) -> bool {
    // "Ann Lee (On Leave)"
    let cell = cell.split_once(" (").filter(|_| cell.ends_with(')')).map_or(cell, |(name, _)| name);
    cell.contains(' ')
        && cell.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | ',' | '.' | '-' | '\'' | '’'))
}

/// The number after that of a cell, if it is the one that is expected; a column begins with 0 or with 1.
pub(crate) fn following(expected: u64, is_first: bool, cell: &str) -> Option<u64> {
    let number: u64 = cell.strip_suffix('.').unwrap_or(cell).parse().ok()?;
    (number == expected || is_first && number == 1).then_some(number + 1)
}
