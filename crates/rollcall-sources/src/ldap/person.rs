//! A person from an entry, in Active Directory and on other servers.

use super::entry::LdapEntry;
use super::rdn::value_in_rdn;
use super::server::Kind;
use super::time::{End, end_of_filetime, end_of_kerberos, end_of_shadow, end_of_time};
use crate::person::{Person, Status, record};
use crate::tally::{Kept, Tally};
use crate::values::in_order;
use jiff::Timestamp;
use rollcall_config::{LdapSettings, Mapping, Template};
use rollcall_core::entry::Record;
use uuid::Uuid;

/// The bit of `userAccountControl` that means disabled (MS-ADTS 2.2.16, `ADS_UF_ACCOUNT_DISABLE`).
const ACCOUNT_DISABLED: u32 = 0x2;

/// The `pwdAccountLockedTime` of a person who is locked until an administrator unlocks them (slapo-ppolicy(5)). Any
/// other time is a lock that ends by itself, and does not mean that the person has left.
const LOCKED_FOR_GOOD: &str = "000001010000Z";

/// Whether a person is disabled in the lightweight kind, which has no `userAccountControl`.
const DISABLED_FLAG: &str = "msDS-UserAccountDisabled";

/// The attributes that are fields if no mapping is configured.
const FIELDS: [(&str, &str); 4] =
    [("email", "mail"), ("display_name", "displayName"), ("given_name", "givenName"), ("family_name", "sn")];

/// Makes records from entries.
pub(crate) struct Reader {
    pub(crate) kind: Kind,
    pub(crate) mapping: Mapping,
    /// The attribute by which people are matched; the distinguished name if there is none.
    match_field: Option<String>,
    now: Timestamp,
}

impl Reader {
    pub(crate) fn new(kind: Kind, settings: &LdapSettings) -> Self {
        let username = match kind {
            Kind::ActiveDirectory => "sAMAccountName",
            Kind::Lightweight => "userPrincipalName",
            Kind::Other => "uid",
        };
        let mapping = Mapping::or_usual(settings.mapping.clone(), username, &FIELDS);
        Self { kind, mapping, match_field: settings.match_field.clone(), now: Timestamp::now() }
    }

    /// What the match key is made of.
    pub(crate) fn match_field(&self) -> Template {
        Template::column(self.match_field.clone().unwrap_or_else(|| String::from("dn")))
    }

    /// What a look keeps of people.
    pub(crate) fn kept(&self) -> Kept {
        Kept::of(&self.mapping, &self.match_field())
    }

    /// The attributes to request. A server returns some of them only if they are named.
    pub(crate) fn attributes(&self) -> Vec<String> {
        let own: &[&str] = match self.kind {
            Kind::ActiveDirectory => &["objectGUID", "userAccountControl", "accountExpires"],
            Kind::Lightweight => &["objectGUID", DISABLED_FLAG, "accountExpires"],
            Kind::Other => &[
                "entryUUID",
                "nsUniqueId",
                "uid",
                "gidNumber",
                "pwdAccountLockedTime",
                "pwdStartTime",
                "pwdEndTime",
                "nsAccountLock",
                "shadowExpire",
                "krbPrincipalExpiration",
            ],
        };
        let mapped = self.mapping.columns().into_iter().chain(&self.match_field).cloned();
        let mut all: Vec<String> = own.iter().map(|name| (*name).to_owned()).chain(mapped).collect();
        all.sort_unstable_by_key(|name| name.to_ascii_lowercase());
        all.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        all
    }

    /// The record of a person. One who hides what every person has is rejected, and named.
    pub(crate) fn record(&self, entry: &LdapEntry, priority: u16, tally: &mut Tally) -> Record {
        let attribute = |name: &str| values(entry, name);
        let id = self.immutable_id(entry);
        let status = self.status(entry);
        let is_hidden = id.is_none() || matches!(status, Seen::Hidden(_));
        if is_hidden {
            tally.people += 1;
            tally.hidden += 1;
        } else {
            tally.see_person(&self.mapping, &attribute, &|name| entry.has(name));
        }
        let key = match &self.match_field {
            Some(name) => values(entry, name).into_iter().next().unwrap_or_default(),
            None => entry.dn().to_owned(),
        };
        let status = match (status, &id) {
            (_, None) => hidden("objectGUID or entryUUID"),
            (Seen::Hidden(name), Some(_)) => hidden(name),
            (Seen::Status(status), Some(_)) => status,
        };
        let immutable_id = id.as_deref().unwrap_or_default();
        let person = Person { key: &key, immutable_id, status, priority, attribute: &attribute };
        record(&person, &self.mapping, tally)
    }

    /// The id that stays when a person is renamed or moved; `None` if it is hidden.
    fn immutable_id(&self, entry: &LdapEntry) -> Option<String> {
        id_of(entry, self.kind)
    }

    fn status(&self, entry: &LdapEntry) -> Seen {
        match self.kind {
            Kind::ActiveDirectory => self.status_in_active_directory(entry),
            Kind::Lightweight => self.status_in_lightweight(entry),
            Kind::Other => Seen::Status(self.status_elsewhere(entry)),
        }
    }

