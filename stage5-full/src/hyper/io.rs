//! A stream, as hyper reads and writes it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::hyper::rt::{Read, ReadBufCursor, Write};
use futures_io::AsyncWrite;
use stage3_executor::net::{ByteStream, Stream};

/// A stream for hyper: [`Io::new(stream)`](Io::new), of a `TcpStream` or a `UnixStream`.
///
/// When a connection is upgraded, hyper gives it back: `upgraded.downcast::<Io<_>>()`, then [`into_inner`](Self::into_inner).
#[derive(Debug)]
pub struct Io<S: ByteStream> {
    stream: Stream<S>,
}

impl<S: ByteStream> Io<S> {
    /// Gives the stream to hyper.
    pub fn new(stream: Stream<S>) -> Self {
        Io { stream }
    }

    /// The stream, to ask for its addresses for instance.
    pub fn inner(&self) -> &Stream<S> {
        &self.stream
    }

    /// Takes the stream back.
    pub fn into_inner(self) -> Stream<S> {
        self.stream
    }
}

impl<S: ByteStream> Read for Io<S> {
    /// The OS writes where hyper wants it, into memory that nobody has filled before.
    // region: poll_read
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // SAFETY: a read initialises bytes, and never the reverse.
        let room = unsafe { cursor.as_mut() };
        let count = ready!(self.stream.poll_read_uninit(cx, room))?;
        // SAFETY: the read has initialised so many bytes at the start of `room`: it promises that.
        unsafe { cursor.advance(count) };
        Poll::Ready(Ok(()))
    }
    // endregion: poll_read
}

impl<S: ByteStream> Write for Io<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_write(cx, bytes)
    }

    /// So hyper hands over a head and its body as they lie, and does not copy them together first.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_write_vectored(cx, buffers)
    }

    /// There is nothing to flush: what was written is with the OS.
    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Says to the other side that nothing more will be written.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &self.stream).poll_close(cx)
    }
}
