//! The rows of a file of twelve columns, as an HR system writes them, and two mappings of it.
//!
//! Shared by what is timed (`benches/read.rs`) and what is counted (`rollcall-sources`, `benches/counted.rs`).

use std::fmt::Write as _;

/// The headings.
pub(crate) const HEADINGS: &str =
    "mail,id,username,given_name,family_name,display_name,department,title,phone,city,country,active\n";

/// The source, up to its mapping.
const SOURCE: &str = "[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/staff.csv\"\nmatch_field = \"mail\"\nimmutable_id = \"id\"\n";

/// Columns that become fields of the same name.
const FIELDS: [&str; 8] =
    ["given_name", "family_name", "display_name", "department", "title", "phone", "city", "country"];

const GIVEN: [&str; 8] =
    ["Amira", "Benedikt", "Chiara", "Dmitri", "Elisabeth", "Fernando", "Guðrún", "Hyun-woo"];
const FAMILY: [&str; 8] =
    ["Okafor", "Lindqvist", "García Márquez", "O'Brien", "Yamamoto", "Schröder", "Nguyen", "van den Berg"];
const DEPARTMENTS: [&str; 4] =
    ["Customer Operations", "Research and Development", "Finance", "Human Resources, EMEA"];

/// Each column as it is.
pub(crate) fn plain() -> String {
    let mut config = format!("{SOURCE}[source.mapping]\nusername = \"username\"\nactive = \"active\"\n");
    FIELDS.iter().for_each(|field| config.push_str(&format!("{field} = \"{field}\"\n")));
    config
}

/// The same, and what an administrator asks of it: the same username and as many fields, so that what is published is as
/// large.
pub(crate) fn templates() -> String {
    let mut config = format!(
        "{SOURCE}where = [\"username begins with user\"]\n[source.mapping]\nusername = \"{{mail | before @ | lower}}\"\nactive = \"active\"\n"
    );
    FIELDS.iter().for_each(|field| config.push_str(&format!("{field} = \"{{{field} | trim}}\"\n")));
    config
}

/// Adds the row of this person. Their keys are as far from the order of the rows as they can be.
pub(crate) fn push_row(text: &mut String, number: u64) {
    let mixed = number.wrapping_mul(7_368_787) % 10_000_000;
    let of = |names: &[&'static str], divisor: u64| {
        let at = usize::try_from(number / divisor).unwrap_or_default() % names.len();
        names[at]
    };
    let (given, family) = (of(&GIVEN, 1), of(&FAMILY, 8));
    let active = if number % 40 == 39 { "no" } else { "yes" };
    // To write to a text does not fail.
    let _ = writeln!(
        text,
        "user{mixed:07}@example.com,{number:020x},user{mixed:07},{given},{family},{given} {family},\"{}\",\
         Senior Consultant,+49 30 {number:07},Berlin,DE,{active}",
        of(&DEPARTMENTS, 64)
    );
}
