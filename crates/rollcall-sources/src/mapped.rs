//! What the mapping makes of one person's values, the same for a row of a file and a person of a directory.
//!
//! Above `rollcall-config`, which knows what each rule of a mapping means; below `person.rs` and `csv/row.rs`, which know
//! where the values come from. Promises that what cannot be read is a reason, never a guess, and that a reason repeats no
//! value but a short one of a column that the mapping names.

use crate::entity;
use crate::error::short;
use crate::one_form::in_one_form;
use crate::placeholder;
use rollcall_config::{
    DateRule, Edge, Mapping, NOTHING, StatusColumn, StatusRule, Template, Values, Verdict, Written,
};
use rollcall_core::entry::{Condition, Entry, EntryStatus, OR_CONFIGURE};
use rollcall_core::fields::Fields;
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::person;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use std::borrow::Cow;

/// One person's values, and what they mean.
pub(crate) struct Mapped<'m, C, L> {
    mapping: &'m Mapping<C>,
    /// The values of a column, trimmed, words for nothing included.
    look: L,
    /// How the values are named in a reason.
    wording: Wording,
}

/// How values are named in a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wording {
    /// The cell under "status".
    Cell,
    /// The attribute "status".
    Attribute,
}

/// How many words of a long list a reason has.
const WORDS_SHOWN: usize = 6;

/// The fields of an entry.
pub(crate) struct MappedFields {
    pub(crate) always: Fields,
    pub(crate) created: Fields,
}

impl<'m, 'v, C: AsRef<str>, L: Fn(&C) -> Values<'v>> Mapped<'m, C, L> {
    pub(crate) fn new(mapping: &'m Mapping<C>, wording: Wording, look: L) -> Self {
        Self { mapping, look, wording }
    }

    /// The values of a column without words for nothing.
    fn values(&self, column: &C) -> Values<'v> {
        (self.look)(column).without(&self.mapping.nothing)
    }

    /// The first condition of the source that the person does not fulfil (rule 41).
    ///
    /// # Errors
    /// When the person would fulfil all of them if entities of HTML were letters: `R&amp;D` is R&D, and nobody has left.
    pub(crate) fn outside(&self) -> Result<Option<EntryStatus>, String> {
        let scope = &self.mapping.scope;
        let failed = scope.iter().find(|condition| !condition.holds(&|column: &C| self.values(column)));
        let Some(failed) = failed else { return Ok(None) };
        let columns = || scope.iter().flat_map(rollcall_config::Condition::columns);
        let why = columns().find_map(|column| {
            let why = self.values(column).iter().find_map(entity::refused)?;
            Some(format!("{} {why}", name(self.wording, &Template::column(column))))
        });
        if let Some(why) = why
            && scope.iter().all(|condition| condition.holds(&|column: &C| decoded(&self.values(column))))
        {
            return Err(format!("{why}; without that the person is within `where`"));
        }
        Ok(Some(EntryStatus::OutOfScope { condition: Condition::new(failed.text()) }))
    }

    /// Whether the mapped status says that the person is enabled (rule 40). `empty` is what an empty value means where
    /// the mapping does not say it.
    pub(crate) fn is_active(&self, empty: Option<bool>) -> Result<bool, String> {
        let Some(rule) = &self.mapping.active else { return Ok(true) };
        match rule.verdict(&self.mapping.nothing, &self.look) {
            Verdict::Said(said) => Ok(said),
            Verdict::Empty(column) => {
                let is_absent = column.from.value(&self.look).is_empty();
                empty.filter(|_| is_absent).ok_or_else(|| {
                    let (what, from) = (self.name("active", &column.from), column.from.to_string());
                    format!(
                        "{what} is empty; fill it in the directory{OR_CONFIGURE}say what an empty value means, \
                         active = {{ column = {from:?}, empty = true }}"
                    )
                })
            }
            Verdict::Unknown(column, word) => Err(self.unknown("active", column, &word)),
        }
    }

    /// Whether the person administers the application; `None` if it is not mapped or empty.
    pub(crate) fn is_admin(&self) -> Result<Option<bool>, String> {
        let Some(rule) = &self.mapping.admin else { return Ok(None) };
        let rule: &StatusRule<C> = rule;
        match rule.verdict(&self.mapping.nothing, &self.look) {
            Verdict::Said(said) => Ok(Some(said)),
            Verdict::Empty(_) => Ok(None),
            Verdict::Unknown(column, word) => Err(self.unknown("admin", column, &word)),
        }
    }

    fn unknown(&self, setting: &str, column: &StatusColumn<C>, word: &str) -> String {
        // The usual words are a hundred, in thirty languages.
        let listed = |words: &[String]| {
            let is_long = words.len() > WORDS_SHOWN * 2;
            let shown = words.get(..WORDS_SHOWN).filter(|_| is_long).unwrap_or(words);
            let more =
                if is_long { format!(" (and {} more)", words.len() - WORDS_SHOWN) } else { String::new() };
            format!("{}{more}", shown.join(", "))
        };
        let what = self.name(setting, &column.from);
        let expected = match (column.yes.as_slice(), column.no.as_slice()) {
            ([], []) => {
                let word = short(word);
                return format!(
                    "{what} is {word:?}, and no word of `{setting}` is said; add each to `true` or to `false`"
                );
            }
            ([], no) => format!("one of {}", listed(no)),
            (yes, []) => format!("one of {}", listed(yes)),
            (yes, no) => format!("one of {} or one of {}", listed(yes), listed(no)),
        };
        format!("{what} is {:?}; write {expected}{OR_CONFIGURE}add the word to `{setting}`", short(word))
    }

    /// The priority of the person (rule 45); the last place for an empty value. `None` if it is not mapped.
    pub(crate) fn priority(&self) -> Result<Option<u16>, String> {
        let Some(from) = &self.mapping.priority else { return Ok(None) };
        let value = from.value(&|column: &C| self.values(column));
        if value.is_empty() {
            return Ok(Some(u16::MAX));
        }
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        value.parse::<u16>().ok().filter(|_| is_number).map(Some).ok_or_else(|| {
            let most = u16::MAX;
            format!(
                "{} is {:?}; expected a number from 0 to {most}",
                self.name("priority", from),
                short(&value)
            )
        })
    }

    /// When the person starts.
    pub(crate) fn starts(&self) -> Result<Option<Timestamp>, String> {
        self.moment("starts", self.mapping.starts.as_ref(), Edge::Start)
    }

    /// The first moment at which the person's time is over.
    pub(crate) fn ends(&self) -> Result<Option<Timestamp>, String> {
        self.moment("ends", self.mapping.ends.as_ref(), Edge::End)
    }

    fn moment(
        &self,
        setting: &str,
        rule: Option<&DateRule<C>>,
        edge: Edge,
    ) -> Result<Option<Timestamp>, String> {
        let Some(rule) = rule else { return Ok(None) };
        let value = rule.from.value(&|column: &C| self.values(column));
        rule.moment(&value, edge).map_err(|expected| {
            format!("{} is {:?}; {expected}", self.name(setting, &rule.from), short(&value))
        })
    }

    /// The value of a key, an id or a username: empty if a part of it is (rule 39).
    pub(crate) fn whole_value(&self, from: &Template<C>) -> Cow<'v, str> {
        from.whole_value(&|column: &C| self.values(column))
    }

    /// Every field, in one Unicode form. An empty value leaves the field as it is, unless `clear` names it (rule 9).
    pub(crate) fn fields(&self) -> MappedFields {
        let always = Fields::with_room_for(self.mapping.fields.len());
        let mut fields = MappedFields { always, created: Fields::new() };
        for (name, field) in &self.mapping.fields {
            let value = field.from.value(&|column: &C| self.values(column));
            // `none` in the place of an address is no address, and takes nobody's away.
            let value = if is_no_address(name.as_str(), &value) { Cow::Borrowed("") } else { value };
            let value = in_one_form(value);
            if field.clears || !value.is_empty() {
                let into = match field.written {
                    Written::Always => &mut fields.always,
                    Written::Created => &mut fields.created,
                };
                into.append(name.clone(), &value);
            }
        }
        fields
    }

    /// A value in a reason. A directory has no headings that people see, so the setting that names the attribute is said too.
    fn name(&self, setting: &str, from: &Template<C>) -> String {
        let name = name(self.wording, from);
        match self.wording {
            Wording::Cell => name,
            Wording::Attribute => match self.mapping.lines.of(setting) {
                Some(line) => format!("{name} (`{setting}` in rollcall.toml, line {line})"),
                None => format!("{name} (`{setting}` in [source.mapping])"),
            },
        }
    }
}

