//! A run reads the accounts of several shards at once, and never far ahead of what it compares.

use crate::handover::{CONFIG, accounts, people};
use crate::world::World;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_sync::doctor;
use rollcall_sync::store::RunStatus;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Sees the queries for pages of accounts, by shard.
#[derive(Clone, Debug, Default)]
struct Queries(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    under_way: usize,
    most_under_way: usize,
    /// The pages of each shard, in the order in which they were asked for.
    pages: BTreeMap<String, Vec<Value>>,
}

/// The call is such a query.
#[derive(Debug)]
struct Query;

impl Storable for Query {
    type Storer = StoreReplace<Self>;
}

impl Intercept for Queries {
    fn name(&self) -> &'static str {
        "queries"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        call: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target").unwrap_or_default();
        if !target.ends_with(".Query") {
            return Ok(());
        }
        let body: Value = serde_json::from_slice(context.request().body().bytes().unwrap_or_default())?;
        if body["TableName"] != "rollcall-accounts" || body.get("IndexName").is_some() {
            return Ok(());
        }
        call.interceptor_state().store_put(Query);
        let mut seen = self.0.lock().unwrap();
        seen.under_way += 1;
        seen.most_under_way = seen.most_under_way.max(seen.under_way);
        let shard = body["ExpressionAttributeValues"][":shard"].to_string();
        seen.pages.entry(shard).or_default().push(body["ExclusiveStartKey"]["id"].clone());
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        call: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if call.load::<Query>().is_some() {
            self.0.lock().unwrap().under_way -= 1;
        }
        Ok(())
    }
}

#[tokio::test]
async fn eight_shards_are_read_at_once_and_each_page_once() {
    let mut few = World::of_shards(2, CONFIG).await;
    let mut many = World::of_shards(32, CONFIG).await.in_pages_of(3);
    for world in [&mut few, &mut many] {
        assert_eq!(world.sync(people(0, 200, "clerk")).await.status, RunStatus::Completed);
        world.tick();
        world.put_csv(people(30, 260, "boss")).await;
    }
    let queries = Queries::default();
    let shell = many.process(Some(SharedInterceptor::new(queries.clone())));
    events::drop_notice(&shell, many.source()).await.unwrap();
    events::drain(&shell).await.unwrap();
    {
        let seen = queries.0.lock().unwrap();
        // How many of the eight meet depends on the machine; one at a time would be one.
        assert!((2..=8).contains(&seen.most_under_way) && seen.under_way == 0, "{seen:?}");
        assert_eq!(seen.pages.len(), 32);
        // One plan reads each page once: 200 accounts in pages of three.
        let pages: usize = seen.pages.values().map(Vec::len).sum();
        assert!((67..67 + 2 * 32).contains(&pages), "{pages}");
        for (shard, pages) in &seen.pages {
            assert!(
                pages[0].is_null() && pages.is_sorted_by_key(Value::to_string),
                "shard {shard}: {pages:?}"
            );
        }
    }
    // The end is that of an installation whose accounts are read in another order.
    few.reset(false, None).await.unwrap();
    assert_eq!(accounts(&many).await, accounts(&few).await);
}

#[tokio::test]
async fn the_doctor_and_lists_of_all_accounts_read_ahead_too() {
    let world = World::of_shards(32, CONFIG).await.in_pages_of(3);
    assert_eq!(world.sync(people(0, 200, "clerk")).await.status, RunStatus::Completed);
    for is_doctor in [true, false] {
        let queries = Queries::default();
        let shell = world.process(Some(SharedInterceptor::new(queries.clone())));
        let seen_accounts = if is_doctor {
            usize::try_from(doctor::examine(&shell).await.unwrap().accounts).unwrap()
        } else {
            administer::all_accounts(&shell).await.unwrap().len()
        };
        assert_eq!(seen_accounts, 200);
        let seen = queries.0.lock().unwrap();
        assert!((2..=8).contains(&seen.most_under_way) && seen.under_way == 0, "{is_doctor}: {seen:?}");
        let pages: usize = seen.pages.values().map(Vec::len).sum();
        assert!((67..67 + 2 * 32).contains(&pages), "each once: {pages}");
    }
}
