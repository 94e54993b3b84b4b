//! LDAP against the server of our own: what real ones cannot be made to do, and what goes wrong on any page.

use super::{Office, Site, counted};
use crate::every_call::is_played;
use crate::fakes::Person;
use crate::fakes::ldap::{BASE, BIND_DN, FakeLdap, Flavour, PASSWORD, Trouble};
use ldap3_proto::proto::LdapResultCode;
use rollcall_api::accounts::administer;
use rollcall_sync::doctor;
use rollcall_sync::shell::Limits;
use rollcall_sync::store::RunStatus;
use std::collections::BTreeMap;
use std::time::Duration;

const FLAVOURS: [Flavour; 2] = [Flavour::ActiveDirectory, Flavour::OpenLdap];

pub(super) fn person(name: &str) -> Person {
    Person { username: name.to_owned(), key: format!("CN={name},OU=People,{BASE}"), ..Person::default() }
}

pub(super) fn people(names: &[&str]) -> Vec<Person> {
    names.iter().map(|name| person(name)).collect()
}

pub(super) fn site(fake: &FakeLdap) -> Site<'_> {
    let settings = "groups = [\"everyone\"]\npage_items = 2\n[guard]\nmax_removal_percent = 100".to_owned();
    let request = Duration::from_secs(3);
    Site { url: &fake.url, ca: None, bind_dn: BIND_DN, password: PASSWORD, base: BASE, settings, request }
}

pub(super) async fn states(office: &Office) -> BTreeMap<String, &'static str> {
    let accounts = administer::all_accounts(&office.world.shell).await.unwrap();
    let state = |account: &rollcall_core::account::Account| {
        (account.username.original().to_owned(), account.state.as_str())
    };
    accounts.iter().map(state).collect()
}

#[tokio::test]
async fn a_group_with_many_pages_and_ranges_is_read_whole() {
    for flavour in FLAVOURS {
        let fake = FakeLdap::new(flavour).await;
        fake.fill(&people(&["ann", "ben", "cem", "dee", "eve", "flo", "gus"]));
        let office = Office::new(&site(&fake)).await;
        assert_eq!(office.counts().await, counted([("created_active", 7)]), "{flavour:?}");
        assert_eq!(office.counts().await, counted([("unchanged", 7)]), "{flavour:?}");
        fake.fill(&people(&["ann", "ben", "cem", "dee", "eve", "flo"]));
        assert_eq!(office.counts().await, counted([("unchanged", 6), ("blocked_left", 1)]), "{flavour:?}");
    }
}

#[tokio::test]
async fn pages_are_as_large_as_is_configured() {
    for flavour in FLAVOURS {
        let fake = FakeLdap::new(flavour).await;
        fake.fill(&(0..600).map(|number| person(&format!("u{number}"))).collect::<Vec<_>>());
        fake.serve_large_pages();
        let office = Office::new(&site(&fake)).await;
        let source = fake.source().replace("page_items = 2", "page_items = 500");
        let mut world = office.world;
        world.configure(&source).await;
        fake.calm();
        world.reset(true, None).await.unwrap();
        assert_eq!(fake.calm(), 2, "{flavour:?}: 500 and 100");
    }
}

/// Active Directory has a time for each request, OpenLDAP a size of pages (`size.pr`): a smaller page is the cure.
#[tokio::test]
async fn pages_shrink_where_the_server_does_not_give_large_ones() {
    for code in [LdapResultCode::TimeLimitExceeded, LdapResultCode::AdminLimitExceeded] {
        for flavour in FLAVOURS {
            let fake = FakeLdap::new(flavour).await;
            fake.fill(&(0..130).map(|number| person(&format!("u{number}"))).collect::<Vec<_>>());
            fake.serve_large_pages();
            let mut world = Office::new(&site(&fake)).await.world;
            world.configure(&fake.source().replace("page_items = 2", "page_items = 400")).await;
            fake.limit_pages(60, code.clone());
            let run = world.reset(false, None).await.unwrap();
            assert_eq!(
                (run.status, run.summary.as_ref().map(|summary| summary.rows)),
                (RunStatus::Completed, Some(130)),
                "{flavour:?} {code:?}: {run:?}"
            );
            // Where even a small page is too much, the run says so and changes nothing.
            fake.limit_pages(10, code.clone());
            let run = world.reset(false, None).await.unwrap();
            assert_eq!(run.status, RunStatus::Failed, "{flavour:?} {code:?}");
            let why = run.error.unwrap();
            assert!(why.contains("limit"), "{why}");
        }
    }
}

#[tokio::test]
async fn the_disabled_are_blocked_and_come_back() {
    for flavour in FLAVOURS {
        let fake = FakeLdap::new(flavour).await;
        fake.fill(&people(&["ann", "ben"]));
        let office = Office::new(&site(&fake)).await;
        office.counts().await;
        fake.fill(&[person("ann"), Person { is_disabled: true, ..person("ben") }]);
        assert_eq!(
            office.counts().await,
            counted([("unchanged", 1), ("blocked_disabled", 1)]),
            "{flavour:?}"
        );
        fake.fill(&people(&["ann", "ben"]));
        assert_eq!(office.counts().await, counted([("unchanged", 1), ("reactivated", 1)]), "{flavour:?}");
    }
}

