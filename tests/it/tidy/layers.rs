//! The table of layers in ARCHITECTURE.md is what Cargo says.

use super::{read, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

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
