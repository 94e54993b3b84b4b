//! What it costs to look: each page and filter of the API on a large installation, and beside it on a small one. A page that
//! read a whole table would cost as many times more as there are more accounts.
//!
//! `cargo bench --bench pages` takes 1,000 and 100,000 people; `-- 500 20000` others, `-- quick` few. Fails where a page reads more than
//! its due.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "results.rs"]
mod results;

use anyhow::{Context as _, Result, bail};
use aws_sdk_dynamodb::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use results::Table;
use rollcall::embedded::Servers;
use rollcall::embedded::tables;
use rollcall::events;
use rollcall_config::Config;
use rollcall_read::Api;
use rollcall_sync::Shell;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{Names, Queues, Store};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tempfile::TempDir;

/// How often a page is asked for; the median counts.
const TIMES: usize = 9;

/// Items and keys that a page of 50 may read: a page of keys for each outcome or state that there is, and the records.
const READ_MAX: u64 = 400;

/// Kilobytes of objects that a page may read: the head of a report and a few of its frames.
const KB_MAX: u64 = 200;

/// The names of people: each first name with each last name.
const FIRST: [&str; 10] =
    ["Ann", "Maria", "Joaquín", "Malgorzata", "Hiroshi", "Noah", "Søren", "Leila", "Emeka", "Ravi"];
const LAST: [&str; 20] = [
    "Wright",
    "Okafor",
    "Rahimi",
    "Ionescu",
    "Walsh",
    "Sato",
    "Gonçalves",
    "Eze",
    "Nygård",
    "Jiménez",
    "Åkesson",
    "Ibáñez",
    "Dlamini",
    "Kamińska",
    "Patel",
    "Holm",
    "Tanaka",
    "Novotná",
    "Conceição",
    "Omand",
];

/// Names and values. What stands in braces is the installation's own.
type Query = &'static [(&'static str, &'static str)];

/// How much may be read where there are many people.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    /// [`READ_MAX`] and [`KB_MAX`].
    Page,
    /// All that fits: a file.
    File,
}

/// What is asked for.
const PAGES: [(&str, Query, Due); 41] = [
    ("/accounts", &[], Due::Page),
    ("/accounts", &[("text", "user00007")], Due::Page),
    ("/accounts", &[("reason", "left_scope")], Due::Page),
    ("/accounts", &[("state", "active")], Due::Page),
    ("/accounts/{active}", &[], Due::Page),
    ("/accounts/{blocked}", &[], Due::Page),
    ("/accounts/{waiting}", &[], Due::Page),
    ("/accounts/{last}", &[], Due::Page),
    // A name that one of twenty has, two words, the beginning of a username, nobody's name, and a misspelt one.
    ("/find", &[("text", "wright")], Due::Page),
    ("/find", &[("text", "maria wri")], Due::Page),
    ("/find", &[("text", "user00000")], Due::Page),
    ("/find", &[("text", "xylophone")], Due::Page),
    ("/find", &[("text", "wrihgt")], Due::Page),
    ("/find", &[("text", "maria wrihgt")], Due::Page),
    ("/waiting", &[], Due::Page),
    ("/waiting", &[("after", "{later}")], Due::Page),
    ("/waiting", &[("order", "descending")], Due::Page),
    ("/licence", &[], Due::Page),
    ("/licence/history", &[], Due::Page),
    ("/licence/seated", &[], Due::Page),
    ("/sources", &[], Due::Page),
    ("/runs", &[], Due::Page),
    ("/runs/{run}", &[], Due::Page),
    ("/audit", &[], Due::Page),
    ("/audit", &[("after", "{further}")], Due::Page),
    ("/audit", &[("user", "user0000007@example.com")], Due::Page),
    ("/audit", &[("user", "dup")], Due::Page),
    ("/audit", &[("user", "nobody")], Due::Page),
    ("/audit", &[("source", "staff")], Due::Page),
    ("/audit", &[("from", "2026-01-01"), ("to", "2099-12-31")], Due::Page),
    ("/audit", &[("outcome", "created_blocked")], Due::Page),
    ("/audit", &[("outcome", "unchanged")], Due::Page),
    ("/audit", &[("outcome", "skipped_duplicate")], Due::Page),
    ("/audit", &[("run", "{run}")], Due::Page),
    ("/audit", &[("run", "{run}"), ("after", "{observed}")], Due::Page),
    ("/audit", &[("run", "{run}"), ("reason", "no_seat")], Due::Page),
    ("/audit", &[("run", "{run}"), ("user", "user0000007@example.com")], Due::Page),
    ("/audit", &[("run", "{run}"), ("user", "nobody")], Due::Page),
    ("/audit", &[("reason", "no_seat")], Due::Page),
    ("/exports", &[("run", "{run}")], Due::File),
    ("/exports", &[], Due::File),
];

