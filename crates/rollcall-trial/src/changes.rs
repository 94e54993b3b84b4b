//! A file of changes: rows that say what is to be added, changed or removed, and nothing of everybody else.
//!
//! Rollcall needs everybody at each run: whoever is not in the file loses the seat. Nothing in such a file but one column
//! shows what it is, so that column is looked for by its heading and its words.

use crate::words::plain;

/// Headings of a column that says what has changed.
const HEADINGS: &[&str] = &[
    "action",
    "action code",
    "action type",
    "row action",
    "record action",
    "change",
    "change type",
    "changetype",
    "change code",
    "change indicator",
    "operation",
    "operation type",
    "op",
    "op code",
    "opcode",
    "transaction",
    "transaction type",
    "transaction code",
    "update type",
    "delta",
    "aktion",
    "änderung",
    "änderungsart",
    "vorgang",
    "opération",
    "type d opération",
    "acción",
    "operación",
    "azione",
    "operazione",
    "actie",
];
/// Words for somebody who is new.
const ADDED: &[&str] = &[
    "a",
    "add",
    "added",
    "addition",
    "insert",
    "i",
    "c",
    "create",
    "created",
    "n",
    "new",
    "neu",
    "hinzufügen",
    "ajout",
    "nouveau",
    "alta",
    "nuevo",
    "nuovo",
];
/// Words for somebody who has changed.
const CHANGED: &[&str] = &[
    "u",
    "update",
    "updated",
    "upd",
    "m",
    "mod",
    "modify",
    "modified",
    "change",
    "changed",
    "upsert",
    "geändert",
    "ändern",
    "modification",
    "modifier",
    "cambio",
    "modifica",
];
/// Words for somebody who is to go.
const REMOVED: &[&str] = &[
    "d",
    "del",
    "delete",
    "deleted",
    "r",
    "remove",
    "removed",
    "removal",
    "x",
    "löschen",
    "gelöscht",
    "suppression",
    "supprimer",
    "baja",
    "elimina",
];

/// The kinds of words that a column has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kinds {
    added: bool,
    changed: bool,
    removed: bool,
}

/// What a column is made out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suspicion {
    /// People are removed, or some added and others changed: it is a file of changes.
    Sure,
    /// Everybody is added, or everybody changed: an import of everybody looks the same.
    Doubtful,
}

/// Whether a column with this heading, and these words in all its filled cells, says what has changed.
fn suspicion<'w>(heading: &str, words: impl Iterator<Item = &'w str>) -> Option<Suspicion> {
    if !is_heading(heading) {
        return None;
    }
    let mut kinds = Kinds::default();
    for word in words {
        let word = plain(word);
        let is_in = |list: &[&str]| list.contains(&word.as_str());
        if is_in(REMOVED) {
            kinds.removed = true;
        } else if is_in(ADDED) {
            kinds.added = true;
        } else if is_in(CHANGED) {
            kinds.changed = true;
        } else {
            return None;
        }
    }
    match kinds {
        Kinds { removed: true, .. } | Kinds { added: true, changed: true, .. } => Some(Suspicion::Sure),
        Kinds { added: false, changed: false, removed: false } => None,
        Kinds { .. } => Some(Suspicion::Doubtful),
    }
}

/// The column of a file that says what has changed, among columns with their words; `None` for words if there are too many.
pub(crate) fn find<'c>(
    columns: impl Iterator<Item = (&'c str, Option<&'c [(String, u64)]>)>,
) -> Option<(&'c str, Suspicion)> {
    let suspicions = columns.filter_map(|(heading, words)| {
        let words = words?.iter().map(|(word, _)| word.as_str());
        Some((heading, suspicion(heading, words)?))
    });
    suspicions.max_by_key(|(_, suspicion)| *suspicion == Suspicion::Sure)
}

/// Whether a heading is that of a column that says what has changed.
pub(crate) fn is_heading(heading: &str) -> bool {
    HEADINGS.contains(&plain(heading).as_str())
}

/// What is said of a file of changes.
pub(crate) fn told(heading: &str) -> String {
    format!(
        "the column {heading:?} says of each row whether somebody is added, changed or removed: this is a file of changes, and \
         whoever is not in it would lose the seat"
    )
}

/// What is to be done about it.
pub(crate) const CURE: &str = "export everybody who is to have access, not only what has changed";
