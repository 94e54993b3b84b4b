//! What people and programs write where there is no value, beyond the words of `nothing`: `none`, `(blank)`, `TBD`, `?`,
//! `keine`. Most are somebody's name or initials too, so each place asks for more than the word (rules 43, 43a).
//!
//! Below the kinds of sources. Promises that a usual value is dismissed by its length and its first letter.

use rollcall_core::fold::fold;

/// How much a text says that there is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placeholder {
    /// It is nobody's: signs without a letter, or a word in brackets, or several words.
    Certain,
    /// A word that can be a name: `None`, `TBD`.
    Word,
}

/// Words of one kind by their length, in small letters.
const WORDS: [&[&str]; 12] = [
    &[],
    &[],
    &["nn"],
    &["n.a", "n.d", "n.n", "n/a", "n/d", "nil", "tba", "tbc", "tbd"],
    &["brak", "geen", "k.a.", "kein", "leer", "n.a.", "n.n.", "n.v.", "none", "null", "todo", "vide"],
    &["aucun", "blank", "empty", "keine", "vacio", "vuoto"],
    &["aucune", "keiner", "n.v.t.", "vacant"],
    &["inconnu", "missing", "nessuna", "nessuno", "ninguna", "ninguno", "not set", "pending", "unknown"],
    &["no email", "no login", "no value", "onbekend"],
    &["kein mail", "no access", "no e-mail", "not found", "not known", "sin email", "unbekannt", "undefined"],
    &["geen email", "no account", "no mailbox", "sans email"],
    &["desconocido", "kein zugang", "keine email", "niet bekend", "no username", "sconosciuto"],
];

/// Longer ones, and those of other letters.
const OTHERS: [&str; 23] = [
    "to be defined",
    "to be determined",
    "to be confirmed",
    "to be announced",
    "not available",
    "not applicable",
    "not assigned",
    "not provided",
    "no email address",
    "no e-mail address",
    "keine e-mail",
    "keine angabe",
    "nicht vorhanden",
    "nicht bekannt",
    "non disponible",
    "non renseigné",
    "no disponible",
    "нет",
    "не указано",
    "なし",
    "無し",
    "无",
    "pas de mail",
];

/// Words that stand in brackets for an empty cell, beside the others.
const BRACKETED: [&str; 12] = [
    "en blanco",
    "vacías",
    "vacío",
    "пусто",
    "пустые",
    "prázdné",
    "puste",
    "tom",
    "vazio",
    "空白",
    "leeg",
    "boş",
];

/// Pairs that stand around such a word.
const BRACKETS: [(char, char); 5] = [('(', ')'), ('[', ']'), ('<', '>'), ('{', '}'), ('*', '*')];

/// What a text, without spaces at its ends, says of nothing.
pub(crate) fn of(text: &str) -> Option<Placeholder> {
    let first = *text.as_bytes().first()?;
    if first.is_ascii_alphanumeric() && text.len() < WORDS.len() {
        // Nearly every value.
        return is_word(text).then(|| kind_of(text));
    }
    if text.chars().all(|c| !c.is_alphanumeric()) {
        return Some(Placeholder::Certain);
    }
    let inner = BRACKETS.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(*open)?.strip_suffix(*close)?;
        let folded = fold(inner.trim());
        (is_word(&folded) || OTHERS.contains(&folded.as_str()) || BRACKETED.contains(&folded.as_str()))
            .then_some(())
    });
    if inner.is_some() {
        return Some(Placeholder::Certain);
    }
    let is_short = text.len() <= 40 && (!first.is_ascii() || text.contains(' '));
    (is_short && OTHERS.contains(&fold(text).as_str())).then(|| kind_of(text))
}

/// Nobody's name has a space and says that there is none.
fn kind_of(text: &str) -> Placeholder {
    if text.contains(' ') { Placeholder::Certain } else { Placeholder::Word }
}

fn is_word(text: &str) -> bool {
    let of_length = WORDS.get(text.len()).copied().unwrap_or_default();
    of_length.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, WORDS, of};

    #[test]
    fn words_stand_with_those_of_their_length() {
        for (length, words) in WORDS.iter().enumerate() {
            for word in *words {
                assert_eq!(word.len(), length, "{word}");
            }
        }
    }

    #[test]
    fn what_says_that_there_is_nothing_is_known() {
        for text in [
            "(blank)",
            "(none)",
            "[none]",
            "<blank>",
            "*unknown*",
            "(Leer)",
            "?",
            "???",
            ".",
            "_",
            "(пусто)",
            "no email",
            "Not set",
            "keine Angabe",
            "to be defined",
        ] {
            assert_eq!(of(text), Some(Placeholder::Certain), "{text}");
        }
        for text in
            ["none", "None", "TBD", "tba", "keine", "Unbekannt", "k.A.", "n.v.t.", "нет", "なし", "unknown"]
        {
            assert_eq!(of(text), Some(Placeholder::Word), "{text}");
        }
        for text in [
            "",
            "ann",
            "0",
            "none.lee",
            "nonet",
            "tbdk",
            "(ann)",
            "[1001]",
            "a?",
            "<ann@x.test>",
            "Kein Ort",
            "keine.r",
            "blanka",
            "Ann Lee",
            "日本",
            "нетти",
            "*ann*",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
