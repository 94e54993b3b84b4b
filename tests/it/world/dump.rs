//! Everything that an installation keeps: each item of each table, each object of the bucket, to be compared as they stand.

use super::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_sync::store::{Names, digest_of};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What lies where: `rollcall-control lease#staff` or `bucket inbox/staff.csv`, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dump(pub(crate) BTreeMap<String, String>);

impl Dump {
    /// Where something else lies in the other one, or nothing.
    pub(crate) fn differs_from(&self, other: &Self) -> BTreeSet<String> {
        let places = self.0.keys().chain(other.0.keys());
        places.filter(|place| self.0.get(*place) != other.0.get(*place)).cloned().collect()
    }
}

impl World {
    /// Everything that is kept.
    pub(crate) async fn everything(&self) -> Dump {
        let Dump(mut all) = self.tables().await;
        let s3 = aws_sdk_s3::Client::from_conf(self.servers.s3().build());
        let mut pages = s3.list_objects_v2().bucket(&self.names.bucket).into_paginator().send();
        while let Some(page) = pages.next().await {
            for key in page.unwrap().contents().iter().filter_map(|object| object.key()) {
                let bytes = self.object(key).await;
                all.insert(format!("bucket {key}"), digest_of(&format!("{bytes:?}")));
            }
        }
        Dump(all)
    }

    /// Every item of every table.
    pub(crate) async fn tables(&self) -> Dump {
        let mut all = BTreeMap::new();
        let Names { accounts, usernames, words, control, audit, .. } = &self.names;
        let keys = [
            (accounts, "id", ""),
            (usernames, "username", ""),
            (words, "begins", "at"),
            (control, "name", ""),
            (audit, "account", "at"),
        ];
        for (table, hash, range) in keys {
            let items = self.dynamo().scan().table_name(table).consistent_read(true).into_paginator().items();
            let mut items = items.send();
            while let Some(item) = items.next().await {
                let item = item.unwrap();
                let part = |name: &str| item.get(name).map_or("", |value| value.as_s().unwrap());
                let place = format!("{table} {} {}", part(hash), part(range));
                all.insert(place.trim_end().to_owned(), show(&item));
            }
        }
        Dump(all)
    }
}

fn show(item: &HashMap<String, AttributeValue>) -> String {
    let sorted: BTreeMap<_, _> = item.iter().map(|(name, value)| (name, show_value(value))).collect();
    format!("{sorted:?}")
}

/// What is in a map has an order of its own each time.
fn show_value(value: &AttributeValue) -> String {
    match (value.as_m(), value.as_l()) {
        (Ok(map), _) => show(map),
        (_, Ok(list)) => list.iter().map(show_value).collect::<Vec<_>>().join(", "),
        (Err(_), Err(_)) => format!("{value:?}"),
    }
}
