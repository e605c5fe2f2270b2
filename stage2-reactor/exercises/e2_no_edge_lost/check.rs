//! Every moment at which an event can come, one by one.

use stage1_green_threads::course::check;

use super::Side;

/// Somebody attempts, and the system call answers `WouldBlock`. Nothing happens in between.
fn attempt_in_vain<W>(side: &mut Side<W>) {
    let before = side.before_attempt();
    side.would_block(before);
}

/// Who waits is woken by the next event, and only by that one.
#[test]
fn an_event_wakes_who_waits() {
    check(|_| {
        let mut side = Side::new();
        attempt_in_vain(&mut side);
        assert!(
            side.wait("task 7"),
            "attempt: WouldBlock\ntask 7 wants to wait: refused\nNothing has happened since the attempt, so another one would be in vain."
        );
        let woken = side.event();
        assert!(
            woken == Some("task 7"),
            "task 7 waits\nevent: woke {woken:?}\nThe socket is ready, and whoever waits for it sleeps on."
        );
        let woken = side.event();
        assert!(
            woken.is_none(),
            "task 7 waits\nevent: woke task 7\nevent: woke {woken:?}\nIt does not wait any more. It waits again when it says so."
        );
    });
}

/// The event comes after the system call, before the wait.
#[test]
fn an_event_that_nobody_waits_for_is_kept() {
    check(|_| {
        let mut side = Side::new();
        attempt_in_vain(&mut side);
        assert!(
            side.event().is_none(),
            "an event woke somebody, and nobody waits"
        );
        assert!(
            !side.wait("task 7"),
            "attempt: WouldBlock\nevent: nobody waits\ntask 7 waits\nThe event that it waits for has been. There will be no other: \
             the bytes are there already. It must be told to attempt again."
        );
    });
}

/// The event comes after the socket was looked at, before its answer was noted.
#[test]
fn an_event_during_the_system_call_is_kept() {
    check(|_| {
        let mut side = Side::new();
        let before = side.before_attempt();
        side.event();
        side.would_block(before);
        assert!(
            !side.wait("task 7"),
            "attempt: the system call begins, finds nothing\nevent: bytes have arrived\nattempt: its answer is WouldBlock\ntask 7 \
             waits\nThe answer is older than the event, and has wiped it out. `before_attempt` is there to see that."
        );
    });
}

/// The event comes after the system call, before the wait, and wakes somebody else.
#[test]
fn an_event_that_wakes_another_is_kept_too() {
    check(|_| {
        let mut side = Side::new();
        attempt_in_vain(&mut side);
        side.wait("task 1");
        attempt_in_vain(&mut side);
        let woken = side.event();
        assert!(
            woken == Some("task 1"),
            "task 1 waits\nanother attempt: WouldBlock\nevent: woke {woken:?}\nThat somebody else has found nothing does not end \
             the wait of task 1."
        );
        assert!(
            !side.wait("task 2"),
            "task 1 waits\ntask 2 takes the socket over. Its attempt: WouldBlock\nevent: woke task 1\ntask 2 waits\nTask 1 has given up \
             (its time limit has passed, say) and will not read. The bytes are there, and task 2 sleeps beside them. An event counts \
             until an attempt has found nothing, whoever was woken by it."
        );
    });
}

/// An event that brings nothing costs one attempt; then its waiter sleeps again.
#[test]
fn a_spurious_event_is_harmless() {
    check(|seed| {
        let mut side = Side::new();
        attempt_in_vain(&mut side);
        for turn in 0..=seed {
            assert!(
                side.wait(turn),
                "event: woke the waiter, but there is nothing to read\nattempt: WouldBlock\nwait: refused\nIt will attempt again, \
                 and again: nobody has said that the socket is ready since the last attempt."
            );
            assert!(
                side.event() == Some(turn),
                "event: woke nobody, although somebody waits"
            );
            attempt_in_vain(&mut side);
        }
    });
}

/// If two ask to be woken, it is the second.
#[test]
fn the_latest_waiter_is_woken() {
    check(|_| {
        let mut side = Side::new();
        attempt_in_vain(&mut side);
        assert!(
            side.wait("task 1"),
            "nothing has happened, and task 1's wait was refused"
        );
        assert!(
            side.wait("task 2"),
            "task 1 waits\ntask 2 wants to wait, on the same socket: refused\nNothing has happened since the attempt, so another one would be \
             in vain. Task 2 takes task 1's place."
        );
        let woken = side.event();
        assert!(
            woken == Some("task 2"),
            "task 1 waits\ntask 2 waits, on the same socket\nevent: woke {woken:?}\nWho asked last is who reads now: nobody else is \
             known to be there."
        );
    });
}
