//! What a configuration makes of a file that was tried with it, as the API says it and as the page shows it (rule 48).

use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Tried {
    pub(crate) source: String,
    pub(crate) refused: Option<String>,
    pub(crate) is_wrong: bool,
    pub(crate) rows: u64,
    pub(crate) ends: Ends,
    pub(crate) fills: Vec<Fill>,
    pub(crate) unused: Vec<String>,
    pub(crate) people: Vec<Person>,
    pub(crate) findings: Vec<Finding>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Ends {
    pub(crate) eligible: u64,
    pub(crate) not_started: u64,
    pub(crate) disabled: u64,
    pub(crate) ended: u64,
    pub(crate) out_of_scope: u64,
    pub(crate) without_key: u64,
    pub(crate) rejected: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Fill {
    pub(crate) setting: String,
    pub(crate) from: String,
    pub(crate) filled: u64,
    pub(crate) of: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Person {
    pub(crate) line: u64,
    pub(crate) before: Vec<(String, String)>,
    pub(crate) after: Vec<(String, String)>,
    pub(crate) end: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Finding {
    pub(crate) weight: String,
    pub(crate) setting: Option<String>,
    pub(crate) what: String,
    pub(crate) cure: String,
}

impl Tried {
    /// What would become of the people, each with its number; what nobody has is left out.
    pub(crate) fn counts(&self) -> Vec<(&'static str, u64)> {
        let Ends { eligible, not_started, disabled, ended, out_of_scope, without_key, rejected } = self.ends;
        let counts = [
            ("may have a seat", eligible),
            ("start later", not_started),
            ("disabled by their status", disabled),
            ("past their last day", ended),
            ("out of scope", out_of_scope),
            ("without a key", without_key),
            ("cannot be used", rejected),
        ];
        counts.into_iter().filter(|(_, number)| *number > 0).collect()
    }
}

impl Finding {
    pub(crate) fn is_wrong(&self) -> bool {
        self.weight == "wrong"
    }
}