/// Counts what is read: items and keys of DynamoDB, bytes of objects in S3.
#[derive(Clone, Debug, Default)]
struct Reads {
    items: Arc<AtomicU64>,
    bytes: Arc<AtomicU64>,
}

/// An installation in a folder of its own.
struct Site {
    shell: Shell,
    reads: Reads,
    /// What stands in braces.
    own: BTreeMap<&'static str, String>,
    _servers: Servers,
    _folder: TempDir,
}

/// What a page costs.
struct Cost {
    seconds: f64,
    items: u64,
    kilobytes: u64,
}

fn main() -> Result<()> {
    let (args, is_quick) = results::arguments();
    let number = |at: usize, default: u64| args.get(at).map_or(Ok(default), |arg| arg.parse());
    let (small, large) = if is_quick { (1_000, 10_000) } else { (1_000, 100_000) };
    let small = number(0, small).context("expected a number of people")?;
    let large = number(1, large).context("expected a number of people")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(compare(small, large))
}

async fn compare(small: u64, large: u64) -> Result<()> {
    let (few, many) = (Site::new(small).await?, Site::new(large).await?);
    println!("Pages of 50; {large} people beside {small}.\n");
    let headings = &["page", "few: ms", "items", "kB", "many: ms", "many: items", "many: kB", "time"];
    let mut table = Table::begin("pages", large, headings);
    let mut show = |page: &str, one: &Cost, other: &Cost| {
        let cells = |cost: &Cost| {
            [format!("{:.1}", cost.seconds * 1000.0), cost.items.to_string(), cost.kilobytes.to_string()]
        };
        let [few, many] = [one, other].map(cells);
        let time = format!("{:.2}", other.seconds / one.seconds);
        table.row(&[vec![format!("`{page}`")], few.into(), many.into(), vec![time]].concat());
    };
    for (path, query, due) in PAGES {
        let (one, other) = (few.ask(path, query, due).await?, many.ask(path, query, due).await?);
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let page = format!("{path}?{}", query.join("&"));
        show(page.trim_end_matches('?'), &one, &other);
        if due == Due::Page && (other.items > READ_MAX || other.kilobytes > KB_MAX) {
            bail!("{page} read {} items and {} kB of {large} people", other.items, other.kilobytes);
        }
    }
    // What the console's overview asks for, one after the other; of a held run it shows the first that are held.
    let overview: [(&str, Query); 6] = [
        ("/licence", &[]),
        ("/licence/history", &[]),
        ("/sources", &[]),
        ("/runs", &[("limit", "100")]),
        ("/configuration", &[]),
        ("/audit", &[("run", "{run}"), ("outcome", "held"), ("limit", "100")]),
    ];
    let (one, other) = (few.ask_all(&overview).await?, many.ask_all(&overview).await?);
    show("the console's overview", &one, &other);
    table.keep()
}

