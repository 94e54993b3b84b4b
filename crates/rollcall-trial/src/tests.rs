//! The trial with small files: what is proposed for them, and what is found in them.

mod any_bytes;
mod dates;
mod days;
mod files_of_changes;
mod gone_marks;
mod headings;
mod keys;
mod languages;
mod logins;
mod no_people;
mod odd_values;
mod other_systems;
mod proposals;
mod recipes;
mod recognised;
mod refusals;
mod repeated;
mod second_status;
mod shapes;
mod shared_values;
mod statuses;
mod unasked_days;
mod unseen_cells;
mod without_effect;
mod workday;

use crate::{Proposal, Refused, Trial, Weight, propose, try_file};
use rollcall_config::{Config, CsvSettings, SourceSettings};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use std::io::Cursor;

/// 2026-11-29.
const NOW: Timestamp = Timestamp::from_millis(1_795_910_400_000);

/// The settings of a source with these lines above and in its mapping.
fn settings(source: &str, mapping: &str) -> CsvSettings {
    let text = format!(
        "[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/staff.csv\"\n{source}\n[source.mapping]\n{mapping}\n"
    );
    settings_of(&text)
}

fn settings_of(text: &str) -> CsvSettings {
    let mut config = Config::parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?} in:\n{text}"));
    match config.sources.pop().unwrap().settings {
        SourceSettings::Csv(settings) => settings,
        SourceSettings::Ldap(_) | SourceSettings::Entra(_) | SourceSettings::Okta(_) => {
            panic!("it reads no file")
        }
    }
}

fn tried(settings: &CsvSettings, file: impl AsRef<[u8]>) -> Result<Trial, Refused> {
    let bytes = file.as_ref();
    try_file(settings, &mut Cursor::new(bytes), bytes.len() as u64, NOW)
}

fn proposed(file: impl AsRef<[u8]>) -> Result<Proposal, Refused> {
    let bytes = file.as_ref();
    let source = SourceName::parse("staff").unwrap();
    propose(&mut Cursor::new(bytes), bytes.len() as u64, &source, "staff.csv", NOW)
}

/// What is proposed, and the settings that it means.
fn accepted(file: impl AsRef<[u8]>) -> (Proposal, CsvSettings) {
    let proposal = proposed(file).unwrap();
    let settings = settings_of(&proposal.text);
    (proposal, settings)
}

/// The settings about which something is wrong.
fn wrong(trial: &Trial) -> Vec<&str> {
    let wrong = trial.findings.iter().filter(|finding| finding.weight == Weight::Wrong);
    wrong.map(|finding| finding.setting.as_deref().unwrap_or_default()).collect()
}
