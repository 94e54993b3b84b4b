//! The servers of an installation: embedded, or somebody else's.
//!
//! With `ROLLCALL_TEST_ENDPOINT` set to the address of an emulator of AWS, every installation lies there, under an account
//! of its own: a second opinion on what the embedded servers say.

use aws_sdk_dynamodb::Client as Dynamo;
use aws_sdk_s3::Client as S3;
use rollcall::embedded::Servers;
use rollcall_sync::store::Names;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

const ENDPOINT: &str = "ROLLCALL_TEST_ENDPOINT";

/// Whether installations lie on an emulator of AWS instead of the embedded servers.
pub(crate) fn is_emulated() -> bool {
    std::env::var_os(ENDPOINT).is_some()
}

/// Servers with an empty bucket and no tables, or on what the folder holds; and what is named how there.
pub(super) async fn start(folder: &Path) -> (Servers, Names) {
    if let Ok(url) = std::env::var(ENDPOINT) {
        return elsewhere(url).await;
    }
    let buckets = folder.join("s3");
    std::fs::create_dir_all(buckets.join(Names::local().bucket)).unwrap();
    let database = dynoxide::Database::new(folder.join("dynamodb.sqlite").to_str().unwrap()).unwrap();
    database.enable_bulk_loading().unwrap();
    (Servers::start_taking_parts_of(1, database, &buckets).unwrap(), Names::local())
}

/// Emulators take an access key of twelve digits for the number of an account. Names of buckets are taken for all.
async fn elsewhere(url: String) -> (Servers, Names) {
    static ACCOUNTS: AtomicU64 = AtomicU64::new(1);
    let account = u64::from(std::process::id()) * 100_000 + ACCOUNTS.fetch_add(1, Ordering::SeqCst);
    let servers = Servers::elsewhere(url, format!("{account:012}"));
    let names = Names { bucket: format!("rollcall-{account}"), ..Names::local() };
    let s3 = S3::from_conf(servers.s3().build());
    s3.create_bucket().bucket(&names.bucket).send().await.unwrap();
    (servers, names)
}

/// Copies everything that lies in these servers.
pub(super) async fn copy((from, names): (&Servers, &Names), (to, bucket): (&Servers, &str)) {
    let Names { accounts, usernames, words, control, audit, .. } = Names::local();
    let (ours, theirs) = (Dynamo::from_conf(from.dynamo().build()), Dynamo::from_conf(to.dynamo().build()));
    for table in [accounts, usernames, words, control, audit] {
        let mut items = ours.scan().table_name(&table).into_paginator().items().send();
        while let Some(item) = items.next().await {
            theirs.put_item().table_name(&table).set_item(Some(item.unwrap())).send().await.unwrap();
        }
    }
    let (ours, theirs) = (S3::from_conf(from.s3().build()), S3::from_conf(to.s3().build()));
    let mut pages = ours.list_objects_v2().bucket(&names.bucket).into_paginator().send();
    while let Some(page) = pages.next().await {
        for key in page.unwrap().contents().iter().filter_map(|object| object.key()) {
            let object = ours.get_object().bucket(&names.bucket).key(key).send().await.unwrap();
            let bytes = object.body.collect().await.unwrap().to_vec();
            theirs.put_object().bucket(bucket).key(key).body(bytes.into()).send().await.unwrap();
        }
    }
}
