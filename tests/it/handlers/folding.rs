//! What an earlier version has stored in folded form, of keys with characters that cannot be seen: runs are safe on it,
//! `doctor` finds it and writes it anew, and names those whom only a person can tell apart (rules 1, 7, 17).

use super::tables::{Item, account_item, account_items, put_account_item, set_in_account, text};
use super::{STAFF, account, assert_at_rest, people};
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_api::{Error, audit};
use rollcall_core::account::AccountId;
use rollcall_core::fields::Fields;
use rollcall_sync::doctor;
use rollcall_sync::store::Names;

/// Ann, and two whose names have something between their letters that cannot be seen. There are five seats.
const PEOPLE: &str = "key,username,title\nann,ann,clerk\nb\u{34f}en,b\u{34f}en,clerk\nc\u{e0063}em,c\u{e0063}em,clerk\n\
    dan,dan,clerk\neva,eva,clerk\nf\u{180e}ay,f\u{180e}ay,clerk\n";

/// But for words of a search: those follow the names, and `doctor --repair` makes them anew.
async fn findings(world: &World) -> Vec<String> {
    let found = doctor::examine(&world.shell).await.unwrap().findings;
    found.into_iter().filter(|text| !text.contains("looked up by words")).collect()
}

/// Moves an account's claim to another name, as the version before would have folded it.
async fn claim_as(world: &World, username: &str, name: &str) {
    let (dynamo, table) = (world.dynamo(), Names::local().usernames);
    let folded = account(world, username).await.username.folded().to_owned();
    let delete = dynamo.delete_item().table_name(&table).key("username", text(&folded));
    let mut claim = delete.return_values("ALL_OLD".into()).send().await.unwrap().attributes.unwrap();
    claim.insert(String::from("username"), text(name));
    dynamo.put_item().table_name(&table).set_item(Some(claim)).send().await.unwrap();
}

/// Stores an account as the version before would have: its lists, its claim and its place in the line have the names as they
/// are spelt in lower case.
async fn unfold(world: &World, username: &str) {
    set_in_account(world, username, "username_folded", text(username)).await;
    if let Some(place) = account_item(world, username).await.get("waiting_place") {
        let (since, _) = place.as_s().unwrap().rsplit_once('#').unwrap();
        set_in_account(world, username, "waiting_place", text(&format!("{since}#{username}"))).await;
    }
    claim_as(world, username, username).await;
}

/// Six people as the version before has stored those of them whose names have something that cannot be seen.
async fn stored_before() -> World {
    let world = World::new(STAFF).await;
    world.sync(PEOPLE).await;
    for username in ["b\u{34f}en", "c\u{e0063}em", "f\u{180e}ay"] {
        unfold(&world, username).await;
    }
    world
}

#[tokio::test]
async fn doctor_finds_what_an_earlier_folding_stored_and_repairs_it() {
    let world = stored_before().await;
    let before = account_items(&world).await;
    let [finding] = findings(&world).await.try_into().unwrap_or_else(|findings| panic!("{findings:?}"));
    for words in [
        "3 accounts are stored as an earlier version",
        "b\\u{34f}en",
        "c\\u{e0063}em",
        "f\\u{180e}ay",
        "--repair",
    ] {
        assert!(finding.contains(words), "{finding} does not say {words:?}");
    }
    assert!(administer::find(&world.shell, "ben").await.is_err(), "the claim is not where it is looked for");
    let refolded = doctor::refold(&world.shell, "boss").await.unwrap();
    assert_eq!((refolded.accounts, refolded.claims), (3, 0));
    assert_eq!(doctor::refold(&world.shell, "boss").await.unwrap(), doctor::Refolded::default());
    assert_at_rest(&world).await;
    for (id, item) in account_items(&world).await {
        let (version, stored) = (item["version"].as_n().unwrap(), item["username_folded"].as_s().unwrap());
        let is_refolded = !item["username"].as_s().unwrap().is_ascii();
        assert_eq!(version, if is_refolded { "2" } else { "1" }, "{id}");
        assert!(stored.is_ascii(), "{id}");
        // What people see of it is as it was.
        for name in ["username", "match_key", "state", "reason", "since", "fields"] {
            assert_eq!(item.get(name), before[&id].get(name), "{id}");
        }
    }
    let entries =
        audit::read(&world.shell, &rollcall_api::audit::query::AuditFilter::default()).await.unwrap();
    let entry = entries.iter().find(|entry| entry.outcome == "updated").unwrap();
    assert_eq!((entry.actor.as_str(), entry.changes[0].field.as_str()), ("boss", "username_folded"));
    assert_eq!(entries.iter().filter(|entry| entry.outcome == "updated").count(), 3);
    assert_eq!(administer::find(&world.shell, "ben").await.unwrap().username.original(), "b\u{34f}en");
    // Again: nothing.
    assert_eq!(world.sync(PEOPLE).await.summary.unwrap().writes, 0);
}

