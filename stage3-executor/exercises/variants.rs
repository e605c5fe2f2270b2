//! Every variant of every exercise of this stage, in one program: `cargo learn verify` runs their checks.
#![allow(clippy::duplicate_mod, reason = "the variants share their checks")]

mod e1_by_hand {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_pending_for_ever.rs"]
    mod wrong_pending_for_ever;
    #[path = "wrong_takes_too_early.rs"]
    mod wrong_takes_too_early;
    #[path = "wrong_waits_inside.rs"]
    mod wrong_waits_inside;
}

mod e2_state_machine {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_never_ends.rs"]
    mod wrong_never_ends;
    #[path = "wrong_one_step_a_poll.rs"]
    mod wrong_one_step_a_poll;
    #[path = "wrong_reads_before_it_looks.rs"]
    mod wrong_reads_before_it_looks;
    #[path = "wrong_starts_again.rs"]
    mod wrong_starts_again;
    #[path = "wrong_state_is_not_put_back.rs"]
    mod wrong_state_is_not_put_back;
}

mod e3_join {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_keeps_what_is_done.rs"]
    mod wrong_keeps_what_is_done;
    #[path = "wrong_one_after_the_other.rs"]
    mod wrong_one_after_the_other;
    #[path = "wrong_polls_again.rs"]
    mod wrong_polls_again;
    #[path = "wrong_ready_macro.rs"]
    mod wrong_ready_macro;
}

mod e4_race {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_keeps_the_loser.rs"]
    mod wrong_keeps_the_loser;
    #[path = "wrong_polls_the_loser.rs"]
    mod wrong_polls_the_loser;
    #[path = "wrong_waits_for_the_first.rs"]
    mod wrong_waits_for_the_first;
}

mod e5_fifo {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_borrowed_while_polling.rs"]
    mod wrong_borrowed_while_polling;
    #[path = "wrong_forgets_the_spawned.rs"]
    mod wrong_forgets_the_spawned;
    #[path = "wrong_last_in_first_out.rs"]
    mod wrong_last_in_first_out;
    #[path = "wrong_swap_remove.rs"]
    mod wrong_swap_remove;
}

mod e6_timeout {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_clock_first.rs"]
    mod wrong_clock_first;
    #[path = "wrong_looks_at_the_clock.rs"]
    mod wrong_looks_at_the_clock;
    #[path = "wrong_new_sleep_each_poll.rs"]
    mod wrong_new_sleep_each_poll;
}

mod e7_pin {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_moved_to_be_dropped.rs"]
    mod wrong_moved_to_be_dropped;
    #[path = "wrong_only_a_flag.rs"]
    mod wrong_only_a_flag;
    #[path = "wrong_takes_it_out.rs"]
    mod wrong_takes_it_out;
}

mod e8_executor {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_any_is_lazy.rs"]
    mod wrong_any_is_lazy;
    #[path = "wrong_never_waits.rs"]
    mod wrong_never_waits;
    #[path = "wrong_only_operations.rs"]
    mod wrong_only_operations;
    #[path = "wrong_only_who_is_done.rs"]
    mod wrong_only_who_is_done;
}

mod e9_stackful {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_asks_many_times.rs"]
    mod wrong_asks_many_times;
    #[path = "wrong_borrows_across_the_suspension.rs"]
    mod wrong_borrows_across_the_suspension;
    #[path = "wrong_keeps_the_first_waker.rs"]
    mod wrong_keeps_the_first_waker;
    #[path = "wrong_suspends_first.rs"]
    mod wrong_suspends_first;
}
