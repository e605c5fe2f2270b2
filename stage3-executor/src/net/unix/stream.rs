//! Unix-domain connections.

use std::future::poll_fn;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;

use stage2_reactor::socket;

use crate::context;
use crate::net::stream::{ByteStream, Stream};

/// A Unix-domain connection.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, net::UnixStream};
///
/// Executor::new()?.block_on(async {
///     let (one, other) = UnixStream::pair()?;
///     one.write_all(b"ping").await?;
///     let mut buffer = [0; 4];
///     other.read_exact(&mut buffer).await?;
///     assert_eq!(&buffer, b"ping");
///     Ok::<(), std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub type UnixStream = Stream<socket::UnixStream>;

impl UnixStream {
    /// Connects to the listener at `path`.
    ///
    /// # Errors
    ///
    /// Such as `NotFound` or `ConnectionRefused`; if the listener's queue is full, `WouldBlock` on Linux (which
    /// does not say when there is room) and `ConnectionRefused` on macOS; if there is no runtime here.
    ///
    /// # Cancel safety
    ///
    /// Dropping it gives the connection up.
    pub async fn connect(path: impl AsRef<Path>) -> io::Result<UnixStream> {
        let home = context::current()?;
        let stream = Stream::new(socket::UnixStream::connect(home.driver(), path)?, &home)?;
        poll_fn(|cx| stream.poll_connected(cx)).await?;
        Ok(stream)
    }

    /// Two ends of a new connection.
    ///
    /// # Errors
    ///
    /// If the OS refuses; if there is no runtime here.
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let home = context::current()?;
        let (one, other) = socket::UnixStream::pair(home.driver())?;
        Ok((Stream::new(one, &home)?, Stream::new(other, &home)?))
    }

    /// Takes over a connection of std's; makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses; if there is no runtime here, or only a simulated one.
    pub fn from_std(stream: net::UnixStream) -> io::Result<UnixStream> {
        let home = context::current()?;
        Stream::new(socket::UnixStream::from_std(home.driver(), stream)?, &home)
    }

    /// The address of this end: the listener's path if it was accepted, no path if it has connected.
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
unsafe impl ByteStream for socket::UnixStream {
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
