//! Rule 13d as a table, and that the order is total.

use super::NaturalKey;
use proptest::prelude::{prop_assert_eq, proptest};
use std::cmp::Ordering;
use std::string::String;

#[test]
fn digits_compare_as_numbers() {
    for (first, second) in [
        ("9", "10"),
        ("e9", "e10"),
        ("e9x", "e10a"),
        ("2-10", "10-2"),
        ("a1b2", "a1b10"),
        ("99999999999999999999", "100000000000000000000"),
        ("", "0"),
        ("a", "a0"),
        ("7", "a"),
        ("user", "user1"),
        ("007", "7"),
        ("007", "8"),
        ("07a", "7b"),
        ("anna", "bert"),
        ("é9", "é10"),
        ("cn=p9,dc=x", "cn=p10,dc=x"),
    ] {
        assert_eq!(NaturalKey(first).cmp(&NaturalKey(second)), Ordering::Less, "{first:?} before {second:?}");
        assert_eq!(
            NaturalKey(second).cmp(&NaturalKey(first)),
            Ordering::Greater,
            "{second:?} after {first:?}"
        );
    }
}

#[test]
fn prefix_tells_usual_keys_apart() {
    for (first, second) in [("p9", "p10"), ("00000007.a@x", "00000008.a@x"), ("anna.b", "anna.c"), ("", "0")]
    {
        assert!(NaturalKey(first).prefix() < NaturalKey(second).prefix(), "{first:?} before {second:?}");
    }
}

proptest! {
    #[test]
    fn order_is_total(mut keys in proptest::collection::vec("[ab01290]{0,6}", 3)) {
        keys.sort_by(|a, b| NaturalKey(a).cmp(&NaturalKey(b)));
        for (at, one) in keys.iter().enumerate() {
            for other in &keys[at..] {
                let order = NaturalKey(one).cmp(&NaturalKey(other));
                prop_assert_eq!(order == Ordering::Equal, one == other);
                prop_assert_eq!(order == Ordering::Greater, false, "{:?} {:?}", one, other);
            }
        }
    }

    #[test]
    fn sortable_text_has_the_same_order(one in "[ab01290 ,=é]{0,12}", other in "[ab01290 ,=é]{0,12}") {
        let (a, b) = (NaturalKey(&one), NaturalKey(&other));
        prop_assert_eq!(a.sortable().cmp(&b.sortable()), a.cmp(&b), "{:?} {:?}", a.sortable(), b.sortable());
    }

    #[test]
    fn different_prefixes_decide_as_the_texts_do(
        one in "[ab01290 ,=é]{0,20}|[a0-9]{0,24}",
        other in "[ab01290 ,=é]{0,20}|[a0-9]{0,24}",
    ) {
        let (a, b) = (NaturalKey(&one), NaturalKey(&other));
        if a.prefix() != b.prefix() {
            prop_assert_eq!(a.prefix().cmp(&b.prefix()), a.cmp(&b), "{:?} {:?}", a, b);
        }
    }

    #[test]
    fn numbers_of_any_length_are_sortable(one in "[1-9][0-9]{0,20}", other in "[1-9][0-9]{0,20}") {
        let (a, b) = (NaturalKey(&one), NaturalKey(&other));
        prop_assert_eq!(a.sortable().cmp(&b.sortable()), a.cmp(&b));
    }

    #[test]
    fn numbers_are_in_their_order(one in 0u64..100_000, other in 0u64..100_000) {
        let text = |number: u64| std::format!("p{number}");
        let (a, b): (String, String) = (text(one), text(other));
        prop_assert_eq!(NaturalKey(&a).cmp(&NaturalKey(&b)), one.cmp(&other));
    }
}
