//! What a source's columns or attributes mean: the checked `[source.mapping]`, `where` and `nothing`.
//!
//! `C` is how a column is named: by its text here, by its position once a file's headings are known.

use crate::condition::Condition;
use crate::dates::DateRule;
use crate::lines::Lines;
use crate::nothing::Nothing;
use crate::status::StatusRule;
use crate::template::Template;
use rollcall_core::fields::FieldName;
use std::collections::BTreeMap;

/// The mapping of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping<C = String> {
    /// The username. Without it, the match key is the username.
    pub username: Option<Template<C>>,
    /// Whether the person is enabled.
    pub active: Option<StatusRule<C>>,
    /// Whether the person administers the application.
    pub admin: Option<StatusRule<C>>,
    /// Who gets a seat first: the lower number (rule 45).
    pub priority: Option<Template<C>>,
    /// When the person starts (rule 42).
    pub starts: Option<DateRule<C>>,
    /// When the person's time ends (rule 42).
    pub ends: Option<DateRule<C>>,
    /// The other fields.
    pub fields: BTreeMap<FieldName, FieldMapping<C>>,
    /// What must hold for a person to be in scope (rule 41).
    pub scope: Vec<Condition<C>>,
    /// Words that mean that a value is empty (rule 43).
    pub nothing: Nothing,
    /// Whether the usual fields of a directory are added, because no mapping is configured.
    pub has_usual_fields: bool,
    /// On which lines its settings stand, and those of the source that name attributes.
    pub lines: Lines,
    /// Fields that are perhaps meant as settings.
    pub doubts: Vec<Doubt>,
}

/// A field whose name is that of a setting elsewhere, such as `status`, while the setting is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The name of the field.
    pub field: String,
    /// The setting that may be meant.
    pub setting: &'static str,
    /// What it is as it stands.
    pub what: String,
    /// What to write instead.
    pub cure: String,
}

/// Where one account field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMapping<C = String> {
    /// Its value.
    pub from: Template<C>,
    /// Whether an empty value clears the field (rule 9: only if configured).
    pub clears: bool,
    /// When it is written (rule 46).
    pub written: Written,
}

/// When a field is written (rule 46).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Written {
    /// At every run: the directory wins.
    #[default]
    Always,
    /// When the account is created. Afterwards it is the application's.
    Created,
}

/// The most fields one source may map: the planner's index keeps one bit for each.
pub const MAPPED_FIELDS_MAX: usize = 24;

impl<C> Default for Mapping<C> {
    fn default() -> Self {
        Self {
            username: None,
            active: None,
            admin: None,
            priority: None,
            starts: None,
            ends: None,
            fields: BTreeMap::new(),
            scope: Vec::new(),
            nothing: Nothing::default(),
            has_usual_fields: false,
            lines: Lines::default(),
            doubts: Vec::new(),
        }
    }
}

impl Mapping {
    /// The configured mapping, or the usual fields. The username comes from the usual attribute unless another is
    /// configured.
    #[must_use]
    pub fn or_usual(configured: Option<Self>, username: &str, fields: &[(&str, &str)]) -> Self {
        let mut mapping = configured.unwrap_or_else(|| Self { has_usual_fields: true, ..Self::default() });
        if mapping.has_usual_fields {
            let usual = fields.iter().filter_map(|(name, column)| {
                FieldName::parse(name).ok().map(|name| (name, FieldMapping::column((*column).to_owned())))
            });
            mapping.fields.extend(usual);
        }
        mapping.username.get_or_insert_with(|| Template::column(username.to_owned()));
        mapping
    }
}

impl<C> Mapping<C> {
    /// Every column that it names, in no order; one that is named twice comes twice.
    pub fn columns(&self) -> Vec<&C> {
        let values = self.username.iter().chain(&self.priority);
        let dates = self.starts.iter().chain(&self.ends).map(|date| &date.from);
        let fields = self.fields.values().map(|field| &field.from);
        let statuses = self.active.iter().chain(&self.admin).flat_map(StatusRule::columns);
        let conditions = self.scope.iter().flat_map(Condition::columns);
        values
            .chain(dates)
            .chain(fields)
            .flat_map(Template::columns)
            .chain(statuses)
            .chain(conditions)
            .collect()
    }

    /// The settings that name a column of which `is_it` is true, in the order in which they are usually written.
    pub fn settings_naming(&self, is_it: &dyn Fn(&C) -> bool) -> Vec<&str> {
        let (starts, ends) = (self.starts.as_ref(), self.ends.as_ref());
        let templates = [
            ("username", self.username.as_ref()),
            ("priority", self.priority.as_ref()),
            ("starts", starts.map(|date| &date.from)),
            ("ends", ends.map(|date| &date.from)),
        ];
        let templates = templates.into_iter().filter_map(|(name, from)| Some((name, from?.columns())));
        let statuses = [("active", &self.active), ("admin", &self.admin)];
        let statuses = statuses.into_iter().filter_map(|(name, rule)| Some((name, rule.as_ref()?.columns())));
        let conditions = self.scope.iter().map(|condition| ("where", condition.columns()));
        let fields = self.fields.iter().map(|(name, field)| (name.as_str(), field.from.columns()));
        let mut names = Vec::new();
        for (name, columns) in templates.chain(statuses).chain(conditions).chain(fields) {
            if !names.contains(&name) && columns.into_iter().any(is_it) {
                names.push(name);
            }
        }
        names
    }

    /// The same mapping with other names for its columns.
    ///
    /// # Errors
    /// What `find` says of the first column that it does not find.
    pub fn resolve<D, E>(&self, find: &mut dyn FnMut(&C) -> Result<D, E>) -> Result<Mapping<D>, E> {
        let mut fields = BTreeMap::new();
        for (name, field) in &self.fields {
            let from = field.from.resolve(find)?;
            fields.insert(name.clone(), FieldMapping { from, clears: field.clears, written: field.written });
        }
        Ok(Mapping {
            username: self.username.as_ref().map(|from| from.resolve(find)).transpose()?,
            active: self.active.as_ref().map(|rule| rule.resolve(find)).transpose()?,
            admin: self.admin.as_ref().map(|rule| rule.resolve(find)).transpose()?,
            priority: self.priority.as_ref().map(|from| from.resolve(find)).transpose()?,
            starts: self.starts.as_ref().map(|date| date.resolve(find)).transpose()?,
            ends: self.ends.as_ref().map(|date| date.resolve(find)).transpose()?,
            fields,
            scope: self.scope.iter().map(|condition| condition.resolve(find)).collect::<Result<_, E>>()?,
            nothing: self.nothing.clone(),
            has_usual_fields: self.has_usual_fields,
            lines: self.lines.clone(),
            doubts: self.doubts.clone(),
        })
    }
}

impl<C> FieldMapping<C> {
    /// A field that is one column, written at every run.
    #[must_use]
    pub fn column(column: C) -> Self {
        Self { from: Template::column(column), clears: false, written: Written::Always }
    }
}
