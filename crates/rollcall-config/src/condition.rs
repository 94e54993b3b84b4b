//! Conditions of `where`: who is in scope by the source's own columns or attributes (rule 41).
//!
//! `parse` reads one, and `foreign` knows signs that mean something elsewhere; this file holds it against a person and shows it. Promises that a condition cannot fail, that
//! values are compared folded, as keys are, and that what `Display` writes is read as the same condition.

mod foreign;
mod parse;

#[cfg(test)]
mod tests;

use crate::template::{Template, Values};
use rollcall_core::fold::fold;
use std::fmt;

/// A checked condition. `C` is how a column is named, as in [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition<C = String> {
    left: Template<C>,
    /// Whether the test must fail.
    is_not: bool,
    test: Test,
    /// As it is shown to people.
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    /// A value is one of these.
    AnyOf(Vec<Word>),
    Contains(Word),
    Begins(Word),
    Ends(Word),
    /// There is no value.
    Empty,
}

/// A text to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    text: String,
    folded: String,
}

impl Word {
    fn new(text: String) -> Self {
        Self { folded: fold(&text), text }
    }
}

impl<C> Condition<C> {
    /// Every column that it names.
    pub fn columns(&self) -> Vec<&C> {
        self.left.columns()
    }

    /// The same condition with other names for its columns.
    ///
    /// # Errors
    /// What `find` says of the first column that it does not find.
    pub fn resolve<D, E>(&self, find: &mut dyn FnMut(&C) -> Result<D, E>) -> Result<Condition<D>, E> {
        Ok(Condition {
            left: self.left.resolve(find)?,
            is_not: self.is_not,
            test: self.test.clone(),
            text: self.text.clone(),
        })
    }

    /// Whether a person fulfils it. Of several values one is enough, and for `not` none may fit.
    pub fn holds<'a>(&self, look: &impl Fn(&C) -> Values<'a>) -> bool {
        let values = self.left.values(look);
        let mut folded = values.iter().map(fold);
        let is_so = match &self.test {
            Test::AnyOf(words) => folded.any(|value| words.iter().any(|word| word.folded == value)),
            Test::Contains(word) => folded.any(|value| value.contains(&word.folded)),
            Test::Begins(word) => folded.any(|value| value.starts_with(&word.folded)),
            Test::Ends(word) => folded.any(|value| value.ends_with(&word.folded)),
            Test::Empty => values.is_empty(),
        };
        is_so != self.is_not
    }

    /// What is compared, and the whole values that it is compared with; nothing where parts of a value count.
    pub fn compared(&self) -> Option<(&Template<C>, Vec<&str>)> {
        match &self.test {
            Test::AnyOf(words) => Some((&self.left, words.iter().map(|word| word.text.as_str()).collect())),
            Test::Contains(_) | Test::Begins(_) | Test::Ends(_) | Test::Empty => None,
        }
    }

    /// As it is shown to people, and as the configuration may say it.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<C> fmt::Display for Condition<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
