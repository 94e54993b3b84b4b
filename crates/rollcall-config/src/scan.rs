//! A cursor over the text of a template or a condition: spaces, quoted texts, bare texts, and where it is.
//!
//! Below `template` and `condition`. Promises that an error names the character at which it was found.

use std::fmt::Write as _;

/// What is wrong in a template or a condition, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at character {position}: {what}")]
pub struct Unreadable {
    /// The character at which it was found, from 1.
    pub position: usize,
    /// What is wrong, and what to write instead.
    pub what: String,
}

/// A position in a text.
#[derive(Clone)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Reads this text if it comes next.
    pub(crate) fn take(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    pub(crate) fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    pub(crate) fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Reads a text: in quotes, or bare up to one of the characters that end it, without spaces at its ends.
    /// `None` if nothing is there; a quoted text may be empty.
    pub(crate) fn text(&mut self, ends: &[char]) -> Result<Option<String>, Unreadable> {
        self.skip_spaces();
        if let Some(quote @ ('\'' | '"')) = self.peek() {
            return self.quoted(quote).map(Some);
        }
        let bare = self.take_while(|c| !ends.contains(&c)).trim_end();
        Ok((!bare.is_empty()).then(|| bare.to_owned()))
    }

    /// A text in quotes. The quote itself is written twice.
    fn quoted(&mut self, quote: char) -> Result<String, Unreadable> {
        let begin = self.clone();
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                Some(c) if c == quote && self.peek() == Some(quote) => {
                    self.next();
                    text.push(quote);
                }
                Some(c) if c == quote => return Ok(text),
                Some(c) => text.push(c),
                None => {
                    return Err(
                        begin.error(format!("the quote {quote} is not closed; write {quote} at its end"))
                    );
                }
            }
        }
    }

    /// An error at this position.
    pub(crate) fn error(&self, what: impl Into<String>) -> Unreadable {
        let before = self.text.get(..self.at).unwrap_or_default();
        Unreadable { position: before.chars().count() + 1, what: what.into() }
    }
}

/// Writes a text so that [`Scanner::text`] reads it again: in quotes where it must be.
pub(crate) fn write_text(out: &mut String, text: &str, ends: &[char]) {
    let is_bare = !text.is_empty()
        && text.trim() == text
        && !text.starts_with(['\'', '"'])
        && !text.contains(['{', '}', '|'])
        && !text.contains(ends);
    if is_bare {
        out.push_str(text);
    } else {
        // Writing to a text does not fail.
        let _ = write!(out, "'{}'", text.replace('\'', "''"));
    }
}
