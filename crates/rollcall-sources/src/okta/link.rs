//! The link to the next page: found in the headers, and followed within the organisation only.
//!
//! Okta sends a `Link` line for each link; proxies join them with commas (RFC 8288). Promises that a header that
//! cannot be read is an error: it could contain the link to the next page.

use crate::known_secrets::STRUCK;
use reqwest::header::{HeaderMap, LINK};
use url::Url;

/// The domains of Okta organisations. Each has a second host, for its administrators: `example-admin.okta.com`.
const DOMAINS: [&str; 5] = [".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com", ".okta.mil"];

/// The address of the next page, as it is in the header. `None` after the last page.
pub(super) fn next(headers: &HeaderMap) -> Result<Option<String>, String> {
    let mut found: Option<String> = None;
    for value in headers.get_all(LINK) {
        let unreadable =
            || String::from("the links on it cannot be read; expected `<address>; rel=\"next\"`");
        let value = value.to_str().map_err(|_| unreadable())?;
        for link in split(value, ',').into_iter().map(str::trim).filter(|link| !link.is_empty()) {
            let (address, is_next) = parse(link).ok_or_else(unreadable)?;
            if is_next && found.as_deref().is_some_and(|known| known != address) {
                return Err(String::from("it has two links to a next page"));
            }
            if is_next {
                found = Some(address.to_owned());
            }
        }
    }
    Ok(found)
}

/// A link's address, and whether it leads to the next page.
fn parse(link: &str) -> Option<(&str, bool)> {
    let (address, parameters) = link.strip_prefix('<')?.split_once('>')?;
    let mut is_next = false;
    for parameter in split(parameters, ';') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if name.trim().eq_ignore_ascii_case("rel") {
            let kinds = value.trim().trim_matches('"').split_ascii_whitespace();
            is_next |= kinds.into_iter().any(|kind| kind.eq_ignore_ascii_case("next"));
        }
    }
    Some((address, is_next))
}

/// The parts between separators that are neither in an address nor in quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut is_address, mut is_quoted) = (false, false);
    text.split(|c: char| {
        match c {
            '"' if !is_address => is_quoted = !is_quoted,
            '<' if !is_quoted => is_address = true,
            '>' => is_address = false,
            _ => {}
        }
        c == separator && !is_address && !is_quoted
    })
    .collect()
}

/// A link as an address that may be followed. The error says why not.
pub(super) fn resolve(link: &str, base: &Url) -> Result<Url, String> {
    if link.contains(STRUCK) {
        return Err(String::from("the link to its next page contains a secret that is used for Okta"));
    }
    let url =
        base.join(link).map_err(|error| format!("the link to its next page is not an address ({error})"))?;
    if is_own(&url, base) {
        return Ok(url);
    }
    // Only the host is shown: the rest may be secret, or the text of another server.
    let host = url.host_str().unwrap_or_default();
    Err(format!("the link to its next page leads to {}://{host}, which must not see the token", url.scheme()))
}

/// Whether an address is the organisation's: the same origin, or the other host of the pair.
pub(super) fn is_own(url: &Url, base: &Url) -> bool {
    let has_no_name = url.username().is_empty() && url.password().is_none();
    let is_pair = || {
        let hosts = url.host_str().and_then(organisation).zip(base.host_str().and_then(organisation));
        let is_same_org = hosts.is_some_and(|(one, other)| one == other);
        let is_safe = url.scheme() == "https" && base.scheme() == "https";
        is_same_org && is_safe && url.port_or_known_default() == base.port_or_known_default()
    };
    has_no_name && (crate::http::is_same_server(url, base) || is_pair())
}

/// The organisation of a host of Okta's, and its domain.
fn organisation(host: &str) -> Option<(&str, &str)> {
    let domain = DOMAINS.iter().find(|domain| host.ends_with(*domain))?;
    let label = host.strip_suffix(domain)?;
    let label = label.strip_suffix("-admin").unwrap_or(label);
    (!label.is_empty() && !label.contains('.')).then_some((label, domain))
}

#[cfg(test)]
mod tests {
    use super::{is_own, next, resolve};
    use reqwest::header::{HeaderMap, HeaderValue, LINK};
    use url::Url;

