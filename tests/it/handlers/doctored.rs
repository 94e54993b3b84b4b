//! `doctor` against a healthy installation from which one thing was taken, or in which one is not what it was: it names
//! what is wrong, and mends it or says what a person has to do.

use super::lost::{
    ALL_STAFF, healthy, lose_account, lose_all_tables, lose_control, lose_table, set_in_control,
};
use super::tables::{Item, account_item, control_item, number, put_account_item, text};
use super::{TWO_SOURCES, people};
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_sync::doctor;
use rollcall_sync::store::{Names, RunStatus};

const NOBODY: &str = "00000000000050008000000000000000";

/// What was done to the installation behind Rollcall's back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Harm {
    LoseControl(&'static str),
    SetControl(&'static str, &'static str, &'static str),
    SetNumber(&'static str, &'static str, &'static str),
    SetCount(&'static str, &'static str),
    RemoveOfAccount(&'static str, &'static str),
    LoseAccount(&'static str),
    LoseClaim(&'static str),
    ClaimForNobody(&'static str),
    ClaimForRubbish(&'static str),
    ClaimForAnother(&'static str, &'static str),
    LoseEntriesOf(&'static str),
    ClaimOfEarlierVersion(&'static str),
    EmptyAccounts,
    EmptyUsernames,
    EmptyControl,
    EmptyAudit,
    EmptyAll,
    ReopenRun(&'static str),
}

impl Harm {
    pub(crate) async fn do_to(self, world: &World) {
        let Names { accounts, usernames, control, audit, .. } = Names::local();
        match self {
            Self::LoseControl(name) => lose_control(world, name).await,
            Self::SetControl(name, attribute, value) => {
                set_in_control(world, name, attribute, text(value)).await;
            }
            Self::SetNumber(name, attribute, value) => {
                set_in_control(world, name, attribute, AttributeValue::N(value.to_owned())).await;
            }
            Self::SetCount(pair, value) => {
                let AttributeValue::M(mut counts) = control_item(world, "licence").await["counts"].clone()
                else {
                    panic!("the licence counts by state")
                };
                counts.insert(pair.to_owned(), AttributeValue::N(value.to_owned()));
                set_in_control(world, "licence", "counts", AttributeValue::M(counts)).await;
            }
            Self::RemoveOfAccount(username, attribute) => {
                let mut item = account_item(world, username).await;
                item.remove(attribute).unwrap();
                put_account_item(world, item).await;
            }
            Self::LoseAccount(username) => lose_account(world, username).await,
            Self::LoseClaim(username) => {
                let delete = world.dynamo().delete_item().table_name(usernames);
                delete.key("username", text(username)).send().await.unwrap();
            }
            Self::ClaimForNobody(username) => claim(world, username, text(NOBODY)).await,
            Self::ClaimForRubbish(username) => claim(world, username, text("nobody")).await,
            Self::ClaimForAnother(username, other) => {
                let other = account_item(world, other).await.remove("id").unwrap();
                claim(world, username, other).await;
            }
            Self::ClaimOfEarlierVersion(username) => {
                let id = account_item(world, username).await.remove("id").unwrap();
                claim(world, username, id).await;
            }
            Self::LoseEntriesOf(username) => {
                let account = account_item(world, username).await.remove("id").unwrap();
                lose_entries(world, &account).await;
            }
            Self::EmptyAccounts => lose_table(world, &accounts, &["shard", "id"]).await,
            Self::EmptyUsernames => lose_table(world, &usernames, &["username"]).await,
            Self::EmptyControl => lose_table(world, &control, &["name"]).await,
            Self::EmptyAudit => lose_table(world, &audit, &["account", "at"]).await,
            Self::EmptyAll => lose_all_tables(world).await,
            Self::ReopenRun(name) => {
                let record = control_item(world, name).await["record"].as_s().unwrap().clone();
                let record = record.replace("\"completed\"", "\"reconciling\"");
                set_in_control(world, name, "record", text(&record)).await;
                set_in_control(world, name, "is_finished", AttributeValue::Bool(false)).await;
            }
        }
    }
}

async fn claim(world: &World, username: &str, account: AttributeValue) {
    let put = world.dynamo().put_item().table_name(Names::local().usernames);
    put.item("username", text(username)).item("account", account).send().await.unwrap();
}

async fn lose_entries(world: &World, account: &AttributeValue) {
    let audit = Names::local().audit;
    let found = world.dynamo().scan().table_name(&audit).send().await.unwrap().items.unwrap();
    for item in found.into_iter().filter(|item| item["account"] == *account) {
        let key: Item = ["account", "at"].map(|name| (name.to_owned(), item[name].clone())).into();
        world.dynamo().delete_item().table_name(&audit).set_key(Some(key)).send().await.unwrap();
    }
}

/// What can be made of the rest, and what `doctor` says of it.
const MENDED: [(Harm, &str); 28] = [
    (Harm::LoseControl("lease#staff"), "the lease of staff is gone"),
    (Harm::LoseControl("lease#guests"), "the lease of guests is gone"),
    (Harm::LoseControl("applied#staff"), "which snapshot of staff was applied last"),
    (Harm::LoseControl("applied#guests"), "which snapshot of guests was applied last"),
    (Harm::LoseControl("licence"), "the licence is gone"),
    (Harm::LoseControl("run#run-1"), "the record of run run-1 is gone"),
    (Harm::SetNumber("lease#staff", "epoch", "1"), "the lease of staff is at epoch 1"),
    (Harm::SetNumber("lease#staff", "epoch", "18446744073709551615"), "lease#staff cannot be read"),
    (Harm::SetControl("lease#staff", "run", "NOT A RUN"), "lease#staff cannot be read"),
    (Harm::SetControl("lease#staff", "run", "run-99"), "names run run-99, of which there is no record"),
    (Harm::SetNumber("lease#staff", "expires_at", "9000000000000000"), "by a clock that was wrong"),
    (Harm::SetNumber("applied#staff", "epoch", "99999999999999999999"), "applied#staff, cannot be read"),
    (Harm::SetControl("applied#staff", "kind", "nothing"), "staff is not listed among the sources"),
    (Harm::SetControl("run#run-1", "at", "2020-01-01T00:00:00.000Z#run-1"), "run run-1 is not listed"),
    (Harm::ReopenRun("run#run-1"), "run run-1 of staff is under way, and no lease names it"),
    (Harm::SetNumber("licence", "used", "9"), "the seat ledger says 9 active accounts, there are 4"),
    (Harm::SetNumber("licence", "admins", "1"), "the seat ledger says 1 active administrator, there are 0"),
    (Harm::SetNumber("licence", "version", "1"), "the licence is older than its last change"),
    (Harm::SetNumber("licence", "used", "18446744073709551616"), "the licence cannot be read"),
    (Harm::SetCount("guests#no_seat", "7"), "accounts in guests#no_seat is 7; it is 1"),
    (Harm::SetCount("gone#left_scope", "2"), "accounts in gone#left_scope is 2; it is 0"),
    (Harm::SetControl("health#staff", "crossings", "{"), "which notices stand cannot be read (health#staff)"),
    (Harm::LoseClaim("ann"), "does not hold the claim on its username"),
    (Harm::ClaimForNobody("zed"), "\"zed\" is claimed for account"),
    (Harm::ClaimOfEarlierVersion("ann"), "\"ann\" does not name the shard"),
    (Harm::ClaimForAnother("ann", "gem"), "\"ann\" is claimed for account"),
    (Harm::RemoveOfAccount("ann", "standing"), "is not sorted by what it is"),
    (Harm::RemoveOfAccount("gem", "waiting_in"), "is not sorted by what it is"),
];

/// What nothing else knows, what `doctor` says of it, and the cure.
const REFUSED: [(Harm, &str, &str); 8] = [
    (Harm::LoseAccount("ben"), "(ben) is gone; by its last audit entry, blocked_by_admin by boss", "backup"),
    (Harm::LoseAccount("ann"), "(ann) is gone; by its last audit entry", "backup"),
    (Harm::EmptyAccounts, "know 6 accounts, 1 of them blocked by an administrator", "backup"),
    (Harm::EmptyAudit, "the audit log is empty, and there are 6 accounts", "backup"),
    (Harm::LoseEntriesOf("ann"), "was changed 1 time, the audit log has 0 entries", "backup"),
    (Harm::EmptyAll, "the tables know of no run", "Restore the tables"),
    (Harm::ClaimForRubbish("zed"), "\"zed\" is claimed for what is no account's id", "delete it"),
    (Harm::SetControl("run#run-1", "record", "{"), "run#run-1 cannot be read", "restore the item"),
];

async fn findings(world: &World) -> Vec<String> {
    doctor::examine(&world.shell).await.unwrap().findings
}

fn assert_says(findings: &[String], words: &str, harm: Harm) {
    assert!(findings.iter().any(|finding| finding.contains(words)), "{harm:?}: {findings:#?}");
}

/// Whatever was mended: who was blocked is, the limit that was set counts, and the next run does its work.
async fn assert_goes_on(world: &World, harm: Harm) {
    let run = world.sync(ALL_STAFF).await;
    assert_eq!((run.status, run.error), (RunStatus::Completed, None), "{harm:?}");
    let states = people(world).await;
    assert_eq!((states["ann"], states["ben"], states["gem"]), ("active", "by_admin", "no_seat"), "{harm:?}");
    let licence = control_item(world, "licence").await;
    assert_eq!((&licence["limit"], &licence["used"]), (&number(4), &number(4)), "{harm:?}");
    assert_eq!(licence["set_by"], text("command"), "{harm:?}");
    assert_eq!(findings(world).await, Vec::<String>::new(), "{harm:?}");
}

async fn assert_is_mended(base: &World, harm: Harm, words: &str) {
    let world = base.copy(TWO_SOURCES).await;
    harm.do_to(&world).await;
    let found = findings(&world).await;
    assert_says(&found, words, harm);
    assert!(found.iter().all(|finding| finding.contains("`rollcall doctor --repair`")), "{found:#?}");
    assert_eq!(findings(&world).await, found, "looking changes nothing");
    let mended = doctor::repair(&world.shell, "boss").await.unwrap();
    assert_says(&mended, words, harm);
    assert_eq!(findings(&world).await, Vec::<String>::new(), "{harm:?}");
    assert_eq!(doctor::repair(&world.shell, "boss").await.unwrap(), Vec::<String>::new());
    assert_goes_on(&world, harm).await;
}

#[tokio::test]
async fn doctor_names_and_mends_what_the_rest_knows() {
    let base = healthy().await;
    for (harm, words) in MENDED {
        assert_is_mended(&base, harm, words).await;
    }
}

#[tokio::test]
async fn doctor_mends_a_whole_table_that_the_rest_knows() {
    let base = healthy().await;
    assert_is_mended(&base, Harm::EmptyUsernames, "the usernames table is empty").await;
    assert_is_mended(&base, Harm::EmptyControl, "the control table is empty").await;
}

#[tokio::test]
async fn doctor_names_what_nothing_else_knows_and_says_the_cure() {
    let base = healthy().await;
    for (harm, words, cure) in REFUSED {
        let world = base.copy(TWO_SOURCES).await;
        harm.do_to(&world).await;
        let found = findings(&world).await;
        assert_says(&found, words, harm);
        assert_says(&found, cure, harm);
        assert_eq!(doctor::repair(&world.shell, "boss").await.unwrap(), Vec::<String>::new(), "{harm:?}");
        assert_eq!(findings(&world).await, found, "{harm:?}");
    }
}

#[tokio::test]
async fn an_applied_snapshot_is_known_again_with_what_it_holds() {
    let world = healthy().await;
    let before = control_item(&world, "applied#staff").await;
    assert!(before.contains_key("held"));
    lose_control(&world, "applied#staff").await;
    doctor::repair(&world.shell, "boss").await.unwrap();
    assert_eq!(control_item(&world, "applied#staff").await, before);
}

#[tokio::test]
async fn doctor_puts_back_an_index_that_has_lost_an_account() {
    let world = healthy().await;
    let mut item = account_item(&world, "gem").await;
    for name in ["standing", "username_folded", "waiting_in", "waiting_place"] {
        item.remove(name);
    }
    put_account_item(&world, item).await;
    let standing = || async { findings(&world).await.len() };
    assert_eq!(standing().await, 1);
    doctor::repair(&world.shell, "boss").await.unwrap();
    assert_eq!(standing().await, 0);
    let waiting = world.shell.store.count_waiting(&world.config.sources[1].name).await.unwrap();
    assert_eq!(waiting, 1);
}

#[tokio::test]
async fn two_accounts_of_one_username_are_left_to_a_person() {
    let world = healthy().await;
    let (ann, cem) = (account_item(&world, "ann").await, account_item(&world, "cem").await);
    let mut twin = cem.clone();
    for name in ["username", "username_folded"] {
        twin.insert(name.to_owned(), ann[name].clone());
    }
    put_account_item(&world, twin).await;
    let found = findings(&world).await;
    assert!(found.iter().any(|one| one.contains("another username in its directory")), "{found:#?}");
    doctor::repair(&world.shell, "boss").await.unwrap();
    let claim = world.dynamo().get_item().table_name(Names::local().usernames).key("username", text("ann"));
    assert_eq!(claim.send().await.unwrap().item.unwrap()["account"], ann["id"]);
}
