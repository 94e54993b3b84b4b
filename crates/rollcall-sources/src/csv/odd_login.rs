//! Usernames that are nobody's beside the others: a date, a truth value of a spreadsheet, a word for nothing, a zero, a sign that
//! no other has (rule 43a). Alone, some of them may be a login: somebody's name is None, and logins may be days of birth.
//!
//! Beside `key_context`, for usernames of a column of their own. Such rows wait until the file has ended. Promises that each
//! comes out once, and that a username stays that is in the person's own name or address.

use super::damage::is_number;
use super::key_context::{MONTHS, is_date};
use super::no_person::reject;
use super::output::Row;
use crate::placeholder::{self, Placeholder};
use rollcall_core::entry::{Entry, Record};
use rollcall_core::fold::fold;
use rollcall_core::person;

/// The most rows that wait. More of them are no accident.
const WAITING_MAX: usize = 1000;

/// So many usernames show how usernames are written.
const SAMPLE_ROWS: usize = 256;

/// No longer text is odd.
const BYTES_MAX: usize = 40;

/// What spreadsheets write for yes and no, as they write it. `True` and `False` are Python's.
const TRUTHS: [&str; 25] = [
    "TRUE",
    "FALSE",
    "True",
    "False",
    "WAHR",
    "FALSCH",
    "VRAI",
    "FAUX",
    "VERDADERO",
    "FALSO",
    "VERO",
    "VERDADEIRO",
    "WAAR",
    "ONWAAR",
    "PRAWDA",
    "FAŁSZ",
    "SANT",
    "FALSKT",
    "TOSI",
    "PRAVDA",
    "NEPRAVDA",
    "IGAZ",
    "HAMIS",
    "ИСТИНА",
    "ЛОЖЬ",
];

/// Longer ones, as they are written in French, English and German.
const LONGER_MONTHS: [&str; 12] =
    ["janv", "févr", "mars", "avril", "juin", "juil", "août", "sept", "march", "april", "june", "july"];

/// Signs that are in hardly any username. Of these few, twenty usernames without one say that it is damage.
const SIGNS: &str = ",;:%\"{}[]()<>|~=!?*^`";
/// The same beyond ASCII: what cannot be seen, and what stands for letters that were lost or cut.
const OTHER_SIGNS: [char; 10] =
    ['\u{a0}', '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '…', '□', '³'];
/// So many usernames without a sign for each with one.
const OTHERS_PER_SIGN: usize = 20;

/// What a username looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Odd {
    /// `2026-12-05`, `05.12.2026`
    Date,
    /// `01-Mar`, `Oct-12`
    MonthDate,
    /// `TRUE`
    Truth,
    /// `?`, `(blank)`
    Nothing,
    /// `none`, `TBD`
    NothingOrName,
    /// `0`
    Zero,
    /// `hal,lee`, `50%`, `0.5`, `@x.test`
    Sign,
}

/// The rows that wait, and how the other usernames are written.
pub(super) struct OddLogins {
    /// The heading of the username; `None` where it is the key, or made of several columns.
    heading: Option<String>,
    others: Others,
    waiting: Vec<(Row, Odd)>,
    is_decided: bool,
}

/// The other usernames, and of the first ones how many are of a form.
#[derive(Default)]
struct Others {
    all: usize,
    sampled: usize,
    /// `SMITHJ`
    in_capitals: usize,
    /// `Ann-12`
    with_number: usize,
    /// One or two digits.
    short_numbers: usize,
    /// The length and the capitals that all of them have.
    alike: Option<(usize, bool)>,
}

impl OddLogins {
    pub(super) fn new(heading: Option<String>) -> Self {
        Self { heading, others: Others::default(), waiting: Vec::new(), is_decided: false }
    }

    /// Whether a row has to wait.
    pub(super) fn is_odd(&mut self, entry: &Entry) -> bool {
        if self.heading.is_none() || self.is_decided {
            return false;
        }
        let Some(username) = &entry.username else { return false };
        let is_odd = Odd::of(username.original()).is_some();
        if !is_odd {
            self.others.see(username.original());
        }
        is_odd
    }

