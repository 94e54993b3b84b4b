//! From the configuration to a status rule: a name, a table with words of its own, or several of both.

use super::opposite::{is_opposite, is_opposite_of_admin};
use super::{StatusColumn, StatusRule};
use crate::column::read_template;
use crate::mistake::Mistakes;
use crate::nothing::Nothing;
use crate::template::Template;
use crate::titles::STATUS;
use crate::value::{Item, Setting, quoted};
use crate::words::{Words, truth_of};
use rollcall_core::fold::fold;

/// Words that name a state and are right under any heading. The other usual words say only yes or no.
const STATES: &[&str] = &[
    "active", "enabled", "aktiv", "actif", "activo", "attivo", "ativo", "actief", "inactive", "disabled",
    "inaktiv", "inactif", "inactivo", "inattivo", "inativo", "inactief",
];

/// The most columns that may have to agree.
const COLUMNS_MAX: usize = 8;

/// Reads `active` or `admin`. `words` are the lists of the source, for columns without words of their own.
pub(crate) fn read(
    setting: &Setting<'_>,
    words: &Words,
    nothing: &Nothing,
    mistakes: &mut Mistakes,
) -> Option<StatusRule> {
    let Some(items) = setting.value.as_array() else {
        return Some(StatusRule { all: vec![read_column(setting, words, nothing, mistakes)?] });
    };
    if items.is_empty() || items.len() > COLUMNS_MAX {
        setting.add(mistakes, &format!("must have from 1 to {COLUMNS_MAX} columns"));
        return None;
    }
    let columns: Vec<Option<StatusColumn>> =
        setting.items(mistakes).iter().map(|item| read_column(item, words, nothing, mistakes)).collect();
    Some(StatusRule { all: columns.into_iter().collect::<Option<_>>()? })
}

fn read_column(
    setting: &Setting<'_>,
    words: &Words,
    nothing: &Nothing,
    mistakes: &mut Mistakes,
) -> Option<StatusColumn> {
    let column = if setting.value.as_table().is_some() {
        read_table(setting, words, mistakes)?
    } else {
        let from = read_template(setting, mistakes)?;
        StatusColumn {
            from,
            yes: words.truthy.clone(),
            no: words.falsy.clone(),
            otherwise: None,
            empty: None,
        }
    };
    if let Some(word) = column.yes.iter().find(|word| nothing.is(word)) {
        let what = "means nothing, and is never a yes; take it out of `nothing`, or say what an empty value means: \
                    empty = true";
        mistakes.add(setting.at, format!("{} {what}", quoted(word)));
    }
    if let Some(denied) = column.from.as_column().and_then(|name| name.strip_prefix('!')) {
        let what = "there is no ! in a mapping; say the words of the column";
        let cure =
            format!("{{ column = {}, true = [\"False\"], false = [\"True\"] }}", quoted(denied.trim()));
        mistakes.add(setting.at, format!("{what}: {} = {cure}", setting.name));
        return None;
    }
    check_sense(setting, &column, mistakes);
    Some(column)
}

fn read_table(setting: &Setting<'_>, words: &Words, mistakes: &mut Mistakes) -> Option<StatusColumn> {
    let mut section = setting.section(STATUS, mistakes)?;
    let from = section.required("column", "column = \"Block credential\"", mistakes);
    let from = from.and_then(|setting| read_template(&setting, mistakes));
    let yes = section.optional("true");
    let no = section.optional("false");
    let otherwise = section.optional("else").and_then(|setting| setting.truth(mistakes));
    let empty = section.optional("empty").and_then(|setting| setting.truth(mistakes));
    section.finish(mistakes);
    let listed = |setting: Option<Setting<'_>>, mistakes: &mut Mistakes| {
        setting.map(|setting| setting.texts(mistakes).map(|items| folded(&items)).unwrap_or_default())
    };
    let (has_yes, has_no) = (yes.is_some(), no.is_some());
    let (yes, no) = (listed(yes, mistakes), listed(no, mistakes));
    if otherwise.is_some() && !has_yes && !has_no {
        let what = "`else` needs words that mean something else: add `true = [...]` or `false = [...]`";
        mistakes.add(setting.at, what);
    }
    // With `else`, only the words that are listed have another meaning. Without it, a list that is left out is that of
    // the source.
    let left_out = |usual: &[String]| if otherwise.is_some() { Vec::new() } else { usual.to_vec() };
    let (yes, no) =
        (yes.unwrap_or_else(|| left_out(&words.truthy)), no.unwrap_or_else(|| left_out(&words.falsy)));
    if let Some(word) = yes.iter().find(|word| no.contains(word)) {
        let what = match (has_yes, has_no) {
            (true, true) => "is in `true` and in `false`; remove it from one of them",
            (true, false) => "is among the usual words of `false`; add `false = [...]` or `else = false`",
            (false, _) => "is among the usual words of `true`; add `true = [...]` or `else = true`",
        };
        mistakes.add(setting.at, format!("{} {what}", quoted(word)));
    }
    Some(StatusColumn { from: from?, yes, no, otherwise, empty })
}

