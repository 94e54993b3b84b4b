//! `truthy` and `falsy`: the words of a status column that mean yes and no.
//!
//! Promises that no word means both.

use crate::mistake::Mistakes;
use crate::section::Section;
use crate::value::{Item, quoted};
use rollcall_core::fold::fold;
use std::sync::OnceLock;

/// Yes as software writes it, and in the languages in which Excel writes TRUE.
pub(crate) const TRUTHY: &[&str] = &[
    "true",
    "t",
    "yes",
    "y",
    "1",
    "on",
    "active",
    "enabled",
    "wahr",
    "ja",
    "aktiv",
    "vrai",
    "oui",
    "actif",
    "si",
    "sí",
    "sì",
    "vero",
    "verdadero",
    "activo",
    "attivo",
    "verdadeiro",
    "sim",
    "ativo",
    "waar",
    "actief",
    "sand",
    "sann",
    "sant",
    "tosi",
    "kyllä",
    "prawda",
    "tak",
    "pravda",
    "ano",
    "áno",
    "igaz",
    "igen",
    "doğru",
    "evet",
    "adevărat",
    "da",
    "cert",
    "istina",
    "tõene",
    "patiess",
    "teisinga",
    "benar",
    "истина",
    "да",
    "істина",
    "так",
    "αληθές",
    "αληθής",
    "ναι",
    "是",
    "はい",
    "예",
];

/// No, likewise. A capital I of Turkish is folded to another letter than its small one, so that both are here.
pub(crate) const FALSY: &[&str] = &[
    "false",
    "f",
    "no",
    "n",
    "0",
    "off",
    "inactive",
    "disabled",
    "falsch",
    "nein",
    "inaktiv",
    "faux",
    "non",
    "inactif",
    "falso",
    "inactivo",
    "inattivo",
    "não",
    "inativo",
    "onwaar",
    "nee",
    "inactief",
    "falsk",
    "nej",
    "usann",
    "nei",
    "falskt",
    "epätosi",
    "ei",
    "fałsz",
    "nie",
    "nepravda",
    "ne",
    "hamis",
    "nem",
    "yanlış",
    "YANLIŞ",
    "hayır",
    "HAYIR",
    "fals",
    "nu",
    "laž",
    "väär",
    "aplams",
    "klaidinga",
    "salah",
    "ложь",
    "нет",
    "хибність",
    "ні",
    "ψευδές",
    "ψευδής",
    "όχι",
    "否",
    "いいえ",
    "아니요",
];

/// What a word means in the usual lists: yes, no, or nothing.
#[must_use]
pub fn truth_of(word: &str) -> Option<bool> {
    let folded = fold(word);
    let [truthy, falsy] = both();
    if truthy.contains(&folded) { Some(true) } else { falsy.contains(&folded).then_some(false) }
}

/// Both usual lists, folded once: letters beyond ASCII are slow to fold.
fn both() -> &'static [Vec<String>; 2] {
    static BOTH: OnceLock<[Vec<String>; 2]> = OnceLock::new();
    BOTH.get_or_init(|| [TRUTHY, FALSY].map(|words| words.iter().map(|word| fold(word)).collect()))
}

/// Both lists, folded.
pub(crate) struct Words {
    pub(crate) truthy: Vec<String>,
    pub(crate) falsy: Vec<String>,
}

impl Words {
    /// The usual words.
    pub(crate) fn usual() -> Self {
        let [truthy, falsy] = both().clone();
        Self { truthy, falsy }
    }
}

/// Reads both lists; each that is left out is the usual one.
pub(crate) fn read(section: &mut Section<'_>, mistakes: &mut Mistakes) -> Words {
    let truthy = read_list(section, "truthy", mistakes);
    let falsy = read_list(section, "falsy", mistakes);
    match (&truthy, &falsy) {
        (Some(truthy), Some(falsy)) => {
            for item in falsy.iter().filter(|item| folded(truthy).contains(&fold(item.text))) {
                mistakes.add(
                    item.at,
                    format!("{} is also in `truthy`; remove it from one of the lists", quoted(item.text)),
                );
            }
        }
        (Some(truthy), None) => check_against_usual(truthy, "falsy", &both()[1], mistakes),
        (None, Some(falsy)) => check_against_usual(falsy, "truthy", &both()[0], mistakes),
        (None, None) => {}
    }
    Words {
        truthy: truthy.map_or_else(|| both()[0].clone(), |items| folded(&items)),
        falsy: falsy.map_or_else(|| both()[1].clone(), |items| folded(&items)),
    }
}

fn read_list<'a>(
    section: &mut Section<'a>,
    name: &'static str,
    mistakes: &mut Mistakes,
) -> Option<Vec<Item<'a>>> {
    let setting = section.optional(name)?;
    let items = setting.texts(mistakes)?;
    if setting.value.as_array().is_some_and(|list| list.is_empty()) {
        mistakes.add(
            setting.at,
            format!("`{name}` must have at least one word; leave it out for the usual ones"),
        );
    }
    Some(items)
}

fn check_against_usual(items: &[Item<'_>], other: &str, usual: &[String], mistakes: &mut Mistakes) {
    for item in items.iter().filter(|item| usual.contains(&fold(item.text))) {
        let word = quoted(item.text);
        mistakes.add(item.at, format!("{word} is among the usual words of `{other}`; set `{other}` as well"));
    }
}

fn folded(items: &[Item<'_>]) -> Vec<String> {
    items.iter().map(|item| fold(item.text)).collect()
}
