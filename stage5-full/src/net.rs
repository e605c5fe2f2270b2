//! Sockets. These are stage 3's leaf futures, unchanged: each is at home in the reactor of the worker that made it.
//!
//! A stream is split into halves that two tasks can own with `into_split`.

pub use stage3_executor::net::{OwnedReadHalf, OwnedWriteHalf, ReuniteError, Stream};
pub use stage3_executor::net::{TcpListener, TcpStream, UdpSocket};
pub use stage3_executor::net::{ToSocketAddrs, lookup_host};
#[cfg(unix)]
pub use stage3_executor::net::{UnixDatagram, UnixListener, UnixStream};

/// The halves of a [`TcpStream`], under the names that they have in tokio.
pub mod tcp {
    use stage2_reactor::socket::TcpStream;

    /// The half that reads.
    pub type OwnedReadHalf = super::OwnedReadHalf<TcpStream>;
    /// The half that writes.
    pub type OwnedWriteHalf = super::OwnedWriteHalf<TcpStream>;
    /// The halves are not of one stream.
    pub type ReuniteError = super::ReuniteError<TcpStream>;
}

/// The halves of a [`UnixStream`], under the names that they have in tokio.
#[cfg(unix)]
pub mod unix {
    use stage2_reactor::socket::UnixStream;

    /// The half that reads.
    pub type OwnedReadHalf = super::OwnedReadHalf<UnixStream>;
    /// The half that writes.
    pub type OwnedWriteHalf = super::OwnedWriteHalf<UnixStream>;
    /// The halves are not of one stream.
    pub type ReuniteError = super::ReuniteError<UnixStream>;
}
