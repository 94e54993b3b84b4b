//! Two sources at once, each of which removes its only administrator: one of them stays (rule 20).

use super::{GUESTS, STAFF, calls_a_step, check, config, people, reset_event, staff_sleeps_while_guests_run};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;

/// Each source's run removes its only administrator. `false`: the first had come to its end before that call.
async fn remove_both_administrators(base: &World, config: &str, at: u64) -> bool {
    let Some(world) = staff_sleeps_while_guests_run(base, config, at).await else { return false };
    let accounts = administer::all_accounts(&world.shell).await.unwrap();
    let admins = accounts.iter().filter(|account| account.is_admin && account.state.holds_seat()).count();
    assert_eq!(admins, 1, "call {at}: one administrator stays");
    check(&world, 50).await;
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sources_at_once_never_remove_the_last_two_administrators() {
    let sources = [STAFF, GUESTS].map(|source| source.replace("title = \"title\"", "admin = \"title\""));
    let config = config(50, &[&sources[0], &sources[1]]);
    let base = World::new(&config).await;
    for is_admin_gone in [false, true] {
        for (source, prefix) in [("staff", "s"), ("guests", "g")] {
            let chief = if is_admin_gone { String::new() } else { format!("{prefix}chief,yes\n") };
            let csv = people(prefix, 0..3, "no") + &chief;
            base.shell.store.put_object(&format!("inbox/{source}.csv"), csv.into()).await.unwrap();
            if !is_admin_gone {
                rollcall_reset::handle(reset_event(source), &base.shell).await.unwrap();
                events::drain(&base.shell).await.unwrap();
            }
        }
    }
    let mut at = 1;
    while remove_both_administrators(&base, &config, at).await {
        at += calls_a_step();
    }
    assert!(at > 50, "a small run has more storage calls than {at}");
}
