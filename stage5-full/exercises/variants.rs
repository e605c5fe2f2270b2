//! Every variant of every exercise of this stage, in one program: `cargo learn verify` runs their checks.
#![allow(clippy::duplicate_mod, reason = "the variants share their checks")]

mod e1_panic_or_abort {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_every_error_is_a_panic.rs"]
    mod wrong_every_error_is_a_panic;
    #[path = "wrong_one_more.rs"]
    mod wrong_one_more;
    #[path = "wrong_only_literals.rs"]
    mod wrong_only_literals;
}

mod e2_last_look {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_always_wakes.rs"]
    mod wrong_always_wakes;
    #[path = "wrong_look_then_say.rs"]
    mod wrong_look_then_say;
    #[path = "wrong_never_sleeps.rs"]
    mod wrong_never_sleeps;
    #[path = "wrong_no_second_look.rs"]
    mod wrong_no_second_look;
    #[path = "wrong_wake_then_push.rs"]
    mod wrong_wake_then_push;
}

mod e3_cancelled_read {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_end_without_newline.rs"]
    mod wrong_end_without_newline;
    #[path = "wrong_local_buffer.rs"]
    mod wrong_local_buffer;
    #[path = "wrong_rest_is_lost.rs"]
    mod wrong_rest_is_lost;
    #[path = "wrong_taken_out.rs"]
    mod wrong_taken_out;
}

mod e4_not_all_at_once {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_all_at_once.rs"]
    mod wrong_all_at_once;
    #[path = "wrong_in_groups.rs"]
    mod wrong_in_groups;
    #[path = "wrong_panic_keeps_its_place.rs"]
    mod wrong_panic_keeps_its_place;
    #[path = "wrong_waits_for_the_oldest.rs"]
    mod wrong_waits_for_the_oldest;
}

mod e5_one_worker_at_a_time {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_always_again.rs"]
    mod wrong_always_again;
    #[path = "wrong_idle_in_the_queue.rs"]
    mod wrong_idle_in_the_queue;
    #[path = "wrong_once_for_each_wake.rs"]
    mod wrong_once_for_each_wake;
    #[path = "wrong_queued_while_polled.rs"]
    mod wrong_queued_while_polled;
    #[path = "wrong_running_needs_no_wake.rs"]
    mod wrong_running_needs_no_wake;
}

mod e6_graceful_shutdown {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_always_waits.rs"]
    mod wrong_always_waits;
    #[path = "wrong_cuts_everybody_off.rs"]
    mod wrong_cuts_everybody_off;
    #[path = "wrong_keeps_listening.rs"]
    mod wrong_keeps_listening;
    #[path = "wrong_waits_for_everybody.rs"]
    mod wrong_waits_for_everybody;
}
