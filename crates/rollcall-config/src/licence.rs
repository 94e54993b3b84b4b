//! `[licence]`: how many seats were bought, how many the sync leaves free, and whether it takes back seats above the
//! limit.

use crate::mistake::Mistakes;
use crate::section::Section;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::policy::Trimming;

/// More seats than there could be people. For no limit, leave `seats` out.
pub(crate) const SEATS_MAX: u64 = 1_000_000_000;

/// What `[licence]` says.
pub(crate) struct Licence {
    pub(crate) limit: Limit,
    pub(crate) reserve: SeatCount,
    pub(crate) trimming: Trimming,
}

/// Reads `[licence]`; without it there is no limit, no reserve and no trimming (rules 16, 17).
pub(crate) fn read(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Licence {
    let mut licence = Licence { limit: Limit::Unlimited, reserve: SeatCount::ZERO, trimming: Trimming::Off };
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
    section.finish(mistakes);
    licence
}
