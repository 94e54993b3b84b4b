//! Texts that are not TOML.

use super::{SOURCE, check};
use crate::Config;

#[test]
fn syntax_mistakes_are_explained() {
    for (text, mistake) in [
        (
            "seats = fifty\n",
            "line 1: this is not TOML: fifty is not a value; a text must be in quotes: \"fifty\"",
        ),
        ("[licence\nseats = 5\n", "line 1: this is not TOML: unclosed table, expected `]`"),
        (
            "[licence]\nseats =\n",
            "line 2: this is not TOML: there is no value after the `=`; write texts in quotes, numbers without quotes",
        ),
        ("seats: 50\n", "line 1: this is not TOML: an `=` and a value are missing after `seats:`"),
        // Each row of it was a mistake.
        (
            "key,username\n1,ann\n2,ben\n",
            "line 1: this looks like a CSV file, not like a configuration: `--config` names the configuration, a TOML file; \
             `rollcall init FILE` writes one for a CSV file",
        ),
        ("just words\n", "line 1: this is not TOML: an `=` and a value are missing after `just`"),
        (
            "[licence]\nseats = 5\nseats = 6\n",
            "line 3: `seats` is given twice in the same place; keep one of them",
        ),
        (
            "[source]\nname = \"a\"\n[[source]]\nname = \"b\"\n",
            "line 3: `source` is given twice; write [[source]], with two brackets, above each source",
        ),
        ("[[source]\nname = \"a\"\n", "line 1: this is not TOML: unclosed array table, expected `]`"),
        (
            "name = “staff”\n",
            "line 1: this is not TOML: “staff” has typographic quotes; write straight ones: \"text\"",
        ),
        (
            "name = \"staff\n\nkind = \"csv\"\n",
            "line 1: this is not TOML: invalid basic string, expected `\"`",
        ),
        (
            "object = \"C:\\users\\x\"\n",
            "line 1: this is not TOML: a backslash has a special meaning in \"...\"; write it twice, or use '...'",
        ),
        ("usernames = [\"a\", \"b\"\n\n\n", "line 1: this is not TOML: unclosed array, expected `]`"),
        (
            "usernames = [\"a\" \"b\"]\n",
            "line 1: this is not TOML: missing comma between array elements, expected `,`",
        ),
    ] {
        check(text, &[mistake]);
    }
}

#[test]
fn each_line_reports_one_mistake() {
    check(
        "[licence]\nseats\nreserve = [1 2 3\n",
        &[
            "line 2: this is not TOML: an `=` and a value are missing after `seats`",
            "line 3: this is not TOML: unclosed array, expected `]`",
        ],
    );
}

#[test]
fn another_kind_of_file_gives_few_mistakes() {
    let mistakes = Config::parse(&"PK\u{3}\u{4}\n".repeat(1000)).unwrap_err();
    assert_eq!(mistakes.len(), 20);
}

#[test]
fn deep_nesting_is_refused() {
    for piece in ["[", "{a=", "a.", "[[a]]\n[a."] {
        assert!(Config::parse(&format!("{SOURCE}x={}", piece.repeat(20_000))).is_err());
    }
}
