//! Entra ID, from the first load to what may go wrong: whole runs against a tenant that is played.
//!
//! `access` is about who may ask, `disturbed` about answers that cannot be trusted, `look` about the survey, `others`
//! serves the played tenant to other people's parts (`tests/outside/descriptions/graph`).

mod access;
mod faulty_pages;
mod look;
mod others;
mod whole;

use crate::fakes::FakeDirectory as _;
use crate::fakes::Person;
use crate::fakes::entra::{Entra, Group, STAFF_ID, User};
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_core::account::{Account, Owner};
use rollcall_core::fields::FieldName;
use rollcall_sources::directory::Patience;
use rollcall_sync::doctor;
use rollcall_sync::shell::Limits;
use rollcall_sync::store::{RunRecord, RunStatus};
use std::collections::BTreeMap;
use std::time::Duration;

/// No removal is held: what would be lost is lost.
const LICENCE: &str = "[guard]\nmax_removal_percent = 100\n";

const PATIENCE: Patience =
    Patience { tries: 3, first_wait: Duration::from_millis(1), request: Duration::from_secs(2) };

pub(crate) fn person(name: &str) -> Person {
    Person { username: name.to_owned(), key: name.to_owned(), ..Person::default() }
}

pub(crate) fn people(names: &[&str]) -> Vec<Person> {
    names.iter().map(|name| person(name)).collect()
}

fn user(name: &str) -> User {
    User {
        id: format!("id-of-{name}"),
        upn: format!("{name}@contoso.example"),
        dn: Some(format!("CN={name},OU=staff,DC=contoso,DC=example")),
        nickname: name.to_owned(),
        ..User::default()
    }
}

pub(crate) async fn world(source: &str) -> World {
    let mut world = World::new(&format!("{LICENCE}{source}")).await;
    limit(&mut world, None);
    world
}

/// Impatient, and after so many pages another process goes on.
pub(crate) fn limit(world: &mut World, pages: Option<usize>) {
    let limits = Limits { pages, patience: PATIENCE, ..Limits::default() };
    world.shell = world.shell.clone().with_limits(limits);
}

pub(crate) async fn run(world: &World) -> RunRecord {
    world.reset(false, None).await.unwrap()
}

pub(crate) async fn completed(world: &World) -> RunRecord {
    let run = run(world).await;
    assert_eq!((run.status, run.error.as_deref()), (RunStatus::Completed, None));
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, Vec::<String>::new());
    run
}

/// Why a run failed. It must have changed nothing, and told no secret.
async fn failure(world: &World) -> String {
    let before = accounts(world).await;
    let run = run(world).await;
    assert_eq!(run.status, RunStatus::Failed);
    assert_eq!(accounts(world).await, before);
    let error = run.error.unwrap();
    for secret in
        [crate::fakes::entra::SECRET, crate::fakes::entra::FEDERATED_TOKEN, "access-token", "skiptoken"]
    {
        assert!(!error.contains(secret), "{error}");
    }
    error
}

pub(crate) async fn accounts(world: &World) -> Vec<Account> {
    administer::all_accounts(&world.shell).await.unwrap()
}

pub(crate) async fn account(world: &World, username: &str) -> Account {
    let all = accounts(world).await;
    all.into_iter().find(|account| account.username.original() == username).unwrap()
}

/// Every account by its username: `active`, or why it is blocked; and the title.
pub(crate) async fn states(world: &World) -> BTreeMap<String, String> {
    let title = FieldName::parse("title").unwrap();
    let show = |account: Account| {
        let state = account.state.block().map_or("active", |block| block.reason.as_str());
        let text = format!("{state} {}", account.fields.get(&title));
        (account.username.original().to_owned(), text.trim().to_owned())
    };
    accounts(world).await.into_iter().map(show).collect()
}

fn key(account: &Account) -> &str {
    match &account.owner {
        Owner::Source { key, .. } => key.original(),
        Owner::Local => unreachable!(),
    }
}

pub(crate) fn expected(states: &[(&str, &str)]) -> BTreeMap<String, String> {
    states.iter().map(|(name, state)| ((*name).to_owned(), (*state).to_owned())).collect()
}

#[tokio::test]
async fn a_group_is_loaded_and_the_same_again_writes_nothing() {
    let entra = Entra::start().await;
    let mut staff = people(&["ann", "ben", "cem", "dot", "eve"]);
    staff[0].title = String::from("clerk");
    staff[1].is_admin = true;
    entra.fill(&staff);
    let world = world(&entra.source()).await;
    completed(&world).await;
    let all =
        [("ann", "active clerk"), ("ben", "active"), ("cem", "active"), ("dot", "active"), ("eve", "active")];
    assert_eq!(states(&world).await, expected(&all));
    let ben = account(&world, "ben").await;
    assert!(ben.is_active_admin() && !account(&world, "ann").await.is_active_admin());
    assert_eq!(key(&ben), "CN=ben,OU=staff,DC=contoso,DC=example");
    assert_eq!(entra.tenant.contents().asked.len(), 3);
    assert_eq!(completed(&world).await.summary.unwrap().writes, 0);
}

