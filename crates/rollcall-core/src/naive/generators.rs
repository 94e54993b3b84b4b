//! Worlds for the properties: an input, a snapshot and the accounts of every owner, in any mixture.
//!
//! Alphabets are small, so that keys, immutable ids and usernames collide often. What the store guarantees holds
//! here too: account ids, usernames and (within a source) immutable ids are unique.

use super::{id_of, is_same_id};
use crate::account::{Account, AccountId, AccountState, AdminBlock, Beneath, BlockReason, Owner};
use crate::entry::{Condition, Entry, EntryStatus, Record, RejectReason, RejectedRow};
use crate::fields::{FieldName, Fields};
use crate::history::{Away, History};
use crate::licence::{Limit, SeatCount};
use crate::match_key::{ImmutableId, MatchKey};
use crate::plan::{AskedElsewhere, Decided, Judgement, PlanInput, Removals};
use crate::policy::{Exemptions, Guard, Policy, Trimming};
use crate::source::SourceName;
use crate::time::Timestamp;
use crate::username::Username;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use std::borrow::ToOwned as _;
use std::string::{String, ToString as _};
use std::time::Duration;
use std::vec::Vec;
use std::{format, vec};

const NAMES: [&str; 13] = ["a", "b", "c", "d", "e", "f", "p9", "p010", "p10", "p90", "7", "007", "7.0"];

/// When the generated run takes place; every generated block is older.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_000);

/// One case: everything that a run depends on.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) input: PlanInput,
    /// In the order of [`Record::order`].
    pub(crate) records: Vec<Record>,
    pub(crate) accounts: Vec<Account>,
}

/// Any world.
pub(crate) fn worlds() -> impl Strategy<Value = World> {
    (inputs(), snapshots(), vec((account(), any::<u64>()), 0..9), Just(NAMES.to_vec()).prop_shuffle())
        .prop_map(|(input, records, drawn, names)| {
            let mut accounts = Vec::new();
            for (at, ((mut account, salt), name)) in drawn.into_iter().zip(names).enumerate() {
                account.id = parse_id(&format!("{salt:016x}{at:016x}"));
                account.username = username(name);
                let is_known = accounts.iter().any(|other| is_same_id(id_of(other), id_of(&account)));
                if let Owner::Source { immutable_id, .. } = &mut account.owner
                    && is_known
                {
                    *immutable_id = None;
                }
                accounts.push(account);
            }
            World { input, records, accounts }
        })
}

/// Any input, at [`NOW`].
pub(crate) fn inputs() -> impl Strategy<Value = PlanInput> {
    let limit = prop_oneof![
        1 => Just(Limit::Unlimited),
        1 => Just(Limit::Seats(SeatCount::ZERO)),
        6 => (1u64..9).prop_map(|seats| Limit::Seats(SeatCount::new(seats))),
    ];
    let guard = prop_oneof![
        3 => Just(Guard::of_removals(100, 9)),
        1 => Just(Guard::of_removals(20, 0)),
        1 => Just(Guard::of_removals(50, 1)),
        1 => Just(Guard::of_removals(0, 2)),
    ];
    let guard =
        (guard, parts_of_guard()).prop_map(|(guard, (renames, min_renames, newcomers, newcomers_from))| {
            Guard {
                max_rename_percent: renames,
                min_renames,
                max_newcomer_percent: newcomers,
                newcomers_from,
                ..guard
            }
        });
    let held_at = prop_oneof![Just(NOW), Just(Timestamp::from_millis(900))];
    let approved = (held_at, 0u64..9, 0u64..9, 0u64..4).prop_map(|(held_at, leaves, removals, places)| {
        Removals::Approved { held_at, leaves: SeatCount::new(leaves), removals, places }
    });
    let removals = prop_oneof![3 => Just(Removals::Guarded), 1 => Just(Removals::Held), 1 => approved];
    let trimming = prop_oneof![1 => Just(Trimming::Off), 1 => Just(Trimming::On)];
    // Both graces are over for people missing since 0 to 4. For those since 860 the longer one is over now, but not
    // at 900.
    let grace = proptest::sample::select(
        vec![0, 0, 2, 120].into_iter().map(Duration::from_millis).collect::<Vec<_>>(),
    );
    let exempt = prop_oneof![2 => Just(vec![]), 1 => vec(proptest::sample::select(&NAMES[..]), 1..4)];
    let reserve = prop_oneof![3 => Just(0u64), 1 => 1u64..3];
    (limit, guard, removals, exempt, reserve, trimming, (grace, periods()), decided(), asked_elsewhere())
        .prop_map(
            |(
                limit,
                guard,
                removals,
                exempt,
                reserve,
                trimming,
                (grace, (return_period, keep_seat)),
                decided,
                asked_elsewhere,
            )| {
                let exempt: Vec<Username> = exempt.into_iter().map(username).collect();
                let exemptions: Exemptions = exempt.iter().collect();
                let policy = Policy {
                    guard,
                    reserve: SeatCount::new(reserve),
                    trimming,
                    exemptions,
                    grace,
                    return_period,
                    keep_seat,
                };
                // The caller of the planner counts the accounts.
                let used = SeatCount::ZERO;
                let source = source("csv");
                PlanInput { source, now: NOW, limit, used, policy, removals, decided, asked_elsewhere }
            },
        )
}

