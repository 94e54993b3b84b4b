//! The licence in force: the configured limit, unless a command has set another (rule 17).

use crate::error::Error;
use crate::shell::Shell;
use crate::words::several;
use rollcall_config::Config;
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::policy::{Policy, Trimming};
use rollcall_core::warn_at::WarnAt;
use rollcall_store::{Ledger, RunRecord, RunSummary};
use std::time::Duration;

/// How often it is read again where the seats changed while the configuration was read.
const TRIES_MAX: u32 = 20;

/// The configuration, and the ledger with its limit. A configuration with mistakes is an error, before any write.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn use_configured(shell: &Shell) -> Result<(Config, Ledger), Error> {
    for tries in 0..TRIES_MAX {
        let read = shell.store.seats().await?;
        let config = shell.config().await?;
        refuse_lost(shell, &read, &config).await?;
        if let Some(ledger) = shell.store.configure_limit(&read, config.licence, shell.now()).await? {
            return Ok((config, ledger));
        }
        tokio::time::sleep(Duration::from_millis(u64::from(tries))).await;
    }
    Err(Error::Contended)
}

/// What to say where the limit in force is not the configured one, because somebody has set it, in the console, at the command
/// line or over the API: whoever edits the configuration, and sees nothing change, must learn why.
#[must_use]
pub fn beside(in_force: Limit, is_set_by_command: bool, configured: Limit) -> Option<String> {
    let seats = |limit: Limit| match limit {
        Limit::Unlimited => String::from("no limit"),
        Limit::Seats(seats) => several(seats.get(), "seat", "seats"),
    };
    (is_set_by_command && in_force != configured).then(|| {
        format!(
            "somebody has set {}, and that counts; the configuration says {}, and does not. The audit log says who has set \
             what, and the licence can be left to the configuration again",
            seats(in_force),
            seats(configured)
        )
    })
}

/// What the configuration says of seats, for the summary of a run.
#[derive(Clone)]
pub(crate) struct SeatRules {
    reserve: u64,
    trims: bool,
    warn_at: Vec<WarnAt>,
}

impl SeatRules {
    pub(crate) fn of(config: &Config) -> Self {
        let Policy { reserve, trimming, .. } = &config.policy;
        Self { reserve: reserve.get(), trims: *trimming == Trimming::On, warn_at: config.warn_at.clone() }
    }

    /// The summary, with what must be known to say how short seats are.
    pub(crate) fn said_in(&self, summary: RunSummary) -> RunSummary {
        let limit = summary.limit.map_or(Limit::Unlimited, |limit| Limit::Seats(SeatCount::new(limit)));
        let seats = Seats { limit, used: SeatCount::new(summary.used) };
        let (reserve, trims, warned) = (self.reserve, self.trims, reached(&self.warn_at, &seats));
        RunSummary { reserve, trims, warned, ..summary }
    }
}

/// The thresholds that are reached, as the configuration has them.
#[must_use]
pub fn reached(thresholds: &[WarnAt], seats: &Seats) -> Vec<String> {
    thresholds.iter().filter(|at| at.is_reached(seats)).map(ToString::to_string).collect()
}

/// The same without a write, for callers that only read.
///
/// # Errors
/// As [`use_configured`].
pub async fn look_up(shell: &Shell) -> Result<(Config, Ledger), Error> {
    let ledger = shell.store.seats().await?;
    Ok(looked_up(shell.config().await?, ledger))
}

/// The same for a dry run, with the configuration that it tries.
pub(crate) async fn look_up_for(shell: &Shell, run: &RunRecord) -> Result<(Config, Ledger), Error> {
    let ledger = shell.store.seats().await?;
    Ok(looked_up(shell.config_of(run).await?, ledger))
}

fn looked_up(config: Config, mut ledger: Ledger) -> (Config, Ledger) {
    if !ledger.is_set_by_command {
        ledger.seats.limit = config.licence;
    }
    (config, ledger)
}

/// Refuses to make the licence's item again where there has been one: the item or the whole database is lost.
///
/// # Errors
/// When it is lost, or the storage fails.
pub async fn refuse_lost(shell: &Shell, ledger: &Ledger, config: &Config) -> Result<(), Error> {
    if ledger.is_stored() {
        return Ok(());
    }
    let sources: Vec<_> = config.sources.iter().map(|source| source.name.clone()).collect();
    Ok(shell.store.refuse_lost_tables(&sources).await?)
}
