//! Texts and what is read from them: one good file in full, every mistake in its words, and any text without a panic.

mod directories;
mod documentation;
mod good;
mod mapping;
mod misnamed;
mod mistakes;
mod source_mistakes;
mod wrong_types;
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

/// Without the example at the end of a message about a value, which `wrong_types` holds for all settings.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let without_example = |told: String| match told.rsplit_once("; write for example ") {
        Some((begin, _)) if !(begin.contains(" is missing in ") || begin.contains(" gives ")) => {
            begin.to_owned()
        }
        _ => told,
    };
    let found: Vec<String> = match Config::parse(text) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(|mistake| without_example(mistake.to_string())).collect(),
    };
    assert_eq!(found, expected, "in:\n{text}");
}
