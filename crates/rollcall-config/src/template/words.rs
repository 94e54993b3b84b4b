//! A template in words, for people who read a configuration and have not written it.

use super::filter::Filter;
use super::{Form, Part, Step, Template};
use crate::value::quoted;

impl<C: AsRef<str>> Template<C> {
    /// What it is made of, as a part of a sentence: `"mail", before the first "@", in lower case`.
    #[must_use]
    pub fn in_words(&self) -> String {
        match &self.0 {
            Form::Column(column) => quoted(column.as_ref()),
            Form::Parts(parts) => parts.iter().map(Part::in_words).collect::<Vec<_>>().join(", then "),
        }
    }
}

impl<C: AsRef<str>> Part<C> {
    fn in_words(&self) -> String {
        match self {
            Self::Text(text) if text.trim().is_empty() => String::from("a space"),
            Self::Text(text) => format!("the text {}", quoted(text)),
            Self::Placeholder { column, steps } => {
                let mut words = quoted(column.as_ref());
                for step in steps {
                    words.push_str(", ");
                    match step {
                        Step::Filter(filter) => words.push_str(&filter.in_words()),
                        Step::Or(other) => {
                            words.push_str(&format!("or {} if there is none", quoted(other.as_ref())));
                        }
                    }
                }
                words
            }
        }
    }
}

impl Filter {
    fn in_words(&self) -> String {
        match self {
            Self::Lower => String::from("in lower case"),
            Self::Upper => String::from("in upper case"),
            Self::Title => String::from("with capital letters"),
            Self::Trim => String::from("without spaces at the ends"),
            Self::Unaccent => String::from("without accents"),
            Self::Slug => String::from("in lower case with hyphens between words"),
            Self::Digits => String::from("only its digits"),
            Self::Before(text) => format!("before the first {}", quoted(text)),
            Self::After(text) => format!("after the first {}", quoted(text)),
            Self::BeforeLast(text) => format!("before the last {}", quoted(text)),
            Self::AfterLast(text) => format!("after the last {}", quoted(text)),
            Self::First(count) => format!("the first {count} characters"),
            Self::Last(count) => format!("the last {count} characters"),
            Self::Word(number) => format!("word number {number}"),
            Self::Replace(from, to) if to.is_empty() => format!("without {}", quoted(from)),
            Self::Replace(from, to) => format!("with {} in place of {}", quoted(to), quoted(from)),
            Self::Pad(width, with) => format!("filled up at the front to {width} characters with {with:?}"),
            Self::Unpad(with) => format!("without {with:?} at the front"),
            Self::Map(pairs) => {
                let pairs: Vec<String> = pairs
                    .iter()
                    .map(|pair| format!("{} for {}", quoted(&pair.to), quoted(&pair.from)))
                    .collect();
                pairs.join(", ")
            }
            Self::Else(text) if text.is_empty() => String::from("nothing if there is none"),
            Self::Else(text) => format!("{} if there is none", quoted(text)),
            Self::Split(text) => format!("cut into values at {}", quoted(text)),
            Self::Join(text) => format!("all values with {} between them", quoted(text)),
            Self::Value(number) => format!("value number {number}"),
            Self::Starting(text) => format!("the value that begins with {}", quoted(text)),
        }
    }
}
