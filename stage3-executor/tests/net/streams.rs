//! The ways to read and to write a stream.

use std::future::poll_fn;
use std::io::{ErrorKind, IoSlice, IoSliceMut};

use futures::{AsyncReadExt, AsyncWriteExt};

use crate::{block_on, tcp_pair};

#[test]
fn try_read_says_would_block_until_the_socket_is_readable() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        let mut buffer = [0; 8];
        let error = one.try_read(&mut buffer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        other.write_all(b"tea").await.unwrap();
        one.readable().await.unwrap();
        assert_eq!(one.try_read(&mut buffer).unwrap(), 3);
        one.writable().await.unwrap();
        assert_eq!(one.try_write(b"x").unwrap(), 1);
    });
}

#[test]
fn a_read_may_go_into_memory_that_is_not_initialised() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        other.write_all(b"tea").await.unwrap();
        other.shutdown().await.unwrap();
        let mut buffer: Vec<u8> = Vec::with_capacity(8);
        let room = &mut buffer.spare_capacity_mut()[..8];
        let count = poll_fn(|cx| one.poll_read_uninit(cx, room)).await.unwrap();
        // SAFETY: so many bytes are initialised, as the read promises.
        unsafe { buffer.set_len(count) };
        assert_eq!(buffer, b"tea");
        let room = buffer.spare_capacity_mut();
        let end = poll_fn(|cx| one.poll_read_uninit(cx, room)).await;
        assert_eq!(end.unwrap(), 0);
    });
}

#[test]
fn peek_takes_nothing_away_and_read_exact_wants_all() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        other.write_all(b"teapot").await.unwrap();
        other.shutdown().await.unwrap();
        let mut buffer = [0; 4];
        while one.peek(&mut buffer).await.unwrap() < 4 {}
        assert_eq!(&buffer, b"teap");
        assert_eq!(one.read_exact(&mut buffer).await.unwrap(), 4);
        assert_eq!(&buffer, b"teap");
        let error = one.read_exact(&mut buffer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(one.read(&mut buffer).await.unwrap(), 0);
    });
}

#[test]
fn futures_io_reads_and_writes_vectored_too() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        let slices = [IoSlice::new(b"green "), IoSlice::new(b"tea")];
        let mut writer = &one; // a shared reference does
        assert_eq!(
            AsyncWriteExt::write_vectored(&mut writer, &slices)
                .await
                .unwrap(),
            9
        );
        AsyncWriteExt::close(&mut writer).await.unwrap();
        let (mut head, mut tail) = ([0; 6], [0; 8]);
        let mut buffers = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut tail)];
        let mut reader = other; // and so does the stream itself
        let count = AsyncReadExt::read_vectored(&mut reader, &mut buffers)
            .await
            .unwrap();
        assert_eq!((count, &head, &tail[..3]), (9, b"green ", &b"tea"[..]));
        let mut rest = String::new();
        let end = AsyncReadExt::read_to_string(&mut reader, &mut rest)
            .await
            .unwrap();
        assert_eq!(end, 0);
    });
}

/// One call takes so many buffers (1,024 on Linux); that it took no more does not mean that there is no room.
#[test]
fn more_buffers_than_the_os_takes_at_once_are_written_in_several_calls() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        let bytes = [7; 5000];
        let slices: Vec<_> = bytes.chunks(1).map(IoSlice::new).collect();
        let mut written = 0;
        while written < slices.len() {
            written += one.write_vectored(&slices[written..]).await.unwrap();
        }
        let mut buffer = [0; 5000];
        let mut rest = &mut buffer[..];
        while !rest.is_empty() {
            let mut slots: Vec<_> = rest.chunks_mut(1).map(IoSliceMut::new).collect();
            let read = poll_fn(|cx| other.poll_read_vectored(cx, &mut slots));
            let count = read.await.unwrap();
            rest = &mut rest[count..];
        }
        assert_eq!(buffer, bytes);
    });
}
