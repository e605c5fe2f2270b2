//! Waiting for a moment: `sleep`, and giving up on something after a while.
//!
//! All times are those of the reactor's clock, which a test can replace by a virtual one.

mod sleep;
pub(crate) mod spare;
mod timeout;

use std::time::Duration;
pub use std::time::Instant;

pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Elapsed, Timeout, timeout, timeout_at};

use crate::context;

/// The time by the clock of this thread's current reactor; outside any runtime, by the OS's.
pub fn now() -> Instant {
    context::now().unwrap_or_else(|_| Instant::now())
}

/// The moment that is `duration` from now; if that is more than the clock can hold, one that is as
/// good as never (30 years from now).
fn deadline_after(duration: Duration) -> Instant {
    const THIRTY_YEARS: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    let now = now();
    now.checked_add(duration)
        .unwrap_or_else(|| now + THIRTY_YEARS)
}
