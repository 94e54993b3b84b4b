//! A connection to an LDAP server after the sign-in, and the searches on it.
//!
//! Promises: the password is sent only to a server with a trusted certificate (or to this machine), every wait has an
//! end, and referrals are not followed.

use super::entry::LdapEntry;
use super::trust::{hint_of_tls, trust};
use crate::directory::Access;
use crate::error::Error;
use crate::expiry::{self, Expiry};
use crate::known_secrets::KnownSecrets;
use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Scope, SearchEntry, SearchStream};
use rollcall_config::LdapSettings;
use rustls::ClientConfig;
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

/// The longest wait for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// How servers say in the middle of a search that they have forgotten the place (Active Directory keeps few): the control
/// is not available, or they are unwilling. The search can begin anew.
const PLACE_LOST: [u32; 2] = [12, 53];

/// How servers say that a page was too much for them: their time for one request, or the size of a page (OpenLDAP's
/// `size.pr`), is over.
const TOO_LARGE: [u32; 2] = [3, 11];

/// A page is not made smaller than this: the server has another illness then.
const PAGE_ITEMS_MIN: i32 = 25;

/// As much of a server's words is repeated.
const REPLY_CHARS_MAX: usize = 160;

/// What is needed to sign in. Many sessions can begin with it.
#[derive(Clone)]
pub(crate) struct Door {
    /// The servers, all of one directory. The next is tried where one cannot be reached.
    servers: Vec<Address>,
    /// Which of them is meant.
    at: usize,
    start_tls: bool,
    tls: Arc<ClientConfig>,
    bind_dn: String,
    password: String,
    page_items: i32,
    /// Where people and groups are searched.
    base: String,
    group_base: Option<String>,
    deadline: Instant,
    request: Duration,
    secrets: KnownSecrets,
}

/// A server.
#[derive(Clone)]
struct Address {
    url: String,
    host: String,
}

/// A connection after the sign-in.
pub(crate) struct Session {
    ldap: Ldap,
    door: Door,
    /// When the server's certificate expires, where the connection is encrypted.
    pub(crate) certificate: Option<Expiry>,
}

/// A search that returns its entries one by one.
pub(crate) struct Listing {
    stream: SearchStream<'static, String, Vec<String>>,
    door: Door,
    /// The entry below which is searched.
    base: String,
    /// Whether it has returned an entry.
    has_begun: bool,
}

impl Door {
    pub(crate) fn new(settings: &LdapSettings, access: &Access) -> Result<Self, Error> {
        let host = |url: &str| Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let address = |url: &String| Address { url: url.clone(), host: host(url).unwrap_or_default() };
        Ok(Self {
            servers: settings.urls.iter().map(address).collect(),
            at: 0,
            start_tls: settings.start_tls,
            tls: Arc::new(trust(access.ca.as_deref())?),
            bind_dn: settings.bind_dn.clone(),
            password: access.secrets.get(&settings.bind_password)?.to_owned(),
            page_items: i32::try_from(settings.page_items).unwrap_or(i32::MAX),
            base: settings.base.clone(),
            group_base: settings.group_base.clone(),
            deadline: access.deadline,
            request: access.patience.request,
            secrets: access.secrets.known().clone(),
        })
    }

    pub(crate) fn server(&self) -> &str {
        self.servers.get(self.at).map_or("the LDAP server", |server| &server.host)
    }

    /// Begins with the next server from now on: this one has stopped in the middle of something.
    pub(crate) fn turn_to_next(&mut self) {
        self.at = (self.at + 1) % self.servers.len().max(1);
    }

    /// Asks for pages of half the size from now on.
    pub(crate) fn halve_pages(&mut self) {
        self.page_items = (self.page_items / 2).max(PAGE_ITEMS_MIN);
        tracing::info!(
            server = self.server(),
            page_items = self.page_items,
            "the listing begins with smaller pages"
        );
    }

    /// Connects and signs in, to the first server that can be reached.
    pub(crate) async fn enter(&mut self) -> Result<Session, Error> {
        let mut tried = 1;
        loop {
            match self.enter_this().await {
                Err(Error::Unreachable { server, cause }) if tried < self.servers.len() => {
                    tracing::info!(server, cause, "the next LDAP server is asked");
                    self.turn_to_next();
                    tried += 1;
                }
                result => return result,
            }
        }
    }

