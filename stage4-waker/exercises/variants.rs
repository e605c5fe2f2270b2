//! Every variant of every exercise of this stage, in one program: `cargo learn verify` runs their checks.
#![allow(clippy::duplicate_mod, reason = "the variants share their checks")]

mod e1_vtable {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_clone_copies.rs"]
    mod wrong_clone_copies;
    #[path = "wrong_wake_by_ref_gives_back.rs"]
    mod wrong_wake_by_ref_gives_back;
    #[path = "wrong_wake_leaks.rs"]
    mod wrong_wake_leaks;
}

mod e2_latest_waker {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_clones_each_time.rs"]
    mod wrong_clones_each_time;
    #[path = "wrong_keeps_them_all.rs"]
    mod wrong_keeps_them_all;
    #[path = "wrong_wakes_while_borrowed.rs"]
    mod wrong_wakes_while_borrowed;
}

mod e3_one_poll {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_compares_with_the_last.rs"]
    mod wrong_compares_with_the_last;
    #[path = "wrong_forgets_after_the_poll.rs"]
    mod wrong_forgets_after_the_poll;
    #[path = "wrong_polls_again_at_once.rs"]
    mod wrong_polls_again_at_once;
}

mod e4_lost_wake {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_looks_once.rs"]
    mod wrong_looks_once;
    #[path = "wrong_wakes_before_it_sets.rs"]
    mod wrong_wakes_before_it_sets;
    #[path = "wrong_wakes_itself.rs"]
    mod wrong_wakes_itself;
}

mod e5_join {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_abort_answers_at_once.rs"]
    mod wrong_abort_answers_at_once;
    #[path = "wrong_abort_waits_for_a_poll.rs"]
    mod wrong_abort_waits_for_a_poll;
    #[path = "wrong_drop_always_answers.rs"]
    mod wrong_drop_always_answers;
    #[path = "wrong_drop_tells_of_the_panic.rs"]
    mod wrong_drop_tells_of_the_panic;
    #[path = "wrong_leaves_its_waker_late.rs"]
    mod wrong_leaves_its_waker_late;
    #[path = "wrong_polls_while_borrowed.rs"]
    mod wrong_polls_while_borrowed;
    #[path = "wrong_wakes_while_borrowed.rs"]
    mod wrong_wakes_while_borrowed;
}

mod e6_back_pressure {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_ends_before_the_values.rs"]
    mod wrong_ends_before_the_values;
    #[path = "wrong_last_sender_goes_quietly.rs"]
    mod wrong_last_sender_goes_quietly;
    #[path = "wrong_receiver_goes_quietly.rs"]
    mod wrong_receiver_goes_quietly;
    #[path = "wrong_takes_the_value_first.rs"]
    mod wrong_takes_the_value_first;
    #[path = "wrong_wakes_one_sender.rs"]
    mod wrong_wakes_one_sender;
    #[path = "wrong_wakes_while_borrowed.rs"]
    mod wrong_wakes_while_borrowed;
}

mod e7_task_state {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_a_running_task_is_queued.rs"]
    mod wrong_a_running_task_is_queued;
    #[path = "wrong_a_running_task_needs_no_wake.rs"]
    mod wrong_a_running_task_needs_no_wake;
    #[path = "wrong_an_abort_waits_for_a_wake.rs"]
    mod wrong_an_abort_waits_for_a_wake;
    #[path = "wrong_complete_is_idle.rs"]
    mod wrong_complete_is_idle;
}
