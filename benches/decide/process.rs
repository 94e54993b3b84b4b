//! A process for each measurement, so that its peak memory is that of one case alone.
//!
//! The parent starts itself again with [`CHILD`]; the child prints one line of JSON. Nothing is subtracted: the peak
//! has the program, its libraries, the client of S3 and the embedded server in it.

use crate::cases::Case;
use crate::people;
use crate::step::{self, Way};
use crate::usage::peak_bytes;
use anyhow::{Context as _, Result, bail};
use rollcall::embedded::Servers;
use rollcall_sync::store::{Lease, Names, RecordSorter, RunId, SnapshotReader, SnapshotRef, Store};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Command;

/// The argument that makes this program a child.
pub(crate) const CHILD: &str = "--child";

const PUBLISH: &str = "publish";

/// What one child has found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Of the decide step, without the making of the accounts.
    pub(crate) seconds: f64,
    /// How long this process worked for it, on however many processors.
    pub(crate) own_seconds: f64,
    /// The most that the process ever had in memory.
    pub(crate) peak_bytes: u64,
    /// How many of each outcome.
    pub(crate) outcomes: String,
}

/// Publishes the snapshot of a case, once.
pub(crate) fn publish(case: &Case, people: u64, folder: &Path) -> Result<()> {
    if !folder.join(case.snapshot.file()).exists() {
        run_child(&[PUBLISH, case.name, &people.to_string(), &folder.display().to_string()])?;
    }
    Ok(())
}

/// Decides a case in a process of its own.
pub(crate) fn measure(case: &Case, people: u64, way: Way, folder: &Path) -> Result<Measured> {
    let said = run_child(&[way.name(), case.name, &people.to_string(), &folder.display().to_string()])?;
    serde_json::from_str(&said).with_context(|| format!("{}: {said:?}", case.name))
}

fn run_child(args: &[&str]) -> Result<String> {
    let output = Command::new(std::env::current_exe()?)
        .arg(CHILD)
        .args(args)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !output.status.success() {
        bail!("the process of {args:?} ended with {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Does what [`publish`] or [`measure`] asks for.
pub(crate) fn be_child(args: &[String]) -> Result<()> {
    let [job, case, people, folder] = args else { bail!("expected a job, a case, a number, a folder") };
    let case = Case::find(case).context("expected the name of a case")?;
    let (people, folder) = (people.parse()?, Path::new(folder));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if job == PUBLISH {
        return runtime.block_on(publish_here(case, people, folder));
    }
    let way = Way::find(job).context("expected a way")?;
    let snapshot = runtime.block_on(open(case, folder))?;
    let (seconds, own_seconds, outcomes) = step::decide(way, case, people, &snapshot)?;
    let measured = Measured { seconds, own_seconds, peak_bytes: peak_bytes()?, outcomes };
    print!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

async fn publish_here(case: &Case, people: u64, folder: &Path) -> Result<()> {
    let (store, _servers) = store(folder)?;
    let run = RunId::parse(&format!("{:?}", case.snapshot).to_lowercase())?;
    let records = case.snapshot.records(people)?;
    let mut sorter = RecordSorter::new(&people::source()?)?;
    records.into_iter().try_for_each(|record| sorter.push(record))?;
    let lease = Lease { source: people::source()?, run, epoch: 1 };
    let snapshot = store.publish_sorted(&lease, sorter.finish()?).await?;
    std::fs::write(folder.join(case.snapshot.file()), serde_json::to_vec(&snapshot)?)?;
    Ok(())
}

/// The snapshot as reconcile opens it. The embedded servers end with this function; what they took stays counted.
async fn open(case: &Case, folder: &Path) -> Result<SnapshotReader> {
    let snapshot: SnapshotRef = serde_json::from_slice(&std::fs::read(folder.join(case.snapshot.file()))?)?;
    let (store, _servers) = store(folder)?;
    Ok(store.open_snapshot(&snapshot).await?)
}

fn store(folder: &Path) -> Result<(Store, Servers)> {
    let (buckets, names) = (folder.join("s3"), Names::local());
    std::fs::create_dir_all(buckets.join(&names.bucket))?;
    let servers = Servers::start(dynoxide::Database::memory()?, &buckets)?;
    let dynamo = aws_sdk_dynamodb::Client::from_conf(servers.dynamo().build());
    let s3 = aws_sdk_s3::Client::from_conf(servers.s3().build());
    Ok((Store::new(dynamo, s3, names), servers))
}
