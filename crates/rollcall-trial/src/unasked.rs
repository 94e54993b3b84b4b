//! Columns that say who is there, or who is no employee, and are asked by nothing: said by `init` and by `check --file`.
//!
//! Promises that none of their words is shown: a column that the configuration does not name is not repeated (rule 47).

use crate::finding::Finding;
use crate::line::{column_text, toml_text, without};
use crate::says::{self, Says};
use crate::states::state_of;
use crate::tried::Tried;
use crate::unasked_days::{self, Seen};
use crate::words::plain;
use rollcall_config::{Mapping, is_opposite, truth_of};
use rollcall_core::fold::fold;
use rollcall_core::time::Timestamp;

/// How many words of a column are looked at.
const WORDS_MAX: usize = 64;
/// A longer cell is no word.
const WORD_CHARS_MAX: usize = 60;
/// A column of opposite sense whose words are not known is mentioned if it has no more than this; others are reasons or days.
const UNKNOWN_WORDS_MAX: usize = 4;
/// Words for somebody or something that is no employee.
const NO_PEOPLE: [&str; 22] = [
    "guest",
    "guests",
    "external guest",
    "multi channel guest",
    "single channel guest",
    "gast",
    "gäste",
    "invité",
    "invitado",
    "ospite",
    "convidado",
    "sharedmailbox",
    "shared mailbox",
    "roommailbox",
    "room mailbox",
    "equipmentmailbox",
    "equipment mailbox",
    "schedulingmailbox",
    "service account",
    "serviceaccount",
    "bot",
    "unlicensed",
];
/// Headings below which a yes says so.
const NO_PEOPLE_FLAGS: [&str; 9] = [
    "guest",
    "is guest",
    "gast",
    "bot",
    "is bot",
    "service account",
    "is service account",
    "shared mailbox",
    "is shared",
];

/// What a column seems to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// Who is there, by its heading.
    Status,
    /// Who is there, by its heading, as the column says that is asked. Some who are there by that one are gone by this.
    AlsoStatus,
    /// Who has left or is blocked, by its words.
    Gone,
    /// Perhaps the same.
    Perhaps,
    /// Who is a guest, a mailbox or a program.
    NoPeople,
}

impl Hint {
    /// What is said of such a column.
    pub(crate) fn told(self, heading: &str) -> String {
        let column = column_text(heading);
        let active = format!("active = {{ column = {column}, true = [...], false = [...] }}");
        match self {
            Self::Status => {
                format!("{heading:?} is a status, and nothing asks it; say what its words mean: {active}")
            }
            Self::AlsoStatus => format!(
                "{heading:?} is a status too, and nothing asks it; some people are gone by its words, who are there by those of \
                 `active`; if they are, ask both: active = [..., {{ column = {column}, true = [...], false = [...] }}]"
            ),
            Self::Gone => format!(
                "some words in {heading:?} say that somebody has left or is blocked, and nothing asks it; if it says who is there: \
                 {active}"
            ),
            Self::Perhaps => format!(
                "{heading:?} looks like a status, but most of its words are not known; say what they mean: {active}"
            ),
            Self::NoPeople => format!(
                "some rows are guests, shared mailboxes or programs by their word in {heading:?}; if they need no account, keep \
                 them out with a condition of `where`"
            ),
        }
    }
}

/// What a column says, by its heading and its words; `has_more` if there are others.
pub(crate) fn hint(heading: &str, words: &[(String, u64)], has_more: bool) -> Option<Hint> {
    let says = says::of(heading);
    let mut texts = words.iter().map(|(word, _)| word.as_str());
    match says {
        Says::Leave => return None,
        Says::Status | Says::Active | Says::Opposite if !has_more => {
            let is_known = |word: &str| state_of(word).is_some() || truth_of(word).is_some();
            return texts.any(is_known).then_some(Hint::Status);
        }
        Says::Status | Says::Active | Says::Opposite | Says::StatusOrPlace | Says::Other => {}
    }
    // A word that nobody else has may be a name.
    let is_shared = words.iter().any(|(_, number)| *number > 1);
    if is_shared && texts.clone().any(says::is_surely_gone) {
        return Some(Hint::Gone);
    }
    let has_digit = |word: &str| word.len() > 1 && word.contains(|c: char| c.is_ascii_digit());
    let is_of_leave = plain(heading).split(' ').any(|word| ["leave", "absence", "absences"].contains(&word));
    let is_perhaps = is_opposite(heading)
        && !is_of_leave
        && !has_more
        && (1..=UNKNOWN_WORDS_MAX).contains(&words.len())
        && !texts.clone().all(has_digit)
        && !texts.all(|word| truth_of(word).is_some());
    is_perhaps.then_some(Hint::Perhaps)
}

