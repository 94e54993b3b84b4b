//! Work that is counted in instructions and not in time, so that it can be compared on any machine: deciding about 20,000
//! people of whom one in a hundred has changed, and reading as many from a file.
//!
//! `.ci/instructions` runs each part under valgrind, with its preparation and without it, and compares the difference with
//! `benches/instructions.json`. Nothing here waits, asks for a clock or starts a thread.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "decide/people.rs"]
mod people;

use anyhow::{Context as _, Result, bail};
use people::Differs;
use rollcall_config::{Config, SourceSettings};
use rollcall_core::account::{Account, AccountState};
use rollcall_core::entry::{EntryStatus, Record};
use rollcall_core::fields::FieldName;
use rollcall_core::keyed::DigestKey;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::plan::{Decided, PlanInput, Removals};
use rollcall_core::planner::Planner;
use rollcall_core::policy::Policy;
use rollcall_core::snapshot::{IndexedRecord, RecordIndexer, SnapshotIndexBuilder};
use rollcall_core::time::Timestamp;

const PEOPLE: u64 = 20_000;

/// One in so many has another department.
const PART: u64 = 100;

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

const CONFIG: &str = r#"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "mail"
[source.mapping]
name = "name"
department = "department"
title = "title"
city = "city"
"#;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let (work, is_whole) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => return Ok(println!("`.ci/instructions` counts what this does")),
        [work] => (work.to_owned(), true),
        [work, "prepare"] => (work.to_owned(), false),
        _ => bail!("expected `decide` or `csv`, and perhaps `prepare`"),
    };
    let done = match work.as_str() {
        "decide" => decide(is_whole)?,
        "csv" => csv(is_whole)?,
        _ => bail!("expected `decide` or `csv`"),
    };
    println!("{done}");
    Ok(())
}

/// Loads the index and shows every account; answers with how many records have to be decoded.
fn decide(is_whole: bool) -> Result<usize> {
    let (source, key) = (people::source()?, DigestKey::from_bytes([7; 16]));
    let mut indexer = RecordIndexer::new(&source, key);
    let records: Vec<Record> =
        (0..PEOPLE).map(|number| people::record(number, EntryStatus::Enabled)).collect::<Result<_>>()?;
    let rows = records.iter().map(|record| Ok(indexer.index(record)?.row_bytes()));
    let rows: Vec<[u8; IndexedRecord::ROW_BYTES]> = rows.collect::<Result<_>>()?;
    let fields: Vec<FieldName> = indexer.field_names().into_iter().cloned().collect();
    let account = |number: u64| {
        let differs =
            Differs { is_outdated: number.is_multiple_of(PART), ..Differs::in_state(AccountState::Active) };
        people::account(number, &source, differs)
    };
    let accounts: Vec<Account> = (0..PEOPLE).map(account).collect::<Result<_>>()?;
    if !is_whole {
        return Ok(accounts.len());
    }
    let mut index = SnapshotIndexBuilder::of_indexed(NOW, &source, key, fields, rows.len());
    for row in &rows {
        index.push_indexed(IndexedRecord::from_bytes(row, None).context("no row")?)?;
    }
    let input = PlanInput {
        source,
        now: NOW,
        limit: Limit::Seats(SeatCount::new(PEOPLE)),
        used: SeatCount::new(PEOPLE),
        policy: Policy::default(),
        removals: Removals::Guarded,
        decided: Decided::default(),
        asked_elsewhere: Vec::new(),
    };
    let mut planner = Planner::begin(input, index.finish());
    let unchanged = accounts.iter().filter_map(|account| planner.see(account)).count();
    let plan = planner.finish();
    let decoded = (0..rows.len()).filter(|ordinal| plan.needs(*ordinal)).count();
    if unchanged + decoded != rows.len() {
        bail!("{unchanged} accounts are unchanged, and {decoded} records have to be decoded");
    }
    Ok(decoded)
}

/// Reads a file of six columns; answers with how many records it has.
fn csv(is_whole: bool) -> Result<usize> {
    let mut text = String::from("mail,name,department,title,city,note\n");
    for number in 0..PEOPLE {
        text += &format!(
            "user{number:06}@example.com,\"Anna Muster {number}\",Research,Engineer,Zürich,unused\n"
        );
    }
    let config = Config::parse(CONFIG).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?;
    let settings = config.sources.first().map(|source| &source.settings);
    let Some(SourceSettings::Csv(settings)) = settings else { bail!("no file is configured") };
    if !is_whole {
        return Ok(text.len());
    }
    let mut records = 0;
    rollcall_sources::csv::read(settings, text.as_bytes(), text.len() as u64, &mut |row| {
        records += usize::from(matches!(row.record, Record::Entry(_)));
    })?;
    if records as u64 != PEOPLE {
        bail!("{records} records of {PEOPLE} people");
    }
    Ok(records)
}
