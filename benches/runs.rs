//! Whole runs on the embedded servers: a first load, a run without a change, and one with one in a hundred; beside each, what
//! the embedded DynamoDB takes by itself for the same requests.
//!
//! `cargo bench --bench runs` takes 100,000 people; `-- 1000000` others, `-- quick` few. The runs and the server alone have a
//! process each, so that peak memory is that of the runs.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "clock.rs"]
mod clock;
#[path = "disk.rs"]
mod disk;
#[path = "results.rs"]
mod results;
#[path = "runs/server_alone.rs"]
mod server_alone;
#[path = "site.rs"]
mod site;
#[path = "usage.rs"]
mod usage;

use anyhow::{Context as _, Result, bail, ensure};
use clock::own_seconds;
use results::Table;
use rollcall::events;
use rollcall_sync::shell::Limits;
use rollcall_sync::store::RunStatus;
use serde::{Deserialize, Serialize};
use server_alone::Recorder;
use site::Site;
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The arguments that make this program a child.
const CHILD: &str = "--child";
const RUNS: &str = "runs";
const SERVER_ALONE: &str = "server-alone";

const CONFIG: &str = r#"
[licence]
seats = 2000000
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "mail"
immutable_id = "id"
[source.mapping]
username = "username"
display_name = "display_name"
department = "department"
title = "title"
city = "city"
"#;

/// One person in so many changes in the third file.
const PART: u64 = 100;

/// The files, in their order.
const FILES: [&str; 3] = ["first load", "no change", "1 % change"];

/// What a run took, or the server alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Took {
    seconds: f64,
    own_seconds: f64,
    requests: usize,
    peak_bytes: u64,
    disk_bytes: u64,
}

fn main() -> Result<()> {
    let (args, is_quick) = results::arguments();
    if let [flag, job, people] = args.as_slice()
        && flag == CHILD
    {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let took = runtime.block_on(make_runs(people.parse()?, job == SERVER_ALONE))?;
        print!("{}", serde_json::to_string(&took)?);
        return Ok(());
    }
    let usual = if is_quick { 10_000 } else { 100_000 };
    let people = args.first().map_or(Ok(usual), |arg| arg.parse()).context("expected a number of people")?;
    compare(people)
}

fn compare(people: u64) -> Result<()> {
    let (runs, alone) = (child(RUNS, people)?, child(SERVER_ALONE, people)?);
    println!("{people} people. `server` is the embedded DynamoDB alone with the same requests.\n");
    let headings = &[
        "run",
        "s",
        "own work s",
        "peak MB",
        "on the disk MB",
        "requests",
        "server: s",
        "server: own work s",
        "of the server's speed %",
        "own work without the server, µs a person",
    ];
    let mut table = Table::begin("runs", people, headings);
    for ((name, run), server) in FILES.iter().zip(&runs).zip(&alone) {
        let client = (run.own_seconds - server.own_seconds) * 1e6 / f64::from(u32::try_from(people)?);
        table.row(&[
            (*name).to_owned(),
            format!("{:.1}", run.seconds),
            format!("{:.1}", run.own_seconds),
            (run.peak_bytes / 1_000_000).to_string(),
            (run.disk_bytes / 1_000_000).to_string(),
            server.requests.to_string(),
            format!("{:.1}", server.seconds),
            format!("{:.1}", server.own_seconds),
            format!("{:.0}", server.seconds / run.seconds * 100.0),
            format!("{client:.1}"),
        ]);
    }
    table.keep()
}

fn child(job: &str, people: u64) -> Result<Vec<Took>> {
    let output = Command::new(std::env::current_exe()?)
        .args([CHILD, job, &people.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "the process of {job:?} ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Makes the three runs. With `is_server_alone`, what the server takes for their requests is answered instead.
async fn make_runs(people: u64, is_server_alone: bool) -> Result<Vec<Took>> {
    let (folder, folder_of_other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (recorder, other) = (Recorder::default(), Recorder::default());
    let site = Site::new(folder.path(), CONFIG, |server| recorder.before(server)).await?;
    // Is asked the same, from the first load on.
    let _server_alone = Site::new(folder_of_other.path(), CONFIG, |server| other.before(server)).await?;
    let mut all = Vec::new();
    for (changed, writes) in [(0, people), (0, 0), (people / PART, people / PART)] {
        let file = csv(people, changed);
        site.shell.store.put_object("inbox/staff.csv", file.into_bytes()).await?;
        if is_server_alone {
            recorder.begin();
        }
        let (begun, worked) = (Instant::now(), own_seconds());
        run(&site, writes).await?;
        let mut took = Took {
            seconds: begun.elapsed().as_secs_f64(),
            own_seconds: own_seconds() - worked,
            requests: 0,
            peak_bytes: usage::peak_bytes()?,
            disk_bytes: disk::bytes_below(folder.path())?,
        };
        if is_server_alone {
            let server = recorder.ask_again(&other).await?;
            took.requests = server.requests;
            (took.seconds, took.own_seconds) = (server.seconds, server.own_seconds);
        }
        all.push(took);
    }
    Ok(all)
}

/// One run, from the notice of a dropped file to its end. It must write so many accounts.
async fn run(site: &Site, writes: u64) -> Result<()> {
    let source = site.config.sources.first().context("no source")?;
    let id = events::drop_notice(&site.shell, source).await?;
    loop {
        let run = events::run_record(&site.shell, &id).await?;
        if run.status.is_finished() {
            let written = run.summary.as_ref().map_or(0, |summary| summary.writes);
            if run.status != RunStatus::Completed || written != writes {
                bail!("{written} accounts were written where {writes} were expected: {:?}", run.error);
            }
            return Ok(());
        }
        let message = site.shell.queues.take().context("nothing to do, and the run is not finished")?;
        site.deliver(&message, Limits::default()).await?;
    }
}

/// A file of twelve columns. The first `changed` people have another title.
fn csv(people: u64, changed: u64) -> String {
    let mut text = String::from(
        "id,mail,username,display_name,given_name,family_name,department,title,phone,city,country,cost_center\n",
    );
    for number in 0..people {
        let title = if number < changed { "Lead" } else { "Engineer" };
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{:016x},user{number:07}@example.com,user{number:07},Elisabeth van den Berg,Elisabeth,van den Berg,\
             Customer Operations {},{title},+49 30 {number:07},Berlin,DE,{}",
            number.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            number % 40,
            number % 900
        );
    }
    text
}
