//! Secrets, read where the configuration says they are: in the environment, in a file, or in a service (AWS).
//!
//! Nothing that is read is kept. Promises that an error names the place of a secret and never its value.

use crate::error::Error;
use async_trait::async_trait;
use rollcall_config::SecretRef;
use std::fmt::Debug;
use std::sync::Arc;

/// The place of a secret that only a service can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretPlace<'a> {
    /// A parameter of Parameter Store, by name.
    Parameter(&'a str),
    /// A secret of Secrets Manager, by name or ARN.
    SecretsManager(&'a str),
}

/// A service that keeps secrets: AWS.
#[async_trait]
pub trait SecretService: Debug + Send + Sync {
    /// The secret at this place; none where there is one, but not as text.
    ///
    /// # Errors
    /// When the service cannot be reached, or refuses.
    async fn read(&self, place: SecretPlace<'_>) -> Result<Option<String>, Error>;
}

/// The secrets that the configuration can name. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct SecretStore {
    service: Option<Arc<dyn SecretService>>,
}

impl SecretStore {
    /// The secrets of this machine: environment variables and files.
    #[must_use]
    pub fn local() -> Self {
        Self::default()
    }

    /// The secrets of this machine, and those that the service keeps.
    #[must_use]
    pub fn served_by(service: Arc<dyn SecretService>) -> Self {
        Self { service: Some(service) }
    }

    /// The secret of this name, as it is stored.
    ///
    /// # Errors
    /// [`Error::Secret`] when it is missing or cannot be read here; its text says what to do. Or the service fails.
    pub async fn read(&self, name: &SecretRef) -> Result<String, Error> {
        let missing = |why: String| Error::Secret { name: name.to_string(), why };
        match name {
            SecretRef::Env(variable) => std::env::var(variable)
                .map_err(|_| missing(format!("the environment has no variable {variable}; set it"))),
            SecretRef::File(path) => {
                let read = tokio::fs::read_to_string(path).await;
                read.map_err(|error| missing(format!("the file cannot be read ({})", error.kind())))
            }
            SecretRef::Ssm(path) => {
                let read = self.service(name)?.read(SecretPlace::Parameter(path)).await?;
                read.ok_or_else(|| missing(String::from("the parameter has no value; set it")))
            }
            SecretRef::SecretsManager(id) => {
                let read = self.service(name)?.read(SecretPlace::SecretsManager(id)).await?;
                let why = "the secret holds bytes, not text; store it as text";
                read.ok_or_else(|| missing(why.to_owned()))
            }
        }
    }

    fn service(&self, name: &SecretRef) -> Result<&dyn SecretService, Error> {
        self.service.as_deref().ok_or_else(|| Error::Secret {
            name: name.to_string(),
            why: String::from(
                "this build of the program has no client for secrets in AWS; build it with `--features aws`, or name the \
                 secret as env:NAME or file:PATH",
            ),
        })
    }
}
