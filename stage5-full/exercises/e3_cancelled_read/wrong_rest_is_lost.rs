//! Caught by: what_comes_with_a_line_is_kept
//!
//! "When the line is complete, the buffer starts anew." With a client that sends a line and waits for its answer, that
//! is so. One that sends three lines at once gets one answer.

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
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b'\n') {
                let mut line = std::mem::take(&mut self.received);
                line.truncate(end);
                return text(line).map(Some);
            }
            let mut buffer = [0; 64];
            let count = self.stream.read(&mut buffer).await?;
            if count == 0 {
                let line = std::mem::take(&mut self.received);
                return match line.is_empty() {
                    true => Ok(None),
                    false => text(line).map(Some),
                };
            }
            self.received.extend_from_slice(&buffer[..count]);
        }
    }
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod check;
