//! The errors of Excel and LibreOffice, in the languages of both (rule 43a).
//!
//! Below `nothing`, for which an error is no value, and used by the CSV source, for which a key that is one is damage. Most errors have a form of their own, in every language; the few that have none are listed. Promises that
//! a value with `#` before it that somebody chose (`#1001`, `#nick`, `#YesWeCan!`) is no error.

mod type_name;

use rollcall_core::fold::fold;

/// Errors that end with neither `!` nor `?`, as Excel writes them: "not available", and "data are on their way".
const ERRORS: [&str; 26] = [
    "#N/A",
    "#NV",
    "#N/D",
    "#N/V",
    "#N/B",
    "#N/DISP",
    "#I/T",
    "#E/E",
    "#Δ/Υ",
    "#Н/Д",
    "#Н/П",
    "#YOK",
    "#HIÁNYZIK",
    "#SAKNAS",
    "#PUUTTUU",
    "#PUUDUB",
    "#NENÍ_K_DISPOZICI",
    "#NEDOSTUPNÝ",
    "#GETTING_DATA",
    "#DATEN_ABRUFEN",
    "#CHARGEMENT_DONNEES",
    "#OBTENTION_DONNEES",
    "#OBTENIENDO_DATOS",
    "#ESTRAZIONE_DATI_IN_CORSO",
    "#ОЖИДАНИЕ_ДАННЫХ",
    "#ЗАГРУЗКА_ДАННЫХ",
];

/// What Google Sheets shows, with three dots behind it, while a cell is fetched from another sheet. An export may be made before that ends.
const LOADING: [&str; 9] = [
    "Loading",
    "Wird geladen",
    "Chargement",
    "Cargando",
    "Caricamento",
    "Caricamento in corso",
    "Carregando",
    "A carregar",
    "Laden",
];

/// What LibreOffice writes before the number of an error: `Err:502`, `Ошибка:502`.
const NUMBERED: [&str; 16] = [
    "Err",
    "Erro",
    "Error",
    "Erreur",
    "Errore",
    "Fehler",
    "Fout",
    "Fel",
    "Feil",
    "Fejl",
    "Virhe",
    "Błąd",
    "Chyba",
    "Hiba",
    "Hata",
    "Ошибка",
];

/// The bytes with which one of these begins.
const FIRST_OF_NUMBERED: [bool; 256] = {
    let mut is_first = [false; 256];
    let mut at = 0;
    while at < NUMBERED.len() {
        is_first[NUMBERED[at].as_bytes()[0] as usize] = true;
        at += 1;
    }
    is_first
};

/// Whether a text, without spaces at its ends, is an error: `#N/A`, `#REF!`, `#¿NOMBRE?`, `#DIV/0!`, `#####`, `Err:502`.
#[must_use]
pub fn is_spreadsheet_error(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('#') else {
        return is_numbered(text) || is_loading(text) || type_name::is(text);
    };
    type_name::is_of_ruby(rest)
        || rest.chars().all(|c| c == '#') && !rest.is_empty()
        || is_marked(rest)
        || is_listed(text)
}

/// A word with `!` or `?` behind it, in Spanish before it too: in capitals, as every program writes it.
fn is_marked(rest: &str) -> bool {
    let rest = rest.strip_prefix(['¡', '¿']).unwrap_or(rest);
    // Accents may be characters of their own.
    let is_letter = |c: char| {
        c.is_alphabetic() && !c.is_lowercase() || matches!(c, '/' | '0' | '_' | ' ' | '\u{300}'..='\u{36F}')
    };
    rest.strip_suffix(['!', '?', '！', '？'])
        .is_some_and(|word| !word.is_empty() && word.chars().all(is_letter))
}

/// One of the list. A word that is only letters may be a name: it counts in capitals, as Excel writes it.
fn is_listed(text: &str) -> bool {
    let is_word = !text.contains(['/', '_']);
    // No error of the list has a digit; keys with `#` before them mostly have.
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit || is_word && text.chars().any(char::is_lowercase) {
        return false;
    }
    let folded = fold(text);
    ERRORS.iter().any(|error| fold(error) == folded)
}

fn is_loading(text: &str) -> bool {
    // Most values end with no dot: they are dismissed by that. The sign of three dots is no ASCII.
    if text.as_bytes().last().is_some_and(|last| *last != b'.' && last.is_ascii()) {
        return false;
    }
    let word = text.strip_suffix("...").or_else(|| text.strip_suffix('…'));
    word.is_some_and(|word| LOADING.contains(&word))
}

fn is_numbered(text: &str) -> bool {
    // Most values end with no digit, or begin with another letter: they are dismissed by that.
    let [first, .., last] = text.as_bytes() else { return false };
    if !last.is_ascii_digit() || !FIRST_OF_NUMBERED[usize::from(*first)] {
        return false;
    }
    let Some((word, number)) = text.split_once(':') else { return false };
    // French has a space before a colon.
    NUMBERED.contains(&word.trim_end())
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_spreadsheet_error;

    const KNOWN: &str = "#N/A #n/a #NV #REF! #BEZUG! #NAME? #VALUE! #WERT! #DIV/0! #ZAHL! #ÜBERLAUF! #¿NOMBRE? #¡VALOR! #¡REF! \
        #¡DIV/0! #¡NUM! #NOMBRE? #N/D #NOM? #VALEUR! #NOMBRE! #N/DISP #VALORE! #RIF! #NOME? #NÚM! #NU\u{301}M! #N/B #VERW! \
        #WAARDE! #NAAM? #ARG! #ADR! #NAZWA? #LICZBA! #DZIEL/0! #NAVN? #I/T #VÆRDI! #VERDI! #VÄRDEFEL! #SAKNAS! #NAMN? \
        #PUUTTUU! #PUUTTUU #ARVO! #NIMI? #JAKO/0! #HODNOTA! #NÁZEV? #NENÍ_K_DISPOZICI #DĚLENÍ_NULOU! #HIÁNYZIK #ÉRTÉK! \
        #NÉV? #ZÉRÓOSZTÓ! #Н/Д #н/д #ИМЯ? #ЗНАЧ! #ССЫЛКА! #ДЕЛ/0! #ЧИСЛО! #YOK #AD? #DEĞER! #BAŞV! #SAYI/0! #Δ/Υ #ΤΙΜΗ! \
        #ОЖИДАНИЕ_ДАННЫХ #GETTING_DATA ##### ## Err:502 Ошибка:502 Błąd:508 Fout:504";

    const CHOSEN: &str = "# #1001 #nick #ann #12 #A-17 #N #NV1 #yok #nv #Saknas #N/A1 #1/2 #a/b #! #? #¿? #¡! #r2d2! #YesWeCan! #Who? #Н/д! \
        #nick@x.test Err Err: Error Error:x Hiba: Team:5 502";

    #[test]
    fn errors_are_known_in_every_language() {
        for text in KNOWN.split(' ').chain(["Erreur\u{a0}:502"]) {
            assert!(is_spreadsheet_error(text), "{text}");
        }
    }

    #[test]
    fn value_that_somebody_chose_is_no_error() {
        for text in CHOSEN.split(' ').chain([""]) {
            assert!(!is_spreadsheet_error(text), "{text}");
        }
    }
}
