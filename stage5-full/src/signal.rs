//! Waiting for ctrl-c.
//!
//! The crate `ctrlc` calls a function on a thread of its own when the signal comes (`SIGINT`, `SIGTERM` or `SIGHUP`; on
//! Windows ctrl-c or ctrl-break). That function counts, and wakes everybody who waits. Nothing else happens: from the first call
//! on, ctrl-c does not end the process any more. (When its console is closed, Windows ends it nevertheless.)

use std::future::poll_fn;
use std::io;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Poll, Waker};

use stage3_executor::budget;

static SIGNALS: Mutex<Signals> = Mutex::new(Signals {
    count: 0,
    waiters: Vec::new(),
});

struct Signals {
    count: u64,
    waiters: Vec<Waker>,
}

/// Waits for the next ctrl-c: the next one after this function was called.
///
/// # Errors
///
/// If the handler cannot be installed, as when the program has called `ctrlc::set_handler` itself; inside an exploration, where no
/// seed decides when a signal comes.
///
/// # Examples
///
/// ```no_run
/// # async fn serve() {}
/// # async fn example() -> std::io::Result<()> {
/// let server = stage5_full::spawn(serve());
/// stage5_full::signal::ctrl_c().await?;
/// server.abort();
/// # Ok(())
/// # }
/// ```
pub fn ctrl_c() -> impl Future<Output = io::Result<()>> + Send {
    let installed = install();
    let before = signals().count;
    async move {
        installed?;
        poll_fn(|cx| {
            budget::operation(cx, |cx| {
                let mut signals = signals();
                if signals.count > before {
                    return Poll::Ready(());
                }
                if !signals.waiters.iter().any(|w| w.will_wake(cx.waker())) {
                    signals.waiters.push(cx.waker().clone());
                }
                Poll::Pending
            })
        })
        .await;
        Ok(())
    }
}

/// Installs the handler when it is first called. It stays for the life of the process.
fn install() -> io::Result<()> {
    #[cfg(feature = "explore")]
    stage4_waker::explore::refuse("ctrl_c")?;
    static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();
    let installed =
        INSTALLED.get_or_init(|| ctrlc::set_handler(arrived).map_err(|e| e.to_string()));
    installed
        .clone()
        .map_err(|error| io::Error::other(format!("cannot listen for ctrl-c: {error}")))
}

fn arrived() {
    let mut signals = signals();
    signals.count += 1;
    let waiters = std::mem::take(&mut signals.waiters);
    drop(signals);
    waiters.into_iter().for_each(Waker::wake);
}

fn signals() -> MutexGuard<'static, Signals> {
    SIGNALS.lock().unwrap_or_else(PoisonError::into_inner)
}