/// Whether the value of a field of e-mail addresses says only that there is none.
pub(crate) fn is_no_address(field: &str, value: &str) -> bool {
    person::is_email(field)
        && !value.is_empty()
        && !value.contains('@')
        && (placeholder::of(value).is_some()
            || value.bytes().all(|byte| byte == b'0')
            || ["(at)", "[at]"].iter().any(|hidden| value.contains(hidden)))
        // Of these the configuration says itself whether they are values.
        && !NOTHING.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// The values with their entities read.
fn decoded(values: &Values<'_>) -> Values<'static> {
    let read = |value: &str| Cow::Owned(entity::decoded(value).unwrap_or_else(|| value.to_owned()));
    Values::several(values.iter().map(read).collect::<Vec<_>>())
}

/// A value in a reason: the cell under "status".
pub(crate) fn name<C: AsRef<str>>(wording: Wording, from: &Template<C>) -> String {
    match (wording, from.as_column()) {
        (Wording::Cell, Some(column)) => format!("the cell under {:?}", column.as_ref()),
        (Wording::Attribute, Some(column)) => column.as_ref().to_owned(),
        (Wording::Cell | Wording::Attribute, None) => format!("the value of {:?}", from.to_string()),
    }
}

/// The entry of a person outside a condition: who they are, and nothing else. Their other values need not be readable.
pub(crate) fn out_of_scope(
    line: u64,
    key: MatchKey,
    immutable_id: Option<ImmutableId>,
    username: Option<Username>,
    status: EntryStatus,
) -> Entry {
    Entry {
        line,
        key,
        immutable_id,
        username,
        status,
        starts: None,
        ends: None,
        is_admin: None,
        priority: 0,
        fields: Fields::new(),
        created_fields: Fields::new(),
    }
}
