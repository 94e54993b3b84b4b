//! The house stays as it is drawn. These tests read the sources and the documents, and run nothing.
//!
//! Each check collects everything that it finds and shows all of it at once.

mod layers;
mod map;

mod circles;
mod paths;
mod source;

mod citations;
mod figures;
mod folders;
mod roles;
mod sizes;

use std::path::{Path, PathBuf};

/// Folders that are not ours to judge: what is built, and what a run has left behind.
const SKIPPED: [&str; 6] = ["target", ".git", ".rollcall", ".aws-sam", ".schemathesis", "node_modules"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// A document as one line: it may be wrapped anywhere.
fn read_unwrapped(path: &str) -> String {
    read(path).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All files below a folder of the repository, as paths from its root, in order.
fn files_below(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !SKIPPED.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else {
                found.push(path.strip_prefix(root()).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// The Rust files below a folder.
fn sources_below(folder: &str) -> Vec<String> {
    files_below(folder).into_iter().filter(|path| path.ends_with(".rs")).collect()
}

/// All our Rust files.
fn sources() -> Vec<String> {
    sources_below("")
}

/// Fails with everything that was found, a line for each.
#[track_caller]
fn assert_none(found: &[String], what: &str) {
    assert!(found.is_empty(), "{what} ({}):\n{}", found.len(), found.join("\n"));
}
