//! The licence as the API gives it: the seats at this moment, and by day.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Licence {
    pub(crate) limit: Option<u64>,
    pub(crate) used: u64,
    pub(crate) free: Option<u64>,
    pub(crate) waiting: u64,
    pub(crate) reserve: u64,
    pub(crate) over_by: u64,
    #[serde(default)]
    pub(crate) trims: bool,
    pub(crate) set_by: String,
    #[serde(default)]
    pub(crate) configured_limit: Option<u64>,
    /// What to say where the limit in force is not the configured one.
    #[serde(default)]
    pub(crate) note: Option<String>,
}

/// A licence that was changed.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Changed {
    pub(crate) before: LimitBefore,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct LimitBefore {
    pub(crate) limit: Option<u64>,
}

/// The seats by day, the last of them today.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct LicenceHistory {
    pub(crate) days: Vec<SeatsOfDay>,
    /// When the licence is full, in words.
    pub(crate) forecast: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SeatsOfDay {
    pub(crate) day: String,
    pub(crate) used: u64,
    pub(crate) limit: Option<u64>,
    pub(crate) waiting: u64,
}
