//! Reading a CSV file, counted in instructions and not in time: 20,000 rows of twelve columns become records.
//!
//! `.ci/instructions` runs it under valgrind, with its preparation alone and as a whole, and compares the difference with
//! `benches/instructions.json`. Nothing here waits, asks for a clock, starts a thread or is random.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "../../../benches/read/rows.rs"]
mod rows;

use anyhow::{Result, anyhow, bail};
use rollcall_config::{Config, CsvSettings, SourceSettings};
use rollcall_core::entry::Record;
use rollcall_sources::csv;

const ROWS: u64 = 20_000;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let (config, is_whole) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["quick"] => {
            println!("`.ci/instructions` counts what this does");
            return Ok(());
        }
        ["csv"] => (rows::plain(), true),
        ["csv", "prepare"] => (rows::plain(), false),
        ["csv-templates"] => (rows::templates(), true),
        ["csv-templates", "prepare"] => (rows::templates(), false),
        _ => bail!("expected `csv` or `csv-templates`, and perhaps `prepare`"),
    };
    let (settings, mut text) = (settings(&config)?, String::from(rows::HEADINGS));
    (0..ROWS).for_each(|number| rows::push_row(&mut text, number));
    println!("{}", if is_whole { read(&settings, &text)? } else { text.len() });
    Ok(())
}

fn settings(config: &str) -> Result<CsvSettings> {
    let config = Config::parse(config).map_err(|mistakes| anyhow!("{mistakes:?}"))?;
    match config.sources.into_iter().next().map(|source| source.settings) {
        Some(SourceSettings::Csv(settings)) => Ok(settings),
        _ => bail!("expected a CSV source"),
    }
}

fn read(settings: &CsvSettings, text: &str) -> Result<usize> {
    let mut entries = 0;
    csv::read(settings, text.as_bytes(), text.len() as u64, &mut |row| {
        entries += usize::from(matches!(row.record, Record::Entry(_)));
    })?;
    if entries as u64 != ROWS {
        bail!("{entries} entries, expected {ROWS}");
    }
    Ok(entries)
}
