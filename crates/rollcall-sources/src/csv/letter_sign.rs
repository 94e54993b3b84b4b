//! Signs in the place of letters, as text of the Mac, of DOS or of another Windows has them that was read in an encoding of Windows:
//! `j„ger`, `zo‰`, `jŠger`, `³ukasz`, `ìàðèÿ` (rule 44).
//!
//! Beside `damage`, which asks for cells with letters beyond ASCII only. Strict: quotes, daggers and dashes beside a word are
//! signs of their own.

/// So many accented letters of Western Europe stand in no word one after the other.
const ACCENTS_IN_A_ROW: usize = 4;

/// Signs that stand in no word, and for letters of the Mac and of DOS in encodings of Windows.
const SIGNS: [char; 22] = [
    '³', '¹', '„', '‰', '‡', '†', '‚', 'ˆ', '˜', '‹', '›', '¸', '¢', '£', '¤', '¥', '§', '¡', '¿', '¯', '¾',
    '¼',
];

/// Whether a sign is within a word, or a capital that is rare is between small letters: `j„ger`, `zo‰`, `jŸrgen`; or a word is
/// one of another alphabet.
pub(super) fn has_sign_for_letter(text: &str) -> bool {
    if has_foreign_word(text) {
        return true;
    }
    // Nearly every letter.
    let may_be = |c: char| matches!(c, '\u{A1}'..='\u{BF}' | 'Œ' | 'Ÿ' | 'ˆ' | '˜' | '\u{2010}'..='\u{203A}');
    if !text.chars().any(may_be) {
        return false;
    }
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let is_in_word = before.is_alphabetic() && after.is_lowercase();
        let is_at_edge = match c {
            '¸' => {
                !before.is_alphanumeric() && after.is_lowercase()
                    || before.is_lowercase() && !after.is_alphanumeric()
            }
            '‰' => before.is_lowercase() && !after.is_alphanumeric(),
            // Central Europe's letters: `³ukasz`, `¿aneta`.
            '³' | '¹' | '¿' | '£' | '¯' | '¾' | '¼' => {
                !before.is_alphanumeric() && after.is_lowercase()
            }
            _ => false,
        };
        let is_sign = SIGNS.contains(&c) && (is_in_word || is_at_edge);
        if is_sign || matches!(c, 'Ÿ' | 'Œ') && before.is_lowercase() && after.is_lowercase() {
            return true;
        }
        before = c;
    }
    false
}

/// Whether a word is of accented letters only, as Russian and Greek are in an encoding of Western Europe: `ìàðèÿ`.
fn has_foreign_word(text: &str) -> bool {
    // Each has two bytes, and most words have one such letter.
    if text.bytes().filter(|byte| !byte.is_ascii()).count() < 2 * ACCENTS_IN_A_ROW {
        return false;
    }
    let is_accent = |c: char| matches!(c, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ');
    let (mut run, mut before) = (0, ' ');
    text.chars().any(|c| {
        // One letter that is held down is no word.
        if c != before {
            run = if is_accent(c) { run + 1 } else { 0 };
        }
        before = c;
        run == ACCENTS_IN_A_ROW
    })
}

/// Whether a capital of Central Europe is between small letters without another of its kind: `jŠger`. In an encoding of Western
/// Europe it stands for a letter of the Mac or of DOS.
pub(super) fn has_capital_for_letter(text: &str) -> bool {
    !text.is_ascii()
        && text.chars().zip(text.chars().skip(1)).zip(text.chars().skip(2)).any(|((before, c), after)| {
            matches!(c, 'Š' | 'Ž') && before.is_ascii_lowercase() && after.is_ascii_lowercase()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_within_words_stand_for_letters() {
        for text in ["³ukasz", "¿aneta", "w³adek", "£ukasz", "ìàðèÿ", "Èâàí Lee", "Ìáñßá"] {
            assert!(has_sign_for_letter(text), "{text}");
        }
        for text in [
            "œuvre",
            "Þórður",
            "Ásgeir Óðinn",
            "ÅÄÖ",
            "m³",
            "Ann¹",
            "£100",
            "H³O",
            "¿Qué?",
            "ãõe",
            "éèê",
            "éééé",
        ] {
            assert!(!has_sign_for_letter(text), "{text}");
        }
        for text in ["j„ger", "J‰ger", "zo‰", "jŸrgen", "¸ukasz", "Pe¤a", "Fran‡ois", "M†ller"] {
            assert!(has_sign_for_letter(text), "{text}");
        }
        for text in [
            "„Ann“",
            "Ann Lee†",
            "5‰",
            "Müller–Meier",
            "Ka‘iulani",
            "O’Neil",
            "CŒUR",
            "Œuvre",
            "Aÿ",
            "€ 5",
            "¿Quién?",
            "§ 5 a",
            "eŠkola",
            "l·l",
            "›Ann‹",
            "Šime",
            "jŠger",
        ] {
            assert!(!has_sign_for_letter(text), "{text}");
        }
        assert!(has_capital_for_letter("jŠger") && has_capital_for_letter("reŽe"));
        for text in ["Šime", "ŠIME", "Ann", "JŠger", "šŠš", "eŠ"] {
            assert!(!has_capital_for_letter(text), "{text}");
        }
    }
}
