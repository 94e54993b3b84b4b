//! Where a secret is stored. The configuration names secrets and never contains one (architecture: Configuration).
//!
//! Promises that a secret written into the file by mistake is not repeated in the message about it.

use crate::mistake::Mistakes;
use crate::value::Setting;
use std::fmt;

/// The name of a secret. The secret itself is looked up when it is needed, and stored nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretRef {
    /// An environment variable.
    Env(String),
    /// A file on the machine that reads the directory.
    File(String),
    /// A parameter of AWS Systems Manager.
    Ssm(String),
    /// A secret of AWS Secrets Manager, by name or ARN.
    SecretsManager(String),
}

impl SecretRef {
    /// Parses it as it is written in the configuration: `env:NAME`, `file:PATH`, `ssm:/PATH`, `secretsmanager:NAME`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        let name = Some(name).filter(|name| !name.trim().is_empty())?.to_owned();
        match kind {
            "env" => Some(Self::Env(name)),
            "file" => Some(Self::File(name)),
            "ssm" => Some(Self::Ssm(name)),
            "secretsmanager" => Some(Self::SecretsManager(name)),
            _ => None,
        }
    }

    /// Reads a setting that names a secret.
    pub(crate) fn read(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<Self> {
        let secret = setting.value.as_str().and_then(Self::parse);
        if secret.is_none() {
            // Without what was found: it may be the secret itself.
            let what = format!(
                "`{}` must say where the secret is stored: env:NAME, file:PATH, ssm:/PATH or secretsmanager:NAME; \
                 never write the secret itself here{}",
                setting.name,
                setting.in_example()
            );
            mistakes.add(setting.at, what);
        }
        secret
    }
}

/// As it is written in the configuration.
impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{path}"),
            Self::Ssm(path) => write!(f, "ssm:{path}"),
            Self::SecretsManager(name) => write!(f, "secretsmanager:{name}"),
        }
    }
}
