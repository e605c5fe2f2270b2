//! Caught by: both_are_polled_from_the_beginning
//!
//! It reads as if both ran: but a future that nobody polls does nothing, and `b` is first polled when
//! `a` is done. If each waits a second for a reply, the two take two seconds.

async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    (a.await, b.await)
}

#[cfg(test)]
mod check;
