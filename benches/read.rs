//! What it costs to read a directory of 100,000 people and to publish what was read: people per second, where the time
//! goes, and the peak memory of the process that reads.
//!
//! `cargo bench --bench read` reads every kind of source; the directories are those that the tests play, in a process
//! of their own. It fails where a source needs 256 MB or more, or gives another number of records than there are
//! people. `-- 20000` reads so many people, `-- quick` few, `-- 100000 okta` only the kinds of that name, and `-- 50000 LDAP_URL` the
//! server that the environment names (`LDAP_URL` and the others of `tests/outside/directories`).
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "read/cases.rs"]
mod cases;
#[path = "clock.rs"]
mod clock;
#[path = "read/process.rs"]
mod process;
#[path = "read/reader.rs"]
mod reader;
#[path = "results.rs"]
mod results;
#[path = "read/rows.rs"]
mod rows;
#[path = "usage.rs"]
mod usage;

/// The directories that the tests play.
#[expect(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    reason = "the tests use more of them, and stop where they cannot go on"
)]
#[path = "../tests/it"]
mod it {
    pub(crate) mod fakes;
}

use anyhow::{Context as _, Result, bail};
use cases::Case;
use it::fakes;
use process::Server;
use reader::{Measured, Way};
use results::Table;
use std::process::ExitCode;

/// What the process that reads must stay under, whatever it reads (256 MB, as `decide`).
const PEAK_BYTES_MAX: u64 = 256_000_000;

/// With how many people, if the command line does not say; and with how many it is shown that memory does not grow.
const PEOPLE: u64 = 100_000;

/// With how many people where it has to be quick.
const PEOPLE_QUICK: u64 = 10_000;

const HEADINGS: [&str; 9] = [
    "source",
    "people per second",
    "reading s",
    "publishing s",
    "own work s",
    "peak MB",
    "source alone: time",
    "source alone: memory",
    "a tenth of the people: memory",
];

fn main() -> Result<ExitCode> {
    let (args, is_quick) = results::arguments();
    match args.first().map(String::as_str) {
        Some(process::SERVE) => return process::serve(&args[1..]).map(|()| ExitCode::SUCCESS),
        Some(process::READ) => return process::read(&args[1..]).map(|()| ExitCode::SUCCESS),
        _ => {}
    }
    let usual = if is_quick { PEOPLE_QUICK } else { PEOPLE };
    let people = args.first().map_or(Ok(usual), |arg| arg.parse()).context("expected a number of people")?;
    let wanted = args.get(1).map_or("", String::as_str);
    let is_foreign = !wanted.is_empty() && Case::ForeignLdap.name().contains(wanted);
    let cases: Vec<Case> = if is_foreign && wanted != "ldap" {
        vec![Case::ForeignLdap]
    } else {
        Case::PLAYED.into_iter().filter(|case| case.name().contains(wanted)).collect()
    };
    if cases.is_empty() {
        bail!("no source has {wanted:?} in its name");
    }
    println!("{people} people, read and published; limit {} MB.\n", PEAK_BYTES_MAX / 1_000_000);
    let mut table = Table::begin("read", people, &HEADINGS);
    let mut is_within = true;
    for case in cases {
        is_within &= show(case, people, &mut table)?;
    }
    // A part of the sources would stand there as the whole.
    if wanted.is_empty() {
        table.keep()?;
    }
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One kind of source: read and published, and beside it the source alone, and a tenth of the people.
fn show(case: Case, people: u64, table: &mut Table) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(case, people, folder.path())?;
    let fetched = server.read(Way::Fetch)?;
    let alone = if case.is_file() { None } else { Some(server.read(Way::Source)?) };
    drop(server);
    // Of somebody else's server there is one size.
    let tenth = if case == Case::ForeignLdap {
        None
    } else {
        Some(Server::start(case, people / 10, folder.path())?.read(Way::Fetch)?)
    };
    for records in [Some(&fetched), alone.as_ref()].into_iter().flatten().map(|one| one.records) {
        if records != people {
            bail!("{}: {records} records of {people} people", case.name());
        }
    }
    let seconds = |of: &Measured| of.reading_seconds + of.publishing_seconds;
    let peak = fetched.peak_bytes as f64;
    let ratio = |of: Option<f64>| of.map_or_else(|| String::from("-"), |ratio| format!("{ratio:.2}"));
    table.row(&[
        case.name().to_owned(),
        format!("{:.0}", people as f64 / seconds(&fetched)),
        format!("{:.1}", fetched.reading_seconds),
        format!("{:.1}", fetched.publishing_seconds),
        format!("{:.1}", fetched.own_seconds),
        format!("{:.0}", peak / 1e6),
        ratio(alone.as_ref().map(|alone| seconds(alone) / seconds(&fetched))),
        ratio(alone.as_ref().map(|alone| alone.peak_bytes as f64 / peak)),
        ratio(tenth.map(|tenth| tenth.peak_bytes as f64 / peak)),
    ]);
    Ok(fetched.peak_bytes < PEAK_BYTES_MAX)
}
