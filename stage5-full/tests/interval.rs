//! Intervals on the runtime. What becomes of missed ticks is tested beside the code.

use std::time::Duration;

use stage5_full::runtime::Runtime;
use stage5_full::time::{MissedTickBehavior, interval, interval_at, now};

const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(2);

#[test]
fn ticks_come_at_their_distance_also_when_they_were_missed() {
    Runtime::new().unwrap().block_on(async {
        let start = now() - 5 * SHORT;
        let mut interval = interval_at(start, SHORT);
        for tick in 0..10 {
            assert_eq!(interval.tick().await, start + tick * SHORT);
        }
    });
}

#[test]
fn ticks_that_are_skipped_leave_the_others_where_they_were_planned() {
    Runtime::new().unwrap().block_on(async {
        let start = now() - 10 * SHORT;
        let mut interval = interval_at(start, SHORT);
        interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
        assert_eq!(interval.tick().await, start);
        let next = interval.tick().await - start;
        assert!(next > 10 * SHORT);
        assert_eq!(next.as_nanos() % SHORT.as_nanos(), 0);
    });
}

#[test]
fn an_interval_can_be_reset_to_now_and_to_any_other_time() {
    Runtime::new().unwrap().block_on(async {
        let mut interval = interval(LONG);
        let begin = interval.tick().await;
        interval.reset_immediately();
        interval.tick().await;
        interval.reset_after(SHORT);
        interval.tick().await;
        let at = now() + SHORT;
        interval.reset_at(at);
        assert_eq!(interval.tick().await, at);
        interval.reset();
        assert_eq!(interval.period(), LONG);
        assert!(now() - begin < LONG);
    });
}
