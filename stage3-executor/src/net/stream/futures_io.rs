//! futures-io's traits, through which the field's libraries use any runtime's streams.
//!
//! For a shared reference too, since all operations take `&self`: with two references, one task can
//! read while another one writes. And for the halves that two tasks own.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::Shutdown;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

use super::{ByteStream, OwnedReadHalf, OwnedWriteHalf, Stream};

/// All of these types dereference to the stream that does the work.
macro_rules! read_by_the_stream {
    ($($type:ty $(where $a:lifetime)?;)*) => {$(
        impl<$($a,)? S: ByteStream> AsyncRead for $type {
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffer: &mut [u8],
            ) -> Poll<io::Result<usize>> {
                Stream::poll_read(&self, cx, buffer)
            }

            fn poll_read_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffers: &mut [IoSliceMut<'_>],
            ) -> Poll<io::Result<usize>> {
                Stream::poll_read_vectored(&self, cx, buffers)
            }
        }
    )*};
}

macro_rules! write_by_the_stream {
    ($($type:ty $(where $a:lifetime)?, $close:expr;)*) => {$(
        impl<$($a,)? S: ByteStream> AsyncWrite for $type {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                Stream::poll_write(&self, cx, bytes)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffers: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                Stream::poll_write_vectored(&self, cx, buffers)
            }

            /// There is nothing to flush: what was written is with the OS.
            fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            /// Says to the other side that nothing more will be written.
            fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready($close(self))
            }
        }
    )*};
}

read_by_the_stream! {
    Stream<S>;
    &'a Stream<S> where 'a;
    OwnedReadHalf<S>;
}

write_by_the_stream! {
    Stream<S>, |stream: Pin<&mut Self>| stream.socket().shutdown(Shutdown::Write);
    &'a Stream<S> where 'a, |stream: Pin<&mut Self>| stream.socket().shutdown(Shutdown::Write);
    OwnedWriteHalf<S>, |half: Pin<&mut Self>| half.get_mut().close();
}
