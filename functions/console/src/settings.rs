//! The settings of this function, as `template.yaml` puts them into its environment. Below everything here.

use crate::error::Error;
use rollcall_config::SecretRef;
use url::{Host, Url};

/// Who signs people in, and where browsers find the console.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The provider, whose tokens the API accepts: https, or this machine.
    pub(crate) issuer: Url,
    /// The name under which the provider knows the console; without one nobody can sign in.
    pub(crate) client_id: Option<String>,
    /// Where the client's secret lies; a public client has none.
    pub(crate) client_secret: Option<SecretRef>,
    /// What is asked of the provider; `openid` is among it.
    pub(crate) scopes: Vec<String>,
    /// Where browsers reach the API, if that is not its own domain name. Has no path.
    pub(crate) public_url: Option<Url>,
}

impl Settings {
    /// Reads them by their names; one that is empty is none.
    ///
    /// # Errors
    /// [`Error::Setting`] says which one cannot be meant.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let get = |name: &str| variable(name).filter(|text| !text.is_empty());
        let url = |name: &'static str| {
            let parse = |text: String| {
                let url = Url::parse(&text).ok().filter(|url| is_safe(url) && url.query().is_none());
                let what = "expected an address with https, as https://login.example.com";
                url.ok_or(Error::Setting { name, what })
            };
            get(name).map(parse).transpose()
        };
        let issuer = url("ROLLCALL_ISSUER")?;
        let scopes = get("ROLLCALL_CONSOLE_SCOPES").unwrap_or_else(|| String::from("openid"));
        let scopes: Vec<String> = scopes.split_whitespace().map(str::to_owned).collect();
        if !scopes.iter().any(|scope| scope == "openid") {
            let what = "expected scopes with a space between them, and `openid` among them";
            return Err(Error::Setting { name: "ROLLCALL_CONSOLE_SCOPES", what });
        }
        Ok(Self {
            issuer: issuer.ok_or(Error::Setting { name: "ROLLCALL_ISSUER", what: "it is not set" })?,
            client_id: get("ROLLCALL_CONSOLE_CLIENT_ID"),
            client_secret: get("ROLLCALL_CONSOLE_CLIENT_SECRET").map(|text| secret(&text)).transpose()?,
            scopes,
            public_url: url("ROLLCALL_PUBLIC_URL")?,
        })
    }
}

/// Whether what is sent there can be read by nobody on the way: https; or this very machine, to try things out.
pub(crate) fn is_safe(url: &Url) -> bool {
    let has_no_user = url.username().is_empty() && url.password().is_none();
    url.has_host() && has_no_user && (url.scheme() == "https" || is_loopback(url))
}

/// Whether it is plain HTTP to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && is_here
}

/// Without what was found: it may be the secret itself.
fn secret(text: &str) -> Result<SecretRef, Error> {
    let what =
        "expected where the secret lies, as secretsmanager:rollcall/console, and never the secret itself";
    SecretRef::parse(text).ok_or(Error::Setting { name: "ROLLCALL_CONSOLE_CLIENT_SECRET", what })
}
