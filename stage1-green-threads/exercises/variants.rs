//! Every variant of every exercise of this stage, in one program: `cargo learn verify` runs their checks.
#![allow(clippy::duplicate_mod, reason = "the variants share their checks")]

mod e1_generator {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_one_ahead.rs"]
    mod wrong_one_ahead;
    #[path = "wrong_resumes_at_the_end.rs"]
    mod wrong_resumes_at_the_end;
}

mod e2_round_robin {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_keeps_the_borrow.rs"]
    mod wrong_keeps_the_borrow;
    #[path = "wrong_skips_the_next.rs"]
    mod wrong_skips_the_next;
    #[path = "wrong_swap_remove.rs"]
    mod wrong_swap_remove;
}

mod e3_first_frame {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_first_word.rs"]
    mod wrong_first_word;
    #[path = "wrong_low_end.rs"]
    mod wrong_low_end;
    #[path = "wrong_other_machine.rs"]
    mod wrong_other_machine;
    #[path = "wrong_trusts_the_end.rs"]
    mod wrong_trusts_the_end;
}

mod e4_saved_registers {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_forgets_some.rs"]
    mod wrong_forgets_some;
    #[path = "wrong_same_order.rs"]
    mod wrong_same_order;
    #[path = "wrong_saves_everything.rs"]
    mod wrong_saves_everything;
}

mod e5_panic_border {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_net_too_high.rs"]
    mod wrong_net_too_high;
    #[path = "wrong_no_net.rs"]
    mod wrong_no_net;
    #[path = "wrong_text_only.rs"]
    mod wrong_text_only;
    #[path = "wrong_unwrap.rs"]
    mod wrong_unwrap;
}

mod e6_park_token {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_always_enqueues.rs"]
    mod wrong_always_enqueues;
    #[path = "wrong_counts.rs"]
    mod wrong_counts;
    #[path = "wrong_no_token.rs"]
    mod wrong_no_token;
    #[path = "wrong_token_stays.rs"]
    mod wrong_token_stays;
}

mod e7_forced_unwind {
    #[path = "exercise.rs"]
    mod exercise;
    #[path = "solution.rs"]
    mod solution;
    #[path = "wrong_begins_to_stop.rs"]
    mod wrong_begins_to_stop;
    #[path = "wrong_catches_for_good.rs"]
    mod wrong_catches_for_good;
    #[path = "wrong_takes_any_panic.rs"]
    mod wrong_takes_any_panic;
    #[path = "wrong_tells_it_once.rs"]
    mod wrong_tells_it_once;
}
