//! Secrets in AWS: Secrets Manager and Parameter Store. Nothing that is read is kept or logged.

use crate::parameter;
use async_trait::async_trait;
use aws_config::SdkConfig;
use rollcall_store::{Error, SecretPlace, SecretService};

/// The secrets of the function's account and region.
#[derive(Debug)]
pub(crate) struct AwsSecrets {
    pub(crate) client: aws_sdk_secretsmanager::Client,
    /// For the one call that has no client of the SDK.
    pub(crate) config: SdkConfig,
}

#[async_trait]
impl SecretService for AwsSecrets {
    async fn read(&self, place: SecretPlace<'_>) -> Result<Option<String>, Error> {
        match place {
            SecretPlace::Parameter(name) => {
                let read = parameter::read(&self.config, name).await;
                read.map_err(|error| Error::service("reading a secret parameter", error))
            }
            SecretPlace::SecretsManager(name) => {
                let response = self.client.get_secret_value().secret_id(name).send().await;
                let response = response.map_err(|error| Error::service("reading a secret", error))?;
                Ok(response.secret_string)
            }
        }
    }
}
