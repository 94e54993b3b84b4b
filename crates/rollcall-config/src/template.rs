//! Templates: how a value is made of the columns of a file or the attributes of a directory (rule 39).
//!
//! `parse` reads one and reports what is wrong with its position; `filter` has the closed list of filters; `values` what
//! they work on. Promises that making a value cannot fail, takes bounded time, gives a bounded text, and copies nothing
//! where the template is only the name of a column; and that what `Display` writes is read as the same template.

mod filter;
mod list;
mod parse;
mod values;
mod words;

#[cfg(test)]
mod tests;

pub use list::{FILTERS, FilterHelp};
pub(crate) use parse::leading;
pub use values::{VALUE_BYTES_MAX, VALUES_MAX, Values};

use crate::scan::write_text;
use filter::Filter;
pub(crate) use filter::unaccented;
use rollcall_core::fold::trimmed;
use std::borrow::Cow;
use std::fmt;
use values::slice;

/// A checked template. `C` is how a column is named: a text, or its position once the headings are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<C = String>(Form<C>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form<C> {
    /// Only a column.
    Column(C),
    /// Texts and placeholders.
    Parts(Vec<Part<C>>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part<C> {
    Text(String),
    Placeholder { column: C, steps: Vec<Step<C>> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step<C> {
    Filter(Filter),
    /// The value of this column where there is none yet.
    Or(C),
}

impl<C> Template<C> {
    /// The template that is only a column.
    pub fn column(column: C) -> Self {
        Self(Form::Column(column))
    }

    /// The column, of a template that is nothing else.
    pub fn as_column(&self) -> Option<&C> {
        match &self.0 {
            Form::Column(column) => Some(column),
            Form::Parts(_) => None,
        }
    }

    /// Every column that it names, in its order.
    pub fn columns(&self) -> Vec<&C> {
        match &self.0 {
            Form::Column(column) => vec![column],
            Form::Parts(parts) => parts.iter().flat_map(Part::columns).collect(),
        }
    }

    /// The columns without which there is no whole value: those for which no other column and no text stands in.
    pub fn needed(&self) -> Vec<&C> {
        let parts = match &self.0 {
            Form::Column(column) => return vec![column],
            Form::Parts(parts) => parts.iter(),
        };
        let needed = parts.filter_map(|part| match part {
            Part::Placeholder { column, steps } if !steps.iter().any(Step::stands_in) => Some(column),
            Part::Placeholder { .. } | Part::Text(_) => None,
        });
        needed.collect()
    }

    /// The same template with other names for its columns.
    ///
    /// # Errors
    /// What `find` says of the first column that it does not find.
    pub fn resolve<D, E>(&self, find: &mut dyn FnMut(&C) -> Result<D, E>) -> Result<Template<D>, E> {
        Ok(Template(match &self.0 {
            Form::Column(column) => Form::Column(find(column)?),
            Form::Parts(parts) => {
                Form::Parts(parts.iter().map(|part| part.resolve(find)).collect::<Result<_, E>>()?)
            }
        }))
    }

    /// All values, for a condition: of a template with text beside a placeholder there is one.
    pub fn values<'a>(&self, look: &impl Fn(&C) -> Values<'a>) -> Values<'a> {
        match &self.0 {
            Form::Column(column) => look(column),
            Form::Parts(parts) => match parts.as_slice() {
                [Part::Placeholder { column, steps }] => filled(column, steps, look),
                _ => Values::one(self.value(look)),
            },
        }
    }

    /// The value: empty if no placeholder has one. Of several values the first counts (rule 50).
    pub fn value<'a>(&self, look: &impl Fn(&C) -> Values<'a>) -> Cow<'a, str> {
        match &self.0 {
            Form::Column(column) => look(column).into_first(),
            Form::Parts(parts) => slice(made(parts, look, false), trimmed),
        }
    }

    /// The value of a key, an id or a username: empty as soon as one placeholder has none, unless it ends with `else`.
    /// Half a key would be the same for many people.
    pub fn whole_value<'a>(&self, look: &impl Fn(&C) -> Values<'a>) -> Cow<'a, str> {
        match &self.0 {
            Form::Column(column) => look(column).into_first(),
            Form::Parts(parts) => slice(made(parts, look, true), trimmed),
        }
    }
}

