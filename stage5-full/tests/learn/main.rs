//! `cargo learn` from outside, on small workspaces that the tests make: each has a stage with an exercise or more, whose
//! checks are made with the kit of stage 1. Cargo builds them, so these tests take a while: `.ci/run course` runs them.

mod fixture;
mod grading;
mod learner;
mod verifying;
mod watching;
