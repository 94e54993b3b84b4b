//! Every record that is spilled comes back as it was, from memory and from the file.

use super::{PENDING_BYTES_MAX, SpillFile};
use rollcall_core::account::{Account, AccountId, AccountState, AdminBlock, Beneath, BlockReason, Owner};
use rollcall_core::account_spill::AccountSpill as _;
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::history::{Away, History};
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;

fn account(number: u64, owner: Owner, state: AccountState) -> Account {
    let fields =
        [("mail", format!("{number}@example.com")), ("note", "\"quoted\"\n\u{1F600}, long ".repeat(9))];
    let named = fields.into_iter().map(|(name, value)| (FieldName::parse(name).unwrap(), value));
    Account {
        id: AccountId::parse(&format!("{number:032x}")).unwrap(),
        owner,
        username: Username::parse(&format!("Ünï {number}")).unwrap(),
        is_admin: number.is_multiple_of(2),
        priority: u16::try_from(number).unwrap_or(u16::MAX),
        missing_since: number.is_multiple_of(3).then_some(Timestamp::from_millis(7)),
        history: History {
            seat_lost_at: number.is_multiple_of(2).then_some(Timestamp::from_millis(8)),
            away: number.is_multiple_of(3).then_some(Away { since: Timestamp::from_millis(9), place: None }),
            renamed_at: number.is_multiple_of(5).then_some(Timestamp::from_millis(10)),
            given_back_at: number.is_multiple_of(7).then_some(Timestamp::from_millis(11)),
        },
        state,
        fields: if number.is_multiple_of(5) { Fields::new() } else { named.collect() },
        version: number,
    }
}

fn accounts() -> Vec<Account> {
    let since = Timestamp::from_millis(1_767_225_600_123);
    let by = |why: Option<&str>, beneath| {
        let block = AdminBlock { by: "eve".to_owned(), why: why.map(str::to_owned), beneath };
        AccountState::blocked(BlockReason::ByAdmin(block), since)
    };
    let states = [
        AccountState::Active,
        AccountState::blocked(BlockReason::NoSeat, since),
        AccountState::blocked(BlockReason::LeftScope, since),
        AccountState::blocked(BlockReason::DisabledInDirectory, since),
        AccountState::blocked(BlockReason::NotStarted { starts: Timestamp::from_millis(5) }, since),
        by(Some("asked to"), Beneath::NotStarted { since, starts: Timestamp::from_millis(6) }),
        by(None, Beneath::Active),
        by(Some("asked to"), Beneath::NoSeat(since)),
        by(Some("asked to"), Beneath::LeftScope(since)),
        by(None, Beneath::DisabledInDirectory(since)),
    ];
    let key = |number: u64| MatchKey::parse(&format!("CN=Person {number},DC=example")).unwrap();
    let source = || SourceName::parse("staff").unwrap();
    let id = ImmutableId::parse("3f2a").unwrap();
    let owners = |number: u64| match number % 3 {
        0 => Owner::Local,
        1 => Owner::Source { source: source(), key: key(number), immutable_id: None },
        _ => Owner::Source { source: source(), key: key(number), immutable_id: Some(id.clone()) },
    };
    let states = states.into_iter().cycle().zip(0..1003);
    states.map(|(state, number)| account(number, owners(number / 6), state)).collect()
}

#[test]
fn spilled_accounts_come_back() {
    let accounts = accounts();
    let mut spill = SpillFile::new().unwrap();
    let mut positions = Vec::new();
    for account in &accounts {
        positions.push(spill.put(account).unwrap());
        // Read in between: the next record still goes to the end.
        let first = spill.get(positions[0]).unwrap();
        assert_eq!(first, accounts[0]);
    }
    assert!(spill.written > 2 * PENDING_BYTES_MAX, "read from the file: {}", spill.written);
    assert!(!spill.pending.is_empty(), "read from memory");
    for (position, account) in positions.iter().zip(&accounts).rev() {
        assert_eq!(&spill.get(*position).unwrap(), account);
    }
    assert!(spill.get(positions.last().unwrap() + 1).is_err(), "a position that was not given");
}

#[test]
fn names_beyond_those_with_numbers_come_back() {
    let named = (0..80).map(|number| (FieldName::parse(&format!("f{number}")).unwrap(), number.to_string()));
    let many = Account { fields: named.collect(), ..account(1, Owner::Local, AccountState::Active) };
    let mut spill = SpillFile::new().unwrap();
    let position = spill.put(&many).unwrap();
    assert_eq!(spill.get(position).unwrap(), many);
}
