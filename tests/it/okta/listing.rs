//! Who is read, and what becomes of them (rules 2 to 9, 27).

use super::{
    assert_completed, assert_failed, five, quoted, run, seen, set_limits, states, with_five, world_of,
};
use crate::fakes::Person;
use crate::fakes::okta::{EVERYBODY, Group, Okta, User};
use crate::fakes::{FakeDirectory as _, Fault};

use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_sync::store::RunStatus;
use serde_json::json;

#[tokio::test]
async fn the_first_run_loads_everybody_and_the_second_writes_nothing() {
    let (_okta, world) = with_five().await;
    let first = seen(&world.shell).await;
    assert!(first.values().all(|(_, _, state)| *state == "active"), "{first:?}");
    let again = run(&world).await;
    assert_completed(&again);
    let summary = again.summary.unwrap();
    assert_eq!((summary.writes, summary.rows, summary.used), (0, 5, 5));
    assert_eq!(seen(&world.shell).await, first);
}

#[tokio::test]
async fn pages_are_as_large_as_okta_advises() {
    let okta = Okta::start().await;
    let person = |number| User::new(&format!("00u{number}"), &format!("u{number}@example.com"), "ACTIVE");
    okta.set_groups(vec![Group::new(EVERYBODY, (0..401).map(person).collect())]);
    okta.serve_large_pages();
    let world = world_of(&okta.source()).await;
    let run = world.reset(true, None).await.unwrap();
    assert_eq!(run.snapshot.unwrap().records, 401);
    assert_eq!(okta.take_asked().len(), 3, "200, 200 and 1");
}

#[tokio::test]
async fn every_page_may_be_read_by_a_process_of_its_own() {
    let (okta, mut world) = with_five().await;
    let before = seen(&world.shell).await;
    set_limits(&mut world, |limits| limits.pages = Some(1));
    let tokens = okta.inner.access.given();
    let again = run(&world).await;
    assert_completed(&again);
    assert_eq!((again.summary.unwrap().writes, seen(&world.shell).await), (0, before));
    assert_eq!(okta.inner.access.given() - tokens, 3, "each process asks for a token of its own");
}

#[tokio::test]
async fn a_lost_checkpoint_restarts_the_listing() {
    let (okta, mut world) = with_five().await;
    let before = seen(&world.shell).await;
    set_limits(&mut world, |limits| limits.pages = Some(1));
    for page in [1, 2] {
        okta.faults().plan(page, 1, Fault::PlaceExpired);
        let again = run(&world).await;
        assert_completed(&again);
        assert_eq!(okta.faults().clear(), 3 + page + 1, "pages asked for");
        assert_eq!((again.summary.unwrap().rows, seen(&world.shell).await), (5, before.clone()));
    }
}

#[tokio::test]
async fn a_new_login_is_the_same_account() {
    let (okta, world) = with_five().await;
    let before = seen(&world.shell).await;
    let mut users = five();
    users[1] = User::new("00uben", "benjamin@example.com", "ACTIVE");
    okta.set_groups(vec![Group::new(EVERYBODY, users)]);
    let renamed = run(&world).await;
    assert_completed(&renamed);
    let after = seen(&world.shell).await;
    assert_eq!(after.len(), 5);
    let (id, login, state) = &after["benjamin@example.com"];
    assert_eq!(*id, before["ben@example.com"].0);
    assert_eq!((login.as_str(), *state), ("benjamin@example.com", "active"));
}

#[tokio::test]
async fn a_status_decides_and_one_that_is_not_known_changes_nothing() {
    let (okta, world) = with_five().await;
    let mut users = five();
    for (user, status) in users.iter_mut().zip(["LOCKED_OUT", "SUSPENDED", "DEPROVISIONED", "ACTIVATING"]) {
        user.status = json!(status);
    }
    users[4].status = json!(null);
    users.push(User::new("00ufay", "fay@example.com", "STAGED"));
    okta.set_groups(vec![Group::new(EVERYBODY, users)]);
    let changed = run(&world).await;
    assert_completed(&changed);
    let expected = [
        ("ann", "active"),
        ("ben", "disabled_in_directory"),
        ("cyd", "disabled_in_directory"),
        ("dan", "active"),
        ("eve", "active"),
    ];
    assert_eq!(states(&world).await, expected.map(|(name, state)| (name.to_owned(), state)).into());
    let counts = changed.summary.unwrap().counts;
    assert_eq!((counts["error"], counts["skipped_disabled"], counts["blocked_disabled"]), (2, 1, 2));
    let filter = AuditFilter { outcome: Some(String::from("error")), ..AuditFilter::default() };
    let whys: String =
        audit::read(&world.shell, &filter).await.unwrap().iter().map(|e| format!("{e:?}")).collect();
    assert!(whys.contains("ACTIVATING") && whys.contains("there is no status"), "{whys}");
}

