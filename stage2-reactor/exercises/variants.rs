//! Every variant of every exercise of this stage, in one program: `cargo learn verify` runs their checks.
#![allow(clippy::duplicate_mod, reason = "the variants share their checks")]

mod e1_drain {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_end_is_nothing_yet.rs"]
    mod wrong_end_is_nothing_yet;
    #[path = "wrong_interrupted.rs"]
    mod wrong_interrupted;
    #[path = "wrong_one_read.rs"]
    mod wrong_one_read;
    #[path = "wrong_short_read.rs"]
    mod wrong_short_read;
}

mod e2_no_edge_lost {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_clears_always.rs"]
    mod wrong_clears_always;
    #[path = "wrong_first_waiter.rs"]
    mod wrong_first_waiter;
    #[path = "wrong_only_for_waiters.rs"]
    mod wrong_only_for_waiters;
    #[path = "wrong_waiter_or_ready.rs"]
    mod wrong_waiter_or_ready;
}

mod e3_tokens {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_bare_index.rs"]
    mod wrong_bare_index;
    #[path = "wrong_freed_twice.rs"]
    mod wrong_freed_twice;
    #[path = "wrong_grows.rs"]
    mod wrong_grows;
    #[path = "wrong_remove_unchecked.rs"]
    mod wrong_remove_unchecked;
    #[path = "wrong_small_generation.rs"]
    mod wrong_small_generation;
}

mod e4_refused_connect {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_asks_twice.rs"]
    mod wrong_asks_twice;
    #[path = "wrong_every_error_is_not_yet.rs"]
    mod wrong_every_error_is_not_yet;
    #[path = "wrong_only_the_peer.rs"]
    mod wrong_only_the_peer;
    #[path = "wrong_writable_is_connected.rs"]
    mod wrong_writable_is_connected;
}

mod e5_timers {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_cancelled_still_wakes.rs"]
    mod wrong_cancelled_still_wakes;
    #[path = "wrong_never_late.rs"]
    mod wrong_never_late;
    #[path = "wrong_one_at_a_time.rs"]
    mod wrong_one_at_a_time;
    #[path = "wrong_rounds_down.rs"]
    mod wrong_rounds_down;
}

mod e6_no_lock_while_waking {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_forgotten_dropped_inside.rs"]
    mod wrong_forgotten_dropped_inside;
    #[path = "wrong_if_let.rs"]
    mod wrong_if_let;
    #[path = "wrong_one_by_one.rs"]
    mod wrong_one_by_one;
    #[path = "wrong_replaced_dropped_inside.rs"]
    mod wrong_replaced_dropped_inside;
    #[path = "wrong_whole_map.rs"]
    mod wrong_whole_map;
}
