//! `[source.mapping]`, `clear`, `where` and `nothing`: what the columns or attributes of a source mean.
//!
//! `status` reads `active` and `admin`, `dates` reads `starts` and `ends`, `nothing` its words, `misnamed` knows fields
//! that were meant as settings; this file has the rest.

use crate::column::{is_password, password, read_template};
use crate::condition::Condition;
use crate::misnamed::{self, Meant};
use crate::mistake::Mistakes;
use crate::section::{Section, nearest};
use crate::sources::{FieldMapping, MAPPED_FIELDS_MAX, Mapping, Written};
use crate::status;
use crate::titles::{FIELD, MAPPING};
use crate::value::{Item, Setting, quoted};
use crate::words::Words;
use crate::{dates, nothing};
use rollcall_core::fields::FieldName;
use std::collections::BTreeMap;

/// Names with a special meaning. They are not ordinary fields.
const PEOPLE_FIELDS: [&str; 6] = ["username", "active", "admin", "priority", "starts", "ends"];

/// Names that an account has already, and what to do instead.
const RESERVED: [(&str, &str); 12] = [
    ("match_key", "set `match_field` in [[source]] instead"),
    ("immutable_id", "set `immutable_id` in [[source]] instead, above [source.mapping]"),
    ("state", "Rollcall decides it"),
    ("reason", "Rollcall decides it"),
    ("since", "Rollcall decides it"),
    ("id", "Rollcall gives it"),
    ("source", "it is the name of the source"),
    ("version", "Rollcall counts it"),
    // The audit log has changes with these names, and an undo must not take them for fields.
    ("missing", "Rollcall decides it"),
    ("given_back", "Rollcall decides it"),
    ("when_unblocked", "Rollcall decides it"),
    ("password", "Rollcall never reads passwords"),
];

/// Settings of a source that TOML takes for a part of the mapping if they are written below `[source.mapping]`.
const MISPLACED: [&str; 13] = [
    "match_field",
    "encoding",
    "delimiter",
    "skip_lines",
    "second_headings",
    "truthy",
    "falsy",
    "clear",
    "where",
    "nothing",
    "groups",
    "bind_password",
    "client_secret",
];

/// The most conditions of a source.
const CONDITIONS_MAX: usize = 50;

/// Reads the mapping of a directory; `None` if there is none, for the usual mapping.
pub(crate) fn read_of_directory(section: &mut Section<'_>, mistakes: &mut Mistakes) -> Option<Mapping> {
    let has_fields = section.has("mapping") || section.has("clear");
    let is_said = has_fields || section.has("where") || section.has("nothing");
    let has_priorities = section.has_group_priorities();
    let mut mapping = read(section, &Words::usual(), mistakes);
    if has_priorities && mapping.priority.is_some() {
        let what = "`priority` is given by `groups` and by [source.mapping]; keep one of them";
        section.add_missing(what, mistakes);
    }
    mapping.has_usual_fields = !has_fields;
    // A directory has a username and a status of its own.
    mapping.doubts.retain(|doubt| matches!(doubt.setting, "starts" | "ends"));
    is_said.then_some(mapping)
}

/// Reads the mapping; without one, accounts have their match key as username and no other field. `words` are those of
/// the source for `active` and `admin`.
pub(crate) fn read(section: &mut Section<'_>, words: &Words, mistakes: &mut Mistakes) -> Mapping {
    let mut mapping = Mapping { nothing: nothing::read(section, mistakes), ..Mapping::default() };
    if let Some(setting) = section.optional("where") {
        mapping.lines.add("where", mistakes.line(setting.at));
        mapping.scope = read_conditions(&setting, mistakes);
    }
    let clear = section.optional("clear");
    let setting = section.optional("mapping");
    if let Some(setting) = setting {
        read_columns(&setting, words, &mut mapping, mistakes);
    }
    // After the columns, because it refers to them.
    let cleared = clear.and_then(|clear| clear.texts(mistakes)).unwrap_or_default();
    let names = mapping_names(setting.as_ref());
    for item in cleared {
        read_cleared(&item, &names, &mut mapping.fields, mistakes);
    }
    mapping
}

