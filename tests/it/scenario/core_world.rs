//! The stage of the pure core: accounts in a map, the plan applied change by change, the invariants looked at after
//! each.

mod decisions;
mod people;
mod seat;
mod undo;

use super::{FIRST_DAY, Ran, Settings, Stage};
use crate::fakes::Person;
use decisions::{in_order, of_change, of_observe};
use people::name_of;
use rollcall_core::account::{Account, AccountId, AccountState, Owner};
use rollcall_core::entry::Record;
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::history::History;
use rollcall_core::keyed::DigestKey;
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::outcome::{Change, Observation, Outcome};
use rollcall_core::plan::{Decided, Holds, Judgement, PartHold, Plan, PlanInput, Removals};
use rollcall_core::planner::Planner;
use rollcall_core::policy::{Guard, Policy};
use rollcall_core::seat_gate;
use rollcall_core::snapshot::{RecordIndexer, SnapshotIndexBuilder};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::undo::Done;
use rollcall_core::username::Username;
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
    held: Option<(Vec<Record>, Removals, Holds)>,
    /// What the last run read, and when time alone changes what it says.
    applied: Option<(Vec<Record>, Option<Timestamp>)>,
    minutes: i64,
    /// When a person last approved something.
    approved_at: Option<Timestamp>,
    /// What the last run did, and when it decided.
    done: (Vec<Done>, Option<Timestamp>),
}

impl Stage for CoreWorld {
    async fn configure(&mut self, settings: &Settings) {
        self.configured = Some(settings.limit);
        self.only_title.clone_from(&settings.only_title);
        self.writes_title_once = settings.writes_title_once;
        let protected: Vec<Username> =
            settings.protected.iter().map(|name| Username::parse(name).unwrap()).collect();
        self.policy = Policy {
            guard: settings
                .guard
                .map_or_else(Guard::default, |(percent, min)| Guard::of_removals(percent, min)),
            reserve: SeatCount::new(settings.reserve),
            exemptions: protected.iter().collect(),
            trimming: settings.trimming,
            grace: settings.grace,
            return_period: settings.return_period,
            keep_seat: Duration::ZERO,
        };
    }

    async fn directory(&mut self, people: Option<&[Person]>) {
        self.directory = people.map(<[Person]>::to_vec);
    }

