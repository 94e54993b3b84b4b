//! How long this process has worked.

use rustix::time::{ClockId, clock_gettime};

/// Seconds on all processors together, in the program and in the kernel for it.
pub(crate) fn own_seconds() -> f64 {
    let worked = clock_gettime(ClockId::ProcessCPUTime);
    worked.tv_sec as f64 + worked.tv_nsec as f64 / 1e9
}
