//! A browser, as far as it matters: keeps cookies, says where a form comes from, and goes where it is sent.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rollcall::events;
use rollcall_console_host::{Site, handle};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) struct Browser {
    site: Site,
    origin: String,
    pub(super) cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: u64,
    pub(super) body: String,
    pub(super) location: String,
}

impl Browser {
    pub(super) fn new(site: Site, origin: &str) -> Self {
        Self { site, origin: origin.to_owned(), cookies: BTreeMap::new() }
    }

    /// Opens an address of the console: by a link, a bookmark, or because it was sent there.
    pub(super) async fn open(&mut self, address: &str) -> Page {
        self.send("GET", address, &[("sec-fetch-mode", "navigate")], None).await
    }

    /// Sends a form of the console's own.
    pub(super) async fn submit(&mut self, path: &str, form: &str) -> Page {
        let origin = self.origin.clone();
        self.send("POST", path, &[("sec-fetch-mode", "navigate"), ("origin", &origin)], Some(form)).await
    }

    /// Any request of this browser.
    pub(super) async fn send(
        &mut self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        form: Option<&str>,
    ) -> Page {
        let address = address.strip_prefix(&self.origin).unwrap_or(address);
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut event = events::http_event(&Value::Null, "nobody");
        event["requestContext"].as_object_mut().unwrap().remove("authorizer");
        event["requestContext"]["http"]["method"] = json!(method);
        event["rawPath"] = json!(path);
        event["rawQueryString"] = json!(query);
        event["cookies"] = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        event["headers"] = headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        // As API Gateway does with forms.
        event["body"] = json!(BASE64_STANDARD.encode(form.unwrap_or_default()));
        event["isBase64Encoded"] = json!(true);
        let answer = handle(event, &self.site).await.unwrap();
        for cookie in answer["cookies"].as_array().into_iter().flatten() {
            self.keep(cookie.as_str().unwrap());
        }
        let header = |name: &str| answer["headers"][name].as_str().unwrap_or_default().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{answer}");
        assert_eq!(header("x-frame-options"), "DENY");
        assert!(header("strict-transport-security").contains("max-age"));
        if !path.contains('.') {
            assert_eq!(header("cache-control"), "no-store");
        }
        Page {
            status: answer["statusCode"].as_u64().unwrap(),
            body: answer["body"].as_str().unwrap_or_default().to_owned(),
            location: header("location"),
        }
    }

    /// Keeps a cookie, if it is as safe as all of ours must be.
    fn keep(&mut self, cookie: &str) {
        let mut parts = cookie.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attributes: Vec<&str> = parts.collect();
        assert!(name.starts_with("__Host-") && cookie.len() <= 4096, "{cookie}");
        for needed in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(attributes.contains(&needed), "{needed}: {cookie}");
        }
        let age = attributes.iter().find_map(|attribute| attribute.strip_prefix("Max-Age=")).unwrap();
        if age == "0" {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Page {
    /// The page says all of this, with this status.
    pub(super) fn assert_says(&self, status: u64, words: &[&str]) {
        assert_eq!(self.status, status, "{self:?}");
        for word in words {
            assert!(self.body.contains(word), "{word:?} is missing in {}", self.body);
        }
    }

    /// Where the browser is sent.
    pub(super) fn sent_to(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        &self.location
    }
}
