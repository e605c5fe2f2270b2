//! Exercise 5.3: a read that may be cancelled.
#![allow(unused, reason = "until the exercise is done")]

use std::io;

use stage5_full::net::TcpStream;

/// The lines that come over a connection.
struct Lines {
    stream: TcpStream,
    // What must outlive a call of `next`?
}

impl Lines {
    fn new(stream: TcpStream) -> Self {
        Lines { stream }
    }

    /// The next line, without its `\n`; `None` at the end of the connection. The last line may lack its `\n`.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, no byte is lost: the next call goes on from there.
    async fn next(&mut self) -> io::Result<Option<String>> {
        let mut received = Vec::new();
        let mut buffer = [0; 64];
        loop {
            let count = self.stream.read(&mut buffer).await?;
            received.extend_from_slice(&buffer[..count]);
            todo!("and now? mind where `received` lives")
        }
    }
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod check;
