//! The stage of the pure core: accounts in a map, the plan applied change by change, the invariants looked at after
//! each.

use super::{FIRST_DAY, Ran, Settings, Stage};
use crate::fakes::Person;
use rollcall_core::account::{Account, AccountId, AccountState, Owner};
use rollcall_core::entry::{Condition, Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::match_key::{ImmutableId, InvalidMatchKey, MatchKey};
use rollcall_core::outcome::{Change, Observation, Outcome};
use rollcall_core::plan::{Decision, Plan, PlanInput, Removals};
use rollcall_core::planner::Planner;
use rollcall_core::policy::{Guard, Policy};
use rollcall_core::seat_gate;
use rollcall_core::snapshot::SnapshotIndexBuilder;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use rollcall_sync::store::read_time;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Accounts, a licence and a directory, all in memory.
#[derive(Default)]
pub(crate) struct CoreWorld {
    accounts: BTreeMap<AccountId, Account>,
    directory: Option<Vec<Person>>,
    configured: Option<Limit>,
    commanded: Option<Limit>,
    policy: Policy,
    only_title: Option<String>,
    writes_title_once: bool,
    /// What the last run read, and what an approval of it would be, if its removals are held.
    held: Option<(Vec<Record>, Removals)>,
    /// What the last run read, and when time alone changes what it says.
    applied: Option<(Vec<Record>, Option<Timestamp>)>,
    minutes: i64,
}

impl Stage for CoreWorld {
    async fn configure(&mut self, settings: &Settings) {
        self.configured = Some(settings.limit);
        self.only_title.clone_from(&settings.only_title);
        self.writes_title_once = settings.writes_title_once;
        let protected: Vec<Username> =
            settings.protected.iter().map(|name| Username::parse(name).unwrap()).collect();
        self.policy = Policy {
            guard: settings.guard.map_or_else(Guard::default, |(max_removal_percent, min_removals)| Guard {
                max_removal_percent,
                min_removals,
            }),
            reserve: SeatCount::new(settings.reserve),
            exemptions: protected.iter().collect(),
            trimming: settings.trimming,
            grace: settings.grace,
        };
    }

    async fn directory(&mut self, people: Option<&[Person]>) {
        self.directory = people.map(<[Person]>::to_vec);
    }

    async fn run(&mut self, is_dry_run: bool) -> Ran {
        self.tick();
        match self.directory.as_ref().map(|people| self.records(people)) {
            Some(records) if !records.is_empty() => {
                let is_held = self.held.as_ref().is_some_and(|(held, _)| *held == records);
                let removals = if is_held { Removals::Held } else { Removals::Guarded };
                self.apply(records, removals, is_dry_run)
            }
            Some(_) | None => Ran { status: String::from("failed"), used: self.used(), ..Ran::default() },
        }
    }

    async fn run_at_once(&mut self) -> Ran {
        // The core is asked once: that the shell asks it once is what the other stage shows.
        self.run(false).await
    }

    async fn date_passes(&mut self) -> Option<Ran> {
        self.tick();
        let (records, next_date) = self.applied.clone()?;
        next_date.filter(|date| *date <= self.now())?;
        let is_held = self.held.as_ref().is_some_and(|(held, _)| *held == records);
        Some(self.apply(records, if is_held { Removals::Held } else { Removals::Guarded }, false))
    }

    async fn approve(&mut self) -> Result<Ran, String> {
        self.tick();
        let (records, approved) = self.held.take().ok_or("its removals are not held")?;
        Ok(self.apply(records, approved, false))
    }

    async fn block(&mut self, username: &str) -> Result<(), String> {
        self.tick();
        let now = self.now();
        self.change_state(username, |account, _| seat_gate::block(account, String::from("boss"), None, now))
    }

    async fn unblock(&mut self, username: &str) -> Result<(), String> {
        self.tick();
        let reserve = self.policy.reserve;
        self.change_state(username, |account, seats| seat_gate::unblock(account, seats, reserve))
    }

    async fn add_local(&mut self, username: &str, is_admin: bool) -> Result<(), String> {
        self.tick();
        let username = Username::parse(username).unwrap();
        if self.accounts.values().any(|account| account.username.folded() == username.folded()) {
            return Err(String::from("belongs to another account"));
        }
        let account = Account {
            id: AccountId::of_local(&username),
            owner: Owner::Local,
            username,
            is_admin,
            state: AccountState::Active,
            missing_since: None,
            fields: Fields::new(),
            version: 1,
        };
        seat_gate::admit_one(&account, &self.seats(), self.policy.reserve)
            .map_err(|refusal| refusal.to_string())?;
        self.accounts.insert(account.id, account);
        self.check();
        Ok(())
    }

    async fn set_limit(&mut self, limit: Limit) {
        self.commanded = Some(limit);
    }

    async fn edit_title(&mut self, username: &str, title: &str) {
        let id = self.find(username);
        self.accounts
            .get_mut(&id)
            .unwrap()
            .fields
            .store(FieldName::parse("title").unwrap(), title.to_owned());
    }

    async fn wait(&mut self, time: Duration) {
        self.minutes += i64::try_from(time.as_secs() / 60).unwrap();
    }

    async fn accounts(&mut self) -> Vec<Account> {
        self.accounts.values().cloned().collect()
    }
}

impl CoreWorld {
    fn tick(&mut self) {
        self.minutes += 1;
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(FIRST_DAY + self.minutes * 60_000)
    }

    fn used(&self) -> u64 {
        self.accounts.values().filter(|account| account.state.holds_seat()).count() as u64
    }

    fn seats(&self) -> Seats {
        let limit = self.commanded.or(self.configured).unwrap_or(Limit::Unlimited);
        Seats { limit, used: SeatCount::new(self.used()) }
    }

    fn find(&self, username: &str) -> AccountId {
        self.accounts.values().find(|account| account.username.original() == username).expect(username).id
    }

    fn change_state(
        &mut self,
        username: &str,
        decide: impl Fn(&Account, &Seats) -> Result<AccountState, seat_gate::Refusal>,
    ) -> Result<(), String> {
        let seats = self.seats();
        let id = self.find(username);
        let account = self.accounts.get_mut(&id).unwrap();
        account.state = decide(account, &seats).map_err(|refusal| refusal.to_string())?;
        account.missing_since = None;
        account.version += 1;
        self.check();
        Ok(())
    }

    /// Plans and commits until a plan is settled.
    fn apply(&mut self, records: Vec<Record>, mut removals: Removals, is_dry_run: bool) -> Ran {
        let mut ran = Ran::default();
        let mut changed = BTreeMap::new();
        let mut approved = None;
        let mut next_date;
        loop {
            let (plan, observed) = self.plan(&records, removals);
            next_date = plan.next_date();
            ran.outcomes.clear();
            let is_last = is_dry_run || plan.is_settled();
            let decisions = in_order(&plan, &records);
            for observation in observed.into_iter().chain(decisions.iter().filter_map(of_observe)) {
                if observation.account.is_none_or(|account| !changed.contains_key(&account)) {
                    observe(&mut ran, &observation);
                }
            }
            for change in decisions.into_iter().filter_map(of_change) {
                let name = change.after.username.original().to_owned();
                changed.insert(change.after.id, (change.outcome, name));
                ran.freed += u64::from(change.seat_delta() < 0);
                ran.taken += u64::from(change.seat_delta() > 0);
                if !is_dry_run {
                    ran.writes += 1;
                    self.commit(change);
                }
            }
            sum_up(&mut ran, &plan, &records, is_dry_run);
            if let Some(hold) = plan.hold() {
                removals = Removals::Held;
                let leaves = plan.seats().used.less(SeatCount::new(hold.removals));
                approved = Some(Removals::Approved { held_at: self.now(), leaves, removals: hold.removals });
            }
            if !is_dry_run {
                assert_eq!(self.used(), ran.used, "the plan's arithmetic");
            }
            if is_last {
                break;
            }
        }
        for (outcome, name) in changed.into_values() {
            note(&mut ran, outcome, &name);
        }
        ran.outcomes.values_mut().for_each(|names| names.sort());
        if !is_dry_run {
            self.applied = Some((records.clone(), next_date));
            self.held = approved.filter(|_| ran.status == "held").map(|approved| (records, approved));
        }
        ran
    }

    fn plan(&self, records: &[Record], removals: Removals) -> (Plan, Vec<Observation>) {
        let request = PlanInput {
            source: source(),
            now: self.now(),
            limit: self.seats().limit,
            used: self.seats().used,
            policy: self.policy.clone(),
            removals,
        };
        let mut index = SnapshotIndexBuilder::new(request.now);
        for record in records {
            index.push(record).unwrap();
        }
        let mut planner = Planner::begin(request, index.finish());
        let observed = self.accounts.values().filter_map(|account| planner.see(account)).collect();
        (planner.finish(), observed)
    }

    fn commit(&mut self, change: Change) {
        assert_eq!(self.accounts.get(&change.after.id), change.before.as_ref(), "decided on what is there");
        let before = self.used();
        self.accounts.insert(change.after.id, change.after);
        self.check();
        let Limit::Seats(limit) = self.seats().limit else { return };
        assert!(self.used() <= limit.get().max(before), "over the limit after a change");
    }

    fn check(&self) {
        let usernames: BTreeSet<&str> =
            self.accounts.values().map(|account| account.username.folded()).collect();
        assert_eq!(usernames.len(), self.accounts.len(), "usernames are unique");
    }
}

/// The decisions in the order in which they are to be committed.
fn in_order(plan: &Plan, records: &[Record]) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = plan.without_entry().collect();
    for step in plan.steps() {
        for (ordinal, record) in records.iter().enumerate() {
            if plan.step(ordinal) == step {
                decisions.extend(plan.decide(ordinal, record));
            }
        }
    }
    decisions
}

