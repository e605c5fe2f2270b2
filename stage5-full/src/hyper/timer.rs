//! Time, as hyper asks for it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::time;

/// hyper's clock and its time limits, by the clock of the reactor.
///
/// A limit that hyper sets anew, at each ping of an HTTP/2 connection for instance, keeps its place: its deadline is moved, and
/// nothing is allocated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timer;

/// One of hyper's time limits. hyper wants it in a box of its own, which is therefore made once and reused.
struct Limit(time::Sleep);

impl ::hyper::rt::Timer for Timer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn ::hyper::rt::Sleep>> {
        Box::pin(Limit(time::sleep(duration)))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn ::hyper::rt::Sleep>> {
        Box::pin(Limit(time::sleep_until(deadline)))
    }

    fn now(&self) -> Instant {
        time::now()
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn ::hyper::rt::Sleep>>, deadline: Instant) {
        match sleep.as_mut().downcast_mut_pin::<Limit>() {
            Some(mut limit) => limit.0.reset(deadline),
            // Somebody else's: a program may have two timers.
            None => *sleep = self.sleep_until(deadline),
        }
    }
}

impl Future for Limit {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl ::hyper::rt::Sleep for Limit {}
