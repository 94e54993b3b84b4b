//! OpenLDAP and Samba's Active Directory as they are: what they hold is made by the scripts that start them.

mod openldap;
mod samba;

use std::time::Duration;

/// As long as Rollcall waits for a directory in earnest: a domain controller takes its time for groups in groups.
const REQUEST: Duration = Duration::from_secs(60);

/// A setting of the server's, from the environment.
fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; tests/outside/directories does"))
}