    async fn enter_this(&self) -> Result<Session, Error> {
        let url = self.servers.get(self.at).map(|server| server.url.clone()).unwrap_or_default();
        let settings = LdapConnSettings::new()
            .set_conn_timeout(self.time()?.min(CONNECT_MAX))
            .set_starttls(self.start_tls)
            .set_config(Arc::clone(&self.tls));
        let connecting = LdapConnAsync::with_settings(settings, &url);
        let connected = tokio::time::timeout(self.time()?, connecting).await;
        let (connection, mut ldap) = match connected {
            Ok(connected) => connected.map_err(|error| self.at_the_door(&url, &error))?,
            Err(_) => return Err(self.unreachable("it does not answer")),
        };
        let secrets = self.secrets.clone();
        tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                let error = secrets.in_words(&error.to_string());
                tracing::debug!(error, "the connection to the LDAP server has ended");
            }
        });
        ldap.with_timeout(self.time()?);
        let answer = ldap.simple_bind(&self.bind_dn, &self.password).await;
        self.is_in(&answer.map_err(|error| self.at_the_door(&url, &error))?)?;
        let certificate = ldap.get_peer_certificate().await.ok().flatten();
        let what = format!("the certificate of {}", self.server());
        let certificate = certificate.and_then(|der| expiry::of_der(&what, &der));
        Ok(Session { ldap, door: self.clone(), certificate })
    }

    /// How long an answer may take.
    fn time(&self) -> Result<Duration, Error> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::TimeIsUp { server: self.server().to_owned() });
        }
        Ok(left.min(self.request))
    }

    /// The result of a bind.
    fn is_in(&self, answer: &LdapResult) -> Result<(), Error> {
        let cure = match answer.rc {
            0 => return Ok(()),
            // Active Directory gives more after "data".
            49 => why_not(&answer.text, &self.bind_dn),
            8 => "the server wants an encrypted connection: write ldaps://, or start_tls = true",
            48 | 53 => "the server does not let this account sign in with a password; ask its administrator",
            51 | 52 => return Err(self.unreachable(&self.reply(answer))),
            _ => "look the code up in the server's documentation",
        };
        Err(Error::Credentials { server: self.server().to_owned(), reply: self.reply(answer), cure })
    }

    /// The result at the end of a search.
    fn has_ended_well(&self, base: &str, answer: &LdapResult) -> Result<(), Error> {
        let server = self.server().to_owned();
        let not_whole = |why: &str| Error::NotWhole {
            of: server.clone(),
            why: format!("{} ({why})", self.reply(answer)),
        };
        match answer.rc {
            0 => Ok(()),
            code if TOO_LARGE.contains(&code) && self.page_items > PAGE_ITEMS_MIN => {
                Err(Error::Overloaded { server: server.clone(), cause: self.reply(answer) })
            }
            3 => Err(not_whole("the server reached its own time limit; set an index, or a narrower `base`")),
            4 => Err(not_whole(
                "the server limits the number of entries for this account: have the limit lifted; in OpenLDAP \
                 olcLimits with size.prtotal=unlimited for `bind_dn`",
            )),
            11 => {
                Err(not_whole("the server's administrative limit is reached; have it lifted for `bind_dn`"))
            }
            32 => Err(Error::Settings {
                what: format!(
                    "{server} has no entry {base:?}{}, or hides it from `bind_dn` ({})",
                    self.setting_of(base),
                    self.reply(answer)
                ),
            }),
            1 | 50 => Err(Error::Forbidden {
                server: server.clone(),
                what: "the search",
                reply: self.reply(answer),
                cure: "let `bind_dn` read people and groups below `base`",
            }),
            51 | 52 | 80 => Err(self.unreachable(&self.reply(answer))),
            _ => Err(Error::Answer { server: server.clone(), what: self.reply(answer) }),
        }
    }

    /// Which setting names the entry below which was searched.
    fn setting_of(&self, base: &str) -> &'static str {
        if base == self.base {
            ", which `base` names"
        } else if Some(base) == self.group_base.as_deref() {
            ", which `group_base` names"
        } else {
            ""
        }
    }

    /// The result of a connection that has just begun. Each side may wait for the other to speak TLS.
    fn at_the_door(&self, url: &str, error: &LdapError) -> Error {
        let failed = self.failed(error);
        if let Error::Unreachable { server, cause } = failed {
            let cause = format!("{cause}{}", hint_of_tls(url, &cause));
            return Error::Unreachable { server, cause };
        }
        failed
    }

    /// The result of a connection.
    fn failed(&self, error: &LdapError) -> Error {
        let cause = self.secrets.in_words(&chain(error));
        if cause.contains("certificate") {
            let what = format!(
                "the certificate of {} is not trusted ({cause}); name the certificates of its issuer as `ca_file`, \
                 and use in `url` a name that it has",
                self.server()
            );
            return Error::Settings { what };
        }
        if matches!(error, LdapError::FilterParsing) {
            return Error::Settings { what: String::from("`user_filter` is not a filter (RFC 4515)") };
        }
        self.unreachable(&cause)
    }

    /// The answer of a server, in short, without the password.
    fn reply(&self, answer: &LdapResult) -> String {
        let text = self.secrets.in_words(answer.text.trim_matches(char::is_control));
        // Active Directory says what matters at the end: "data 52e".
        let text: String = text.chars().take(REPLY_CHARS_MAX).collect();
        format!("LDAP result {}{}{text}", answer.rc, if text.is_empty() { "" } else { ": " })
    }

    fn unreachable(&self, cause: &str) -> Error {
        Error::Unreachable { server: self.server().to_owned(), cause: cause.to_owned() }
    }
}

