//! Caught by: a_cancelled_read_loses_nothing
//!
//! A line is collected in a variable of the function, byte by byte, so that nothing after it is taken. In a thread that
//! is right. But a future can be dropped at each `await`, and its variables go with it: the first half of a line is
//! lost.

use std::io;

use stage5_full::net::TcpStream;

/// The lines that come over a connection.
struct Lines {
    stream: TcpStream,
}

impl Lines {
    fn new(stream: TcpStream) -> Self {
        Lines { stream }
    }

    /// The next line, without its `\n`; `None` at the end of the connection. The last line may lack its `\n`.
    async fn next(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        loop {
            let mut byte = [0];
            match self.stream.read(&mut byte).await? {
                0 if line.is_empty() => return Ok(None),
                0 => return text(line).map(Some),
                _ if byte == *b"\n" => return text(line).map(Some),
                _ => line.push(byte[0]),
            }
        }
    }
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod check;
