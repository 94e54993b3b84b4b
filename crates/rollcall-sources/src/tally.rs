//! What a reading has shown beside its people, added up: how many members each group has and how many could be used,
//! and how many people have each attribute that the mapping names.
//!
//! Below the kinds of directories. A listing is whole only if it adds up (rule 23): the kinds compare what they were
//! given with what the server counts, and this file refuses a mapping that nobody's attributes fit (rule 50).

use crate::error::Error;
use crate::oddities::Oddities;
use crate::suggest;
use rollcall_config::{Mapping, Template};
use rollcall_core::entry::Record;
use std::collections::{BTreeMap, BTreeSet};

/// What some pages have shown beside their people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The groups whose members are on them.
    pub groups: Vec<GroupTally>,
    /// How many people, those included that cannot be used, without those that the configuration leaves out.
    pub people: u64,
    /// How many of them hide what every person has: their status or their id.
    pub hidden: u64,
    /// How many of them have each mapped attribute. An attribute that the server has shown without a value is there with
    /// nobody; one that it has not shown at all is not there.
    pub attributes: BTreeMap<String, u64>,
    /// People with values that are hardly meant so.
    pub oddities: Oddities,
    /// The people themselves, where a look keeps some of them; `None` in a run.
    pub kept: Option<Kept>,
}

/// How many people a look keeps.
const KEPT_MAX: usize = 5_000;

/// People that a look keeps, before and after the mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The attributes whose values are kept: those that the configuration names (rule 47).
    names: BTreeSet<String>,
    people: Vec<Looked>,
    /// Whether there were more.
    is_cut: bool,
}

/// One person of a directory, before and after the mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The values of each attribute that the configuration names.
    pub before: Vec<(String, Vec<String>)>,
    /// What the mapping makes of them.
    pub record: Record,
}

impl Kept {
    /// Keeps the values of what a mapping and a match field name.
    pub(crate) fn of(mapping: &Mapping, match_field: &Template) -> Self {
        let names = mapping.columns().into_iter().chain(match_field.columns()).cloned().collect();
        Self { names, ..Self::default() }
    }

    /// Each person once, though they may be in several groups; and whether these are all.
    pub(crate) fn into_people(self) -> (Vec<Looked>, bool) {
        let mut seen = BTreeSet::new();
        let mut people = self.people;
        people.retain(|looked| match &looked.record {
            Record::Entry(entry) => {
                entry.immutable_id.as_ref().is_none_or(|id| seen.insert(id.as_str().to_owned()))
            }
            Record::Rejected(row) => {
                row.immutable_id.as_ref().is_none_or(|id| seen.insert(id.as_str().to_owned()))
            }
        });
        (people, !self.is_cut)
    }
}

/// What some pages have shown of the members of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupTally {
    /// As it is configured.
    pub name: String,
    /// The directory's own id of it, where it has one.
    pub id: Option<String>,
    /// How many members the server says that it has.
    pub counted: Option<u64>,
    /// How many members the server has shown.
    pub seen: u64,
    /// How many of them are people who are used.
    pub people: u64,
    /// How many members are no people (devices, contacts, computers), or guests that are left out.
    pub not_people: u64,
    /// How many members are named, and are not shown as people.
    pub not_visible: u64,
}

impl Tally {
    /// The tally of a page, with people if a look keeps them.
    pub(crate) fn keeping(kept: Option<&Kept>) -> Self {
        let kept = kept.map(|kept| Kept { names: kept.names.clone(), ..Kept::default() });
        Self { kept, ..Self::default() }
    }

    /// Keeps a person, if a look keeps people.
    pub(crate) fn keep(&mut self, values: &dyn Fn(&str) -> Vec<String>, record: &Record) {
        let Some(kept) = &mut self.kept else { return };
        if kept.people.len() >= KEPT_MAX {
            kept.is_cut = true;
            return;
        }
        let before = kept.names.iter().map(|name| (name.clone(), values(name))).collect();
        kept.people.push(Looked { before, record: record.clone() });
    }

