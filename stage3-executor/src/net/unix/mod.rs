//! Unix-domain sockets: connections within one machine, at a path instead of an address.

mod listener;
mod stream;

pub use listener::UnixListener;
pub use stream::UnixStream;
