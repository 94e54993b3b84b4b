//! What the client of DynamoDB works for each item that is written, each account that is created and each that is read: the
//! store, the SDK and its JSON, before a server that does nothing.
//!
//! `cargo bench --bench client` takes 32,000 people; `-- 64000` others, `-- quick` few.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "clock.rs"]
mod clock;
#[path = "client/newcomers.rs"]
mod newcomers;
#[path = "client/null_server.rs"]
mod null_server;
#[expect(dead_code, reason = "it makes a snapshot's records too")]
#[path = "decide/people.rs"]
mod people;
#[path = "results.rs"]
mod results;
#[expect(dead_code, reason = "it makes runs too")]
#[path = "site.rs"]
mod site;

use anyhow::{Context as _, Result, ensure};
use clock::own_seconds;
use newcomers::{NOW, create, newcomers};
use null_server::NullServer;
use results::Table;
use rollcall_core::licence::Limit;
use rollcall_sync::store::{AuditHead, CHANGES_PER_COMMIT_MAX, Committed, Store};
use site::Site;

const CONFIG: &str = r#"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "mail"
"#;

/// People whom the server really has, so that its answers are real ones.
const STORED: u64 = 3200;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (args, is_quick) = results::arguments();
    let usual = if is_quick { 6_400 } else { 32_000 };
    let people = args.first().map_or(Ok(usual), |arg| arg.parse()).context("expected a number of people")?;

    let (folder, null) = (tempfile::tempdir()?, NullServer::default());
    let site = Site::new(folder.path(), CONFIG, |server| null.before(server)).await?;
    let (store, source) = (&site.shell.store, people::source()?);
    let ledger = store.seats().await?;
    store.configure_limit(&ledger, Limit::Unlimited, NOW).await?.context("somebody else is here")?;
    create(store, &source, newcomers(0..STORED, &source)?).await?;
    ensure!(read(store).await? == STORED, "not everybody was stored");
    // All that a commit reads, and a reading of everybody, is known now.
    null.be_alone();

    let newcomers = newcomers(STORED..STORED + people, &source)?;
    let worked = own_seconds();
    create(store, &source, newcomers).await?;
    let creating = own_seconds() - worked;
    let items = null.items_committed()?;

    let (worked, mut accounts) = (own_seconds(), 0);
    while accounts < people {
        accounts += read(store).await?;
    }
    let reading = own_seconds() - worked;

    let micros = |seconds: f64, of: u64| Ok(seconds * 1e6 / f64::from(u32::try_from(of)?));
    let mut table = Table::begin("client", people, &["for each", "of them", "own work, µs"]);
    let rows: [(&str, u64, Result<f64>); 3] = [
        ("item written", u64::try_from(items)?, micros(creating, u64::try_from(items)?)),
        ("account created", people, micros(creating, people)),
        ("account read", accounts, micros(reading, accounts)),
    ];
    for (what, of, micros) in rows {
        table.row(&[what.to_owned(), of.to_string(), format!("{:.1}", micros?)]);
    }
    table.keep()
}

/// Reads all accounts, and says how many they are.
async fn read(store: &Store) -> Result<u64> {
    let mut count = 0;
    for shard in 0..store.shards() {
        let mut after = None;
        loop {
            let page = store.accounts_page(shard, after).await?;
            count += page.accounts.len() as u64;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(count)
}
