//! Reading and writing, as `async` methods.
//!
//! Each says what is lost when it is dropped before it is done: *cancel safe* means nothing is.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::net::Shutdown;

use super::{ByteStream, Stream};

/// How much room `read_to_end` makes at least before it reads.
const READ_TO_END_AT_LEAST: usize = 1024;

impl<S: ByteStream> Stream<S> {
    /// Waits until there may be something to read, for [`try_read`](Self::try_read).
    ///
    /// So the buffer need not exist while the task waits, and is no part of the future.
    ///
    /// # Errors
    ///
    /// If the reactor has shut down. The same is true of all the other methods, which also return
    /// what the OS reports.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    ///
    /// # Examples
    ///
    /// ```
    /// use stage3_executor::net::TcpStream;
    /// use std::io::{self, ErrorKind::WouldBlock};
    ///
    /// async fn first_byte(stream: &TcpStream) -> io::Result<Option<u8>> {
    ///     loop {
    ///         stream.readable().await?;
    ///         let mut byte = [0];
    ///         match stream.try_read(&mut byte) {
    ///             Err(error) if error.kind() == WouldBlock => continue, // a false alarm
    ///             result => return Ok((result? == 1).then_some(byte[0])),
    ///         }
    ///     }
    /// }
    /// ```
    pub async fn readable(&self) -> io::Result<()> {
        poll_fn(|cx| self.poll_read_ready(cx)).await
    }

    /// Waits until there may be room to write, for [`try_write`](Self::try_write).
    ///
    /// # Errors
    ///
    /// If the reactor has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn writable(&self) -> io::Result<()> {
        poll_fn(|cx| self.poll_write_ready(cx)).await
    }

    /// Reads what has arrived, and waits until something has. `Ok(0)`: the other side sends no more
    /// (or `buffer` is empty).
    ///
    /// # Errors
    ///
    /// What the OS reports; if the reactor has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if it is dropped before it is done, nothing has been read.
    pub async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|cx| self.poll_read(cx, buffer)).await
    }

    /// Reads until `buffer` is full; returns its length.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof` if the other side sends no more before that; what `read` returns. In both
    /// cases some bytes may have been read into `buffer`.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: bytes that were read already are in `buffer`, but it is lost how many.
    pub async fn read_exact(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read(&mut buffer[filled..]).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
        }
        Ok(filled)
    }

    /// Reads until the other side sends no more, appending to `buffer`; returns how many bytes came.
    ///
    /// There is no limit: from a peer that is not trusted, read in pieces.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read). What came before the error is in `buffer`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: what has been read is in `buffer`, and calling it again goes on.
    pub async fn read_to_end(&self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let before = buffer.len();
        while self.read_some_onto(buffer).await? > 0 {}
        Ok(buffer.len() - before)
    }

    /// Appends what one `read` gives. The spare room holds no bytes while it waits.
    async fn read_some_onto(&self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        poll_fn(|cx| {
            let filled = buffer.len();
            buffer.reserve(READ_TO_END_AT_LEAST);
            buffer.resize(buffer.capacity(), 0);
            let polled = self.poll_read(cx, &mut buffer[filled..]);
            let count = match &polled {
                std::task::Poll::Ready(Ok(count)) => *count,
                _ => 0,
            };
            buffer.truncate(filled + count);
            polled
        })
        .await
    }

    /// Writes as much of `bytes` as there is room for, and waits until there is some; returns how
    /// many were written. That the OS has taken them does not mean that the other side has.
    ///
    /// # Errors
    ///
    /// What the OS reports; if the reactor has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if it is dropped before it is done, nothing has been written.
    pub async fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        poll_fn(|cx| self.poll_write(cx, bytes)).await
    }

    /// As [`write`](Self::write), from several buffers in one system call.
    ///
    /// # Errors
    ///
    /// As `write`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, as `write`.
    pub async fn write_vectored(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        poll_fn(|cx| self.poll_write_vectored(cx, buffers)).await
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    ///
    /// `WriteZero` if the OS takes nothing; what [`write`](Self::write) returns. In both cases some
    /// bytes may have been written.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: some bytes may have been written, and it is lost how many.
    pub async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.write(bytes).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                count => bytes = &bytes[count..],
            }
        }
        Ok(())
    }

    /// Does nothing: what was written is with the OS already. It is here for programs that expect it.
    ///
    /// # Errors
    ///
    /// None.
    pub async fn flush(&self) -> io::Result<()> {
        Ok(())
    }

    /// Says to the other side that nothing more will be written. Reading goes on.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    ///
    /// # Cancel safety
    ///
    /// It never waits.
    pub async fn shutdown(&self) -> io::Result<()> {
        self.socket().shutdown(Shutdown::Write)
    }
}
