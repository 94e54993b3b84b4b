//! How much of a list a person wants to see: `--limit` of every command that lists.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// Show so many at most.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

/// From which end a person wants to see a list that has an order.
#[derive(Debug, Args)]
pub(crate) struct Ends {
    /// From its end: usernames from Z to A, who waits last first.
    #[arg(long)]
    reverse: bool,
}

impl Ends {
    /// As the API calls it, where it is not what the API does anyway.
    pub(crate) fn order(&self) -> Option<(&'static str, &'static str)> {
        self.reverse.then_some(("order", "descending"))
    }
}

impl Listing {
    /// The most that are shown; none is all.
    pub(crate) fn most(&self) -> Option<usize> {
        self.limit.and_then(|limit| usize::try_from(limit).ok())
    }
}
