//! Deciding, counted in instructions and not in time, so that it can be compared on any machine: 20,000 people of whom one in
//! a hundred has changed; and as many whose match field was changed, which costs the most.
//!
//! `.ci/instructions` runs each part under valgrind, with its preparation and without it, and compares the difference with
//! `benches/instructions.json`. Nothing here waits, asks for a clock, starts a thread or is random.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "../../../benches/decide/people.rs"]
mod people;

use anyhow::{Context as _, Result, bail};
use people::Differs;
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

/// What is counted.
#[derive(Clone, Copy)]
enum Work {
    /// One per cent have another department.
    OnePercent,
    /// Everybody has another key and another id: all leave, all arrive, and every username is taken.
    Strangers,
}

impl Work {
    fn find(name: &str) -> Result<Self> {
        match name {
            "one-percent" => Ok(Self::OnePercent),
            "strangers" => Ok(Self::Strangers),
            _ => bail!("expected `one-percent` or `strangers`"),
        }
    }

    fn account(self, number: u64) -> Result<Account> {
        let same = Differs::in_state(AccountState::Active);
        let differs = match self {
            Self::OnePercent => Differs { is_outdated: number.is_multiple_of(PART), ..same },
            Self::Strangers => Differs { is_stranger: true, ..same },
        };
        people::account(number, &people::source()?, differs)
    }

    /// How many decisions there must be in the end, with and without a record.
    fn decisions(self) -> usize {
        let people = usize::try_from(PEOPLE).unwrap_or(usize::MAX);
        match self {
            Self::OnePercent => people / 100,
            Self::Strangers => 2 * people,
        }
    }
}

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["quick"] => println!("`.ci/instructions` counts what this does"),
        [work] => println!("{}", decide(Work::find(work)?, true)?),
        [work, "prepare"] => println!("{}", decide(Work::find(work)?, false)?),
        _ => bail!("expected what is counted, and perhaps `prepare`"),
    }
    Ok(())
}

/// Loads the index, shows every account and asks for every decision; answers with how many those are. Where it is not the
/// whole, only what is needed for that is made.
fn decide(work: Work, is_whole: bool) -> Result<usize> {
    let (source, key) = (people::source()?, DigestKey::from_bytes([7; 16]));
    let mut indexer = RecordIndexer::new(&source, key);
    let records: Vec<Record> =
        (0..PEOPLE).map(|number| people::record(number, EntryStatus::Enabled)).collect::<Result<_>>()?;
    let rows = records.iter().map(|record| Ok(indexer.index(record)?.row_bytes()));
    let rows: Vec<[u8; IndexedRecord::ROW_BYTES]> = rows.collect::<Result<_>>()?;
    let fields: Vec<FieldName> = indexer.field_names().into_iter().cloned().collect();
    let accounts: Vec<Account> = (0..PEOPLE).map(|number| work.account(number)).collect::<Result<_>>()?;
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
        limit: Limit::Seats(SeatCount::new(2 * PEOPLE)),
        used: SeatCount::new(PEOPLE),
        policy: Policy::default(),
        removals: Removals::Guarded,
        decided: Decided::default(),
        asked_elsewhere: Vec::new(),
    };
    let mut planner = Planner::begin(input, index.finish());
    drop(planner.see(&accounts));
    let plan = planner.finish();
    let without = plan.without_entry().count();
    let with = records.iter().enumerate().filter(|(ordinal, _)| plan.needs(*ordinal));
    let decided = without + with.filter_map(|(ordinal, record)| plan.decide(ordinal, record)).count();
    if decided != work.decisions() {
        bail!("{decided} decisions, expected {}", work.decisions());
    }
    Ok(decided)
}