    /// Adds what other pages have shown.
    pub fn add(&mut self, other: &Self) {
        if let Some(more) = &other.kept {
            let kept = self.kept.get_or_insert_default();
            let room = KEPT_MAX.saturating_sub(kept.people.len());
            kept.is_cut |= more.is_cut || more.people.len() > room;
            kept.people.extend(more.people.iter().take(room).cloned());
        }
        self.people += other.people;
        self.hidden += other.hidden;
        other.oddities.iter().for_each(|(oddity, odd)| self.oddities.add(oddity, odd));
        for (name, people) in &other.attributes {
            *self.attributes.entry(name.clone()).or_default() += people;
        }
        for group in &other.groups {
            match self.groups.iter_mut().find(|known| known.name == group.name) {
                Some(known) => known.add(group),
                None => self.groups.push(group.clone()),
            }
        }
    }

    /// Counts one person: `values` is what they have of an attribute, `is_shown` whether the server has shown it at all.
    pub(crate) fn see_person(
        &mut self,
        mapping: &Mapping,
        values: &dyn Fn(&str) -> Vec<String>,
        is_shown: &dyn Fn(&str) -> bool,
    ) {
        self.people += 1;
        let names: BTreeSet<&str> = mapping.columns().into_iter().map(String::as_str).collect();
        for name in names {
            let has_it = values(name).iter().any(|value| !value.trim().is_empty());
            if has_it || is_shown(name) {
                *self.attributes.entry(name.to_owned()).or_default() += u64::from(has_it);
            }
        }
    }

    /// What is to be said: one sentence for each group that has others than people who are used, and one for each
    /// kind of values that are hardly meant so.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        self.groups.iter().filter_map(GroupTally::note).chain(self.oddities.notes()).collect()
    }
}

impl GroupTally {
    fn add(&mut self, other: &Self) {
        self.id = self.id.take().or_else(|| other.id.clone());
        self.counted = self.counted.or(other.counted);
        self.seen += other.seen;
        self.people += other.people;
        self.not_people += other.not_people;
        self.not_visible += other.not_visible;
    }

    fn note(&self) -> Option<String> {
        if self.not_people == 0 && self.not_visible == 0 {
            return None;
        }
        let several = |count, one, many| format!("{count} {}", if count == 1 { one } else { many });
        let used = several(self.people, "is used as a person", "are used as people");
        let mut text = format!("members of the group {:?}: {used}", self.name);
        if self.not_people > 0 {
            let others = several(self.not_people, "is no person, or a guest", "are no people, or guests");
            text.push_str(&format!(", {others}"));
        }
        if self.not_visible > 0 {
            let others = several(self.not_visible, "is no person", "are no people");
            text.push_str(&format!(", {others} or cannot be seen by the account that reads"));
        }
        Some(text)
    }
}

/// The attributes that a mapping names and that somebody must have, or the directory must know: all but the fields of a
/// mapping that nobody has written. Those are taken where they are.
pub(crate) fn checked(mapping: &Mapping) -> BTreeSet<&str> {
    let all: BTreeSet<&str> = mapping.columns().into_iter().map(String::as_str).collect();
    if !mapping.has_usual_fields {
        return all;
    }
    let usual: BTreeSet<&str> = mapping.fields.values().filter_map(|field| plain(&field.from)).collect();
    let written = Mapping { fields: BTreeMap::new(), ..mapping.clone() };
    let written: BTreeSet<&String> = written.columns().into_iter().collect();
    all.into_iter().filter(|name| !usual.contains(name) || written.iter().any(|one| one == name)).collect()
}

/// The attribute, of a value that is nothing else.
fn plain(from: &Template) -> Option<&str> {
    from.as_column().map(String::as_str)
}

/// Those without which it is not known who somebody is, or what they may do. A status for which the configuration says what an empty value
/// means may be nobody's.
fn deciding(mapping: &Mapping) -> BTreeSet<&str> {
    let rules = mapping.active.iter().chain(&mapping.admin).flat_map(|rule| &rule.all);
    let statuses = rules.filter(|column| column.empty.is_none()).map(|column| &column.from);
    mapping.username.iter().chain(statuses).flat_map(Template::needed).map(String::as_str).collect()
}

