//! Rows that are no people: headings once more, dashes, totals (rule 41).
//!
//! The rule, exactly. A row is passed over and counted if its filled cells
//! - all repeat their own headings, two of them at least, or the only one that the file has; or
//! - all say their headings in another spelling, or what each column holds (`Required`, `varchar(100)`), two of them at least; or
//! - have only dashes, equals signs and the like; or
//! - are one number of a page (`Page 1 of 2`, `Seite 3`) or one mark of the end (`*** End of report ***`), the only filled cell
//!   of a row whose headings have more; or
//! - are one total (`Total: 3`, `Summe 12`, `3 rows affected`), or the word alone beside a number, and no other used cell.
//!
//! A row is rejected, with its key, if its key repeats the heading; if its key is the word of a total and nothing else, or
//! its username is then a number; or, where a username is mapped, if its key is the only used cell that is filled. So a
//! person called Total, with a name or a username, is a person. Where the key is the username too, a row of which only the key
//! has a text is judged by the other rows (`lone`). A row with the headings in another order refuses the file.

mod plain_person;
mod about_columns;
mod words;

use super::heading::Columns;
use super::scanner::RawRow;
use about_columns::letters;
use plain_person::HeadingLengths;
use rollcall_core::entry::{OR_CONFIGURE, Record, RejectReason, RejectedRow};
use rollcall_core::fold::fold;
use words::{AFTERWARDS, COUNTED, ENDS, MAKERS, OF_PAGES, PAGES, TOTALS};

/// What a row is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RowKind {
    /// A person, as far as this file can tell.
    Person,
    /// No person: it is passed over.
    NoPerson,
    /// Only its key has a text, and nothing else is a login. `is_alone` where no other cell is filled.
    Lone { is_alone: bool },
    /// The headings in another order: the rows below it are read under the wrong ones.
    OtherOrder,
    /// Perhaps no person: it is rejected for this reason, and protects the account that it names.
    Doubtful(String),
}

/// Tells rows that are no people.
pub(super) struct PersonTest {
    /// The headings, folded.
    headings: Vec<String>,
    heading_lengths: HeadingLengths,
    used: Vec<usize>,
    key: usize,
    key_heading: String,
    /// The column of the username, if it is not the key's.
    username: Option<usize>,
}

impl PersonTest {
    pub(super) fn new(columns: &Columns) -> Self {
        let mut used: Vec<usize> = columns.used().map(|column| column.position).collect();
        used.sort_unstable();
        used.dedup();
        let key = columns.key_position();
        let headings: Vec<String> = columns.headings.iter().map(|heading| fold(heading)).collect();
        Self {
            heading_lengths: HeadingLengths::of(&headings),
            headings,
            used,
            key,
            key_heading: columns.headings.get(key).cloned().unwrap_or_default(),
            username: columns.username_positions().into_iter().find(|at| *at != key),
        }
    }

    /// Judges a row.
    pub(super) fn judge(&self, raw: &RawRow) -> RowKind {
        if self.is_surely_person(raw) { RowKind::Person } else { self.judge_any(raw) }
    }

    /// The same without a short way.
    fn judge_any(&self, raw: &RawRow) -> RowKind {
        if raw.flaw.is_some() || raw.rows_inside.is_some() {
            return RowKind::Person;
        }
        // The mark of the end of a file, of DOS.
        if raw.cells.len() == 1 && raw.cells.get(0).map(str::trim) == Some("\u{1a}") {
            return RowKind::NoPerson;
        }
        let cells =
            || raw.cells.iter().map(|cell| cell.trim()).enumerate().filter(|(_, cell)| !cell.is_empty());
        let is_whole = raw.is_ended || raw.count >= self.headings.len();
        // The last row may have lost its end: what is left of it could be anything but a total with its number.
        if is_whole && (self.repeats_headings(cells()) || cells().all(|(_, cell)| is_rule(cell))) {
            return RowKind::NoPerson;
        }
        if let Some(kind) = self.about_columns(raw) {
            return kind;
        }
        let mut filled = cells();
        let only = filled.next().filter(|_| filled.next().is_none());
        if is_whole
            && self.headings.len() > 1
            && only.is_some_and(|(_, cell)| is_footer(cell) || is_note_with_address(cell))
        {
            return RowKind::NoPerson;
        }
        let mut others = cells().filter(|(at, _)| self.used.contains(at)).map(|(at, _)| at);
        let first = others.next();
        let has_one_used = others.next().is_none();
        // Beside a total there are only figures: most rows are told by their second cell.
        let mut texts = cells().filter(|(_, cell)| !is_figure(cell));
        let (first_text, second_text) = (texts.next(), texts.next());
        let only_text = first_text.filter(|_| second_text.is_none());
        let total = only_text.and_then(|(at, cell)| Some((at, Total::parse(cell)?)));
        if let Some((at, total)) = total {
            let has_figure = total == Total::Counted || is_whole && cells().count() > 1;
            if has_figure && has_one_used && first.is_none_or(|used| used == at) {
                return RowKind::NoPerson;
            }
            let is_username_figure = self.username.is_none_or(|at| {
                raw.cells.get(at).is_none_or(|cell| cell.trim().is_empty() || is_figure(cell.trim()))
            });
            let names_itself = has_one_used || self.username.is_some() || cells().count() > 1;
            if at == self.key && is_username_figure && names_itself && self.headings.len() > 1 {
                return RowKind::Doubtful(self.reason("is the word of a total"));
            }
        }
        let key = raw.cells.get(self.key).map_or("", |cell| cell.trim());
        if !key.is_empty() && self.is_heading(self.key, key) {
            let why = self.reason("repeats its heading");
            return RowKind::Doubtful(format!(
                "{why}{OR_CONFIGURE}`second_headings = true` passes over a second line of headings"
            ));
        }
        if self.username.is_some()
            && has_one_used
            && first == Some(self.key)
            && raw.count >= self.headings.len()
        {
            return RowKind::Doubtful(self.reason("is the only one of the used cells that is filled"));
        }
        let has_text_in_key = first_text.is_some_and(|(at, _)| at == self.key);
        if has_text_in_key && self.is_lone(raw, first_text, second_text) {
            return RowKind::Lone { is_alone: only.is_some() };
        }
        RowKind::Person
    }

