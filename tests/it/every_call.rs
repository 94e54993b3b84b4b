//! How many of the calls and cases of an exhaustive test are played: all in a quick CI and each night, a third at home.
//!
//! A death, a race or a fault at one call says nearly always what one at its neighbours says, and playing all of them takes
//! half the time of the tests. So `cargo test` plays every third, and tests that are sisters begin at different ones.
//! With `ROLLCALL_EVERY_CALL` set, as `.ci/tests` does on a machine that is quick enough, every one is played.

/// The distance between the calls that are played.
pub(crate) fn step() -> usize {
    if std::env::var_os("ROLLCALL_EVERY_CALL").is_some() { 1 } else { 3 }
}

/// Whether the case of this number is played.
pub(crate) fn is_played(case: usize) -> bool {
    case.is_multiple_of(step())
}
