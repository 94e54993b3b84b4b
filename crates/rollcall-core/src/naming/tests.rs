//! What a person can change of how an account is known, as a table over the states.

use super::{Refusal, in_shell, refuse_taken, rekey, rename};
use crate::account::{Account, AccountId, AccountState, AdminBlock, Beneath, BlockReason, Owner};
use crate::fields::{FieldName, Fields};
use crate::history::History;
use crate::match_key::{ImmutableId, MatchKey};
use crate::outcome::Outcome;
use crate::source::SourceName;
use crate::time::Timestamp;
use crate::username::Username;
use std::string::{String, ToString as _};

fn account(username: &str, state: AccountState) -> Account {
    let source = SourceName::parse("staff").unwrap();
    let key = MatchKey::parse(username).unwrap();
    let id = AccountId::of_key(&source, &key);
    let immutable_id = Some(ImmutableId::parse("guid-1").unwrap());
    Account {
        id,
        owner: Owner::Source { source, key, immutable_id },
        username: Username::parse(username).unwrap(),
        is_admin: false,
        priority: 0,
        state,
        missing_since: None,
        history: History::default(),
        fields: Fields::new(),
        version: 4,
    }
}

fn by_admin(beneath: Beneath) -> AccountState {
    let block = AdminBlock { by: String::from("ada"), why: None, beneath };
    AccountState::blocked(BlockReason::ByAdmin(block), at())
}

fn at() -> Timestamp {
    Timestamp::from_millis(1_767_225_600_000)
}

fn name(text: &str) -> Username {
    Username::parse(text).unwrap()
}

#[test]
fn only_an_account_whose_person_has_left_gets_another_username() {
    for (state, is_allowed) in [
        (AccountState::Active, false),
        (AccountState::blocked(BlockReason::LeftScope, at()), true),
        (AccountState::blocked(BlockReason::NoSeat, at()), false),
        (AccountState::blocked(BlockReason::DisabledInDirectory, at()), false),
        (AccountState::blocked(BlockReason::NotStarted { starts: at() }, at()), false),
        (by_admin(Beneath::LeftScope(at())), true),
        (by_admin(Beneath::Active), false),
        (by_admin(Beneath::DisabledInDirectory(at())), false),
    ] {
        let before = account("ann", state);
        match rename(&before, name("ann.old")) {
            Ok(change) => {
                let change = change.unwrap();
                assert!(is_allowed, "{before:?}");
                assert_eq!(change.outcome, Outcome::RenamedByAdmin);
                let expected = Account { username: name("ann.old"), version: 5, ..before };
                assert_eq!(change.after, expected, "nothing else changes");
                assert_eq!(rename(&change.after, name("ann.old")).unwrap(), None, "once is enough");
            }
            Err(refused) => {
                assert!(!is_allowed, "{before:?}: {refused}");
                assert!(refused.to_string().contains("change the username there"), "{refused}");
            }
        }
    }
    let local = Account {
        owner: Owner::Local,
        ..account("ann", AccountState::blocked(BlockReason::LeftScope, at()))
    };
    assert!(matches!(rename(&local, name("x")), Err(Refusal::LocalName { .. })));
}

#[test]
fn a_new_key_forgets_the_id_of_the_directory_and_nothing_else() {
    let before = account("0012", AccountState::Active);
    let key = |text| MatchKey::parse(text).unwrap();
    for new in ["12", "0012"] {
        let change = rekey(&before, key(new)).unwrap().unwrap();
        let source = SourceName::parse("staff").unwrap();
        let owner = Owner::Source { source, key: key(new), immutable_id: None };
        assert_eq!(change.after, Account { owner, version: 5, ..before.clone() });
        assert_eq!(rekey(&change.after, key(new)).unwrap(), None, "once is enough");
    }
    let local = Account { owner: Owner::Local, ..before };
    assert!(matches!(rekey(&local, key("12")), Err(Refusal::LocalKey { .. })));
}

#[test]
fn a_key_that_another_account_has_is_refused_with_its_name() {
    let one = account("0012", AccountState::Active);
    let mut other = account("12", AccountState::blocked(BlockReason::LeftScope, at()));
    other.fields.store(FieldName::parse("display_name").unwrap(), "Ann Day");
    let refused = refuse_taken(&one, &MatchKey::parse("12").unwrap(), &other).unwrap_err().to_string();
    let expected = "\"12\" (Ann Day, source staff, blocked as left_scope since 2026-01-01T00:00:00.000Z) has the match key \
                    \"12\" already";
    assert!(refused.starts_with(expected), "{refused}");
    assert!(refused.contains("rollcall rekey 12 12-unused"), "{refused}");
    assert_eq!(refuse_taken(&one, &MatchKey::parse("13").unwrap(), &other), Ok(()));
    assert_eq!(refuse_taken(&one, &MatchKey::parse("0012").unwrap(), &one), Ok(()), "its own");
    let elsewhere = Account {
        owner: Owner::Source {
            source: SourceName::parse("guests").unwrap(),
            key: MatchKey::parse("12").unwrap(),
            immutable_id: None,
        },
        ..other
    };
    assert_eq!(refuse_taken(&one, &MatchKey::parse("12").unwrap(), &elsewhere), Ok(()), "another source's");
}

#[test]
fn words_behind_a_command_are_quoted_where_a_shell_needs_it() {
    for (word, expected) in [
        ("ann.day@example.com", "ann.day@example.com"),
        ("CN=Ann, OU=X", "\"CN=Ann, OU=X\""),
        ("-x", "\"-x\""),
        ("müller", "müller"),
    ] {
        assert_eq!(in_shell(word), expected);
    }
}
