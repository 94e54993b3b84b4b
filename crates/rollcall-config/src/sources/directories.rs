//! Settings of the sources that are read over a network: LDAP, Entra ID, Okta.

use super::Mapping;
use crate::lines::Lines;
use crate::secret::SecretRef;

/// A syncing group: its members are in scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name, distinguished name or id, depending on the kind of directory.
    pub name: String,
    /// Who gets a seat first (rule 13a): the lower number. All are equal if none is configured.
    pub priority: u16,
}

/// Settings of an LDAP source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LdapSettings {
    /// `ldaps://host` or `ldap://host`, with a port where it is not the usual one. At least one; the next is asked where one
    /// cannot be reached. All must be servers of one directory.
    pub urls: Vec<String>,
    /// Whether an `ldap://` connection is encrypted before anything is sent.
    pub start_tls: bool,
    /// An object under `config/` with the certificates against which the server's is checked, in PEM form. Without it,
    /// the certificates that this machine trusts are used.
    pub ca_file: Option<String>,
    /// The account that reads: a distinguished name, or in Active Directory a user principal name.
    pub bind_dn: String,
    /// That account's password.
    pub bind_password: SecretRef,
    /// The distinguished name below which people and groups are searched.
    pub base: String,
    /// The distinguished name below which groups are searched; `base` if none is configured.
    pub group_base: Option<String>,
    /// The attribute by which people are matched; the distinguished name if none is configured.
    pub match_field: Option<String>,
    /// The syncing groups, at least one.
    pub groups: Vec<Group>,
    /// An additional filter for people, in LDAP's notation.
    pub user_filter: Option<String>,
    /// How many entries are requested at a time.
    pub page_items: u32,
    /// Which attributes become which account fields; the usual ones of the kind of server if none is configured.
    pub mapping: Option<Mapping>,
    /// Where each setting is written.
    pub lines: Lines,
}

/// Settings of an Entra ID source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntraSettings {
    /// The tenant: a domain or an id.
    pub tenant: String,
    /// The registered application.
    pub client_id: String,
    /// The credential of the application.
    pub credential: EntraCredential,
    /// The security groups, at least one.
    pub groups: Vec<Group>,
    /// By what people are matched.
    pub match_field: EntraMatchField,
    /// Whether guests are included.
    pub guests: bool,
    /// The server that gives tokens, without a slash at the end.
    pub login_url: String,
    /// The address of Graph, without a slash at the end.
    pub graph_url: String,
    /// How many users are requested at a time at most.
    pub page_items: u32,
    /// Which properties become which account fields.
    pub mapping: Mapping,
    /// Where each setting is written.
    pub lines: Lines,
}

/// The credential of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntraCredential {
    /// A client secret.
    Secret(SecretRef),
    /// A certificate and its private key, both in one text in PEM form.
    Certificate(SecretRef),
    /// A token of another identity provider, read each time.
    FederatedToken(SecretRef),
}

impl EntraCredential {
    /// The name of its secret.
    #[must_use]
    pub fn secret(&self) -> &SecretRef {
        match self {
            Self::Secret(name) | Self::Certificate(name) | Self::FederatedToken(name) => name,
        }
    }
}

/// By what people in Entra ID are matched (section 2 of the rules).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntraMatchField {
    /// The on-premises distinguished name, or the user principal name of a person without one.
    Dn,
    /// The user principal name.
    Upn,
    /// The e-mail address.
    Mail,
    /// The number in the personnel system.
    EmployeeId,
    /// The on-premises id (`onPremisesImmutableId`), which is the same in Active Directory.
    OnPremisesImmutableId,
}

/// Settings of an Okta source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OktaSettings {
    /// The organisation's address, without a slash at the end.
    pub url: String,
    /// The credential.
    pub credential: OktaCredential,
    /// The groups, at least one.
    pub groups: Vec<Group>,
    /// Statuses of people who count as active, in capitals.
    pub active_statuses: Vec<String>,
    /// The profile attribute by which people are matched.
    pub match_field: String,
    /// How many people are requested at a time at most.
    pub page_items: u32,
    /// Which profile attributes become which account fields.
    pub mapping: Mapping,
    /// Where each setting is written.
    pub lines: Lines,
}

/// The credential for Okta.
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
        /// The id of the key, if the application has several.
        key_id: Option<String>,
    },
}

impl OktaCredential {
    /// The name of its secret.
    #[must_use]
    pub fn secret(&self) -> &SecretRef {
        match self {
            Self::Token(name) | Self::PrivateKey { private_key: name, .. } => name,
        }
    }
}
