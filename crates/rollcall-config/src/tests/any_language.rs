//! The language of the mapping, made of its own pieces in any order: a template or a condition, or a mistake within the text;
//! what is read is shown as the same, and is evaluated within bounds on anything.
//!
//! Long, so ignored at home; `.ci/run` runs it with a fixed seed.

use crate::template::VALUE_BYTES_MAX;
use crate::{Condition, Template, Values};
use proptest::prelude::*;
use std::borrow::Cow;

/// Pieces that have a meaning in templates or conditions, and some that look as if they had.
const PIECES: [&str; 64] = [
    "{",
    "}",
    "{{",
    "}}",
    "|",
    "'",
    "''",
    "\"",
    "\\",
    ",",
    "=",
    "!=",
    " ",
    "  ",
    "a",
    "mail",
    "'a|b'",
    "'x y'",
    "é",
    "ß",
    "\u{feff}",
    "\u{0}",
    "\u{202e}",
    "lower",
    "upper",
    "title",
    "trim",
    "unaccent",
    "slug",
    "digits",
    "before @",
    "after @",
    "before_last .",
    "after_last /",
    "first 3",
    "last 4",
    "word 2",
    "replace ' ' .",
    "pad 8 0",
    "pad 999999999 0",
    "unpad 0",
    "map DE=Germany, FR=France",
    "map",
    "or mail",
    "else Other",
    "else ''",
    "split +",
    "join ', '",
    "value 2",
    "value 0",
    "starting SMTP:",
    "first -1",
    "first 99999999999999999999",
    "not",
    "in",
    "not in",
    "contains",
    "begins with",
    "ends with",
    "is empty",
    "is not empty",
    "is",
    "with",
    "-",
];

fn text() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![9 => prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned), 1 => ".{0,4}"];
    (prop::collection::vec(piece, 0..14), prop::sample::select(vec!["", " ", " | "]))
        .prop_map(|(pieces, between)| pieces.join(between))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200_000, ..ProptestConfig::default() })]

    #[test]
    #[ignore = "long: run by .ci/run"]
    fn any_pieces_are_read_or_refused_within_the_text(text in text(), cells in prop::collection::vec(".{0,30}", 0..5)) {
        let look = |_: &String| Values::several(cells.iter().map(|cell| Cow::Borrowed(cell.as_str())));
        let chars = text.chars().count();
        match text.parse::<Template>() {
            Ok(template) => {
                let value = template.value(&look);
                prop_assert!(template.as_column().is_some() || value.len() <= VALUE_BYTES_MAX);
                let whole = template.whole_value(&look);
                prop_assert!(whole.is_empty() || whole == value);
                prop_assert_eq!(template.to_string().parse::<Template>(), Ok(template));
            }
            Err(error) => prop_assert!(error.position <= chars + 1),
        }
        match text.parse::<Condition>() {
            Ok(condition) => {
                condition.holds(&look);
                prop_assert_eq!(condition.to_string().parse::<Condition>(), Ok(condition));
            }
            Err(error) => prop_assert!(error.position <= chars + 1),
        }
    }
}
