//! What the host says itself, in words: about signing in and out, and what an operator has to put right.

use crate::error::Error;
use rollcall_console::{Link, Response, message};

fn link(to: impl Into<String>, text: &'static str) -> Link {
    Link { to: to.into(), text }
}

/// There is nobody to sign in with.
pub(crate) fn not_set_up() -> Response {
    let detail = "Nobody can sign in here yet. Register a client for the console with the OpenID Connect provider of this \
                  installation, with the redirect address that infra/README.md names, and deploy with its id as \
                  ConsoleClientId. Until then the HTTP API and `rollcall --remote` do everything that the console does.";
    message(503, "The console is not set up", detail, &[])
}

/// A form from elsewhere.
pub(crate) fn not_from_here() -> Response {
    let detail = "Only the console's own pages may send its forms, and this one came from elsewhere. Nothing was done. If it was \
                  your own page, the address in your browser is not the one in PublicUrl.";
    message(403, "Not from here", detail, &[link("/console", "To the overview")])
}

/// No page to be seen: a script's request.
pub(crate) fn signed_out() -> Response {
    message(401, "You are not signed in", "Load the page anew to sign in.", &[])
}

/// A form, or a list, that a session was too old for.
pub(crate) fn sign_in_again(to: &str, is_lost: bool) -> Response {
    let detail = match is_lost {
        true => "Your session had ended, so nothing was done. Sign in, and send the form once more.",
        false => "Your session has ended. Sign in, and you come back to where you were.",
    };
    message(401, "Please sign in again", detail, &[link(to, "Sign in")])
}

/// After signing out here. Where people sign out of the provider, and what it wants to know for that, each has its own way.
pub(crate) fn signed_out_now() -> Response {
    let detail = "This browser has forgotten your session with Rollcall. Your session with the provider goes on, and so the \
                  next sign-in may ask for no password: sign out there, too, if others use this browser.";
    message(200, "You are signed out", detail, &[link("/console", "Sign in again")])
}

/// The browser does not know of this sign-in.
pub(crate) fn not_begun_here() -> Response {
    let detail = "This browser has begun no such sign-in, or more than ten minutes ago, or another one since. Nobody was signed in.";
    message(400, "The sign-in cannot be finished", detail, &[link("/console", "Sign in")])
}

/// The provider sent the browser back with an error (RFC 6749, 4.1.2.1).
pub(crate) fn provider_refused(error: &str, description: Option<&str>) -> Response {
    let detail = match error {
        "access_denied" => String::from(
            "The provider did not let you in; ask its administrator to assign the console to you.",
        ),
        error => format!("The provider answered {error}: {}", description.unwrap_or("it does not say why.")),
    };
    message(403, "You were not signed in", &detail, &[link("/console", "Try again")])
}

/// Something is wrong between us and the provider.
pub(crate) fn failed(error: &Error) -> Response {
    let try_again = [link("/console", "Try again")];
    match error {
        Error::TooLarge { bytes } => {
            let detail = format!(
                "The provider's token for you has {bytes} bytes, more than the 7,000 that fit into a browser's cookies. Let the \
                 provider put fewer groups into the console's tokens, best only those that [roles] names."
            );
            message(502, "Your token is too large", &detail, &try_again)
        }
        Error::Secret(_) | Error::Setting { .. } | Error::Tls(_) | Error::NoDomain => {
            let detail = format!("Nobody can be signed in: {error}. The console's log says more.");
            message(500, "The console is not set up as it must be", &detail, &[])
        }
        Error::Provider { what, .. } => {
            let detail = format!(
                "It failed when {what}. Try again in a moment; if that does not help, the console's log has the reason, and \
                 JwtIssuer, ConsoleClientId, ConsoleClientSecret and ConsoleScopes are what to compare."
            );
            message(502, "The provider cannot sign you in", &detail, &try_again)
        }
    }
}
