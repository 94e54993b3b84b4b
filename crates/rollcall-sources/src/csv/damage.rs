//! What spreadsheets do to cells, and letters that were lost (rules 43, 44).
//!
//! Strict where it rejects: a text that can be somebody's key is left alone (`E123`, `1E5A`, `12e`, `1E5`). What could be
//! either, alone, is judged by the other keys of the file (`key_context`). No reason quotes a cell.

use super::letter_sign::has_sign_for_letter;
use crate::entity;
use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};
use rollcall_config::is_spreadsheet_error;

/// What stands between groups of digits, by language; two of the spaces do not break.
pub(super) const SEPARATORS: [char; 7] = [',', '.', ' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];

/// A spreadsheet cuts numbers with more digits than these to their first ones: the others are lost.
const POWER_MAX: usize = 11;

/// What was done to a match key, an id or a username; `None` if nothing is known to be wrong. The text is trimmed.
pub(super) fn of_key(text: &str) -> Option<&'static str> {
    if is_spreadsheet_error(text) {
        Some("is the error of a spreadsheet, or of a program, such as #N/A or [object Object]")
    } else if is_shortened(text) {
        Some("is a long number that a spreadsheet cut to its first digits, such as 1.23457E+15")
    } else if text.starts_with('=') {
        Some("begins with '=', as a formula of a spreadsheet does")
    } else if text.strip_prefix(['\'', '’', '`']).is_some_and(is_number) {
        Some("begins with an apostrophe, which a spreadsheet puts before a number that is a text")
    } else if text.len() > 1 && text.starts_with('\'') && text.ends_with('\'') {
        Some("is in single quotes; CSV has double quotes")
    } else {
        None
    }
}

/// What was done to a username of its own column: as a key it would be judged by the other keys, but nobody logs in as `1001.0` or
/// `1,001`.
pub(super) fn of_username(text: &str) -> Option<&'static str> {
    // Nearly every username.
    let begins_with_digit = text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    if !begins_with_digit || is_number(text) {
        return None;
    }
    let is_zeros = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte == b'0');
    let is_with_zeros =
        text.split_once(['.', ',']).is_some_and(|(whole, part)| is_number(whole) && is_zeros(part));
    let mut groups = text.split([',', '\u{a0}', '\u{202f}', '\'', '’']);
    let is_first = groups.next().is_some_and(|first| is_number(first) && first.len() <= 3);
    let mut groups = groups.peekable();
    let is_grouped =
        is_first && groups.peek().is_some() && groups.all(|group| group.len() == 3 && is_number(group));
    (is_with_zeros || is_grouped)
        .then_some("is a number with a fraction or separators, as a spreadsheet or a program writes it")
}

/// The text in `="00123"`, which spreadsheets write so that a number stays a text.
pub(super) fn unwrapped(cell: &str) -> Option<&str> {
    let text = cell.trim().strip_prefix("=\"")?.strip_suffix('"')?;
    (!text.contains('"')).then_some(text)
}

/// What is wrong with the characters of a used cell; `None` if nothing is. Tabs and line ends are no damage here.
pub(super) fn of_characters(text: &str) -> Option<String> {
    // Nearly every cell.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')) {
        return None;
    }
    if text.contains('\u{FFFD}') {
        return Some(String::from(
            "holds U+FFFD, which stands where a letter was lost; export the file again, as \"CSV UTF-8\"",
        ));
    }
    if encoded_twice(text).is_some() {
        return Some(String::from(
            "holds letters such as Ã¼, as UTF-8 does that was read in another encoding; export the file again, as \"CSV \
             UTF-8\", or correct `encoding`",
        ));
    }
    if has_sign_for_letter(text) {
        return Some(String::from(
            "holds a sign between letters, as in j„ger, which stands where a letter was read in a wrong encoding; export the file \
             again, as \"CSV UTF-8\", or correct `encoding`",
        ));
    }
    let damage = text.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'))?;
    let code = u32::from(damage);
    Some(match damage {
        '\u{80}'..='\u{9F}' => format!(
            "holds the control character U+{code:04X}, as text does that was read in a wrong encoding; export the file \
             as \"CSV UTF-8\", or correct `encoding`"
        ),
        _ => format!("holds a control character (U+{code:04X}); remove it in the directory"),
    })
}

/// The encodings in which programs read UTF-8 by mistake, with what usual letters begin with then: Windows in the West (there
/// any letter counts), in Central Europe and with Cyrillic letters, and the Mac.
const READ_AS: [(&Encoding, &str); 4] =
    [(WINDOWS_1252, ""), (WINDOWS_1250, "ÂĂÄĹĐŃ"), (WINDOWS_1251, "ВГДЕРС"), (MACINTOSH, "¬√ƒ≈–—")];