#[tokio::test]
async fn a_run_on_what_an_earlier_folding_stored_is_safe() {
    let world = stored_before().await;
    // An id that was made of the key as it was folded then.
    let mut item: Item = account_item(&world, "ann").await;
    let old = AccountId::parse(item["id"].as_s().unwrap()).unwrap();
    let id = AccountId::parse("0123456789abcdef0123456789abcdef").unwrap();
    for (name, value) in
        [("id", text(&id.to_string())), ("match_key", text("a\u{34f}nn")), ("username", text("a\u{34f}nn"))]
    {
        item.insert(name.to_owned(), value);
    }
    item.insert(
        String::from("shard"),
        super::tables::number(i64::try_from(id.shard(world.shell.store.shards())).unwrap()),
    );
    let delete =
        world.dynamo().delete_item().table_name(Names::local().accounts).key("id", text(&old.to_string()));
    let shard = super::tables::number(i64::try_from(old.shard(world.shell.store.shards())).unwrap());
    delete.key("shard", shard).send().await.unwrap();
    put_account_item(&world, item).await;
    let before = people(&world).await;
    assert_eq!(before.len(), 6);
    // The same people; then spelt without what cannot be seen. Nobody is new, nobody leaves, no seat moves.
    let run = world.sync(PEOPLE.replace("ann,ann", "a\u{34f}nn,a\u{34f}nn")).await.summary.unwrap();
    assert_eq!((run.writes, run.used, run.waiting), (0, 5, 1));
    let plain: String = PEOPLE.chars().filter(|c| *c == '\n' || c.is_ascii()).collect();
    let run = world.sync(plain).await.summary.unwrap();
    assert_eq!((run.used, run.waiting, run.counts.get("updated")), (5, 1, Some(&4)));
    assert_eq!(people(&world).await.keys().collect::<Vec<_>>(), ["ann", "ben", "cem", "dan", "eva", "fay"]);
    assert!(administer::all_accounts(&world.shell).await.unwrap().iter().any(|account| account.id == id));
}

#[tokio::test]
async fn nobody_makes_an_account_beside_one_that_was_told_apart() {
    let world = stored_before().await;
    rollcall_api::accounts::administer::set_limit(
        &world.shell,
        rollcall_core::licence::Limit::Unlimited,
        "boss",
    )
    .await
    .unwrap();
    for username in ["ben", "b\u{200b}en", "CEM", "ann"] {
        let made = administer::add_local(&world.shell, username, false, Fields::new(), "boss").await;
        assert!(matches!(made, Err(Error::UsernameTaken { .. })), "{username}: {made:?}");
    }
    administer::add_local(&world.shell, "gus", false, Fields::new(), "boss").await.unwrap();
    doctor::refold(&world.shell, "boss").await.unwrap();
    for username in ["ben", "gus"] {
        let made = administer::add_local(&world.shell, username, false, Fields::new(), "boss").await;
        assert!(matches!(made, Err(Error::UsernameTaken { .. })), "{username}: {made:?}");
    }
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn two_who_have_one_name_now_are_named_and_not_mended() {
    let world = World::new(STAFF).await;
    world.sync("key,username,title\n1,ann,clerk\n2,bob,clerk\n").await;
    claim_as(&world, "bob", "a\u{34f}nn").await;
    let mut bob =
        account_items(&world).await.into_values().find(|item| item["username"] == text("bob")).unwrap();
    bob.insert(String::from("username"), text("a\u{34f}nn"));
    bob.insert(String::from("username_folded"), text("a\u{34f}nn"));
    put_account_item(&world, bob).await;
    let clash =
        |findings: &[String]| findings.iter().filter(|text| text.contains("have one username")).count();
    let found = findings(&world).await;
    assert_eq!(clash(&found), 1, "{found:?}");
    assert!(
        found.iter().any(|text| text.contains("a\\u{34f}nn") && text.contains("source staff")),
        "{found:?}"
    );
    let before = account_items(&world).await;
    assert_eq!(doctor::refold(&world.shell, "boss").await.unwrap(), doctor::Refolded::default());
    assert_eq!(account_items(&world).await, before);
    // Both are left as they are by a run that shows both.
    let both = "key,username,title\n1,ann,clerk\n2,a\u{34f}nn,clerk\n";
    assert_eq!(world.sync(both).await.summary.unwrap().writes, 0);
    // The cure: one of them is given another name in the directory, and what is left of the old one goes.
    let run = world.sync("key,username,title\n1,ann,clerk\n2,bea,clerk\n").await.summary.unwrap();
    assert_eq!((run.writes, run.counts.get("updated")), (1, Some(&1)), "{:?}", run.counts);
    assert_eq!(account(&world, "bea").await.key().unwrap().folded(), "2");
    assert_eq!(account(&world, "ann").await.key().unwrap().folded(), "1");
    let found = findings(&world).await;
    assert!(found.len() == 1 && found[0].contains("1 claim of an earlier version"), "{found:?}");
    assert_eq!(doctor::refold(&world.shell, "boss").await.unwrap().claims, 1);
    doctor::repair(&world.shell, "boss").await.unwrap();
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_stored_name_that_cannot_be_seen_stops_no_run() {
    let world = World::new(STAFF).await;
    world.sync("key,username,title\nann,ann,clerk\nben,ben,clerk\n").await;
    claim_as(&world, "ben", "\u{3164}").await;
    let mut ben =
        account_items(&world).await.into_values().find(|item| item["username"] == text("ben")).unwrap();
    ben.insert(String::from("username"), text("\u{3164}"));
    ben.insert(String::from("username_folded"), text("\u{3164}"));
    put_account_item(&world, ben).await;
    let found = findings(&world).await;
    assert!(
        found.len() == 1 && found[0].contains("characters that cannot be seen, \"\\u{3164}\""),
        "{found:?}"
    );
    assert_eq!(doctor::refold(&world.shell, "boss").await.unwrap(), doctor::Refolded::default());
    let run = world.sync("key,username,title\nann,ann,clerk\nben,ben,clerk\n").await.summary.unwrap();
    assert_eq!((run.writes, run.used), (1, 2));
    doctor::repair(&world.shell, "boss").await.unwrap();
    assert_at_rest(&world).await;
}
