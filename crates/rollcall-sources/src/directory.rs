//! A directory that is read over a network, page by page: what the fetch step sees of it, whatever its kind.
//!
//! `open` makes one of the right kind. The kinds (`ldap`, `entra`, `okta`) implement [`Directory`]; `rollcall-sync`
//! calls it, keeps every page in S3, and publishes all pages together or none. Promises that a listing that may be
//! incomplete ends in an error, never in a shorter listing.

use crate::error::Error;
use crate::expiry::Expiry;
use crate::known_secrets::KnownSecrets;
pub use crate::tally::Looked;
use crate::tally::{Kept, Tally};
use futures::future::BoxFuture;
use rollcall_config::{Mapping, SecretRef, SourceSettings, Template};
use rollcall_core::entry::Record;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where a reading continues, as a text that another process understands. Only its source knows the meaning.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(String);

/// Some of the people of one listing (the members of one group).
#[derive(Debug)]
pub struct Page {
    /// Which listing it is a page of, counted from 0.
    pub listing: u32,
    /// Whether the listing begins, or begins again: its earlier pages do not count then.
    pub is_first: bool,
    /// The people, in no order. Their line numbers have no meaning yet.
    pub records: Vec<Record>,
    /// Where to continue; `None` after the last page of the last listing.
    pub next: Option<Cursor>,
    /// Whether another process can continue there. Not within an LDAP search: only its connection knows the position.
    pub may_hand_over: bool,
    /// What it shows beside its people.
    pub tally: Tally,
}

/// The result of a look at a directory, for `rollcall check --connect`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The server, in words: `OpenLDAP at dc1.example.com`.
    pub server: String,
    /// Every configured group and how many people are visible in it. If not all were counted, there may be more.
    pub groups: Vec<(String, u64)>,
    /// What may be missing, one sentence each.
    pub warnings: Vec<String>,
    /// Why every run would refuse the mapping: it names an attribute that nobody has (rule 50).
    pub refused: Option<String>,
    /// Some of the people, before and after the mapping.
    pub sample: Sample,
}

/// People of a directory, to hold a configuration against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The mapping in effect, usual attributes included.
    pub mapping: Mapping,
    /// What the match key is made of.
    pub match_field: Template,
    /// The people, each once.
    pub people: Vec<Looked>,
    /// Whether these are all.
    pub is_all: bool,
}

impl Sample {
    /// Of what a look has kept. `is_all` is whether it has read everything.
    pub(crate) fn new(mapping: Mapping, match_field: Template, kept: Option<Kept>, is_all: bool) -> Self {
        let (people, is_whole) = kept.unwrap_or_default().into_people();
        Self { mapping, match_field, people, is_all: is_all && is_whole }
    }
}

impl Survey {
    /// Takes what a reading says at its end. A mapping that no run would take is a finding here: everything else is worth
    /// seeing beside it.
    pub(crate) fn take(&mut self, confirmed: Result<Vec<String>, Error>) -> Result<(), Error> {
        match confirmed {
            Ok(notes) => self.warnings.extend(notes),
            Err(error @ Error::Attribute { .. }) => self.refused = Some(error.to_string()),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// A directory, ready to be read.
pub trait Directory: Send {
    /// Reads the page at this position, or the first page.
    fn read(&mut self, from: Option<Cursor>) -> BoxFuture<'_, Result<Page, Error>>;

    /// Checks that everything that was read adds up: what the server counts was shown, what the mapping names is there.
    /// Called once, after the last page, with the tally of all pages that count. Answers with what is to be said.
    fn confirm<'a>(&'a mut self, read: &'a Tally) -> BoxFuture<'a, Result<Vec<String>, Error>>;

    /// The name of a listing in an error: `the group "staff"`.
    fn name_of(&self, listing: u32) -> String;

    /// What it needs and when that expires, as far as is known. The server's own certificate is known once it was asked.
    fn expiries(&self) -> Vec<Expiry>;

    /// Tries the credentials and looks at every group, without reading all people.
    fn survey(&mut self) -> BoxFuture<'_, Result<Survey, Error>>;
}

/// What is needed to open a directory.
#[derive(Clone, Debug)]
pub struct Access {
    /// The secrets that its settings name.
    pub secrets: Secrets,
    /// The certificates against which the server's is checked, in PEM form, if the settings name any.
    pub ca: Option<String>,
    /// When the invocation must end. No wait goes beyond it.
    pub deadline: Instant,
    /// How long and how often a request is tried that may succeed later.
    pub patience: Patience,
}

/// How long and how often a request is tried that may succeed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often a request is sent at most.
    pub tries: u32,
    /// The first wait between two tries. The wait doubles each time (exponential backoff with jitter).
    pub first_wait: Duration,
    /// How long one request may take, from the connection to the last byte of the answer.
    pub request: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 7, first_wait: Duration::from_millis(500), request: Duration::from_secs(60) }
    }
}

/// A wait so long that a person could think that the program hangs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The server.
    pub server: String,
    /// How long, in seconds.
    pub seconds: u64,
    /// Whether the server asks for the wait. Otherwise the server has a temporary error.
    pub is_asked_for: bool,
}

/// Called before each long wait.
#[derive(Clone)]
pub struct OnWait(Arc<dyn Fn(Wait) + Send + Sync>);

/// A shorter wait is not reported: a person does not notice it.
const WAIT_TOLD_FROM: Duration = Duration::from_secs(5);

impl OnWait {
    /// Calls this.
    pub fn new(tell: impl Fn(Wait) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Reports a wait, if it is long.
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

/// Does nothing.
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

    /// The texts that must never be shown: these secrets, and the tokens that servers grant for them.
    pub(crate) fn known(&self) -> &KnownSecrets {
        &self.known
    }

    /// A secret, without the line end that an editor adds.
    ///
    /// # Errors
    /// When it is missing or empty: with an empty password, an LDAP server signs in anonymously (RFC 4513, 5.1.2).
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

    pub(crate) fn of(position: &impl serde::Serialize) -> Result<Self, Error> {
        serde_json::to_string(position).map(Self).map_err(|error| Error::Cursor(error.to_string()))
    }

    pub(crate) fn position<T: serde::de::DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.0).map_err(|error| Error::Cursor(error.to_string()))
    }
}

/// A cursor may hold the directory's own token for the next page.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursor(..)")
    }
}

/// The secrets that the settings of a source name. The caller must look them up before opening it.
#[must_use]
pub fn secrets_of(settings: &SourceSettings) -> Vec<&SecretRef> {
    settings.exposure().map(|exposure| exposure.secret).into_iter().collect()
}
