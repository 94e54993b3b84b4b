//! The vectors by which an application tests its own folding (rule 63) are what Rollcall does.

use rollcall_core::fold::is_ignorable;
use rollcall_core::match_key::MatchKey;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
struct Vector {
    input: String,
    folded: String,
    why: String,
}

fn vectors() -> Vec<Vector> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/folding-vectors.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn every_vector_is_folded_as_it_says() {
    for Vector { input, folded, why } in vectors() {
        assert_eq!(MatchKey::fold(&input), folded, "{input:?} ({why})");
        assert_eq!(MatchKey::fold(&folded), folded, "{input:?} ({why}), folded again");
    }
}

#[test]
fn the_vectors_show_each_thing_that_folding_does() {
    let vectors = vectors();
    let has = |what: &dyn Fn(&str, &str) -> bool| {
        vectors.iter().filter(|vector| what(&vector.input, &vector.folded)).count()
    };
    let examples = BTreeMap::from([
        ("case beyond ASCII", has(&|input, folded| input.to_lowercase() == folded && !input.is_ascii())),
        ("a character that does not count", has(&|input, _| input.contains(is_ignorable))),
        ("one letter becomes several", has(&|input, folded| folded.chars().count() > input.chars().count())),
        ("several become one", has(&|input, folded| folded.chars().count() < input.chars().count())),
        ("a space at the end", has(&|input, folded| input.ends_with(' ') && !folded.ends_with(' '))),
        ("nothing remains", has(&|input, folded| !input.is_empty() && folded.is_empty())),
        ("nothing changes", has(&|input, folded| input == folded)),
    ]);
    assert!(examples.values().all(|count| *count > 0), "{examples:?}");
}