/// A search lives on its connection: another process reads a group from its beginning, or goes on with the next one.
#[tokio::test]
async fn every_group_may_be_read_by_another_process() {
    for flavour in FLAVOURS {
        let fake = FakeLdap::new(flavour).await;
        fake.fill(&people(&["ann", "ben", "cem"]));
        let settings = "groups = [\"everyone\", \"others\"]\npage_items = 2".to_owned();
        let mut office = Office::new(&Site { settings, ..site(&fake) }).await;
        let limits = Limits { pages: Some(1), ..*office.world.shell.limits() };
        office.world.shell = office.world.shell.clone().with_limits(limits);
        assert_eq!(office.counts().await["created_active"], 3, "{flavour:?}");
    }
}

/// What goes wrong, and whether the run comes to its end where it goes wrong only once.
const TROUBLES: [(Trouble, bool); 14] = [
    (Trouble::Cut, true),
    (Trouble::Silence, true),
    (Trouble::Drip, true),
    (Trouble::Garbage, true),
    (Trouble::Html, true),
    (Trouble::Code(LdapResultCode::Busy), true),
    (Trouble::Code(LdapResultCode::Unavailable), true),
    (Trouble::Code(LdapResultCode::SizeLimitExceeded), false),
    (Trouble::Code(LdapResultCode::TimeLimitExceeded), false),
    (Trouble::Code(LdapResultCode::InsufficentAccessRights), false),
    (Trouble::PlaceExpired, true),
    (Trouble::EmptyPage, true),
    (Trouble::RepeatedPage, false),
    (Trouble::Referral, true),
];

async fn play(flavour: Flavour, trouble: &Trouble, page: usize, times: usize) -> RunStatus {
    let context = format!("{flavour:?}, {trouble:?} on page {page}, {times} times");
    let fake = FakeLdap::new(flavour).await;
    fake.fill(&people(&["ann", "ben", "cem", "dee", "eve"]));
    let office = Office::new(&site(&fake)).await;
    office.counts().await;
    let before = states(&office).await;
    // Two leave, one comes.
    fake.fill(&people(&["ann", "ben", "cem", "flo"]));
    fake.plan(page, times, trouble.clone());
    let run = office.sync().await;
    fake.calm();
    let after = states(&office).await;
    if run.status == RunStatus::Completed {
        assert_eq!(after["dee"], "blocked", "{context}");
        assert_eq!(after.values().filter(|state| **state == "active").count(), 4, "{context}");
    } else {
        assert_eq!(run.status, RunStatus::Failed, "{context}: {run:?}");
        assert_eq!(after, before, "{context}");
        let why = run.error.unwrap();
        assert!(!why.contains(PASSWORD), "{context}: {why}");
    }
    assert_eq!(
        doctor::examine(&office.world.shell).await.unwrap().findings,
        Vec::<String>::new(),
        "{context}"
    );
    let next = office.sync().await;
    assert_eq!(next.status, RunStatus::Completed, "{context}: {next:?}");
    assert_eq!(states(&office).await["dee"], "blocked", "{context}");
    run.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_fault_on_a_page_ends_right_or_changes_nothing() {
    let mut cases = Vec::new();
    for (turn, flavour) in FLAVOURS.into_iter().enumerate() {
        for (number, (trouble, heals)) in TROUBLES.iter().enumerate() {
            let first = usize::from(*trouble == Trouble::RepeatedPage);
            // No place is lost before there is one.
            let heals = |page| *heals && (page > 0 || *trouble != Trouble::PlaceExpired);
            let once = (first..2).map(|page| (flavour, trouble.clone(), page, 1, heals(page)));
            let always = [(flavour, trouble.clone(), 1, usize::MAX, false)];
            // Each trouble is played in some way, whatever is left out.
            let ways = once.chain(always).enumerate();
            cases.extend(ways.filter(|(way, _)| is_played(turn + number + way)).map(|(_, case)| case));
        }
    }
    let plays = cases.into_iter().map(|(flavour, trouble, page, times, heals)| {
        tokio::spawn(async move {
            let status = play(flavour, &trouble, page, times).await;
            // A page that leads on is none, and a repeated first page is the first.
            let is_harmless =
                matches!(trouble, Trouble::Referral) || (page == 0 && trouble == Trouble::RepeatedPage);
            if heals || is_harmless {
                assert_eq!(status, RunStatus::Completed, "{flavour:?} {trouble:?} on page {page}");
            } else {
                assert_eq!(
                    status,
                    RunStatus::Failed,
                    "{flavour:?} {trouble:?} on page {page}, {times} times"
                );
            }
        })
    });
    for play in plays.collect::<Vec<_>>() {
        play.await.unwrap();
    }
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_come_to_an_end() {
    for flavour in FLAVOURS {
        let fake = FakeLdap::new(flavour).await;
        fake.fill(&people(&["ann", "ben", "cem", "dee", "eve"]));
        let office = Office::new(&site(&fake)).await;
        fake.plan(1, usize::MAX, Trouble::Loop);
        let why = office.refusal().await;
        assert!(why.contains("came twice"), "{flavour:?}: {why}");
    }
}