/// The return period, and for how long a seat is kept: of people who left at 880 and 990, some are in time.
fn periods() -> impl Strategy<Value = (Duration, Duration)> {
    let some = |millis: Vec<u64>| proptest::sample::select(millis).prop_map(Duration::from_millis);
    (some(vec![0, 10, 120, 2000]), some(vec![0, 0, 10, 15, 500]))
}

fn decided() -> impl Strategy<Value = Decided> {
    let approved_at = prop_oneof![3 => Just(None), 1 => proptest::sample::select(vec![Some(NOW), Some(Timestamp::from_millis(2))])];
    (judgement(), judgement(), judgement(), judgement(), approved_at).prop_map(
        |(perhaps_same, renames, newcomers, undone, approved_at)| Decided {
            renames,
            newcomers,
            perhaps_same,
            undone,
            approved_at,
        },
    )
}

/// Figures of renames and newcomers, most of which hold nothing.
fn parts_of_guard() -> impl Strategy<Value = (u8, u64, u16, u64)> {
    prop_oneof![
        3 => Just((100, 9, 1000, 20)),
        1 => Just((20, 0, 50, 2)),
        1 => Just((50, 1, 100, 0)),
        1 => Just((0, 2, 30, 4)),
    ]
}

fn judgement() -> impl Strategy<Value = Judgement> {
    prop_oneof![
        4 => Just(Judgement::Guarded),
        1 => Just(Judgement::Held),
        1 => Just(Judgement::Begun),
        1 => (0u64..9).prop_map(|at_most| Judgement::Approved { at_most }),
    ]
}

fn asked_elsewhere() -> impl Strategy<Value = Vec<AskedElsewhere>> {
    let asked = (any_name(), proptest::sample::select(&["csv", "other"][..]), any_key());
    let asked = asked.prop_map(|(name, of, key)| AskedElsewhere {
        username: username(&name),
        source: source(of),
        key,
    });
    vec(asked, 0..2)
}

/// Any snapshot, in order. Most keys are distinct, some collide.
pub(crate) fn snapshots() -> impl Strategy<Value = Vec<Record>> {
    // Now and then a record says again what an earlier one says.
    let again = || weighted(0.1, any::<usize>());
    let some = vec((record(), weighted(0.8, 0usize..6), again()), 0..9);
    prop_oneof![9 => some, 1 => vec((record(), Just(None), again()), 0..2)].prop_map(|drawn| {
        let mut records: Vec<Record> = Vec::new();
        for (at, (mut record, mut own_key, again)) in drawn.into_iter().enumerate() {
            if let Some(earlier) = again.and_then(|which| records.get(which % at.max(1))) {
                (record, own_key) = (earlier.clone(), None);
            }
            match &mut record {
                Record::Entry(entry) => {
                    entry.line = at as u64 + 2;
                    if let Some(shift) = own_key {
                        entry.key = key(NAMES[(at + shift / 5) % NAMES.len()]);
                    }
                }
                Record::Rejected(row) => row.line = at as u64 + 2,
            }
            records.push(record);
        }
        records.sort_by(|one, other| one.order().cmp(&other.order()));
        records
    })
}

