//! A page is no list: whatever is read is read to its end, however short the pages are (invariant 6).

use crate::faults;
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_api::accounts::list;
use rollcall_api::accounts::list::{Filter, STANDINGS};
use rollcall_api::accounts::waiting;
use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_api::newest_run::all_runs;
use rollcall_core::fields::Fields;
use rollcall_core::username::Username;
use rollcall_sync::store::{Direction, RunStatus};
use rollcall_sync::{Shell, doctor};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

const CONFIG: &str = r#"
[licence]
seats = 40
[guard]
min_removals = 100
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
title = "title"
[[source]]
name = "guests"
kind = "csv"
object = "inbox/guests.csv"
match_field = "key"
[source.mapping]
username = "key"
"#;

fn people(prefix: &str, numbers: std::ops::Range<u32>, title: &str) -> String {
    numbers.fold(String::from("key,title\n"), |mut csv, number| {
        writeln!(csv, "{prefix}{number:02},{title}").unwrap();
        csv
    })
}

/// Two sources, several runs, people of every standing, a local account.
async fn full() -> World {
    let world = World::new(CONFIG).await;
    for (from, to, title) in [(0, 60, "clerk"), (5, 65, "clerk"), (5, 65, "boss")] {
        assert_eq!(world.sync(people("s", from..to, title)).await.status, RunStatus::Completed);
    }
    let guests = &world.config.sources[1];
    world.shell.store.put_object("inbox/guests.csv", people("g", 0..8, "").into()).await.unwrap();
    let run = rollcall::events::drop_notice(&world.shell, guests).await.unwrap();
    assert_eq!(world.finish(&run).await.status, RunStatus::Completed);
    for number in 10..16 {
        administer::block(&world.shell, &format!("s{number}"), "boss", None).await.unwrap();
    }
    administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
    world
}

