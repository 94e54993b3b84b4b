//! A file of changes: rows that say what is to be added, changed or removed, and nothing of everybody else.
//!
//! Rollcall needs everybody at each run: whoever is not in the file loses the seat. Nothing in such a file but one column
//! shows what it is, so that column is looked for by its heading and its words.

mod words;

use crate::heading_words::joined;
use crate::words::plain;
use words::{ADDED, ALSO_EVENTS, CHANGED, EVENTS, HEADINGS, HIRED, LEFT, MOVED, REMOVED};

/// The kinds of words that a column has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kinds {
    added: bool,
    changed: bool,
    removed: bool,
    /// Whether a whole word says what a program is to do, and not only a letter, or what happened to a person.
    is_technical: bool,
    /// Whether something happened to a person.
    is_of_events: bool,
}

/// Somebody is added, changed or removed.
const KINDS: usize = 3;

/// What a column is made out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suspicion {
    /// People are removed, or some added and others changed: it is a file of changes.
    Sure,
    /// Everybody is added, or everybody changed: an import of everybody looks the same. Or a list of everybody says what
    /// happened last.
    Doubtful,
}

impl Kinds {
    /// Takes one word; whether it is known.
    fn take(&mut self, heading: &str, word: &str) -> bool {
        let plain = plain(word);
        let is_in = |list: &[&str]| list.contains(&plain.as_str());
        let (added, changed, removed) = (is_in(ADDED), is_in(CHANGED), is_in(REMOVED));
        let (hired, moved, left) = (is_in(HIRED), is_in(MOVED), is_in(LEFT));
        let sign = sign_of(word.trim()).or_else(|| letter_of(heading, &plain));
        self.added |= added || hired || sign == Some(Sign::Added);
        self.changed |= changed || moved || sign == Some(Sign::Changed);
        self.removed |= removed || left || sign == Some(Sign::Removed);
        self.is_technical |= (added || changed || removed) && plain.chars().count() > 1;
        self.is_of_events |= hired || moved || left;
        added || changed || removed || hired || moved || left || sign.is_some()
    }

    fn number(self) -> usize {
        [self.added, self.changed, self.removed].into_iter().filter(|is_there| *is_there).count()
    }
}

/// What a sign or a letter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Added,
    Changed,
    Removed,
}

fn sign_of(word: &str) -> Option<Sign> {
    match word {
        "+" => Some(Sign::Added),
        "~" | "*" | "±" | "+/-" => Some(Sign::Changed),
        "-" | "−" | "–" => Some(Sign::Removed),
        _ => None,
    }
}

/// A letter in the language of its heading.
fn letter_of(heading: &str, word: &str) -> Option<Sign> {
    let says = |parts: &[&str]| parts.iter().any(|part| heading.contains(part));
    match word {
        "l" if says(&["änder", "kennzeichen", "verarbeit", "beweg", "aktion"]) => Some(Sign::Removed),
        "g" | "ä" if says(&["änder", "kennzeichen", "verarbeit", "beweg", "aktion"]) => Some(Sign::Changed),
        "s" if says(&["mouvement", "modification", "opération"]) => Some(Sign::Removed),
        "b" | "e" if says(&["movimi", "movimento", "operación", "acción"]) => Some(Sign::Removed),
        "v" if says(&["mutatie", "wijziging", "actie"]) => Some(Sign::Removed),
        "w" if says(&["mutatie", "wijziging", "actie"]) => Some(Sign::Changed),
        _ => None,
    }
}

/// A column as it is looked at: with its words, where all are kept, and whether every row has one.
pub(crate) struct Looked<'c> {
    pub(crate) heading: &'c str,
    pub(crate) words: Option<&'c [(String, u64)]>,
    pub(crate) filled: u64,
    pub(crate) rows: u64,
}

/// What a column is, if it says what has changed.
fn suspicion(column: &Looked<'_>) -> Option<Suspicion> {
    let heading = heading_of(column.heading);
    let (is_heading, is_event) = (is_in(HEADINGS, &heading), is_in(EVENTS, &heading));
    let words = column.words?;
    if words.is_empty() {
        return None;
    }
    let mut kinds = Kinds::default();
    if !words.iter().all(|(word, _)| kinds.take(&heading, word)) {
        return None;
    }
    if !(is_heading || is_event) {
        // Below a heading that says nothing, only all that a program does can speak: ADD, CHG, TRM. I, U, D may be anything.
        let are_all = kinds.number() == KINDS && !kinds.is_of_events && column.filled * 2 > column.rows;
        return are_all.then_some(if kinds.is_technical { Suspicion::Sure } else { Suspicion::Doubtful });
    }
    // A minus alone is a word for nothing: those cells look empty.
    let is_of_signs = words.iter().all(|(word, _)| sign_of(word.trim()).is_some());
    if is_of_signs && column.filled < column.rows {
        kinds.removed = true;
    } else if column.filled * 2 <= column.rows {
        return None;
    }
    let is_only_events = kinds.is_of_events && !kinds.is_technical;
    let is_sure = if is_event {
        // A list of everybody may say what happened last to each.
        kinds.is_technical && kinds.number() > 1
    } else if is_only_events && is_in(ALSO_EVENTS, &heading) {
        false
    } else {
        kinds.removed || kinds.added && kinds.changed
    };
    Some(if is_sure { Suspicion::Sure } else { Suspicion::Doubtful })
}

/// The column of a file that says what has changed.
pub(crate) fn find<'c>(columns: impl Iterator<Item = Looked<'c>>) -> Option<(&'c str, Suspicion)> {
    let suspicions = columns.filter_map(|column| Some((column.heading, suspicion(&column)?)));
    suspicions.max_by_key(|(_, suspicion)| *suspicion == Suspicion::Sure)
}

/// A heading as it stands in the lists; one of signs only stands for one of them.
fn heading_of(heading: &str) -> String {
    match heading.trim() {
        "+/-" | "+-" | "±" | "+/-/~" => String::from("op"),
        heading => joined(heading),
    }
}

fn is_in(list: &str, heading: &str) -> bool {
    list.split_whitespace().any(|known| known == heading)
}

/// What is said of a file of changes.
pub(crate) fn told(heading: &str) -> String {
    format!(
        "the column {heading:?} says of each row whether somebody is added, changed or removed: this is a file of changes, and \
         whoever is not in it would lose the seat"
    )
}

/// What is to be done about it.
pub(crate) const CURE: &str = "export everybody who is to have access, not only what has changed";