/// What a text says that is UTF-8 which was read in another encoding. One Western letter that would be, or two of another
/// script, are no accident: `Ã` stands before no `¼` and `Å` before no `‚` in any language. `CAFÉ…` alone may be what
/// somebody wrote.
fn encoded_twice(text: &str) -> Option<String> {
    // What was one letter is two at least, side by side.
    let mut pairs = text.chars().zip(text.chars().skip(1));
    if !pairs.any(|(one, next)| !one.is_ascii() && !next.is_ascii()) {
        return None;
    }
    let first = text.chars().find(|c| !c.is_ascii())?;
    READ_AS
        .into_iter()
        .filter(|(encoding, leads)| *encoding == WINDOWS_1252 || leads.contains(first))
        .find_map(|(encoding, _)| read_as(encoding, text))
}

fn read_as(encoding: &'static Encoding, text: &str) -> Option<String> {
    let (bytes, _, has_other_letters) = encoding.encode(text);
    let read = std::str::from_utf8(&bytes).ok().filter(|_| !has_other_letters)?;
    let letters = || read.chars().filter(|c| !c.is_ascii());
    let is_western = |c: char| matches!(c, '\u{80}'..='\u{17F}' | '\u{2000}'..='\u{20FF}');
    if encoding == WINDOWS_1252 {
        return (letters().any(is_western) || letters().count() > 1).then(|| read.to_owned());
    }
    // Of the other encodings only usual letters: `RĂŞCANU` is a Romanian name, and would be rêCANU.
    let is_usual = |c: char| matches!(c, '\u{C0}'..='\u{17F}' | '\u{400}'..='\u{45F}') && c.is_alphabetic();
    let is_romanian = encoding == WINDOWS_1250 && letters().all(|c| c == 'ê');
    let is_one_western = letters().any(is_western) && read.bytes().any(|byte| byte.is_ascii_alphabetic());
    (letters().all(is_usual) && !is_romanian && (is_one_western || letters().count() > 1))
        .then(|| read.to_owned())
}

/// What a damaged key was before a spreadsheet or a program changed it, where that is certain: a number, or letters that were
/// encoded twice or written as HTML. So its row protects the account that it names (rule 3).
pub(super) fn mended(text: &str) -> Option<String> {
    if let Some(read) = encoded_twice(text).or_else(|| entity::decoded(text)) {
        return Some(read);
    }
    let text = text.strip_prefix(['\'', '’', '`', '=']).unwrap_or(text);
    if is_number(text) {
        return Some(text.to_owned());
    }
    if let Some((mantissa, power)) = text.split_once(['E', 'e']) {
        let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let power: usize = power.strip_prefix('+').unwrap_or(power).parse().ok()?;
        let is_exact = is_number(whole) && (fraction.is_empty() || is_number(fraction));
        let zeros = power.checked_sub(fraction.len()).filter(|_| is_exact && power <= POWER_MAX)?;
        return Some(format!("{whole}{fraction}{}", "0".repeat(zeros)));
    }
    let whole = match text.rsplit_once(['.', ',']) {
        Some((whole, zeros))
            if !zeros.is_empty() && zeros.len() != 3 && zeros.bytes().all(|byte| byte == b'0') =>
        {
            whole
        }
        _ => text,
    };
    let digits: String = whole.chars().filter(|c| !SEPARATORS.contains(c)).collect();
    is_number(&digits).then_some(digits)
}

pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A shorter number may begin a word, or be that of a room: it is taken for no key that has lost its place.
pub(super) const KEY_DIGITS_MIN: usize = 3;

