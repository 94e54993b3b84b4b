//! The line that is written at once is that of the account's entry.

use super::LineHead;
use crate::AuditEntry;
use crate::ids::RunId;
use crate::tables::account_pages::tests::people::{account, any_text};
use crate::tables::audit::AuditHead;
use proptest::option;
use proptest::prelude::*;
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::outcome::{Outcome, Seen};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;

fn head() -> impl Strategy<Value = AuditHead> {
    let run = option::of(Just(RunId::parse("01a221de-a4cd-7000-8000-000000000001").unwrap()));
    let source = option::of(Just(SourceName::parse("staff").unwrap()));
    (run, any_text(), any_text(), source).prop_map(|(run, trigger, actor, source)| AuditHead {
        at: Timestamp::from_millis(1_767_225_600_000),
        run,
        trigger,
        actor,
        source,
    })
}

fn seats() -> impl Strategy<Value = Seats> {
    let limit =
        prop_oneof![Just(Limit::Unlimited), (0..9u64).prop_map(|limit| Limit::Seats(SeatCount::new(limit)))];
    limit.prop_map(|limit| Seats { limit, used: SeatCount::new(9) })
}

proptest! {
    #[test]
    fn line_of_an_account_is_that_of_its_entry(
        head in head(), account in account(), seats in seats(), line in option::of(any::<u32>())
    ) {
        for outcome in [Outcome::Unchanged, Outcome::KeptAdminBlock] {
            let seen = Seen { outcome, line };
            let entry = AuditEntry::of_observation(&head, &seen.of(&account), seats);
            let mut written = Vec::new();
            LineHead::of(&head).unwrap().write((&account, seen, seats), &mut written).unwrap();
            prop_assert_eq!(String::from_utf8(written).unwrap(), serde_json::to_string(&entry).unwrap());
        }
    }
}
