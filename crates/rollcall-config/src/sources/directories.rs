//! Settings of the sources that are asked over a network: LDAP, Entra ID, Okta.

use super::Mapping;
use crate::secret::SecretRef;

/// A syncing group: its members are in scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name, distinguished name or id, as its kind of directory finds it.
    pub name: String,
    /// Who is seated first (product 13a): lower goes first. All alike where none is configured.
    pub priority: u16,
}

/// Settings of an LDAP source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LdapSettings {
    /// `ldaps://host` or `ldap://host`, with a port where it is not the usual one.
    pub url: String,
    /// Whether an `ldap://` connection is encrypted before anything is said on it.
    pub start_tls: bool,
    /// An object under `config/` with the certificates that the server's is checked against, in PEM form; without it
    /// those that this machine trusts.
    pub ca_file: Option<String>,
    /// Who asks: a distinguished name, or in Active Directory a user principal name.
    pub bind_dn: String,
    /// That account's password.
    pub bind_password: SecretRef,
    /// Below which distinguished name people and groups are looked for.
    pub base: String,
    /// The syncing groups, at least one.
    pub groups: Vec<Group>,
    /// A filter that people must match besides, in LDAP's own notation.
    pub user_filter: Option<String>,
    /// How many entries the server is asked for at a time.
    pub page_items: u32,
    /// Which attributes become which account fields; the usual ones of the kind of server where none is said.
    pub mapping: Option<Mapping>,
}

/// Settings of an Entra ID source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntraSettings {
    /// The tenant: a domain or an id.
    pub tenant: String,
    /// The registered application.
    pub client_id: String,
    /// How the application shows who it is.
    pub credential: EntraCredential,
    /// The security groups, at least one.
    pub groups: Vec<Group>,
    /// What people are matched by.
    pub match_field: EntraMatchField,
    /// Whether guests are included.
    pub guests: bool,
    /// Where tokens are given, without a slash at the end.
    pub login_url: String,
    /// Where Graph is, without a slash at the end.
    pub graph_url: String,
    /// Which properties become which account fields.
    pub mapping: Mapping,
}

/// How the application shows who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntraCredential {
    /// A client secret.
    Secret(SecretRef),
    /// A certificate and its private key, both in one text in PEM form.
    Certificate(SecretRef),
    /// A token that another identity provider has given, read anew each time.
    FederatedToken(SecretRef),
}

impl EntraCredential {
    /// The secret that it is.
    #[must_use]
    pub fn secret(&self) -> &SecretRef {
        match self {
            Self::Secret(name) | Self::Certificate(name) | Self::FederatedToken(name) => name,
        }
    }
}

/// What people in Entra ID are matched by (product 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntraMatchField {
    /// The on-premises distinguished name, or the user principal name of who has none.
    Dn,
    /// The user principal name.
    Upn,
}

/// Settings of an Okta source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OktaSettings {
    /// The organisation's address, without a slash at the end.
    pub url: String,
    /// How Rollcall shows who it is.
    pub credential: OktaCredential,
    /// The groups, at least one.
    pub groups: Vec<Group>,
    /// Statuses of people who count as active, in capitals.
    pub active_statuses: Vec<String>,
    /// Which profile attributes become which account fields.
    pub mapping: Mapping,
}

/// How Rollcall shows Okta who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OktaCredential {
    /// An API token.
    Token(SecretRef),
    /// A service application with a key of its own (OAuth 2.0, `private_key_jwt`).
    PrivateKey {
        /// The application.
        client_id: String,
        /// Its private key in PEM form.
        private_key: SecretRef,
        /// Which of the application's keys it is.
        key_id: Option<String>,
    },
}

impl OktaCredential {
    /// The secret that it is.
    #[must_use]
    pub fn secret(&self) -> &SecretRef {
        match self {
            Self::Token(name) | Self::PrivateKey { private_key: name, .. } => name,
        }
    }
}
