//! A file as the body of a response: read while it is sent, a piece at a time.
//!
//! Each piece is a call of its own on the pool of blocking threads. A slow client holds no thread while it takes its
//! time, and never more than one piece is in memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use futures::stream::{self, Stream};
use http_body_util::StreamBody;
use hyper::body::{Body, Bytes, Frame};
use stage5_full::task::spawn_blocking;

use super::Error;

/// Large enough that the way to another thread and back does not count.
const PIECE: u64 = 256 * 1024;

/// These bytes of a file.
pub(crate) fn of_file(file: File, bytes: Range<u64>) -> impl Body<Data = Bytes, Error = Error> {
    StreamBody::new(pieces(file, bytes))
}

fn pieces(file: File, bytes: Range<u64>) -> impl Stream<Item = Result<Frame<Bytes>, Error>> {
    stream::try_unfold((file, bytes), async |(file, bytes)| {
        if bytes.is_empty() {
            return Ok(None);
        }
        let piece = bytes.start..bytes.end.min(bytes.start + PIECE);
        let rest = piece.end..bytes.end;
        let (file, piece) = spawn_blocking(move || read(file, piece)).await??;
        Ok(Some((Frame::data(piece), (file, rest))))
    })
}

/// Blocks.
///
/// # Errors
///
/// What the OS reports; `UnexpectedEof` if the file is shorter than it was.
fn read(mut file: File, bytes: Range<u64>) -> io::Result<(File, Bytes)> {
    file.seek(SeekFrom::Start(bytes.start))?;
    let wanted = bytes.end - bytes.start;
    let mut piece = Vec::with_capacity(wanted as usize);
    let got = (&file).take(wanted).read_to_end(&mut piece)?;
    if (got as u64) < wanted {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((file, piece.into()))
}
