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
