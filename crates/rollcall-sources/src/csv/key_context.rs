//! Keys that are damage only beside the others: a date, `1001.0`, `1,001`, `$1001` or `NA`, where all other keys are digits; and
//! long numbers that all end in zeros, as a spreadsheet leaves them (rule 43).
//!
//! Such rows wait until the file has ended. As soon as one key is something else, or too many look so, all of them are
//! what they say. Promises that each row comes out once.

use super::damage::{KEY_DIGITS_MIN, SEPARATORS, is_number, mended};
use super::no_person::reject;
use super::output::Row;
use crate::error::FileError;
use crate::placeholder;
use rollcall_core::entry::{Entry, Record};
use rollcall_core::fold::fold;
use rollcall_core::match_key::MatchKey;

/// The most rows that wait. More of them are no accident.
const WAITING_MAX: usize = 1000;

/// The first three letters of months in English, German, French, Spanish, Italian, Dutch, Polish, Portuguese.
pub(super) const MONTHS: [&str; 38] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mrz", "mär", "mai",
    "okt", "dez", "fév", "avr", "jui", "aoû", "déc", "ene", "abr", "ago", "dic", "gen", "mag", "giu", "lug",
    "set", "ott", "mrt", "mei", "sty", "lut", "out", "fev",
];

/// The keys so far, and the rows that wait.
#[derive(Default)]
pub(super) struct KeyContext {
    digits: usize,
    waiting: Vec<Row>,
    is_decided: bool,
    long: LongNumbers,
}

/// Keys of more digits than a spreadsheet keeps.
#[derive(Default)]
struct LongNumbers {
    all: usize,
    /// Those of which only the digits that it keeps are not zero, and the line of the first.
    cut: usize,
    line: u64,
}

/// How many digits of a number a spreadsheet keeps. It writes zeros for the others.
const DIGITS_KEPT: usize = 15;

/// So many long numbers that all end so are no accident.
const CUT_MIN: usize = 5;

impl KeyContext {
    /// Whether this is an entry, and stays one whatever follows.
    pub(super) fn is_clear(&self, record: &Record) -> bool {
        match record {
            Record::Entry(entry) => self.is_decided || is_number(entry.key.original()),
            Record::Rejected(_) => false,
        }
    }

    /// Takes a row; gives those that need not wait.
    pub(super) fn push(&mut self, row: Row, give: &mut dyn FnMut(Row)) {
        let Record::Entry(entry) = &row.record else { return give(row) };
        self.long.see(entry.key.original(), entry.line);
        if self.is_clear(&row.record) {
            self.digits += 1;
            return give(row);
        }
        let key = entry.key.original();
        let is_suspect = is_changed_number(key)
            || is_of_program(key)
            || number_in_signs(key).is_some()
            || is_time(key)
            || moved_key(entry).is_some();
        self.waiting.push(row);
        if !is_suspect || self.waiting.len() > WAITING_MAX {
            self.is_decided = true;
            self.waiting.drain(..).for_each(give);
        }
    }

    /// Refuses a file whose long keys were all cut: two of them may have become one, and the next good file would have other
    /// keys for everybody.
    pub(super) fn check_long_numbers(&self, heading: &str) -> Result<(), FileError> {
        let LongNumbers { all, cut, line } = self.long;
        if cut >= CUT_MIN && cut == all {
            return Err(FileError::NumbersCut { line, heading: heading.to_owned(), keys: cut });
        }
        Ok(())
    }

    /// The rows that have waited: rejected if all other keys are digits, and there are more of those.
    pub(super) fn finish(self, heading: &str) -> Vec<Row> {
        if self.digits <= self.waiting.len() {
            return self.waiting;
        }
        let why = format!(
            "the cell under {heading:?} is a date, a time, a number with a fraction, separators or signs, or a word for \
             nothing, where all other rows have digits only: a spreadsheet or a program changed it; format the column as text, fill it \
             again from the directory and export again"
        );
        let moved = format!(
            "the cell under {heading:?} is a word where all other rows have digits only, and another cell of the row has such a \
             number: the cells have moved, by a separator that is not in quotes, or by a cell too many or too few; correct the row"
        );
        let rejected = |row: Row| match &row.record {
            Record::Entry(entry) => match moved_key(entry) {
                Some(key) => Row { record: with_key(reject(row.record, &moved), key), ..row },
                None => Row { record: with_mended_key(reject(row.record, &why)), ..row },
            },
            Record::Rejected(_) => row,
        };
        self.waiting.into_iter().map(rejected).collect()
    }
}

