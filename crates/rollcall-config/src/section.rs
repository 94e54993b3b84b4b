//! One table of the configuration: gives out its settings, and finds the unknown ones.
//!
//! Above `value.rs`. Promises that every setting of a section is either read or reported as unknown.

use crate::lines::Lines;
use crate::mistake::Mistakes;
use crate::roles::Role;
use crate::titles::{DATE, FIELD, GROUP, MAPPING, STATUS};
use crate::value::Setting;
use toml::de::DeTable;

/// Every setting, by the title of its section: for the message about a setting in the wrong one, and for the page that
/// explains them (`docs/configuration.md`). A setting that is not listed here cannot be read.
pub(crate) const SETTINGS: &[(&str, &[&str])] = &[
    ("[licence]", &["seats", "reserve", "trim", "warn_at"]),
    (
        "[guard]",
        &[
            "max_removal_percent",
            "min_removals",
            "max_rename_percent",
            "min_renames",
            "max_newcomer_percent",
            "newcomers_from",
        ],
    ),
    ("[protect]", &["usernames", "grace", "return", "keep_seat"]),
    ("[adopt]", &["file"]),
    ("[roles]", &ROLES),
    (MAPPING, &["username", "active", "admin", "priority", "starts", "ends"]),
    (
        "[[source]]",
        &[
            "name",
            "kind",
            "object",
            "match_field",
            "immutable_id",
            "encoding",
            "delimiter",
            "skip_lines",
            "second_headings",
            "truthy",
            "falsy",
            "nothing",
            "where",
            "clear",
            "mapping",
            "url",
            "start_tls",
            "ca_file",
            "bind_dn",
            "bind_password",
            "base",
            "group_base",
            "groups",
            "user_filter",
            "page_items",
            "tenant",
            "client_id",
            "client_secret",
            "client_certificate",
            "federated_token",
            "guests",
            "cloud",
            "login_url",
            "graph_url",
            "token",
            "private_key",
            "key_id",
            "active_statuses",
            "credential_expires",
        ],
    ),
    (FIELD, &["from", "written"]),
    (STATUS, &["column", "true", "false", "else", "empty"]),
    (DATE, &["from", "format", "time_zone"]),
    (GROUP, &["name", "priority"]),
];

/// The settings of `[roles]`.
const ROLES: [&str; 1 + Role::ALL.len()] = {
    let mut names = ["claim"; 1 + Role::ALL.len()];
    let mut index = 0;
    while index < Role::ALL.len() {
        names[1 + index] = Role::ALL[index].as_str();
        index += 1;
    }
    names
};

/// A table, and which of its settings were read.
pub(crate) struct Section<'a> {
    title: &'static str,
    at: usize,
    table: &'a DeTable<'a>,
    known: Vec<&'static str>,
}

impl<'a> Setting<'a> {
    /// A table.
    pub(crate) fn section(&self, title: &'static str, mistakes: &mut Mistakes) -> Option<Section<'a>> {
        let Some(table) = self.value.as_table() else {
            self.add(mistakes, &format!("must be a section: write {title} on a line of its own"));
            return None;
        };
        Some(Section::new(title, self.at, table))
    }

    /// A list of tables.
    pub(crate) fn sections(&self, title: &'static str, mistakes: &mut Mistakes) -> Vec<Section<'a>> {
        let Some(items) = self.value.as_array() else {
            self.add(
                mistakes,
                &format!("must be a list of sections: write {title}, with two brackets, above each"),
            );
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => sections.push(Section::new(title, item.span().start, table)),
                None => Setting { name: self.name, at: item.span().start, value: item.get_ref() }
                    .add(mistakes, &format!("must contain sections: write {title} above each")),
            }
        }
        sections
    }
}

impl<'a> Section<'a> {
    pub(crate) fn new(title: &'static str, at: usize, table: &'a DeTable<'a>) -> Self {
        Self { title, at, table, known: Vec::new() }
    }

