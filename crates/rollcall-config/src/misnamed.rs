//! Names below `[source.mapping]` that would be fields, but were perhaps meant as settings: `actve`, `enabled`, `end_date`.
//!
//! Below `mapping`. A field that should have been `active` gives everybody a seat and says nothing. Promises that no name
//! is taken from an application: written as a table with `from`, every name is a field.

use crate::section::nearest;
use crate::sources::Doubt;
use crate::status::is_opposite;
use crate::titles::MAPPING;
use crate::value::{Setting, quoted};
use rollcall_core::fields::FieldName;

/// The settings of a mapping.
const SETTINGS: [&str; 6] = ["username", "active", "admin", "priority", "starts", "ends"];

/// Other names of settings, without underscores, that are no attribute of a person.
const SURE: [(&str, &[&str]); 6] = [
    (
        "active",
        &[
            "isactive",
            "activated",
            "activestatus",
            "enabled",
            "isenabled",
            "accountenabled",
            "userenabled",
            "disabled",
            "isdisabled",
            "accountdisabled",
            "userdisabled",
            "blocked",
            "isblocked",
            "suspended",
            "issuspended",
            "inactive",
            "isinactive",
            "deactivated",
            "isdeactivated",
            "locked",
            "islocked",
            "terminated",
            "gesperrt",
            "deaktiviert",
            "bloque",
            "desactive",
            "bloqueado",
            "bloccato",
            "disattivato",
            "geblokkeerd",
        ],
    ),
    ("admin", &["isadmin", "administrator", "isadministrator", "administrators", "superuser", "issuperuser"]),
    ("priority", &["prio", "prioritaet", "priorite"]),
    (
        "username",
        &["loginname", "logonname", "usrname", "uname", "benutzername", "nomutilisateur", "nombreusuario"],
    ),
    ("starts", &["start", "starting", "startson", "startsat", "starton", "begin", "begins", "beginning"]),
    ("ends", &["end", "ending", "ended", "endson", "endsat", "endon"]),
];

/// Names that an application may well have as fields of its own, and that may also be meant as settings.
const DOUBTFUL: [(&str, &[&str]); 6] = [
    ("admin", &["roleadmin", "adminflag", "adminrole", "isroot", "siteadmin"]),
    ("priority", &["rank", "ranking", "sortorder", "queueorder"]),
    (
        "active",
        &[
            "status",
            "userstatus",
            "accountstatus",
            "employmentstatus",
            "employeestatus",
            "workerstatus",
            "statut",
            "estado",
            "stato",
            "archived",
            "deleted",
            "leaver",
            "isleaver",
            "hasleft",
            "left",
            "isgone",
        ],
    ),
    (
        "username",
        &["login", "user", "userid", "loginid", "logon", "account", "accountname", "samaccountname", "upn"],
    ),
    ("starts", &["startdate", "datestart", "validfrom", "activefrom", "firstday", "entrydate", "eintritt"]),
    (
        "ends",
        &[
            "enddate",
            "dateend",
            "expires",
            "expireson",
            "expiresat",
            "expiry",
            "expirydate",
            "expirationdate",
            "until",
            "validuntil",
            "validtill",
            "validto",
            "lastdate",
            "termdate",
            "activeuntil",
            "lastday",
            "lastworkingday",
            "terminationdate",
            "exitdate",
            "leavingdate",
            "leavedate",
            "austritt",
        ],
    ),
];

/// Fields whose names are only by chance like that of a setting.
const FIELDS: [&str; 9] =
    ["surname", "status", "states", "stats", "star", "stars", "action", "actions", "archive"];

/// What a name was perhaps meant as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// Surely this setting.
    Surely(&'static str),
    /// This setting, or a field.
    Perhaps(&'static str),
}

/// The setting that a name was meant as, if it is like one.
pub(crate) fn meant(name: &str) -> Option<Meant> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let known = |list: &[(&'static str, &[&str])]| {
        list.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(setting, _)| *setting)
    };
    let exactly = SETTINGS.into_iter().find(|setting| *setting == plain);
    if let Some(setting) = exactly.or_else(|| known(&SURE)) {
        return Some(Meant::Surely(setting));
    }
    if let Some(setting) = known(&DOUBTFUL) {
        return Some(Meant::Perhaps(setting));
    }
    let near = nearest(&plain, SETTINGS.into_iter()).filter(|_| plain.len() >= 3);
    // With two letters wrong at least the first one is right.
    let near = near.filter(|near| {
        strsim::osa_distance(&plain, near) == 1 || near.chars().next() == plain.chars().next()
    });
    near.filter(|_| !FIELDS.contains(&plain.as_str())).map(Meant::Surely)
}

/// Whether a value says itself that it is a field: a table with `from`, and nothing that only a setting has.
pub(crate) fn is_said_to_be_a_field(setting: &Setting<'_>) -> bool {
    let table = setting.value.as_table();
    table.is_some_and(|table| table.keys().all(|key| matches!(key.get_ref().as_ref(), "from" | "written")))
}

/// What is said of a field that is surely a setting with another name.
pub(crate) fn surely(field: &Setting<'_>, setting: &str) -> String {
    let name = field.name;
    let what = format!("`{name}` is unknown in {MAPPING}; did you mean `{setting}`?");
    let Some(value) = field.value.as_str() else { return what };
    let value = quoted(value);
    let cure = match setting {
        "active" if is_opposite(name) => {
            format!(
                "active = {{ column = {value}, true = [\"False\"], false = [\"True\"] }} with the words of the file"
            )
        }
        _ => format!("{setting} = {value}"),
    };
    let as_field = match FieldName::parse(name) {
        Ok(name) => format!("; or, for a field of the application, {name} = {{ from = {value} }}"),
        Err(_) => String::new(),
    };
    format!("{what} Write {cure}{as_field}")
}

/// What is said of a field that may be meant as a setting.
pub(crate) fn perhaps(field: &Setting<'_>, setting: &'static str) -> Doubt {
    let name = field.name;
    let value = quoted(field.value.as_str().unwrap_or_default());
    Doubt {
        field: name.to_owned(),
        setting,
        what: format!(
            "`{name}` is a field of the application, and there is no `{setting}`: {}",
            effect(setting)
        ),
        cure: format!(
            "write {setting} = {value} if that is meant, or {name} = {{ from = {value} }} if it is a field"
        ),
    }
}

/// A name as a field may have it: `displayName` and `Display Name` are `display_name`.
pub(crate) fn plain_name(name: &str) -> Option<String> {
    let mut plain = String::new();
    let mut was_small = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && was_small {
                plain.push('_');
            }
            plain.push(c.to_ascii_lowercase());
        } else if !plain.is_empty() && !plain.ends_with('_') {
            plain.push('_');
        }
        was_small = c.is_ascii_lowercase();
    }
    let plain = plain.trim_end_matches('_');
    // With a letter left out it would be another word.
    name.is_ascii().then(|| plain.to_owned())
}

/// What it means that a setting is not there.
fn effect(setting: &str) -> &'static str {
    match setting {
        "active" => "nobody is disabled by it",
        "username" => "it is not the name with which people log in",
        "starts" => "nobody starts later by it",
        "admin" => "nobody administers by it",
        "priority" => "nobody goes first by it",
        _ => "nobody's access ends by it",
    }
}
