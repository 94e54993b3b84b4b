//! Two sources' runs that both find the licence exceeded: together they trim no more than was too much (rule 16).

use super::{
    GUESTS, STAFF, calls_a_step, check, config, people, reset_event, staff_sleeps_while_guests_run, used,
};
use crate::world::World;
use rollcall::events;
use rollcall_api::audit::query::AuditFilter;

use rollcall_api::accounts::administer;
use rollcall_api::audit;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sources_at_once_trim_no_more_than_is_too_much() {
    let base = World::new(&config(10, &[STAFF, GUESTS])).await;
    for (source, prefix) in [("staff", "s"), ("guests", "g")] {
        let csv = people(prefix, 0..5, "clerk");
        base.shell.store.put_object(&format!("inbox/{source}.csv"), csv.into()).await.unwrap();
        rollcall_reset::handle(reset_event(source), &base.shell).await.unwrap();
        events::drain(&base.shell).await.unwrap();
    }
    let lowered = config(7, &[STAFF, GUESTS]).replace("seats = 7", "seats = 7\ntrim = true");
    let mut at = 1;
    let mut have_both_trimmed = false;
    while let Some(world) = staff_sleeps_while_guests_run(&base, &lowered, at).await {
        assert_eq!(used(&world.shell).await, 7, "call {at}");
        check(&world, 7).await;
        let wanted = AuditFilter { outcome: Some("blocked_no_seat".to_owned()), ..AuditFilter::default() };
        assert_eq!(audit::read(&world.shell, &wanted).await.unwrap().len(), 3, "call {at}: each once");
        let waiting = administer::all_accounts(&world.shell).await.unwrap();
        have_both_trimmed |=
            waiting.iter().any(|a| a.state.waiting_since().is_some() && a.username.folded() == "s004");
        at += calls_a_step();
    }
    assert!(at > 50, "a small run has more storage calls than {at}");
    assert!(have_both_trimmed, "asleep after its commit, it was the first");
}
