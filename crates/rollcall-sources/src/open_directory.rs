//! Opens a directory of the kind that the settings name.
//!
//! Above the kinds (`ldap`, `entra`, `okta`), which know nothing of each other. Promises that nothing that comes out
//! of a directory holds a secret that it was opened with, even if the server sends that secret back.

use crate::directory::{Access, Cursor, Directory, Looked, OnWait, Page, Sample, Survey};
use crate::error::Error;
use crate::expiry::Expiry;
use crate::known_secrets::{KnownSecrets, STRUCK};
use crate::tally::Tally;
use crate::{entra, ldap, okta};
use futures::future::BoxFuture;
use rollcall_config::{Lines, SourceSettings};

/// Opens a directory. `None` for a source that is a file.
///
/// # Errors
/// When a secret or certificate cannot be used. No request has been sent then.
pub fn open_directory(
    settings: &SourceSettings,
    access: Access,
) -> Result<Option<Box<dyn Directory>>, Error> {
    open_directory_telling(settings, access, &OnWait::default())
}

/// The same, with a call before every long wait.
///
/// # Errors
/// As [`open_directory`].
pub fn open_directory_telling(
    settings: &SourceSettings,
    access: Access,
    on_wait: &OnWait,
) -> Result<Option<Box<dyn Directory>>, Error> {
    let secrets = access.secrets.known().clone();
    let lines = settings.lines();
    let opened = open_of_kind(settings, access, on_wait).map_err(|error| error.placed(lines))?;
    Ok(opened.map(|directory| -> Box<dyn Directory> {
        Box::new(Discreet { directory, secrets, lines: lines.cloned().unwrap_or_default() })
    }))
}

fn open_of_kind(
    settings: &SourceSettings,
    access: Access,
    on_wait: &OnWait,
) -> Result<Option<Box<dyn Directory>>, Error> {
    Ok(Some(match settings {
        SourceSettings::Csv(_) => return Ok(None),
        SourceSettings::Ldap(settings) => {
            Box::new(ldap::Ldap::open(settings.clone(), access, on_wait.clone())?)
        }
        SourceSettings::Entra(settings) => Box::new(entra::Entra::open(settings.clone(), &access, on_wait)?),
        SourceSettings::Okta(settings) => Box::new(okta::Okta::open(settings.clone(), &access, on_wait)?),
    }))
}

/// A directory of any kind, with secrets removed from its results, and the line of the configuration in its errors. The kinds
/// remove secrets from answers of the server before these are shortened, compared or logged. This checks the results once
/// more, in case a kind or its library misses one.
struct Discreet {
    directory: Box<dyn Directory>,
    secrets: KnownSecrets,
    lines: Lines,
}

impl Discreet {
    fn struck_error(&self, error: Error) -> Error {
        error.with_texts(&|text: &str| self.secrets.in_text(text)).placed(Some(&self.lines))
    }

    /// Refuses a page whose next position contains a secret, because the position is stored.
    fn checked_page(&self, page: Page) -> Result<Page, Error> {
        let position = page.next.as_ref().map_or("", Cursor::as_str);
        if position.contains(STRUCK) || self.secrets.in_data(position).is_some() {
            let why = String::from("the link to its next page contains a secret that is used for the server");
            return Err(Error::NotWhole { of: self.directory.name_of(page.listing), why });
        }
        Ok(page)
    }

    fn struck_survey(&self, survey: Survey) -> Survey {
        let Survey { server, groups, warnings, refused, sample } = survey;
        let text = |text: String| self.secrets.in_text(&text);
        let struck = |looked: Looked| {
            let before = looked.before.into_iter();
            let before = before.map(|(name, values)| (name, values.into_iter().map(text).collect()));
            Looked { before: before.collect(), record: looked.record }
        };
        Survey {
            server: text(server),
            groups: groups.into_iter().map(|(group, people)| (text(group), people)).collect(),
            warnings: warnings.into_iter().map(text).collect(),
            refused: refused.map(text),
            sample: Sample { people: sample.people.into_iter().map(struck).collect(), ..sample },
        }
    }
}

impl Directory for Discreet {
    fn read(&mut self, from: Option<Cursor>) -> BoxFuture<'_, Result<Page, Error>> {
        Box::pin(async move {
            let page = self.directory.read(from).await;
            page.and_then(|page| self.checked_page(page)).map_err(|error| self.struck_error(error))
        })
    }

    fn confirm<'a>(&'a mut self, read: &'a Tally) -> BoxFuture<'a, Result<Vec<String>, Error>> {
        Box::pin(async move {
            let notes = self.directory.confirm(read).await.map_err(|error| self.struck_error(error))?;
            Ok(notes.iter().map(|note| self.secrets.in_text(note)).collect())
        })
    }

    fn name_of(&self, listing: u32) -> String {
        self.directory.name_of(listing)
    }

    fn expiries(&self) -> Vec<Expiry> {
        let mut expiries = self.directory.expiries();
        for expiry in &mut expiries {
            expiry.what = self.secrets.in_text(&expiry.what);
        }
        expiries
    }

    fn survey(&mut self) -> BoxFuture<'_, Result<Survey, Error>> {
        Box::pin(async move {
            let survey = self.directory.survey().await;
            survey.map(|survey| self.struck_survey(survey)).map_err(|error| self.struck_error(error))
        })
    }
}
