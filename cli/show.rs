//! How things are shown: `render` writes, `summary` shows a run, `plan` whom a dry run would change, `progress` how far a
//! run is, `listing` how much of a list, `listed` a list of any length, `table` lays it out, `pager` keeps a long one on the screen,
//! `unprocessed` who could not be processed, `words` are for what became of people.

pub(crate) mod confirm;
pub(crate) mod listed;
pub(crate) mod listing;
mod pager;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod render;
pub(crate) mod summary;
pub(crate) mod undone;
mod unprocessed;
mod table;
pub(crate) mod words;