fn made<'a, C>(parts: &[Part<C>], look: &impl Fn(&C) -> Values<'a>, is_whole: bool) -> Cow<'a, str> {
    if let [Part::Placeholder { column, steps }] = parts {
        return filled(column, steps, look).into_first();
    }
    let mut out = String::new();
    let (mut any, mut gap) = (false, false);
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Placeholder { column, steps } => {
                let value = filled(column, steps, look).into_first();
                let is_said = steps.iter().any(|step| matches!(step, Step::Filter(Filter::Else(_))));
                if value.is_empty() && is_whole && !is_said {
                    return Cow::Borrowed("");
                }
                any |= !value.is_empty();
                gap |= value.is_empty();
                out.push_str(&value);
            }
        }
    }
    if !any {
        return Cow::Borrowed("");
    }
    // What is missing leaves no second space: "{First} {Middle} {Last}".
    while gap && out.contains("  ") {
        out = out.replace("  ", " ");
    }
    values::cut(Cow::Owned(out))
}

/// The values of a placeholder after all its steps.
fn filled<'a, C>(column: &C, steps: &[Step<C>], look: &impl Fn(&C) -> Values<'a>) -> Values<'a> {
    let mut values = look(column).bounded();
    for step in steps {
        values = match step {
            Step::Filter(filter) => filter.apply(values),
            Step::Or(other) if values.is_empty() => look(other).bounded(),
            Step::Or(_) => values,
        };
    }
    values
}

impl<C> Step<C> {
    /// Whether it gives a value where there is none.
    fn stands_in(&self) -> bool {
        matches!(self, Self::Or(_) | Self::Filter(Filter::Else(_)))
    }
}

impl<C> Part<C> {
    fn columns(&self) -> Vec<&C> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::Placeholder { column, steps } => {
                let others = steps.iter().filter_map(|step| match step {
                    Step::Or(other) => Some(other),
                    Step::Filter(_) => None,
                });
                std::iter::once(column).chain(others).collect()
            }
        }
    }

    fn resolve<D, E>(&self, find: &mut dyn FnMut(&C) -> Result<D, E>) -> Result<Part<D>, E> {
        Ok(match self {
            Self::Text(text) => Part::Text(text.clone()),
            Self::Placeholder { column, steps } => {
                let column = find(column)?;
                let steps = steps.iter().map(|step| {
                    Ok(match step {
                        Step::Filter(filter) => Step::Filter(filter.clone()),
                        Step::Or(other) => Step::Or(find(other)?),
                    })
                });
                Part::Placeholder { column, steps: steps.collect::<Result<_, E>>()? }
            }
        })
    }
}

/// As it is written in the configuration.
impl<C: AsRef<str>> fmt::Display for Template<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = match &self.0 {
            Form::Column(column) if !column.as_ref().contains(['{', '}']) => {
                return f.write_str(column.as_ref());
            }
            Form::Column(column) => {
                let mut out = String::from("{");
                write_text(&mut out, column.as_ref(), &[]);
                return f.write_str(&(out + "}"));
            }
            Form::Parts(parts) => parts,
        };
        let mut out = String::new();
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(&text.replace('{', "{{").replace('}', "}}")),
                Part::Placeholder { column, steps } => {
                    out.push('{');
                    write_text(&mut out, column.as_ref(), &[]);
                    for step in steps {
                        out.push_str(" | ");
                        match step {
                            Step::Filter(filter) => filter.write(&mut out),
                            Step::Or(other) => {
                                out.push_str("or ");
                                write_text(&mut out, other.as_ref(), &[]);
                            }
                        }
                    }
                    out.push('}');
                }
            }
        }
        f.write_str(&out)
    }
}
