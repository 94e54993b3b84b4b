//! How things are shown to people and to programs. The one place that writes to stdout and stderr.

use comfy_table::{ContentArrangement, Table, presets};
use std::io::Write as _;

/// Says a line to the person.
pub(crate) fn say(line: &str) {
    // Whoever closes the pipe does not want to read more.
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

/// Writes a value for programs.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    say(&text);
    Ok(())
}

/// Says why a command failed.
pub(crate) fn complain(error: &anyhow::Error) {
    drop(writeln!(std::io::stderr().lock(), "error: {error:#}"));
}

/// Tells the person something beside the result.
pub(crate) fn note(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}

/// A table without lines: easy to read, easy to cut.
pub(crate) fn table(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings.to_vec());
    let mut is_empty = true;
    for row in rows {
        is_empty = false;
        table.add_row(row);
    }
    if is_empty {
        note("nothing to show");
        return;
    }
    for line in table.lines() {
        say(line.trim_end());
    }
}

/// `50 of 50 seats used`.
pub(crate) fn seats(limit: Option<u64>, used: u64) -> String {
    match limit {
        Some(limit) => format!("{used} of {limit} seats used"),
        None => format!("{used} seats used, no limit"),
    }
}
