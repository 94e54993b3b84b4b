//! Files and functions are short, names can be read, and every file says what it is.

use super::source::{code_of, item_end};
use super::{assert_none, read, sources};

/// A file with more lines has more than one subject.
const FILE_LINES_MAX: usize = 400;

/// A function with more lines does not fit a screen.
const FUNCTION_LINES_MAX: usize = 70;

/// A longer name is not read to its end.
const NAME_CHARS_MAX: usize = 60;

/// The functions of a file: name, line, number of lines.
fn functions(path: &str) -> Vec<(String, usize, usize)> {
    let code = code_of(&read(path));
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    let begins = code.match_indices("fn ").filter(|(at, _)| !code[..*at].ends_with(is_word));
    let found = begins.map(|(at, word)| {
        let name: String = code[at + word.len()..].chars().take_while(|letter| is_word(*letter)).collect();
        (name, line_of(at), line_of(item_end(&code, at)) - line_of(at) + 1)
    });
    found.collect()
}

#[test]
fn every_file_begins_with_what_it_is() {
    let is_silent = |path: &String| {
        let text = read(path);
        !text.starts_with("//! ") && !text.starts_with("#![doc = include_str!(")
    };
    let found: Vec<String> = sources().into_iter().filter(is_silent).collect();
    assert_none(&found, "files that do not begin with what they are, where they sit, what they promise");
}

#[test]
fn no_file_has_more_than_400_lines() {
    let lengths = sources().into_iter().map(|path| (read(&path).lines().count(), path));
    let long = lengths.filter(|(lines, _)| *lines > FILE_LINES_MAX);
    let found: Vec<String> = long.map(|(lines, path)| format!("{path} has {lines} lines")).collect();
    assert_none(&found, "files that are too long");
}

#[test]
fn no_function_has_more_than_70_lines() {
    let mut found = Vec::new();
    for path in sources() {
        let long = functions(&path).into_iter().filter(|(.., lines)| *lines > FUNCTION_LINES_MAX);
        found.extend(long.map(|(name, line, lines)| format!("{path}:{line} {name} has {lines} lines")));
    }
    assert_none(&found, "functions that are too long");
    let clippy = read("clippy.toml");
    assert!(clippy.contains(&format!("too-many-lines-threshold = {FUNCTION_LINES_MAX}\n")), "{clippy}");
}

#[test]
fn no_function_name_has_more_than_60_characters() {
    let mut found = Vec::new();
    for path in sources() {
        let long = functions(&path).into_iter().filter(|(name, ..)| name.len() > NAME_CHARS_MAX);
        found.extend(long.map(|(name, line, _)| format!("{path}:{line} {name} has {}", name.len())));
    }
    assert_none(&found, "names of functions that are too long");
}
