//! `[[source]]`: every configured source, and the rules between them.

use crate::csv;
use crate::directory;
use crate::mistake::Mistakes;
use crate::object::Objects;
use crate::section::{Section, nearest};
use crate::sources::{SourceConfig, SourceSettings};
use crate::value::quoted;
use rollcall_core::source::{SourceKind, SourceName};
use rollcall_core::time::Timestamp;

/// Every kind of source.
const KINDS: [SourceKind; 4] = [SourceKind::Csv, SourceKind::Ldap, SourceKind::Entra, SourceKind::Okta];

/// Reads every `[[source]]`. At least one is needed.
pub(crate) fn read_all(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Vec<SourceConfig> {
    let Some(setting) = file.optional("source") else {
        mistakes.add_missing("there is no source; add a [[source]] with a name, a kind and an object");
        return Vec::new();
    };
    let sections = setting.sections("[[source]]", mistakes);
    if setting.value.as_array().is_some_and(|items| items.is_empty()) {
        mistakes.add(setting.at, "there is no source; add a [[source]] with a name, a kind and an object");
    }
    let mut names: Vec<(SourceName, usize)> = Vec::new();
    let mut objects = Objects::default();
    let mut sources = Vec::new();
    for mut section in sections {
        let name = read_name(&mut section, &mut names, mistakes);
        let kind = read_kind(&mut section, mistakes);
        let credential_expires = read_expiry(&mut section, kind, mistakes);
        let settings = match kind {
            SourceKind::Csv => csv::read(section, &mut objects, mistakes).map(SourceSettings::Csv),
            SourceKind::Ldap => directory::ldap::read(section, mistakes).map(SourceSettings::Ldap),
            SourceKind::Entra => directory::entra::read(section, mistakes).map(SourceSettings::Entra),
            SourceKind::Okta => directory::okta::read(section, mistakes).map(SourceSettings::Okta),
        };
        if let (Some(name), Some(settings)) = (name, settings) {
            sources.push(SourceConfig { name, settings, credential_expires });
        }
    }
    sources
}

/// The day on which the credential expires. Most servers do not tell it.
fn read_expiry(section: &mut Section<'_>, kind: SourceKind, mistakes: &mut Mistakes) -> Option<Timestamp> {
    // A file has no credential: there the setting is unknown.
    if kind == SourceKind::Csv {
        return None;
    }
    section.optional("credential_expires")?.day(mistakes)
}

fn read_name(
    section: &mut Section<'_>,
    names: &mut Vec<(SourceName, usize)>,
    mistakes: &mut Mistakes,
) -> Option<SourceName> {
    let setting = section.required("name", "name = \"staff\"", mistakes)?;
    let name = match SourceName::parse(setting.text(mistakes)?) {
        Ok(name) => name,
        Err(error) => {
            mistakes.add(setting.at, error.to_string());
            return None;
        }
    };
    if let Some((_, first)) = names.iter().find(|(taken, _)| *taken == name) {
        let line = mistakes.line(*first);
        mistakes.add(
            setting.at,
            format!("the name \"{name}\" is already used by the source on line {line}; choose another"),
        );
    }
    names.push((name.clone(), setting.at));
    Some(name)
}

/// The kind of a source. If it is left out or misspelt, the rest is read as the kind that was probably meant, or as
/// CSV, to report all mistakes at once.
fn read_kind(section: &mut Section<'_>, mistakes: &mut Mistakes) -> SourceKind {
    let setting = section.required("kind", "kind = \"csv\"", mistakes);
    let Some((setting, word)) = setting.and_then(|setting| Some((setting, setting.text(mistakes)?))) else {
        return SourceKind::Csv;
    };
    if let Some(kind) = KINDS.into_iter().find(|kind| kind.as_str() == word) {
        return kind;
    }
    let expected = "`kind` must be \"csv\", \"ldap\", \"entra\" or \"okta\"";
    let meant = nearest(word, KINDS.iter().map(|kind| kind.as_str()));
    match meant {
        Some(meant) => mistakes.add(setting.at, format!("{expected}; did you mean \"{meant}\"?")),
        None => mistakes.add(setting.at, format!("{expected}; found {}", quoted(word))),
    }
    KINDS.into_iter().find(|kind| Some(kind.as_str()) == meant).unwrap_or(SourceKind::Csv)
}
