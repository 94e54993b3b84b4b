//! What ARCHITECTURE.md and the README name is there: paths, modules, functions and types, commands.

use super::{assert_none, files_below, read, root, sources};
use regex_lite::Regex;
use std::collections::BTreeSet;

/// The words between backticks, each once.
fn quoted(text: &str) -> BTreeSet<String> {
    let is_one_line = |word: &&str| !word.contains('\n');
    text.split('`').skip(1).step_by(2).filter(is_one_line).map(str::to_owned).collect()
}

/// `functions/{fetch,read}` as both paths.
fn expanded(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return vec![path.to_owned()] };
    inside.split(',').map(|one| format!("{before}{}{after}", one.trim())).collect()
}

/// The rows of the map: the paths of the first column, and the whole text.
fn map() -> Vec<(Vec<String>, String)> {
    let text = read("ARCHITECTURE.md");
    let rows = text.lines().skip_while(|line| !line.starts_with("| where |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let paths =
        |row: &str| quoted(row.split('|').nth(1).unwrap()).iter().flat_map(|path| expanded(path)).collect();
    let found: Vec<_> = rows.map(|row| (paths(row), row.to_owned())).collect();
    assert!(found.len() > 5, "the map of ARCHITECTURE.md cannot be read");
    found
}

#[test]
fn the_paths_of_the_map_exist() {
    let paths = map().into_iter().flat_map(|(paths, _)| paths);
    let found: Vec<String> = paths.filter(|path| !root().join(path).exists()).collect();
    assert_none(&found, "paths of ARCHITECTURE's map that are not there");
}

#[test]
fn every_crate_and_folder_is_on_the_map() {
    let paths: BTreeSet<String> = map().into_iter().flat_map(|(paths, _)| paths).collect();
    let manifests = files_below("").into_iter().filter(|path| path.ends_with("/Cargo.toml"));
    let crates = manifests.map(|path| path.trim_end_matches("/Cargo.toml").to_owned());
    let found: Vec<String> = crates.filter(|path| !paths.contains(path)).collect();
    assert_none(&found, "crates that are not on ARCHITECTURE's map");
}

#[test]
fn the_modules_that_the_map_names_exist() {
    let word = Regex::new(r"^[a-z]+$").unwrap();
    let mut found = Vec::new();
    for (paths, row) in map() {
        let folders: Vec<&String> = paths.iter().filter(|path| root().join(path).is_dir()).collect();
        let files: BTreeSet<String> = folders.iter().flat_map(|path| files_below(path)).collect();
        let parts: BTreeSet<&str> = files.iter().flat_map(|path| path.split(['/', '.'])).collect();
        let second = row.split('|').nth(2).unwrap_or_default();
        let words = quoted(second).into_iter().filter(|one| word.is_match(one));
        found.extend(
            words.filter(|one| !parts.contains(one.as_str())).map(|one| format!("{one} in {paths:?}")),
        );
    }
    assert_none(&found, "modules of ARCHITECTURE's map that are not there");
}

/// Whether something of the repository has this path, or a Rust file ends with it.
fn is_there(path: &str, files: &[String]) -> bool {
    expanded(path).iter().all(|path| {
        let path = path.trim_end_matches('/');
        root().join(path).exists() || files.iter().any(|file| file.ends_with(&format!("/{path}")))
    })
}

#[test]
fn the_paths_that_architecture_quotes_exist() {
    let path = Regex::new(
        r"^(?:(?:crates|functions|cli|tests|benches|docs|infra|examples)/[\w./{},-]*|\.ci/\w+|[\w/]+\.rs)$",
    )
    .unwrap();
    let files = files_below("");
    let quoted = quoted(&read("ARCHITECTURE.md"));
    let paths = quoted.into_iter().filter(|one| path.is_match(one));
    let found: Vec<String> = paths.filter(|one| !is_there(one, &files)).collect();
    assert_none(&found, "paths in ARCHITECTURE.md that are not there");
}

#[test]
fn the_names_that_architecture_quotes_exist() {
    let name = Regex::new(r"^(?:(?:\w+::)+\w+|[A-Z][a-z]+(?:[A-Z][a-z]+)+|[a-z]+(?:_[a-z]+)+)$").unwrap();
    let texts: String = sources().iter().map(|path| read(path)).collect::<String>() + &read("template.yaml");
    let words: BTreeSet<&str> = texts.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let quoted = quoted(&read("ARCHITECTURE.md"));
    let names = quoted.into_iter().filter(|one| name.is_match(one));
    let is_known = |one: &String| one.split("::").all(|part| words.contains(part));
    let found: Vec<String> = names.filter(|one| !is_known(one)).collect();
    assert_none(&found, "names in ARCHITECTURE.md that no source has");
}

#[test]
fn links_in_documents_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#:]+)(?:#[^)]*)?\)").unwrap();
    let mut found = Vec::new();
    for document in files_below("").into_iter().filter(|path| path.ends_with(".md")) {
        let text = read(&document);
        let folder = root().join(&document).parent().unwrap().to_owned();
        let targets = link.captures_iter(&text).map(|captures| captures[1].to_owned());
        let dead = targets.filter(|target| !folder.join(target).exists());
        found.extend(dead.map(|target| format!("{document}: {target}")));
    }
    assert_none(&found, "links that lead nowhere");
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

#[test]
fn the_table_of_changes_names_files_that_exist() {
    let text = read("CONTRIBUTING.md");
    let rows = text.lines().skip_while(|line| !line.starts_with("| to change |")).skip(2);
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() >= 20, "CONTRIBUTING.md names {} changes", rows.len());
    let path = Regex::new(r"^[\w.{},-]+/[\w./{},-]*$|^[\w-]+\.(?:rs|md|toml|yaml)$").unwrap();
    let files = files_below("");
    let quoted = rows.iter().flat_map(|row| quoted(row)).filter(|one| path.is_match(one));
    let found: Vec<String> = quoted.filter(|one| !is_there(one, &files)).collect();
    assert_none(&found, "files of CONTRIBUTING's table that are not there");
}
