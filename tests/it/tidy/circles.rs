//! No circle of `use` among more than three files of a crate, and none between two folders of it.
//!
//! The crate's root is left out: it declares the modules, and names of it are re-exports.

use super::paths::{module_of, named_paths};
use super::source::{code_of, without_tests};
use super::{assert_none, files_below, read, sources_below};
use std::collections::{BTreeMap, BTreeSet};

const FILES_OF_A_CIRCLE_MAX: usize = 3;

/// Which module uses which, by their paths in the crate.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// The folders in which a crate's sources lie.
fn crate_folders() -> Vec<String> {
    let mut folders: BTreeSet<String> = BTreeSet::new();
    for group in ["crates", "functions"] {
        let roots = files_below(group).into_iter().filter(|path| path.ends_with("/src/lib.rs"));
        folders.extend(roots.map(|path| path.trim_end_matches("/lib.rs").to_owned()));
    }
    folders.insert("cli".to_owned());
    folders.into_iter().collect()
}

/// Who uses whom in the crate of this folder, tests left out.
fn uses_in(folder: &str) -> Graph {
    let mut texts = BTreeMap::new();
    let mut tests: Vec<Vec<String>> = Vec::new();
    for path in sources_below(folder) {
        let module = module_of(&path[folder.len() + 1..]);
        let (code, of_tests) = without_tests(&code_of(&read(&path)));
        tests.extend(of_tests.into_iter().map(|name| [module.as_slice(), &[name]].concat()));
        texts.insert(module, code);
    }
    let is_test = |module: &[String]| {
        module.iter().any(|part| part == "tests") || tests.iter().any(|test| module.starts_with(test))
    };
    texts.retain(|module, _| !module.is_empty() && !is_test(module));
    let file_of = |path: &[String]| {
        let longest = (1..=path.len()).rev().map(|length| &path[..length]);
        longest.into_iter().find(|part| texts.contains_key(*part)).map(|part| part.join("/"))
    };
    let edges_of = |module: &[String], code: &str| -> BTreeSet<String> {
        let this = module.join("/");
        let named = named_paths(code, module);
        named.iter().filter_map(|path| file_of(path)).filter(|file| *file != this).collect()
    };
    texts.iter().map(|(module, code)| (module.join("/"), edges_of(module, code))).collect()
}

/// Only the folders of a graph, each with all that lies in it.
fn folders_of(graph: &Graph) -> Graph {
    let folder_of = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    let folders: BTreeSet<String> =
        graph.keys().filter(|path| path.contains('/')).map(|path| folder_of(path)).collect();
    let mut found: Graph = folders.iter().map(|folder| (folder.clone(), BTreeSet::new())).collect();
    for (path, used) in graph {
        let Some(edges) = found.get_mut(&folder_of(path)) else { continue };
        let others = used.iter().map(|one| folder_of(one)).filter(|one| folders.contains(one));
        edges.extend(others.filter(|one| *one != folder_of(path)));
    }
    found
}

fn reachable(graph: &Graph, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(one) = open.pop() {
        for next in &graph[one] {
            if found.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    found
}

/// Sets of files of which each reaches every other.
fn circles(graph: &Graph) -> BTreeSet<BTreeSet<String>> {
    let reachable: BTreeMap<&String, BTreeSet<String>> =
        graph.keys().map(|file| (file, reachable(graph, file))).collect();
    let circle_of = |file: &String| -> BTreeSet<String> {
        reachable[file].iter().filter(|other| reachable[other].contains(file)).cloned().collect()
    };
    graph.keys().map(circle_of).filter(|circle| circle.len() > 1).collect()
}

fn shown(folder: &str, circle: &BTreeSet<String>) -> String {
    let names: Vec<&str> = circle.iter().map(String::as_str).collect();
    format!("{folder}: {} in a circle: {}", names.len(), names.join(", "))
}

#[test]
fn no_circle_has_more_than_three_files() {
    let mut found = Vec::new();
    for folder in crate_folders() {
        let circles = circles(&uses_in(&folder));
        let large = circles.iter().filter(|circle| circle.len() > FILES_OF_A_CIRCLE_MAX);
        found.extend(large.map(|circle| shown(&folder, circle)));
    }
    assert_none(&found, "files that use each other in a circle");
}

#[test]
fn no_two_folders_of_a_crate_use_each_other() {
    let mut found = Vec::new();
    for folder in crate_folders() {
        let graph = uses_in(&folder);
        for circle in circles(&folders_of(&graph)) {
            found.push(shown(&folder, &circle));
            let is_in =
                |path: &str| circle.iter().any(|one| path == one || path.starts_with(&format!("{one}/")));
            let folder_of = |path: &str| path.split('/').next().map(str::to_owned);
            for (path, used) in graph.iter().filter(|(path, _)| is_in(path)) {
                let across = used.iter().filter(|one| is_in(one) && folder_of(one) != folder_of(path));
                found.extend(across.map(|one| format!("    {path} uses {one}")));
            }
        }
    }
    assert_none(&found, "folders that use each other in a circle");
}

#[test]
fn a_circle_is_found() {
    let edges = [("a", vec!["b"]), ("b", vec!["c/d"]), ("c/d", vec!["a"]), ("e", vec!["a"])];
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let graph: Graph = edges.into_iter().map(|(file, used)| (file.to_owned(), owned(used))).collect();
    assert_eq!(circles(&graph), BTreeSet::from([owned(vec!["a", "b", "c/d"])]));
}
