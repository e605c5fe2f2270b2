//! Leaf futures for sockets: the places where a future really waits.
//!
//! Every operation is the same four lines (see `operation.rs`): try it; if the OS says `WouldBlock`,
//! leave the task's waker at the socket's place in the reactor and return `Pending`.
//!
//! ```text
//!     stream.read(buffer).await
//!        |  poll_fn                                   no future of its own to get wrong
//!     stream.poll_read(cx, buffer)
//!        |  poll_operation                            budget, attempt, wait
//!     stage2_reactor::Registered<socket, TaskWaker>   readiness, who waits
//! ```
//!
//! # Rules
//!
//! * A socket is registered once, with the reactor that is [current](crate::context::current) where
//!   the socket is made. It may then be used and dropped by any thread.
//! * All operations take `&self`. In each direction *one* task may wait at a socket; when a second
//!   one waits in the same direction, the first is forgotten. So let one task read and another one
//!   write, or share a socket through a task of its own.
//! * After the reactor is gone, every operation returns an error that says so.
//! * Where tokio has a name for something, it has that name here, and tokio's meaning.
//! * Where a name stands for an address, the OS is asked for it on another thread; no task waits for
//!   that but the one that asked.

mod address;
mod lookup;
mod operation;
mod stream;
mod tcp_listener;
mod tcp_stream;
mod udp;
#[cfg(unix)]
mod unix;

pub use address::{Target, ToSocketAddrs, lookup_host};
pub use stream::{ByteStream, OwnedReadHalf, OwnedWriteHalf, ReuniteError, Stream};
pub use tcp_listener::TcpListener;
pub use tcp_stream::TcpStream;
pub use udp::UdpSocket;
#[cfg(unix)]
pub use unix::{UnixDatagram, UnixListener, UnixStream};
