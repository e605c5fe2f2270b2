//! The requests of a run: N delays and texts, all from one seed.

use std::fmt::Write as _;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::fetch::FetchError;

/// One request to the delay server, and the reply that it ought to give.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its place in the run, from 0.
    pub index: usize,
    /// How long the server holds its reply back, in whole milliseconds.
    pub delay: Duration,
    /// What the server is to reply with: visible ASCII that needs no escape in a URL.
    pub text: String,
}

impl Request {
    /// The request as it goes over the wire: HTTP/1.1, one exchange per connection.
    ///
    /// ```
    /// # use stage1_green_threads::program::Request;
    /// # use std::time::Duration;
    /// let request = Request { index: 0, delay: Duration::from_millis(250), text: "tea".into() };
    /// assert!(request.bytes().starts_with(b"GET /250/tea HTTP/1.1\r\n"));
    /// ```
    pub fn bytes(&self) -> Vec<u8> {
        format!(
            "GET /{}/{} HTTP/1.1\r\nHost: delay-server\r\nConnection: close\r\n\r\n",
            self.delay.as_millis(),
            self.text
        )
        .into_bytes()
    }

    /// Passes the body of a reply on if it is the text that was asked for.
    ///
    /// # Errors
    ///
    /// [`FetchError::WrongText`] if it is another one.
    pub fn check(&self, body: Vec<u8>) -> Result<Vec<u8>, FetchError> {
        if body == self.text.as_bytes() {
            Ok(body)
        } else {
            Err(FetchError::WrongText)
        }
    }
}

/// The requests of a run, always the same ones for the same arguments.
///
/// Delays are drawn from a quarter of `max_delay` to all of it: none is so short that its reply
/// comes before the last task has sent its request, so there is a moment when all tasks wait.
pub fn plan(count: usize, seed: u64, max_delay: Duration) -> Vec<Request> {
    let mut random = StdRng::seed_from_u64(seed);
    let longest = max_delay.as_millis() as u64;
    (0..count)
        .map(|index| Request {
            index,
            delay: Duration::from_millis(random.random_range(longest / 4..=longest)),
            text: text(index, &mut random),
        })
        .collect()
}

/// About a hundred characters that no other request of the run has.
fn text(index: usize, random: &mut StdRng) -> String {
    let mut text = format!("reply-{index}");
    for _ in 0..5 {
        let _ = write!(text, "-{:016x}", random.random::<u64>());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_plans_the_same_requests() {
        let first = plan(20, 7, Duration::from_secs(1));
        let again = plan(20, 7, Duration::from_secs(1));
        let other = plan(20, 8, Duration::from_secs(1));
        let bytes = |plan: &[Request]| plan.iter().map(Request::bytes).collect::<Vec<_>>();
        assert_eq!(bytes(&first), bytes(&again));
        assert_ne!(bytes(&first), bytes(&other));
    }

    #[test]
    fn delays_lie_between_a_quarter_of_the_longest_and_the_longest() {
        for request in plan(1000, 1, Duration::from_millis(100)) {
            let delay = request.delay.as_millis();
            assert!((25..=100).contains(&delay), "{delay} ms");
        }
        let none = plan(10, 1, Duration::ZERO);
        assert!(none.iter().all(|request| request.delay.is_zero()));
    }
}
