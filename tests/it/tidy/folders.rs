//! Keys of the bucket are made from the constants of `rollcall_config::folders`, and from nothing else.

use super::source::code_of;
use super::{assert_none, read, sources, sources_below};
use rollcall_config::folders;

/// The only file that spells the folders out.
const HOME: &str = "crates/rollcall-config/src/folders.rs";

/// Whether a file is only for tests or measurements. They spell keys out, as somebody outside does.
fn is_of_tests(path: &str) -> bool {
    path.starts_with("tests/") || path.starts_with("benches/") || path.contains("/tests")
}

#[test]
fn no_other_file_spells_a_folder_of_the_bucket() {
    let mut found = Vec::new();
    // `config/` is left out: the configuration's own key and texts for people begin with it.
    let spelled = folders::OWN.iter().filter(|own| **own != folders::CONFIG);
    let spelled: Vec<String> = spelled.map(|own| format!("\"{own}")).collect();
    for path in sources().into_iter().filter(|path| path != HOME && !is_of_tests(path)) {
        let text = read(&path);
        let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (number, line) in (1..).zip(code.lines()) {
            if spelled.iter().any(|literal| line.contains(literal)) {
                found.push(format!("{path}:{number} {}", line.trim()));
            }
        }
    }
    assert_none(&found, "keys that are not made from `rollcall_config::folders`");
}

#[test]
fn no_temporary_file_of_a_function_has_a_name() {
    let files = sources_below("crates").into_iter().chain(sources_below("functions"));
    let named = files.filter(|file| {
        ["NamedTempFile", "TempDir", "tempdir()"].iter().any(|name| code_of(&read(file)).contains(name))
    });
    assert_none(
        &named.collect::<Vec<_>>(),
        "a killed function leaves this file on its disk; use tempfile::tempfile()",
    );
}