/// Reads `where`: one condition, or a list of which all must hold.
fn read_conditions(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Vec<Condition> {
    let one = setting.value.as_str().map(|text| vec![Item { at: setting.at, text }]);
    if one.is_none() && setting.value.as_array().is_none() {
        setting.add(mistakes, "must be a condition in quotes, or a list of them");
        return Vec::new();
    }
    let items = one.or_else(|| setting.texts(mistakes)).unwrap_or_default();
    if items.len() > CONDITIONS_MAX {
        mistakes.add(setting.at, format!("`where` has more than {CONDITIONS_MAX} conditions; use fewer"));
    }
    let mut conditions = Vec::new();
    for item in items {
        match item.text.parse::<Condition>() {
            Ok(condition) => {
                if condition.columns().into_iter().any(|name| is_password(name)) {
                    mistakes.add(item.at, password("where"));
                }
                conditions.push(condition);
            }
            Err(error) => mistakes.add(item.at, format!("`where` {}: {error}", quoted(item.text))),
        }
    }
    conditions
}

fn read_columns(setting: &Setting<'_>, words: &Words, mapping: &mut Mapping, mistakes: &mut Mistakes) {
    let Some(section) = setting.section(MAPPING, mistakes) else { return };
    let names = mapping_names(Some(setting));
    for column in section.into_settings() {
        mapping.lines.add(column.name, mistakes.line(column.at));
        if MISPLACED.contains(&column.name) {
            let what =
                format!("`{}` is a setting of the source; write it above [source.mapping]", column.name);
            mistakes.add(column.at, what);
            continue;
        }
        match column.name {
            "username" => mapping.username = read_template(&column, mistakes),
            "priority" => mapping.priority = read_template(&column, mistakes),
            "active" => mapping.active = status::read(&column, words, &mapping.nothing, mistakes),
            "admin" => mapping.admin = status::read(&column, words, &mapping.nothing, mistakes),
            "starts" => mapping.starts = dates::read(&column, mistakes),
            "ends" => mapping.ends = dates::read(&column, mistakes),
            _ => {
                if is_misnamed(&column, &names, mapping, mistakes) {
                    continue;
                }
                if let Some((name, field)) = read_field(&column, mistakes) {
                    mapping.fields.insert(name, field);
                }
            }
        }
    }
    if mapping.fields.len() > MAPPED_FIELDS_MAX {
        let what = format!(
            "at most {MAPPED_FIELDS_MAX} fields can be mapped, in addition to username, active, admin, priority, starts \
             and ends"
        );
        mistakes.add(setting.at, format!("{what}; found {}", mapping.fields.len()));
    }
    status::check_turned(setting.at, words, mapping.active.as_ref(), mapping.admin.as_ref(), mistakes);
}

/// Whether a field is surely meant as a setting that is not there; says so. One that may be is noted.
fn is_misnamed(column: &Setting<'_>, names: &[&str], mapping: &mut Mapping, mistakes: &mut Mistakes) -> bool {
    let is_there = |setting: &str| names.contains(&setting);
    let is_reserved = RESERVED.iter().any(|(reserved, _)| *reserved == column.name);
    match misnamed::meant(column.name).filter(|_| !is_reserved && !misnamed::is_said_to_be_a_field(column)) {
        Some(Meant::Surely(setting)) if !is_there(setting) => {
            mistakes.add(column.at, misnamed::surely(column, setting));
            true
        }
        Some(Meant::Perhaps(setting)) if !is_there(setting) && column.value.as_str().is_none() => {
            mistakes.add(column.at, misnamed::surely(column, setting));
            true
        }
        Some(Meant::Perhaps(setting)) if !is_there(setting) => {
            mapping.doubts.push(misnamed::perhaps(column, setting));
            false
        }
        Some(Meant::Surely(_) | Meant::Perhaps(_)) | None => false,
    }
}

/// One field: a column or template, or a table with `from` and `written`.
fn read_field(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<(FieldName, FieldMapping)> {
    if setting.value.as_table().is_none() {
        let from = read_template(setting, mistakes)?;
        let name = read_field_name(setting, mistakes)?;
        return Some((name, FieldMapping { from, clears: false, written: Written::Always }));
    }
    let name = read_field_name(setting, mistakes);
    let mut section = setting.section(FIELD, mistakes)?;
    let from = section.required("from", "from = \"{mail | before @}\"", mistakes);
    let from = from.and_then(|from| read_template(&from, mistakes));
    let written = section.optional("written").and_then(|setting| read_written(&setting, mistakes));
    section.finish(mistakes);
    Some((name?, FieldMapping { from: from?, clears: false, written: written.unwrap_or_default() }))
}

fn read_written(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<Written> {
    match setting.text(mistakes)? {
        "always" => Some(Written::Always),
        "created" => Some(Written::Created),
        other => {
            let expected = "`written` must be \"always\" or \"created\"";
            mistakes.add(setting.at, format!("{expected}; found {}", quoted(other)));
            None
        }
    }
}

fn read_field_name(column: &Setting<'_>, mistakes: &mut Mistakes) -> Option<FieldName> {
    if let Some((name, instead)) = RESERVED.iter().find(|(reserved, _)| *reserved == column.name) {
        mistakes.add(column.at, format!("`{name}` cannot be mapped: {instead}"));
        return None;
    }
    FieldName::parse(column.name)
        .map_err(|error| {
            let meant = misnamed::plain_name(column.name).filter(|name| FieldName::parse(name).is_ok());
            let meant = meant.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            mistakes.add(column.at, format!("{error}{meant}"));
        })
        .ok()
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
        if field.written == Written::Created {
            let what = format!(
                "`{}` is written only when the account is created; remove it from `clear`",
                item.text
            );
            mistakes.add(item.at, what);
        }
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
