//! Reading the head of a request: what it asks for, or with which status to refuse it.
//!
//! The rules are RFC 9112 (HTTP/1.1), strictly: a lenient reader and a strict one that disagree on
//! where a request ends are how requests are smuggled.

use std::time::Duration;

/// A request line with all its headers must fit in here.
pub(super) const MAX_HEAD: usize = 8 * 1024;
/// The target of a request alone must fit in here.
const MAX_TARGET: usize = 4 * 1024;
/// No reply is held back for longer.
const MAX_DELAY: Duration = Duration::from_secs(60);

/// What a client asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) delay: Duration,
    pub(super) text: String,
}

/// A refusal: the status, and a sentence for the human at the other end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) &'static str, pub(super) &'static str);

pub(super) const TOO_SLOW: Refusal = Refusal(
    "408 Request Timeout",
    "the request did not come to its end in time",
);
pub(super) const TOO_LARGE: Refusal = Refusal(
    "431 Request Header Fields Too Large",
    "a request has at most 8 KiB here",
);

pub(super) const CUT_SHORT: Refusal = bad("the request ends before its head does");

const fn bad(why: &'static str) -> Refusal {
    Refusal("400 Bad Request", why)
}

/// Where the head ends, once all of it is there: the bytes before the empty line.
pub(super) fn end_of_head(received: &[u8]) -> Option<usize> {
    received.windows(4).position(|w| w == b"\r\n\r\n")
}

/// Reads a head, without the empty line that ends it.
pub(super) fn parse(head: &[u8]) -> Result<Wish, Refusal> {
    let text = std::str::from_utf8(head).map_err(|_| bad("the head is not text"))?;
    if !text.is_ascii() || text.replace("\r\n", "").contains(['\r', '\n', '\0']) {
        return Err(bad("the head contains bytes that do not belong there"));
    }
    let mut lines = text.split("\r\n");
    let (version, target) = parse_request_line(lines.next().unwrap_or_default())?;
    check_headers(lines, version)?;
    parse_target(target)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    Http10,
    Http11,
}

fn parse_request_line(line: &str) -> Result<(Version, &str), Refusal> {
    let parts: Vec<&str> = line.split(' ').collect();
    let [method, target, version] = parts[..] else {
        return Err(bad("a request line is: GET <target> HTTP/1.1"));
    };
    let version = match version {
        "HTTP/1.1" => Version::Http11,
        "HTTP/1.0" => Version::Http10,
        _ if version.starts_with("HTTP/") => {
            let why = "this server speaks HTTP/1.1";
            return Err(Refusal("505 HTTP Version Not Supported", why));
        }
        _ => return Err(bad("a request line ends in HTTP/1.1")),
    };
    match method {
        "GET" => Ok((version, target)),
        _ if !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic()) => Err(
            Refusal("405 Method Not Allowed", "this server answers GET only"),
        ),
        _ => Err(bad("a request line begins with GET")),
    }
}

fn check_headers<'a>(
    lines: impl Iterator<Item = &'a str>,
    version: Version,
) -> Result<(), Refusal> {
    let mut hosts = 0;
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(bad("a header has no colon"))?;
        if name.is_empty() || name.contains([' ', '\t']) {
            return Err(bad("the name of a header is empty or has a space in it"));
        }
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if is("host") {
            hosts += 1;
        } else if is("transfer-encoding") || (is("content-length") && value.trim() != "0") {
            let why = "a request has no body here";
            return Err(Refusal("413 Content Too Large", why));
        }
    }
    match (version, hosts) {
        (Version::Http11, 1) | (Version::Http10, 0 | 1) => Ok(()),
        _ => Err(bad("exactly one Host header is needed")),
    }
}

/// `/<milliseconds>/<text>`
fn parse_target(target: &str) -> Result<Wish, Refusal> {
    if target.len() > MAX_TARGET {
        return Err(Refusal(
            "414 URI Too Long",
            "a target has at most 4 KiB here",
        ));
    }
    let parts = target
        .strip_prefix('/')
        .and_then(|path| path.split_once('/'));
    let Some((milliseconds, text)) = parts else {
        let why = "the only resource here is /<milliseconds>/<text>";
        return Err(Refusal("404 Not Found", why));
    };
    let all_digits = milliseconds.bytes().all(|byte| byte.is_ascii_digit());
    let milliseconds = milliseconds.parse().ok().filter(|_| all_digits);
    let delay = milliseconds
        .map(Duration::from_millis)
        .filter(|delay| *delay <= MAX_DELAY)
        .ok_or(bad(
            "the delay is a whole number of milliseconds, 60000 at most",
        ))?;
    Ok(Wish {
        delay,
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(head: &str) -> &'static str {
        parse(head.as_bytes()).unwrap_err().0
    }

    #[test]
    fn a_good_request_says_how_long_and_what() {
        let wish = parse(b"GET /250/a/b?c HTTP/1.1\r\nHost: x\r\nAccept: */*").unwrap();
        assert_eq!(wish.delay, Duration::from_millis(250));
        assert_eq!(wish.text, "a/b?c");
        assert!(parse(b"GET /0/ HTTP/1.0").is_ok());
        assert!(parse(b"GET /0/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0").is_ok());
    }

    #[test]
    fn each_way_to_be_wrong_has_its_status() {
        assert_eq!(status(""), "400 Bad Request");
        assert_eq!(status("GET"), "400 Bad Request");
        assert_eq!(status("GET /1/x"), "400 Bad Request");
        assert_eq!(status("GET  /1/x HTTP/1.1"), "400 Bad Request");
        assert_eq!(status("GET /1/x FTP/1.1"), "400 Bad Request");
        assert_eq!(status("G\0T /1/x HTTP/1.1"), "400 Bad Request");
        assert_eq!(status("GET /1/x HTTP/1.1"), "400 Bad Request"); // no Host
        assert_eq!(
            status("GET /1/x HTTP/1.1\r\nHost: a\r\nHost: b"),
            "400 Bad Request"
        );
        assert_eq!(status("GET /1/x HTTP/1.1\r\nHost : a"), "400 Bad Request");
        assert_eq!(status("GET /1/x HTTP/1.1\r\nHost a"), "400 Bad Request");
        assert_eq!(status("GET /1/x HTTP/1.1\nHost: a"), "400 Bad Request");
        assert_eq!(status("GET /-1/x HTTP/1.0"), "400 Bad Request");
        assert_eq!(status("GET /+1/x HTTP/1.0"), "400 Bad Request");
        assert_eq!(
            status("GET /99999999999999999999/x HTTP/1.0"),
            "400 Bad Request"
        );
        assert_eq!(status("GET /60001/x HTTP/1.0"), "400 Bad Request");
        assert_eq!(status("GET / HTTP/1.0"), "404 Not Found");
        assert_eq!(status("GET /12 HTTP/1.0"), "404 Not Found");
        assert_eq!(status("POST /1/x HTTP/1.0"), "405 Method Not Allowed");
        assert_eq!(
            status("GET /1/x HTTP/2.0"),
            "505 HTTP Version Not Supported"
        );
        assert_eq!(
            status("GET /1/x HTTP/1.0\r\nContent-Length: 5"),
            "413 Content Too Large"
        );
        let long = format!("GET /1/{} HTTP/1.0", "x".repeat(5000));
        assert_eq!(status(&long), "414 URI Too Long");
    }
}