fn folded(items: &[Item<'_>]) -> Vec<String> {
    items.iter().map(|item| fold(item.text)).collect()
}

/// A heading that says the opposite, read with words in their usual sense, would let in exactly those who are to stay out,
/// or make administrators of all others.
fn check_sense(setting: &Setting<'_>, column: &StatusColumn, mistakes: &mut Mistakes) {
    let name = setting.name;
    let is_turned = |heading: &&String| {
        if name == "admin" { is_opposite_of_admin(heading) } else { is_opposite(heading) }
    };
    let Some(heading) = column.from.columns().into_iter().find(is_turned) else {
        return;
    };
    // A cross in a list is a yes.
    let says = |word: &String| truth_of(word).or_else(|| (word == "x").then_some(true));
    let has = |list: &[String], truth: bool| {
        list.iter().any(|word| says(word) == Some(truth) && !STATES.contains(&word.as_str()))
    };
    // A filter can give the words another meaning, so that only plain columns are judged.
    let is_usual = has(&column.yes, true) || has(&column.no, false);
    if !is_usual || column.from.as_column().is_none() {
        return;
    }
    let heading = quoted(heading);
    let (opposite, meaning, who) = if name == "admin" {
        ("an administrator", "an administrator", "do not administer")
    } else {
        ("active", "active", "are blocked")
    };
    mistakes.add(
        setting.at,
        format!(
            "{heading} sounds like the opposite of {opposite}, but its yes would mean {meaning}; write \
             {name} = {{ column = {heading}, true = [\"False\"], false = [\"True\"] }} with the words of the file: those of \
             people who {who} belong to `false`"
        ),
    );
}

/// `truthy` and `falsy` are for all columns. Lists that turn a usual word round for one column turn it round for the
/// others too.
pub(crate) fn check_turned(
    at: usize,
    words: &Words,
    active: Option<&StatusRule>,
    admin: Option<&StatusRule>,
    mistakes: &mut Mistakes,
) {
    let uses = |rule: &StatusRule| {
        rule.all.iter().any(|column| column.yes == words.truthy && column.no == words.falsy)
    };
    let (Some(active), Some(admin)) = (active.filter(|rule| uses(rule)), admin.filter(|rule| uses(rule)))
    else {
        return;
    };
    let turned = |list: &[String], meaning| list.iter().find(|word| truth_of(word) == Some(meaning)).cloned();
    let Some(word) = turned(&words.truthy, false).or_else(|| turned(&words.falsy, true)) else { return };
    let name = |rule: &StatusRule| {
        let template: Option<&Template> = rule.all.first().map(|column| &column.from);
        template.map(ToString::to_string).unwrap_or_default()
    };
    let (active, admin) = (name(active), name(admin));
    // The lists were made for the column whose heading turns them round.
    let is_for_admin = is_opposite_of_admin(&admin) && !is_opposite(&active);
    let (setting, column) = if is_for_admin { ("admin", &admin) } else { ("active", &active) };
    let list = |words: &[String]| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
    mistakes.add(
        at,
        format!(
            "`truthy` and `falsy` turn {} round for active ({}) and for admin ({}); remove both lists and write {setting} = \
             {{ column = {}, true = [{}], false = [{}] }}",
            quoted(&word),
            quoted(&active),
            quoted(&admin),
            quoted(column),
            list(&words.truthy),
            list(&words.falsy)
        ),
    );
}
