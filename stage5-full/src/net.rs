//! Sockets. These are stage 3's leaf futures, unchanged: each is at home in the reactor of the worker that made it.
//!
//! A stream is split into halves that two tasks can own with `into_split`.

pub use stage3_executor::net::{OwnedReadHalf, OwnedWriteHalf, ReuniteError, Stream};
pub use stage3_executor::net::{TcpListener, TcpStream, UdpSocket};
pub use stage3_executor::net::{ToSocketAddrs, lookup_host};
#[cfg(unix)]
pub use stage3_executor::net::{UnixListener, UnixStream};