#[tokio::test]
async fn pages_are_as_large_as_graph_allows() {
    let entra = Entra::start().await;
    entra.fill(&(0..1000).map(|number| person(&format!("u{number}"))).collect::<Vec<_>>());
    entra.serve_large_pages();
    let world = world(&entra.source()).await;
    let run = world.reset(true, None).await.unwrap();
    assert_eq!(run.status, RunStatus::DryRun, "{run:?}");
    assert_eq!(entra.faults().clear(), 2, "999 and 1");
}

#[tokio::test]
async fn every_page_may_be_read_by_another_process() {
    let entra = Entra::start().await;
    entra.fill(&people(&["ann", "ben", "cem", "dot", "eve"]));
    let mut world = world(&entra.source()).await;
    limit(&mut world, Some(1));
    completed(&world).await;
    assert_eq!(states(&world).await.len(), 5);
    assert_eq!(entra.tenant.contents().asked.len(), 3);
    assert_eq!(entra.tenant.contents().tokens.len(), 3, "each process logs in");
    // Where the position is forgotten, the next invocation begins anew.
    entra.faults().plan(2, 1, crate::fakes::Fault::PlaceExpired);
    assert_eq!(completed(&world).await.summary.unwrap().writes, 0);
    assert_eq!(entra.faults().clear(), 6);
}

#[tokio::test]
async fn another_configuration_half_way_is_said_and_changes_nothing() {
    let entra = Entra::start().await;
    entra.fill(&people(&["ann", "ben", "cem"]));
    let mut world = world(&entra.source()).await;
    limit(&mut world, Some(1));
    world.tick();
    let run = rollcall::events::post_reset(&world.shell, world.source(), false, None).await.unwrap();
    let message = world.shell.queues.take().unwrap();
    rollcall_fetch::handle(rollcall::events::queue_event(&message), &world.shell).await.unwrap();
    world.configure(&format!("{LICENCE}{}office = \"officeLocation\"\n", entra.source())).await;
    let run = world.finish(&run).await;
    assert_eq!((run.status, accounts(&world).await.len()), (RunStatus::Failed, 0));
    assert!(run.error.as_deref().unwrap().contains("the configuration has changed since then"), "{run:?}");
}

#[tokio::test]
async fn a_rename_and_a_move_update_the_same_account() {
    let entra = Entra::start().await;
    let (mut ann, mut ben) = (user("ann"), user("ben"));
    ben.dn = None;
    entra.put(vec![ann.clone(), ben.clone()]);
    let world = world(&entra.source()).await;
    completed(&world).await;
    let before = (account(&world, "ann").await, account(&world, "ben").await);
    assert_eq!(key(&before.1), "ben@contoso.example", "who has no distinguished name");
    ann.dn = Some(String::from("CN=ann,OU=leads,DC=contoso,DC=example"));
    ben.upn = String::from("benedict@contoso.example");
    ben.nickname = String::from("benedict");
    entra.put(vec![ann, ben]);
    let counts = completed(&world).await.summary.unwrap().counts;
    assert_eq!((counts["updated"], counts["created_active"]), (2, 0), "{counts:?}");
    let after = (account(&world, "ann").await, account(&world, "benedict").await);
    assert_eq!((after.0.id, after.1.id), (before.0.id, before.1.id));
    assert_eq!(key(&after.0), "CN=ann,OU=leads,DC=contoso,DC=example");
    assert_eq!(key(&after.1), "benedict@contoso.example");
    assert_eq!(accounts(&world).await.len(), 2);
}

#[tokio::test]
async fn people_match_by_user_principal_name_where_chosen() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann")]);
    let world = world(&entra.source().replace("login_url", "match_field = \"upn\"\nlogin_url")).await;
    completed(&world).await;
    assert_eq!(key(&account(&world, "ann").await), "ann@contoso.example");
}

#[tokio::test]
async fn a_person_without_a_key_is_skipped_and_stays_who_they_are() {
    let entra = Entra::start().await;
    let mut staff = people(&["ann", "ben"]);
    entra.fill(&staff);
    let world = world(&entra.source()).await;
    completed(&world).await;
    staff[1].key.clear();
    staff.push(Person { key: String::new(), ..person("zed") });
    entra.fill(&staff);
    let counts = completed(&world).await.summary.unwrap().counts;
    assert_eq!(counts.get("skipped_missing_key"), Some(&2), "{counts:?}");
    assert_eq!(states(&world).await, expected(&[("ann", "active"), ("ben", "active")]));
}

