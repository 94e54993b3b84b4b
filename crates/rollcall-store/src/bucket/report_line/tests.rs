//! The line that is written at once is that of the account's entry.

use super::LineHead;
use crate::AuditEntry;
use crate::ids::RunId;
use crate::tables::audit::AuditHead;
use rollcall_core::account::{Account, AccountId, AccountState, AdminBlock, Beneath, BlockReason, Owner};
use rollcall_core::fields::Fields;
use rollcall_core::history::History;
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::match_key::MatchKey;
use rollcall_core::outcome::{Outcome, Seen};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;

fn states() -> Vec<AccountState> {
    let since = Timestamp::from_millis(1_767_225_600_123);
    let by_admin = AdminBlock { by: String::from("Ann \"the boss\""), why: None, beneath: Beneath::Active };
    let reasons = [
        BlockReason::NoSeat,
        BlockReason::LeftScope,
        BlockReason::DisabledInDirectory,
        BlockReason::NotStarted { starts: since },
        BlockReason::ByAdmin(by_admin),
    ];
    let blocked = reasons.into_iter().map(|reason| AccountState::blocked(reason, since));
    std::iter::once(AccountState::Active).chain(blocked).collect()
}

fn owners(username: &Username) -> [Owner; 2] {
    let source = SourceName::parse("staff").unwrap();
    let key = MatchKey::parse(&format!("{} of \\staff", username.original())).unwrap();
    [Owner::Local, Owner::Source { source, key, immutable_id: None }]
}

#[test]
fn line_of_an_account_is_that_of_its_entry() {
    let source = SourceName::parse("staff").unwrap();
    let head = |run, source| AuditHead {
        at: Timestamp::from_millis(1_767_225_600_000),
        run,
        trigger: String::from("schedule"),
        actor: String::from("zoë\u{7}@host"),
        source,
    };
    let heads = [
        head(None, None),
        head(Some(RunId::parse("01a221de-a4cd-7000-8000-000000000001").unwrap()), Some(source)),
    ];
    for head in &heads {
        for name in ["ann", "Ann O'Brien \"x\" \\ \u{1F600} \t"] {
            let username = Username::parse(name.trim()).unwrap_or_else(|_| Username::parse("ann").unwrap());
            for (state, owner) in
                states().into_iter().flat_map(|state| owners(&username).map(|owner| (state.clone(), owner)))
            {
                let account = Account {
                    id: AccountId::of_local(&username),
                    owner,
                    username: username.clone(),
                    is_admin: false,
                    priority: 0,
                    state,
                    missing_since: None,
                    history: History::default(),
                    fields: Fields::new(),
                    version: 3,
                };
                for (limit, line) in [(Limit::Unlimited, None), (Limit::Seats(SeatCount::new(7)), Some(12))] {
                    let seats = Seats { limit, used: SeatCount::new(9) };
                    for outcome in [Outcome::Unchanged, Outcome::KeptAdminBlock] {
                        let seen = Seen { outcome, line };
                        let entry = AuditEntry::of_observation(head, &seen.of(&account), seats);
                        let mut written = Vec::new();
                        LineHead::of(head).unwrap().write((&account, seen, seats), &mut written).unwrap();
                        assert_eq!(
                            String::from_utf8(written).unwrap(),
                            serde_json::to_string(&entry).unwrap()
                        );
                    }
                }
            }
        }
    }
}
