//! One setting of a known export: its value written with roles, and why it is so.
//!
//! Promises that what it writes is read as it was meant: templates are put together by the parser's own code.

use crate::export::Roles;
use rollcall_config::Template;
use std::fmt::Write as _;

/// One setting.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) setting: &'static str,
    pub(crate) value: Value,
    pub(crate) why: &'static str,
}

/// What a setting is made of.
#[derive(Debug)]
pub(crate) enum Value {
    /// A template of roles: `{given} {family}`.
    Text(&'static str),
    /// The columns that say whether a person is enabled; all must agree. Those that the file does not have are left out,
    /// but not the first.
    Status(&'static [Words]),
    /// A date; its format is found in the file.
    Date(&'static str),
    /// A condition of `where`, with one role in braces.
    Condition(&'static str),
    /// A condition of `where`: the role has none of these words. Those that the file has are written, or all of them.
    Without(&'static str, &'static [&'static str]),
}

/// One status column by its role.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) role: &'static str,
    pub(crate) yes: &'static [&'static str],
    pub(crate) no: &'static [&'static str],
    pub(crate) otherwise: Option<bool>,
    pub(crate) empty: Option<bool>,
}

impl Line {
    pub(crate) const fn text(setting: &'static str, text: &'static str, why: &'static str) -> Self {
        Self { setting, value: Value::Text(text), why }
    }

    pub(crate) const fn status(words: &'static [Words], why: &'static str) -> Self {
        Self { setting: "active", value: Value::Status(words), why }
    }

    pub(crate) const fn date(setting: &'static str, role: &'static str, why: &'static str) -> Self {
        Self { setting, value: Value::Date(role), why }
    }

    pub(crate) const fn only(condition: &'static str, why: &'static str) -> Self {
        Self { setting: "where", value: Value::Condition(condition), why }
    }

    pub(crate) const fn without(
        role: &'static str,
        words: &'static [&'static str],
        why: &'static str,
    ) -> Self {
        Self { setting: "where", value: Value::Without(role, words), why }
    }

    /// The roles without which it cannot be written.
    pub(crate) fn roles(&self) -> Vec<String> {
        match &self.value {
            Value::Text(text) | Value::Condition(text) => roles_of(text),
            Value::Status(words) => words.first().map(|words| words.role.to_owned()).into_iter().collect(),
            Value::Date(role) | Value::Without(role, _) => vec![(*role).to_owned()],
        }
    }
}

fn roles_of(text: &str) -> Vec<String> {
    let inside = text.split('{').skip(1).filter_map(|part| part.split('}').next());
    let mut roles = Vec::new();
    for part in inside {
        for (number, step) in part.split('|').enumerate() {
            let step = step.trim();
            if number == 0 {
                roles.push(step.to_owned());
            } else if let Some(other) = step.strip_prefix("or ") {
                roles.push(other.to_owned());
            }
        }
    }
    roles
}

/// A template of roles with the headings in their places; `None` if one is not there.
pub(crate) fn template(text: &str, roles: &Roles) -> Option<String> {
    let template: Template = without_repeats(text, roles).parse().ok()?;
    // A template of one role is that column, as it stands.
    let found = template.resolve(&mut |role: &String| roles.get(role.as_str()).cloned().ok_or(())).ok()?;
    let made = found.to_string();
    let only = made.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let is_column =
        |heading: &&str| roles.values().any(|known| known == heading) && !heading.contains(['{', '}']);
    Some(only.filter(is_column).map_or(made.clone(), str::to_owned))
}

/// The text without `or` steps that name the very column they stand in for: a file may have one column for two roles.
fn without_repeats(text: &str, roles: &Roles) -> String {
    let placeholder = |inside: &str| {
        let steps: Vec<&str> = inside.split('|').map(str::trim).collect();
        let column = steps.first().and_then(|role| roles.get(role));
        let repeats = |step: &&str| step.strip_prefix("or ").is_some_and(|role| roles.get(role) == column);
        steps.into_iter().filter(|step| !repeats(step)).collect::<Vec<_>>().join(" | ")
    };
    let mut out = String::new();
    for (number, part) in text.split('{').enumerate() {
        match part.split_once('}') {
            Some((inside, after)) if number > 0 => {
                out.extend(["{", &placeholder(inside), "}", after]);
            }
            _ => out.push_str(part),
        }
    }
    out
}

/// A condition of roles with the headings in their places.
pub(crate) fn condition(text: &str, roles: &Roles) -> Option<String> {
    let (before, rest) = text.split_once('{')?;
    let (role, after) = rest.split_once('}')?;
    let heading = roles.get(role)?;
    Some(format!("{before}{}{after}", quoted(heading)))
}

/// A condition that a column has none of these words.
pub(crate) fn without(heading: &str, words: &[&str]) -> String {
    let listed: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    let operator = if listed.len() == 1 { "!=" } else { "not in" };
    format!("{} {operator} {}", quoted(heading), listed.join(", "))
}

/// A name or a word of a condition in quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Gives the words of a column that mean yes, and those that mean no.
type Known<'a> = dyn Fn(&Words) -> (Vec<String>, Vec<String>) + 'a;

/// A status of these columns, as TOML; the first must be there.
pub(crate) fn status(columns: &[Words], roles: &Roles, known: &Known<'_>) -> Option<String> {
    roles.get(columns.first()?.role)?;
    let tables: Vec<String> = columns
        .iter()
        .filter_map(|words| {
            let heading = roles.get(words.role)?;
            let (yes, no) = known(words);
            Some(status_table(heading, &yes, &no, words.otherwise, words.empty))
        })
        .collect();
    Some(if tables.len() == 1 { tables.into_iter().next()? } else { format!("[{}]", tables.join(", ")) })
}

/// The words of one status column, as TOML.
pub(crate) fn status_table(
    heading: &str,
    yes: &[impl AsRef<str>],
    no: &[impl AsRef<str>],
    otherwise: Option<bool>,
    empty: Option<bool>,
) -> String {
    let mut table = format!("{{ column = {}", column_text(heading));
    // Writing to a text does not fail.
    for (name, words) in [("true", list(yes)), ("false", list(no))] {
        if let Some(words) = words {
            let _ = write!(table, ", {name} = [{words}]");
        }
    }
    for (name, said) in [("else", otherwise), ("empty", empty)] {
        if let Some(said) = said {
            let _ = write!(table, ", {name} = {said}");
        }
    }
    table + " }"
}

fn list(words: &[impl AsRef<str>]) -> Option<String> {
    let words: Vec<String> = words.iter().map(|word| toml_text(word.as_ref())).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// A column as a setting names it, as TOML.
pub(crate) fn column_text(heading: &str) -> String {
    let column: Template = Template::column(heading.to_owned());
    toml_text(&column.to_string())
}

/// A text as TOML has it.
pub(crate) fn toml_text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}