    const SELF: &str = "<https://a.okta.com/users?limit=2>; rel=\"self\"";
    const NEXT: &str = "<https://a.okta.com/users?after=1,2;x&limit=2>; rel=\"next\"";
    const NEXT_ADDRESS: &str = "https://a.okta.com/users?after=1,2;x&limit=2";

    fn of(lines: &[&str]) -> Result<Option<String>, String> {
        let headers = lines.iter().map(|line| (LINK, HeaderValue::from_str(line).unwrap()));
        next(&headers.fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(name, value);
            headers
        }))
    }

    #[test]
    fn next_link_is_found_in_one_header_or_several() {
        let is_found = Ok(Some(NEXT_ADDRESS.to_owned()));
        assert_eq!(of(&[SELF, NEXT]), is_found);
        assert_eq!(of(&[NEXT, SELF]), is_found);
        assert_eq!(of(&[&format!("{SELF}, {NEXT}")]), is_found);
        assert_eq!(of(&[&format!("{SELF},{NEXT},")]), is_found);
        assert_eq!(of(&[&format!("{NEXT}, {NEXT}")]), is_found);
        for rel in
            ["rel=next", "REL=\"Next\"", "title=\"a, b; c\"; rel = \"prev next\"", "x; rel=\"next\"; y=1"]
        {
            assert_eq!(of(&[&format!("<{NEXT_ADDRESS}>; {rel}")]), is_found, "{rel}");
        }
    }

    #[test]
    fn listing_ends_without_a_next_link() {
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&[SELF]), Ok(None));
        assert_eq!(of(&[""]), Ok(None));
        assert_eq!(of(&["<https://a.okta.com/next>; rel=\"nextish\"; title=\"rel=next\""]), Ok(None));
    }

    #[test]
    fn unreadable_link_is_an_error() {
        for line in
            ["https://a.okta.com/users; rel=\"next\"", "<https://a.okta.com/users; rel=\"next\"", "next"]
        {
            assert!(of(&[line]).is_err(), "{line}");
        }
        let two = of(&[NEXT, "<https://a.okta.com/other>; rel=\"next\""]);
        assert!(two.unwrap_err().contains("two links"));
        let mut headers = HeaderMap::new();
        headers.append(LINK, HeaderValue::from_bytes(b"<https://a/\xff>; rel=\"next\"").unwrap());
        assert!(next(&headers).is_err());
    }

    #[test]
    fn only_the_hosts_of_the_organisation_see_the_token() {
        let url = |text: &str| Url::parse(text).unwrap();
        let base = url("https://acme.okta.com");
        let admin = url("https://acme-admin.okta.com");
        for own in ["https://acme.okta.com/x", "https://acme-admin.okta.com/x", "https://acme.okta.com:443/x"]
        {
            assert!(is_own(&url(own), &base) && is_own(&url(own), &admin), "{own}");
        }
        for foreign in [
            "http://acme.okta.com/x",
            "https://acme.okta.com:8443/x",
            "https://evil.okta.com/x",
            "https://acme.okta.com.evil.example/x",
            "https://acme.oktapreview.com/x",
            "https://acme-admin-admin.okta.com/x",
            "https://me@acme.okta.com/x",
            "https://x.acme.okta.com/x",
            "https://evil.example/acme.okta.com",
        ] {
            assert!(!is_own(&url(foreign), &base), "{foreign}");
        }
        let other = url("https://id.example.com");
        assert!(!is_own(&url("https://id-admin.example.com/x"), &other));
        assert!(!is_own(&url("http://127.0.0.1:2/x"), &url("http://127.0.0.1:1")));
    }

    #[test]
    fn link_to_another_host_is_refused_without_its_query() {
        let base = Url::parse("https://acme.okta.com").unwrap();
        let refused = resolve("https://evil.example/users?after=hunter2", &base).unwrap_err();
        assert!(refused.contains("https://evil.example,") && !refused.contains("hunter2"), "{refused}");
        assert!(resolve("//evil.example/users", &base).is_err());
        assert!(resolve("https://[", &base).is_err());
        assert_eq!(resolve("/users?after=1", &base).unwrap().as_str(), "https://acme.okta.com/users?after=1");
    }
}