/// The number that stands in the username or in a field, where the key is a word: `Lee, Ann,10005,ann` below name, key, login.
fn moved_key(entry: &Entry) -> Option<MatchKey> {
    let key = entry.key.original();
    if key.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let username = entry.username.as_ref().map(|username| username.original());
    let is_key = |value: &&str| value.len() >= KEY_DIGITS_MIN && is_number(value);
    let found = username.into_iter().chain(entry.fields.iter().map(|(_, value)| value)).find(is_key)?;
    MatchKey::parse(found).ok()
}

/// The rejected row names the account whose key this is, and nobody by a username from another column.
fn with_key(mut record: Record, key: MatchKey) -> Record {
    if let Record::Rejected(row) = &mut record {
        (row.key, row.username) = (Some(key), None);
    }
    record
}

/// The rejected row names the account whose key this was.
fn with_mended_key(mut record: Record) -> Record {
    if let Record::Rejected(row) = &mut record {
        let was = row.key.as_ref().map(|key| key.original());
        let was = was.and_then(|key| mended(key).or_else(|| number_in_signs(key).map(str::to_owned)));
        row.key = was.and_then(|key| MatchKey::parse(&key).ok()).or(row.key.take());
    }
    record
}

/// What R, Python, JavaScript and people write where there is no number. Alone, each may be somebody's name.
fn is_of_program(text: &str) -> bool {
    ["NA", "<NA>", "nan", "NaN"].contains(&text)
        || ["TRUE", "FALSE", "WAHR", "FALSCH", "VRAI", "FAUX", "VERDADERO", "FALSO", "VERO"].contains(&text)
        || placeholder::of(text).is_some()
}

/// The number in `$1001`, `1001 €`, `(1001)`, `1001-`, `+1001` or `1001 %`, as a cell shows a number that is formatted as money.
fn number_in_signs(text: &str) -> Option<&str> {
    let is_sign = |c: char| {
        matches!(c, '$' | '€' | '£' | '¥' | '+' | '-' | '%' | '(' | ')' | ' ' | '\u{a0}' | '\u{202f}')
    };
    let number = text.trim_matches(is_sign);
    // `+49170…` is a telephone number.
    let is_telephone = text.starts_with('+') && number.len() > 6;
    (number.len() < text.len() && is_number(number) && !is_telephone).then_some(number)
}

/// `10:07` or `10:07:00`
fn is_time(text: &str) -> bool {
    let is_part = |part: &str| is_number(part) && part.len() <= 2;
    text.contains(':') && text.split(':').count() <= 3 && text.split(':').all(is_part)
}

impl LongNumbers {
    fn see(&mut self, key: &str, line: u64) {
        let Some((kept, rest)) = key.split_at_checked(DIGITS_KEPT).filter(|(_, rest)| !rest.is_empty())
        else {
            return;
        };
        if !is_number(kept) || !is_number(rest) {
            return;
        }
        if rest.bytes().all(|byte| byte == b'0') {
            self.cut += 1;
            self.line = if self.cut == 1 { line } else { self.line };
        }
        self.all += 1;
    }
}

/// Whether a spreadsheet or a program may have made this of a number: a date, a fraction of zeros, a short power, groups of
/// three digits.
fn is_changed_number(text: &str) -> bool {
    is_date(text) || is_with_zeros(text) || is_short_power(text) || is_grouped(text)
}

/// `1001.0`
fn is_with_zeros(text: &str) -> bool {
    let parts = text.split_once(['.', ',']);
    parts.is_some_and(|(whole, fraction)| {
        is_number(whole) && !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0')
    })
}

/// `1,001`, `1.001`, `1 001` or `1'001`, with or without a fraction of zeros: one separator, and groups of three digits.
fn is_grouped(text: &str) -> bool {
    SEPARATORS.iter().any(|separator| {
        let fraction = if *separator == '.' { ',' } else { '.' };
        let whole = match text.split_once(fraction) {
            Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
            Some(_) => return false,
            None => text,
        };
        let mut groups = whole.split(*separator);
        let is_first = groups.next().is_some_and(|first| is_number(first) && first.len() <= 3);
        let mut others = groups.peekable();
        is_first && others.peek().is_some() && others.all(|group| is_number(group) && group.len() == 3)
    })
}

