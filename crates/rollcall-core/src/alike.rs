//! Keys that a spreadsheet makes of one another: `00095`, `95`, `95.0` (rule 54).
//!
//! Only numbers: of other texts nothing is guessed.

use alloc::format;
use alloc::string::String;

/// Numbers of employees have no more digits than this; longer ones are not filled with zeros.
const DIGITS_MAX: usize = 12;

/// Fractions that a spreadsheet or a program writes behind a whole number.
const FRACTIONS: [&str; 4] = [".0", ".00", ",0", ",00"];

/// The folded keys that a folded key may have become, or was before: the same number with another number of zeros before
/// it, with a fraction of zeros, or with a sign. Not itself.
pub(crate) fn alike(folded: &str) -> impl Iterator<Item = String> {
    let number = number_of(folded);
    let filled = number
        .into_iter()
        .flat_map(|number| (number.len()..=DIGITS_MAX).map(move |width| format!("{number:0>width$}")));
    let marked = number.into_iter().flat_map(|number| {
        let fractions = FRACTIONS.into_iter().map(move |fraction| format!("{number}{fraction}"));
        fractions.chain([format!("+{number}")])
    });
    filled.chain(marked).filter(move |other| other != folded)
}

/// The digits of a number without what a spreadsheet adds or takes away.
fn number_of(folded: &str) -> Option<&str> {
    let text = folded.strip_prefix('+').unwrap_or(folded);
    let digits = FRACTIONS.iter().find_map(|fraction| text.strip_suffix(fraction)).unwrap_or(text);
    if digits.is_empty() || digits.len() > DIGITS_MAX || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.trim_start_matches('0');
    Some(if number.is_empty() { "0" } else { number })
}

#[cfg(test)]
mod tests {
    use super::alike;
    use std::string::String;
    use std::vec::Vec;

    #[test]
    fn a_number_is_alike_with_other_zeros_a_fraction_or_a_sign() {
        for (one, other) in [
            ("00095", "95"),
            ("95", "00095"),
            ("95", "95.0"),
            ("1001.0", "1001"),
            ("1001,00", "001001"),
            ("95", "+95"),
            ("0", "000"),
        ] {
            assert!(alike(one).any(|key| key == other), "{one} {other}");
        }
        for (one, other) in
            [("95", "95"), ("95", "950"), ("95", "195"), ("a95", "95"), ("95.5", "95"), ("0095", "ann")]
        {
            assert!(alike(one).all(|key| key != other), "{one} {other}");
        }
        assert_eq!(alike("ann@x.test").count(), 0);
        assert_eq!(alike("1234567890123").collect::<Vec<String>>(), [""; 0]);
    }
}
