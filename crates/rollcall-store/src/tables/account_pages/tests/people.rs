//! Generated accounts: every state, every history, odd texts; and what an application adds.

use aws_sdk_dynamodb::types::AttributeValue;
use proptest::collection::{hash_map, vec};
use proptest::option;
use proptest::prelude::*;
use rollcall_core::account::{Account, AccountId, AccountState, AdminBlock, Beneath, BlockReason, Owner};
use rollcall_core::fields::FieldName;
use rollcall_core::history::{Away, History};
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::outcome::Outcome;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use std::collections::HashMap;

/// A text with quotes, backslashes, controls and letters of all kinds.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{1,12}",
        proptest::sample::select(vec![
            "\"",
            "\\",
            "a\"b\\c/d",
            "\n\t\r",
            "\u{0}\u{1f}\u{7f}",
            "\u{2028}",
            "😀é",
            "Guðrún"
        ])
        .prop_map(str::to_owned),
        "\\PC{1,10}",
    ]
}

fn key() -> impl Strategy<Value = MatchKey> {
    prop_oneof!["[a-z0-9.]{1,12}", "CN=[A-Z][a-z]{1,6}, OU=x", "\\PC{1,10}"]
        .prop_filter_map("no key", |text| MatchKey::parse(&text).ok())
}

fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![0..4_000_000_000_000_i64, -60_000_000_000_000..0_i64].prop_map(Timestamp::from_millis)
}

fn owner() -> impl Strategy<Value = Owner> {
    let id = "[a-zA-Z0-9-]{1,36}".prop_filter_map("no id", |text| ImmutableId::parse(&text).ok());
    let of_source = ("[a-z][a-z0-9-]{0,9}", key(), option::of(id)).prop_filter_map(
        "no source",
        |(source, key, immutable_id)| {
            Some(Owner::Source { source: SourceName::parse(&source).ok()?, key, immutable_id })
        },
    );
    prop_oneof![1 => Just(Owner::Local), 3 => of_source]
}

fn beneath() -> impl Strategy<Value = Beneath> {
    prop_oneof![
        Just(Beneath::Active),
        time().prop_map(Beneath::NoSeat),
        time().prop_map(Beneath::LeftScope),
        time().prop_map(Beneath::DisabledInDirectory),
        (time(), time()).prop_map(|(since, starts)| Beneath::NotStarted { since, starts }),
    ]
}

fn state() -> impl Strategy<Value = AccountState> {
    let by_admin = (any_text(), option::of(any_text()), beneath())
        .prop_map(|(by, why, beneath)| BlockReason::ByAdmin(AdminBlock { by, why, beneath }));
    let reason = prop_oneof![
        Just(BlockReason::NoSeat),
        Just(BlockReason::LeftScope),
        Just(BlockReason::DisabledInDirectory),
        time().prop_map(|starts| BlockReason::NotStarted { starts }),
        by_admin,
    ];
    let blocked = (reason, time()).prop_map(|(reason, since)| AccountState::blocked(reason, since));
    prop_oneof![1 => Just(AccountState::Active), 4 => blocked]
}

fn history() -> impl Strategy<Value = History> {
    let away = (time(), option::of(time())).prop_map(|(since, place)| Away { since, place });
    (option::of(time()), option::of(away), option::of(time()), option::of(time())).prop_map(
        |(seat_lost_at, away, renamed_at, given_back_at)| History {
            seat_lost_at,
            away,
            renamed_at,
            given_back_at,
        },
    )
}

/// An account.
pub(crate) fn account() -> impl Strategy<Value = Account> {
    let fields = vec(("[a-y][a-z0-9_]{0,8}", any_text()), 0..6);
    let seen = (any::<u16>(), option::of(time()), history(), 0..u64::MAX / 2);
    (any::<[u8; 16]>(), owner(), key(), any::<bool>(), state(), seen, fields).prop_map(
        |(id, owner, username, is_admin, state, (priority, missing_since, history, version), fields)| {
            Account {
                id: AccountId::from_bytes(id),
                owner,
                username: Username::from(username),
                is_admin,
                priority,
                state,
                missing_since,
                history,
                fields: fields
                    .into_iter()
                    .filter_map(|(name, value)| Some((FieldName::parse(&name).ok()?, value)))
                    .collect(),
                version,
            }
        },
    )
}

/// The attribute with the last change by a run, as Rollcall writes it or damaged.
pub(super) fn last_change() -> impl Strategy<Value = Option<String>> {
    let outcomes: Vec<Outcome> = Outcome::of_runs().collect();
    let good = ("[a-z0-9-]{1,20}", proptest::sample::select(outcomes))
        .prop_map(|(run, outcome)| format!("{run}#{}", outcome.as_str()));
    option::of(prop_oneof![3 => good, 1 => any_text()])
}

/// What an application adds: any kind of value.
pub(super) fn applications() -> impl Strategy<Value = HashMap<String, AttributeValue>> {
    let leaf = prop_oneof![
        any_text().prop_map(AttributeValue::S),
        (0..99_u8).prop_map(|number| AttributeValue::N(number.to_string())),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null(true)),
        vec("[a-z]{1,3}", 1..3).prop_map(AttributeValue::Ss),
    ];
    let value = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(AttributeValue::L),
            hash_map("\\PC{0,4}", inner, 0..3).prop_map(AttributeValue::M),
        ]
    });
    hash_map("\\PC{0,6}", value, 0..3)
}
