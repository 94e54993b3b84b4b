//! When people are told that seats run short, before they are used up (rule 65).

use crate::licence::{Limit, Seats};
use core::fmt;
use core::str::FromStr;

/// A threshold, as a person writes it: `90%` of the seats in use, or `10 left`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WarnAt {
    /// So many of a hundred seats are in use: 1 to 100.
    Percent(u8),
    /// So many seats are left, or fewer.
    Left(u64),
}

impl WarnAt {
    /// Whether seats run as short as this, or shorter. Without a limit they never do.
    #[must_use]
    pub fn is_reached(self, seats: &Seats) -> bool {
        let Limit::Seats(limit) = seats.limit else { return false };
        match self {
            Self::Percent(percent) => {
                u128::from(seats.used.get()) * 100 >= u128::from(limit.get()) * u128::from(percent)
            }
            Self::Left(left) => limit.less(seats.used).get() <= left,
        }
    }
}

impl fmt::Display for WarnAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Left(left) => write!(f, "{left} left"),
        }
    }
}

/// A text that is no threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoThreshold;

impl fmt::Display for NoThreshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a share of the seats, \"1%\" to \"100%\", or how many are left: \"10 left\"")
    }
}

impl core::error::Error for NoThreshold {}

impl FromStr for WarnAt {
    type Err = NoThreshold;

    /// Spaces around the parts do not count.
    fn from_str(text: &str) -> Result<Self, NoThreshold> {
        let digits = |part: &str| {
            let part = part.trim();
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<u64>().ok()).flatten().ok_or(NoThreshold)
        };
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            let percent = u8::try_from(digits(percent)?).ok().filter(|percent| (1..=100).contains(percent));
            return percent.map(Self::Percent).ok_or(NoThreshold);
        }
        digits(text.strip_suffix("left").ok_or(NoThreshold)?).map(Self::Left)
    }
}

#[cfg(test)]
mod tests {
    use super::WarnAt;
    use crate::licence::{Limit, SeatCount, Seats};
    use std::string::ToString as _;

    #[test]
    fn a_threshold_is_a_share_or_a_number_of_seats_and_nothing_else() {
        for (text, shown) in
            [("90%", "90%"), (" 90 % ", "90%"), ("100%", "100%"), ("10 left", "10 left"), ("0left", "0 left")]
        {
            let threshold: WarnAt = text.parse().unwrap();
            assert_eq!(threshold.to_string(), shown);
            assert_eq!(shown.parse(), Ok(threshold));
        }
        for text in [
            "",
            "%",
            "0%",
            "101%",
            "-1%",
            "+9%",
            "9.5%",
            "90",
            "left",
            "x left",
            "10 right",
            "99999999999999999999 left",
        ] {
            assert!(text.parse::<WarnAt>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn seats_run_short_from_the_threshold_on() {
        let is_reached = |text: &str, used: u64, limit: Limit| {
            text.parse::<WarnAt>().unwrap().is_reached(&Seats { limit, used: SeatCount::new(used) })
        };
        let of = |limit: u64| Limit::Seats(SeatCount::new(limit));
        for (text, used, limit, reached) in [
            ("90%", 44, of(50), false),
            ("90%", 45, of(50), true),
            ("90%", 60, of(50), true),
            ("67%", 2, of(3), false),
            ("66%", 2, of(3), true),
            ("10 left", 39, of(50), false),
            ("10 left", 40, of(50), true),
            ("0 left", 49, of(50), false),
            ("0 left", 51, of(50), true),
            ("1%", 1_000_000, Limit::Unlimited, false),
            ("1000000 left", 0, Limit::Unlimited, false),
            ("90%", u64::MAX, of(u64::MAX), true),
        ] {
            assert_eq!(is_reached(text, used, limit), reached, "{text} with {used} of {limit:?}");
        }
    }
}
