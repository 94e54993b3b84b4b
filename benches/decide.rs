//! What the decide step of a run costs with a million people: seconds, and the peak memory of the whole process.
//!
//! `cargo bench --bench decide` runs every case in a process of its own, prints a table, and fails where a case needs
//! 256 MB or more. `-- 200000` measures with so many people, `-- 1000000 waiting` only the cases of that name, `-- quick`
//! few people.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "decide/baseline.rs"]
mod baseline;
#[path = "decide/cases.rs"]
mod cases;
#[path = "clock.rs"]
mod clock;
#[path = "decide/people.rs"]
mod people;
#[path = "decide/process.rs"]
mod process;
#[path = "results.rs"]
mod results;
#[path = "decide/step.rs"]
mod step;
#[path = "usage.rs"]
mod usage;

use anyhow::{Context as _, Result, bail};
use cases::{CASES, Case};
use process::Measured;
use results::Table;
use std::path::Path;
use std::process::ExitCode;
use step::Way;

/// 256 MB, the stricter reading: what the decide step must stay under in every case.
const PEAK_BYTES_MAX: u64 = 256_000_000;

/// With how many people, if the command line does not say.
const PEOPLE: u64 = 1_000_000;

/// With how many people where it has to be quick.
const PEOPLE_QUICK: u64 = 50_000;

/// With how many people the planner is compared with keeping everything.
const PEOPLE_OF_RATIOS: u64 = 100_000;

fn main() -> Result<ExitCode> {
    let (args, is_quick) = results::arguments();
    if args.first().is_some_and(|arg| arg == process::CHILD) {
        process::be_child(&args[1..])?;
        return Ok(ExitCode::SUCCESS);
    }
    let usual = if is_quick { PEOPLE_QUICK } else { PEOPLE };
    let people = args.first().map_or(Ok(usual), |arg| arg.parse()).context("expected a number of people")?;
    let wanted = args.get(1).map_or("", String::as_str);
    let folder = tempfile::tempdir()?;
    let is_within = decide(people, wanted, &folder.path().join("whole"))?;
    if wanted.is_empty() {
        ratios(people.min(PEOPLE_OF_RATIOS), &folder.path().join("ratios"))?;
    }
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every case at full size. Answers whether all stay under the limit.
fn decide(people: u64, wanted: &str, folder: &Path) -> Result<bool> {
    let cases: Vec<&Case> = CASES.iter().filter(|case| case.name.contains(wanted)).collect();
    if cases.is_empty() {
        bail!("no case has {wanted:?} in its name");
    }
    println!("The decide step with {people} people; limit {} MB.\n", PEAK_BYTES_MAX / 1_000_000);
    let mut table = Table::begin("decide", people, &["case", "seconds", "own work s", "peak MB", "outcomes"]);
    let mut is_within = true;
    for case in cases {
        process::publish(case, people, folder)?;
        let Measured { seconds, own_seconds, peak_bytes, outcomes } =
            process::measure(case, people, Way::Planner, folder)?;
        let over = if peak_bytes < PEAK_BYTES_MAX { "" } else { " OVER THE LIMIT" };
        let peak = peak_bytes as f64 / 1e6;
        table.row(&[
            case.name.to_owned(),
            format!("{seconds:.1}"),
            format!("{own_seconds:.2}"),
            format!("{peak:.0}{over}"),
            outcomes,
        ]);
        is_within &= peak_bytes < PEAK_BYTES_MAX;
    }
    // A part of the cases would stand there as the whole.
    if wanted.is_empty() {
        table.keep()?;
    }
    Ok(is_within)
}

/// The planner, compared with the planner whose spill is in memory, and with keeping everything in hash maps.
fn ratios(people: u64, folder: &Path) -> Result<()> {
    println!("\nBeside each other with {people} people; the planner is 1.\n");
    let headings = &["case", "way", "seconds", "peak MB", "time", "memory"];
    let mut table = Table::begin("decide, three ways", people, headings);
    for case in CASES.iter().filter(|case| case.has_baseline) {
        process::publish(case, people, folder)?;
        let planner = process::measure(case, people, Way::Planner, folder)?;
        for way in [Way::Planner, Way::PlannerInMemory, Way::Everything] {
            let this = match way {
                Way::Planner => planner.clone(),
                Way::PlannerInMemory | Way::Everything => process::measure(case, people, way, folder)?,
            };
            if this.outcomes != planner.outcomes {
                bail!(
                    "{}: {} says {}, the planner {}",
                    case.name,
                    way.name(),
                    this.outcomes,
                    planner.outcomes
                );
            }
            let peak = this.peak_bytes as f64;
            table.row(&[
                case.name.to_owned(),
                way.name().to_owned(),
                format!("{:.2}", this.seconds),
                format!("{:.0}", peak / 1e6),
                format!("{:.2}", this.seconds / planner.seconds),
                format!("{:.2}", peak / planner.peak_bytes as f64),
            ]);
        }
    }
    table.keep()
}
