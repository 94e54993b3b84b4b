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
    /// That seats run short or are used up; none while more are used than were bought, which is said apart.
    pub(crate) fn short_in_words(&self) -> Option<String> {
        let left = self.limit?.checked_sub(self.used)?;
        let thresholds = self.warned.join(", ");
        let told = if thresholds.is_empty() { thresholds } else { format!("; you are told at {thresholds}") };
        if left == 0 {
            let seats = several(self.used, "seat is", "seats are");
            return Some(format!("The licence is full: {seats} in use{told}"));
        }
        let left = several(left, "seat is left", "seats are left");
        if self.free == Some(0) {
            return Some(format!("The licence is full but for its reserve: {left}{told}"));
        }
        (!told.is_empty()).then(|| format!("{left}{told}"))
    }

    /// How many people must leave before somebody new gets a seat: fewer seats must be used than were bought.
    pub(crate) fn leave_first(&self) -> String {
        several(self.over_by + self.reserve + 1, "person has", "people have")
    }

    /// Whether the next run would give people who wait a seat.
    pub(crate) fn seats_people(&self) -> bool {
        self.waiting > 0 && self.free != Some(0)
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

/// Who got their seat last, the newest first.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct SeatedLast {
    pub(crate) seated: Vec<Seated>,
}

/// Somebody who has a seat.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Seated {
    pub(crate) account: super::Account,
    /// Since when, where that is known.
    pub(crate) at: Option<String>,
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
