//! Columns by their headings: the one that is meant, whether it can be named, and what is said of it.
//!
//! Between `profile` and what guesses with it.

use crate::heading_words::joined;
use crate::profile::{Column, Profile};
use crate::words::plain;
use rollcall_core::fold::fold;

/// The filled column with one of these headings; the first name counts most. No column has a heading twice.
pub(crate) fn find<'p>(profile: &'p Profile, names: &[&str]) -> Option<&'p Column> {
    find_where(profile, names, &|_| true)
}

/// The same among columns of which something is true.
pub(crate) fn find_where<'p>(
    profile: &'p Profile,
    names: &[&str],
    is_good: &dyn Fn(&Column) -> bool,
) -> Option<&'p Column> {
    let filled = profile.columns.iter().filter(|column| column.filled > 0);
    let forms = |column: &Column| column.spellings.iter().map(|form| form.replace(' ', "")).collect();
    let filled: Vec<(&Column, String, Vec<String>)> =
        filled.map(|column| (column, joined(&column.heading), forms(column))).collect();
    let is_good = |column: &&Column| is_nameable(profile, column) && is_good(column);
    names.iter().find_map(|name| {
        let name = name.replace(' ', "");
        let is_it = filled.iter().filter(|(_, heading, _)| *heading == name);
        // What may be written around a heading counts where no heading is the name itself.
        let is_spelt = filled.iter().filter(|(.., forms)| forms.contains(&name));
        is_it.chain(is_spelt).map(|(column, ..)| *column).find(is_good)
    })
}

/// Whether a column can be named in a configuration: what has no heading, or another's, cannot.
pub(crate) fn is_nameable(profile: &Profile, column: &Column) -> bool {
    let heading = fold(&column.heading);
    !plain(&column.heading).is_empty()
        && profile.columns.iter().filter(|other| fold(&other.heading) == heading).count() == 1
}

/// Why a column is proposed: the reason, how many rows have a value, and whether all differ.
pub(crate) fn why(reason: &str, column: &Column, profile: &Profile) -> String {
    let percent = column.percent(profile.rows);
    let fill = if percent >= 100 {
        String::from("filled in every row")
    } else {
        format!("filled in {percent} % of the rows")
    };
    let unique = if column.is_unique() { ", and everybody's is different" } else { "" };
    format!("{reason}; {fill}{unique}")
}