    /// Takes a row that has to wait; gives those that need not.
    pub(super) fn push(&mut self, row: Row) -> Vec<Row> {
        if let Record::Entry(entry) = &row.record
            && let Some(odd) = entry.username.as_ref().and_then(|username| Odd::of(username.original()))
        {
            self.waiting.push((row, odd));
        } else {
            return vec![row];
        }
        self.is_decided = self.waiting.len() > WAITING_MAX;
        if !self.is_decided {
            return Vec::new();
        }
        self.waiting.drain(..).map(|(row, _)| row).collect()
    }

    /// The rows that have waited, rejected where the other usernames say that this is none.
    pub(super) fn finish(&mut self) -> Vec<Row> {
        let waiting = std::mem::take(&mut self.waiting);
        let number = |wanted| waiting.iter().filter(|(_, odd)| *odd == wanted).count();
        let (dates, signs) = (number(Odd::Date), number(Odd::Sign));
        let heading = self.heading.as_deref().unwrap_or_default();
        let is_denied = |entry: &Entry, odd| {
            let username = entry.username.as_ref().map_or("", |username| username.original());
            self.others.deny(odd, username, if odd == Odd::Sign { signs } else { dates })
                && !may_be_of(entry, odd)
        };
        let judged = |(row, odd): (Row, Odd)| match &row.record {
            Record::Entry(entry) if is_denied(entry, odd) => {
                let why =
                    format!("the cell under {heading:?} {}; fill it again from the directory", odd.why());
                Row { record: without_username(reject(row.record, &why)), ..row }
            }
            Record::Entry(_) | Record::Rejected(_) => row,
        };
        waiting.into_iter().map(judged).collect()
    }
}

impl Odd {
    fn of(text: &str) -> Option<Self> {
        let first = *text.as_bytes().first()?;
        if text.len() > BYTES_MAX {
            return None;
        }
        if first.is_ascii_digit() {
            return if text.bytes().all(|byte| byte == b'0') {
                Some(Self::Zero)
            } else if is_number(text) {
                None
            } else if is_month_date(text) {
                Some(Self::MonthDate)
            } else if is_date(text) {
                Some(Self::Date)
            } else {
                (has_sign(text) || is_fraction(text)).then_some(Self::Sign)
            };
        }
        if !first.is_ascii_lowercase() {
            if TRUTHS.contains(&text) {
                return Some(Self::Truth);
            }
            if text.ends_with(|c: char| c.is_ascii_digit()) && is_month_date(text) {
                return Some(Self::MonthDate);
            }
        }
        match placeholder::of(text) {
            Some(Placeholder::Certain) => Some(Self::Nothing),
            Some(Placeholder::Word) => Some(Self::NothingOrName),
            None if is_nothing_twice(text) => Some(Self::Nothing),
            None => has_sign(text).then_some(Self::Sign),
        }
    }

    fn why(self) -> &'static str {
        match self {
            Self::Date | Self::MonthDate => {
                "is a date, which a spreadsheet makes of a login such as 3-1 or MAR1"
            }
            Self::Truth => "is a truth value, which a spreadsheet writes for yes or no",
            Self::Nothing | Self::NothingOrName => "is a word for nothing, and nobody's login",
            Self::Zero => "is zero, and nobody's login",
            Self::Sign => "holds a sign that no other has, so it is hardly a login",
        }
    }
}

