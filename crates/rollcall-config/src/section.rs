//! One table of the configuration: gives out its settings, and finds the unknown ones.
//!
//! Above `value.rs`. Promises that every setting of a section is either read or reported as unknown.

use crate::lines::Lines;
use crate::mistake::Mistakes;
use crate::titles::{DATE, FIELD, GROUP, MAPPING, STATUS};
use crate::value::Setting;
use toml::de::DeTable;

/// Every setting with an example, by the title of its section: for the message about a setting in the wrong section or
/// with a wrong value, and for the page that explains them (`docs/configuration.md`). A setting that is not listed here
/// cannot be read.
pub(crate) const SETTINGS: &[(&str, &[&str])] = &[
    ("[licence]", &["seats = 50", "reserve = 2", "trim = true", "warn_at = [\"90%\", \"10 left\"]"]),
    (
        "[guard]",
        &[
            "max_removal_percent = 20",
            "min_removals = 5",
            "max_rename_percent = 20",
            "min_renames = 5",
            "max_newcomer_percent = 50",
            "newcomers_from = 20",
        ],
    ),
    (
        "[protect]",
        &["usernames = [\"root@example.com\"]", "grace = \"7d\"", "return = \"14d\"", "keep_seat = \"36h\""],
    ),
    ("[adopt]", &["file = \"adoptions.csv\""]),
    (
        "[roles]",
        &[
            "claim = \"groups\"",
            "people_administrator = [\"hr-admins\"]",
            "sync_administrator = [\"sync-admins\"]",
            "sysadmin = [\"it\"]",
        ],
    ),
    (
        MAPPING,
        &[
            "username = \"mail\"",
            "active = { column = \"Status\", true = [\"Active\"], else = false }",
            "admin = { column = \"Role\", true = [\"Administrator\"], else = false }",
            "priority = \"Grade\"",
            "starts = { from = \"Hire date\", format = \"dd.mm.yyyy\" }",
            "ends = { from = \"Last day\", format = \"dd.mm.yyyy\" }",
        ],
    ),
    (
        "[[source]]",
        &[
            "name = \"staff\"",
            "kind = \"csv\"",
            "object = \"inbox/staff.csv\"",
            "match_field = \"mail\"",
            "immutable_id = \"guid\"",
            "encoding = \"windows-1252\"",
            "delimiter = \";\"",
            "skip_lines = 2",
            "second_headings = true",
            "truthy = [\"yes\", \"on leave\"]",
            "falsy = [\"no\", \"gone\"]",
            "nothing = [\"none\", \"-\"]",
            "where = [\"Department = Sales\"]",
            "clear = [\"email\"]",
            "mapping = { email = \"mail\" }",
            "url = \"https://example.okta.com\"",
            "start_tls = true",
            "ca_file = \"company-ca.pem\"",
            "bind_dn = \"CN=svc-sync,OU=Services,DC=example,DC=com\"",
            "bind_password = \"ssm:/rollcall/ldap-password\"",
            "base = \"DC=example,DC=com\"",
            "group_base = \"OU=Groups,DC=example,DC=com\"",
            "groups = [\"everyone\"]",
            "user_filter = \"(employeeType=staff)\"",
            "page_items = 100",
            "tenant = \"contoso.onmicrosoft.com\"",
            "client_id = \"00000000-0000-0000-0000-000000000000\"",
            "client_secret = \"ssm:/rollcall/entra-secret\"",
            "client_certificate = \"ssm:/rollcall/entra-certificate\"",
            "federated_token = \"file:/var/run/token\"",
            "guests = true",
            "cloud = \"global\"",
            "login_url = \"https://login.microsoftonline.com\"",
            "graph_url = \"https://graph.microsoft.com\"",
            "token = \"ssm:/rollcall/okta-token\"",
            "private_key = \"ssm:/rollcall/okta-key\"",
            "key_id = \"key-1\"",
            "active_statuses = [\"ACTIVE\", \"LOCKED_OUT\"]",
            "credential_expires = 2027-03-01",
        ],
    ),
    (FIELD, &["from = \"{mail | before @}\"", "written = \"created\""]),
    (
        STATUS,
        &[
            "column = \"Block credential\"",
            "true = [\"False\"]",
            "false = [\"True\"]",
            "else = false",
            "empty = true",
        ],
    ),
    (
        DATE,
        &[
            "from = \"Hire date\"",
            "format = \"dd.mm.yyyy\"",
            "time_zone = \"Europe/Oslo\"",
            "nothing = [\"TBD\", \"1970-01-01\"]",
        ],
    ),
    (GROUP, &["name = \"leads\"", "priority = 1"]),
];

/// The value that stands for a field of a mapping, whose names are free.
const ANY_COLUMN: &str = "\"Name of the column\"";

/// The name in an example.
pub(crate) fn name_of(example: &'static str) -> &'static str {
    example.split_once(" = ").map_or(example, |(name, _)| name)
}

/// The value in an example.
fn value_of(example: &'static str) -> &'static str {
    example.split_once(" = ").map_or("", |(_, value)| value)
}

/// The value of the example of a setting, if it is listed.
fn example_of(title: &str, name: &str) -> Option<&'static str> {
    let (_, examples) = SETTINGS.iter().find(|(known, _)| *known == title)?;
    examples.iter().find(|example| name_of(example) == name).map(|example| value_of(example))
}

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
                None => Setting { at: item.span().start, value: item.get_ref(), ..*self }
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
        let example = example_of(self.title, name).unwrap_or_default();
        // The top of the file has only sections.
        debug_assert!(
            self.title.is_empty() || !example.is_empty(),
            "{name} is missing in SETTINGS for {}",
            self.title
        );
        self.known.push(name);
        let (key, value) = self.table.get_key_value(name)?;
        Some(Setting { name, at: key.span().start, value: value.get_ref(), example })
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
        example: &'static str,
        mistakes: &mut Mistakes,
    ) -> Option<Setting<'a>> {
        let setting = self.optional(name);
        if setting.is_none() {
            mistakes
                .add(self.at, format!("`{name}` is missing in {}; write for example {example}", self.title));
        }
        // The example of the kind of source, where several have a setting of this name.
        setting.map(|setting| Setting { example: value_of(example), ..setting })
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
        let title = self.title;
        self.table.iter().map(move |(key, value)| Setting {
            name: key.get_ref(),
            at: key.span().start,
            value: value.get_ref(),
            example: example_of(title, key.get_ref()).unwrap_or(ANY_COLUMN),
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
        let home =
            SETTINGS.iter().find(|(title, _)| *title != self.title && example_of(title, name).is_some());
        match home {
            Some((title, _)) => format!("{what}; it belongs in {title}"),
            None => format!("{what}; the settings here are {}", list(&self.known)),
        }
    }
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
