//! The licence as the API gives it: the seats at this moment, and by day.

use crate::words::several;
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
    /// Thresholds that are reached.
    #[serde(default)]
    pub(crate) warned: Vec<String>,
    pub(crate) set_by: String,
    #[serde(default)]
    pub(crate) configured_limit: Option<u64>,
    /// What to say where the limit in force is not the configured one.
    #[serde(default)]
    pub(crate) note: Option<String>,
}

impl Licence {
    /// That seats run short, where a threshold says so and some are left still.
    pub(crate) fn short_in_words(&self) -> Option<String> {
        let left = self.limit?.checked_sub(self.used).filter(|left| *left > 0)?;
        let thresholds = self.warned.join(", ");
        (!self.warned.is_empty()).then(|| {
            let left = several(left, "seat is left", "seats are left");
            format!("{left}; you are told at {thresholds}")
        })
    }
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
