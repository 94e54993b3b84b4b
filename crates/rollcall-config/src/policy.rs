//! `[guard]` and `[protect]`: when removals are held, who is never removed, and how long leavers keep their seat
//! (rules 20,
//! 21, 24).

use crate::licence::SEATS_MAX;
use crate::mistake::Mistakes;
use crate::section::Section;
use crate::value::quoted;
use rollcall_core::policy::{Exemptions, Guard};
use rollcall_core::username::Username;
use std::time::Duration;

/// The most that may be asked for: as many newcomers as ten times the accounts that there are.
const NEWCOMER_PERCENT_MAX: u64 = 1000;

/// Reads `[guard]`. Settings that are left out have the defaults of the product.
pub(crate) fn read_guard(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Guard {
    let mut guard = Guard::default();
    let Some(mut section) = file.optional("guard").and_then(|setting| setting.section("[guard]", mistakes))
    else {
        return guard;
    };
    let mut number = |name: &'static str, most: u64| {
        section.optional(name).and_then(|number| number.whole_number(most, mistakes))
    };
    let percent = |number: Option<u64>| number.and_then(|number| u8::try_from(number).ok());
    if let Some(percent) = percent(number("max_removal_percent", 100)) {
        guard.max_removal_percent = percent;
    }
    if let Some(min) = number("min_removals", SEATS_MAX) {
        guard.min_removals = min;
    }
    // Renames have the figures of removals, unless they have their own (rule 51).
    guard.max_rename_percent =
        percent(number("max_rename_percent", 100)).unwrap_or(guard.max_removal_percent);
    guard.min_renames = number("min_renames", SEATS_MAX).unwrap_or(guard.min_removals);
    let newcomers = number("max_newcomer_percent", NEWCOMER_PERCENT_MAX);
    if let Some(percent) = newcomers.and_then(|number| u16::try_from(number).ok()) {
        guard.max_newcomer_percent = percent;
    }
    if let Some(from) = number("newcomers_from", SEATS_MAX) {
        guard.newcomers_from = from;
    }
    section.finish(mistakes);
    guard
}

/// What `[protect]` says.
#[derive(Default)]
pub(crate) struct Protection {
    pub(crate) exemptions: Exemptions,
    pub(crate) grace: Duration,
    pub(crate) return_period: Duration,
    pub(crate) keep_seat: Duration,
}

/// Reads `[protect]`; without it nobody is exempt, and leavers have no grace.
pub(crate) fn read_protection(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Protection {
    let section = file.optional("protect").and_then(|setting| setting.section("[protect]", mistakes));
    let Some(mut section) = section else { return Protection::default() };
    let usernames = section.optional("usernames").and_then(|usernames| usernames.texts(mistakes));
    let mut time = |name: &'static str| section.optional(name).and_then(|time| time.days_or_hours(mistakes));
    let (grace, return_period, keep_seat) = (time("grace"), time("return"), time("keep_seat"));
    section.finish(mistakes);
    let mut exempt = Vec::new();
    for item in usernames.unwrap_or_default() {
        match Username::parse(item.text) {
            Ok(username) => exempt.push(username),
            Err(error) => mistakes.add(item.at, format!("the username {} {error}", quoted(item.text))),
        }
    }
    Protection {
        exemptions: exempt.iter().collect(),
        grace: grace.unwrap_or_default(),
        return_period: return_period.unwrap_or_default(),
        keep_seat: keep_seat.unwrap_or_default(),
    }
}