#[tokio::test]
async fn somebody_without_a_login_is_no_leaver() {
    let (okta, world) = with_five().await;
    let mut users = five();
    users[2].profile.as_object_mut().unwrap().remove("login");
    users[3].profile["login"] = json!(" ");
    okta.set_groups(vec![Group::new(EVERYBODY, users)]);
    let changed = run(&world).await;
    assert_completed(&changed);
    assert_eq!(changed.summary.unwrap().counts["skipped_missing_key"], 2);
    assert!(states(&world).await.values().all(|state| *state == "active"));
}

#[tokio::test]
async fn somebody_without_an_id_makes_the_listing_worthless() {
    let (okta, world) = with_five().await;
    let mut users = five();
    users[4].id = String::new();
    okta.set_groups(vec![Group::new(EVERYBODY, users)]);
    let failed = run(&world).await;
    assert_failed(&failed, "is not complete: a user on it has no id");
    assert!(states(&world).await.values().all(|state| *state == "active"));
}

#[tokio::test]
async fn people_of_a_scenario_are_read_with_all_they_have() {
    let okta = Okta::start().await;
    let person = |name: &str| Person { username: name.to_owned(), key: name.to_owned(), ..Person::default() };
    let boss =
        Person { title: String::from("boss"), is_admin: true, id: String::from("00uann"), ..person("ann") };
    let nameless = Person { key: String::new(), ..person("cyd") };
    okta.fill(&[boss, Person { is_disabled: true, ..person("ben") }, nameless, person("dan")]);
    let world = world_of(&okta.source()).await;
    let first = run(&world).await;
    assert_completed(&first);
    let counts = first.summary.unwrap().counts;
    assert_eq!(
        (counts["created_active"], counts["skipped_disabled"], counts["skipped_missing_key"]),
        (2, 1, 1)
    );
    let accounts = rollcall_api::accounts::administer::all_accounts(&world.shell).await.unwrap();
    let ann = accounts.iter().find(|account| account.username.original() == "ann").unwrap();
    let fields: Vec<_> = ann.fields.iter().map(|(name, value)| (name.as_str(), value)).collect();
    assert_eq!((ann.is_admin, format!("{fields:?}")), (true, format!("{:?}", [("title", "boss")])));
}

#[tokio::test]
async fn a_group_may_be_named_by_its_id() {
    let okta = Okta::start().await;
    let (one, mut other) = (Group::new("twice", five()), Group::new("TWICE", five()));
    other.users.truncate(2);
    okta.set_groups(vec![one, other.clone()]);
    let world = world_of(&okta.source_of(&okta.by_token(), &quoted(&other.id))).await;
    assert_completed(&run(&world).await);
    assert_eq!(states(&world).await.len(), 2);
}

#[tokio::test]
async fn a_group_is_found_by_its_very_name() {
    let okta = Okta::start().await;
    let mut other = Group::new("STAFF", five());
    other.users.truncate(2);
    okta.set_groups(vec![other, Group::new("staff", five())]);
    let world = world_of(&okta.source_of(&okta.by_token(), "\"staff\"")).await;
    assert_completed(&run(&world).await);
    assert_eq!(states(&world).await.len(), 5);
}

#[tokio::test]
async fn who_is_in_two_groups_has_one_account_and_the_better_place() {
    let okta = Okta::start().await;
    let all = five();
    okta.set_groups(vec![
        Group::new("everyone", all.clone()),
        Group::new("leads", vec![all[4].clone(), all[3].clone()]),
    ]);
    let groups = "{ name = \"everyone\", priority = 9 }, { name = \"leads\", priority = 1 }";
    let mut world = world_of(&okta.source_of(&okta.by_token(), groups)).await;
    world.configure(&format!("[licence]\nseats = 2\n{}", okta.source_of(&okta.by_token(), groups))).await;
    for pages in [None, Some(1)] {
        set_limits(&mut world, |limits| limits.pages = pages);
        assert_completed(&run(&world).await);
        let states = states(&world).await;
        assert_eq!(states.len(), 5);
        for (name, state) in states {
            let expected = if ["dan", "eve"].contains(&name.as_str()) { "active" } else { "no_seat" };
            assert_eq!(state, expected, "{name}");
        }
    }
}

