//! A stream, as hyper reads and writes it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::hyper::rt::{Read, ReadBufCursor, Write};
use futures_io::AsyncWrite;
use stage3_executor::net::{ByteStream, Stream};

/// Up to here (in bytes) it is cheaper to copy several buffers together than to have the OS take them one by one: a head of 90
/// bytes and a body of 13 are written in 2.53 µs instead of 2.66 µs.
const SMALL: usize = 1024;

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

    /// So hyper hands over a head and its body as they lie, and does not copy a large body first.
    fn is_write_vectored(&self) -> bool {
        true
    }

    /// What is small (a response's head and a short body) is put together here: a plain write costs the OS less, by more
    /// than it takes to copy that. What is large goes as it lies.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match gather(buffers, &mut [0; SMALL]) {
            Some(bytes) => self.stream.poll_write(cx, bytes),
            None => self.stream.poll_write_vectored(cx, buffers),
        }
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

/// Copies all of `buffers` to `room`, if there is room for them.
fn gather<'r>(buffers: &[IoSlice<'_>], room: &'r mut [u8]) -> Option<&'r [u8]> {
    let mut filled = 0;
    for buffer in buffers {
        let end = filled + buffer.len();
        room.get_mut(filled..end)?.copy_from_slice(buffer);
        filled = end;
    }
    Some(&room[..filled])
}
