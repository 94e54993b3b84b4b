//! Points in time as values: the core never asks a clock.

use core::time::Duration;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This much later, or the largest time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The milliseconds from an earlier time to this one; 0 if the other time is later, for example after a wrong
    /// clock.
    #[must_use]
    pub const fn millis_since(self, earlier: Self) -> i64 {
        if earlier.0 > self.0 { 0 } else { self.0.saturating_sub(earlier.0) }
    }
}
