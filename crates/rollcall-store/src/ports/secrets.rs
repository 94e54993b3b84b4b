//! Secrets, looked up where the configuration says they lie. What is found is kept nowhere.
//!
//! Promises that an error names the place and never what lies there.

use crate::error::Error;
use rollcall_config::SecretRef;

/// The secret of this name, as it is stored.
///
/// # Errors
/// [`Error::Secret`] when it is not there or may not be read; mend what its text names. Or AWS does not answer.
pub async fn secret(name: &SecretRef) -> Result<String, Error> {
    let lacking = |why: String| Error::Secret { name: name.to_string(), why };
    match name {
        SecretRef::Env(variable) => std::env::var(variable)
            .map_err(|_| lacking(format!("the environment has no variable {variable}; set it"))),
        SecretRef::File(path) => {
            let read = tokio::fs::read_to_string(path).await;
            read.map_err(|error| lacking(format!("the file cannot be read ({})", error.kind())))
        }
        SecretRef::Ssm(path) => {
            let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
            let client = aws_sdk_ssm::Client::new(&config);
            let answer = client.get_parameter().name(path).with_decryption(true).send().await;
            let answer = answer.map_err(|error| Error::service("reading a secret parameter", error))?;
            let value = answer.parameter.and_then(|parameter| parameter.value);
            value.ok_or_else(|| lacking(String::from("the parameter has no value; set it")))
        }
        SecretRef::SecretsManager(id) => {
            let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
            let client = aws_sdk_secretsmanager::Client::new(&config);
            let answer = client.get_secret_value().secret_id(id).send().await;
            let answer = answer.map_err(|error| Error::service("reading a secret", error))?;
            answer
                .secret_string
                .ok_or_else(|| lacking(String::from("the secret holds bytes, not text; store it as text")))
        }
    }
}
