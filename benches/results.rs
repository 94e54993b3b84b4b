//! The table of a benchmark: printed line by line, and kept in `benches/results.json` with the commit, the machine and the
//! size, beside those of the other benchmarks. Shared by all of them.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::process::Command;

/// Sizes at which all benchmarks together take minutes: `cargo bench -- quick`.
const QUICK: &str = "quick";

/// What the command line says, without what cargo adds; and whether it says `quick`.
pub(crate) fn arguments() -> (Vec<String>, bool) {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if args.first().is_some_and(|arg| arg == QUICK) { (Vec::new(), true) } else { (args, false) }
}

/// A table that grows.
pub(crate) struct Table {
    name: &'static str,
    people: u64,
    headings: &'static [&'static str],
    rows: Vec<Value>,
}

impl Table {
    /// Prints the headings. `name` is the table's in the file.
    pub(crate) fn begin(name: &'static str, people: u64, headings: &'static [&'static str]) -> Self {
        println!("| {} |\n|{}", headings.join(" | "), "---|".repeat(headings.len()));
        Self { name, people, headings, rows: Vec::new() }
    }

    /// Prints a row: a cell for each heading.
    pub(crate) fn row(&mut self, cells: &[String]) {
        println!("| {} |", cells.join(" | "));
        let value = |cell: &String| cell.parse::<f64>().map_or_else(|_| json!(cell), |number| json!(number));
        let row: Map<String, Value> =
            self.headings.iter().map(|heading| (*heading).to_owned()).zip(cells.iter().map(value)).collect();
        self.rows.push(Value::Object(row));
    }

    /// Keeps the table in the file, in place of the one of this name.
    pub(crate) fn keep(self) -> Result<()> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results.json");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|_| String::from("{}"));
        let mut all: Map<String, Value> = serde_json::from_str(&text)
            .with_context(|| format!("{} is no JSON; delete it", path.display()))?;
        let table = json!({
            "commit": commit(),
            "machine": machine(),
            "people": self.people,
            "rows": self.rows,
        });
        all.insert(self.name.to_owned(), table);
        std::fs::write(&path, serde_json::to_string_pretty(&all)? + "\n")
            .with_context(|| format!("writing {}", path.display()))
    }
}

/// The commit that is measured; with `+` where files have changed since.
fn commit() -> String {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| String::from("unknown"));
    // The results themselves do not change what is measured.
    let changed = git(&["status", "--porcelain", "--", ".", ":!benches/results.json"]).unwrap_or_default();
    if changed.is_empty() { commit } else { format!("{commit}+") }
}

/// The processor, and how many of it.
fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown processor", |(_, model)| model.trim());
    format!("{model}, {}", std::thread::available_parallelism().map_or(1, usize::from))
}
