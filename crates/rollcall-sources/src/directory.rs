//! A directory that is read over a network, page by page: what the fetch step sees of it, whatever its kind.
//!
//! `open` makes one of the right kind. The kinds (`ldap`, `entra`, `okta`) implement [`Directory`]; `rollcall-sync` calls
//! it, keeps every page in S3, and publishes all pages together or none. Promises that a listing that may be incomplete
//! ends in an error, never in a shorter listing.

use crate::error::Error;
use crate::known_secrets::KnownSecrets;
use futures::future::BoxFuture;
use rollcall_config::{SecretRef, SourceSettings};
use rollcall_core::entry::Record;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

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

/// How long and how often is tried what may go well the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often a request is sent at most.
    pub tries: u32,
    /// The first wait between two; each is twice as long as the one before, and shortened by chance.
    pub first_wait: Duration,
    /// How long one request may take, from the connection to the last byte of the answer.
    pub request: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 7, first_wait: Duration::from_millis(500), request: Duration::from_secs(60) }
    }
}

/// A wait that a person would take for a program that hangs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Which server is to be asked again then.
    pub server: String,
    /// How long, in seconds.
    pub seconds: u64,
    /// Whether the server asks for it, or Rollcall waits by itself, because the server is in trouble.
    pub is_asked_for: bool,
}

/// Who is told of a wait before it begins.
#[derive(Clone)]
pub struct OnWait(Arc<dyn Fn(Wait) + Send + Sync>);

/// A shorter wait is over before anybody wonders.
const WAIT_TOLD_FROM: Duration = Duration::from_secs(5);

impl OnWait {
    /// Tells this.
    pub fn new(tell: impl Fn(Wait) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Tells of a wait, if it is long.
    pub(crate) fn tell(&self, server: &str, wait: Duration, is_asked_for: bool) {
        if wait < WAIT_TOLD_FROM {
            return;
        }
        let seconds = wait.as_secs();
        tracing::info!(
            server,
            wait.seconds = seconds,
            wait.is_asked_for = is_asked_for,
            "waiting before the server is asked again"
        );
        (self.0)(Wait { server: server.to_owned(), seconds, is_asked_for });
    }
}

/// Tells nobody.
impl Default for OnWait {
    fn default() -> Self {
        Self::new(|_| ())
    }
}

impl fmt::Debug for OnWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnWait(..)")
    }
}

/// Secrets by their names. Never shown.
#[derive(Clone, Default)]
pub struct Secrets {
    by_name: BTreeMap<SecretRef, String>,
    known: KnownSecrets,
}

impl Secrets {
    /// Adds one.
    pub fn insert(&mut self, name: SecretRef, secret: String) {
        self.known.learn(&secret);
        self.by_name.insert(name, secret);
    }

    /// What must never come back from the server: these, and the tokens that are given for them.
    pub(crate) fn known(&self) -> &KnownSecrets {
        &self.known
    }

    /// A secret, without the line end that an editor puts after it.
    ///
    /// # Errors
    /// When it was not given or is empty: an LDAP server takes an empty password for a stranger's (RFC 4513, 5.1.2).
    pub(crate) fn get(&self, name: &SecretRef) -> Result<&str, Error> {
        let secret = self.by_name.get(name).map_or("", String::as_str).trim_end_matches(['\r', '\n']);
        if secret.is_empty() { Err(Error::EmptySecret { name: name.to_string() }) } else { Ok(secret) }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_name.keys().map(ToString::to_string)).finish()
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
