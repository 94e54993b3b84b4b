//! What the cells of a file give for each setting, before a run would read them.
//!
//! Above `rollcall-config`, which applies templates. Counts only people in scope, where that can be told.

use crate::shown::Fill;
use rollcall_config::{CsvSettings, DateRule, Edge, StatusColumn, Template, Values};
use rollcall_core::fold::fold;
use std::collections::BTreeMap;

/// How many words of a status column are kept.
const WORDS_MAX: usize = 50;

/// The counts so far.
pub(crate) struct Tally<'s> {
    settings: &'s CsvSettings,
    /// Where each named column is.
    places: BTreeMap<&'s str, usize>,
    /// The named columns in the order of the file.
    named: Vec<(usize, String)>,
    parts: Vec<Part<'s>>,
    dates: Vec<Dates<'s>>,
    /// The words of each column of `active`, each with its number.
    pub(crate) words: Vec<(&'s StatusColumn, Vec<(String, u64)>)>,
    pub(crate) people: u64,
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

/// A setting with a date.
pub(crate) struct Dates<'s> {
    pub(crate) name: &'static str,
    pub(crate) rule: &'s DateRule,
    pub(crate) filled: u64,
    pub(crate) readable: u64,
}

impl<'s> Tally<'s> {
    pub(crate) fn new(settings: &'s CsvSettings, headings: &[String], wanted: Vec<u64>) -> Self {
        let mapping = &settings.mapping;
        let mut places = BTreeMap::new();
        let mut named = Vec::new();
        for column in settings.columns() {
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
        let mut parts = vec![part("match_field", &settings.match_field, true)];
        parts.extend(settings.immutable_id.iter().map(|from| part("immutable_id", from, true)));
        parts.extend(mapping.username.iter().map(|from| part("username", from, true)));
        parts.extend(mapping.priority.iter().map(|from| part("priority", from, false)));
        parts.extend(mapping.fields.iter().map(|(name, field)| part(name.as_str(), &field.from, false)));
        let dates = [("starts", &mapping.starts), ("ends", &mapping.ends)];
        let dates = dates.into_iter().filter_map(|(name, rule)| {
            rule.as_ref().map(|rule| Dates { name, rule, filled: 0, readable: 0 })
        });
        let statuses = mapping.active.iter().flat_map(|rule| &rule.all);
        Self {
            settings,
            places,
            named,
            parts,
            dates: dates.collect(),
            words: statuses.map(|column| (column, Vec::new())).collect(),
            people: 0,
            wanted,
            kept: BTreeMap::new(),
        }
    }

    /// Takes the cells of one row.
    pub(crate) fn see(&mut self, line: u64, cells: &[String]) {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        if self.wanted.contains(&line) {
            let shown = self.named.iter().map(|(at, heading)| (heading.clone(), cell(*at).to_owned()));
            self.kept.insert(line, shown.collect());
        }
        let (places, nothing) = (&self.places, &self.settings.mapping.nothing);
        let raw = |column: &String| Values::one(places.get(column.as_str()).map_or("", |at| cell(*at)));
        let look = |column: &String| raw(column).without(nothing);
        if !self.settings.mapping.scope.iter().all(|condition| condition.holds(&look)) {
            return;
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
                date.readable += u64::from(date.rule.moment(&value, Edge::Start).is_ok());
            }
        }
        for (column, words) in &mut self.words {
            let value = column.from.value(&raw);
            if let Some((_, number)) = words.iter_mut().find(|(word, _)| *word == *value) {
                *number += 1;
            } else if words.len() < WORDS_MAX {
                words.push((value.into_owned(), 1));
            }
        }
    }

    /// How many people have a value, for each setting.
    pub(crate) fn fills(&self) -> Vec<Fill> {
        let of = self.people;
        let fill =
            |setting: &str, from: String, filled| Fill { setting: setting.to_owned(), from, filled, of };
        let mut fills: Vec<Fill> =
            self.parts.iter().map(|part| fill(&part.name, part.from.to_string(), part.filled)).collect();
        fills.extend(self.dates.iter().map(|date| fill(date.name, date.rule.from.to_string(), date.filled)));
        for (column, words) in &self.words {
            let filled = words
                .iter()
                .filter(|(word, _)| !self.settings.mapping.nothing.is(word))
                .map(|(_, number)| number);
            fills.push(fill("active", column.from.to_string(), filled.sum()));
        }
        fills
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
