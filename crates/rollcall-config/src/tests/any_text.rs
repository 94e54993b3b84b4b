//! Any text gives a configuration or mistakes, never a panic.

use crate::Config;
use proptest::prelude::*;

const GOOD: &str = include_str!("../../../../examples/quickstart/rollcall.toml");

/// Pieces that TOML and this crate give a meaning to.
const PIECES: [&str; 24] = [
    "\"",
    "'",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    "\n",
    ",",
    ".",
    "-",
    "#",
    "\"\"\"",
    "0x",
    "1e9",
    "é",
    "\u{feff}",
    "\u{0}",
    "[source.mapping]\n",
    "clear = [\"email\"]\n",
    "licence = 1\n",
    "99999999999999999999999999999999999999999",
];

proptest! {
    #[test]
    fn torn_files_never_panic(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..40usize, 0..PIECES.len()), 1..6)) {
        let mut text: Vec<char> = GOOD.chars().collect();
        for (at, removed, piece) in cuts {
            let at = at.index(text.len() + 1);
            let end = (at + removed).min(text.len());
            text.splice(at..end, PIECES[piece].chars());
        }
        answered(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn any_text_never_panics(text in any::<String>()) {
        answered(&text)?;
    }
}

fn answered(text: &str) -> Result<(), TestCaseError> {
    if let Err(mistakes) = Config::parse(text) {
        prop_assert!(!mistakes.is_empty());
        let lines = text.lines().count().max(1) as u64;
        for mistake in &mistakes {
            prop_assert!(!mistake.to_string().contains(char::is_control), "{mistake:?}");
            prop_assert!(
                mistake.line.is_none_or(|line| (1..=lines).contains(&line)),
                "{mistake} of {lines} lines"
            );
        }
    }
    Ok(())
}