impl Site {
    async fn new(people: u64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (buckets, names) = (folder.path().join("s3"), Names::local());
        std::fs::create_dir_all(buckets.join(&names.bucket))?;
        let database = folder.path().join("dynamodb.sqlite");
        let database = dynoxide::Database::new(database.to_str().context("a folder with an odd name")?)?;
        database.enable_bulk_loading()?;
        let servers = Servers::start(database, &buckets)?;
        let reads = Reads::default();
        let dynamo = aws_sdk_dynamodb::Client::from_conf(servers.dynamo().interceptor(reads.clone()).build());
        let s3 = aws_sdk_s3::Client::from_conf(servers.s3().interceptor(reads.clone()).build());
        tables::create_missing(&dynamo).await?;
        let shell = Shell::new(Store::new(dynamo, s3, names), Queues::local());
        let config = format!(
            "[licence]\nseats = {}\n[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/staff.csv\"\n\
             match_field = \"key\"\n[source.mapping]\nusername = \"key\"\ntitle = \"title\"\ndisplay_name = \"name\"\n\
             priority = \"grade\"\n",
            people * 9 / 10
        );
        shell.store.put_object(CONFIG_OBJECT, config.as_bytes().to_vec()).await?;
        let config = Config::parse(&config).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?;
        let source = config.sources.first().context("no source")?;
        // Somebody leaves at once; the third time everybody is unchanged.
        for leaver in ["leaver@example.com,Clerk,Lee Aver,1\n", ""] {
            let file = csv(people) + leaver;
            shell.store.put_object("inbox/staff.csv", file.into_bytes()).await?;
            events::drop_notice(&shell, source).await?;
            events::drain(&shell).await?;
        }
        let run = events::drop_notice(&shell, source).await?.to_string();
        events::drain(&shell).await?;
        let own = BTreeMap::from([("{run}", run)]);
        let mut site = Self { shell, reads, own, _servers: servers, _folder: folder };
        site.look_around(people).await?;
        Ok(site)
    }

    /// Finds out what stands in braces: somebody of each kind, and places in the middle of lists.
    async fn look_around(&mut self, people: u64) -> Result<()> {
        let active = self.get("/accounts", &[("state", "active"), ("limit", "1")]).await?;
        self.own.insert("{active}", text(&active["accounts"][0]["id"]));
        let blocked = self.get("/accounts", &[("reason", "left_scope")]).await?;
        self.own.insert("{blocked}", text(&blocked["accounts"][0]["id"]));
        let waiting = self.get("/waiting", &[]).await?;
        let last = waiting["waiting"].as_array().and_then(|waiting| waiting.last());
        self.own.insert("{waiting}", last.map(|one| text(&one["account"]["id"])).context("nobody waits")?);
        let last = self.get("/waiting", &[("order", "descending"), ("limit", "1")]).await?;
        self.own.insert("{last}", text(&last["waiting"][0]["account"]["id"]));
        let run = self.own["{run}"].clone();
        let observed = [("run", run.as_str()), ("limit", "500")];
        for (name, path, query, pages) in [
            ("{later}", "/waiting", &[][..], people / 1000),
            ("{further}", "/audit", &[][..], 5),
            ("{observed}", "/audit", &observed[..], people / 1000),
        ] {
            let place = self.place(path, query, pages).await?;
            self.own.insert(name, place);
        }
        Ok(())
    }

    /// The cursor after so many pages of a list, or before its last one.
    async fn place(&self, path: &str, query: &[(&str, &str)], pages: u64) -> Result<String> {
        let mut place: Option<String> = None;
        for _ in 0..pages.max(1) {
            let mut query = query.to_vec();
            query.extend(place.as_deref().map(|place| ("after", place)));
            match self.get(path, &query).await?["next"].as_str() {
                Some(next) => place = Some(next.to_owned()),
                None => break,
            }
        }
        place.with_context(|| format!("{path} has one page only; take more people"))
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        let api = Api::new(self.shell.clone());
        let answer = rollcall_read::handle(self.event(path, query), &api).await?;
        if answer["statusCode"] != 200 {
            bail!("{path}: {answer}");
        }
        Ok(serde_json::from_str(answer["body"].as_str().unwrap_or("null"))?)
    }