    async fn run(&mut self, is_dry_run: bool) -> Ran {
        self.tick();
        match self.directory.as_ref().map(|people| self.records(people)) {
            Some(records) if !records.is_empty() => {
                let held =
                    self.held.as_ref().filter(|(held, _, _)| *held == records).map(|(_, _, holds)| *holds);
                let (removals, decided) = self.decided_before(held.unwrap_or_default());
                self.apply(records, removals, decided, is_dry_run)
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
        let held = self.held.as_ref().filter(|(held, _, _)| *held == records).map(|(_, _, holds)| *holds);
        let (removals, decided) = self.decided_before(held.unwrap_or_default());
        Some(self.apply(records, removals, decided, false))
    }

    async fn approve(&mut self) -> Result<Ran, String> {
        self.tick();
        let (records, approved, holds) = self.held.take().ok_or("its removals are not held")?;
        self.approved_at = Some(self.now());
        let at_most =
            |part: Option<PartHold>| Judgement::Approved { at_most: part.map_or(0, |part| part.count) };
        let decided = Decided {
            renames: at_most(holds.renames),
            newcomers: at_most(holds.newcomers),
            approved_at: self.approved_at,
            ..Decided::default()
        };
        Ok(self.apply(records, approved, decided, false))
    }

    async fn undo(&mut self) -> Ran {
        self.tick();
        self.take_back()
    }

    async fn block(&mut self, username: &str) -> Result<(), String> {
        self.tick();
        let now = self.now();
        self.change_state(username, |account, _| seat_gate::block(account, String::from("boss"), None, now))
    }

    async fn unblock(&mut self, username: &str) -> Result<(), String> {
        self.tick();
        let (policy, now) = (self.policy.clone(), self.now());
        self.change_state(username, |account, seats| seat_gate::unblock(account, seats, &policy, now))
    }

    async fn seat(&mut self, username: &str, from: Option<&str>) -> Result<(), String> {
        self.tick();
        self.give_seat(username, from)
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
            priority: 0,
            missing_since: None,
            history: History::default(),
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
        self.accounts.get_mut(&id).unwrap().fields.store(FieldName::parse("title").unwrap(), title);
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
        decide: impl Fn(&Account, &Seats) -> Result<seat_gate::Decided, seat_gate::Refusal>,
    ) -> Result<(), String> {
        let seats = self.seats();
        let id = self.find(username);
        let account = self.accounts.get_mut(&id).unwrap();
        let decided = decide(account, &seats).map_err(|refusal| refusal.to_string())?;
        account.missing_since = None;
        (account.state, account.history) = (decided.state, decided.history);
        account.version += 1;
        self.check();
        Ok(())
    }

    /// Plans and commits until a plan is settled.
    fn apply(
        &mut self,
        records: Vec<Record>,
        mut removals: Removals,
        mut decided: Decided,
        is_dry_run: bool,
    ) -> Ran {
        let mut ran = Ran::default();
        let mut changed = BTreeMap::new();
        if !is_dry_run {
            self.done = (Vec::new(), Some(self.now()));
        }
        let mut approved;
        let mut holds;
        let mut next_date;
        loop {
            let (plan, observed) = self.plan(&records, removals, decided);
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
            holds = *plan.holds();
            hold_again(holds, &mut removals, &mut decided);
            if plan.admits_many() {
                decided.newcomers = Judgement::Begun;
            }
            let (seats, places) = plan.hold().map_or((0, 0), |hold| (hold.removals, hold.places));
            let leaves = plan.seats().used.less(SeatCount::new(seats));
            approved = Removals::Approved { held_at: self.now(), leaves, removals: seats, places };
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
            self.held = (ran.status == "held").then_some((records, approved, holds));
        }
        ran
    }

    /// What an earlier run held of the same snapshot stays held.
    fn decided_before(&self, held: Holds) -> (Removals, Decided) {
        let (mut removals, mut decided) = (Removals::Guarded, Decided::default());
        hold_again(held, &mut removals, &mut decided);
        (removals, Decided { approved_at: self.approved_at, ..decided })
    }

    fn plan(&self, records: &[Record], removals: Removals, decided: Decided) -> (Plan, Vec<Observation>) {
        let request = PlanInput {
            source: source(),
            now: self.now(),
            limit: self.seats().limit,
            used: self.seats().used,
            policy: self.policy.clone(),
            removals,
            decided,
            asked_elsewhere: Vec::new(),
        };
        let indexer = RecordIndexer::new(&request.source, DigestKey::from_bytes([7; 16]));
        let mut index = SnapshotIndexBuilder::new(request.now, indexer);
        for record in records {
            index.push(record).unwrap();
        }
        let mut planner = Planner::begin(request, index.finish());
        let seen = planner.see(self.accounts.values()).into_iter();
        let observed = seen.map(|(account, seen)| seen.of(account)).collect();
        (planner.finish(), observed)
    }

    fn commit(&mut self, change: Change) {
        assert_eq!(self.accounts.get(&change.after.id), change.before.as_ref(), "decided on what is there");
        let before = self.used();
        self.done.0.push(undo::done_of(&change));
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

/// What a plan holds stays held in the next plan of the same snapshot.
fn hold_again(holds: Holds, removals: &mut Removals, decided: &mut Decided) {
    if holds.removals.is_some() {
        *removals = Removals::Held;
    }
    for (is_held, judgement) in [
        (holds.renames.is_some(), &mut decided.renames),
        (holds.newcomers.is_some(), &mut decided.newcomers),
        (holds.perhaps_same > 0, &mut decided.perhaps_same),
        (holds.undone > 0, &mut decided.undone),
    ] {
        if is_held {
            *judgement = Judgement::Held;
        }
    }
}

fn sum_up(ran: &mut Ran, plan: &Plan, records: &[Record], is_dry_run: bool) {
    let holds = plan.holds();
    let is_held = holds.removals.is_some() || holds.renames.is_some() || holds.newcomers.is_some();
    ran.status = String::from(match (is_dry_run, is_held) {
        (true, _) => "dry_run",
        (false, true) => "held",
        (false, false) => "completed",
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
