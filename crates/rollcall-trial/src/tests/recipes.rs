//! `docs/recipes.md` shows what `init` writes, and every configuration in it is good.
//!
//! What the configurations do to people is tested with the program itself, in `tests/it/program/known_exports.rs`.

use super::{accepted, tried};
use crate::EXPORTS;
use rollcall_config::Config;
use std::path::{Path, PathBuf};

const RECIPES: &str = include_str!("../../../../docs/recipes.md");

/// The blocks of the page, each with the word after its language.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let blocks = RECIPES.split("```toml").skip(1).map(|rest| rest.split_once('\n').unwrap());
    blocks.map(|(word, rest)| (word.trim(), rest.split("```").next().unwrap())).collect()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/exports")
}

#[test]
fn each_known_export_has_the_recipe_that_init_writes() {
    let common = blocks().into_iter().find(|(word, _)| word.is_empty()).unwrap().1;
    for export in EXPORTS {
        let (_, shown) = blocks().into_iter().find(|(word, _)| *word == export.name).unwrap();
        let file = std::fs::read(fixtures().join(export.name).join("users.csv")).unwrap();
        let (proposal, settings) = accepted(&file);
        let (before, source) = proposal.text.split_at(proposal.text.find("[[source]]").unwrap());
        assert_eq!(source, shown, "{}", export.name);
        assert!(before.contains(common), "{}", export.name);
        assert!(!tried(&settings, &file).unwrap().is_wrong(), "{}", export.name);
    }
}

#[test]
fn each_kind_of_directory_has_a_good_recipe() {
    let directories: Vec<&str> =
        blocks().into_iter().filter(|(word, _)| *word == "directory").map(|(_, text)| text).collect();
    assert_eq!(directories.len(), 4);
    for text in directories {
        let config = Config::parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?} in:\n{text}"));
        assert_eq!(config.warnings(), [""; 0], "{text}");
    }
}