#[tokio::test]
async fn guests_are_included_only_if_they_are_wanted() {
    let entra = Entra::start().await;
    let gus =
        User { is_guest: true, upn: String::from("gus_example.org#EXT#@contoso.example"), ..user("gus") };
    entra.put(vec![user("ann"), User { dn: None, ..gus }]);
    let mut world = world(&entra.source()).await;
    completed(&world).await;
    assert_eq!(states(&world).await, expected(&[("ann", "active")]));
    let with_guests = entra.source().replace("login_url", "guests = true\nlogin_url");
    world.configure(&format!("{LICENCE}{with_guests}")).await;
    completed(&world).await;
    assert_eq!(states(&world).await, expected(&[("ann", "active"), ("gus", "active")]));
}

#[tokio::test]
async fn a_disabled_person_is_blocked_or_never_created() {
    let entra = Entra::start().await;
    let mut staff = people(&["ann", "ben"]);
    entra.fill(&staff);
    let world = world(&entra.source()).await;
    completed(&world).await;
    staff[1].is_disabled = true;
    staff.push(Person { is_disabled: true, ..person("cem") });
    entra.fill(&staff);
    completed(&world).await;
    assert_eq!(states(&world).await, expected(&[("ann", "active"), ("ben", "disabled_in_directory")]));
}

#[tokio::test]
async fn a_group_is_found_by_id_or_name_with_all_nested_members() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann"), user("ben")]);
    let group = |id: &str, name: &str, members: &[&str]| Group {
        id: id.to_owned(),
        name: name.to_owned(),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
        ..Group::default()
    };
    // Two that are in each other, with something in them that is no person.
    entra.tenant.contents().groups.extend([
        group("a11", "All of O'Brien & Sons+ (100 %)", &["inner", "a-device"]),
        group("inner", "inner", &["id-of-ann", "a11"]),
    ]);
    for (groups, all) in [
        (format!("[\"{STAFF_ID}\"]"), vec![("ann", "active"), ("ben", "active")]),
        (String::from("[\"all of o'brien & sons+ (100 %)\"]"), vec![("ann", "active")]),
    ] {
        let world = world(&entra.source_with(&entra.by_secret(), &groups)).await;
        completed(&world).await;
        assert_eq!(states(&world).await, expected(&all), "{groups}");
    }
}

#[tokio::test]
async fn somebody_in_two_groups_is_one_account_with_the_better_place() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann"), user("ben"), user("cem")]);
    let leads = Group {
        id: String::from("1ead5"),
        name: String::from("leads"),
        members: vec![String::from("id-of-cem"), String::from("id-of-ben")],
        ..Group::default()
    };
    entra.tenant.contents().groups.push(leads);
    let groups = "[{ name = \"staff\", priority = 2 }, { name = \"leads\", priority = 1 }]";
    let source = entra.source_with(&entra.by_secret(), groups);
    let mut world = world(&format!("[licence]\nseats = 2\n{source}")).await;
    limit(&mut world, Some(1));
    completed(&world).await;
    let all = [("ann", "no_seat"), ("ben", "active"), ("cem", "active")];
    assert_eq!(states(&world).await, expected(&all));
    let log = audit::read(&world.shell, &AuditFilter::default()).await.unwrap();
    let people = log.iter().filter(|entry| entry.account.is_some()).count();
    assert_eq!((people, log.len()), (3, 4), "one entry for each person, and one for the Reset");
}

#[tokio::test]
async fn a_group_that_is_not_the_one_meant_is_refused() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann")]);
    let twin = |id: &str| Group { id: id.to_owned(), name: String::from("twins"), ..Group::default() };
    let mail = Group {
        is_for_mail_only: true,
        id: String::from("3a11"),
        name: String::from("mail"),
        ..Group::default()
    };
    entra.tenant.contents().groups.extend([twin("7-1"), twin("7-2"), mail]);
    for (name, words) in [
        ("stuff", "the group \"stuff\" does not exist"),
        ("00000000-0000-4000-8000-000000000000", "does not exist"),
        ("twins", "is the name of more than one group; write the object id of the right one"),
        ("mail", "is not a security group"),
    ] {
        let world = world(&entra.source_with(&entra.by_secret(), &format!("[{name:?}]"))).await;
        let error = failure(&world).await;
        assert!(error.contains(words) && error.contains("correct `groups`"), "{error}");
    }
}

#[tokio::test]
async fn a_group_that_is_deleted_removes_nobody() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann")]);
    let world = world(&entra.source()).await;
    completed(&world).await;
    entra.tenant.contents().groups.clear();
    assert!(failure(&world).await.contains("the group \"staff\" does not exist"));
}