    /// An export from its request to its end.
    async fn export(&self, wanted: &[(&str, &str)]) -> Result<()> {
        let mut event = self.event("/exports", &[]);
        let own = |text: &str| {
            self.own.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
        };
        let wanted: Value =
            wanted.iter().map(|(name, value)| ((*name).to_owned(), json!(own(value)))).collect();
        event["requestContext"]["http"]["method"] = json!("POST");
        event["body"] = json!(wanted.to_string());
        let answer = rollcall_reset::handle(event, &self.shell).await?;
        if answer["statusCode"] != 201 && answer["statusCode"] != 202 {
            bail!("exporting: {answer}");
        }
        events::drain(&self.shell).await
    }

    fn event(&self, path: &str, query: &[(&str, &str)]) -> Value {
        let own = |text: &str| {
            self.own.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
        };
        let query: Value =
            query.iter().map(|(name, value)| ((*name).to_owned(), json!(own(value)))).collect();
        let mut event = events::http_event(&Value::Null, "bench");
        event["requestContext"]["http"]["method"] = json!("GET");
        event["rawPath"] = json!(own(path));
        event["queryStringParameters"] = query;
        event["body"] = Value::Null;
        event
    }

    /// What a page costs: the median of the seconds, and what it reads. A file is asked for once.
    async fn ask(&self, path: &str, query: &[(&str, &str)], due: Due) -> Result<Cost> {
        let mut costs = Vec::new();
        for _ in 0..if due == Due::File { 1 } else { TIMES } {
            let before = self.reads.now();
            let begun = Instant::now();
            match due {
                Due::File => self.export(query).await?,
                Due::Page => drop(self.get(path, query).await?),
            }
            let (seconds, after) = (begun.elapsed().as_secs_f64(), self.reads.now());
            costs.push(Cost { seconds, items: after.0 - before.0, kilobytes: (after.1 - before.1) / 1000 });
        }
        costs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
        Ok(costs.swap_remove(costs.len() / 2))
    }

    async fn ask_all(&self, pages: &[(&str, Query)]) -> Result<Cost> {
        let mut sum = Cost { seconds: 0.0, items: 0, kilobytes: 0 };
        for (path, query) in pages {
            let cost = self.ask(path, query, Due::Page).await?;
            sum = Cost {
                seconds: sum.seconds + cost.seconds,
                items: sum.items + cost.items,
                kilobytes: sum.kilobytes + cost.kilobytes,
            };
        }
        Ok(sum)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn csv(people: u64) -> String {
    let mut text = String::from("key,title,name,grade\n");
    for number in 0..people {
        let name = usize::try_from(number % 200).unwrap_or_default();
        let (first, last) = (FIRST[name % 10], LAST[name / 10]);
        // Writing to a text cannot fail.
        let _ = writeln!(text, "user{number:07}@example.com,Consultant,{first} {last},{}", number % 5);
    }
    // A pair with one key, of whom nobody has an account.
    text.push_str("dup,Consultant,Dana Dup,1\nDUP,Consultant,Dana Dup,2\n");
    text
}

impl Reads {
    fn now(&self) -> (u64, u64) {
        (self.items.load(Ordering::SeqCst), self.bytes.load(Ordering::SeqCst))
    }
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
        let response = context.response();
        let Some(body) = response.body().bytes() else {
            // An object comes as a stream.
            let bytes = response.headers().get("content-length").map_or(Ok(0), str::parse)?;
            self.bytes.fetch_add(bytes, Ordering::SeqCst);
            return Ok(());
        };
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let looked_at = body["ScannedCount"].as_u64().unwrap_or(0);
        let tables = body["Responses"].as_object().into_iter().flat_map(serde_json::Map::values);
        let fetched: usize = tables.map(|items| items.as_array().map_or(0, Vec::len)).sum();
        let one = u64::from(body["Item"].is_object());
        self.items.fetch_add(looked_at + fetched as u64 + one, Ordering::SeqCst);
        Ok(())
    }
}
