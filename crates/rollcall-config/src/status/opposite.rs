//! Headings that say the opposite of active (blocked, suspended, terminated) or of an administrator, in the usual languages
//! (rule 40).
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
    "hidden",
    "exclud",
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
    "ausgeschlossen",
    "ausgeblendet",
    "pensioniert",
    // French
    "bloque",
    "suspendu",
    "desactiv",
    "supprim",
    "resili",
    "inactif",
    "verrouill",
    "pensionne",
    "retraite",
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
    "nascost",
    "jubilad",
    "aposentad",
    "pensionat",
    // Dutch, Polish
    "geblokkeerd",
    "uitgeschakeld",
    "verwijderd",
    "inactief",
    "zablokowan",
    "wylaczon",
    "gepensioneerd",
    "uitgesloten",
    "verborgen",
    "emerytowan",
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
    "kilitl",
    "ayrildi",
    "ayrilmis",
    "gizli",
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
    "denied",
    "rejected",
    "forbidden",
    "verweigert",
    "verboten",
    "interdit",
    "negado",
    "estint",
    "extint",
    "oculto",
    "emekli",
    "emeryt",
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
    "deny",
    "hide",
    "exclu",
    "exclue",
    "negato",
];

/// Words that say it together, one after the other.
const PHRASES: &[&[&str]] = &[
    &["out", "of", "service"],
    &["out", "of", "employment"],
    &["uit", "dienst"],
    &["ausser", "dienst"],
    &["hors", "service"],
    &["fuera", "de", "servicio"],
    &["fuori", "servizio"],
    &["ute", "av", "drift"],
    &["ur", "tjanst"],
];

/// Beginnings of words that name a person who administers.
const ADMIN: &[&str] = &["admin", "sysadmin", "superuser", "админ"];

/// Words that say that a user is one as all others are.
const ORDINARY: &[&str] = &[
    "standard",
    "regular",
    "normal",
    "ordinary",
    "basic",
    "limited",
    "restricted",
    "unprivileged",
    "plain",
    "einfach",
    "gewohnlich",
    "eingeschrankt",
    "simple",
    "ordinaire",
    "estandar",
    "padrao",
    "standaard",
];

/// Words for a user.
const USER: &[&str] = &[
    "user",
    "member",
    "account",
    "benutzer",
    "nutzer",
    "anwender",
    "konto",
    "utilisateur",
    "compte",
    "usuario",
    "utente",
    "gebruiker",
    "uzytkownik",
    "bruger",
    "bruker",
    "anvandare",
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
    let is_phrase = |phrase: &&[&str]| words.windows(phrase.len()).any(|found| *found == **phrase);
    if PHRASES.iter().any(is_phrase) {
        return true;
    }
    words.iter().enumerate().any(|(number, word)| {
        let before = number.checked_sub(1).and_then(|before| words.get(before)).map_or("", String::as_str);
        // Ex-employee
        if before == "ex" {
            return true;
        }
        if NOT.contains(&before) { says_active(word) } else { says_opposite(word) }
    })
}

/// Whether a heading says that a person does not administer: "Not admin", "Standard user".
#[must_use]
pub fn is_opposite_of_admin(heading: &str) -> bool {
    let words = words(heading);
    let begins = |word: &str, stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
    let joined = ["non", "not", "no"].iter().any(|not| {
        let rests = words.iter().filter_map(|word| word.strip_prefix(not));
        rests.into_iter().any(|rest| begins(rest, ADMIN))
    });
    let is_turned = |pair: &[String]| match pair {
        [before, word] => {
            let is_not = NOT.contains(&before.as_str()) || before == "ex" || before == "former";
            is_not && begins(word, ADMIN) || begins(before, ORDINARY) && begins(word, USER)
        }
        _ => false,
    };
    // Usuario estándar, utente normale
    let is_behind = |pair: &[String]| match pair {
        [user, kind] => begins(user, USER) && begins(kind, ORDINARY),
        _ => false,
    };
    joined || words.windows(2).any(|pair| is_turned(pair) || is_behind(pair))
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
