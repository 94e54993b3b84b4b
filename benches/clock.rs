//! How long this process has worked, as Linux counts it.

use anyhow::{Context as _, Result};

/// Linux tells times in hundredths of a second, on every architecture (`USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

/// Seconds on all processors together, in the program and in the kernel for it.
pub(crate) fn own_seconds() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").context("times are read on Linux only")?;
    // The program's name stands in parentheses, and may have spaces.
    let (_, fields) = stat.rsplit_once(')').context("no name in /proc/self/stat")?;
    let ticks = |at: usize| fields.split_whitespace().nth(at).and_then(|field| field.parse::<f64>().ok());
    // The 14th and the 15th field of all: utime, stime.
    let (user, system) = ticks(11).zip(ticks(12)).context("no times in /proc/self/stat")?;
    Ok((user + system) / TICKS_PER_SECOND)
}
