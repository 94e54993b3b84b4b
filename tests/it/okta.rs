//! Okta, played over HTTP: whole runs through the handlers, on the embedded servers, against a server of our own.

mod access;
mod faults;
mod foreign_validators;
mod listing;
mod rates;
mod survey;
mod whole;

use crate::fakes::okta::{EVERYBODY, Group, Okta, User};
use crate::world::World;
use rollcall_core::account::{Account, Owner};
use rollcall_sync::Shell;

use rollcall_api::accounts::administer;
use rollcall_sync::shell::Limits;
use rollcall_sync::store::{RunRecord, RunStatus};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a test sees of an account: its id, the login that it was last seen with, its state.
type Seen = (String, String, &'static str);

/// An installation that reads this source, and is not patient.
async fn world_of(source: &str) -> World {
    let mut world = World::new(&config(source)).await;
    set_limits(&mut world, |_| ());
    world
}

fn config(source: &str) -> String {
    format!("[licence]\nseats = 50\n{source}")
}

/// Short waits, and whatever else is to be limited.
fn set_limits(world: &mut World, set: impl FnOnce(&mut Limits)) {
    let mut limits = Limits::default();
    limits.patience.tries = 3;
    limits.patience.first_wait = Duration::from_millis(1);
    limits.patience.request = Duration::from_secs(2);
    set(&mut limits);
    world.shell = world.shell.clone().with_limits(limits);
}

/// Five people on three pages.
fn five() -> Vec<User> {
    let names = ["ann", "ben", "cyd", "dan", "eve"];
    names.map(|name| User::new(&format!("00u{name}"), &format!("{name}@example.com"), "ACTIVE")).into()
}

/// An Okta with five people in one group, and an installation that has read it by a service application.
async fn with_five() -> (Okta, World) {
    let okta = Okta::start().await;
    okta.set_groups(vec![Group::new(EVERYBODY, five())]);
    let world = world_of(&okta.source_of(&okta.by_key("rsa.pem"), &quoted(EVERYBODY))).await;
    assert_completed(&run(&world).await);
    assert_eq!(seen(&world.shell).await.len(), 5);
    (okta, world)
}

/// A group's name, as TOML has it.
fn quoted(name: &str) -> String {
    serde_json::json!(name).to_string()
}

async fn run(world: &World) -> RunRecord {
    world.reset(false, None).await.unwrap()
}

/// What is seen of every account, by its username.
async fn seen(shell: &Shell) -> BTreeMap<String, Seen> {
    let show = |account: Account| {
        let login = match &account.owner {
            Owner::Source { key, .. } => key.original().to_owned(),
            Owner::Local => String::new(),
        };
        let state = account.state.block().map_or("active", |block| block.reason.as_str());
        (account.username.original().to_owned(), (account.id.to_string(), login, state))
    };
    administer::all_accounts(shell).await.unwrap().into_iter().map(show).collect()
}

/// The state of every account, by its username without the domain.
async fn states(world: &World) -> BTreeMap<String, &'static str> {
    let name = |username: String| username.split('@').next().unwrap().to_owned();
    seen(&world.shell).await.into_iter().map(|(username, (_, _, state))| (name(username), state)).collect()
}

fn assert_completed(run: &RunRecord) {
    assert_eq!((run.status, run.error.as_deref()), (RunStatus::Completed, None));
}

/// The run failed and says this; nothing that nobody may see is in it.
fn assert_failed(run: &RunRecord, words: &str) {
    let error = run.error.as_deref().unwrap_or_default();
    assert_eq!(run.status, RunStatus::Failed, "{error}");
    assert!(error.contains(words), "{error:?} does not say {words:?}");
    assert_no_secret(error);
}

fn assert_no_secret(text: &str) {
    use crate::fakes::okta::{GIVEN, TOKEN};
    let key_line = |pem: &str| pem.lines().nth(2).unwrap().to_owned();
    let secrets = [
        TOKEN.to_owned(),
        GIVEN.to_owned(),
        String::from("00WrongToken"),
        key_line(include_str!("fakes/okta-test-key-rsa.pem")),
        // Every assertion begins so.
        String::from("eyJ0eXAiOiJKV1Qi"),
    ];
    for secret in secrets {
        assert!(!text.contains(&secret), "a secret is shown: {text}");
    }
}
