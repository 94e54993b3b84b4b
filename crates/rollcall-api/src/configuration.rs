//! The configuration as it lies in the bucket: reading it, and putting another in its place (section 1 of the rules).

use crate::error::Error;
use rollcall_config::{Config, SourceConfig};
use rollcall_core::source::SourceKind;
use rollcall_sync::Shell;
use rollcall_sync::actor::{Actor, head};
use rollcall_sync::run::{Requested, RunRequest, request_run};
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{Trigger, digest_of};

/// The text of a configuration, and which one it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The text.
    pub text: String,
    /// Tells it from any other text.
    pub version: String,
}

/// What a change of the configuration is about, and so who may make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Sources that are no LDAP directory, or only comments. Which secret goes to which server stays as it was.
    Sources,
    /// The LDAP source; what is no source: the licence, the guard, the roles; a secret that goes to another server, or
    /// another secret: a person who may choose both could send any secret to a server of their own.
    Everything,
}

/// The configuration as it lies in the bucket, whether it has mistakes or not.
///
/// # Errors
/// When the storage fails, or there is none.
pub async fn read(shell: &Shell) -> Result<Stored, Error> {
    let text = shell.store.get_text(CONFIG_OBJECT).await?.ok_or(rollcall_sync::Error::NoConfiguration)?;
    Ok(Stored { version: digest_of(&text), text })
}

/// The version that a text would have.
pub(crate) fn version_of(text: &str) -> String {
    digest_of(text)
}

/// Puts a configuration in the place of the one of this version. Answers with the new version.
///
/// # Errors
/// [`Error::Mistakes`] where it has mistakes, [`Error::ConfigurationChanged`] where another is there by now,
/// [`Error::NotYours`] where `may` says no; or the storage fails.
pub async fn replace(
    shell: &Shell,
    text: String,
    before: &str,
    actor: Actor<'_>,
    may: impl FnOnce(Reach) -> bool,
) -> Result<Stored, Error> {
    let next = Config::parse(&text).map_err(Error::Mistakes)?;
    let (old, tag) =
        shell.store.get_tagged_text(CONFIG_OBJECT).await?.ok_or(rollcall_sync::Error::NoConfiguration)?;
    if digest_of(&old) != before {
        return Err(Error::ConfigurationChanged);
    }
    if !may(reach(&old, &next)) {
        return Err(Error::NotYours);
    }
    let version = digest_of(&text);
    if version != before {
        // The audit log first: nothing may be in force that is not in it.
        shell.store.record_configuration(&head(shell, actor), before, &version).await?;
        let replaced = shell.store.replace_text(CONFIG_OBJECT, text.clone(), Some(&tag)).await;
        if let Err(error) = replaced {
            take_back(shell, error, &version, actor).await?;
        }
    }
    Ok(Stored { text, version })
}

/// Begins a dry run of a source with a configuration that is not in force (rule 29). It reads what that names, so it is
/// for those only who may put it in force.
///
/// # Errors
/// As [`replace`], and as [`request_run`].
pub async fn dry_run(
    shell: &Shell,
    text: String,
    source: Option<String>,
    actor: Actor<'_>,
    may: impl FnOnce(Reach) -> bool,
) -> Result<Requested, Error> {
    let next = Config::parse(&text).map_err(Error::Mistakes)?;
    if !may(reach(&read(shell).await?.text, &next)) {
        return Err(Error::NotYours);
    }
    let request = RunRequest::of(source, Trigger::Reset, actor.name.to_owned());
    Ok(request_run(shell, RunRequest { dry_run: true, candidate: Some(text), ..request }).await?)
}

/// Notes what is in force in the place of a configuration that could not be put there; where it is there after all, because
/// only the answer was lost, nothing is wrong.
async fn take_back(
    shell: &Shell,
    why: rollcall_sync::store::Error,
    recorded: &str,
    actor: Actor<'_>,
) -> Result<(), Error> {
    let taken_back = match read(shell).await {
        Ok(stored) if stored.version == recorded => return Ok(()),
        Ok(stored) => {
            let head = head(shell, actor);
            shell.store.record_configuration(&head, recorded, &stored.version).await.map_err(Error::from)
        }
        Err(error) => Err(error),
    };
    if let Err(error) = taken_back {
        tracing::error!(error = %error, "the audit log may have a configuration that did not come into force");
    }
    if matches!(why, rollcall_sync::store::Error::ChangedWhileRead { .. }) {
        return Err(Error::ConfigurationChanged);
    }
    Err(why.into())
}

/// What a change is about. Of a configuration that cannot be read nobody knows what the change is about.
fn reach(old: &str, next: &Config) -> Reach {
    let Ok(old) = Config::parse(old) else { return Reach::Everything };
    let only_sources = Config { sources: old.sources.clone(), ..next.clone() } == old;
    let is_known = |source: &SourceConfig| {
        source.settings.exposure().is_none_or(|shown| {
            old.sources.iter().any(|source| source.settings.exposure().as_ref() == Some(&shown))
        })
    };
    if only_sources && ldap(&old) == ldap(next) && next.sources.iter().all(is_known) {
        Reach::Sources
    } else {
        Reach::Everything
    }
}

fn ldap(config: &Config) -> Vec<&SourceConfig> {
    config.sources.iter().filter(|source| source.kind() == SourceKind::Ldap).collect()
}
