//! Asking a person whether something large is to be done, after they have seen what it does.

use crate::show::render;
use crate::usage_error::refuse;
use anyhow::Result;
use std::io::{IsTerminal as _, stdin};

/// From more people than this on, the number must be typed: a word is typed without reading.
pub(crate) const PEOPLE_TYPED_FROM: u64 = 50;

/// Asks whether something is to be done to so many people. `true` at once with `--yes`.
///
/// # Errors
/// Where nobody can be asked: a script says `--yes`.
pub(crate) fn confirm(what: &str, people: u64, is_yes: bool) -> Result<bool> {
    if is_yes {
        return Ok(true);
    }
    if !stdin().is_terminal() {
        refuse!("{what}: nobody is here to be asked, and nothing was changed; say --yes to do it");
    }
    let expected = if people > PEOPLE_TYPED_FROM { people.to_string() } else { String::from("yes") };
    render::note(&format!("{what}? Type {expected} to do it; anything else changes nothing."));
    let mut typed = String::new();
    stdin().read_line(&mut typed)?;
    Ok(typed.trim() == expected)
}
