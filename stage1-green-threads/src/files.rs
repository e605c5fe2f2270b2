//! Files that the chapter leads to and that have no page of their own: examples, the index of tests, code of one system.

/// `examples/minimal.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../examples/minimal.rs"), "```")]
pub mod minimal {}

/// `tests/README.md`
///
#[doc = include_str!("../tests/README.md")]
pub mod tests {}

/// `src/switch/x86_64_sysv.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../src/switch/x86_64_sysv.rs"), "```")]
pub mod switch_x86_64_sysv {}

/// `src/stack/sys/unix.rs`
///
#[doc = concat!("```rust,ignore\n", include_str!("../src/stack/sys/unix.rs"), "```")]
pub mod stack_unix {}

/// `exercises/e1_generator/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e1_generator/README.md"), "~~~~")]
pub mod e1_generator {}

/// `exercises/e2_round_robin/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e2_round_robin/README.md"), "~~~~")]
pub mod e2_round_robin {}

/// `exercises/e3_first_frame/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e3_first_frame/README.md"), "~~~~")]
pub mod e3_first_frame {}

/// `exercises/e4_saved_registers/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e4_saved_registers/README.md"), "~~~~")]
pub mod e4_saved_registers {}

/// `exercises/e5_panic_border/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e5_panic_border/README.md"), "~~~~")]
pub mod e5_panic_border {}

/// `exercises/e6_park_token/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e6_park_token/README.md"), "~~~~")]
pub mod e6_park_token {}

/// `exercises/e7_forced_unwind/README.md`
///
#[doc = concat!("~~~~text\n", include_str!("../exercises/e7_forced_unwind/README.md"), "~~~~")]
pub mod e7_forced_unwind {}
