//! Caught by: a_cancelled_read_loses_nothing
//!
//! The bytes live in `self`, and so outlive the call. But to work with them in peace they are taken out first, and put
//! back at the end; and that end is not reached if the future is dropped at the `await` in between.

use std::io;

use stage5_full::net::TcpStream;

/// The lines that come over a connection.
struct Lines {
    stream: TcpStream,
    /// What has come and was not handed out yet.
    received: Vec<u8>,
}

impl Lines {
    fn new(stream: TcpStream) -> Self {
        Lines {
            stream,
            received: Vec::new(),
        }
    }

    /// The next line, without its `\n`; `None` at the end of the connection. The last line may lack its `\n`.
    async fn next(&mut self) -> io::Result<Option<String>> {
        let mut received = std::mem::take(&mut self.received);
        loop {
            if let Some(end) = received.iter().position(|byte| *byte == b'\n') {
                self.received = received.split_off(end + 1);
                received.pop();
                return text(received).map(Some);
            }
            let mut buffer = [0; 64];
            match self.stream.read(&mut buffer).await? {
                0 if received.is_empty() => return Ok(None),
                0 => return text(received).map(Some),
                count => received.extend_from_slice(&buffer[..count]),
            }
        }
    }
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod check;
