//! A source that cannot be read as a whole: the run fails and says why, and no account is changed (rule 23).

use super::tables::{Item, account_items};
use super::{ANN, ANN_AND_BEN, STAFF, STAFF_OBJECT, TWO_SOURCES, assert_at_rest, only_message, people, put};
use crate::world::World;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use rollcall::events;
use rollcall_sync::Shell;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{RunRecord, RunStatus};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// Drops another file once, right after the first answer to a request of this method for the source's file.
#[derive(Debug)]
struct Overwriter {
    other: Shell,
    after: &'static str,
    is_asked: AtomicBool,
    is_done: AtomicBool,
}

impl Intercept for Overwriter {
    fn name(&self) -> &'static str {
        "overwriter"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let is_it = request.method() == self.after && request.uri().contains(STAFF_OBJECT);
        self.is_asked.store(is_it, Ordering::SeqCst);
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.is_asked.load(Ordering::SeqCst) && !self.is_done.swap(true, Ordering::SeqCst) {
            let other = self.other.clone();
            let dropped = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(other.store.put_object(STAFF_OBJECT, ANN_AND_BEN.into())).unwrap();
            });
            dropped.join().unwrap();
        }
        Ok(())
    }
}

/// An installation that Ann and Ben are in.
async fn with_ann_and_ben() -> (World, BTreeMap<String, Item>) {
    let world = World::new(STAFF).await;
    assert_eq!(world.sync(ANN_AND_BEN).await.status, RunStatus::Completed);
    world.tick();
    let items = account_items(&world).await;
    (world, items)
}

/// A run of a process from beginning to end.
async fn run(world: &World, shell: &Shell) -> RunRecord {
    let run = events::drop_notice(shell, world.source()).await.unwrap();
    events::drain(shell).await.unwrap();
    events::run_record(&world.shell, &run).await.unwrap()
}

async fn assert_failed(world: &World, run: &RunRecord, words: &str, before: &BTreeMap<String, Item>) {
    assert_eq!(run.status, RunStatus::Failed);
    let error = run.error.as_deref().unwrap();
    assert!(error.contains(words), "{error:?} does not say {words:?}");
    assert_eq!(account_items(world).await, *before);
    assert!(run.finished_at.is_some());
    assert_eq!(world.shell.store.lease_owner(&run.source, world.shell.now()).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_changes_while_it_is_read_changes_no_account() {
    for after in ["HEAD", "GET"] {
        let (world, before) = with_ann_and_ben().await;
        put(&world, STAFF_OBJECT, ANN).await;
        let (is_asked, is_done) = Default::default();
        let overwriter = Overwriter { other: world.process(None), after, is_asked, is_done };
        let shell = world.process(Some(SharedInterceptor::new(overwriter)));
        let failed = run(&world, &shell).await;
        assert_failed(&world, &failed, "inbox/staff.csv was changed while it was being read", &before).await;
        assert_eq!(run(&world, &shell).await.status, RunStatus::Completed);
        assert_at_rest(&world).await;
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_changes_no_account() {
    let (world, before) = with_ann_and_ben().await;
    world.remove_object(STAFF_OBJECT).await;
    let failed = run(&world, &world.shell).await;
    assert_failed(&world, &failed, "there is no inbox/staff.csv in the bucket; drop the file there", &before)
        .await;
}

#[tokio::test]
async fn a_file_cut_off_changes_no_account() {
    let (world, before) = with_ann_and_ben().await;
    put(&world, STAFF_OBJECT, "key,username,title\nann,ann,\"cle").await;
    let failed = run(&world, &world.shell).await;
    assert_failed(&world, &failed, "quot", &before).await;
}

#[tokio::test]
async fn configuration_lost_before_reading_changes_no_account() {
    let (world, before) = with_ann_and_ben().await;
    put(&world, STAFF_OBJECT, ANN).await;
    let id = events::drop_notice(&world.shell, world.source()).await.unwrap();
    world.remove_object(CONFIG_OBJECT).await;
    let failed = world.finish(&id).await;
    assert_failed(&world, &failed, "put a rollcall.toml at config/rollcall.toml", &before).await;
}

#[tokio::test]
async fn configuration_broken_before_reading_changes_no_account() {
    let (world, before) = with_ann_and_ben().await;
    put(&world, STAFF_OBJECT, ANN).await;
    let id = events::drop_notice(&world.shell, world.source()).await.unwrap();
    put(&world, CONFIG_OBJECT, "[licence]\nseats = \"many\"\n").await;
    let failed = world.finish(&id).await;
    assert_failed(&world, &failed, "the configuration has mistakes:\n  line 2", &before).await;
}

#[tokio::test]
async fn configuration_broken_before_apply_changes_no_account() {
    let (world, before) = with_ann_and_ben().await;
    put(&world, STAFF_OBJECT, ANN).await;
    let id = events::drop_notice(&world.shell, world.source()).await.unwrap();
    let read = only_message(&world);
    rollcall_fetch::handle(events::queue_event(&read), &world.shell).await.unwrap();
    put(&world, CONFIG_OBJECT, "[licence]\nseats = \"many\"\n").await;
    let failed = world.finish(&id).await;
    assert_failed(&world, &failed, "the configuration has mistakes", &before).await;
}

#[tokio::test]
async fn a_source_taken_out_of_the_configuration_changes_no_account() {
    let mut world = World::new(TWO_SOURCES).await;
    world.sync(ANN_AND_BEN).await;
    world.tick();
    let before = account_items(&world).await;
    put(&world, STAFF_OBJECT, ANN).await;
    let id = events::drop_notice(&world.shell, world.source()).await.unwrap();
    world.configure(&STAFF.replace("staff", "contractors")).await;
    let failed = world.finish(&id).await;
    assert_failed(&world, &failed, "it was taken out of the configuration", &before).await;
    assert_eq!(people(&world).await.len(), 2);
}

#[tokio::test]
async fn without_a_configuration_nothing_starts() {
    let (world, before) = with_ann_and_ben().await;
    world.remove_object(CONFIG_OBJECT).await;
    for event in [super::notice(&[STAFF_OBJECT]), events::schedule_event()] {
        let error = rollcall_fetch::handle(event, &world.shell).await.unwrap_err();
        assert!(error.to_string().contains("there is no configuration in the bucket"), "{error}");
    }
    assert_eq!(account_items(&world).await, before);
    assert_eq!(super::runs(&world).await.len(), 1);
}
