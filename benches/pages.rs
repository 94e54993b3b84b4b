//! What it costs to look: each page and filter of the API on a large installation, and beside it on a small one. A page that
//! read a whole table would cost as many times more as there are more accounts.
//!
//! `cargo bench --bench pages` takes 1,000 and 100,000 people; `-- 500 20000` others. Fails where a page reads more than
//! its due.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

use anyhow::{Context as _, Result, bail};
use aws_sdk_dynamodb::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use rollcall::embedded::Servers;
use rollcall::{drive, tables};
use rollcall_config::Config;
use rollcall_sync::Shell;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{Names, Queues, Store};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tempfile::TempDir;

/// How often a page is asked for; the median counts.
const TIMES: usize = 9;

/// Items and keys that a page of 50 may read: a page of keys for each outcome or state that there is, and the records.
const READ_MAX: u64 = 400;

/// Names and values.
type Query = &'static [(&'static str, &'static str)];

/// What is asked for, and whether it may read more where there are more people: counting those who wait reads their keys, and
/// a filter that no index has reads what it leaves out.
const PAGES: [(&str, Query, bool); 10] = [
    ("/accounts", &[], false),
    ("/accounts", &[("text", "user00007")], false),
    ("/accounts", &[("reason", "left_scope")], false),
    ("/accounts", &[("state", "active")], false),
    ("/waiting", &[], false),
    ("/licence", &[], true),
    ("/audit", &[], false),
    ("/audit", &[("outcome", "created_blocked")], false),
    ("/audit", &[("run", "")], false),
    ("/audit", &[("reason", "no_seat")], true),
];

/// Counts what is read of DynamoDB.
#[derive(Clone, Debug, Default)]
struct Reads(Arc<AtomicU64>);

/// An installation in a folder of its own.
struct Site {
    shell: Shell,
    reads: Reads,
    run: String,
    _servers: Servers,
    _folder: TempDir,
}

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let number = |at: usize, default: u64| args.get(at).map_or(Ok(default), |arg| arg.parse());
    let small = number(0, 1_000).context("expected a number of people")?;
    let large = number(1, 100_000).context("expected a number of people")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(compare(small, large))
}

async fn compare(small: u64, large: u64) -> Result<()> {
    let (few, many) = (Site::new(small).await?, Site::new(large).await?);
    println!("Pages of 50; {large} people beside {small}.\n");
    println!(
        "| page | {small}: ms | items read | {large}: ms | items read | time |\n|---|---|---|---|---|---|"
    );
    for (path, query, may_grow) in PAGES {
        let (one, read_of_one) = few.ask(path, query).await?;
        let (other, read_of_other) = many.ask(path, query).await?;
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let page = format!("{path}?{}", query.join("&"));
        println!(
            "| `{}` | {:.1} | {read_of_one} | {:.1} | {read_of_other} | × {:.2} |",
            page.trim_end_matches('?'),
            one * 1000.0,
            other * 1000.0,
            other / one
        );
        if read_of_other > READ_MAX && !may_grow {
            bail!("{page} read {read_of_other} items of {large} people");
        }
    }
    Ok(())
}

impl Site {
    async fn new(people: u64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (buckets, names) = (folder.path().join("s3"), Names::local());
        std::fs::create_dir_all(buckets.join(&names.bucket))?;
        let database = folder.path().join("dynamodb.sqlite");
        let database = dynoxide::Database::new(database.to_str().context("a folder with an odd name")?)?;
        database.enable_bulk_loading()?;
        let servers = Servers::start(database, &buckets).await?;
        let reads = Reads::default();
        let dynamo = aws_sdk_dynamodb::Client::from_conf(servers.dynamo().interceptor(reads.clone()).build());
        let s3 = aws_sdk_s3::Client::from_conf(servers.s3().build());
        tables::create_missing(&dynamo).await?;
        let shell = Shell::new(Store::new(dynamo, s3, names), Queues::local());
        let config = format!(
            "[licence]\nseats = {}\n[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/staff.csv\"\n\
             match_field = \"key\"\n[source.mapping]\nusername = \"key\"\ntitle = \"title\"\n",
            people * 9 / 10
        );
        shell.store.put_object(CONFIG_OBJECT, config.as_bytes().to_vec()).await?;
        let config = Config::parse(&config).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?;
        shell.store.put_object("inbox/staff.csv", csv(people).into_bytes()).await?;
        let source = config.sources.first().context("no source")?;
        let run = drive::drop_notice(&shell, source).await?.to_string();
        drive::drain(&shell).await?;
        Ok(Self { shell, reads, run, _servers: servers, _folder: folder })
    }

    /// The median of the seconds that a page takes, and how many items it reads.
    async fn ask(&self, path: &str, query: &[(&str, &str)]) -> Result<(f64, u64)> {
        // The run's id is the installation's own.
        let own = |name: &str, value: &str| json!(if name == "run" { &self.run } else { value });
        let query: Value = query.iter().map(|(name, value)| ((*name).to_owned(), own(name, value))).collect();
        let mut event = drive::http_event(&Value::Null, "bench");
        event["requestContext"]["http"]["method"] = json!("GET");
        event["rawPath"] = json!(path);
        event["queryStringParameters"] = query;
        event["body"] = Value::Null;
        let (mut seconds, mut read) = (Vec::new(), 0);
        for _ in 0..TIMES {
            let before = self.reads.0.load(Ordering::SeqCst);
            let begun = Instant::now();
            let answer = rollcall_reset::read(event.clone(), &self.shell).await?;
            seconds.push(begun.elapsed().as_secs_f64());
            read = self.reads.0.load(Ordering::SeqCst) - before;
            if answer["statusCode"] != 200 {
                bail!("{path}: {answer}");
            }
        }
        seconds.sort_by(f64::total_cmp);
        Ok((seconds[TIMES / 2], read))
    }
}

fn csv(people: u64) -> String {
    let mut text = String::from("key,title\n");
    for number in 0..people {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "user{number:07}@example.com,Consultant");
    }
    text
}

impl Intercept for Reads {
    fn name(&self) -> &'static str {
        "reads"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let looked_at = body["ScannedCount"].as_u64().unwrap_or(0);
        let tables = body["Responses"].as_object().into_iter().flat_map(serde_json::Map::values);
        let fetched: usize = tables.map(|items| items.as_array().map_or(0, Vec::len)).sum();
        let one = u64::from(body["Item"].is_object());
        self.0.fetch_add(looked_at + fetched as u64 + one, Ordering::SeqCst);
        Ok(())
    }
}