    /// Whether the person is disabled. A lockout does not count: it ends by itself. Everybody in Active Directory has an
    /// end, if only "never": where it is absent, it is hidden.
    fn status_in_active_directory(&self, entry: &LdapEntry) -> Seen {
        let Some(control) = entry.text("userAccountControl") else {
            return Seen::Hidden("userAccountControl");
        };
        let Ok(control) = control.parse::<i32>() else {
            return Seen::unknown("userAccountControl", "a number");
        };
        let Some(expires) = entry.text("accountExpires") else { return Seen::Hidden("accountExpires") };
        self.with_end(
            control.cast_unsigned() & ACCOUNT_DISABLED != 0,
            "accountExpires",
            end_of_filetime(expires),
        )
    }

    fn status_in_lightweight(&self, entry: &LdapEntry) -> Seen {
        let Some(flag) = entry.text(DISABLED_FLAG) else { return Seen::Hidden(DISABLED_FLAG) };
        let Some(is_disabled) = truth(flag) else { return Seen::unknown(DISABLED_FLAG, "TRUE or FALSE") };
        // Here it is optional.
        let end = entry.text("accountExpires").map_or(End::Never, end_of_filetime);
        self.with_end(is_disabled, "accountExpires", end)
    }

    fn with_end(&self, is_disabled: bool, name: &'static str, end: End) -> Seen {
        match end {
            End::Unreadable => Seen::unknown(name, "a point in time"),
            End::At(end) if end <= self.now => Seen::Status(Status::Disabled),
            End::At(_) | End::Never => {
                Seen::Status(if is_disabled { Status::Disabled } else { Status::Enabled })
            }
        }
    }

    /// What one cannot read is not taken for a yes.
    fn status_elsewhere(&self, entry: &LdapEntry) -> Status {
        let is_locked = entry.text("pwdAccountLockedTime") == Some(LOCKED_FOR_GOOD);
        let is_locked_here = match entry.text("nsAccountLock").map(truth) {
            None => false,
            Some(Some(is_locked)) => is_locked,
            Some(None) => return unreadable("nsAccountLock", "true or false"),
        };
        let mut is_over = false;
        let end = |name: &str, read: fn(&str) -> End| entry.text(name).map_or(End::Never, read);
        let ends = [
            ("pwdEndTime", end("pwdEndTime", end_of_time)),
            ("krbPrincipalExpiration", end("krbPrincipalExpiration", end_of_kerberos)),
            ("shadowExpire", end("shadowExpire", end_of_shadow)),
        ];
        for (name, end) in ends {
            match end {
                End::Unreadable => return unreadable(name, "a point in time"),
                End::At(end) => is_over |= end <= self.now,
                End::Never => {}
            }
        }
        let is_to_come = match end("pwdStartTime", end_of_time) {
            End::Unreadable => return unreadable("pwdStartTime", "a point in time"),
            End::At(start) => start > self.now,
            End::Never => false,
        };
        if is_locked || is_locked_here || is_over || is_to_come { Status::Disabled } else { Status::Enabled }
    }
}

/// What an entry shows of a person's status.
enum Seen {
    Status(Status),
    /// The account that reads may not see this attribute, which everybody has.
    Hidden(&'static str),
}

impl Seen {
    fn unknown(name: &str, expected: &str) -> Self {
        Self::Status(unreadable(name, expected))
    }
}

fn unreadable(name: &str, expected: &str) -> Status {
    Status::Unknown(format!("{name} cannot be read; expected {expected}"))
}

fn hidden(name: &str) -> Status {
    Status::Unknown(format!(
        "`bind_dn` may not read {name} of this person; let it (administrators are often protected)"
    ))
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The values of an attribute: the one that counts comes first, which names the entry, or is the first in order.
fn values(entry: &LdapEntry, name: &str) -> Vec<String> {
    if name.eq_ignore_ascii_case("dn") {
        return vec![entry.dn().to_owned()];
    }
    let naming = value_in_rdn(entry.dn(), name);
    let is_it = |value: &&str| naming.as_deref().is_some_and(|naming| naming.eq_ignore_ascii_case(value));
    let mut values = in_order(name, entry.texts(name));
    if let Some(at) = values.iter().position(|value| is_it(&value.as_str())) {
        values[..=at].rotate_right(1);
    }
    values
}

/// The directory's own id of an object.
pub(crate) fn id_of(entry: &LdapEntry, kind: Kind) -> Option<String> {
    match kind {
        // Microsoft writes the first three parts of an id with the last byte first.
        Kind::ActiveDirectory | Kind::Lightweight => {
            let bytes = entry.bytes("objectGUID").and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
            bytes.map(|bytes| Uuid::from_bytes_le(bytes).to_string())
        }
        Kind::Other => entry.text("entryUUID").or_else(|| entry.text("nsUniqueId")).map(str::to_owned),
    }
}
