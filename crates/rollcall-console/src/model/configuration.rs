//! The configuration as the API gives it: its text, its mistakes, and what it means in words.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) text: String,
    pub(crate) version: String,
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) warnings: Vec<String>,
    #[serde(default)]
    pub(crate) meaning: Vec<Meaning>,
}

/// What a source means, in sentences.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Meaning {
    pub(crate) source: String,
    pub(crate) sentences: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Mistake {
    pub(crate) line: Option<u64>,
    pub(crate) what: String,
}
