//! Tables that are none: people in columns instead of rows, and a first row that is a person's though it has no number (rule 48).
//!
//! Beside `propose`, which refuses such a file. Strict: what stands under no usual heading tells only where the file itself
//! does, by its first column or by a first row whose words stand below it again.

use crate::profile::{Column, Profile};
use crate::refused::Refused;
use crate::states::state_of;
use crate::usual_headings;
use rollcall_core::fold::fold;

/// Refuses a file that is no table of people with headings above them.
pub(crate) fn refuse(profile: &Profile) -> Result<(), Refused> {
    let line = profile.shape.headings_line;
    if is_transposed(profile) {
        return Err(Refused::Transposed { line });
    }
    if begins_with_person(profile) {
        return Err(Refused::NoHeadings { line });
    }
    Ok(())
}

/// Whether the first column has the headings, and each other column a person.
fn is_transposed(profile: &Profile) -> bool {
    let [first, others @ ..] = profile.columns.as_slice() else { return false };
    let headings = first.words.iter().filter(|(word, _)| is_heading(word)).count();
    !others.is_empty()
        && headings >= 2
        && headings * 2 > first.words.len()
        && !others.iter().any(|column| is_heading(&column.heading))
}

/// Whether the row of the headings is a person's: no usual heading, and a word of it is a value of its column, or a number after
/// letters as all values of its column are.
fn begins_with_person(profile: &Profile) -> bool {
    let columns: Vec<&Column> = profile.columns.iter().filter(|column| !column.heading.is_empty()).collect();
    let is_again = |column: &&&Column| {
        let heading = fold(&column.heading);
        column.words.iter().any(|(word, _)| fold(word) == heading)
    };
    let again: Vec<&&Column> = columns.iter().filter(is_again).collect();
    // A heading such as "Active" may stand below itself, and headings that are repeated stand below themselves all.
    let has_value =
        again.len() < columns.len() && again.iter().any(|column| state_of(&column.heading).is_none());
    let has_number = || columns.iter().any(|column| is_numbered_as_its_values(column));
    !columns.iter().any(|column| is_heading(&column.heading)) && (has_value || has_number())
}

/// Whether a text is a usual heading. A word for a status may be a value.
fn is_heading(text: &str) -> bool {
    usual_headings::has(text) && state_of(text).is_none()
}

/// `p01` above `p02` and `p17`.
fn is_numbered_as_its_values(column: &Column) -> bool {
    let form = form_of(&column.heading);
    form.contains('9')
        && form.contains('a')
        && column.words.len() >= 2
        && column.words.iter().all(|(word, _)| form_of(word) == form)
}

/// Letters as one `a`, digits as one `9`.
fn form_of(text: &str) -> String {
    let mut form = String::new();
    for c in text.chars() {
        let kind = if c.is_numeric() {
            '9'
        } else if c.is_alphabetic() {
            'a'
        } else {
            c
        };
        if !form.ends_with(kind) {
            form.push(kind);
        }
    }
    form
}