    /// Whether the key is the label of a note, or only numbers and dates are beside it, with something left out.
    fn is_lone(&self, raw: &RawRow, key: Option<(usize, &str)>, second: Option<(usize, &str)>) -> bool {
        if self.headings.len() < 2 || raw.count < self.headings.len() {
            return false;
        }
        // Nobody's key ends with a colon: what stands beside it belongs to a note.
        if key.is_some_and(|(_, cell)| cell.ends_with(':')) {
            return true;
        }
        // Where everything that is used is filled, somebody has a number and a login.
        let is_empty = |at: usize| raw.cells.get(at).is_none_or(|cell| cell.trim().is_empty());
        let has_gap = || {
            let is_alone = (0..raw.cells.len()).all(|at| at == self.key || is_empty(at));
            is_alone || self.used.iter().any(|at| is_empty(*at))
        };
        second.is_none_or(|(_, cell)| is_moment(cell)) && self.has_only_figures(raw) && has_gap()
    }

    /// Whether only numbers and dates are beside the key, and no username.
    fn has_only_figures(&self, raw: &RawRow) -> bool {
        let is_figure = |cell: &str| cell.trim().is_empty() || is_moment(cell.trim());
        let mut others = raw.cells.iter().enumerate().filter(|(at, _)| *at != self.key);
        let login = self.username.and_then(|at| raw.cells.get(at));
        login.is_none_or(|cell| cell.trim().is_empty()) && others.all(|(_, cell)| is_figure(cell))
    }

    /// The heading of the cell by which a second line of headings looks like a person, if it does.
    pub(super) fn person_in(&self, raw: &RawRow) -> Option<usize> {
        let cell = |at: usize| raw.cells.get(at).unwrap_or_default();
        let key = cell(self.key);
        let letters = |text: &str| letters(&fold(text)).collect::<String>();
        // `User ID` says USERID, and `Username` says more than `user`.
        let says_heading = |(at, heading): (usize, &String)| {
            let (heading, said) = (letters(heading), letters(cell(at)));
            !heading.is_empty() && !said.is_empty() && (said.contains(&heading) || heading.contains(&said))
        };
        if !self.headings.iter().enumerate().any(says_heading) {
            return Some(self.key);
        }
        if key.contains(|c: char| c.is_numeric()) && !self.is_heading(self.key, key) {
            return Some(self.key);
        }
        self.used.iter().copied().find(|at| cell(*at).contains('@') && !self.is_heading(*at, cell(*at)))
    }

    /// Whether a cell is the heading of its column. It is folded only where it begins alike.
    fn is_heading(&self, at: usize, cell: &str) -> bool {
        let Some(heading) = self.headings.get(at) else { return false };
        let (first, wanted) = (cell.bytes().next(), heading.bytes().next());
        let may_be = match (first, wanted) {
            (Some(first), Some(wanted)) if first.is_ascii_graphic() && wanted.is_ascii() => {
                first.eq_ignore_ascii_case(&wanted)
            }
            (first, wanted) => first.is_some() && wanted.is_some(),
        };
        may_be && fold(cell) == *heading
    }

    fn reason(&self, what: &str) -> String {
        format!(
            "the cell under {:?} {what}, so the row may be no person; remove it, or fill the other cells",
            self.key_heading
        )
    }

