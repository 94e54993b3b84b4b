//! Okta, from the first load to what may go wrong: whole runs against an organisation that is played.

mod disturbed;
mod others;

use crate::entra::{completed, expected, people, person, run, states, world};
use crate::fakes::FakeDirectory as _;
use crate::fakes::okta::{Okta, STAFF_ID, TOKEN, user};
use crate::scenario::Person;
use crate::world::World;
use rollcall_sync::store::RunStatus;
use rollcall_sync::{admin, audit};

/// Why a run failed. It must have changed nothing, and told no secret.
async fn failure(world: &World) -> String {
    let before = admin::all_accounts(&world.shell).await.unwrap();
    let run = run(world).await;
    assert_eq!(run.status, RunStatus::Failed, "{run:?}");
    assert_eq!(admin::all_accounts(&world.shell).await.unwrap(), before);
    let error = run.error.unwrap();
    assert!(!error.contains(TOKEN) && !error.contains("access-token"), "{error}");
    error
}

#[tokio::test]
async fn a_group_becomes_accounts_and_again_changes_nothing() {
    let okta = Okta::start().await;
    okta.fill(&people(&["ann", "ben", "cem", "dot", "eve"]));
    let world = world(&okta.source()).await;
    assert_eq!(completed(&world).await.summary.unwrap().counts["created_active"], 5);
    assert_eq!(completed(&world).await.summary.unwrap().writes, 0);
    okta.fill(&people(&["ann", "ben", "cem", "dot"]));
    assert_eq!(completed(&world).await.summary.unwrap().counts["blocked_left"], 1);
}

#[tokio::test]
async fn another_login_is_the_same_account() {
    let okta = Okta::start().await;
    okta.fill(&[Person { id: String::from("1"), ..person("ann") }]);
    let world = world(&okta.source()).await;
    completed(&world).await;
    okta.fill(&[Person { id: String::from("1"), key: String::from("ann.baker"), ..person("ann.b") }]);
    let counts = completed(&world).await.summary.unwrap().counts;
    assert_eq!((counts["updated"], counts["created_active"]), (1, 0));
    assert_eq!(states(&world).await, expected(&[("ann.b", "active")]));
}

#[tokio::test]
async fn the_status_decides_and_not_the_membership() {
    let okta = Okta::start().await;
    let world = world(&okta.source()).await;
    let statuses = [
        "ACTIVE",
        "PROVISIONED",
        "PASSWORD_EXPIRED",
        "LOCKED_OUT",
        "RECOVERY",
        "STAGED",
        "SUSPENDED",
        "DEPROVISIONED",
    ];
    let all = |status: &dyn Fn(usize) -> &'static str| {
        let one =
            |at: usize| user(&format!("00u{at}"), &format!("p{at}"), status(at), &person(&format!("p{at}")));
        (0..statuses.len()).map(one).collect::<Vec<_>>()
    };
    okta.put(all(&|_| "ACTIVE"));
    completed(&world).await;
    okta.put(all(&|at| statuses[at]));
    let counts = completed(&world).await.summary.unwrap().counts;
    assert_eq!((counts["unchanged"], counts["blocked_disabled"]), (5, 3));
    // A status that nobody knows says nothing: the account stays as it is.
    okta.put(all(&|at| if at == 0 { "ACTIVATING" } else { statuses[at] }));
    let run = completed(&world).await;
    assert_eq!(run.summary.as_ref().unwrap().writes, 0);
    let filter =
        audit::Filter { run: Some(run.id), outcome: Some(String::from("error")), ..audit::Filter::default() };
    let entries = audit::read(&world.shell, &filter).await.unwrap();
    assert_eq!(entries[0].username.as_deref(), Some("p0"));
    assert!(entries[0].reason.as_deref().unwrap().contains("\"ACTIVATING\" is not one that Okta documents"));
}

#[tokio::test]
async fn a_group_may_be_named_by_its_id_and_two_groups_are_one_account() {
    let okta = Okta::start().await;
    okta.fill(&people(&["ann", "ben", "cem"]));
    let first = okta.organisation.contents().users[2]["id"].as_str().unwrap().to_owned();
    okta.organisation.contents().groups.push((String::from("00g2"), String::from("first"), vec![first]));
    let groups = format!("[{{ name = \"{STAFF_ID}\", priority = 2 }}, {{ name = \"first\", priority = 1 }}]");
    let source = okta.source_with(&okta.by_token("token"), &groups);
    let world = world(&format!("{source}[licence]\nseats = 1\n")).await;
    let counts = completed(&world).await.summary.unwrap().counts;
    assert_eq!((counts["created_active"], counts["created_blocked"]), (1, 2));
    let accounts = admin::all_accounts(&world.shell).await.unwrap();
    let seated = accounts.iter().find(|account| account.state.holds_seat()).unwrap();
    assert_eq!(seated.username.original(), "cem", "whose group has the lower priority");
}

#[tokio::test]
async fn what_is_wrong_with_access_and_groups_is_said_with_its_cure() {
    let okta = Okta::start().await;
    okta.fill(&people(&["ann", "ben"]));
    let mut world = world(&okta.source()).await;
    completed(&world).await;
    let twice = || {
        let group = |id: &str| (id.to_owned(), String::from("twice"), Vec::new());
        okta.organisation.contents().groups.extend([group("00g3"), group("00g4")]);
    };
    twice();
    for (credential, groups, words) in [
        (okta.by_token("wrong"), "[\"staff\"]", "HTTP 401, request req-1: E0000011"),
        (okta.by_token("token"), "[\"nobody\"]", "the group \"nobody\" is not there, or may not be seen"),
        (okta.by_token("token"), "[\"STAFF\"]", "the group \"STAFF\" is not there"),
        (okta.by_token("token"), "[\"twice\"]", "is there more than once; write the id"),
        (
            okta.by_token("token"),
            "[\"00gnobody00000000001\"]",
            "the group \"00gnobody00000000001\" is not there",
        ),
        (
            okta.by_key().replace("\"k1\"", "\"k2\""),
            "[\"staff\"]",
            "invalid_client; check `client_id`, `key_id`",
        ),
    ] {
        world.configure(&okta.source_with(&credential, groups)).await;
        let error = failure(&world).await;
        assert!(error.contains(words), "{error:?} does not say {words:?}");
    }
    world.configure(&okta.source()).await;
    okta.organisation.contents().forbids = true;
    let error = failure(&world).await;
    assert!(error.contains("E0000006") && error.contains("okta.groups.read"), "{error}");
}

#[tokio::test]
async fn an_application_signs_with_its_own_key_and_a_token_that_ends_half_way_is_renewed() {
    use crate::fakes::Fault;
    let okta = Okta::start().await;
    okta.fill(&people(&["ann", "ben", "cem", "dot", "eve"]));
    let world = world(&okta.source_with(&okta.by_key(), "[\"staff\"]")).await;
    okta.faults().plan(1, 1, Fault::AccessExpired);
    assert_eq!(completed(&world).await.summary.unwrap().counts["created_active"], 5);
    okta.faults().plan(1, usize::MAX, Fault::AccessExpired);
    let error = failure(&world).await;
    assert!(error.contains("does not accept the credentials"), "{error}");
}
