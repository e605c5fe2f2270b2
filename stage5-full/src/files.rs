//! Files that the chapter leads to and that have no page of their own: examples, the index of tests, code of one system.

/// `examples/minimal.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/minimal.rs"), "```")]
pub mod minimal {}

/// `examples/shared_queue.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/shared_queue.rs"), "```")]
pub mod shared_queue {}

/// `examples/local_queues.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/local_queues.rs"), "```")]
pub mod local_queues {}

/// `examples/idle_workers.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/idle_workers.rs"), "```")]
pub mod idle_workers {}

/// `examples/held_worker.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/held_worker.rs"), "```")]
pub mod held_worker {}

/// `examples/fairness.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/fairness.rs"), "```")]
pub mod fairness {}

/// `examples/blocking_and_shutdown.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/blocking_and_shutdown.rs"), "```")]
pub mod blocking_and_shutdown {}

/// `tests/README.md`
///
#[doc = include_str!("../tests/README.md")]
pub mod tests {}

/// `peers/README.md`
///
#[doc = include_str!("../peers/README.md")]
pub mod peers {}

/// `examples/where_are_my_tasks.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/where_are_my_tasks.rs"), "```")]
pub mod where_are_my_tasks {}

/// `exercises/e1_panic_or_abort/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e1_panic_or_abort/README.md"), "~~~~")]
pub mod e1_panic_or_abort {}

/// `exercises/e2_last_look/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e2_last_look/README.md"), "~~~~")]
pub mod e2_last_look {}

/// `exercises/e3_cancelled_read/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e3_cancelled_read/README.md"), "~~~~")]
pub mod e3_cancelled_read {}

/// `exercises/e4_not_all_at_once/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e4_not_all_at_once/README.md"), "~~~~")]
pub mod e4_not_all_at_once {}

/// `exercises/e5_one_worker_at_a_time/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e5_one_worker_at_a_time/README.md"), "~~~~")]
pub mod e5_one_worker_at_a_time {}

/// `exercises/e6_graceful_shutdown/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e6_graceful_shutdown/README.md"), "~~~~")]
pub mod e6_graceful_shutdown {}