impl Session {
    /// All results, in memory: for small results.
    pub(crate) async fn find(
        &mut self,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
    ) -> Result<Vec<LdapEntry>, Error> {
        let attributes = attributes.iter().map(|name| (*name).to_owned()).collect();
        let mut listing = self.search(base, scope, filter, attributes).await?;
        let mut found = Vec::new();
        while let Some(entry) = listing.next().await? {
            found.push(entry);
        }
        Ok(found)
    }

    /// The results below a base, one by one.
    pub(crate) async fn list(
        &mut self,
        base: &str,
        filter: &str,
        attributes: Vec<String>,
    ) -> Result<Listing, Error> {
        self.search(base, Scope::Subtree, filter, attributes).await
    }

    async fn search(
        &mut self,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: Vec<String>,
    ) -> Result<Listing, Error> {
        let mut adapters: Vec<Box<dyn Adapter<'static, String, Vec<String>>>> =
            vec![Box::new(EntriesOnly::new())];
        if scope != Scope::Base {
            adapters.push(Box::new(PagedResults::new(self.door.page_items)));
        }
        let door = self.door.clone();
        let ldap = self.ldap.with_timeout(door.time()?);
        let begun = ldap.streaming_search_with(adapters, base, scope, filter, attributes).await;
        let stream = begun.map_err(|error| door.failed(&error))?;
        Ok(Listing { stream, door, base: base.to_owned(), has_begun: false })
    }

    /// The name of the server, for errors.
    pub(crate) fn server(&self) -> &str {
        self.door.server()
    }
}

impl Listing {
    /// The next entry; `None` only after the server has reported success.
    pub(crate) async fn next(&mut self) -> Result<Option<LdapEntry>, Error> {
        // The library's time limit for each message was set when the search began. The deadline may be nearer.
        let next = tokio::time::timeout(self.door.time()?, self.stream.next()).await;
        match next {
            Err(_) => Err(self.door.unreachable("it stopped in the middle of its answer")),
            Ok(Err(error)) => Err(self.door.failed(&error)),
            Ok(Ok(Some(found))) => {
                self.has_begun = true;
                Ok(Some(LdapEntry::new(SearchEntry::construct(found), &self.door.secrets)))
            }
            // A broken connection ends here, too. Only the result shows it.
            Ok(Ok(None)) => {
                let answer = self.stream.finish().await;
                if self.has_begun && PLACE_LOST.contains(&answer.rc) {
                    return Err(self.door.unreachable(&self.door.reply(&answer)));
                }
                self.door.has_ended_well(&self.base, &answer).map(|()| None)
            }
        }
    }
}

/// Active Directory says in the text why it refuses the sign-in (MS-ADTS; the codes are those of Windows).
fn why_not(text: &str, bind_dn: &str) -> &'static str {
    let code = text.split("data ").nth(1).and_then(|rest| rest.split([',', ' ']).next()).unwrap_or_default();
    let has_form = bind_dn.contains(['=', '@', '\\']);
    match code {
        "525" | "52e" if !has_form => {
            "`bind_dn` must be a distinguished name (CN=...), a user principal name (name@example.com) or DOMAIN\\name; or \
             the password is wrong"
        }
        "525" => "there is no such account: correct `bind_dn`",
        "52e" => "the password is wrong: store the right one in the place that `bind_password` names",
        "530" | "531" => {
            "the account may not sign in now or from here; ask the administrator of the directory"
        }
        "532" | "773" => "the account's password has expired: set a new one that does not expire",
        "533" => "the account is disabled: enable it",
        "701" => "the account has expired: lift its expiry",
        "775" => "the account is locked: unlock it, and find the program that uses a wrong password",
        _ => "correct `bind_dn`, or the password in the place that `bind_password` names",
    }
}

/// An error and its causes, in one line.
fn chain(error: &LdapError) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = cause.source();
    }
    text
}
