//! A person from an entry, in Active Directory and on other servers.

use super::entry::LdapEntry;
use super::server::Kind;
use super::time::{from_filetime, from_generalized};
use crate::error::Error;
use crate::person::{Person, Status, record};
use jiff::Timestamp;
use rollcall_config::{LdapSettings, Mapping};
use rollcall_core::entry::Record;
use uuid::Uuid;

/// The bit of `userAccountControl` that means disabled (MS-ADTS 2.2.16, `ADS_UF_ACCOUNT_DISABLE`).
const ACCOUNT_DISABLED: u32 = 0x2;

/// The `pwdAccountLockedTime` of a person who is locked until an administrator unlocks them (slapo-ppolicy(5)). Any
/// other time is a lock that ends by itself, and does not mean that the person has left.
const LOCKED_FOR_GOOD: &str = "000001010000Z";

/// The attributes that are fields if no mapping is configured.
const FIELDS: [(&str, &str); 4] =
    [("email", "mail"), ("display_name", "displayName"), ("given_name", "givenName"), ("family_name", "sn")];

/// Makes records from entries.
pub(crate) struct Reader {
    pub(crate) kind: Kind,
    mapping: Mapping,
    now: Timestamp,
}

impl Reader {
    pub(crate) fn new(kind: Kind, settings: &LdapSettings) -> Self {
        let username = match kind {
            Kind::ActiveDirectory => "sAMAccountName",
            Kind::Other => "uid",
        };
        let mapping = Mapping::or_usual(settings.mapping.clone(), username, &FIELDS);
        Self { kind, mapping, now: Timestamp::now() }
    }

    /// The attributes to request. A server returns some of them only if they are named.
    pub(crate) fn attributes(&self) -> Vec<String> {
        let own: &[&str] = match self.kind {
            Kind::ActiveDirectory => &["objectGUID", "userAccountControl", "accountExpires"],
            Kind::Other => &[
                "entryUUID",
                "nsUniqueId",
                "uid",
                "gidNumber",
                "pwdAccountLockedTime",
                "pwdStartTime",
                "pwdEndTime",
                "nsAccountLock",
            ],
        };
        let mapped = self.mapping.columns().into_iter().cloned();
        let mut all: Vec<String> = own.iter().map(|name| (*name).to_owned()).chain(mapped).collect();
        all.sort_unstable_by_key(|name| name.to_ascii_lowercase());
        all.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        all
    }

    pub(crate) fn record(&self, entry: &LdapEntry, priority: u16) -> Result<Record, Error> {
        let attribute = |name: &str| {
            if name.eq_ignore_ascii_case("dn") {
                vec![entry.dn().to_owned()]
            } else {
                entry.texts(name).map(str::to_owned).collect()
            }
        };
        let person = Person {
            key: entry.dn(),
            immutable_id: &self.immutable_id(entry)?,
            status: self.status(entry)?,
            priority,
            attribute: &attribute,
        };
        Ok(record(&person, &self.mapping))
    }

    /// The id that stays when a person is renamed or moved.
    fn immutable_id(&self, entry: &LdapEntry) -> Result<String, Error> {
        let id = match self.kind {
            // Microsoft writes the first three parts of an id with the last byte first.
            Kind::ActiveDirectory => {
                let bytes = entry.bytes("objectGUID").and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
                bytes.map(|bytes| Uuid::from_bytes_le(bytes).to_string())
            }
            Kind::Other => entry.text("entryUUID").or_else(|| entry.text("nsUniqueId")).map(str::to_owned),
        };
        id.ok_or_else(|| hidden("objectGUID or entryUUID", entry))
    }

    fn status(&self, entry: &LdapEntry) -> Result<Status, Error> {
        match self.kind {
            Kind::ActiveDirectory => self.status_in_active_directory(entry),
            Kind::Other => Ok(self.status_elsewhere(entry)),
        }
    }

    /// Whether the person is disabled. A lockout does not count: it ends by itself.
    fn status_in_active_directory(&self, entry: &LdapEntry) -> Result<Status, Error> {
        let control = entry.text("userAccountControl").ok_or_else(|| hidden("userAccountControl", entry))?;
        let Ok(control) = control.parse::<i32>() else {
            return Ok(Status::Unknown(String::from("userAccountControl is not a number")));
        };
        let has_expired =
            entry.text("accountExpires").and_then(from_filetime).is_some_and(|end| end <= self.now);
        let is_disabled = control.cast_unsigned() & ACCOUNT_DISABLED != 0;
        Ok(if is_disabled || has_expired { Status::Disabled } else { Status::Enabled })
    }

    fn status_elsewhere(&self, entry: &LdapEntry) -> Status {
        let is_locked = entry.text("pwdAccountLockedTime") == Some(LOCKED_FOR_GOOD)
            || entry.text("nsAccountLock").is_some_and(|lock| lock.eq_ignore_ascii_case("true"));
        let has_ended =
            entry.text("pwdEndTime").and_then(from_generalized).is_some_and(|end| end <= self.now);
        let is_to_come =
            entry.text("pwdStartTime").and_then(from_generalized).is_some_and(|start| start > self.now);
        if is_locked || has_ended || is_to_come { Status::Disabled } else { Status::Enabled }
    }
}

/// The error for an entry without an attribute that every entry has: the reading account may not see it.
fn hidden(attribute: &str, entry: &LdapEntry) -> Error {
    Error::NotWhole {
        of: String::from("what is known of people"),
        why: format!("{} has no {attribute} that `bind_dn` may read", entry.dn()),
    }
}