#[tokio::test]
async fn a_group_that_is_not_there_or_there_twice_fails_the_run() {
    let (okta, mut world) = with_five().await;
    let mut twin = Group::new(EVERYBODY, five());
    twin.id = String::from("00g00000000000000twin");
    twin.id.truncate(20);
    okta.set_groups(vec![Group::new(EVERYBODY, five()), twin]);
    assert_failed(&run(&world).await, "is there more than once in Okta; write the id");
    okta.set_groups(vec![Group::new("intranet", five())]);
    assert_failed(&run(&world).await, "does not exist in Okta, or the reading account may not see it");
    let source = okta.source_of(&okta.by_token(), "\"00gNobodyHasThisId00\"");
    world.configure(&super::config(&source)).await;
    assert_failed(&run(&world).await, "the group \"00gNobodyHasThisId00\" does not exist in Okta");
    assert!(states(&world).await.values().all(|state| *state == "active"));
}

#[tokio::test]
async fn an_empty_group_is_refused_and_removes_nobody() {
    let (okta, world) = with_five().await;
    okta.set_groups(vec![Group::new(EVERYBODY, Vec::new())]);
    let failed = run(&world).await;
    assert_eq!(failed.status, rollcall_sync::store::RunStatus::Failed);
    assert!(states(&world).await.values().all(|state| *state == "active"));
}

/// A directory has no lines: people are named by what is known of them.
#[tokio::test]
async fn people_are_named_in_reasons_and_not_by_lines() {
    let okta = Okta::start().await;
    let person = |username: &str, id: &str, title: &str| Person {
        username: username.to_owned(),
        key: username.to_owned(),
        id: id.to_owned(),
        title: title.to_owned(),
        ..Person::default()
    };
    okta.fill(&[
        person("ann", "1", "7001"),
        person("ann2", "2", "7001"),
        person("ben", "3", "7002"),
        person("cem", "4", ""),
    ]);
    let source = okta.source().replace("kind = \"okta\"", "kind = \"okta\"\nmatch_field = \"title\"");
    let world = world_of(&source).await;
    let run = run(&world).await;
    assert_completed(&run);
    let summary = run.summary.unwrap();
    let named: Vec<(&str, &str)> = summary
        .unprocessed
        .iter()
        .map(|one| (one.name.as_str(), one.reason.as_deref().unwrap_or_default()))
        .collect();
    let reason_of = |name: &str| {
        let (_, reason) =
            named.iter().find(|(of, _)| of.starts_with(name)).unwrap_or_else(|| panic!("{named:?}"));
        (*reason).to_owned()
    };
    assert!(reason_of("ann").starts_with("the same person as ann"), "{named:?}");
    assert!(reason_of("ann").contains(", 7001, id "), "{named:?}");
    assert!(named.iter().any(|(name, _)| name.starts_with("cem")), "{named:?}");
    assert!(!format!("{named:?}").contains("line"), "{named:?}");
    let filter = AuditFilter { run: Some(run.id.clone()), ..AuditFilter::default() };
    let entries = audit::read(&world.shell, &filter).await.unwrap();
    assert!(entries.iter().all(|entry| entry.line.is_none()), "{entries:?}");
}

/// An approval reads nothing: what the next run is compared with is what the held run has read (rule 23).
#[tokio::test]
async fn approval_keeps_what_the_held_run_has_read() {
    let okta = Okta::start().await;
    let people = |count: usize| -> Vec<Person> {
        let names = (0..count).map(|number| format!("p{number}"));
        names
            .map(|name| Person { username: name.clone(), key: name.clone(), id: name, ..Person::default() })
            .collect()
    };
    okta.fill(&people(8));
    let world = world_of(&okta.source()).await;
    assert_completed(&run(&world).await);
    okta.fill(&people(1));
    let held = run(&world).await;
    assert_eq!(held.status, RunStatus::Held, "{held:?}");
    let approved = world.reset(false, Some(&held.id)).await.unwrap();
    assert_completed(&approved);
    assert_eq!(approved.read, held.read);
    assert_eq!(approved.read.unwrap().groups[0].people, 1);
}