/// `1E5`
fn is_short_power(text: &str) -> bool {
    text.split_once(['E', 'e'])
        .is_some_and(|(mantissa, power)| mantissa.len() == 1 && is_number(mantissa) && is_number(power))
}

/// A date as spreadsheets write it: `2026-03-01`, `01.03.2026`, `3/1/26`, `01-Mar`, `Mar 01`, `Mär 26`, with or without a
/// time of zeros.
pub(super) fn is_date(text: &str) -> bool {
    let date =
        text.split_once([' ', 'T']).filter(|(_, time)| is_midnight(time)).map_or(text, |(date, _)| date);
    let parts: Vec<&str> = date.split(['-', '/', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let number = |part: &str, max: u32| {
        is_number(part)
            && part.len() <= 2
            && part.parse().is_ok_and(|number: u32| (1..=max).contains(&number))
    };
    let is_year = |part: &str| is_number(part) && matches!(part.len(), 2 | 4);
    let is_month = |part: &str| {
        let folded = fold(part.trim_end_matches('.'));
        folded.chars().all(char::is_alphabetic) && MONTHS.iter().any(|month| folded.starts_with(&fold(month)))
    };
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => is_year(year) && number(month, 12) && number(day, 31),
        [day, month, year] if is_number(month) => {
            is_year(year) && (number(day, 31) && number(month, 12) || number(day, 12) && number(month, 31))
        }
        [day, month, year] => is_month(month) && number(day, 31) && is_year(year),
        [one, other] => {
            is_month(one) && is_number(other) && other.len() <= 4 || is_month(other) && number(one, 31)
        }
        _ => false,
    }
}

fn is_midnight(time: &str) -> bool {
    let digits: Vec<&str> = time.trim_end_matches('Z').split([':', '.']).collect();
    digits.len() >= 2 && digits.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte == b'0'))
}

#[cfg(test)]
mod tests {
    use super::{is_changed_number, is_time, number_in_signs};

    #[test]
    fn numbers_that_were_changed_are_recognised() {
        for text in [
            "2026-03-01",
            "01.03.2026",
            "3/1/2026",
            "3/1/26",
            "01-Mar",
            "1-Mar",
            "Mar-01",
            "Mar 26",
            "1. Mrz",
            "01.Mär",
            "2026-03-01 00:00:00",
            "2026-03-01T00:00:00Z",
            "1001.0",
            "1001,00",
            "1E5",
            "9e99",
            "1,001",
            "1.001",
            "1 001",
            "1\u{a0}001",
            "1\u{202f}001",
            "1'001",
            "1\u{2019}001",
            "12,345,678",
            "1,001.00",
            "1.001,0",
        ] {
            assert!(is_changed_number(text), "{text}");
        }
        for text in [
            "1001",
            "2024-001",
            "10-12",
            "A-1",
            "1001.5",
            "12E5",
            "Maria 1x",
            "E5",
            "2026-13-01",
            "MAR1",
            "x",
            "1,01",
            "1001,001",
            "1,001,1",
            "1,001 002",
            ",001",
            "1,",
            "1,001.5",
        ] {
            assert!(!is_changed_number(text), "{text}");
        }
    }

    #[test]
    fn numbers_in_signs_are_told_with_what_they_were() {
        for (text, number) in [
            ("$1001", Some("1001")),
            ("1003 €", Some("1003")),
            ("(1004)", Some("1004")),
            ("1005-", Some("1005")),
            ("+1006", Some("1006")),
            ("1008%", Some("1008")),
            ("1001", None),
            ("+491701234567", None),
            ("#1001", None),
            ("1001-2", None),
            ("A-1001", None),
            ("-", None),
            ("ann", None),
        ] {
            assert_eq!(number_in_signs(text), number, "{text}");
        }
        assert!(["10:07", "1:07", "10:07:00"].into_iter().all(is_time));
        assert!(!["1007", "10:a", "10:", "AA:BB", "1:2:3:4", "1001:07"].into_iter().any(is_time));
    }
}
