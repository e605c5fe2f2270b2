//! Files that the chapter leads to and that have no page of their own: examples, the index of tests, code of one system.

/// `examples/minimal.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/minimal.rs"), "```")]
pub mod minimal {}

/// `tests/README.md`
///
#[doc = include_str!("../tests/README.md")]
pub mod tests {}

/// `../README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../../README.md"), "~~~~")]
pub mod front_door {}

/// `exercises/e1_by_hand/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e1_by_hand/README.md"), "~~~~")]
pub mod e1_by_hand {}

/// `exercises/e2_state_machine/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e2_state_machine/README.md"), "~~~~")]
pub mod e2_state_machine {}

/// `exercises/e3_join/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e3_join/README.md"), "~~~~")]
pub mod e3_join {}

/// `exercises/e4_race/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e4_race/README.md"), "~~~~")]
pub mod e4_race {}

/// `exercises/e5_fifo/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e5_fifo/README.md"), "~~~~")]
pub mod e5_fifo {}

/// `exercises/e6_timeout/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e6_timeout/README.md"), "~~~~")]
pub mod e6_timeout {}

/// `exercises/e7_pin/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e7_pin/README.md"), "~~~~")]
pub mod e7_pin {}

/// `exercises/e8_executor/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e8_executor/README.md"), "~~~~")]
pub mod e8_executor {}

/// `exercises/e9_stackful/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e9_stackful/README.md"), "~~~~")]
pub mod e9_stackful {}
