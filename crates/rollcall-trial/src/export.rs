//! A known export: by which headings it is recognised, and what its columns mean.
//!
//! The data is in `exports`. A column is known by a short name, its role; the settings are written with roles, and the
//! headings of the file at hand are put in their places. So one description serves every language and spelling.

use crate::heading_words::is_others;
use crate::line::Line;
use crate::words::{plain, unbracketed};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// One kind of export.
#[derive(Debug)]
pub struct Export {
    /// Its name in file names and documents.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Roles, and the headings by which each is known.
    pub(crate) columns: &'static [(&'static str, &'static [&'static str])],
    /// The roles without which it is another file; of `one|other` one is enough. With `!` before it, a role with which it is
    /// another file: a column that this system does not write.
    pub(crate) needed: &'static [&'static str],
    /// The settings. Of several lines of one setting the first whose columns are there counts; conditions count all.
    pub(crate) lines: &'static [Line],
}

/// The headings of a file by their roles.
pub(crate) type Roles = BTreeMap<&'static str, String>;

impl Export {
    /// The headings by their roles; `None` if this is another file.
    fn roles_in(&self, headings: &Headings<'_>) -> Option<Roles> {
        let mut roles = Roles::new();
        for (role, names) in self.columns {
            // The first name that is there counts: a better one stands first.
            if let Some(heading) = names.iter().find_map(|name| headings.find(name)) {
                roles.insert(role, heading.to_owned());
            }
        }
        let is_there = |needed: &&str| match needed.strip_prefix('!') {
            Some(foreign) => !roles.contains_key(foreign),
            None => needed.split('|').any(|role| roles.contains_key(role)),
        };
        self.needed.iter().all(is_there).then_some(roles)
    }
}

/// A row of headings by their plain forms, each made once: many names are looked for in many rows.
struct Headings<'h> {
    whole: BTreeMap<String, &'h str>,
    /// Without what stands in brackets at their ends.
    unbracketed: BTreeMap<String, &'h str>,
}

impl<'h> Headings<'h> {
    fn new(headings: &'h [String]) -> Self {
        let mut found = Self { whole: BTreeMap::new(), unbracketed: BTreeMap::new() };
        for heading in headings {
            // The first of equals counts.
            found.whole.entry(plain(heading)).or_insert(heading);
            // "Email (private)" is not what "Email" means.
            if !is_others(heading) {
                found.unbracketed.entry(plain(unbracketed(heading))).or_insert(heading);
            }
        }
        found
    }

    /// The one heading that is meant by a known one.
    fn find(&self, known: &'static str) -> Option<&'h str> {
        let wanted = plain_of(known);
        let found = self.whole.get(&*wanted).or_else(|| self.unbracketed.get(&*wanted)).copied();
        // "Employee #" is a number, "Employee" may be a name.
        found.filter(|heading| !known.contains('#') || heading.contains('#'))
    }
}

/// The plain form of a known heading, made once: each is looked for in every row that may have the headings.
fn plain_of(known: &'static str) -> Arc<str> {
    static MADE: LazyLock<Mutex<HashMap<&'static str, Arc<str>>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(made.entry(known).or_insert_with(|| plain(known).into()))
}

/// The export that a row of headings belongs to: the one of which most columns are there.
pub(crate) fn recognise<'e>(exports: &'e [&'e Export], headings: &[String]) -> Option<(&'e Export, Roles)> {
    let headings = Headings::new(headings);
    let mut best: Option<(&Export, Roles)> = None;
    for export in exports {
        let Some(roles) = export.roles_in(&headings) else { continue };
        if best.as_ref().is_none_or(|(_, known)| roles.len() > known.len()) {
            best = Some((export, roles));
        }
    }
    best
}

/// How well a row of headings is known.
pub(crate) fn rank(exports: &[&Export], headings: &[String]) -> usize {
    recognise(exports, headings).map_or(0, |(_, roles)| roles.len())
}
