//! The figures of the documents are the figures of the code.
//!
//! A row is: a document, words of it with the figure, where the code that decides it lies, and what that code says.
//! The words may be wrapped anywhere, and the code may move within its folder.

use super::{assert_none, files_below, read, read_unwrapped};

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const RULES: &str = "docs/rules.md";
const INFRA: &str = "infra/README.md";
const BENCHES: &str = "benches/README.md";
const SOURCES: &str = "crates/rollcall-sources/README.md";

const SYNC: &str = "crates/rollcall-sync";
const STORE: &str = "crates/rollcall-store";
const CORE: &str = "crates/rollcall-core";
const CONSOLE: &str = "functions/console";
const TEMPLATE: &str = "template.yaml";

/// Document, its words, where the code lies, the code.
type Figure = (&'static str, &'static str, &'static str, &'static str);

const FIGURES: [Figure; 40] = [
    (ARCHITECTURE, "50,000 pages", SYNC, "PAGES_MAX: usize = 50_000;"),
    (ARCHITECTURE, "begun anew more than five times", SYNC, "RESTARTS_MAX: u32 = 5;"),
    (ARCHITECTURE, "90 seconds left", SYNC, "reserve: Duration::from_secs(90),"),
    (ARCHITECTURE, "delivered six times", SYNC, "DELIVERIES_MAX: u32 = 6;"),
    (ARCHITECTURE, "delivered six times", TEMPLATE, "maxReceiveCount: 6"),
    (ARCHITECTURE, "at most ten times", SYNC, "PASSES_MAX: u32 = 10;"),
    (ARCHITECTURE, "a row of 72 bytes", CORE, "size_of::<Row>() == 72"),
    (ARCHITECTURE, "48 bytes", CORE, "size_of::<Kept>() == 48"),
    (ARCHITECTURE, "64 shards", STORE, "SHARDS: u64 = 64;"),
    (ARCHITECTURE, "64 queries", STORE, "SHARDS: u64 = 64;"),
    (ARCHITECTURE, "32 at a time", STORE, "CHANGES_PER_COMMIT_MAX: usize = 32;"),
    (ARCHITECTURE, "frames of a thousand", STORE, "FRAME_ENTRIES: u64 = 1000;"),
    (ARCHITECTURE, "for a day", STORE, "KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;"),
    (ARCHITECTURE, "cookie of ten minutes", CONSOLE, "LOGIN_SECONDS: u64 = 600;"),
    (RULES, "at most ten times", SYNC, "PASSES_MAX: u32 = 10;"),
    (RULES, "more than 20 %", CORE, "Self::of_removals(20, 5)"),
    (RULES, "more than 5 of them", CORE, "Self::of_removals(20, 5)"),
    ("README.md", "more than 20 %", CORE, "Self::of_removals(20, 5)"),
    ("README.md", "more than 5 of them", CORE, "Self::of_removals(20, 5)"),
    ("README.md", "Rust 1.95", "Cargo.toml", "rust-version = \"1.95\""),
    ("CONTRIBUTING.md", "Rust 1.95", "Cargo.toml", "rust-version = \"1.95\""),
    (INFRA, "lease of 20 minutes", SYNC, "LEASE_MILLIS: i64 = 20 * 60 * 1000;"),
    (INFRA, "16 minutes", TEMPLATE, "VisibilityTimeout: 960"),
    (INFRA, "six times", SYNC, "DELIVERIES_MAX: u32 = 6;"),
    (INFRA, "token of 7,000 bytes", CONSOLE, "PART_BYTES_MAX: usize = 3500;"),
    ("infra/costs.md", "kept for 30 days", TEMPLATE, "Prefix: snapshots/ ExpirationInDays: 30"),
    ("infra/costs.md", "kept for 400 days", TEMPLATE, "ReportRetentionDays: Type: Number Default: 400"),
    ("infra/costs.md", "1,769 MB of memory", TEMPLATE, "ReconcileMemory: Type: Number Default: 1769"),
    ("infra/costs.md", "64 shards", STORE, "SHARDS: u64 = 64;"),
    (BENCHES, "256,000,000 bytes", "benches/decide.rs", "PEAK_BYTES_MAX: u64 = 256_000_000;"),
    (BENCHES, "256 MB or more", "benches/read.rs", "PEAK_BYTES_MAX: u64 = 256_000_000;"),
    (BENCHES, "400 items", "benches/pages.rs", "READ_MAX: u64 = 400;"),
    (BENCHES, "200 kB", "benches/pages.rs", "KB_MAX: u64 = 200;"),
    (BENCHES, "a row of 72 bytes", CORE, "size_of::<Row>() == 72"),
    (BENCHES, "48 more", CORE, "size_of::<Kept>() == 48"),
    (BENCHES, "32 pages at a time", STORE, "MERGED_AT_ONCE: usize = 32;"),
    (BENCHES, "900 seconds", TEMPLATE, "Timeout: 900"),
    (SOURCES, "100 lines", "crates/rollcall-sources", "QUOTED_LINES_MAX: u64 = 100;"),
    (SOURCES, "64 KiB", "crates/rollcall-sources", "QUOTED_BYTES_MAX: usize = 64 * 1024;"),
    (SOURCES, "ten minutes at most", "crates/rollcall-sources", "ASKED_WAIT_SECONDS_MAX: u64 = 600;"),
];

/// All text of a file, or of the Rust files below a folder, as one line.
fn code_in(place: &str) -> String {
    if place.contains('.') {
        return read_unwrapped(place);
    }
    let files = files_below(place).into_iter().filter(|path| path.ends_with(".rs"));
    files.map(|path| read_unwrapped(&path) + " ").collect()
}

#[test]
fn the_figures_of_the_documents_are_those_of_the_code() {
    let mut found = Vec::new();
    for (document, words, place, code) in FIGURES {
        if !read_unwrapped(document).contains(words) {
            found.push(format!("{document} does not say {words:?}: change the row, or take it out"));
        }
        if !code_in(place).contains(code) {
            found.push(format!("{place} does not say {code:?}, as {document} does ({words:?})"));
        }
    }
    assert_none(&found, "figures that do not agree");
}

#[test]
fn the_exit_codes_of_the_documents_are_those_of_the_program() {
    let codes = read("cli/exit.rs");
    let table = read("docs/commands.md");
    let arms = codes.lines().filter(|line| line.trim().starts_with("Exit::"));
    let exits = arms.filter_map(|line| line.split_once("=> ")?.1.trim().strip_suffix(','));
    let numbers: Vec<&str> = exits.filter(|code| code.len() == 1).collect();
    assert_eq!(numbers, ["0", "1", "2", "3", "4", "5"], "cli/exit.rs");
    let missing: Vec<_> = numbers.iter().filter(|code| !table.contains(&format!("\n| {code} |"))).collect();
    assert!(missing.is_empty(), "docs/commands.md's table of exit codes lacks {missing:?}");
}
