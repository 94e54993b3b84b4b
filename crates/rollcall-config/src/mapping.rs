//! `[source.mapping]` and `clear`: which columns become which account fields, and which fields an empty value clears
//! (rule 9).

use crate::mistake::Mistakes;
use crate::section::{Section, nearest};
use crate::sources::{FieldMapping, MAPPED_FIELDS_MAX, Mapping};
use crate::value::{Item, Setting, quoted};
use rollcall_core::fields::FieldName;
use std::collections::BTreeMap;

/// Names with a special meaning. They are not ordinary fields.
const PEOPLE_FIELDS: [&str; 3] = ["username", "active", "admin"];

/// Names that an account has already, and what to do instead.
const RESERVED: [(&str, &str); 9] = [
    ("match_key", "set `match_field` in [[source]] instead"),
    ("immutable_id", "set `immutable_id` in [[source]] instead, above [source.mapping]"),
    ("state", "Rollcall decides it"),
    ("reason", "Rollcall decides it"),
    ("since", "Rollcall decides it"),
    ("id", "Rollcall gives it"),
    ("source", "it is the name of the source"),
    ("version", "Rollcall counts it"),
    ("password", "Rollcall never reads passwords"),
];

/// Attributes in which directories keep passwords.
const PASSWORDS: [&str; 7] = [
    "password",
    "userPassword",
    "unicodePwd",
    "passwordProfile",
    "credentials",
    "sambaNTPassword",
    "sambaLMPassword",
];

/// Settings of a source that TOML takes for a part of the mapping if they are written below `[source.mapping]`.
const MISPLACED: [&str; 11] = [
    "match_field",
    "encoding",
    "delimiter",
    "skip_lines",
    "second_headings",
    "truthy",
    "falsy",
    "clear",
    "groups",
    "bind_password",
    "client_secret",
];

/// Reads the mapping of a directory; `None` if there is none, for the usual mapping.
pub(crate) fn read_of_directory(section: &mut Section<'_>, mistakes: &mut Mistakes) -> Option<Mapping> {
    let is_said = section.has("mapping") || section.has("clear");
    let mapping = read(section, mistakes);
    is_said.then_some(mapping)
}

/// Reads the mapping; without one, accounts have their match key as username and no other field.
pub(crate) fn read(section: &mut Section<'_>, mistakes: &mut Mistakes) -> Mapping {
    let mut mapping = Mapping::default();
    let clear = section.optional("clear");
    let setting = section.optional("mapping");
    if let Some(setting) = setting {
        read_columns(&setting, &mut mapping, mistakes);
    }
    // After the columns, because it refers to them.
    let cleared = clear.and_then(|clear| clear.texts(mistakes)).unwrap_or_default();
    let names = mapping_names(setting.as_ref());
    for item in cleared {
        read_cleared(&item, &names, &mut mapping.fields, mistakes);
    }
    mapping
}

fn read_columns(setting: &Setting<'_>, mapping: &mut Mapping, mistakes: &mut Mistakes) {
    let Some(section) = setting.section("[source.mapping]", mistakes) else { return };
    for column in section.into_settings() {
        if MISPLACED.contains(&column.name) {
            let what =
                format!("`{}` is a setting of the source; write it above [source.mapping]", column.name);
            mistakes.add(column.at, what);
            continue;
        }
        let Some(heading) = read_heading(&column, mistakes) else { continue };
        match column.name {
            "username" => mapping.username = Some(heading),
            "active" => mapping.active = Some(heading),
            "admin" => mapping.admin = Some(heading),
            _ => {
                if let Some(name) = read_field_name(&column, mistakes) {
                    mapping.fields.insert(name, FieldMapping { column: heading, clears: false });
                }
            }
        }
    }
    if mapping.fields.len() > MAPPED_FIELDS_MAX {
        let what = format!(
            "at most {MAPPED_FIELDS_MAX} fields can be mapped, in addition to username, active and admin"
        );
        mistakes.add(setting.at, format!("{what}; found {}", mapping.fields.len()));
    }
}

/// The heading of a column. A column of passwords is refused.
pub(crate) fn read_heading(column: &Setting<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let heading = column.text(mistakes)?.trim();
    let is_password = PASSWORDS.iter().any(|name| heading.eq_ignore_ascii_case(name));
    if is_password && column.name != "password" {
        mistakes.add(
            column.at,
            format!("`{}` must not come from a password column: Rollcall never reads passwords", column.name),
        );
        return None;
    }
    Some(heading.to_owned())
}

fn read_field_name(column: &Setting<'_>, mistakes: &mut Mistakes) -> Option<FieldName> {
    if let Some((name, instead)) = RESERVED.iter().find(|(reserved, _)| *reserved == column.name) {
        mistakes.add(column.at, format!("`{name}` cannot be mapped: {instead}"));
        return None;
    }
    FieldName::parse(column.name).map_err(|error| mistakes.add(column.at, error.to_string())).ok()
}

/// Every name in the mapping, right or wrong: a mistake there is not reported again for `clear`.
fn mapping_names<'a>(setting: Option<&Setting<'a>>) -> Vec<&'a str> {
    let table = setting.and_then(|setting| setting.value.as_table());
    table.map(|table| table.keys().map(|key| key.get_ref().as_ref()).collect()).unwrap_or_default()
}

fn read_cleared(
    item: &Item<'_>,
    names: &[&str],
    fields: &mut BTreeMap<FieldName, FieldMapping>,
    mistakes: &mut Mistakes,
) {
    let field = FieldName::parse(item.text).ok();
    if let Some(field) = field.and_then(|name| fields.get_mut(&name)) {
        field.clears = true;
    } else if PEOPLE_FIELDS.contains(&item.text) {
        mistakes.add(item.at, format!("`{}` cannot be cleared; remove it from `clear`", item.text));
    } else if !names.contains(&item.text) {
        let what = format!("{} in `clear` is not in [source.mapping]", quoted(item.text));
        let meant = nearest(item.text, names.iter().copied().filter(|name| !PEOPLE_FIELDS.contains(name)));
        match meant {
            Some(meant) => mistakes.add(item.at, format!("{what}; did you mean `{meant}`?")),
            None => mistakes.add(item.at, format!("{what}; map it or remove it")),
        }
    }
}
