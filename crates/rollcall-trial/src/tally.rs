//! What the cells of a file give for each setting, before a run would read them.
//!
//! Above `rollcall-config`, which applies templates. Counts only people in scope, where that can be told.

use crate::changes::{self, Suspicion};
use crate::keys;
use crate::profile::following;
use crate::shown::Fill;
use crate::tried::Tried;
use rollcall_config::{Condition, DateRule, Edge, Mapping, StatusColumn, Template, Values, Verdict};
use rollcall_core::fold::fold;
use std::collections::BTreeMap;

/// How many words of a status column are kept.
pub(crate) const WORDS_MAX: usize = 50;

/// The counts so far.
pub(crate) struct Tally<'s> {
    mapping: &'s Mapping,
    /// Where each named column is.
    places: BTreeMap<&'s str, usize>,
    /// The named columns in the order of the file.
    named: Vec<(usize, String)>,
    parts: Vec<Part<'s>>,
    dates: Vec<Dates<'s>>,
    /// The words of each column of `active` and `admin`, each with its number.
    pub(crate) statuses: Vec<Status<'s>>,
    /// What the conditions of `where` compare with whole values.
    pub(crate) compared: Vec<Compared<'s>>,
    /// The place of a key that may be the number of the row, and the number that the next row has.
    counting: Option<(usize, Option<u64>)>,
    /// Columns that may say what has changed: those with few words.
    changes: Vec<Change>,
    rows: u64,
    pub(crate) people: u64,
    /// People whom the mapped status alone disables.
    pub(crate) disabled: u64,
    wanted: Vec<u64>,
    kept: BTreeMap<u64, Vec<(String, String)>>,
}

/// A setting with a value.
struct Part<'s> {
    name: String,
    from: &'s Template,
    is_whole: bool,
    filled: u64,
}

/// A column of `active` or `admin`.
pub(crate) struct Status<'s> {
    pub(crate) name: &'static str,
    pub(crate) column: &'s StatusColumn,
    pub(crate) words: Vec<(String, u64)>,
}

/// What a condition compares with whole values.
pub(crate) struct Compared<'s> {
    pub(crate) condition: &'s Condition,
    pub(crate) from: &'s Template,
    /// The values that it is compared with.
    pub(crate) with: Vec<&'s str>,
    /// Some of the values that there are, of everybody.
    pub(crate) words: Vec<(String, u64)>,
}

/// A column that may say what has changed.
struct Change {
    at: usize,
    heading: String,
    filled: u64,
    words: Vec<(String, u64)>,
    has_more_words: bool,
}

/// A setting with a date.
pub(crate) struct Dates<'s> {
    pub(crate) name: &'static str,
    pub(crate) rule: &'s DateRule,
    pub(crate) filled: u64,
    pub(crate) readable: u64,
    /// Some of its values.
    pub(crate) words: Vec<(String, u64)>,
}

