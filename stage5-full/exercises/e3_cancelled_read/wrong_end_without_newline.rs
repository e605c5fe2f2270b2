//! Caught by: the_last_line_may_lack_its_end
//!
//! "No more bytes: the end." What came before the end, without a `\n`, was a line too, and is dropped here.

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
                let rest = self.received.split_off(end + 1);
                let mut line = std::mem::replace(&mut self.received, rest);
                line.pop();
                return text(line).map(Some);
            }
            let mut buffer = [0; 64];
            let count = self.stream.read(&mut buffer).await?;
            if count == 0 {
                return Ok(None);
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
