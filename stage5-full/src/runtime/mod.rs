//! The runtime.

pub(crate) mod queue;
pub(crate) mod lifo;
pub(crate) mod injection;
pub(crate) mod idle;
