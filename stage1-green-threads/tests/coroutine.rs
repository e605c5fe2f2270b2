//! What a coroutine promises: values in and out, and its end.

use stage1_green_threads::{Coroutine, CoroutineState};

#[test]
fn values_travel_both_ways() {
    let mut coroutine = Coroutine::new(|suspender, first: String| {
        let second: String = suspender.suspend(first.len());
        let third: String = suspender.suspend(second.len());
        third
    })
    .unwrap();
    assert_eq!(coroutine.resume("a".into()), CoroutineState::Yielded(1));
    assert_eq!(coroutine.resume("bc".into()), CoroutineState::Yielded(2));
    assert_eq!(
        coroutine.resume("d".into()),
        CoroutineState::Complete("d".into())
    );
    assert!(coroutine.is_complete());
}
