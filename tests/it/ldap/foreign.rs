//! OpenLDAP and Samba's Active Directory as they are: what they hold is made by the scripts that start them.

mod openldap;
mod samba;

/// A setting of the server's, from the environment.
fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; tests/outside/directories does"))
}
