//! Caught by: a_value_that_is_there_at_the_deadline_wins
//!
//! The race is run with the clock in the first place, and in a draw the first wins: a value that is there
//! is thrown away. On a busy machine, where everybody is polled late, that is not rare.

use std::time::Duration;

use stage3_executor::future::race;
use stage3_executor::time::sleep;

#[derive(Debug, PartialEq)]
struct Elapsed;

async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let over = async {
        sleep(limit).await;
        Err(Elapsed)
    };
    race(over, async { Ok(future.await) }).await
}

#[cfg(test)]
mod check;
