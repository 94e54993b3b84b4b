//! The checked settings of a source, which `rollcall-sources` gets.

mod directories;
mod encoding;
mod mapping;

pub use directories::*;
pub use encoding::CsvEncoding;
pub use mapping::*;

use crate::lines::Lines;
use crate::object_pattern::is_read_by;
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

    /// Whether it finds people by the same key as another, so that it knows the accounts that the other has made.
    #[must_use]
    pub fn has_key_of(&self, other: &Self) -> bool {
        match (&self.settings, &other.settings) {
            (SourceSettings::Csv(one), SourceSettings::Csv(two)) => one.match_field == two.match_field,
            (SourceSettings::Ldap(one), SourceSettings::Ldap(two)) => one.match_field == two.match_field,
            (SourceSettings::Entra(one), SourceSettings::Entra(two)) => one.match_field == two.match_field,
            (SourceSettings::Okta(one), SourceSettings::Okta(two)) => one.match_field == two.match_field,
            (
                SourceSettings::Csv(_)
                | SourceSettings::Ldap(_)
                | SourceSettings::Entra(_)
                | SourceSettings::Okta(_),
                _,
            ) => false,
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
    /// The mapping, where one is configured.
    #[must_use]
    pub fn mapping(&self) -> Option<&Mapping> {
        match self {
            Self::Csv(settings) => Some(&settings.mapping),
            Self::Ldap(settings) => settings.mapping.as_ref(),
            Self::Entra(settings) => Some(&settings.mapping),
            Self::Okta(settings) => Some(&settings.mapping),
        }
    }

    /// See [`SourceConfig::ca_file`].
    #[must_use]
    pub fn ca_file(&self) -> Option<&str> {
        match self {
            Self::Ldap(settings) => settings.ca_file.as_deref(),
            Self::Csv(_) | Self::Entra(_) | Self::Okta(_) => None,
        }
    }

    /// Where the settings of a directory are written.
    #[must_use]
    pub fn lines(&self) -> Option<&Lines> {
        match self {
            Self::Csv(_) => None,
            Self::Ldap(settings) => Some(&settings.lines),
            Self::Entra(settings) => Some(&settings.lines),
            Self::Okta(settings) => Some(&settings.lines),
        }
    }

    /// Which secret the source shows, and to whom: a person who may choose both can send it to a server of their own.
    #[must_use]
    pub fn exposure(&self) -> Option<Exposure<'_>> {
        match self {
            Self::Csv(_) => None,
            Self::Ldap(settings) => {
                let to = settings.urls.iter().map(String::as_str).collect();
                Some(Exposure { secret: &settings.bind_password, to })
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
    /// What the match key is made of.
    pub match_field: Template,
    /// What the immutable id is made of, if the file has one.
    pub immutable_id: Option<Template>,
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
}
