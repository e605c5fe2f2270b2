//! One stream, two owners: a task that reads and a task that writes.
//!
//! ```text
//!   OwnedReadHalf ──┐
//!                   ├──► Arc<Stream>      all of a stream's methods take `&self`, so both can
//!   OwnedWriteHalf ─┘
//! ```
//!
//! Dropping the write half closes that direction, so that the other side reads the end of the stream, as if the whole
//! stream had been dropped.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::Shutdown;
use std::ops::Deref;
use std::sync::Arc;

use super::{ByteStream, Stream};

/// The half that reads. What it can do, apart from reading, it has from the stream that it dereferences to.
#[derive(Debug)]
pub struct OwnedReadHalf<S: ByteStream> {
    stream: Arc<Stream<S>>,
}

/// The half that writes. When it is dropped, the connection's writing direction is closed.
#[derive(Debug)]
pub struct OwnedWriteHalf<S: ByteStream> {
    stream: Arc<Stream<S>>,
    close_on_drop: bool,
}

/// The two halves are not of one stream. They come back in it.
#[derive(Debug)]
pub struct ReuniteError<S: ByteStream>(pub OwnedReadHalf<S>, pub OwnedWriteHalf<S>);

impl<S: ByteStream> Stream<S> {
    /// Splits the stream into a half that reads and a half that writes, for two futures of one task. As all
    /// operations take `&self`, each half is the stream itself.
    pub fn split(&mut self) -> (&Self, &Self) {
        (self, self)
    }

    /// Splits the stream into a half that reads and a half that writes, for two tasks to own.
    pub fn into_split(self) -> (OwnedReadHalf<S>, OwnedWriteHalf<S>) {
        let stream = Arc::new(self);
        let write = OwnedWriteHalf {
            stream: stream.clone(),
            close_on_drop: true,
        };
        (OwnedReadHalf { stream }, write)
    }
}

impl<S: ByteStream> OwnedReadHalf<S> {
    /// Makes one stream again of its halves.
    ///
    /// # Errors
    ///
    /// If they are not of the same stream.
    pub fn reunite(self, write: OwnedWriteHalf<S>) -> Result<Stream<S>, ReuniteError<S>> {
        if !Arc::ptr_eq(&self.stream, &write.stream) {
            return Err(ReuniteError(self, write));
        }
        write.forget();
        let stream = Arc::into_inner(self.stream);
        Ok(stream.expect("invariant: a stream has two halves, and one is gone"))
    }
}

impl<S: ByteStream> OwnedWriteHalf<S> {
    /// Makes one stream again of its halves: see [`OwnedReadHalf::reunite`].
    ///
    /// # Errors
    ///
    /// If they are not of the same stream.
    pub fn reunite(self, read: OwnedReadHalf<S>) -> Result<Stream<S>, ReuniteError<S>> {
        read.reunite(self)
    }

    /// Drops this half and leaves the direction open: the read half keeps the stream.
    pub fn forget(mut self) {
        self.close_on_drop = false;
    }

    /// Closes the writing direction: the other side reads the end of the stream.
    ///
    /// # Errors
    ///
    /// If the connection is gone already.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        self.close()
    }

    pub(super) fn close(&mut self) -> io::Result<()> {
        self.stream.socket().shutdown(Shutdown::Write)?;
        self.close_on_drop = false;
        Ok(())
    }
}

impl<S: ByteStream> Deref for OwnedReadHalf<S> {
    type Target = Stream<S>;

    fn deref(&self) -> &Stream<S> {
        &self.stream
    }
}

impl<S: ByteStream> Deref for OwnedWriteHalf<S> {
    type Target = Stream<S>;

    fn deref(&self) -> &Stream<S> {
        &self.stream
    }
}

impl<S: ByteStream> AsRef<Stream<S>> for OwnedReadHalf<S> {
    fn as_ref(&self) -> &Stream<S> {
        self
    }
}

impl<S: ByteStream> AsRef<Stream<S>> for OwnedWriteHalf<S> {
    fn as_ref(&self) -> &Stream<S> {
        self
    }
}

impl<S: ByteStream> Drop for OwnedWriteHalf<S> {
    fn drop(&mut self) {
        if self.close_on_drop {
            // If the connection is gone already, that direction is closed.
            let _ = self.stream.socket().shutdown(Shutdown::Write);
        }
    }
}

impl<S: ByteStream> fmt::Display for ReuniteError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these are halves of two different streams")
    }
}

impl<S: ByteStream + fmt::Debug> Error for ReuniteError<S> {}
