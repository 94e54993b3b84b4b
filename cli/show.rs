//! How things are shown: `render` writes, `summary` shows a run, `progress` shows how far one is.

pub(crate) mod progress;
pub(crate) mod render;
pub(crate) mod summary;
pub(crate) mod undone;