/// Those of dates. It is usual that nobody has one yet.
fn of_dates(mapping: &Mapping) -> BTreeSet<&str> {
    let dates = mapping.starts.iter().chain(&mapping.ends);
    dates.flat_map(|date| date.from.columns()).map(String::as_str).collect()
}

/// Refuses a mapping that names an attribute that nobody has, and answers with what is to be said of the others.
/// `is_known` says whether the server knows an attribute that nobody has a value of, `known` which there are, for a guess at
/// what was meant.
///
/// A plain field may be empty for everybody; the username, the status and the admin mark may not, and neither may an
/// attribute that the server does not know.
pub(crate) fn check_attributes(
    tally: &Tally,
    mapping: &Mapping,
    is_known: &dyn Fn(&str) -> bool,
    known: &[&str],
) -> Result<Vec<String>, Error> {
    let people = tally.people.saturating_sub(tally.hidden);
    if people == 0 {
        return Ok(Vec::new());
    }
    let (deciding, of_dates) = (deciding(mapping), of_dates(mapping));
    let mut notes = Vec::new();
    for name in checked(mapping) {
        let have_it = tally.attributes.get(name).copied().unwrap_or_default();
        let may_be_absent =
            || tally.attributes.contains_key(name) || of_dates.contains(name) || is_known(name);
        if have_it == 0 && (deciding.contains(name) || !may_be_absent()) {
            return Err(nobodys(mapping, name, people, known));
        }
        if have_it == 0 {
            notes.push(format!(
                "nobody of {people} has the mapped attribute {name:?}{}",
                written_as(mapping, name)
            ));
        } else if have_it < people && deciding.contains(name) {
            notes.push(format!("{} of {people} people have no {name:?}, which is mapped", people - have_it));
        }
    }
    Ok(notes)
}

/// The error for an attribute that nobody has (rule 50).
fn nobodys(mapping: &Mapping, attribute: &str, people: u64, known: &[&str]) -> Error {
    let settings = mapping.settings_naming(&|named: &String| named == attribute);
    let place = settings.iter().find(|name| mapping.lines.of(name).is_some());
    // Somebody has it, or the server would not show it: what is misspelt is not among them.
    let near = suggest::near(attribute, known).map(str::to_owned);
    Error::Attribute {
        place: place.map(|name| mapping.lines.place(name)).unwrap_or_default(),
        setting: settings.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and "),
        near,
        attribute: attribute.to_owned(),
        people,
    }
}

