//! A source in sentences: what its configuration means, for people who check it (rules 39 to 46).
//!
//! Above `sources`; used by `rollcall config` and by the HTTP API. It says nothing that is not in the configuration.

use crate::sources::{EntraMatchField, Group, Mapping, SourceConfig, SourceSettings, Written};
use crate::status::{StatusColumn, StatusRule};
use crate::template::Template;
use crate::value::quoted;
use crate::{DateFormat, DateRule};

impl SourceConfig {
    /// What the source means, sentence by sentence.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        match &self.settings {
            SourceSettings::Csv(settings) => {
                said.push(format!("The people are the rows of {}.", settings.object));
                said.push(format!("A person is recognised by {}.", self.key_in_words()));
                if let Some(id) = &settings.immutable_id {
                    said.push(format!("If a person has a value in {}, that counts first.", id.in_words()));
                }
                add(&mut said, &settings.mapping, "the same as what a person is recognised by");
            }
            SourceSettings::Ldap(settings) => {
                said.push(people("the LDAP directory", &settings.groups));
                said.push(format!(
                    "A person is recognised by the directory's own id, then by {}.",
                    self.key_in_words()
                ));
                let usual = Mapping { has_usual_fields: true, ..Mapping::default() };
                let mapping = settings.mapping.as_ref().unwrap_or(&usual);
                add(&mut said, mapping, "the usual attribute of the server (sAMAccountName or uid)");
            }
            SourceSettings::Entra(settings) => {
                said.push(people("Entra ID", &settings.groups));
                said.push(format!(
                    "A person is recognised by the object id, then by {}.",
                    self.key_in_words()
                ));
                add(&mut said, &settings.mapping, "the user principal name");
            }
            SourceSettings::Okta(settings) => {
                said.push(people("Okta", &settings.groups));
                said.push(format!(
                    "A person is recognised by the Okta user id, then by {}.",
                    self.key_in_words()
                ));
                add(&mut said, &settings.mapping, "the login");
            }
        }
        said
    }

    /// By what its people are matched: `"id"`, or `the distinguished name`.
    #[must_use]
    pub fn key_in_words(&self) -> String {
        match &self.settings {
            SourceSettings::Csv(settings) => settings.match_field.in_words(),
            SourceSettings::Ldap(settings) => {
                let key = settings.match_field.as_ref();
                key.map_or(String::from("the distinguished name"), |name| quoted(name))
            }
            SourceSettings::Entra(settings) => String::from(match settings.match_field {
                EntraMatchField::Dn => {
                    "the on-premises distinguished name (the user principal name of a person without one)"
                }
                EntraMatchField::Upn => "the user principal name",
                EntraMatchField::Mail => "the e-mail address",
                EntraMatchField::EmployeeId => "the property employeeId",
                EntraMatchField::OnPremisesImmutableId => "the property onPremisesImmutableId",
            }),
            SourceSettings::Okta(settings) => match settings.match_field.as_str() {
                "login" => String::from("the login"),
                name => quoted(name),
            },
        }
    }
}

fn people(directory: &str, groups: &[Group]) -> String {
    let names: Vec<String> = groups.iter().map(|group| quoted(&group.name)).collect();
    format!("The people are the members of {} in {directory}.", names.join(", "))
}

fn add(said: &mut Vec<String>, mapping: &Mapping, username: &str) {
    if !mapping.scope.is_empty() {
        let conditions: Vec<&str> = mapping.scope.iter().map(crate::Condition::text).collect();
        said.push(format!("Only people are in scope for whom this holds: {}.", conditions.join("; and ")));
    }
    said.push(match &mapping.username {
        Some(from) => format!("The username is {}.", from.in_words()),
        None => format!("The username is {username}."),
    });
    if let Some(rule) = &mapping.active {
        said.push(status("A person is enabled", "is disabled", rule));
    }
    if let Some(rule) = &mapping.admin {
        said.push(status("A person is an administrator of the application", "is not", rule));
    }
    if let Some(from) = &mapping.priority {
        said.push(format!("Seats are given in the order of {}, the lowest number first.", from.in_words()));
    }
    if let Some(date) = &mapping.starts {
        said.push(format!("A person gets a seat from {} on.", moment(date)));
    }
    if let Some(date) = &mapping.ends {
        said.push(format!("A person counts as disabled after {}.", moment(date)));
    }
    for (name, field) in &mapping.fields {
        let when = match field.written {
            Written::Always if field.clears => "; an empty value clears it",
            Written::Always => "",
            Written::Created => "; it is written only when the account is created",
        };
        said.push(format!("The field {name} is {}{when}.", field.from.in_words()));
    }
    if mapping.has_usual_fields && mapping.fields.is_empty() {
        said.push(String::from(
            "The fields are the usual ones: e-mail, display name, given name, family name.",
        ));
    }
    let words: Vec<&str> = mapping.nothing.words().collect();
    said.push(match words.as_slice() {
        [] => String::from("Only a value without a character is empty."),
        words if mapping.nothing == crate::Nothing::default() => {
            format!(
                "The usual words for nothing are empty values: {}, and others.",
                words.iter().take(4).copied().collect::<Vec<_>>().join(", ")
            )
        }
        words => format!("These words are empty values: {}.", words.join(", ")),
    });
}

