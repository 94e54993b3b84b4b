//! A browser's request, read from the event of API Gateway.

use crate::error::Error;
use crate::settings::Settings;
use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rollcall_console::{Form, read_form};
use url::{Url, form_urlencoded};

/// A request of a browser. Its cookies are secret, and so it cannot be printed.
pub(crate) struct Visit {
    pub(crate) method: String,
    pub(crate) path: String,
    /// As it was sent.
    pub(crate) raw_query: String,
    /// `name=value`.
    pub(crate) cookies: Vec<String>,
    /// Where browsers and this function reach the API.
    pub(crate) base: Url,
    origin: Option<String>,
    fetch_mode: Option<String>,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Visit {
    /// The request of an event.
    pub(crate) fn of(event: ApiGatewayV2httpRequest, settings: &Settings) -> Result<Self, Error> {
        let base = match &settings.public_url {
            Some(url) => url.clone(),
            None => own_address(event.request_context.domain_name.as_deref())?,
        };
        let header =
            |name: &str| event.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (origin, fetch_mode) = (header("origin"), header("sec-fetch-mode"));
        let content_type = header("content-type");
        // API Gateway takes them out of the headers; others that speak its events do not.
        let in_header = || header("cookie").unwrap_or_default().split(';').map(str::to_owned).collect();
        let cookies = event.cookies.unwrap_or_else(in_header);
        let body = event.body.unwrap_or_default().into_bytes();
        let body = if event.is_base64_encoded {
            // What cannot be decoded has no fields, which forms then miss.
            BASE64_STANDARD.decode(body).unwrap_or_default()
        } else {
            body
        };
        Ok(Self {
            method: event.request_context.http.method.to_string(),
            path: event.raw_path.unwrap_or_else(|| String::from("/")),
            raw_query: event.raw_query_string.unwrap_or_default(),
            cookies,
            base,
            origin,
            fetch_mode,
            content_type,
            body,
        })
    }

    /// Whether a page of ours sent it.
    pub(crate) fn is_from_us(&self) -> bool {
        self.origin.as_deref() == Some(self.base.origin().ascii_serialization().as_str())
    }

    /// Whether what is answered becomes the page that somebody sees. Browsers that do not say so count as if it did.
    pub(crate) fn is_navigation(&self) -> bool {
        self.fetch_mode.as_deref().is_none_or(|mode| mode == "navigate")
    }

    pub(crate) fn query(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.raw_query.as_bytes()).into_owned().collect()
    }

    /// A parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.query().into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    pub(crate) async fn form(&self) -> Form {
        read_form(self.content_type.as_deref(), &self.body).await
    }

    /// A cookie's value.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.cookies, name)
    }
}

/// The value of a cookie among these.
pub(crate) fn cookie<'a>(cookies: &'a [String], name: &str) -> Option<&'a str> {
    // No more than spaces: a browser that is given a name beginning with another white space holds no `__Host-` against it.
    cookies.iter().find_map(|cookie| cookie.trim_matches(' ').strip_prefix(name)?.strip_prefix('='))
}

/// API Gateway routes by this name, so nobody can make it up.
fn own_address(domain: Option<&str>) -> Result<Url, Error> {
    let domain = domain.filter(|domain| !domain.is_empty()).ok_or(Error::NoDomain)?;
    Url::parse(&format!("https://{domain}")).map_err(|_| Error::NoDomain)
}
