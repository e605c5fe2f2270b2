//! Exercise 5.3: a read that may be cancelled.
// starter| #![allow(unused, reason = "until the exercise is done")]
// starter end

use std::io;

use stage5_full::net::TcpStream;

/// The lines that come over a connection.
struct Lines {
    stream: TcpStream,
    // starter| // What must outlive a call of `next`?
    /// What has come and was not handed out yet.
    received: Vec<u8>,
    // starter end
}

impl Lines {
    fn new(stream: TcpStream) -> Self {
        // starter| Lines { stream }
        Lines {
            stream,
            received: Vec::new(),
        }
        // starter end
    }

    /// The next line, without its `\n`; `None` at the end of the connection. The last line may lack its `\n`.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, no byte is lost: the next call goes on from there.
    async fn next(&mut self) -> io::Result<Option<String>> {
        // starter| let mut received = Vec::new();
        // starter| let mut buffer = [0; 64];
        // starter| loop {
        // starter|     let count = self.stream.read(&mut buffer).await?;
        // starter|     received.extend_from_slice(&buffer[..count]);
        // starter|     todo!("and now? mind where `received` lives")
        // starter| }
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
                let line = std::mem::take(&mut self.received);
                return match line.is_empty() {
                    true => Ok(None),
                    false => text(line).map(Some),
                };
            }
            self.received.extend_from_slice(&buffer[..count]);
        }
        // starter end
    }
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod check;
