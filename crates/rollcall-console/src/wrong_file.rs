//! The file of a run that was wrong: whether it still counts, and which earlier one can be put back in its place. An undo and
//! an approval read no file: what they did came from the file of another run.
//!
//! Above `calls` and `model`, below the pages of runs.

use crate::api::Api;
use crate::calls::get;
use crate::model::{EarlierFile, FileRead, Run, Runs};

/// How many runs are looked at for the one that read the file last.
const LOOKED_AT: &str = "100";

/// The file that counts, as far as a run has to do with it.
pub(crate) struct WrongFile {
    /// Where it lies, where a run tells.
    pub(crate) file: Option<FileRead>,
    /// The one that can be put back.
    pub(crate) earlier: Option<EarlierFile>,
}

impl WrongFile {
    /// That of a run that has ended; none where it has nothing to do with a file, or that file does not count any more.
    pub(crate) async fn of(run: &Run, api: &dyn Api) -> Option<Self> {
        if !run.is_finished() || run.dry_run {
            return None;
        }
        if let Some(earlier) = run.previous_file.clone() {
            return Some(Self { file: run.file.clone(), earlier: Some(earlier) });
        }
        let reader = reader_of(run, api).await?;
        let Runs { runs, .. } = get(api, "/runs", &[("limit", LOOKED_AT)]).await.ok()?;
        let has_read = |one: &&Run| one.source == run.source && one.is_of_accounts() && one.file.is_some();
        let still_counts = runs.iter().find(has_read).is_some_and(|newest| newest.file == reader.file);
        still_counts.then_some(Self { file: reader.file, earlier: reader.previous_file })
    }
}

/// The run that read the file from which a run's changes came; none for the undo of an undo.
async fn reader_of(run: &Run, api: &dyn Api) -> Option<Run> {
    let find = async |id: &str| get::<Run>(api, &format!("/runs/{id}"), &[]).await.ok();
    let undone = match &run.undoes {
        Some(undoing) => Some(find(&undoing.run).await?).filter(|undone| undone.undoes.is_none()),
        None => None,
    };
    if run.undoes.is_some() && undone.is_none() {
        return None;
    }
    let approves = undone.as_ref().unwrap_or(run).approves.clone();
    let reader = match approves {
        Some(held) => find(&held).await?,
        None => undone?,
    };
    reader.file.is_some().then_some(reader)
}
