//! The checked settings of a source, which `rollcall-sources` gets.

mod directories;
mod encoding;

pub use directories::*;
pub use encoding::CsvEncoding;

use crate::object_pattern::is_read_by;
use crate::secret::SecretRef;
use rollcall_core::fields::FieldName;
use rollcall_core::source::{SourceKind, SourceName};
use rollcall_core::time::Timestamp;
use std::collections::BTreeMap;

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

    /// Key of the object in the bucket that the source is read from, where it is read from one; or a pattern of keys.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        match &self.settings {
            SourceSettings::Csv(settings) => Some(&settings.object),
            SourceSettings::Ldap(_) | SourceSettings::Entra(_) | SourceSettings::Okta(_) => None,
        }
    }

    /// Whether it reads the object with this key: the one that is named, or one that fits its pattern (rule 44).
    #[must_use]
    pub fn reads(&self, key: &str) -> bool {
        self.object().is_some_and(|object| is_read_by(object, key))
    }

    /// The file beside the configuration with the certificates that the server's is checked against.
    #[must_use]
    pub fn ca_file(&self) -> Option<&str> {
        self.settings.ca_file()
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
    /// Key of the object in the bucket, or a pattern of keys.
    pub object: String,
    /// Heading of the column that is the match key.
    pub match_field: String,
    /// Heading of the column that is the immutable id, if the file has one.
    pub immutable_id: Option<String>,
    /// How the bytes are to be read.
    pub encoding: CsvEncoding,
    /// What separates the columns; found out from the header line where not set.
    pub delimiter: Option<u8>,
    /// How many lines are above the headings (rule 41).
    pub skip_lines: u64,
    /// Whether a second line of headings is below the first (rule 41).
    pub second_headings: bool,
    /// Which columns become which account fields.
    pub mapping: Mapping,
    /// Words that mean enabled in the status column, compared folded.
    pub truthy: Vec<String>,
    /// Words that mean disabled in the status column, compared folded.
    pub falsy: Vec<String>,
}

/// Account fields and the columns they come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Column of the username. Without it, the match key is the username.
    pub username: Option<String>,
    /// Column that says whether the person is enabled.
    pub active: Option<String>,
    /// Column that says whether the person administers the application.
    pub admin: Option<String>,
    /// The other fields.
    pub fields: BTreeMap<FieldName, FieldMapping>,
}

impl Mapping {
    /// The configured mapping, or the usual fields. The username comes from the usual attribute unless another is
    /// configured.
    #[must_use]
    pub fn or_usual(configured: Option<Self>, username: &str, fields: &[(&str, &str)]) -> Self {
        let mut mapping = configured.unwrap_or_else(|| {
            let field = |(name, column): &(&str, &str)| {
                let from = FieldMapping { column: (*column).to_owned(), clears: false };
                FieldName::parse(name).ok().map(|name| (name, from))
            };
            Self { fields: fields.iter().filter_map(field).collect(), ..Self::default() }
        });
        mapping.username.get_or_insert_with(|| username.to_owned());
        mapping
    }
}

/// Where one account field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMapping {
    /// Heading of the column.
    pub column: String,
    /// Whether an empty value clears the field (rule 9: only if configured).
    pub clears: bool,
}

/// The most fields one source may map: the planner's index keeps one bit for each.
pub const MAPPED_FIELDS_MAX: usize = 24;