/// `1.23457E+15`, `1e+05`, `1,2E+15`, and, with a fraction only, `1.23457E15`.
pub(super) fn is_shortened(text: &str) -> bool {
    // Most values are told by their first characters: a digit, perhaps after a sign, and `.` or `E`.
    if let [first, second, ..] = text.as_bytes()
        && !matches!(first, b'+' | b'-')
        && !(first.is_ascii_digit() && matches!(second, b'.' | b',' | b'E' | b'e'))
    {
        return false;
    }
    let Some((mantissa, power)) = text.split_once(['E', 'e']) else { return false };
    let mantissa = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (whole, fraction) = match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_mantissa = whole.len() == 1 && is_number(whole) && fraction.is_none_or(is_number);
    // Without a sign and a fraction it may be a key: `1E5`.
    let digits = match power.strip_prefix('+') {
        Some(digits) => Some(digits),
        None => fraction.map(|_| power),
    };
    is_mantissa && digits.is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::{mended, of_characters, of_key, unwrapped};

    #[test]
    fn what_a_damaged_key_was_is_known_where_it_is_certain() {
        for (text, number) in [
            ("1e+05", Some("100000")),
            ("1E5", Some("100000")),
            ("1.00003E+05", Some("100003")),
            ("1,00E+05", Some("100000")),
            ("4.91512E+5", Some("491512")),
            ("'00124", Some("00124")),
            ("=00125", Some("00125")),
            ("1001.0", Some("1001")),
            ("1001,00", Some("1001")),
            ("1,001", Some("1001")),
            ("1.001", Some("1001")),
            ("1\u{a0}001", Some("1001")),
            ("12,345,678", Some("12345678")),
            ("1,001.00", Some("1001")),
            ("1.23457E+15", None),
            ("1E+15", None),
            ("jÃ¼rgen", Some("jürgen")),
            ("j&uuml;rgen@x.test", Some("jürgen@x.test")),
            ("AT&T;", None),
            ("1.23457E+2", None),
            ("#N/A", None),
            ("2026-03-01", None),
            ("'bob'", None),
            ("1E99", None),
            ("", None),
        ] {
            assert_eq!(mended(text).as_deref(), number, "{text}");
        }
    }

    #[test]
    fn damage_by_a_spreadsheet_is_recognised() {
        for text in [
            "1.23457E+15",
            "1.23457e+15",
            "4,91512E+11",
            "4,91512e+11",
            "1E+15",
            "1e+05",
            "1e+5",
            "-1e+05",
            "1.2E15",
            "#N/A",
            "#BEZUG!",
            "#####",
            "Err:502",
            "'00124",
            "’00124",
            "=00125",
            "=A1",
            "=\"x\"&\"y\"",
            "'bob'",
        ] {
            assert!(of_key(text).is_some(), "{text}");
        }
    }

    #[test]
    fn real_keys_are_no_damage() {
        for text in [
            "",
            "00491512",
            "E123",
            "E+1",
            "1E5A",
            "1E5",
            "12e",
            "12e5",
            "1.E+1",
            "12.5E+3",
            "1E+",
            "1E+x",
            "a1E+5",
            "u1@rollcall.test",
            "1.5",
            "e+5",
            "ee",
            "1ee5",
            "#",
            "#12",
            "#ann",
            "O'Neil",
            "'t Hooft",
            "CN=a,DC=b",
            "d'",
            "12345678901234567890",
            "Error",
            "Err:",
            "1E+5@x.test",
            "anne+5@x.test",
            "0e",
            "00e1",
        ] {
            assert_eq!(of_key(text), None, "{text}");
        }
    }

    #[test]
    fn text_in_a_formula_is_unwrapped() {
        for (cell, text) in [
            ("=\"00123\"", Some("00123")),
            (" =\"ann\" ", Some("ann")),
            ("=\"\"", Some("")),
            ("=00123", None),
            ("=\"a\"&\"b\"", None),
            ("\"00123\"", None),
            ("CN=\"a\"", None),
        ] {
            assert_eq!(unwrapped(cell), text, "{cell}");
        }
    }

    #[test]
    fn lost_letters_are_damage() {
        for text in [
            "j\u{FFFD}rgen",
            "a\u{81}b",
            "a\u{9D}",
            "a\u{1}",
            "\u{7F}",
            "jÃ¼rgen",
            "zoÃ«",
            "Å‚ukasz",
            "JosÃ©",
            "â‚¬uro",
            "æ—¥æœ¬",
            // UTF-8 that was read as Windows-1250, Windows-1251, and on a Mac.
            "Ĺ‚ukasz",
            "JĂĽrgen",
            "Ĺ»ĂłĹ‚Ä‡",
            "ÄŚapek",
            "РњР°СЂРёСЏ",
            "РџРµС‚СЂ",
            "JГјrgen",
            "J√ºrgen",
            "Zo√´",
            "–ú–∞—Ä–∏—è",
        ] {
            assert!(of_characters(text).is_some(), "{text:?}");
        }
        for text in [
            "jürgen",
            "łukasz",
            "日本",
            "a\tb\nc",
            "José",
            "😀",
            "\u{A0}",
            "Ð",
            "CONCEIÇÃO",
            "Ångström",
            "Ñandú",
            "Ãlvaro",
            "Œuvre",
            "CAFÉ…",
            "Café…”",
            "žižek",
            "Phạm Ã",
            "RĂŞCANU",
            "Ărău",
            "Ľudmila Ďuríková",
            "PÓŁ",
            "ŘÍHA",
            "Ејуб",
            "Гјорче",
            "Сергей",
            "Рё",
            "Сё",
            "Вадим С.",
            "Рівне",
            "5 – 7",
            "√2",
            "ƒ",
        ] {
            assert_eq!(of_characters(text), None, "{text:?}");
        }
    }
}
