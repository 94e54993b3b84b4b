//! Wrong files as spreadsheets and exports make them (rules 51 and 54), three kinds of files: one person's key is
//! typed again, everybody's key changes, usernames or admin marks move. Nobody loses a seat, exists twice, or has another
//! person's login. And where a person has approved all that was held, an undo gives everything back (rule 58).

use crate::handlers::assert_at_rest;
use crate::handlers::undo::{accounts, undo};
use crate::world::World;
use rollcall_core::account::Account;
use rollcall_sync::store::{RunRecord, RunStatus};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const CASES: [&str; 14] = [
    "key_lost_its_zeros",
    "login_lost_its_zeros",
    "login_became_decimal",
    "key_became_a_date",
    "new_number_and_new_name",
    "key_got_a_prefix",
    "new_mail_domain",
    "numbers_became_decimals",
    "prefix_for_everybody",
    "two_columns_exchanged",
    "column_moved_by_a_row",
    "two_headings_exchanged",
    "column_sorted_by_itself",
    "admin_marks_moved",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wrong_files")
}

/// A world that has read the right file, and the wrong one.
async fn case(name: &str) -> (World, String, String) {
    let read = |file: &str| std::fs::read_to_string(folder().join(name).join(file)).unwrap();
    let world = World::new(&read("rollcall.toml")).await;
    let right = read("1.csv");
    assert_eq!(world.sync(right.clone()).await.status, RunStatus::Completed, "{name}");
    (world, right, read("2.csv"))
}

/// What nobody may lose by a wrong file: the seat, the login, the admin mark.
fn logins(accounts: &BTreeMap<String, Account>) -> BTreeMap<&String, (&str, bool, bool)> {
    let show = |account: &Account| {
        let Account { is_admin, .. } = *account;
        (account.state.holds_seat(), is_admin)
    };
    accounts
        .iter()
        .map(|(id, account)| (id, (account.username.original(), show(account).0, show(account).1)))
        .collect()
}

/// Whether a person is asked about something.
fn asks(run: &RunRecord) -> bool {
    let summary = run.summary.as_ref().unwrap();
    summary.is_held() || summary.held_parts.perhaps_same > 0 || !summary.unprocessed.is_empty()
}

#[test]
fn every_folder_of_wrong_files_is_tried() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut cases = CASES.map(str::to_owned).to_vec();
    cases.sort();
    assert_eq!(names, cases);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_file_takes_nobodys_seat_and_nobodys_login() {
    for name in CASES {
        let (world, right, wrong) = case(name).await;
        let before = accounts(&world).await;
        let run = world.sync(wrong.clone()).await;
        assert!(asks(&run), "{name}: {run:?}");
        assert_eq!(logins(&accounts(&world).await), logins(&before), "{name}");
        // The schedule reads it once more: the same.
        world.sync(wrong).await;
        assert_eq!(logins(&accounts(&world).await), logins(&before), "{name}");
        // The right file is done without a question, and everybody is what they were.
        let mended = world.sync(right).await;
        assert_eq!((mended.status, asks(&mended)), (RunStatus::Completed, false), "{name}: {mended:?}");
        assert_eq!(logins(&accounts(&world).await), logins(&before), "{name}");
        assert_at_rest(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_approved_by_mistake_is_taken_back() {
    let mut taken_back = 0;
    for name in CASES {
        let (world, right, wrong) = case(name).await;
        let before = accounts(&world).await;
        let mut run = world.sync(wrong).await;
        let mut runs = vec![run.id.clone()];
        // Until nobody is asked any more.
        while run.status == RunStatus::Held || run.summary.as_ref().unwrap().held_parts.perhaps_same > 0 {
            run = world.reset(false, Some(&run.id)).await.unwrap();
            runs.push(run.id.clone());
            assert_ne!(run.status, RunStatus::Failed, "{name}: {run:?}");
            assert!(runs.len() < 6, "{name}: {run:?}");
        }
        for run in runs.iter().rev() {
            let undone = undo(&world, run, &json!({})).await;
            let result = undone.undoes.unwrap().result.unwrap();
            assert_eq!(result.left_alone, Vec::new(), "{name}");
            taken_back += result.back_count;
        }
        let after = accounts(&world).await;
        // Accounts that were made are blocked. Everybody else is what they were.
        for (id, account) in &after {
            match before.get(id) {
                Some(was) => assert_eq!(account, was, "{name}"),
                None => assert!(!account.state.holds_seat(), "{name}: {account:?}"),
            }
        }
        assert_eq!(before.keys().filter(|id| after.contains_key(*id)).count(), before.len(), "{name}");
        let mended = world.sync(right).await;
        assert_eq!(mended.status, RunStatus::Completed, "{name}: {mended:?}");
        let after = accounts(&world).await;
        let kept: BTreeMap<_, _> = after.into_iter().filter(|(id, _)| before.contains_key(id)).collect();
        assert_eq!(logins(&kept), logins(&before), "{name}");
        assert_at_rest(&world).await;
    }
    assert!(taken_back > 60, "{taken_back}");
}
