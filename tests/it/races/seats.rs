//! Seats that people give, at the same time as blocks, unblocks and syncs: never over the limit, nobody twice, and a seat that
//! is handed over is one seat at every moment (rules 10 and 60).

use super::{check, config, people, reset_event, watch};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::accounts::seat::{self, SeatWish};
use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_core::account::AccountId;
use rollcall_sync::Shell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

async fn id_of(shell: &Shell, number: usize) -> AccountId {
    administer::find(shell, &format!("p{number:03}")).await.unwrap().id
}

async fn give(shell: &Shell, to: usize, from: Option<usize>) -> bool {
    let to = id_of(shell, to).await;
    let from = match from {
        Some(from) => Some(id_of(shell, from).await),
        None => None,
    };
    let wish = SeatWish { to, from, why: "race", even_last_admin: false };
    seat::give(shell, wish, "boss").await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_who_give_one_seat_give_it_once() {
    let world = World::new(&config(5, &[super::STAFF])).await;
    world.sync(people("p", 0..25, "clerk")).await;
    let stop = Arc::new(AtomicBool::new(false));
    let watched = watch(&world, &stop);
    // Twenty wait, and each is to have the seat of the first.
    let asked: Vec<_> = (5..25)
        .map(|to| {
            let shell = world.process(None);
            tokio::spawn(async move { give(&shell, to, Some(0)).await })
        })
        .collect();
    let mut given = 0;
    for asked in asked {
        given += usize::from(asked.await.unwrap());
    }
    stop.store(true, Ordering::SeqCst);
    assert_eq!((given, watched.await.unwrap()), (1, 5));
    let log = audit::read(&world.shell, &AuditFilter::default()).await.unwrap();
    let count = |outcome: &str| log.iter().filter(|entry| entry.outcome == outcome).count();
    assert_eq!((count("seated_by_admin"), count("unseated_by_admin")), (1, 1));
    check(&world, 5).await;
}

/// What one of twenty does: seats given from one to another and from what is free, blocks and their lifting, and syncs.
async fn act(shell: Shell, number: usize) {
    let name = format!("p{:03}", number % 10);
    match number % 4 {
        0 => drop(give(&shell, (number + 5) % 10, Some(number % 10)).await),
        1 => drop(give(&shell, number % 10, None).await),
        2 => {
            drop(administer::block(&shell, &name, "boss", None).await);
            drop(administer::unblock(&shell, &name, "boss").await);
        }
        _ => {
            rollcall_reset::handle(reset_event("staff"), &shell).await.unwrap();
            events::drain(&shell).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seat_against_unblock_against_sync_keeps_the_limit() {
    let world = World::new(&config(5, &[super::STAFF])).await;
    world.sync(people("p", 0..10, "clerk")).await;
    let stop = Arc::new(AtomicBool::new(false));
    let watched = watch(&world, &stop);
    for _ in 0..3 {
        world.tick();
        let acting: Vec<_> = (0..20).map(|number| tokio::spawn(act(world.process(None), number))).collect();
        for one in acting {
            one.await.unwrap();
        }
    }
    world.deliver_again().await;
    events::drain(&world.shell).await.unwrap();
    stop.store(true, Ordering::SeqCst);
    assert!(watched.await.unwrap() <= 5);
    check(&world, 5).await;
    assert_eq!(administer::all_accounts(&world.shell).await.unwrap().len(), 10, "nobody twice");
}
