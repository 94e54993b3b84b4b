//! `[[source]]`: every configured source, and what must hold between them.

use crate::csv;
use crate::mistake::Mistakes;
use crate::object::Objects;
use crate::section::{Section, nearest};
use crate::sources::{SourceConfig, SourceSettings};
use crate::value::quoted;
use rollcall_core::source::SourceName;

/// Kinds of source that are planned; each is told apart from a slip of the pen.
const KINDS_TO_COME: [&str; 3] = ["ldap", "entra", "okta"];

/// Reads every `[[source]]`. None at all is a mistake: there would be nothing to do.
pub(crate) fn read_all(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Vec<SourceConfig> {
    let Some(setting) = file.optional("source") else {
        mistakes.note_lack("there is no source; add a [[source]] with a name, a kind and an object");
        return Vec::new();
    };
    let sections = setting.sections("[[source]]", mistakes);
    if setting.value.as_array().is_some_and(|items| items.is_empty()) {
        mistakes.note(setting.at, "there is no source; add a [[source]] with a name, a kind and an object");
    }
    let mut names: Vec<(SourceName, usize)> = Vec::new();
    let mut objects = Objects::default();
    let mut sources = Vec::new();
    for mut section in sections {
        let name = read_name(&mut section, &mut names, mistakes);
        if !is_csv(&mut section, mistakes) {
            continue;
        }
        let settings = csv::read(section, &mut objects, mistakes);
        if let (Some(name), Some(settings)) = (name, settings) {
            sources.push(SourceConfig { name, settings: SourceSettings::Csv(settings) });
        }
    }
    sources
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
            mistakes.note(setting.at, error.to_string());
            return None;
        }
    };
    if let Some((_, first)) = names.iter().find(|(taken, _)| *taken == name) {
        let line = mistakes.line(*first);
        mistakes.note(
            setting.at,
            format!("the name \"{name}\" is taken by the source on line {line}; choose another"),
        );
    }
    names.push((name.clone(), setting.at));
    Some(name)
}

/// Whether the rest of the section is to be read as a CSV source: also where the kind is left out or misspelt, to
/// tell all mistakes at once.
fn is_csv(section: &mut Section<'_>, mistakes: &mut Mistakes) -> bool {
    let setting = section.required("kind", "kind = \"csv\"", mistakes);
    let Some((setting, kind)) = setting.and_then(|setting| Some((setting, setting.text(mistakes)?))) else {
        return true;
    };
    if let Some(to_come) = nearest(kind, KINDS_TO_COME.into_iter()) {
        mistakes
            .note(setting.at, format!("the kind \"{to_come}\" is not available in this version; \"csv\" is"));
        return false;
    }
    if kind != "csv" {
        mistakes.note(setting.at, format!("`kind` must be \"csv\"; found {}", quoted(kind)));
    }
    true
}
