//! Headings that say the opposite of active: blocked, suspended, terminated, in the usual languages (rule 40).
//!
//! A guess for a message only: a heading that is not recognised is read as it is configured.

use crate::template::unaccented;
use rollcall_core::fold::fold;

/// Beginnings of words, without accents: long enough to be found within a word as well.
const ANYWHERE: &[&str] = &[
    // English
    "suspend",
    "disabl",
    "terminat",
    "archiv",
    "inactiv",
    "deactivat",
    "deprovision",
    "lockout",
    "blocked",
    "offboard",
    "locked",
    "deleted",
    "unregister",
    "resigned",
    "revoked",
    "blacklist",
    // German
    "gesperrt",
    "sperr",
    "deaktiv",
    "geloscht",
    "geloescht",
    "ausgeschieden",
    "ausgetreten",
    "austritt",
    "gekundigt",
    "gekuendigt",
    "inaktiv",
    // French
    "bloque",
    "suspendu",
    "desactiv",
    "supprim",
    "resili",
    "inactif",
    "verrouill",
    // Spanish, Portuguese, Italian
    "deshabilit",
    "inhabilit",
    "desabilit",
    "eliminad",
    "borrado",
    "desativ",
    "desligad",
    "demitid",
    "excluid",
    "inativ",
    "bloccat",
    "sospes",
    "disattiv",
    "disabilit",
    "licenziat",
    "cessat",
    "inattiv",
    // Dutch, Polish
    "geblokkeerd",
    "uitgeschakeld",
    "verwijderd",
    "inactief",
    "zablokowan",
    "wylaczon",
    // Danish, Norwegian, Swedish
    "spaerret",
    "inaktiver",
    "slettet",
    "avstangd",
    "sparrad",
    "opsagt",
    "oppsagt",
    "uppsagd",
    "fratradt",
    "fratraadt",
    "borttagen",
    "avslutad",
    // Finnish, Hungarian, Czech, Romanian, Turkish
    "estetty",
    "lukittu",
    "poistettu",
    "irtisanot",
    "letiltv",
    "torolt",
    "kilepett",
    "blokovan",
    "ukoncen",
    "neaktivn",
    "blocat",
    "dezactiv",
    "engellen",
    "pasif",
    // Russian, Ukrainian, Greek
    "блокир",
    "блокован",
    "уволен",
    "звільнен",
    "отключ",
    "вимкнен",
    "неактив",
    "удален",
    "видален",
    "ανενεργ",
    "αποκλεισ",
    // Chinese, Japanese, Korean
    "离职",
    "離職",
    "停用",
    "禁用",
    "退職",
    "停止",
    "無効",
    "퇴사",
    "비활성",
];

/// Beginnings of words that count only at the beginning of a word: within one they mean something else.
const AT_WORD: &[&str] = &[
    "block",
    "lock",
    "delet",
    "leave",
    "leaving",
    "closed",
    "expired",
    "banned",
    "frozen",
    "retired",
    "departed",
    "departure",
    "dismissed",
    "withdrawn",
    "removed",
    "cancelled",
    "canceled",
    "exited",
    "stopped",
    "kundig",
    "beendet",
    "stillgelegt",
    "entlassen",
    "cesad",
    "despedid",
    "cancelad",
    "suspens",
    "suspendid",
    "arquivad",
    "cancellat",
    "vertrokken",
    "geschorst",
    "ontslag",
    "gearchiveerd",
    "zawieszon",
    "usuniet",
    "nieaktywn",
    "zwolnion",
];

/// Whole words: with other endings they mean something else, as department, participant and sorting do.
const WORDS: &[&str] = &[
    "left",
    "hold",
    "quit",
    "ended",
    "fired",
    "former",
    "depart",
    "parti",
    "partie",
    "sorti",
    "sortie",
    "baja",
    "baixa",
    "radiee",
    "eliminato",
    "radie",
];

/// Beginnings of words that say active. With a word before them that turns them round they say the opposite.
const ACTIVE: &[&str] = &[
    "activ",
    "actif",
    "actief",
    "aktiv",
    "aktyw",
    "ativ",
    "attiv",
    "enabl",
    "login",
    "logon",
    "signin",
    "access",
    "acces",
    "zugang",
    "zugriff",
    "allowed",
    "permitted",
    "erlaubt",
    "employed",
    "working",
    "autoris",
    "authori",
    "habilit",
    "abilit",
];

/// Words that turn the word after them round.
const NOT: &[&str] = &[
    "not", "non", "no", "un", "never", "without", "nicht", "kein", "keine", "ohne", "pas", "sans", "niet",
    "geen", "nie", "bez", "sin", "senza", "sem", "ikke", "inte", "ingen",
];

/// Whether a heading says the opposite of active.
#[must_use]
pub fn is_opposite(heading: &str) -> bool {
    let words = words(heading);
    words.iter().enumerate().any(|(number, word)| {
        let is_turned =
            number > 0 && words.get(number - 1).is_some_and(|before| NOT.contains(&before.as_str()));
        if is_turned { says_active(word) } else { says_opposite(word) }
    })
}

fn says_active(word: &str) -> bool {
    word == "sign" || ACTIVE.iter().any(|stem| word.starts_with(stem))
}

fn says_opposite(word: &str) -> bool {
    // nologin, nonactif
    if ["non", "not", "no"].iter().any(|not| word.strip_prefix(not).is_some_and(says_active)) {
        return true;
    }
    // unlocked, nonblocked
    if ["un", "non", "not"].iter().any(|not| word.strip_prefix(not).is_some_and(has_stem)) {
        return false;
    }
    has_stem(word)
}

fn has_stem(word: &str) -> bool {
    let begins = AT_WORD.iter().any(|stem| word.starts_with(stem));
    begins || WORDS.contains(&word) || ANYWHERE.iter().any(|stem| word.contains(stem))
}

/// The words of a heading: separated by anything but letters, or by a capital letter after a small one.
fn words(heading: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in unaccented(heading).chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_small) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c);
        }
        was_small = c.is_lowercase();
    }
    words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}