/// Which setting names an attribute, and where: at the end of a note.
pub(crate) fn written_as(mapping: &Mapping, attribute: &str) -> String {
    let settings = mapping.settings_naming(&|named: &String| named == attribute);
    let named = settings.iter().find_map(|name| Some((name, mapping.lines.of(name)?)));
    named.map_or_else(String::new, |(name, line)| format!(" (`{name}`, rollcall.toml, line {line})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_config::{Config, FieldMapping, SourceSettings};
    use rollcall_core::fields::FieldName;

    fn mapping(username: &str, field: &str) -> Mapping {
        let from = FieldMapping::column(field.to_owned());
        Mapping {
            username: Some(Template::column(username.to_owned())),
            fields: [(FieldName::parse("email").unwrap(), from)].into(),
            ..Mapping::default()
        }
    }

    fn tally(attributes: &[(&str, u64)]) -> Tally {
        let attributes = attributes.iter().map(|(name, people)| ((*name).to_owned(), *people));
        Tally { people: 6, attributes: attributes.collect(), ..Tally::default() }
    }

    #[test]
    fn an_attribute_that_nobody_has_is_refused() {
        let check = |seen: &[(&str, u64)], known: &str| {
            let mapping = mapping("uid", "mail");
            check_attributes(&tally(seen), &mapping, &|name| name == known, &[])
        };
        assert_eq!(check(&[("uid", 6), ("mail", 6)], "").unwrap(), Vec::<String>::new());
        assert_eq!(check(&[("uid", 6), ("mail", 1)], "").unwrap(), Vec::<String>::new());
        // The server knows it, and nobody has it.
        assert_eq!(check(&[("uid", 6)], "mail").unwrap().len(), 1);
        assert_eq!(check(&[("uid", 6), ("mail", 0)], "").unwrap().len(), 1);
        assert!(
            check(&[("uid", 4), ("mail", 6)], "").unwrap()[0].starts_with("2 of 6 people have no \"uid\"")
        );
        for (seen, known) in [
            (&[("uid", 6)][..], ""),
            (&[("mail", 6)][..], ""),
            (&[("mail", 6)][..], "uid"),
            (&[("mail", 6), ("uid", 0)][..], ""),
        ] {
            let error = check(seen, known).unwrap_err().to_string();
            assert!(error.contains("nobody of the 6 people has the attribute"), "{error}");
        }
    }

    #[test]
    fn nobody_says_nothing_of_a_mapping() {
        let check = |seen: &Tally, has_usual_fields| {
            let mapping = Mapping { has_usual_fields, ..mapping("uid", "mail") };
            check_attributes(seen, &mapping, &|_| false, &[])
        };
        assert!(check(&Tally::default(), false).is_ok());
        assert!(check(&Tally { people: 2, hidden: 2, ..Tally::default() }, false).is_ok());
        // Nobody has asked for the usual fields. The username must be there all the same.
        assert_eq!(check(&tally(&[("uid", 6)]), true).unwrap(), Vec::<String>::new());
        assert!(check(&tally(&[("mail", 6)]), true).is_err());
    }

    #[test]
    fn dates_and_parts_of_templates_may_be_nobodys() {
        let check = |above: &str, below: &str| {
            let text = format!(
                "[[source]]\nname = \"okta\"\nkind = \"okta\"\nurl = \"https://x.okta.com\"\ntoken = \"env:T\"\n\
                 groups = [\"staff\"]\n{above}\n[source.mapping]\nusername = \"uid\"\n{below}\n"
            );
            let config = Config::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
            let SourceSettings::Okta(settings) = &config.sources[0].settings else { panic!() };
            let known = ["uid", "mail", "nick"];
            let seen = tally(&[("uid", 6), ("mail", 6)]);
            check_attributes(&seen, &settings.mapping, &|name| name == "nick", &known)
        };
        for below in [
            "ends = \"left\"",
            "starts = { from = \"hired\", format = \"dd.mm.yyyy\" }",
            "admin = { column = \"nick\", true = [\"x\"], else = false, empty = false }",
        ] {
            assert!(check("", below).is_ok(), "{below}");
        }
        assert!(check("", "admin = \"nick\"").is_err(), "a status that nobody has");
        assert!(check("", "admin = \"{nick | or mail}\"").is_ok(), "another stands in");
        assert!(check("", "admin = \"{nick | lower}\"").is_err(), "nothing stands in");
        assert!(check("where = [\"team = Sales\"]", "").is_err(), "a condition on an unknown attribute");
        let error = check("", "email = \"{mial | or mail}\"").unwrap_err().to_string();
        assert!(error.starts_with("rollcall.toml, line 10: nobody of the 6 people has"), "{error}");
        assert!(error.contains("\"mial\", which `email` names (did you mean \"mail\"?)"), "{error}");
        let error = check("where = [\"uld = Sales\"]", "").unwrap_err().to_string();
        assert!(error.starts_with("rollcall.toml, line 7: ") && error.contains("`where`"), "{error}");
        assert!(check("", "email = \"{nick | or mail}\"").is_ok());
    }

    #[test]
    fn pages_add_up_by_group() {
        let page = |seen| Tally {
            groups: vec![GroupTally {
                name: String::from("staff"),
                seen,
                people: seen,
                ..GroupTally::default()
            }],
            people: seen,
            ..Tally::default()
        };
        let mut all = page(2);
        all.groups[0].counted = Some(5);
        all.add(&page(3));
        assert_eq!((all.groups[0].seen, all.groups[0].counted, all.people), (5, Some(5), 5));
        assert_eq!(all.notes(), Vec::<String>::new());
        all.groups[0].not_people = 2;
        assert_eq!(
            all.notes(),
            ["members of the group \"staff\": 5 are used as people, 2 are no people, or guests"]
        );
    }
}
