//! The same in a fixed order: a process stops before a call of a certain kind, others act, and it goes on. Who decided on
//! what is no longer there decides again (rules 15, 25, 26).

use super::{LEASE_RUNS_OUT_MILLIS, STAFF, check, config, people};
use crate::faults::{self, Call};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_core::account::Account;
use rollcall_sync::Shell;
use rollcall_sync::store::{Acquired, Error, RunStatus};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

/// A process that stops before its call of this kind with this number, and what it has asked for from then on.
struct Stopping {
    stopped: Receiver<SyncSender<()>>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Stopping {
    fn process(world: &World, number: usize, is_it: fn(&Call) -> bool) -> (Shell, Self) {
        let (meanwhile, stopped) = sync_channel(1);
        let calls: Arc<Mutex<Vec<String>>> = Arc::default();
        let (seen, log) = (Mutex::new(0), Arc::clone(&calls));
        let shell = faults::process(world, move |call| {
            let mut seen = seen.lock().unwrap();
            *seen += usize::from(*seen < number && is_it(call));
            if *seen >= number {
                let mut log = log.lock().unwrap();
                log.push(call.operation.clone());
                if log.len() == 1 {
                    let (wake, woken) = sync_channel(1);
                    meanwhile.send(wake).unwrap();
                    woken.recv().unwrap();
                }
            }
            None
        });
        (shell, Self { stopped, calls })
    }

    /// Lets it do this, and somebody else that, once it has stopped. `false`: it had come to its end before.
    async fn meanwhile(&self, work: impl AsyncFnOnce() + Send + 'static, others: impl AsyncFnOnce()) -> bool {
        let working = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work());
        });
        let stopped = tokio::task::block_in_place(|| self.stopped.recv());
        if let Ok(wake) = &stopped {
            others().await;
            wake.send(()).unwrap();
        }
        tokio::task::block_in_place(|| working.join()).unwrap();
        stopped.is_ok()
    }
}

fn is_renewal(call: &Call) -> bool {
    call.is("UpdateItem", "SET expires_at = :until")
}

fn writes_accounts(call: &Call) -> bool {
    call.is("TransactWriteItems", "rollcall-accounts")
}

