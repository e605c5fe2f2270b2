//! TCP connections.

use std::future::poll_fn;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::{self, Shutdown, SocketAddr};
use std::task::{Context, Poll};

use stage2_reactor::{Direction, socket};

use super::address::{ToSocketAddrs, no_address, resolve};
use super::operation::poll_operation;
use super::stream::{ByteStream, Stream};
use crate::context;

/// A TCP connection.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, future::join, net::{TcpListener, TcpStream}};
///
/// Executor::new()?.block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let address = listener.local_addr()?;
///     let server = async {
///         let (stream, _peer) = listener.accept().await?;
///         stream.write_all(b"hello").await
///     };
///     let client = async {
///         let mut greeting = Vec::new();
///         TcpStream::connect(address).await?.read_to_end(&mut greeting).await?;
///         Ok::<_, std::io::Error>(greeting)
///     };
///     let (served, greeting) = join(server, client).await;
///     served?;
///     assert_eq!(greeting?, b"hello");
///     Ok::<(), std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub type TcpStream = Stream<socket::TcpStream>;

impl TcpStream {
    /// Connects to the first of the addresses that accepts.
    ///
    /// # Errors
    ///
    /// That of the last address tried, such as `ConnectionRefused`; if a name has none; if there is no
    /// runtime here.
    ///
    /// # Cancel safety
    ///
    /// Dropping it gives the connection up.
    pub async fn connect(addresses: impl ToSocketAddrs) -> io::Result<TcpStream> {
        let mut last_error = no_address();
        for address in resolve(addresses).await? {
            let stream = TcpStream::start_connect(address)?;
            match poll_fn(|cx| stream.poll_connected(cx)).await {
                Ok(()) => return Ok(stream),
                Err(error) => last_error = error,
            }
        }
        Err(last_error)
    }

    /// Begins to connect and does not wait. The stream is of use when
    /// [`poll_connected`](Self::poll_connected) has said so.
    ///
    /// # Errors
    ///
    /// If the OS refuses at once; if there is no runtime here.
    pub fn start_connect(address: SocketAddr) -> io::Result<TcpStream> {
        let home = context::current()?;
        Stream::new(socket::TcpStream::connect(home.driver(), address)?, &home)
    }

    /// Takes over a connection of std's; makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses; if there is no runtime here, or only a simulated one.
    pub fn from_std(stream: net::TcpStream) -> io::Result<TcpStream> {
        let home = context::current()?;
        Stream::new(socket::TcpStream::from_std(home.driver(), stream)?, &home)
    }

    /// Waits for something to read and looks at it without taking it away.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|cx| self.poll_peek(cx, buffer)).await
    }

    /// The polling form of [`peek`](Self::peek).
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn poll_peek(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let source = self.source();
        poll_operation(source, Direction::Read, cx, || {
            source.attempt(Direction::Read, |socket| socket.peek(buffer))
        })
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// What the OS reports. The same is true of all that follow.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket().local_addr()
    }

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket().peer_addr()
    }

    /// Whether small writes are sent at once (Nagle's algorithm is off).
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn nodelay(&self) -> io::Result<bool> {
        self.socket().nodelay()
    }

    /// Sets whether small writes are sent at once.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.socket().set_nodelay(nodelay)
    }

    /// The time to live of its packets. Each router on the way takes one off, and drops the packet at 0.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn ttl(&self) -> io::Result<u32> {
        self.socket().ttl()
    }

    /// Sets the time to live of its packets, see [`ttl`](Self::ttl).
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.socket().set_ttl(ttl)
    }

    /// Takes the error that the OS has noted for this socket, if any.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.socket().take_error()
    }
}

// SAFETY: the socket's `read_uninit` promises what is asked for here.
unsafe impl ByteStream for socket::TcpStream {
    fn finish_connect(&self) -> io::Result<()> {
        self.finish_connect()
    }

    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read(buffer)
    }

    fn read_uninit(&self, buffer: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        self.read_uninit(buffer)
    }

    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        self.read_vectored(buffers)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.write(bytes)
    }

    fn write_vectored(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        self.write_vectored(buffers)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.shutdown(how)
    }
}
