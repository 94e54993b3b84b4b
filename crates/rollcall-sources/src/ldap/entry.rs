//! One object of a server: its attributes by name, without regard to the case and options that the server writes.

use crate::known_secrets::KnownSecrets;
use ldap3::SearchEntry;
use std::collections::HashMap;

/// An object of the directory.
#[derive(Clone, Debug)]
pub(crate) struct LdapEntry {
    dn: String,
    /// By name in lower case, without options; values that are not text as bytes.
    attributes: HashMap<String, Vec<Vec<u8>>>,
    /// The end of the range of values in this answer, by attribute: `None` if these are the last values.
    ranges: HashMap<String, Option<u64>>,
}

impl LdapEntry {
    /// As the server returns it, without secrets.
    pub(crate) fn new(found: SearchEntry, secrets: &KnownSecrets) -> Self {
        let struck = |text: String| secrets.in_data(&text).unwrap_or(text);
        let mut entry = Self { dn: struck(found.dn), attributes: HashMap::new(), ranges: HashMap::new() };
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
        entry
    }

    fn add(&mut self, name: &str, mut values: Vec<Vec<u8>>) {
        let mut parts = name.split(';');
        let base = parts.next().unwrap_or_default().to_ascii_lowercase();
        for option in parts {
            if let Some(range) = option.to_ascii_lowercase().strip_prefix("range=") {
                let end = range.split_once('-').and_then(|(_, end)| end.parse().ok());
                self.ranges.insert(base.clone(), end);
            }
        }
        self.attributes.entry(base).or_default().append(&mut values);
    }

    pub(crate) fn dn(&self) -> &str {
        &self.dn
    }

    /// Whether the server returned the attribute, even without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(&name.to_ascii_lowercase())
    }

    /// Where the values continue, if the server returned only a range of them (Active Directory: 1,500 at most).
    pub(crate) fn goes_on_at(&self, name: &str) -> Option<u64> {
        self.ranges.get(&name.to_ascii_lowercase()).copied().flatten().map(|end| end + 1)
    }

    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.attributes.get(&name.to_ascii_lowercase())?.first().map(Vec::as_slice)
    }

    /// The first value that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.attributes.get(&name.to_ascii_lowercase());
        values.into_iter().flatten().filter_map(|value| std::str::from_utf8(value).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_in_any_case_with_options() {
        let entry = LdapEntry::new(
            SearchEntry {
                dn: String::from("cn=ann"),
                attrs: [(String::from("Mail;lang-en"), vec![String::from("a@x")])].into_iter().collect(),
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
