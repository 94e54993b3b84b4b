//! Keys, ids and usernames with which nothing can be wrong, as nearly all are: letters, digits and the signs of usernames and
//! addresses, with a letter or a digit at each end.
//!
//! Below `identity`. Promises that the long way finds no damage in such a cell, and takes it as it is.

use super::damage;
use super::signs::Signs;
use rollcall_config::Nothing;

/// What such a cell may have.
const PLAIN: Signs = Signs::LETTER.and(Signs::DIGIT).and(Signs::OF_NAMES);

/// Whether a cell with these signs is one.
pub(super) fn is_plain_identity(cell: &str, signs: Signs, nothing: &Nothing) -> bool {
    let [first, .., last] = cell.as_bytes() else { return false };
    signs.are_only(PLAIN)
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && !damage::is_shortened(cell)
        // An error of a spreadsheet is a word for nothing too.
        && !nothing.is(cell)
}

#[cfg(test)]
mod tests {
    use super::super::identity::unlike_an_identity;
    use super::super::signs::Signs;
    use super::{damage, is_plain_identity};
    use proptest::prelude::*;
    use rollcall_config::{Nothing, Values};

    fn check(cell: &str) -> bool {
        let nothing = Nothing::default();
        let is_plain = is_plain_identity(cell, Signs::of(cell), &nothing);
        if is_plain {
            assert_eq!(unlike_an_identity(cell), None, "{cell}");
            assert_eq!(damage::of_key(cell), None, "{cell}");
            assert_eq!(Values::one(cell.trim()).without(&nothing).into_first(), cell, "{cell}");
        }
        is_plain
    }

    #[test]
    fn what_may_be_damaged_is_looked_at() {
        for cell in ["ann@x.test", "E1001", "ann-lee.2", "00123", "1E5", "o2"] {
            assert!(check(cell), "{cell}");
        }
        for cell in [
            "",
            "a",
            "1.2E15",
            "1,2E+15",
            "System.Object",
            "java.lang.Object@1b6d3586",
            "#N/A",
            "null",
            "N/A",
            "Err:502",
            "ann ",
            "ann@x.test.",
            "_x000D_",
            "jürgen",
            "a b",
            "Loading...",
            "-1",
            "1e+05",
        ] {
            assert!(!check(cell), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn plain_cells_have_no_damage(cell in "[a-zA-Z0-9@._ -]{0,12}|[0-9][.,Ee]{0,2}[0-9Ee+]{0,5}") {
            check(&cell);
        }
    }
}
