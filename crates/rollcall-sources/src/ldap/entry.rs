//! One object of a server: its attributes by name, without regard to the case that the server writes.
//!
//! An attribute with an option (`displayName;lang-ja`) is an attribute of its own (RFC 4512, 2.5.2). Values are kept in
//! one order: a server has none.

use crate::known_secrets::KnownSecrets;
use ldap3::SearchEntry;
use std::collections::{BTreeMap, HashMap};

/// An object of the directory.
#[derive(Clone, Debug)]
pub(crate) struct LdapEntry {
    dn: String,
    /// By name in lower case, with its options in order, except those that say only how values are sent; values that are
    /// not text as bytes.
    attributes: BTreeMap<String, Vec<Vec<u8>>>,
    /// The end of the range of values in this answer, by attribute: `None` if these are the last values.
    ranges: HashMap<String, Option<u64>>,
}

impl LdapEntry {
    /// As the server returns it, without secrets.
    pub(crate) fn new(found: SearchEntry, secrets: &KnownSecrets) -> Self {
        let struck = |text: String| secrets.in_data(&text).unwrap_or(text);
        let mut entry = Self { dn: struck(found.dn), attributes: BTreeMap::new(), ranges: HashMap::new() };
        // If one value of an attribute is not text, all its values are in the binary list: look in both.
        for (name, values) in found.attrs {
            entry.add(&name, values.into_iter().map(|value| struck(value).into_bytes()).collect());
        }
        for (name, values) in found.bin_attrs {
            let text = |value: Vec<u8>| match String::from_utf8(value) {
                Ok(text) => struck(text).into_bytes(),
                Err(bytes) => bytes.into_bytes(),
            };
            entry.add(&name, values.into_iter().map(text).collect());
        }
        entry.attributes.values_mut().for_each(|values| values.sort_unstable());
        entry
    }

    fn add(&mut self, name: &str, mut values: Vec<Vec<u8>>) {
        let range = name.split(';').skip(1).find_map(|option| {
            let option = option.to_ascii_lowercase();
            let range = option.strip_prefix("range=")?.to_owned();
            Some(range.split_once('-').and_then(|(_, end)| end.parse().ok()))
        });
        let name = full_name(name);
        if let Some(end) = range {
            self.ranges.insert(name.clone(), end);
        }
        self.attributes.entry(name).or_default().append(&mut values);
    }

    pub(crate) fn dn(&self) -> &str {
        &self.dn
    }

    /// Whether the server returned the attribute, even without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(&full_name(name))
    }

    /// Where the values continue, if the server returned only a range of them (Active Directory: 1,500 at most).
    pub(crate) fn goes_on_at(&self, name: &str) -> Option<u64> {
        self.ranges.get(&name.to_ascii_lowercase()).copied().flatten().map(|end| end + 1)
    }

    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.attributes.get(&full_name(name))?.first().map(Vec::as_slice)
    }

    /// The first value that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = &str> + Clone {
        let values = self.attributes.get(&full_name(name));
        values.into_iter().flatten().filter_map(|value| std::str::from_utf8(value).ok())
    }
}

/// A name in lower case, with its options in order. `range` and `binary` say only how values are sent.
fn full_name(name: &str) -> String {
    let mut parts = name.trim().split(';').map(|part| part.trim().to_ascii_lowercase());
    let base = parts.next().unwrap_or_default();
    let mut options: Vec<String> =
        parts.filter(|option| !option.starts_with("range=") && option != "binary").collect();
    options.sort_unstable();
    options.iter().fold(base, |name, option| format!("{name};{option}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_in_any_case() {
        let entry = LdapEntry::new(
            SearchEntry {
                dn: String::from("cn=ann"),
                attrs: [(String::from("Mail"), vec![String::from("a@x")])].into_iter().collect(),
                bin_attrs: [(String::from("objectGUID"), vec![vec![0xff; 16]])].into_iter().collect(),
            },
            &KnownSecrets::default(),
        );
        assert_eq!(entry.text("mail"), Some("a@x"));
        assert_eq!(entry.bytes("OBJECTguid"), Some([0xff; 16].as_slice()));
        assert_eq!(entry.text("objectguid"), None);
        assert!(!entry.has("uid"));
    }

    #[test]
    fn attribute_with_an_option_is_another_attribute() {
        let names = [("displayName", "Plain"), ("displayName;lang-ja", "日本"), ("CN;x-a;lang-en", "Ann")];
        let attrs = names.map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
        let found = SearchEntry {
            dn: String::from("cn=ann"),
            attrs: attrs.into_iter().collect(),
            bin_attrs: [(String::from("userCertificate;binary"), vec![vec![0xff]])].into_iter().collect(),
        };
        let entry = LdapEntry::new(found, &KnownSecrets::default());
        for (name, value) in [
            ("displayname", Some("Plain")),
            ("DisplayName;LANG-ja", Some("日本")),
            ("displayName;lang-de", None),
            ("cn", None),
            ("cn;lang-en;x-a", Some("Ann")),
            ("cn;lang-en", None),
        ] {
            assert_eq!(entry.text(name), value, "{name}");
        }
        assert!(entry.has("userCertificate"));
    }

    #[test]
    fn values_come_in_one_order() {
        let found = |values: &[&str]| SearchEntry {
            dn: String::from("cn=ann"),
            attrs: [(String::from("mail"), values.iter().map(|value| (*value).to_owned()).collect())].into(),
            bin_attrs: HashMap::new(),
        };
        for values in [["a@x", "b@x", "c@x"], ["c@x", "a@x", "b@x"], ["b@x", "c@x", "a@x"]] {
            let entry = LdapEntry::new(found(&values), &KnownSecrets::default());
            assert_eq!(entry.texts("mail").collect::<Vec<_>>(), ["a@x", "b@x", "c@x"]);
        }
    }

    #[test]
    fn range_of_values_says_where_it_continues() {
        let entry = |names: &[&str]| {
            LdapEntry::new(
                SearchEntry {
                    dn: String::from("cn=all"),
                    attrs: names.iter().map(|name| ((*name).to_owned(), vec![String::from("x")])).collect(),
                    bin_attrs: HashMap::new(),
                },
                &KnownSecrets::default(),
            )
        };
        assert_eq!(entry(&["member", "member;range=0-1499"]).goes_on_at("member"), Some(1500));
        assert_eq!(entry(&["member;Range=1500-*"]).goes_on_at("member"), None);
        assert_eq!(entry(&["member"]).goes_on_at("member"), None);
    }
}
