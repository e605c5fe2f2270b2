//! Files that the chapter leads to and that have no page of their own: examples, the index of tests, code of one system.

/// `examples/minimal.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/minimal.rs"), "```")]
pub mod minimal {}

/// `tests/README.md`
///
#[doc = include_str!("../tests/README.md")]
pub mod tests {}

/// `src/driver/ppoll.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../src/driver/ppoll.rs"), "```")]
pub mod ppoll {}

/// `exercises/e1_drain/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e1_drain/README.md"), "~~~~")]
pub mod e1_drain {}

/// `exercises/e2_no_edge_lost/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e2_no_edge_lost/README.md"), "~~~~")]
pub mod e2_no_edge_lost {}

/// `exercises/e3_tokens/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e3_tokens/README.md"), "~~~~")]
pub mod e3_tokens {}

/// `exercises/e4_refused_connect/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e4_refused_connect/README.md"), "~~~~")]
pub mod e4_refused_connect {}

/// `exercises/e5_timers/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e5_timers/README.md"), "~~~~")]
pub mod e5_timers {}

/// `exercises/e6_no_lock_while_waking/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e6_no_lock_while_waking/README.md"), "~~~~")]
pub mod e6_no_lock_while_waking {}