fn of_observe(decision: &Decision) -> Option<Observation> {
    match decision {
        Decision::Observe(observation) => Some(observation.clone()),
        Decision::Change(_) => None,
    }
}

fn of_change(decision: Decision) -> Option<Change> {
    match decision {
        Decision::Change(change) => Some(change),
        Decision::Observe(_) => None,
    }
}

fn sum_up(ran: &mut Ran, plan: &Plan, records: &[Record], is_dry_run: bool) {
    ran.status = String::from(match (is_dry_run, plan.hold()) {
        (true, _) => "dry_run",
        (false, Some(_)) => "held",
        (false, None) => "completed",
    });
    let seats = plan.seats();
    (ran.used, ran.waiting, ran.over_by) = (seats.used.get(), seats.waiting.get(), seats.over_by.get());
    ran.next = plan.next_waiting().map(|ordinal| name_of(&records[ordinal])).collect();
}

fn observe(ran: &mut Ran, observation: &Observation) {
    let name = match (&observation.username, &observation.key) {
        (Some(username), _) => username.original(),
        (None, Some(key)) => key.original(),
        (None, None) => "",
    };
    note(ran, observation.outcome, name);
}

fn note(ran: &mut Ran, outcome: Outcome, name: &str) {
    ran.outcomes.entry(outcome).or_default().push(name.to_owned());
}