impl Others {
    fn see(&mut self, username: &str) {
        self.all += 1;
        if self.sampled >= SAMPLE_ROWS {
            return;
        }
        self.sampled += 1;
        let is_capital = username.len() > 1 && username.bytes().all(|byte| byte.is_ascii_uppercase());
        self.in_capitals += usize::from(is_capital);
        let parts = username.split_once('-');
        let is_with_number = parts.is_some_and(|(word, number)| {
            is_number(number) && word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
        self.with_number += usize::from(is_with_number);
        self.short_numbers += usize::from(username.len() < 3 && is_number(username));
        let form = Some(form_of(username));
        self.alike = if self.sampled == 1 { form } else { self.alike.filter(|alike| Some(*alike) == form) };
    }

    /// Whether beside them this is nobody's username. `alike` is how many dates or signs there are.
    fn deny(&self, odd: Odd, username: &str, alike: usize) -> bool {
        self.all > 0
            && match odd {
                Odd::Date => self.all >= alike,
                Odd::Sign => self.all >= alike * OTHERS_PER_SIGN,
                Odd::MonthDate => self.with_number == 0,
                Odd::Truth => self.in_capitals == 0,
                // Where all have three letters, `tbd` is one of them.
                Odd::NothingOrName => self.sampled < 2 || self.alike != Some(form_of(username)),
                Odd::Nothing => true,
                Odd::Zero => self.short_numbers == 0,
            }
    }
}

/// Whether a username has a sign that is in hardly any. An apostrophe is one where it stands at an end.
fn has_sign(text: &str) -> bool {
    // Nearly every username.
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
        return false;
    }
    text.bytes().any(|byte| SIGNS.as_bytes().contains(&byte))
        || text.starts_with(['\'', '@'])
        || text.ends_with(['\'', '@'])
        || !text.is_ascii() && text.contains(OTHER_SIGNS)
}

/// `0.5`, `1,5`: a number that no program counts people by.
fn is_fraction(text: &str) -> bool {
    text.split_once(['.', ','])
        .is_some_and(|(whole, part)| is_number(whole) && is_number(part) && whole.len() < 3)
}

/// `null.null`: two empty cells, put together by a program.
fn is_nothing_twice(text: &str) -> bool {
    text.split_once('.').is_some_and(|(one, other)| {
        one.eq_ignore_ascii_case(other)
            && ["null", "none", "undefined", "nan"].iter().any(|word| one.eq_ignore_ascii_case(word))
    })
}

fn form_of(username: &str) -> (usize, bool) {
    (username.len(), username.bytes().any(|byte| byte.is_ascii_uppercase()))
}

/// Whether a username is a word of the person's own name or address, or its initials. Where neither is known, a word may be.
fn may_be_of(entry: &Entry, odd: Odd) -> bool {
    let Some(username) = &entry.username else { return false };
    let wanted = fold(username.original());
    let name = person::name(&entry.fields).map(|name| person::words(&name)).unwrap_or_default();
    let email = person::email(&entry.fields).filter(|email| email.contains('@')).unwrap_or_default();
    let address = person::words(email.split('@').next().unwrap_or_default());
    let key = person::words(entry.key.original());
    let initials: String = name.iter().filter_map(|word| word.chars().next()).collect();
    let is_unknown = odd == Odd::NothingOrName && name.is_empty() && address.is_empty();
    is_unknown || initials == wanted || name.iter().chain(&address).chain(&key).any(|word| *word == wanted)
}

/// The row names its account by the key alone.
fn without_username(mut record: Record) -> Record {
    if let Record::Rejected(row) = &mut record {
        row.username = None;
    }
    record
}

/// `01-Mar`, `1-Mrz`, `Mar-26`, `1. Mrz`, as spreadsheets write a day without its year. `jan.12` and `Marc-1` are logins.
fn is_month_date(text: &str) -> bool {
    let is_month = |part: &str| {
        let folded = fold(part.trim_end_matches('.'));
        MONTHS.iter().chain(&LONGER_MONTHS).any(|month| fold(month) == folded)
    };
    let is_day = |part: &str| {
        let day = part.trim_end_matches('.');
        is_number(day) && day.len() <= 2
    };
    let Some((one, other)) = text.split_once(['-', ' ']) else { return false };
    let other = other.trim_start();
    let is_capital = one.starts_with(char::is_uppercase);
    is_day(one) && is_month(other)
        || is_capital && is_month(one) && is_number(other) && matches!(other.len(), 2 | 4)
}
