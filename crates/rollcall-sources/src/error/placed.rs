//! The line of the configuration in the error of a directory.
//!
//! Beside `error.rs`. Promises that only an error which a person can mend in the configuration gets a line.

use super::Error;
use rollcall_config::Lines;

impl Error {
    /// The same error with the line of the configuration, where it is about one: a group, or a setting that it names.
    #[must_use]
    pub fn placed(self, lines: Option<&Lines>) -> Self {
        let line = lines.and_then(|lines| match &self {
            Self::Group { group, .. } => lines.of_group(group).or_else(|| lines.of("groups")),
            Self::Settings { .. } | Self::Credentials { .. } | Self::NotWhole { .. } | Self::Nobody => {
                lines.of_text(&self.to_string())
            }
            Self::Read(_)
            | Self::Rejects(_)
            | Self::CutOff { .. }
            | Self::Grew { .. }
            | Self::Empty
            | Self::NoRows { .. }
            | Self::File(_)
            | Self::MissingColumns { .. }
            | Self::Delimiter(_)
            | Self::DuplicateHeading { .. }
            | Self::UnclosedQuote { .. }
            | Self::LineBreakInKey { .. }
            | Self::LastRowCut { .. }
            | Self::Unreachable { .. }
            | Self::Overloaded { .. }
            | Self::Forbidden { .. }
            | Self::Attribute { .. }
            | Self::Answer { .. }
            | Self::Throttled { .. }
            | Self::TimeIsUp { .. }
            | Self::EmptySecret { .. }
            | Self::Placed { .. }
            | Self::Cursor(_) => None,
        });
        match line {
            Some(line) => Self::Placed { line, error: Box::new(self) },
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Error;
    use rollcall_config::{Config, SourceSettings};

    /// Settings with the groups "staff" in line 9 and "leads" in line 10, and `group_base` in line 7.
    fn settings() -> SourceSettings {
        let text = "[[source]]\nname = \"ad\"\nkind = \"ldap\"\nurl = \"ldaps://dc1.test\"\nbind_dn = \"cn=x\"\n\
                    base = \"dc=test\"\ngroup_base = \"ou=g,dc=test\"\ngroups = [\n  \"staff\",\n  \
                    { name = \"leads\", priority = 1 },\n]\nbind_password = \"env:P\"\n";
        Config::parse(text).expect("is good").sources.remove(0).settings
    }

    #[test]
    fn error_about_a_setting_names_its_line() {
        let settings = settings();
        let group =
            |name: &str| Error::Group { group: name.to_owned(), what: String::from("does not exist") };
        let wrong = |what: &str| Error::Settings { what: what.to_owned() };
        for (error, line) in [
            (group("staff"), 9),
            (group("leads"), 10),
            (group("another"), 8),
            (wrong("`base` is not there"), 6),
            (wrong("`group_base` is not there"), 7),
            (wrong("nothing below `basis` or `url`"), 4),
            (Error::Nobody, 8),
            (
                Error::Credentials {
                    server: String::from("dc1"),
                    reply: String::from("no"),
                    cure: "correct `bind_dn`",
                },
                5,
            ),
        ] {
            let plain = error.to_string();
            let placed = error.placed(settings.lines());
            assert_eq!(placed.to_string(), format!("rollcall.toml, line {line}: {plain}"));
            let struck = placed.with_texts(&|text: &str| text.replace("staff", "***"));
            assert_eq!(
                struck.to_string(),
                format!("rollcall.toml, line {line}: {}", plain.replace("staff", "***"))
            );
        }
    }

    #[test]
    fn error_that_the_configuration_does_not_cause_has_no_line() {
        let settings = settings();
        let server = || String::from("dc1");
        for error in [
            Error::Unreachable { server: server(), cause: String::from("`url` is slow") },
            Error::TimeIsUp { server: server() },
            Error::Settings { what: String::from("`ca_file` must contain certificates") },
            Error::Answer { server: server(), what: String::from("`base`") },
        ] {
            let plain = error.to_string();
            assert_eq!(error.placed(settings.lines()).to_string(), plain);
        }
        assert_eq!(Error::Nobody.placed(None).to_string(), Error::Nobody.to_string());
    }
}
