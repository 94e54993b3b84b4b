//! The house stays as it is drawn: the layers of ARCHITECTURE.md are Cargo's, files say what they are, the README's
//! commands exist.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const LINES_MAX: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// What each of our crates depends on when it is built, not tested.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let built = dependencies.filter(|dependency| dependency["kind"].is_null());
            let names = built.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect();
            (package["name"].as_str().unwrap().to_owned(), names)
        })
        .collect()
}

/// The rows of the table of layers: crate, may use of ours, never.
fn layers() -> BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> {
    let words =
        |cell: &str| -> BTreeSet<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let text = read("ARCHITECTURE.md");
    let rows = text.lines().skip_while(|line| !line.starts_with("| crate |")).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            assert_eq!(cells.len(), 3, "{line}");
            let name = words(cells[0]).into_iter().next().unwrap();
            (name, (words(cells[1]), words(cells[2])))
        })
        .collect()
}

#[test]
fn the_layers_are_as_they_are_drawn() {
    let dependencies = dependencies();
    let layers = layers();
    assert_eq!(
        dependencies.keys().collect::<Vec<_>>(),
        layers.keys().collect::<Vec<_>>(),
        "every crate has a row in ARCHITECTURE.md"
    );
    for (name, used) in &dependencies {
        let (may, never) = &layers[name];
        let ours: BTreeSet<String> = used.iter().filter(|one| one.starts_with("rollcall")).cloned().collect();
        assert_eq!(&ours, may, "what {name} uses of ours");
        let forbidden: Vec<_> = used.intersection(never).collect();
        assert!(forbidden.is_empty(), "{name} must never depend on {forbidden:?}");
    }
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["crates", "functions", "cli", "tests", "benches"].iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        let says = text.starts_with("//! ") || text.starts_with("#![doc = include_str!(");
        assert!(says, "{} must begin with what it is, where it sits, what it promises", path.display());
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines: it has more than one subject", path.display());
    }
}

#[test]
fn the_readme_has_its_two_commands() {
    let readme = read("README.md");
    let quick_start =
        "cargo run -- sync examples/quickstart/staff.csv --config examples/quickstart/rollcall.toml";
    let section =
        |heading: &str| readme.split(heading).nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    assert!(section("\n## Quick start").contains(quick_start));
    assert!(section("\n## Tests").contains("cargo test"));
}
