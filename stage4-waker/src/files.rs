//! Files that the chapter leads to and that have no page of their own: examples, the index of tests, code of one system.

/// `examples/minimal.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/minimal.rs"), "```")]
pub mod minimal {}

/// `examples/channels.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/channels.rs"), "```")]
pub mod channels {}

/// `examples/explore.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/explore.rs"), "```")]
pub mod explore {}

/// `tests/README.md`
///
#[doc = include_str!("../tests/README.md")]
pub mod tests {}

/// `../README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../../README.md"), "~~~~")]
pub mod front_door {}

/// `exercises/e1_vtable/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e1_vtable/README.md"), "~~~~")]
pub mod e1_vtable {}

/// `exercises/e2_latest_waker/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e2_latest_waker/README.md"), "~~~~")]
pub mod e2_latest_waker {}

/// `exercises/e3_one_poll/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e3_one_poll/README.md"), "~~~~")]
pub mod e3_one_poll {}

/// `exercises/e4_lost_wake/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e4_lost_wake/README.md"), "~~~~")]
pub mod e4_lost_wake {}

/// `exercises/e5_join/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e5_join/README.md"), "~~~~")]
pub mod e5_join {}

/// `exercises/e6_back_pressure/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e6_back_pressure/README.md"), "~~~~")]
pub mod e6_back_pressure {}

/// `exercises/e7_task_state/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e7_task_state/README.md"), "~~~~")]
pub mod e7_task_state {}
