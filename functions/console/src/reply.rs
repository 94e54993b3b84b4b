//! What is sent to the browser: a page of the console, and cookies.

use aws_lambda_events::encodings::Body;
use aws_lambda_events::event::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::http::{HeaderMap, HeaderName, HeaderValue};
use rollcall_console::Response;

/// A page, and the cookies that go with it.
pub(crate) struct Reply {
    response: Response,
    cookies: Vec<String>,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self { response, cookies: Vec::new() }
    }
}

impl Reply {
    /// The same with these cookies.
    pub(crate) fn with(mut self, cookies: impl IntoIterator<Item = String>) -> Self {
        self.cookies.extend(cookies);
        self
    }

    /// As API Gateway expects it.
    pub(crate) fn into_event(self) -> ApiGatewayV2httpResponse {
        let mut headers = HeaderMap::new();
        for (name, value) in self.response.headers {
            // None of our own has a character that a header cannot have.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers.insert("strict-transport-security", HeaderValue::from_static("max-age=31536000"));
        let mut event = ApiGatewayV2httpResponse::default();
        event.status_code = i64::from(self.response.status);
        event.headers = headers;
        event.body = Some(Body::Text(self.response.body));
        event.cookies = self.cookies;
        event
    }
}