/// Whether a column says who is a guest, a mailbox or a program.
pub(crate) fn has_no_people(heading: &str, words: &[(String, u64)]) -> bool {
    let is_flag = crate::spellings::is_one_of(heading, &NO_PEOPLE_FLAGS);
    let is_no_people = |word: &str| NO_PEOPLE.contains(&plain(&fold(word)).as_str());
    if is_flag {
        return words.iter().any(|(word, _)| truth_of(word) == Some(true));
    }
    // Where everybody is one, they are who is wanted.
    let is_shared = words.iter().any(|(_, number)| *number > 1);
    is_shared && words.len() > 1 && words.iter().any(|(word, _)| is_no_people(word))
}

/// The columns of a file that the configuration does not name, with their words.
pub(crate) struct Unasked<'s> {
    mapping: &'s Mapping,
    columns: Vec<Column>,
    rows: u64,
    now: Timestamp,
}

struct Column {
    at: usize,
    heading: String,
    says: Says,
    words: Vec<(String, u64)>,
    has_more: bool,
    filled: u64,
    /// People who are there by the status that is asked, and gone by this column.
    gone: u64,
}

impl<'s> Unasked<'s> {
    pub(crate) fn new(tried: &Tried<'s>, headings: &[String], now: Timestamp) -> Self {
        let is_named = |heading: &str| tried.columns.iter().any(|column| fold(column) == fold(heading));
        let columns =
            headings.iter().enumerate().filter(|(_, heading)| !heading.is_empty() && !is_named(heading));
        let columns = columns.map(|(at, heading)| Column {
            at,
            heading: heading.clone(),
            says: says::of(heading),
            words: Vec::new(),
            has_more: false,
            filled: 0,
            gone: 0,
        });
        Self { mapping: tried.mapping, columns: columns.collect(), rows: 0, now }
    }

    /// Takes the cells of one row, whose person is there by what is asked, or is not.
    pub(crate) fn see(&mut self, cells: &[String], is_there: bool) {
        self.rows += 1;
        for column in &mut self.columns {
            let Some(cell) = cells.get(column.at).filter(|cell| !cell.is_empty()) else { continue };
            column.filled += 1;
            column.gone += u64::from(is_there && column.says.is_gone(cell));
            if let Some((_, number)) = column.words.iter_mut().find(|(word, _)| word == cell) {
                *number += 1;
            } else if column.words.len() < WORDS_MAX && cell.chars().count() <= WORD_CHARS_MAX {
                column.words.push((cell.clone(), 1));
            } else {
                column.has_more = true;
            }
        }
    }

    /// What is said of them.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let of_status = self.columns.iter().filter_map(|column| {
            let hint = if self.mapping.active.is_some() {
                (column.gone > 0 && !column.has_more).then_some(Hint::AlsoStatus)
            } else {
                hint(&column.heading, &column.words, column.has_more)
            };
            let cure = "if it says nothing of who may have access, leave it as it is";
            Some(Finding::look("active", hint?.told(&column.heading), cure))
        });
        let no_people = self.columns.iter().filter(|column| has_no_people(&column.heading, &column.words));
        let no_people = no_people.map(|column| {
            let cure = format!(
                "look at who they are: where = [{}], or leave it as it is",
                toml_text(&without(&column.heading, &["..."]))
            );
            Finding::look("where", Hint::NoPeople.told(&column.heading), cure)
        });
        of_status.chain(self.of_days()).chain(no_people).collect()
    }

    fn of_days(&self) -> impl Iterator<Item = Finding> {
        let has = |setting: &str| {
            let rule = if setting == "ends" { &self.mapping.ends } else { &self.mapping.starts };
            rule.is_some()
        };
        self.columns.iter().filter_map(move |column| {
            let Column { heading, words, filled, .. } = column;
            let seen = Seen { heading, words, filled: *filled, rows: self.rows };
            let (setting, what) = unasked_days::hint(&seen, &has, self.now)?;
            Some(Finding::look(setting, what, "if it is another day, leave it as it is"))
        })
    }
}
