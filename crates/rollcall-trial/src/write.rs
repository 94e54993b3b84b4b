//! The text of a proposed configuration: each setting with the reason beside it.

use crate::export::Export;
use crate::line::toml_text;
use crate::profile::Profile;
use crate::settings::{Proposed, Settings};
use rollcall_core::source::SourceName;
use std::fmt::Write as _;

/// Settings that stand above `[source.mapping]`.
const OF_SOURCE: [&str; 2] = ["match_field", "immutable_id"];

pub(crate) fn text(
    source: &SourceName,
    file_name: &str,
    export: Option<&Export>,
    settings: &Settings,
    profile: &Profile,
) -> String {
    let mut out = String::new();
    let title = export
        .map_or("no export that is known by its headings; everything below is a guess", |export| {
            export.title
        });
    comment(&mut out, &format!("For {file_name}: {title}."));
    comment(
        &mut out,
        "`rollcall check --file FILE` shows what it makes of some people; docs/configuration.md has every setting.",
    );
    for note in &settings.notes {
        comment(&mut out, &format!("Look: {note}."));
    }
    out.push_str("\n[licence]\n");
    comment(&mut out, "How many seats you have bought. Without a number there is no limit.");
    comment(&mut out, "seats = 50");
    out.push_str("\n[protect]\n");
    comment(
        &mut out,
        "Whoever loses a seat and is back within this time goes before all who never had one: a wrong file costs nobody a seat.",
    );
    out.push_str("return = \"14d\"\n");
    let name = source.as_str();
    // Writing to a text does not fail.
    let _ = write!(out, "\n[[source]]\nname = {}\nkind = \"csv\"\n", toml_text(name));
    comment(&mut out, "Where the file is dropped.");
    let _ = writeln!(out, "object = {}", toml_text(&format!("inbox/{name}.csv")));
    shape(&mut out, profile);
    for name in OF_SOURCE {
        settings.all.iter().filter(|setting| setting.name == name).for_each(|one| setting(&mut out, one));
    }
    conditions(&mut out, settings);
    out.push_str("\n[source.mapping]\n");
    let is_mapping = |one: &&Proposed| !OF_SOURCE.contains(&one.name.as_str()) && one.name != "where";
    settings.all.iter().filter(is_mapping).for_each(|one| setting(&mut out, one));
    out
}

fn shape(out: &mut String, profile: &Profile) {
    let shape = &profile.shape;
    if shape.needs_encoding {
        comment(out, "A guess by the letters of the file: look at some names with ä, é or ł.");
        let _ = writeln!(out, "encoding = {}", toml_text(&shape.encoding.encoding().name().to_lowercase()));
    }
    if shape.needs_delimiter {
        comment(out, "What separates the columns: it is none of the usual ones.");
        let _ = writeln!(out, "delimiter = {}", toml_text(&shape.delimiter.to_string()));
    }
    if shape.skip_lines > 0 {
        comment(out, &format!("The headings stand on line {}.", shape.headings_line));
        let _ = writeln!(out, "skip_lines = {}", shape.skip_lines);
    }
    if shape.second_headings {
        comment(out, "The row below the headings says them once more.");
        out.push_str("second_headings = true\n");
    }
}

fn conditions(out: &mut String, settings: &Settings) {
    let conditions: Vec<&Proposed> = settings.all.iter().filter(|setting| setting.name == "where").collect();
    if conditions.is_empty() {
        return;
    }
    comment(out, "Who is in scope: all of these must hold.");
    out.push_str("where = [\n");
    for condition in conditions {
        comment(out, &format!("{}.", sentence(&condition.why)));
        let _ = writeln!(out, "  {},", condition.value);
    }
    out.push_str("]\n");
}

fn setting(out: &mut String, setting: &Proposed) {
    if !setting.why.is_empty() {
        comment(out, &format!("{}.", sentence(&setting.why)));
    }
    let _ = writeln!(out, "{} = {}", setting.name, setting.value);
}

fn sentence(why: &str) -> String {
    let mut chars = why.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// A comment is one line, whatever a heading has in it.
fn comment(out: &mut String, text: &str) {
    let _ = writeln!(out, "# {}", text.replace(char::is_control, " "));
}