    fn repeats_headings<'a>(&self, cells: impl Iterator<Item = (usize, &'a str)>) -> bool {
        let mut repeated = 0;
        for (at, cell) in cells {
            if !self.is_heading(at, cell) {
                return false;
            }
            repeated += 1;
        }
        repeated > 1
            || repeated == 1 && self.headings.iter().filter(|heading| !heading.is_empty()).count() == 1
    }
}

/// The record of a row that was an entry, rejected.
pub(super) fn reject(record: Record, why: &str) -> Record {
    match record {
        Record::Entry(entry) => Record::Rejected(RejectedRow {
            line: entry.line,
            reason: RejectReason::Unreadable(why.to_owned()),
            key: Some(entry.key),
            immutable_id: entry.immutable_id,
            username: entry.username,
        }),
        rejected @ Record::Rejected(_) => rejected,
    }
}

/// Whether a cell is a number of a page, or the mark of an end. Most cells are told by their first word.
fn is_footer(cell: &str) -> bool {
    let marks: &[char] = &['*', '-', '=', '.', '<', '>', '[', ']', '(', ')', '#', ' '];
    let folded = fold(cell.trim_matches(marks));
    if ENDS.contains(&folded.as_str()) {
        return true;
    }
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = folded.split_whitespace().take(5).collect();
    match words.as_slice() {
        [page, number] => {
            // `Page 1/2`
            let number =
                number.split_once('/').map_or(*number, |(one, all)| if is_number(all) { one } else { "" });
            PAGES.contains(page) && is_number(number)
        }
        [page, number, of, all] => {
            PAGES.contains(page) && is_number(number) && OF_PAGES.contains(of) && is_number(all)
        }
        _ => false,
    }
}

/// Whether a cell says who made the list, with an address: it names somebody who has a row of their own.
fn is_note_with_address(cell: &str) -> bool {
    let Some((words, _)) = cell.split_once(['<', '(']).filter(|_| cell.contains('@')) else { return false };
    let folded = fold(words);
    MAKERS.iter().any(|maker| folded.strip_prefix(maker).is_some_and(|rest| rest.starts_with([' ', ':'])))
}

/// A cell that says how many rows there are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Total {
    /// With the number.
    Counted,
    /// The word alone, which can be a name.
    Word,
}

impl Total {
    fn parse(cell: &str) -> Option<Self> {
        let folded = fold(cell.trim_matches(['(', ')', '*', '.', ' ']));
        let (words, figure) = match folded.find(|c: char| c.is_ascii_digit()) {
            None => (folded.trim_end_matches([':', '=', ' ']), None),
            Some(0) => {
                let end = folded.find(|c: char| !is_of_figure(c)).unwrap_or(folded.len());
                return is_counted(folded[end..].trim()).then_some(Self::Counted);
            }
            Some(at) => (folded[..at].trim_end_matches([':', '=', ' ', '#']), Some(&folded[at..])),
        };
        if figure.is_some_and(|figure| {
            let end = figure.find(|c: char| !is_of_figure(c)).unwrap_or(figure.len());
            let rest = figure[end..].trim();
            !rest.is_empty() && !is_counted(rest)
        }) {
            return None;
        }
        let is_total = TOTALS.iter().any(|total| {
            words.strip_prefix(total).is_some_and(|rest| {
                rest.is_empty()
                    || rest.starts_with(' ')
                        && is_counted(rest.trim_start_matches([' ']).trim_start_matches("of "))
            })
        });
        let is_plain = TOTALS.contains(&words);
        match figure {
            Some(_) if is_total => Some(Self::Counted),
            None if is_plain => Some(Self::Word),
            _ => None,
        }
    }
}

/// `rows`, `rows affected`
fn is_counted(text: &str) -> bool {
    COUNTED.iter().any(|counted| {
        text.strip_prefix(counted).is_some_and(|rest| rest.is_empty() || AFTERWARDS.contains(&rest.trim()))
    })
}

fn is_of_figure(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '\u{A0}')
}

fn is_figure(cell: &str) -> bool {
    cell.contains(|c: char| c.is_ascii_digit()) && cell.chars().all(is_of_figure)
}

/// A number, a date or a time, without words: `4`, `2026-11-30 08:00`, `30.11.2026`.
pub(super) fn is_moment(cell: &str) -> bool {
    cell.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && cell.bytes().all(|byte| byte.is_ascii_digit() || b".,-/: ".contains(&byte))
}

/// A line drawn with characters.
fn is_rule(cell: &str) -> bool {
    cell.chars().all(|c| matches!(c, '-' | '=' | '_' | '*' | '+' | '|' | '~' | ' ' | '\u{2010}'..='\u{2015}' | '\u{2500}'..='\u{257F}'))
}
