//! Why somebody could not be processed, in the two parts that a list needs: what is wrong, which is each one's own, and what
//! to do about it, which is much the same for all.

/// Where what is wrong ends in the reason of a username that is another's.
const CURE: &str = ". Another person: ";

/// What is wrong, and what to do; nothing where the reason says only what is wrong.
#[must_use]
pub fn wrong_and_cure(reason: &str) -> (&str, Option<&str>) {
    match reason.find(CURE) {
        Some(at) => (&reason[..at], reason.get(at + 2..)),
        None => (reason, None),
    }
}

#[cfg(test)]
mod tests {
    use super::wrong_and_cure;

    #[test]
    fn what_to_do_is_told_apart_from_what_is_wrong() {
        let reason = "the username belongs to \"ann\". Another person: rename. The same person: rekey";
        let cure = "Another person: rename. The same person: rekey";
        assert_eq!(wrong_and_cure(reason), ("the username belongs to \"ann\"", Some(cure)));
        assert_eq!(wrong_and_cure("no key"), ("no key", None));
    }
}
