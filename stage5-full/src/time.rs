//! Waiting for a moment. These are stage 3's leaf futures, unchanged, and what is made of them.

mod interval;

pub use self::interval::{Interval, MissedTickBehavior, interval, interval_at};
pub use stage3_executor::time::{
    Elapsed, Instant, Sleep, Timeout, now, sleep, sleep_until, timeout, timeout_at,
};

/// Where tokio has the error of [`timeout`].
pub mod error {
    pub use stage3_executor::time::Elapsed;
}
