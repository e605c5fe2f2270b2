//! Unix-domain sockets: connections and datagrams within one machine, at a path instead of an address.

mod datagram;
mod listener;
mod stream;

pub use datagram::UnixDatagram;
pub use listener::UnixListener;
pub use stream::UnixStream;
