//! A person blocks the last active administrator (rule 20), and changes that a person makes together or not at all.

use super::api::{ask, send};
use super::api_commands::{ROLES, as_role, entry};
use super::{ANN_AND_BEN, STAFF, account, assert_at_rest};
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_core::account::{Account, AccountState, BlockReason};
use rollcall_core::fields::Fields;
use rollcall_core::outcome::{Change, Outcome};
use rollcall_sync::actor::{Actor, head};
use rollcall_sync::store::{Committed, Together};
use serde_json::{Value, json};

/// One local administrator and two people, and a configuration with roles or without.
async fn one_admin(roles: &str) -> (World, String) {
    let world = World::new(&format!("{STAFF}{roles}")).await;
    world.sync(ANN_AND_BEN).await;
    let root = administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
    (world, root.id.to_string())
}

#[tokio::test]
async fn nobody_blocks_the_last_active_administrator_in_passing() {
    let (world, root) = one_admin("").await;
    let block = send("POST", &format!("/accounts/{root}/block"), &json!({ "why": "gone" }));
    let (status, refused) = ask(&world, block.clone()).await;
    assert_eq!((status, &refused["last_admin"]), (409, &json!(true)), "{refused}");
    for said in [
        "\"root\" is the last active administrator",
        "nobody could administer the application",
        "local add NAME --admin",
        "--even-last-admin",
    ] {
        assert!(refused["detail"].as_str().unwrap().contains(said), "{said}: {refused}");
    }
    // Who administers nothing is blocked as always, and with a second administrator root is, too.
    administer::block(&world.shell, "ann", "boss", None).await.unwrap();
    administer::add_local(&world.shell, "deputy", true, Fields::new(), "boss").await.unwrap();
    assert_eq!(ask(&world, block).await.0, 200);
    let last = administer::block(&world.shell, "deputy", "boss", None).await.unwrap_err();
    assert!(last.to_string().contains("\"deputy\" is the last active administrator"), "{last}");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_sysadmin_may_block_even_the_last_administrator() {
    let (world, root) = one_admin(ROLES).await;
    let block = |role: &str| {
        as_role(send("POST", &format!("/accounts/{root}/block"), &json!({ "even_last_admin": true })), role)
    };
    assert_eq!(ask(&world, block("people")).await.0, 403);
    let (status, blocked) = ask(&world, block("root")).await;
    assert_eq!((status, &blocked["reason"]), (200, &json!("by_admin")), "{blocked}");
    assert_at_rest(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_block_each_other_at_once_one_stays() {
    for _ in 0..10 {
        let (world, _) = one_admin("").await;
        administer::add_local(&world.shell, "deputy", true, Fields::new(), "boss").await.unwrap();
        let at_once = ["root", "deputy"].map(|username| {
            let shell = world.process(None);
            tokio::spawn(async move { administer::block(&shell, username, "boss", None).await.is_ok() })
        });
        let mut blocked = 0;
        for one in at_once {
            blocked += usize::from(one.await.unwrap());
        }
        assert_eq!(blocked, 1);
        assert_at_rest(&world).await;
    }
}

fn to(outcome: Outcome, before: Account, state: AccountState) -> Change {
    let after = Account { state, version: before.version + 1, ..before.clone() };
    Change { outcome, reason: None, before: Some(before), after, changes: Vec::new() }
}

/// Ann gives her seat to Ben, who waits.
async fn swap(world: &World) -> Vec<Change> {
    let (ann, ben) = (account(world, "ann").await, account(world, "ben").await);
    let waits = AccountState::blocked(BlockReason::NoSeat, world.shell.now());
    [to(Outcome::Undone, ann, waits), to(Outcome::Undone, ben, AccountState::Active)].to_vec()
}

fn boss() -> Actor<'static> {
    Actor::from("boss")
}

#[tokio::test]
async fn changes_that_belong_together_are_all_made_or_none() {
    let world = World::new(&STAFF.replace("seats = 5", "seats = 1")).await;
    world.sync(ANN_AND_BEN).await;
    let head = head(&world.shell, boss());
    let before = world.everything().await;
    let nothing = |committed| match committed {
        Together::Nothing(refused) => refused,
        Together::All(done) => panic!("{done:?}"),
    };

    // One has changed since it was read; one has no seat; one wants a username that is taken.
    let mut stale = swap(&world).await;
    stale[1].before.as_mut().unwrap().version += 7;
    let refused = nothing(world.shell.store.commit_together(&head, stale).await.unwrap());
    assert!(
        matches!(&refused[..], [Committed::Stale(one)] if one.after.username.folded() == "ben"),
        "{refused:?}"
    );
    let mut full = swap(&world).await;
    full[0].after.state = AccountState::Active;
    let refused = nothing(world.shell.store.commit_together(&head, full).await.unwrap());
    assert!(matches!(&refused[..], [Committed::NoSeat(_)]), "{refused:?}");
    let mut taken = swap(&world).await;
    taken[0].after.username = account(&world, "ben").await.username;
    let refused = nothing(world.shell.store.commit_together(&head, taken).await.unwrap());
    assert!(matches!(&refused[..], [Committed::UsernameTaken(_)]), "{refused:?}");
    assert_eq!(world.everything().await.differs_from(&before), [].into());

    // At a full licence that is not exceeded the seat goes from one to the other.
    let swapped = world.shell.store.commit_together(&head, swap(&world).await).await.unwrap();
    assert!(matches!(&swapped, Together::All(done) if done.len() == 2), "{swapped:?}");
    assert!(account(&world, "ben").await.state.holds_seat());
    assert!(account(&world, "ann").await.state.waiting_since().is_some());
    assert_eq!(entry(&world, "undone").await["seats"]["used"], json!(1));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn more_than_a_transaction_takes_is_not_done_in_parts() {
    let world = World::new(&STAFF.replace("seats = 5", "seats = 100")).await;
    let many: String = (0..60).map(|number| format!("p{number},p{number},clerk\n")).collect();
    world.sync(format!("key,username,title\n{many}")).await;
    let mut changes = Vec::new();
    for one in administer::all_accounts(&world.shell).await.unwrap() {
        changes.push(to(Outcome::Undone, one, AccountState::blocked(BlockReason::NoSeat, world.shell.now())));
    }
    let head = head(&world.shell, boss());
    let Together::Nothing(refused) = world.shell.store.commit_together(&head, changes).await.unwrap() else {
        panic!("60 changes have more than 100 items")
    };
    assert_eq!(refused.len(), 60);
    assert_eq!(entry(&world, "undone").await, Value::Null);
    assert_at_rest(&world).await;
}