/// The lists of the accounts, by everything that narrows them, on pages of these lengths.
async fn accounts_listed(shell: &Shell, lists: &mut BTreeMap<String, String>) {
    let mut filters = vec![Filter::default(), Filter { text: Some("s1".to_owned()), ..Filter::default() }];
    for word in STANDINGS.iter().skip(1) {
        filters.push(Filter { reason: Some((*word).to_owned()), ..Filter::default() });
    }
    for owner in ["staff", "guests", "local"] {
        filters.push(Filter { owner: Some(owner.to_owned()), is_active: Some(true), ..Filter::default() });
    }
    for (filter, length) in filters.iter().flat_map(|filter| [4, 5, 100].map(|length| (filter, length))) {
        let mut ends = Vec::new();
        for direction in [Direction::Forwards, Direction::Backwards] {
            let (mut pages, mut after) = (Vec::new(), None);
            loop {
                let page = list::list(shell, filter, direction, after.as_deref(), length).await.unwrap();
                pages.push(page.accounts);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let list = format!("accounts by {filter:?} {direction:?} on pages of {length}");
            lists.insert(list, format!("{pages:#?}"));
            ends.push(pages.concat());
        }
        ends[1].reverse();
        assert_eq!(ends[0], ends[1], "the same list from both ends, by {filter:?}");
    }
}

async fn line_listed(world: &World, shell: &Shell, lists: &mut BTreeMap<String, String>) {
    for source in &world.config.sources {
        for length in [3, 4, 100] {
            let mut ends = Vec::new();
            for direction in [Direction::Forwards, Direction::Backwards] {
                let (mut parts, mut after) = (Vec::new(), None);
                loop {
                    let part = waiting::line(shell, &source.name, direction, after.as_deref(), length);
                    let part = part.await.unwrap();
                    parts.push(part.waiting);
                    after = part.next;
                    if after.is_none() {
                        break;
                    }
                }
                let line = format!("line of {} {direction:?} in parts of {length}", source.name);
                lists.insert(line, format!("{parts:#?}"));
                ends.push(parts.concat());
            }
            ends[1].reverse();
            assert_eq!(
                format!("{:?}", ends[0]),
                format!("{:?}", ends[1]),
                "from both ends, with their places"
            );
        }
    }
    lists.insert("how many wait".to_owned(), waiting::count(shell).await.unwrap().to_string());
}

async fn log_listed(shell: &Shell, lists: &mut BTreeMap<String, String>) {
    let runs = all_runs(shell).await.unwrap();
    let some = |text: &str| Some(text.to_owned());
    let mut filters = vec![
        AuditFilter::default(),
        AuditFilter { user: some("s11"), ..AuditFilter::default() },
        AuditFilter { source: some("guests"), ..AuditFilter::default() },
        AuditFilter { reason: some("no_seat"), ..AuditFilter::default() },
    ];
    for outcome in ["created_active", "created_blocked", "blocked_left", "unchanged", "blocked_by_admin"] {
        filters.push(AuditFilter { outcome: some(outcome), ..AuditFilter::default() });
    }
    for run in &runs {
        filters.push(AuditFilter { run: Some(run.id.clone()), ..AuditFilter::default() });
        let outcome = some("created_blocked");
        filters.push(AuditFilter { run: Some(run.id.clone()), outcome, ..AuditFilter::default() });
    }
    for filter in filters {
        let entries = audit::read(shell, &filter).await.unwrap();
        lists.insert(format!("log by {filter:?}"), format!("{entries:#?}"));
    }
    for length in [2, 3, 50] {
        let page = shell.store.runs_page(length, None).await.unwrap();
        let next = page.next.is_some();
        lists.insert(format!("runs on a page of {length}"), format!("{next} {:#?}", page.runs));
        let before = shell.store.runs_before(length, &runs[0]).await.unwrap().runs;
        lists.insert(format!("runs before the newest, {length}"), format!("{before:#?}"));
    }
    lists.insert("runs".to_owned(), format!("{runs:#?}"));
}

async fn lists(world: &World, shell: &Shell) -> BTreeMap<String, String> {
    let mut lists = BTreeMap::new();
    accounts_listed(shell, &mut lists).await;
    line_listed(world, shell, &mut lists).await;
    log_listed(shell, &mut lists).await;
    lists.insert("owners".to_owned(), format!("{:?}", list::owners(shell).await.unwrap()));
    lists.insert("counts".to_owned(), format!("{:?}", doctor::examine(shell).await.unwrap()));
    let all = administer::all_accounts(shell).await.unwrap();
    let ids: Vec<_> = all.iter().map(|account| account.id).collect();
    assert_eq!(shell.store.accounts_of(&ids).await.unwrap(), all);
    lists.insert("every account".to_owned(), format!("{all:#?}"));
    lists
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_list_is_whole_however_short_its_pages_are() {
    let world = full().await.in_pages_of(1000);
    let expected = lists(&world, &world.shell).await;
    for page_items in [1, 3] {
        let mut shell = world.shell.clone();
        shell.store = shell.store.with_page_items(page_items);
        for (list, found) in lists(&world, &shell).await {
            assert_eq!(found, expected[&list], "{list}, in pages of {page_items}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stands_on_a_later_page_of_a_shard_is_seen_by_a_run() {
    let world = World::new(&CONFIG.replace("seats = 40", "seats = 100")).await.in_pages_of(1);
    world.sync(people("s", 0..90, "clerk")).await;
    let mut pages = BTreeMap::new();
    for shard in 0..world.shell.store.shards() {
        let mut page = world.shell.store.accounts_page(shard, None).await.unwrap();
        assert!(page.accounts.len() <= 1);
        while let Some(next) = page.next {
            *pages.entry(shard).or_insert(0) += 1;
            page = world.shell.store.accounts_page(shard, Some(next)).await.unwrap();
        }
    }
    assert!(pages.values().any(|pages| *pages >= 3), "some shard has more than two pages: {pages:?}");
    let run = world.sync(people("s", 0..90, "clerk")).await;
    let counts = run.summary.unwrap().counts;
    assert_eq!((run.status, counts["unchanged"]), (RunStatus::Completed, 90), "{counts:?}");
    // Everybody but one may leave, and is seen to; nobody is forgotten.
    let run = world.sync(people("s", 89..91, "clerk")).await.summary.unwrap();
    assert_eq!((run.counts["blocked_left"], run.used), (89, 2));
    for number in 0..89 {
        let username = Username::parse(&format!("s{number:02}")).unwrap();
        let account = world.shell.store.account_by_username(&username).await.unwrap().unwrap();
        assert!(!account.state.holds_seat(), "{username:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_accounts_is_what_its_items_say() {
    let world = full().await.in_pages_of(3);
    let calls = AtomicU32::new(0);
    let mut shell = faults::process(&world, move |call| {
        let is_accounts = call.is("Query", "\"#shard\"");
        match is_accounts.then(|| calls.fetch_add(1, Ordering::SeqCst)) {
            Some(0) => Some(faults::dynamo_error("ProvisionedThroughputExceededException", "less, please")),
            Some(1) => Some((500, String::from("{}"))),
            Some(_) | None => None,
        }
    });
    let (mut seen, mut faults) = (0, 0);
    for page_items in [3, 1000] {
        shell.store = shell.store.with_page_items(page_items);
        for shard in 0..shell.store.shards() {
            let mut after = None;
            loop {
                let page = match shell.store.accounts_page(shard, after.clone()).await {
                    Ok(page) => page,
                    // The SDK of the tests does not try again by itself.
                    Err(error) => {
                        assert!(error.is_retryable(), "{error}");
                        faults += 1;
                        continue;
                    }
                };
                let (inspected, next) = shell.store.inspect_accounts(shard, after).await.unwrap();
                let accounts: Vec<_> = inspected.into_iter().map(|one| one.account.unwrap()).collect();
                assert_eq!((page.accounts, page.next), (accounts, next.clone()), "shard {shard}");
                seen += page.last_changes.iter().flatten().count();
                after = next;
                if after.is_none() {
                    break;
                }
            }
        }
    }
    assert!(seen > 0, "a run has made these accounts");
    assert_eq!(faults, 2);
}
