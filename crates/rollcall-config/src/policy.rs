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

/// Reads `[guard]`. Settings that are left out have the defaults of the product.
pub(crate) fn read_guard(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Guard {
    let mut guard = Guard::default();
    let Some(mut section) = file.optional("guard").and_then(|setting| setting.section("[guard]", mistakes))
    else {
        return guard;
    };
    let percent =
        section.optional("max_removal_percent").and_then(|percent| percent.whole_number(100, mistakes));
    if let Some(percent) = percent.and_then(|percent| u8::try_from(percent).ok()) {
        guard.max_removal_percent = percent;
    }
    if let Some(min) = section.optional("min_removals").and_then(|min| min.whole_number(SEATS_MAX, mistakes))
    {
        guard.min_removals = min;
    }
    section.finish(mistakes);
    guard
}

/// What `[protect]` says.
#[derive(Default)]
pub(crate) struct Protection {
    pub(crate) exemptions: Exemptions,
    pub(crate) grace: Duration,
}

/// Reads `[protect]`; without it nobody is exempt, and leavers have no grace.
pub(crate) fn read_protection(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Protection {
    let section = file.optional("protect").and_then(|setting| setting.section("[protect]", mistakes));
    let Some(mut section) = section else { return Protection::default() };
    let usernames = section.optional("usernames").and_then(|usernames| usernames.texts(mistakes));
    let grace = section.optional("grace").and_then(|grace| grace.days_or_hours(mistakes));
    section.finish(mistakes);
    let mut exempt = Vec::new();
    for item in usernames.unwrap_or_default() {
        match Username::parse(item.text) {
            Ok(username) => exempt.push(username),
            Err(error) => mistakes.add(item.at, format!("the username {} {error}", quoted(item.text))),
        }
    }
    Protection { exemptions: exempt.iter().collect(), grace: grace.unwrap_or_default() }
}
