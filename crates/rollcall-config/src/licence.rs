//! `[licence]`: how many seats were bought, how many the sync leaves free, whether it takes back seats above the limit,
//! and when people are told that seats run short.

use crate::mistake::Mistakes;
use crate::section::Section;
use crate::value::quoted;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::policy::Trimming;
use rollcall_core::warn_at::WarnAt;

/// More seats than there could be people. For no limit, leave `seats` out.
pub(crate) const SEATS_MAX: u64 = 1_000_000_000;

/// What `[licence]` says.
pub(crate) struct Licence {
    pub(crate) limit: Limit,
    pub(crate) reserve: SeatCount,
    pub(crate) trimming: Trimming,
    pub(crate) warn_at: Vec<WarnAt>,
}

/// Reads `[licence]`; without it there is no limit, no reserve, no trimming and no warning (rules 16, 17, 65).
pub(crate) fn read(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Licence {
    let mut licence = Licence {
        limit: Limit::Unlimited,
        reserve: SeatCount::ZERO,
        trimming: Trimming::Off,
        warn_at: Vec::new(),
    };
    let Some(mut section) =
        file.optional("licence").and_then(|setting| setting.section("[licence]", mistakes))
    else {
        return licence;
    };
    if let Some(seats) = section.optional("seats").and_then(|seats| seats.whole_number(SEATS_MAX, mistakes)) {
        licence.limit = Limit::Seats(SeatCount::new(seats));
    }
    if let Some(reserve) =
        section.optional("reserve").and_then(|seats| seats.whole_number(SEATS_MAX, mistakes))
    {
        licence.reserve = SeatCount::new(reserve);
    }
    if section.optional("trim").and_then(|trim| trim.truth(mistakes)) == Some(true) {
        licence.trimming = Trimming::On;
    }
    let thresholds = section.optional("warn_at").and_then(|warn_at| warn_at.texts(mistakes));
    for item in thresholds.unwrap_or_default() {
        match item.text.parse() {
            Ok(threshold) if licence.warn_at.contains(&threshold) => {
                mistakes.add(item.at, format!("`warn_at` says {threshold} twice; once is enough"));
            }
            Ok(threshold) => licence.warn_at.push(threshold),
            Err(expected) => {
                mistakes.add(item.at, format!("`warn_at` {expected}; found {}", quoted(item.text)));
            }
        }
    }
    section.finish(mistakes);
    licence
}