fn record() -> impl Strategy<Value = Record> {
    prop_oneof![12 => entry().prop_map(Record::Entry), 1 => rejected().prop_map(Record::Rejected)]
}

fn entry() -> impl Strategy<Value = Entry> {
    let outside = EntryStatus::OutOfScope { condition: Condition::new("Department = Sales") };
    let status =
        prop_oneof![7 => Just(EntryStatus::Enabled), 1 => Just(EntryStatus::Disabled), 1 => Just(outside)];
    let is_admin = prop_oneof![4 => Just(None), 1 => any::<bool>().prop_map(Some)];
    let username = weighted(0.4, any_name().prop_map(|name| username(&name)));
    let dates = (weighted(0.3, date()), weighted(0.3, date()));
    let fields = (fields(true), created_fields(true));
    (any_key(), any_id(), username, status, dates, is_admin, 0u16..3, fields).prop_map(
        |(
            key,
            immutable_id,
            username,
            status,
            (starts, ends),
            is_admin,
            priority,
            (fields, created_fields),
        )| Entry {
            line: 0,
            key,
            immutable_id,
            username,
            status,
            starts,
            ends,
            is_admin,
            priority,
            fields,
            created_fields,
        },
    )
}

/// Dates before, at and after the times at which runs take place here.
pub(crate) fn date() -> impl Strategy<Value = Timestamp> {
    proptest::sample::select(&[-5, 1, 3, 900, 999, 1_000, 1_002, 5_000][..]).prop_map(Timestamp::from_millis)
}

/// A field that is written only when the account is created (rule 46).
fn created_fields(is_entry: bool) -> impl Strategy<Value = Fields> {
    let values = if is_entry { vec!["", "de", "fr"] } else { vec!["de", "en"] };
    weighted(0.4, proptest::sample::select(values)).prop_map(|value| {
        let given = value.into_iter();
        given.map(|value| (FieldName::parse("locale").unwrap(), value.to_owned())).collect()
    })
}

fn rejected() -> impl Strategy<Value = RejectedRow> {
    let unreadable = (weighted(0.5, any_key()), any::<bool>());
    let username = weighted(0.6, any_name().prop_map(|name| username(&name)));
    (unreadable, any_id(), username).prop_map(|((key, is_unreadable), immutable_id, username)| {
        let unreadable = RejectReason::Unreadable(String::from("damaged"));
        let (reason, key) = if is_unreadable { (unreadable, key) } else { (RejectReason::MissingKey, None) };
        RejectedRow { line: 0, reason, key, immutable_id, username }
    })
}

fn account() -> impl Strategy<Value = Account> {
    let owner = (0u8..8, any_key(), any_id()).prop_map(|(kind, key, immutable_id)| match kind {
        0 => Owner::Local,
        1 => Owner::Source { source: source("other"), key, immutable_id },
        _ => Owner::Source { source: source("csv"), key, immutable_id },
    });
    let is_admin = prop_oneof![3 => Just(false), 1 => Just(true)];
    let missing_since = prop_oneof![4 => Just(None), 1 => (0i64..4).prop_map(Some), 2 => proptest::sample::select(&[Some(860), Some(950)][..])];
    let fields = (fields(false), created_fields(false)).prop_map(|(mut fields, created)| {
        created.iter().for_each(|(name, value)| fields.store(name.clone(), value));
        fields
    });
    (owner, is_admin, 0u16..3, state(), missing_since, history(), fields, 1u64..4).prop_map(
        |(owner, is_admin, priority, state, missing_since, history, fields, version)| Account {
            priority: if owner == Owner::Local { 0 } else { priority },
            history: history.of_state(&state),
            id: parse_id(&"0".repeat(32)),
            username: username("a"),
            is_admin,
            missing_since: missing_since
                .map(Timestamp::from_millis)
                .filter(|_| owner != Owner::Local && state.holds_seat()),
            owner,
            state,
            fields,
            version,
        },
    )
}

