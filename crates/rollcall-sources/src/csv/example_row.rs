//! The example of a template that nobody has taken out: `jdoe@example.com` in the row below the headings, where nobody else has
//! an address there.
//!
//! Beside `logins`. Says it and changes nothing. Promises to cost nothing in a file whose first row is no such example.

use rollcall_core::entry::Entry;
use rollcall_core::person;

/// Nobody has an address there: these names are kept for examples (RFC 2606).
const DOMAINS: [&str; 4] = ["example.com", "example.org", "example.net", "example.edu"];

/// So many other people are needed to show that the list is no example as a whole.
const OTHERS_MIN: u64 = 3;

/// Whether the first person may be an example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExampleRow {
    first: Option<(u64, String)>,
    people: u64,
    has_others: bool,
}

impl ExampleRow {
    /// Looks at the next person.
    pub(super) fn see(&mut self, entry: &Entry) {
        self.people += 1;
        if self.people == 1 {
            self.first = example(entry).map(|address| (entry.line, address.to_owned()));
        } else if self.first.is_some() && !self.has_others {
            self.has_others = example(entry).is_some();
        }
    }

    /// What is to be said of it.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        let (line, address) = self.first.as_ref()?;
        (!self.has_others && self.people > OTHERS_MIN).then(|| {
            format!(
                "line {line} looks like the example of a template, with the address {address:?}; if it is nobody, remove the row"
            )
        })
    }
}

/// The address of a person, if it is one of those that are kept for examples.
fn example(entry: &Entry) -> Option<&str> {
    let username = entry.username.as_ref().map(|name| name.original());
    let fields = entry.fields.iter().filter(|(name, _)| person::is_email(name.as_str()));
    let mut texts =
        std::iter::once(entry.key.original()).chain(username).chain(fields.map(|(_, value)| value));
    texts.find(|text| {
        let host = text.rsplit_once('@').map(|(_, host)| host.trim());
        host.is_some_and(|host| DOMAINS.iter().any(|domain| domain.eq_ignore_ascii_case(host)))
    })
}
