//! Texts and what is read from them: one good file in full, every mistake in its words, and any text without a panic.

mod directories;
mod documentation;
mod good;
mod mapping;
mod mistakes;
mod source_mistakes;
mod syntax;
mod any_language;
mod any_text;

use crate::Config;

/// One line that makes a text a whole configuration, for tests about something else.
const SOURCE: &str = "source = [{ name = \"staff\", kind = \"csv\", object = \"inbox/staff.csv\", \
                      match_field = \"employee_id\" }]\n";

/// A source to which a test adds a line.
const STAFF: &str = "\
[[source]]
name = \"staff\"
kind = \"csv\"
object = \"inbox/staff.csv\"
match_field = \"employee_id\"
";

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found: Vec<String> = match Config::parse(text) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(found, expected, "in:\n{text}");
}