fn history() -> impl Strategy<Value = History> {
    let time =
        || weighted(0.4, proptest::sample::select(&[0i64, 2, 880, 990][..]).prop_map(Timestamp::from_millis));
    let away = (proptest::sample::select(&[0i64, 2, 880, 990][..]), time());
    let away =
        weighted(0.4, away.prop_map(|(since, place)| Away { since: Timestamp::from_millis(since), place }));
    (time(), away, time(), time()).prop_map(|(seat_lost_at, away, renamed_at, given_back_at)| History {
        // Most often the loss of a seat is the last loss.
        seat_lost_at: away.filter(|away| away.place.is_none()).map(|away| away.since).or(seat_lost_at),
        away,
        renamed_at,
        given_back_at,
    })
}

fn state() -> impl Strategy<Value = AccountState> {
    let since = || (0i64..4).prop_map(Timestamp::from_millis);
    let blocked = |reason: BlockReason| since().prop_map(move |at| AccountState::blocked(reason.clone(), at));
    let beneath = prop_oneof![
        2 => Just(Beneath::Active),
        2 => since().prop_map(Beneath::NoSeat),
        1 => since().prop_map(Beneath::LeftScope),
        1 => since().prop_map(Beneath::DisabledInDirectory),
        1 => (since(), date()).prop_map(|(since, starts)| Beneath::NotStarted { since, starts }),
    ];
    let by_admin = beneath.prop_map(|beneath| {
        let block = AdminBlock { by: String::from("eve"), why: None, beneath };
        AccountState::blocked(BlockReason::ByAdmin(block), Timestamp::from_millis(3))
    });
    prop_oneof![
        6 => Just(AccountState::Active),
        4 => blocked(BlockReason::NoSeat),
        1 => blocked(BlockReason::LeftScope),
        1 => blocked(BlockReason::DisabledInDirectory),
        2 => (since(), date()).prop_map(|(since, starts)| {
            AccountState::blocked(BlockReason::NotStarted { starts }, since)
        }),
        2 => by_admin,
    ]
}

/// `mail` and `team`, each there or not; an entry may also ask for one to be cleared.
fn fields(is_entry: bool) -> impl Strategy<Value = Fields> {
    let values = if is_entry { vec!["", "m", "n"] } else { vec!["m", "n"] };
    let value = move || weighted(0.3, proptest::sample::select(values.clone()));
    (value(), value()).prop_map(|(mail, team)| {
        let named = [("mail", mail), ("team", team)].into_iter();
        let given = named.filter_map(|(name, value)| Some((name, value?)));
        given.map(|(name, value)| (FieldName::parse(name).unwrap(), value.to_owned())).collect()
    })
}

fn any_name() -> impl Strategy<Value = String> {
    // Spellings that fold to the same: rule 1.
    (proptest::sample::select(&NAMES[..]), 0u8..4).prop_map(|(name, spelling)| match spelling {
        0 => name.to_uppercase(),
        _ => String::from(name),
    })
}

fn any_key() -> impl Strategy<Value = MatchKey> {
    any_name().prop_map(|name| key(&name))
}

fn any_id() -> impl Strategy<Value = Option<ImmutableId>> {
    weighted(0.4, (1u8..10).prop_map(|id| ImmutableId::parse(&id.to_string()).unwrap()))
}

pub(crate) fn source(name: &str) -> SourceName {
    SourceName::parse(name).unwrap()
}

fn key(text: &str) -> MatchKey {
    MatchKey::parse(text).unwrap()
}

fn username(text: &str) -> Username {
    Username::parse(text).unwrap()
}

fn parse_id(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}
