//! The sockets that a reactor can watch: of the operating system, or of a simulated world.
//!
//! Each type here is non-blocking, works on `&self`, and knows nothing of reactors: an operation that
//! cannot be done now returns `WouldBlock`. [`Registered`](crate::Registered) gives it a reactor.
//!
//! Which kind of socket it is follows from the [`Driver`](crate::Driver) that it is made with.

/// Does the same with a socket of either kind: they have the same methods.
macro_rules! with_socket {
    ($kind:expr, $socket:ident => $result:expr) => {
        match $kind {
            Kind::Os($socket) => $result,
            #[cfg(feature = "simulation")]
            Kind::Simulated($socket) => $result,
        }
    };
}

/// How a type with such a `Kind` is registered.
macro_rules! impl_socket {
    ($type:ty) => {
        impl crate::Socket for $type {
            fn pollable(&mut self) -> crate::Pollable<'_> {
                match &mut self.0 {
                    Kind::Os(socket) => crate::Pollable::os(socket),
                    #[cfg(feature = "simulation")]
                    Kind::Simulated(socket) => crate::Pollable::simulated(socket.port()),
                }
            }
        }
    };
}

#[macro_use]
mod stream;

mod accept;
mod receive;
mod tcp;
mod tcp_listener;
mod udp;
#[cfg(unix)]
mod unix_datagram;
#[cfg(unix)]
mod unix_listener;
#[cfg(unix)]
mod unix_stream;

pub use accept::{Accept, Acceptor};
pub use tcp::TcpStream;
pub use tcp_listener::TcpListener;
pub use udp::UdpSocket;
#[cfg(unix)]
pub use unix_datagram::UnixDatagram;
#[cfg(unix)]
pub use unix_listener::UnixListener;
#[cfg(unix)]
pub use unix_stream::UnixStream;
