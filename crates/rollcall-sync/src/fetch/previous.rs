//! The file before the one that lies there: kept when a file was read completely, and put back when a person asks for it.
//!
//! Promises that a repeated step puts back the same file: which one it is stands in the run's record before anything is
//! written in the place of the source's file.

use super::csv::file_of;
use crate::error::Error;
use crate::run::request::CHANGED;
use crate::shell::Shell;
use rollcall_config::object_pattern::{is_pattern, is_read_by};
use rollcall_store::{KeptFile, KeptFiles, Lease, PutBack, RunRecord, SpooledObject};
use std::fs::File;

/// A file that is being read, and is kept if it can be read completely.
pub(super) struct Keeping {
    kept: Option<KeptFiles>,
    object: String,
    tag: String,
    file: File,
}

impl Keeping {
    /// Records in the run which file can be put back in the place of this one.
    pub(super) async fn begin(
        shell: &Shell,
        run: &mut RunRecord,
        object: &str,
        spooled: &SpooledObject,
    ) -> Result<Self, Error> {
        let kept = shell.store.kept_files(&run.source).await?;
        let before = kept.as_ref().and_then(|kept| kept.instead_of(Some(&spooled.etag)));
        run.previous_file = before.map(|file| file.read.clone());
        let file = spooled.file.try_clone().map_err(rollcall_store::Error::from)?;
        Ok(Self { kept, object: object.to_owned(), tag: spooled.etag.clone(), file })
    }

    /// Keeps it: every row of it was read.
    pub(super) async fn end(self, shell: &Shell, lease: &Lease) -> Result<(), Error> {
        let of = (self.object.as_str(), self.tag.as_str());
        Ok(shell.store.keep_file(lease, self.kept, of, self.file, shell.now()).await?)
    }
}

/// Puts the earlier file in the place of the source's file; a dry run only looks it up. Answers with the key of the object
/// to be read.
pub(super) async fn put_back(
    shell: &Shell,
    run: &mut RunRecord,
    lease: &Lease,
    object: &str,
) -> Result<String, Error> {
    let refuse = |why| Error::NoPreviousFile { why };
    let files = shell.store.kept_files(&run.source).await?;
    let files = files.ok_or_else(|| refuse("none was read completely yet"))?;
    let file = match &run.put_back {
        Some(PutBack::File(file)) => files.read_by(&file.run).ok_or_else(|| refuse(CHANGED))?,
        Some(PutBack::Asked { asked: Some(asked) }) => {
            let file = before(shell, &files, object).await?;
            file.filter(|file| file.read.run == *asked).ok_or_else(|| refuse(CHANGED))?
        }
        Some(PutBack::Asked { asked: None }) | None => before(shell, &files, object)
            .await?
            .ok_or_else(|| refuse("the file that lies there is the only one that was read completely"))?,
    };
    if !matches!(run.put_back, Some(PutBack::File(_))) {
        // A repeated step may find it put back already.
        run.put_away = files.put_away_for(file).cloned();
    }
    run.put_back = Some(PutBack::File(file.read.clone()));
    let kept = file.key(&run.source);
    if run.dry_run {
        return Ok(kept);
    }
    let place = match (is_read_by(object, &file.object), is_pattern(object)) {
        (true, _) => file.object.clone(),
        (false, false) => object.to_owned(),
        (false, true) => return Err(refuse("its name does not fit the `object` of the source any more")),
    };
    // First who it is, then the file.
    shell.store.put_run(run, lease).await?;
    let spooled = shell.store.spool_object(&kept).await?;
    shell.store.put_file(&place, spooled.file).await?;
    Ok(place)
}

/// The last file that was read completely and is not the one that lies there.
async fn before<'a>(
    shell: &Shell,
    files: &'a KeptFiles,
    object: &str,
) -> Result<Option<&'a KeptFile>, Error> {
    let there = match file_of(shell, object).await {
        Ok(key) => shell.store.tag_of(&key).await?,
        // None fits the pattern.
        Err(Error::Store(rollcall_store::Error::NoSuchObject { .. })) => None,
        Err(error) => return Err(error),
    };
    Ok(files.instead_of(there.as_deref()))
}