fn source() -> SourceName {
    SourceName::parse("staff").unwrap()
}

impl CoreWorld {
    /// What the source makes of these people.
    fn records(&self, people: &[Person]) -> Vec<Record> {
        let mut records: Vec<Record> =
            people.iter().enumerate().map(|(at, person)| record(at as u64 + 2, person)).collect();
        for record in &mut records {
            let Record::Entry(entry) = record else { continue };
            let title = entry.fields.get(&FieldName::parse("title").unwrap()).to_owned();
            if self.only_title.as_ref().is_some_and(|only| *only != title) {
                entry.status = EntryStatus::OutOfScope { condition: Condition::new("title") };
            }
            if self.writes_title_once {
                entry.created_fields = std::mem::take(&mut entry.fields);
            }
        }
        records.sort_by(|a, b| a.order().cmp(&b.order()));
        records
    }
}

fn record(line: u64, person: &Person) -> Record {
    let username = Username::parse(&person.username).ok();
    let immutable_id = ImmutableId::parse(&person.id).ok();
    let key = match MatchKey::parse(&person.key) {
        Ok(key) => key,
        Err(InvalidMatchKey::Empty) => {
            let reason = RejectReason::MissingKey;
            return Record::Rejected(RejectedRow { line, reason, key: None, immutable_id, username });
        }
        Err(error) => panic!("{error}"),
    };
    let mut fields = Fields::new();
    if !person.title.is_empty() {
        fields.set(FieldName::parse("title").unwrap(), person.title.clone());
    }
    Record::Entry(Entry {
        line,
        key,
        immutable_id,
        username,
        status: if person.is_disabled || person.block_credential == "True" {
            EntryStatus::Disabled
        } else {
            EntryStatus::Enabled
        },
        starts: read_time(&person.starts),
        ends: read_time(&person.ends),
        is_admin: Some(person.is_admin),
        priority: 0,
        fields,
        created_fields: Fields::new(),
    })
}

fn name_of(record: &Record) -> String {
    match record {
        Record::Entry(entry) => {
            entry.username.as_ref().map_or(entry.key.original(), Username::original).to_owned()
        }
        Record::Rejected(row) => row.key.as_ref().map_or("", MatchKey::original).to_owned(),
    }
}
