//! The checked settings of a source, which `rollcall-sources` gets.

mod directories;
mod mapping;

pub use directories::*;
pub use mapping::*;

use crate::secret::SecretRef;
use crate::template::Template;
use rollcall_core::source::{SourceKind, SourceName};
use rollcall_core::time::Timestamp;

/// One configured source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceConfig {
    /// Its name.
    pub name: SourceName,
    /// Its settings, by kind.
    pub settings: SourceSettings,
    /// The day on which its credential expires, in UTC, if a person has said so (rule 66).
    pub credential_expires: Option<Timestamp>,
}

/// The settings of each kind of source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceSettings {
    /// A CSV file at a fixed place in the bucket.
    Csv(CsvSettings),
    /// Active Directory, or any other LDAP directory.
    Ldap(LdapSettings),
    /// Entra ID.
    Entra(EntraSettings),
    /// Okta.
    Okta(OktaSettings),
}

impl SourceConfig {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> SourceKind {
        match self.settings {
            SourceSettings::Csv(_) => SourceKind::Csv,
            SourceSettings::Ldap(_) => SourceKind::Ldap,
            SourceSettings::Entra(_) => SourceKind::Entra,
            SourceSettings::Okta(_) => SourceKind::Okta,
        }
    }

    /// Key of the object in the bucket that the source is read from, where it is read from one.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        match &self.settings {
            SourceSettings::Csv(settings) => Some(&settings.object),
            SourceSettings::Ldap(_) | SourceSettings::Entra(_) | SourceSettings::Okta(_) => None,
        }
    }

    /// The file beside the configuration with the certificates that the server's is checked against.
    #[must_use]
    pub fn ca_file(&self) -> Option<&str> {
        self.settings.ca_file()
    }
}

impl CsvSettings {
    /// The headings that the settings name, each once, in no order that means anything.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let people = std::iter::once(&self.match_field).chain(&self.immutable_id).flat_map(Template::columns);
        let mut columns: Vec<&str> = Vec::new();
        for column in people.chain(self.mapping.columns()) {
            if !columns.contains(&column.as_str()) {
                columns.push(column);
            }
        }
        columns
    }
}

impl SourceSettings {
    /// See [`SourceConfig::ca_file`].
    #[must_use]
    pub fn ca_file(&self) -> Option<&str> {
        match self {
            Self::Ldap(settings) => settings.ca_file.as_deref(),
            Self::Csv(_) | Self::Entra(_) | Self::Okta(_) => None,
        }
    }

    /// Which secret the source shows, and to whom: a person who may choose both can send it to a server of their own.
    #[must_use]
    pub fn exposure(&self) -> Option<Exposure<'_>> {
        match self {
            Self::Csv(_) => None,
            Self::Ldap(settings) => {
                Some(Exposure { secret: &settings.bind_password, to: vec![&settings.url] })
            }
            Self::Entra(settings) => Some(Exposure {
                secret: settings.credential.secret(),
                to: vec![&settings.login_url, &settings.tenant, &settings.graph_url],
            }),
            Self::Okta(settings) => {
                Some(Exposure { secret: settings.credential.secret(), to: vec![&settings.url] })
            }
        }
    }
}

/// A secret, and the servers that it is shown to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure<'a> {
    /// The secret.
    pub secret: &'a SecretRef,
    /// What says which servers they are.
    pub to: Vec<&'a str>,
}

/// Settings of a CSV source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvSettings {
    /// Key of the object in the bucket.
    pub object: String,
    /// What the match key is made of.
    pub match_field: Template,
    /// What the immutable id is made of, if the file has one.
    pub immutable_id: Option<Template>,
    /// How the bytes are to be read.
    pub encoding: CsvEncoding,
    /// What separates the columns; found out from the header line where not set.
    pub delimiter: Option<u8>,
    /// Which columns become which account fields.
    pub mapping: Mapping,
}

/// How a CSV file's bytes become text. A byte order mark always wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvEncoding {
    /// UTF-8, or UTF-16 with a byte order mark.
    Utf8,
    /// Windows-1252, as older Excel writes it in Western Europe. By choice only: it cannot be lines for certain.
    Windows1252,
}
