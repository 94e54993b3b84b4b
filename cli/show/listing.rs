//! How much of a list a person wants to see: `--limit` of every command that lists.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// Show so many at most.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

impl Listing {
    /// The most that are shown; none is all.
    pub(crate) fn most(&self) -> Option<usize> {
        self.limit.and_then(|limit| usize::try_from(limit).ok())
    }
}
