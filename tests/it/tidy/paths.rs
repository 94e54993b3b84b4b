//! Which modules a file names, by `use crate::`, `use self::`, `use super::`, and by paths that begin with `crate::`.

/// The module of a file: `plan/apply.rs` is `["plan", "apply"]`, the crate's root is empty.
pub(super) fn module_of(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| matches!(last.as_str(), "lib" | "main" | "mod")) {
        parts.pop();
    }
    parts
}

/// Every path from the crate's root that the code of this module names. The last parts may be items.
pub(super) fn named_paths(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let starts = |word| code.match_indices(word).filter(move |(at, _)| !code[..*at].ends_with(is_word));
    let mut found = Vec::new();
    for (at, word) in starts("use ") {
        let tree = code[at + word.len()..].split(';').next().unwrap_or_default();
        let tree = tree.split_whitespace().collect::<Vec<_>>().join(" ");
        found.extend(expanded(&tree).iter().filter_map(|path| from_root(path, module)));
    }
    for (at, _) in starts("crate::") {
        let path: String =
            code[at..].chars().take_while(|letter| is_word(*letter) || *letter == ':').collect();
        found.extend(from_root(path.trim_end_matches(':'), module));
    }
    found
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn expanded(tree: &str) -> Vec<String> {
    let Some(open) = tree.find('{') else {
        let name = tree.split(" as ").next().unwrap_or_default();
        return vec![name.trim().to_owned()];
    };
    let close = tree.rfind('}').unwrap_or(tree.len());
    let (prefix, inside) = (tree[..open].trim(), &tree[open + 1..close]);
    let mut depth = 0;
    let parts = inside.split(|letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    });
    let parts = parts.filter(|part| !part.trim().is_empty());
    parts.flat_map(expanded).map(|path| format!("{prefix}{path}")).collect()
}

/// A path as seen from the crate's root; none, if it leaves the crate.
fn from_root(path: &str, module: &[String]) -> Option<Vec<String>> {
    let mut parts = path.split("::").map(str::trim).peekable();
    let mut found = match parts.next()? {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module[..module.len().checked_sub(1)?].to_vec(),
        _ => return None,
    };
    while parts.next_if_eq(&"super").is_some() {
        found.pop()?;
    }
    found.extend(parts.filter(|part| !matches!(*part, "self" | "*")).map(str::to_owned));
    Some(found)
}

#[test]
fn use_trees_are_read_as_paths() {
    let code = "use crate::plan::{apply::fields, Plan as P, kept::{self, Kept}};\nuse super::super::x::*;
        pub(crate) use self::child::Y; use std::fmt; fn f() { crate::a::b(); }";
    let module = ["planner".to_owned(), "grace".to_owned()];
    let paths: Vec<String> = named_paths(code, &module).iter().map(|path| path.join("/")).collect();
    let expected = [
        "plan/apply/fields",
        "plan/Plan",
        "plan/kept",
        "plan/kept/Kept",
        "x",
        "planner/grace/child/Y",
        "plan",
        "a/b",
    ];
    assert_eq!(paths, expected);
    assert_eq!(module_of("plan/apply.rs"), ["plan", "apply"]);
    assert!(module_of("lib.rs").is_empty());
}
