//! The names of the months: English, German, French, Spanish, Italian, Portuguese, Dutch and those of the north.
//!
//! Below `pattern`. Promises that no name is in it that means two months: `listopad` is October in one language and
//! November in another, so that those languages are not here.

/// The names of each month from January on, and their short forms without a point.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "january", "januar", "jänner", "jän", "janvier", "janv", "enero", "ene", "gennaio", "gen",
        "janeiro", "januari",
    ],
    &[
        "feb",
        "february",
        "februar",
        "février",
        "fevrier",
        "févr",
        "fevr",
        "fév",
        "fev",
        "febrero",
        "febbraio",
        "fevereiro",
        "februari",
    ],
    &[
        "mar", "march", "märz", "maerz", "mär", "mrz", "mars", "marzo", "março", "marco", "maart", "mrt",
        "marts",
    ],
    &["apr", "april", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maggio", "mag", "maio", "mei", "maj"],
    &["jun", "june", "juni", "juin", "junio", "giugno", "giu", "junho"],
    &["jul", "july", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho"],
    &["aug", "august", "août", "aout", "agosto", "ago", "augustus", "augusti"],
    &["sep", "sept", "september", "septembre", "septiembre", "settembre", "set", "setembro"],
    &["oct", "october", "okt", "oktober", "octobre", "octubre", "ottobre", "ott", "outubro", "out"],
    &["nov", "november", "novembre", "noviembre", "novembro"],
    &[
        "dec",
        "december",
        "dez",
        "dezember",
        "décembre",
        "decembre",
        "déc",
        "dic",
        "diciembre",
        "dicembre",
        "dezembro",
        "des",
        "desember",
    ],
];

/// The number of the month with this name, in any case.
pub(super) fn month_of(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let at = MONTHS.iter().position(|names| names.contains(&name.as_str()))?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::{MONTHS, month_of};

    #[test]
    fn no_name_means_two_months() {
        let all: Vec<&str> = MONTHS.concat();
        for name in &all {
            assert_eq!(all.iter().filter(|other| *other == name).count(), 1, "{name}");
            assert_eq!(*name, name.to_lowercase());
        }
        for (name, month) in [("OCT", 10), ("Oktober", 10), ("DÉC", 12), ("mei", 5), ("März", 3)] {
            assert_eq!(month_of(name), Some(month), "{name}");
        }
        for name in ["", "octo", "listopad", "lipca", "10"] {
            assert_eq!(month_of(name), None, "{name}");
        }
    }
}