/// A run is replaced before its renewal number `number`. `false`: it had come to its end before that.
async fn renewed_too_late(base: &World, config: &str, number: usize) -> bool {
    let world = base.copy(config).await;
    world.tick();
    world.put_csv(people("p", 2..14, "boss")).await;
    let (shell, stopping) = Stopping::process(&world, number, is_renewal);
    let source = world.source().clone();
    let work = async move || {
        events::drop_notice(&shell, &source).await.unwrap();
        events::drain(&shell).await.unwrap();
        // The clients are not dropped before their last call.
        drop(shell);
    };
    let newer = people("p", 4..16, "chief");
    let mut left = None;
    let has_stopped = stopping
        .meanwhile(work, async || {
            world.wait(LEASE_RUNS_OUT_MILLIS);
            assert_eq!(world.sync(newer.clone()).await.status, RunStatus::Completed);
            left = Some(world.everything().await);
        })
        .await;
    if let Some(left) = left {
        assert_eq!(*stopping.calls.lock().unwrap(), ["UpdateItem"], "renewal {number} is its last call");
        assert_eq!(world.everything().await.differs_from(&left), [""; 0].map(String::from).into());
        assert_eq!(world.sync(newer).await.summary.unwrap().writes, 0, "renewal {number}");
    }
    has_stopped
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_renewal_of_a_replaced_run_is_refused_and_its_last_call() {
    let config = config(10, &[STAFF]);
    let base = World::new(&config).await;
    base.sync(people("p", 0..12, "clerk")).await;
    let mut number = 1;
    while renewed_too_late(&base, &config, number).await {
        number += 1;
    }
    assert!(number > 2, "a run renews its lease for each of its steps, not once");
}

#[tokio::test]
async fn a_lease_is_held_for_longer_by_its_holder_only() {
    let world = World::new(&config(5, &[STAFF])).await;
    world.put_csv(people("p", 0..3, "clerk")).await;
    let run = events::drop_notice(&world.shell, world.source()).await.unwrap();
    let (store, now) = (&world.shell.store, world.shell.now());
    let mut hands = Vec::new();
    for _ in 0..2 {
        match store.acquire_lease(&world.source().name, &run, now, 1000).await.unwrap() {
            Acquired::Mine { lease, .. } => hands.push(lease),
            Acquired::OwnedBy(other) => panic!("owned by {other}"),
        }
    }
    let before = world.everything().await;
    let refused = store.renew_lease(&hands[0], now, 5000).await.unwrap_err();
    assert!(matches!(refused, Error::Fenced { .. }), "{refused}");
    assert_eq!(world.everything().await, before);
    store.renew_lease(&hands[1], now, 5000).await.unwrap();
    assert_eq!(world.everything().await.differs_from(&before).len(), 1);
    store.release_lease(&hands[1]).await.unwrap();
    let refused = store.renew_lease(&hands[1], now, 5000).await.unwrap_err();
    assert!(matches!(refused, Error::Fenced { .. }), "given back: {refused}");
}

async fn account(world: &World, name: &str) -> Account {
    administer::find(&world.shell, name).await.unwrap()
}

/// The word of the reason for which an account is blocked, its title, and how often it was written.
async fn standing(world: &World, name: &str) -> (String, String, u64) {
    let account = account(world, name).await;
    let reason = account.state.block().map_or("active", |block| block.reason.as_str()).to_owned();
    let title = account.fields.iter().map(|(_, value)| value.to_owned()).collect();
    (reason, title, account.version)
}

/// Two seats: `p000` and `p001` are active, `p002` and `p003` wait.
async fn two_seats() -> World {
    let world = World::new(&config(2, &[STAFF])).await;
    assert_eq!(world.sync(people("p", 0..4, "clerk")).await.status, RunStatus::Completed);
    world.tick();
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_between_a_runs_decision_and_its_commit_stands() {
    // One who is active, and one who waits: then neither the state nor the ledger tells that somebody was quicker.
    for blocked in ["p000", "p002"] {
        let world = two_seats().await;
        world.put_csv(people("p", 0..4, "boss")).await;
        let (shell, stopping) = Stopping::process(&world, 1, writes_accounts);
        let source = world.source().clone();
        let work = async move || {
            events::drop_notice(&shell, &source).await.unwrap();
            events::drain(&shell).await.unwrap();
        };
        let others = async || {
            world.tick();
            administer::block(&world.shell, blocked, "boss", Some("lost laptop")).await.unwrap();
        };
        assert!(stopping.meanwhile(work, others).await);
        let found = account(&world, blocked).await;
        let block = found.state.block().unwrap_or_else(|| panic!("{blocked} is active"));
        assert_eq!(block.reason.as_str(), "by_admin", "{blocked}: {found:?}");
        check(&world, 2).await;
        let run = all_runs(&world.shell).await.unwrap().remove(0);
        assert_eq!(run.status, RunStatus::Completed, "{run:?}");
        let others = ["p001", "p003"];
        for other in others {
            assert_eq!(standing(&world, other).await.1, "boss", "{other}");
        }
        world.sync(people("p", 0..4, "boss")).await;
        let again = world.sync(people("p", 0..4, "boss")).await;
        assert_eq!(again.summary.unwrap().writes, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_decided_before_a_run_commits_is_decided_again() {
    for blocked in ["p000", "p002"] {
        let world = two_seats().await;
        let before = standing(&world, blocked).await;
        let (shell, stopping) = Stopping::process(&world, 1, writes_accounts);
        let work = async move || {
            administer::block(&shell, blocked, "boss", None).await.unwrap();
        };
        let others = async || {
            assert_eq!(world.sync(people("p", 0..4, "boss")).await.status, RunStatus::Completed);
        };
        assert!(stopping.meanwhile(work, others).await);
        // The run's title and the person's block: both were written, one after the other.
        let expected = ("by_admin".to_owned(), "boss".to_owned(), before.2 + 2);
        assert_eq!(standing(&world, blocked).await, expected, "{blocked}");
        check(&world, 2).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_block_one_account_the_second_is_told() {
    let world = two_seats().await;
    let (shell, stopping) = Stopping::process(&world, 1, writes_accounts);
    let work = async move || {
        let late = administer::block(&shell, "p002", "ada", Some("late")).await.unwrap_err();
        assert!(late.to_string().contains("blocked"), "{late}");
    };
    let others = async || {
        world.tick();
        administer::block(&world.shell, "p002", "eve", Some("first")).await.unwrap();
    };
    assert!(stopping.meanwhile(work, others).await);
    let found = account(&world, "p002").await;
    assert!(format!("{:?}", found.state).contains("eve"), "{found:?}");
    check(&world, 2).await;
}