impl<'s> Tally<'s> {
    pub(crate) fn new(tried: &Tried<'s>, headings: &[String], wanted: Vec<u64>) -> Self {
        let mapping = tried.mapping;
        let mut places = BTreeMap::new();
        let mut named = Vec::new();
        for &column in &tried.columns {
            if let Some(at) = headings.iter().position(|heading| fold(heading) == fold(column)) {
                places.insert(column, at);
                named.push((at, headings[at].clone()));
            }
        }
        named.sort();
        named.dedup();
        let part = |name: &str, from: &'s Template, is_whole| Part {
            name: name.to_owned(),
            from,
            is_whole,
            filled: 0,
        };
        let mut parts = vec![part("match_field", tried.match_field, true)];
        parts.extend(tried.immutable_id.iter().map(|from| part("immutable_id", from, true)));
        parts.extend(mapping.username.iter().map(|from| part("username", from, true)));
        parts.extend(mapping.priority.iter().map(|from| part("priority", from, false)));
        parts.extend(mapping.fields.iter().map(|(name, field)| part(name.as_str(), &field.from, false)));
        let dates = [("starts", &mapping.starts), ("ends", &mapping.ends)];
        let dates = dates.into_iter().filter_map(|(name, rule)| {
            rule.as_ref().map(|rule| Dates { name, rule, filled: 0, readable: 0, words: Vec::new() })
        });
        let statuses = [("active", &mapping.active), ("admin", &mapping.admin)];
        let statuses = statuses.into_iter().flat_map(|(name, rule)| {
            let columns = rule.iter().flat_map(|rule| &rule.all);
            columns.map(move |column| Status { name, column, words: Vec::new() })
        });
        let compared = mapping.scope.iter().filter_map(|condition| {
            let (from, with) = condition.compared()?;
            Some(Compared { condition, from, with, words: Vec::new() })
        });
        let changes = headings.iter().enumerate().map(|(at, heading)| Change {
            at,
            heading: heading.clone(),
            filled: 0,
            words: Vec::new(),
            has_more_words: false,
        });
        let key = tried.match_field.as_column().filter(|heading| keys::may_count_rows(heading));
        let counting = key.and_then(|key| Some((*places.get(key.as_str())?, Some(0))));
        Self {
            mapping,
            counting,
            places,
            named,
            parts,
            dates: dates.collect(),
            statuses: statuses.collect(),
            compared: compared.collect(),
            changes: changes.collect(),
            rows: 0,
            people: 0,
            disabled: 0,
            wanted,
            kept: BTreeMap::new(),
        }
    }

    /// Takes the cells of one row; whether the person is in scope and enabled, as far as the status says.
    pub(crate) fn see(&mut self, line: u64, cells: &[String]) -> bool {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        if self.wanted.contains(&line) {
            let shown = self.named.iter().map(|(at, heading)| (heading.clone(), cell(*at).to_owned()));
            self.kept.insert(line, shown.collect());
        }
        let nothing = &self.mapping.nothing;
        if let Some((at, next)) = &mut self.counting {
            *next = next.and_then(|next| following(next, self.rows == 0, cell(*at)));
        }
        self.rows += 1;
        for change in &mut self.changes {
            if change.has_more_words {
                continue;
            }
            let word = cell(change.at);
            change.filled += u64::from(!nothing.is(word));
            change.has_more_words |= !nothing.is(word) && !count(&mut change.words, word);
        }
        let places = std::mem::take(&mut self.places);
        let is_there =
            self.see_values(&|column| Values::one(places.get(column.as_str()).map_or("", |at| cell(*at))));
        self.places = places;
        is_there
    }

    /// Keeps what is to be shown of a person before the mapping.
    pub(crate) fn keep(&mut self, line: u64, before: Vec<(String, String)>) {
        if self.wanted.contains(&line) {
            self.kept.insert(line, before);
        }
    }

    /// Takes the values of one person, by their columns or attributes. See [`Tally::see`].
    pub(crate) fn see_values<'v>(&mut self, raw: &impl Fn(&String) -> Values<'v>) -> bool {
        let nothing = &self.mapping.nothing;
        let look = |column: &String| raw(column).without(nothing);
        for compared in &mut self.compared {
            for value in compared.from.values(&look).iter() {
                count(&mut compared.words, value);
            }
        }
        if !self.mapping.scope.iter().all(|condition| condition.holds(&look)) {
            return false;
        }
        self.people += 1;
        for part in &mut self.parts {
            let value = if part.is_whole { part.from.whole_value(&look) } else { part.from.value(&look) };
            part.filled += u64::from(!value.is_empty());
        }
        for date in &mut self.dates {
            let value = date.rule.from.value(&look);
            if !value.is_empty() {
                date.filled += 1;
                // As a run reads it: the last day of the calendar is no first day, but as a last day it means never.
                let edge = if date.name == "ends" { Edge::End } else { Edge::Start };
                date.readable += u64::from(date.rule.moment(&value, edge).is_ok());
                count(&mut date.words, &value);
            }
        }
        for status in &mut self.statuses {
            count(&mut status.words, &status.column.from.value(raw));
        }
        let verdict = self.mapping.active.as_ref().map(|rule| rule.verdict(nothing, raw));
        let is_disabled = matches!(verdict, Some(Verdict::Said(false)));
        self.disabled += u64::from(is_disabled);
        !is_disabled
    }

    /// How many people have a value, for each setting.
    pub(crate) fn fills(&self) -> Vec<Fill> {
        let of = self.people;
        let fill =
            |setting: &str, from: String, filled| Fill { setting: setting.to_owned(), from, filled, of };
        let mut fills: Vec<Fill> =
            self.parts.iter().map(|part| fill(&part.name, part.from.to_string(), part.filled)).collect();
        fills.extend(self.dates.iter().map(|date| fill(date.name, date.rule.from.to_string(), date.filled)));
        for Status { name, column, words } in &self.statuses {
            let is_filled = |(word, _): &&(String, u64)| !self.mapping.nothing.is(word);
            let filled = words.iter().filter(is_filled).map(|(_, number)| number);
            fills.push(fill(name, column.from.to_string(), filled.sum()));
        }
        fills
    }

    /// The column that says what has changed, if most rows have a word there.
    pub(crate) fn change_column(&self) -> Option<(&str, Suspicion)> {
        changes::find(self.changes.iter().map(|change| changes::Looked {
            heading: &change.heading,
            words: (!change.has_more_words).then_some(change.words.as_slice()),
            filled: change.filled,
            rows: self.rows,
        }))
    }

    /// Whether the key is 1, 2, 3 from the first row to the last.
    pub(crate) fn counts_rows(&self) -> bool {
        self.rows > 1 && matches!(self.counting, Some((_, Some(_))))
    }

    pub(crate) fn dates(&self) -> &[Dates<'s>] {
        &self.dates
    }

    /// The headings that the configuration does not name. One without a text cannot be named.
    pub(crate) fn unused(&self, headings: &[String]) -> Vec<String> {
        let is_named = |at: usize| self.named.iter().any(|(place, _)| *place == at);
        let unused =
            headings.iter().enumerate().filter(|(at, heading)| !heading.is_empty() && !is_named(*at));
        unused.map(|(_, heading)| heading.clone()).collect()
    }

    /// The cells of a person that is shown.
    pub(crate) fn before(&self, line: u64) -> Vec<(String, String)> {
        self.kept.get(&line).cloned().unwrap_or_default()
    }
}

/// Counts a word; whether there was still a place for it.
fn count(words: &mut Vec<(String, u64)>, word: &str) -> bool {
    if let Some((_, number)) = words.iter_mut().find(|(known, _)| known == word) {
        *number += 1;
        return true;
    }
    let has_place = words.len() < WORDS_MAX;
    if has_place {
        words.push((word.to_owned(), 1));
    }
    has_place
}
