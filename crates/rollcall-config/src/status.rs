//! `active` and `admin`: which words of which columns mean yes and no (rule 40).
//!
//! `read` makes the rules out of the configuration, `opposite` knows headings that mean the contrary. Promises that a
//! word for nothing is never a yes unless the configuration says what an empty value means.

mod opposite;
mod read;

#[cfg(test)]
mod tests;

pub use opposite::{is_opposite, is_opposite_of_admin};
pub(crate) use read::{check_turned, read};

use crate::nothing::Nothing;
use crate::template::{Template, Values};
use crate::words::Words;
use rollcall_core::fold::fold;

/// The columns that together say yes or no: yes only if all of them do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRule<C = String> {
    /// At least one.
    pub all: Vec<StatusColumn<C>>,
}

/// One column that says yes or no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusColumn<C = String> {
    /// Its value.
    pub from: Template<C>,
    /// Words that mean yes, folded.
    pub yes: Vec<String>,
    /// Words that mean no, folded.
    pub no: Vec<String>,
    /// What every other word means. `None`: the row is rejected.
    pub otherwise: Option<bool>,
    /// What an empty value means. `None`: it depends on what asks.
    pub empty: Option<bool>,
}

/// What the columns say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<'r, C> {
    /// Yes or no.
    Said(bool),
    /// A column is empty, and the configuration does not say what that means.
    Empty(&'r StatusColumn<C>),
    /// A word that is in no list.
    Unknown(&'r StatusColumn<C>, String),
}

impl<C> StatusRule<C> {
    /// One column with the usual words.
    #[must_use]
    pub fn usual(column: C) -> Self {
        let words = Words::usual();
        let column = StatusColumn {
            from: Template::column(column),
            yes: words.truthy,
            no: words.falsy,
            otherwise: None,
            empty: None,
        };
        Self { all: vec![column] }
    }

    /// What a person's values say. `look` gives the values as they are, words for nothing included.
    pub fn verdict<'r, 'a>(&'r self, nothing: &Nothing, look: &impl Fn(&C) -> Values<'a>) -> Verdict<'r, C> {
        let mut worst = Verdict::Said(true);
        for column in &self.all {
            match column.verdict(nothing, look) {
                // One no is enough, whatever the others say.
                Verdict::Said(false) => return Verdict::Said(false),
                Verdict::Said(true) => {}
                unclear @ Verdict::Unknown(..) => worst = unclear,
                empty @ Verdict::Empty(_) if matches!(worst, Verdict::Said(_)) => worst = empty,
                Verdict::Empty(_) => {}
            }
        }
        worst
    }

    /// Every column that it names.
    pub fn columns(&self) -> Vec<&C> {
        self.all.iter().flat_map(|column| column.from.columns()).collect()
    }

    /// The same rule with other names for its columns.
    ///
    /// # Errors
    /// What `find` says of the first column that it does not find.
    pub fn resolve<D, E>(&self, find: &mut dyn FnMut(&C) -> Result<D, E>) -> Result<StatusRule<D>, E> {
        let columns = self.all.iter().map(|column| {
            Ok(StatusColumn {
                from: column.from.resolve(find)?,
                yes: column.yes.clone(),
                no: column.no.clone(),
                otherwise: column.otherwise,
                empty: column.empty,
            })
        });
        Ok(StatusRule { all: columns.collect::<Result<_, E>>()? })
    }
}

impl<C> StatusColumn<C> {
    fn verdict<'r, 'a>(&'r self, nothing: &Nothing, look: &impl Fn(&C) -> Values<'a>) -> Verdict<'r, C> {
        let value = self.from.value(look);
        if is_one_of(&self.yes, &value) {
            return Verdict::Said(true);
        }
        if is_one_of(&self.no, &value) {
            return Verdict::Said(false);
        }
        let said = if nothing.is(&value) { self.empty } else { self.otherwise };
        match said {
            Some(said) => Verdict::Said(said),
            None if nothing.is(&value) => Verdict::Empty(self),
            None => Verdict::Unknown(self, value.into_owned()),
        }
    }
}

/// Whether a value, folded, is one of these words. Of nearly every value nothing but its capitals would change: it is compared
/// without a copy.
fn is_one_of(words: &[String], value: &str) -> bool {
    if value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return words.iter().any(|word| word.eq_ignore_ascii_case(value));
    }
    words.contains(&fold(value))
}