fn moment(date: &DateRule) -> String {
    let zone = date.zone.iana_name().unwrap_or("UTC");
    let from = Template::in_words(&date.from);
    if date.format == DateFormat::Iso {
        return format!("the date in {from} ({zone})");
    }
    format!("the date in {from}, written as {} ({zone})", date.format.name())
}

/// A status rule in one sentence.
fn status(subject: &str, otherwise: &str, rule: &StatusRule) -> String {
    let columns: Vec<String> = rule.all.iter().map(column).collect();
    format!("{subject} if {}; else the person {otherwise}.", columns.join(", and "))
}

fn column(column: &StatusColumn) -> String {
    let from = column.from.in_words();
    let listed =
        |words: &[String]| words.iter().take(6).map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
    let more = |words: &[String]| if words.len() > 6 { ", and other usual words" } else { "" };
    let mut said = match (column.otherwise, column.yes.as_slice(), column.no.as_slice()) {
        (Some(true), _, no) => format!("{from} is anything but {}{}", listed(no), more(no)),
        (Some(false), yes, _) => format!("{from} is {}{}, and nothing else", listed(yes), more(yes)),
        (None, yes, no) => format!(
            "{from} is {}{} (no is {}{}; another word leaves the person as they are)",
            listed(yes),
            more(yes),
            listed(no),
            more(no)
        ),
    };
    match column.empty {
        Some(true) => said.push_str(" (an empty value is a yes)"),
        Some(false) => said.push_str(" (an empty value is a no)"),
        None => {}
    }
    said
}

#[cfg(test)]
mod tests {
    use crate::Config;

    #[test]
    fn configuration_is_told_in_sentences() {
        let text = "[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/staff.csv\"\n\
                    match_field = \"{id | pad 8 0}\"\nimmutable_id = \"guid\"\nwhere = [\"Department = Sales\", \"type != Room\"]\n\
                    clear = [\"title\"]\nnothing = [\"none\"]\n[source.mapping]\nusername = \"{mail | before @ | lower}\"\n\
                    active = { column = \"Block credential\", false = [\"True\"], else = true }\n\
                    admin = [{ column = \"role\", true = [\"Owner\"], else = false, empty = false }]\npriority = \"Grade\"\n\
                    starts = { from = \"hired\", format = \"dd.mm.yyyy\", time_zone = \"Europe/Oslo\" }\nends = \"left\"\n\
                    display_name = \"{First Name} {Last Name}\"\ntitle = \"job\"\ntheme = { from = \"{t | else x}\", written = \"created\" }\n";
        let expected = [
            "The people are the rows of inbox/staff.csv.",
            "A person is recognised by \"id\", filled up at the front to 8 characters with '0'.",
            "If a person has a value in \"guid\", that counts first.",
            "Only people are in scope for whom this holds: Department = Sales; and type != Room.",
            "The username is \"mail\", before the first \"@\", in lower case.",
            "A person is enabled if \"Block credential\" is anything but \"true\"; else the person is disabled.",
            "A person is an administrator of the application if \"role\" is \"owner\", and nothing else (an empty value is a \
             no); else the person is not.",
            "Seats are given in the order of \"Grade\", the lowest number first.",
            "A person gets a seat from the date in \"hired\", written as dd.mm.yyyy (Europe/Oslo) on.",
            "A person counts as disabled after the date in \"left\" (UTC).",
            "The field display_name is \"First Name\", then a space, then \"Last Name\".",
            "The field theme is \"t\", \"x\" if there is none; it is written only when the account is created.",
            "The field title is \"job\"; an empty value clears it.",
            "These words are empty values: none.",
        ];
        let said = Config::parse(text).unwrap().sources[0].sentences();
        assert_eq!(said, expected);
    }
}
