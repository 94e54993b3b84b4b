//! Rust text as the other checks read it: without comments and literals, and on request without tests.
//!
//! A small scanner, not a parser: the sources are formatted by rustfmt, and a parser would be compiled for this alone.

use regex_lite::Regex;

/// The text with comments, strings and characters replaced by spaces. Lines keep their numbers.
pub(super) fn code_of(text: &str) -> String {
    let text: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let end = literal_end(&text, at);
        if end == at {
            code.push(text[at]);
            at += 1;
        } else {
            code.extend(text[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

/// Where the comment or literal ends that begins here; here itself, if none begins.
fn literal_end(text: &[char], at: usize) -> usize {
    let is_in_word = at > 0 && (text[at - 1].is_alphanumeric() || text[at - 1] == '_');
    match (text[at], text.get(at + 1)) {
        ('/', Some('/')) => text[at..].iter().position(|c| *c == '\n').map_or(text.len(), |n| at + n),
        ('/', Some('*')) => block_comment_end(text, at),
        ('"', _) => string_end(text, at),
        ('r', Some('"' | '#')) if !is_in_word || text[at - 1] == 'b' => raw_string_end(text, at),
        ('\'', Some('\\')) => {
            text[at + 3..].iter().position(|c| *c == '\'').map_or(text.len(), |n| at + 4 + n)
        }
        ('\'', Some(_)) if text.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
}

fn block_comment_end(text: &[char], at: usize) -> usize {
    let mut depth = 0;
    let mut here = at;
    while here + 1 < text.len() {
        match (text[here], text[here + 1]) {
            ('/', '*') => (depth, here) = (depth + 1, here + 2),
            ('*', '/') => (depth, here) = (depth - 1, here + 2),
            _ => here += 1,
        }
        if depth == 0 {
            return here;
        }
    }
    text.len()
}

fn string_end(text: &[char], at: usize) -> usize {
    let mut here = at + 1;
    while here < text.len() && text[here] != '"' {
        here += if text[here] == '\\' { 2 } else { 1 };
    }
    (here + 1).min(text.len())
}

fn raw_string_end(text: &[char], at: usize) -> usize {
    let hashes = text[at + 1..].iter().take_while(|c| **c == '#').count();
    if text.get(at + 1 + hashes) != Some(&'"') {
        return at;
    }
    let mut here = at + 2 + hashes;
    while here < text.len() {
        let is_closed = text[here] == '"' && text[here + 1..].iter().take(hashes).all(|c| *c == '#');
        if is_closed && here + hashes < text.len() {
            return here + 1 + hashes;
        }
        here += 1;
    }
    text.len()
}

/// Where the item ends that begins here: after its `;`, or after its closing brace.
pub(super) fn item_end(code: &str, at: usize) -> usize {
    let mut depth = 0_i32;
    let mut brackets = 0_i32;
    for (offset, letter) in code[at..].char_indices() {
        match letter {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets -= 1,
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return at + offset + 1;
                }
            }
            ';' if depth == 0 && brackets == 0 => return at + offset + 1,
            _ => {}
        }
    }
    code.len()
}

/// Code without the items that are only compiled for tests, and the names of the modules among these.
pub(super) fn without_tests(code: &str) -> (String, Vec<String>) {
    let module = Regex::new(r"^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;$").unwrap();
    let mut kept = String::new();
    let mut modules = Vec::new();
    let mut at = 0;
    while let Some(found) = code[at..].find("#[cfg(test)]") {
        kept.push_str(&code[at..at + found]);
        let begin = at + found + "#[cfg(test)]".len();
        at = item_end(code, begin);
        modules.extend(module.captures(&code[begin..at]).map(|captures| captures[1].to_owned()));
    }
    kept.push_str(&code[at..]);
    (kept, modules)
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = "a /* b /* c */ d */ \"e \\\" f\" 'g' '\\'' '\\u{1F}' r#\"h \" i\"# br\"j\" for<'k> // l\nm";
    let code = code_of(text);
    assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "b", "for<'k>", "m"], "{code}");
    assert_eq!(code.lines().count(), 2);
}

#[test]
fn what_is_only_for_tests_is_left_out() {
    let code = "use a;\n#[cfg(test)]\nmod naive;\n#[cfg(test)] impl X { fn f(a: [u8; 2]) { {} } }\nmod b;";
    let (kept, modules) = without_tests(code);
    assert_eq!(kept.split_whitespace().collect::<Vec<_>>(), ["use", "a;", "mod", "b;"]);
    assert_eq!(modules, ["naive"]);
}
