//! Whose accounts a configuration would lose sight of if another took its place (rule 29b): of a source whose name is gone, and
//! of one that finds people by another key. The command line, the API and by it the console ask about them.

use crate::config::Config;
use rollcall_core::source::SourceName;

/// Why the accounts of a source would not be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfSight {
    /// No source has its name: nobody reads its accounts, and they keep their seats.
    NoSource,
    /// It finds people by another match field: an account that is not found counts as one whose person has left.
    OtherMatchField,
}

impl OutOfSight {
    /// Its word in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSource => "no_source",
            Self::OtherMatchField => "other_match_field",
        }
    }
}

impl Config {
    /// The sources of this configuration whose accounts the next one would not find, in their order.
    pub fn out_of_sight<'a>(&'a self, next: &'a Self) -> impl Iterator<Item = (&'a SourceName, OutOfSight)> {
        self.sources.iter().filter_map(|source| {
            let why = match next.source(source.name.as_str()) {
                None => OutOfSight::NoSource,
                Some(after) if after.has_key_of(source) => return None,
                Some(_) => OutOfSight::OtherMatchField,
            };
            Some((&source.name, why))
        })
    }

    /// The name that a source which the next configuration does not have is likely to have in it: of the one source there that is
    /// new.
    pub fn likely_new_name<'n>(&self, next: &'n Self) -> Option<&'n SourceName> {
        let mut added = next.sources.iter().filter(|source| self.source(source.name.as_str()).is_none());
        added.next().filter(|_| added.next().is_none()).map(|source| &source.name)
    }
}

#[cfg(test)]
mod tests {
    use super::OutOfSight;
    use crate::Config;

    /// Sources of these names that read people by these columns.
    fn config(sources: &[(&str, &str)]) -> Config {
        let source = |(name, key): &(&str, &str)| {
            format!(
                "[[source]]\nname = {name:?}\nkind = \"csv\"\nobject = \"inbox/{name}.csv\"\nmatch_field = {key:?}\n"
            )
        };
        let text: String = sources.iter().map(source).collect();
        Config::parse(&text).expect("is good")
    }

    #[test]
    fn a_source_that_is_called_otherwise_has_a_likely_name() {
        let old = config(&[("staff", "id"), ("guests", "id")]);
        for (next, name) in [
            (config(&[("hr", "id"), ("guests", "id")]), Some("hr")),
            (config(&[("hr", "id"), ("guests", "mail")]), Some("hr")),
            (config(&[("guests", "id")]), None),
            (config(&[("hr", "id"), ("people", "id")]), None),
            (config(&[("staff", "id"), ("guests", "id")]), None),
        ] {
            assert_eq!(old.likely_new_name(&next).map(rollcall_core::source::SourceName::as_str), name);
        }
    }

    #[test]
    fn the_key_before_and_after_is_said_in_words() {
        let (old, next) = (config(&[("staff", "id")]), config(&[("staff", "{mail | lower}")]));
        let lost: Vec<_> = old.out_of_sight(&next).map(|(name, why)| (name.as_str(), why)).collect();
        assert_eq!(lost, [("staff", OutOfSight::OtherMatchField)]);
        let words = |config: &Config| config.sources[0].key_in_words();
        assert_eq!([words(&old), words(&next)], ["\"id\"", "\"mail\", in lower case"]);
        assert_eq!(old.out_of_sight(&config(&[("staff", "id")])).count(), 0);
    }
}
