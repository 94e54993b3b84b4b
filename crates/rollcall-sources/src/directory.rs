//! A directory that is asked over a network, page by page: what the fetch step drives, whichever kind it is.
//!
//! Called by `rollcall-sync`, which keeps every page in S3 and publishes them together, or none. Each kind in a module
//! of its own (`ldap`, `entra`, `okta`); `person` makes records of what they found, `http` is below two of them.
//! Promises that a listing that cannot be trusted to be whole ends in an error, never in a shorter listing.

use crate::error::Error;
pub use crate::http::Patience;
use crate::{entra, ldap, okta};
use futures::future::BoxFuture;
use rollcall_config::{SecretRef, SourceSettings};
use rollcall_core::entry::Record;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Instant;

/// Where a reading goes on, as text that another process understands. Opaque to everybody but its source.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(String);

/// Some of the people of one listing (the members of one group).
#[derive(Debug)]
pub struct Page {
    /// Which listing it is a page of, counted from 0.
    pub listing: u32,
    /// Whether the listing begins, or begins anew: what was read of it before does not count.
    pub is_first: bool,
    /// The people, in no order; their line numbers mean nothing yet.
    pub records: Vec<Record>,
    /// Where to go on; `None` after the last page of the last listing.
    pub next: Option<Cursor>,
    /// Whether another process can go on there. Not within an LDAP search, whose place is known to its connection only.
    pub may_hand_over: bool,
}

/// What a look at a directory shows, for `rollcall check --connect`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Who answered, in words: `OpenLDAP at dc1.example.com`.
    pub server: String,
    /// Every configured group, and how many people it is seen to have; at least so many where it was not counted out.
    pub groups: Vec<(String, u64)>,
    /// What may be missing, in a sentence each.
    pub warnings: Vec<String>,
}

/// A directory, ready to be read.
pub trait Directory: Send {
    /// Reads the next page: the first where nothing was read yet.
    fn read(&mut self, from: Option<Cursor>) -> BoxFuture<'_, Result<Page, Error>>;

    /// What a listing is called where an error is about it: `the group "staff"`.
    fn name_of(&self, listing: u32) -> String;

    /// Tries the credentials and looks at every group, without reading everybody.
    fn survey(&mut self) -> BoxFuture<'_, Result<Survey, Error>>;
}

/// What a directory is opened with.
#[derive(Clone, Debug)]
pub struct Access {
    /// The secrets that its settings name.
    pub secrets: Secrets,
    /// The certificates that its server's is checked against, in PEM form, where its settings name any.
    pub ca: Option<String>,
    /// When the invocation must be over: nothing is waited for beyond it.
    pub deadline: Instant,
    /// How long and how often is tried what may go well the next time.
    pub patience: Patience,
}

/// Secrets by their names. Never shown.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<SecretRef, String>);

impl Secrets {
    /// Adds one.
    pub fn insert(&mut self, name: SecretRef, secret: String) {
        self.0.insert(name, secret);
    }

    /// A secret, without the line end that an editor puts after it.
    ///
    /// # Errors
    /// When it was not given or is empty: an LDAP server takes an empty password for a stranger's (RFC 4513, 5.1.2).
    pub(crate) fn get(&self, name: &SecretRef) -> Result<&str, Error> {
        let secret = self.0.get(name).map_or("", String::as_str).trim_end_matches(['\r', '\n']);
        if secret.is_empty() { Err(Error::EmptySecret { name: name.to_string() }) } else { Ok(secret) }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys().map(ToString::to_string)).finish()
    }
}

impl Cursor {
    /// From the text that [`Cursor::as_str`] gave.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text to keep.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn of(place: &impl serde::Serialize) -> Result<Self, Error> {
        serde_json::to_string(place).map(Self).map_err(|error| Error::Cursor(error.to_string()))
    }

    pub(crate) fn place<T: serde::de::DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.0).map_err(|error| Error::Cursor(error.to_string()))
    }
}

/// A cursor may hold the directory's own token for the next page.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursor(..)")
    }
}

/// The secrets that a source's settings name: whoever opens it must look them up.
#[must_use]
pub fn secrets_of(settings: &SourceSettings) -> Vec<&SecretRef> {
    settings.exposure().map(|exposure| exposure.secret).into_iter().collect()
}

/// Opens a directory. `None` for a source that is a file.
///
/// # Errors
/// When a secret or certificate cannot be used. Nothing is asked of the directory yet.
pub fn open(settings: &SourceSettings, access: Access) -> Result<Option<Box<dyn Directory>>, Error> {
    Ok(match settings {
        SourceSettings::Csv(_) => None,
        SourceSettings::Ldap(settings) => Some(Box::new(ldap::Ldap::open(settings.clone(), access)?)),
        SourceSettings::Entra(settings) => Some(Box::new(entra::Entra::open(settings.clone(), &access)?)),
        SourceSettings::Okta(settings) => Some(Box::new(okta::Okta::open(settings.clone(), &access)?)),
    })
}
