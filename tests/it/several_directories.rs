//! Several directories at once, each of another kind: whose the accounts are, and who is in more than one (rule 7).

use crate::fakes::entra::Entra;
use crate::fakes::ldap::{BASE, FakeLdap, Flavour};
use crate::fakes::okta::Okta;
use crate::fakes::{FakeDirectory as _, Fault, Person};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_core::account::Owner;
use rollcall_sync::doctor;
use rollcall_sync::store::RunStatus;
use std::collections::BTreeMap;

struct Company {
    ldap: FakeLdap,
    entra: Entra,
    okta: Okta,
    world: World,
}

impl Company {
    async fn new(ldap: &[&str], entra: &[&str], okta: &[&str]) -> Self {
        let fakes =
            (FakeLdap::new(Flavour::ActiveDirectory).await, Entra::start().await, Okta::start().await);
        let named = |source: String, name: &str| source.replacen("\"staff\"", &format!("{name:?}"), 1);
        let config = format!(
            "[guard]\nmax_removal_percent = 100\n{}{}{}",
            named(fakes.0.source(), "ldap"),
            named(fakes.1.source(), "entra"),
            named(fakes.2.source(), "okta")
        );
        let company = Self { ldap: fakes.0, entra: fakes.1, okta: fakes.2, world: World::new(&config).await };
        company.fill(ldap, entra, okta);
        company
    }

    fn fill(&self, ldap: &[&str], entra: &[&str], okta: &[&str]) {
        let people = |names: &[&str], key: &dyn Fn(&str) -> String| {
            let person =
                |name: &&str| Person { username: (*name).to_owned(), key: key(name), ..Person::default() };
            names.iter().map(person).collect::<Vec<_>>()
        };
        self.ldap.fill(&people(ldap, &|name| format!("CN={name},{BASE}")));
        self.entra.fill(&people(entra, &str::to_owned));
        self.okta.fill(&people(okta, &|name| format!("{name}@example.com")));
    }

    /// The timer ticks: every source is synced. Answers with the counts of each.
    async fn tick(&self) -> BTreeMap<String, BTreeMap<String, u64>> {
        self.world.tick();
        rollcall_fetch::handle(events::schedule_event(), &self.world.shell).await.unwrap();
        events::drain(&self.world.shell).await.unwrap();
        let runs = all_runs(&self.world.shell).await.unwrap();
        let counts = runs.into_iter().take(3).map(|run| {
            assert_eq!(run.status, RunStatus::Completed, "{run:?}");
            let counts = run.summary.unwrap().counts.into_iter().filter(|(_, count)| *count > 0);
            (run.source.to_string(), counts.collect())
        });
        counts.collect()
    }

    /// Every account: whose it is, and its state.
    async fn accounts(&self) -> BTreeMap<String, (String, &'static str)> {
        let accounts = administer::all_accounts(&self.world.shell).await.unwrap();
        let shown = accounts.into_iter().map(|account| {
            let Owner::Source { source, .. } = &account.owner else { panic!("{account:?}") };
            let state = account.state.block().map_or("active", |block| block.reason.as_str());
            (account.username.original().to_owned(), (source.to_string(), state))
        });
        shown.collect()
    }
}

fn counted(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|(outcome, count)| ((*outcome).to_owned(), *count)).collect()
}

fn owned(accounts: &[(&str, &str, &'static str)]) -> BTreeMap<String, (String, &'static str)> {
    accounts
        .iter()
        .map(|(name, source, state)| ((*name).to_owned(), ((*source).to_owned(), *state)))
        .collect()
}

#[tokio::test]
async fn a_person_in_two_sources_has_one_account_and_a_conflict() {
    let company = Company::new(&["ann", "ben"], &["ann", "cem"], &["ann", "dee"]).await;
    let counts = company.tick().await;
    assert_eq!(counts["ldap"], counted(&[("created_active", 2)]));
    assert_eq!(counts["entra"], counted(&[("created_active", 1), ("conflict", 1)]));
    assert_eq!(counts["okta"], counted(&[("created_active", 1), ("conflict", 1)]));
    let all = [
        ("ann", "ldap", "active"),
        ("ben", "ldap", "active"),
        ("cem", "entra", "active"),
        ("dee", "okta", "active"),
    ];
    assert_eq!(company.accounts().await, owned(&all));

    // A person who leaves the first may be the one whom the others show: the account stays until somebody has decided.
    company.fill(&["ben"], &["ann", "cem"], &["ann", "dee"]);
    let counts = company.tick().await;
    assert_eq!(counts["ldap"], counted(&[("unchanged", 1), ("held", 1)]));
    assert_eq!(counts["entra"], counted(&[("unchanged", 1), ("conflict", 1)]));
    assert_eq!(company.accounts().await["ann"], (String::from("ldap"), "active"));
    assert_eq!(doctor::examine(&company.world.shell).await.unwrap().findings, [""; 0]);
}

#[tokio::test]
async fn a_source_that_cannot_be_read_holds_up_no_other() {
    let company = Company::new(&["ann"], &["ben"], &["cem"]).await;
    company.tick().await;
    company.fill(&["ann", "abe"], &["ben", "bob"], &["cem", "cyd"]);
    company.okta.faults().plan(0, usize::MAX, Fault::Html);
    let mut limits = *company.world.shell.limits();
    limits.patience.tries = 1;
    let shell = company.world.shell.clone().with_limits(limits);
    company.world.tick();
    rollcall_fetch::handle(events::schedule_event(), &shell).await.unwrap();
    events::drain(&shell).await.unwrap();
    let runs = all_runs(&shell).await.unwrap();
    let ended: BTreeMap<_, _> = runs.iter().take(3).map(|run| (run.source.as_str(), run.status)).collect();
    let expected =
        [("entra", RunStatus::Completed), ("ldap", RunStatus::Completed), ("okta", RunStatus::Failed)];
    assert_eq!(ended, BTreeMap::from(expected));
    assert_eq!(company.accounts().await.len(), 5);
}
