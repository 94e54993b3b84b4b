//! What is wrong with the arguments, the configuration or a file that the person named: the program ends with 2.

use std::fmt;

/// Something that other arguments, or another configuration, would cure.
#[derive(Debug)]
pub(crate) struct UsageError(String);

impl UsageError {
    /// In these words.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

/// Ends a function with a [`UsageError`] in these words.
macro_rules! refuse {
    ($($words:tt)*) => {
        return Err($crate::usage_error::UsageError::new(format!($($words)*)).into())
    };
}

pub(crate) use refuse;
