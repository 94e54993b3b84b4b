//! What it costs that a run goes over many invocations: a first load and a day's changes, each applied in one piece, and
//! beside it in invocations of a few seconds, some of which are killed.
//!
//! `cargo bench --bench handover` takes 100,000 people and invocations of 8 seconds; `-- 20000 4` others, `-- quick` few people. It fails where
//! the two do not come to the same accounts and the same summary.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "results.rs"]
mod results;
#[path = "site.rs"]
mod site;

use anyhow::{Context as _, Result, bail};
use results::Table;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_sync::shell::Limits;
use rollcall_sync::store::{QueuedMessage, RunRecord, RunStatus, RunSummary};
use site::Site;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// One invocation of so many is killed somewhere on its way.
const KILLED: u32 = 3;

/// What a file took.
struct Took {
    run: RunRecord,
    seconds: f64,
    invocations: u32,
    killed: u32,
}

fn main() -> Result<()> {
    let (args, is_quick) = results::arguments();
    let number = |at: usize, default: u64| args.get(at).map_or(Ok(default), |arg| arg.parse());
    let (people, seconds) = if is_quick { (10_000, 2) } else { (100_000, 8) };
    let people = number(0, people).context("expected a number of people")?;
    let seconds = number(1, seconds).context("expected a number of seconds")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(compare(people, Duration::from_secs(seconds)))
}

async fn compare(people: u64, invocation: Duration) -> Result<()> {
    let (folder, folder_of_pieces) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (whole, pieces) = (
        site_of(folder.path(), people * 6 / 10).await?,
        site_of(folder_of_pieces.path(), people * 6 / 10).await?,
    );
    println!(
        "{people} people, in invocations of {} s, one of {KILLED} killed; in one piece is 1.\n",
        invocation.as_secs()
    );
    let headings = &["file", "one piece: s", "invocations", "of them killed", "time", "account writes"];
    let mut table = Table::begin("handover", people, headings);
    for (name, file) in [("first load", csv(people, 0)), ("10 % of changes", csv(people, people / 20))] {
        let one = whole.apply(&file, None).await?;
        let many = pieces.apply(&file, Some(invocation)).await?;
        if told(&one.run) != told(&many.run) {
            bail!("{name}: in one piece {:?}, in pieces {:?}", one.run.summary, many.run.summary);
        }
        if whole.accounts().await? != pieces.accounts().await? {
            bail!("{name}: the accounts are not the same");
        }
        table.row(&[
            name.to_owned(),
            format!("{:.1}", one.seconds),
            many.invocations.to_string(),
            many.killed.to_string(),
            format!("{:.2}", many.seconds / one.seconds),
            many.run.summary.map_or(0, |summary| summary.writes).to_string(),
        ]);
    }
    table.keep()
}

/// What the run says that it did, but for how long it took.
fn told(run: &RunRecord) -> Option<RunSummary> {
    let summary = run.summary.clone()?;
    let quick = RunSummary { read_millis: 0, apply_millis: 0, time_to_seat_millis: None, ..summary };
    (run.status == RunStatus::Completed).then_some(quick)
}

/// A file of so many people; without the first `moved`, and with as many new ones.
fn csv(people: u64, moved: u64) -> String {
    let mut text = String::from("key,title\n");
    for number in moved..people + moved {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "user{number:07}@example.com,Consultant");
    }
    text
}

/// An installation with so many seats.
async fn site_of(folder: &Path, seats: u64) -> Result<Site> {
    let config = format!(
        "[licence]\nseats = {seats}\n[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/staff.csv\"\n\
         match_field = \"key\"\n[source.mapping]\nusername = \"key\"\ntitle = \"title\"\n"
    );
    Site::new(folder, &config, |server| server).await
}

impl Site {
    /// Drops a file and sees its run to the end: in one piece, or in invocations that take no longer than this.
    async fn apply(&self, file: &str, invocation: Option<Duration>) -> Result<Took> {
        let source = self.config.sources.first().context("no source")?;
        self.shell.store.put_object("inbox/staff.csv", file.as_bytes().to_vec()).await?;
        let begun = Instant::now();
        let id = events::drop_notice(&self.shell, source).await?;
        let (mut invocations, mut killed, mut again) = (0, 0, None);
        loop {
            let run = events::run_record(&self.shell, &id).await?;
            if run.status.is_finished() {
                return Ok(Took { run, seconds: begun.elapsed().as_secs_f64(), invocations, killed });
            }
            let message = again.take().or_else(|| self.shell.queues.take());
            let message = message.context("nothing to do, and the run is not finished")?;
            invocations += 1;
            if !self.invoke(&message, invocation, invocations % KILLED == 0).await? {
                killed += 1;
                again = Some(message);
            }
        }
    }

    /// Delivers a message to its function. `false`: it was killed on its way.
    async fn invoke(
        &self,
        message: &QueuedMessage,
        invocation: Option<Duration>,
        is_killed: bool,
    ) -> Result<bool> {
        let limits = match invocation {
            None => Limits::default(),
            Some(time) => {
                let (reserve, planning_reserve) = (time / 3, Duration::ZERO);
                let deadline = Some(Instant::now() + time);
                Limits { deadline, reserve, planning_reserve, ..Limits::default() }
            }
        };
        let until =
            invocation.filter(|_| is_killed).map_or(Duration::from_secs(3600), |time| time.mul_f64(0.6));
        match tokio::time::timeout(until, self.deliver(message, limits)).await {
            Ok(answer) => answer.map(|()| true),
            Err(_) => Ok(false),
        }
    }

    /// Every account, by its username, as far as it must be the same.
    async fn accounts(&self) -> Result<BTreeMap<String, (&'static str, u64)>> {
        let accounts = administer::all_accounts(&self.shell).await?;
        let show = |account: rollcall_core::account::Account| {
            let state = account.state.block().map_or("active", |block| block.reason.as_str());
            (account.username.original().to_owned(), (state, account.version))
        };
        Ok(accounts.into_iter().map(show).collect())
    }
}
