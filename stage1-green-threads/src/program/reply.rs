//! Reading the server's reply: bytes in, body out, and every way in which it can be wrong.
//!
//! ```text
//!   push(bytes) ─▶ more, please (None) … ─▶ the body (Some): as many bytes as Content-Length said
//!   end of stream: finish() ─▶ the body, if the server gave no Content-Length; else it is cut short
//! ```

use super::fetch::FetchError;

/// No reply of the delay server comes near this; whoever sends more is not the delay server.
pub const MAX_REPLY: usize = 64 * 1024;

/// Takes a reply as it arrives, in pieces of any size. All stages read with it.
///
/// ```
/// # use stage1_green_threads::program::ReplyParser;
/// let mut reply = ReplyParser::new();
/// assert!(reply.push(b"HTTP/1.1 200 OK\r\nContent-Len")?.is_none());
/// let body = reply.push(b"gth: 3\r\n\r\ntea")?;
/// assert_eq!(body.as_deref(), Some(&b"tea"[..]));
/// # Ok::<(), stage1_green_threads::program::FetchError>(())
/// ```
#[derive(Debug, Default)]
pub struct ReplyParser {
    received: Vec<u8>,
    head: Option<Head>,
}

#[derive(Debug)]
struct Head {
    /// Where the body begins.
    length: usize,
    content_length: Option<usize>,
}

impl ReplyParser {
    /// A parser that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the bytes that have come. Gives the body once it is complete.
    ///
    /// # Errors
    ///
    /// The reply is not HTTP, not a success, or too large.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<Vec<u8>>, FetchError> {
        self.received.extend_from_slice(bytes);
        if self.received.len() > MAX_REPLY {
            return Err(FetchError::TooLarge);
        }
        if self.head.is_none() {
            self.head = parse_head(&self.received)?;
        }
        match &self.head {
            Some(Head {
                length,
                content_length: Some(wanted),
            }) if self.received.len() >= length + wanted => {
                Ok(Some(self.received[*length..length + wanted].to_vec()))
            }
            _ => Ok(None),
        }
    }

    /// The stream has ended. Gives the body, if the end of the stream is its end.
    ///
    /// # Errors
    ///
    /// [`FetchError::CutShort`] if something is missing.
    pub fn finish(self) -> Result<Vec<u8>, FetchError> {
        match self.head {
            Some(Head {
                length,
                content_length: None,
            }) => Ok(self.received[length..].to_vec()),
            _ => Err(FetchError::CutShort {
                received: self.received.len(),
            }),
        }
    }
}

/// Finds and reads status line and headers; `None` until all of them are there.
fn parse_head(received: &[u8]) -> Result<Option<Head>, FetchError> {
    // What cannot become HTTP is refused at its first bytes, not when it ends.
    let magic = b"HTTP/1.";
    let known = received.len().min(magic.len());
    if received[..known] != magic[..known] {
        return Err(malformed("it does not begin with HTTP/1", received));
    }
    let Some(end) = received.windows(4).position(|w| w == b"\r\n\r\n") else {
        return Ok(None);
    };
    let Ok(text) = std::str::from_utf8(&received[..end]) else {
        return Err(malformed("its head is not text", received));
    };
    let mut lines = text.split("\r\n");
    let status_line = lines.next().unwrap_or_default();
    check_status(status_line)?;
    let mut content_length = None;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            return Err(malformed("a header without a colon", line.as_bytes()));
        };
        if name.eq_ignore_ascii_case("content-length") {
            let Ok(length) = value.trim().parse() else {
                return Err(malformed("its length is no number", line.as_bytes()));
            };
            if length > MAX_REPLY {
                return Err(FetchError::TooLarge);
            }
            content_length = Some(length);
        }
    }
    Ok(Some(Head {
        length: end + 4,
        content_length,
    }))
}

fn check_status(line: &str) -> Result<(), FetchError> {
    match line.split(' ').nth(1).map(str::parse::<u16>) {
        Some(Ok(200)) => Ok(()),
        Some(Ok(100..=999)) => Err(FetchError::Refused(line.to_owned())),
        _ => Err(malformed("its status line has no status", line.as_bytes())),
    }
}

/// Says what is wrong, and shows the beginning of what was received.
fn malformed(what: &str, received: &[u8]) -> FetchError {
    let shown = &received[..received.len().min(24)];
    FetchError::Malformed(format!("{what}: \"{}\"", shown.escape_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntea";

    fn parse(bytes: &[u8]) -> Result<Vec<u8>, FetchError> {
        let mut parser = ReplyParser::new();
        match parser.push(bytes)? {
            Some(body) => Ok(body),
            None => parser.finish(),
        }
    }

    #[test]
    fn a_reply_may_come_in_pieces_of_any_size() {
        for split in 0..REPLY.len() {
            let mut parser = ReplyParser::new();
            assert!(parser.push(&REPLY[..split]).unwrap().is_none(), "{split}");
            let body = parser.push(&REPLY[split..]).unwrap();
            assert_eq!(body.as_deref(), Some(&b"tea"[..]), "{split}");
        }
    }

    #[test]
    fn a_reply_that_ends_early_is_cut_short_wherever_it_ends() {
        for end in 0..REPLY.len() {
            let error = parse(&REPLY[..end]).unwrap_err();
            assert!(matches!(error, FetchError::CutShort { received } if received == end));
        }
    }

    #[test]
    fn without_a_length_the_end_of_the_stream_ends_the_body() {
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\n\r\ntea").unwrap(), b"tea");
    }

    #[test]
    fn what_is_not_http_is_malformed() {
        let no_http = [
            &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
            b"\0\xff\xfe",
            b"HTTP/1.1 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 \xff\r\n\r\n",
        ];
        for bytes in no_http {
            let error = parse(bytes).unwrap_err();
            assert!(matches!(error, FetchError::Malformed(_)), "{error}");
        }
    }

    #[test]
    fn a_status_other_than_200_is_a_refusal_that_shows_it() {
        let error = parse(b"HTTP/1.1 503 Busy\r\n\r\n").unwrap_err();
        assert!(error.to_string().contains("503 Busy"), "{error}");
    }

    #[test]
    fn a_reply_without_bounds_is_too_large() {
        let mut parser = ReplyParser::new();
        parser.push(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let error = parser.push(&vec![b'x'; MAX_REPLY]).unwrap_err();
        assert!(matches!(error, FetchError::TooLarge));
        let error = parse(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n").unwrap_err();
        assert!(matches!(error, FetchError::TooLarge));
    }
}