    /// A setting that may be left out.
    pub(crate) fn optional(&mut self, name: &'static str) -> Option<Setting<'a>> {
        debug_assert!(is_listed(self.title, name), "{name} is missing in SETTINGS for {}", self.title);
        self.known.push(name);
        let (key, value) = self.table.get_key_value(name)?;
        Some(Setting { name, at: key.span().start, value: value.get_ref() })
    }

    /// Whether a setting is there, even with a wrong value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// Whether one of the groups has a priority.
    pub(crate) fn has_group_priorities(&self) -> bool {
        let groups = self.table.get("groups").and_then(|groups| groups.get_ref().as_array());
        let has_one = |group: &toml::Spanned<toml::de::DeValue<'_>>| {
            group.get_ref().as_table().is_some_and(|group| group.contains_key("priority"))
        };
        groups.is_some_and(|groups| groups.iter().any(has_one))
    }

    /// A setting that must be there. If it is not, adds a mistake with an example.
    pub(crate) fn required(
        &mut self,
        name: &'static str,
        example: &str,
        mistakes: &mut Mistakes,
    ) -> Option<Setting<'a>> {
        let setting = self.optional(name);
        if setting.is_none() {
            mistakes
                .add(self.at, format!("`{name}` is missing in {}; write for example {example}", self.title));
        }
        setting
    }

    /// The line of each setting, and of each group.
    pub(crate) fn lines(&self, mistakes: &Mistakes) -> Lines {
        let mut lines = Lines::default();
        for (key, value) in self.table {
            lines.add(key.get_ref(), mistakes.line(key.span().start));
            let groups = value.get_ref().as_array().filter(|_| key.get_ref() == "groups");
            for group in groups.into_iter().flat_map(|groups| groups.iter()) {
                let named = group.get_ref().as_table().and_then(|group| group.get("name"));
                let name = named.map_or(group.get_ref(), |name| name.get_ref()).as_str();
                if let Some(name) = name {
                    lines.add_group(name.trim(), mistakes.line(group.span().start));
                }
            }
        }
        lines
    }

    /// Adds that one of several settings is missing.
    pub(crate) fn add_missing(&self, what: &str, mistakes: &mut Mistakes) {
        mistakes.add(self.at, what);
    }

    /// All settings, of a section whose names are free.
    pub(crate) fn into_settings(self) -> impl Iterator<Item = Setting<'a>> {
        self.table.iter().map(|(key, value)| Setting {
            name: key.get_ref(),
            at: key.span().start,
            value: value.get_ref(),
        })
    }

    /// Adds a mistake for every setting that was not read.
    pub(crate) fn finish(self, mistakes: &mut Mistakes) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !self.known.contains(&name) {
                mistakes.add(key.span().start, self.explain_unknown(name));
            }
        }
    }

    fn explain_unknown(&self, name: &str) -> String {
        let what = if self.title.is_empty() {
            format!("`{name}` is unknown")
        } else {
            format!("`{name}` is unknown in {}", self.title)
        };
        if let Some(meant) = nearest(name, self.known.iter().copied()) {
            return format!("{what}; did you mean `{meant}`?");
        }
        let home = SETTINGS.iter().find(|(title, names)| *title != self.title && names.contains(&name));
        match home {
            Some((title, _)) => format!("{what}; it belongs in {title}"),
            None => format!("{what}; the settings here are {}", list(&self.known)),
        }
    }
}

/// Whether a setting is in the list. The top of the file has only sections.
fn is_listed(title: &str, name: &str) -> bool {
    title.is_empty() || SETTINGS.iter().any(|(known, names)| *known == title && names.contains(&name))
}

/// The known name that a person probably meant, if one is similar enough.
pub(crate) fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let written = written.to_lowercase();
    known
        .map(|name| (strsim::osa_distance(&written, name), name))
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Names in a sentence.
pub(crate) fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
