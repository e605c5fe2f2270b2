//! Which part of a file is asked for (RFC 9110, section 14): one range of bytes, or all of it.
//!
//! ```text
//!     bytes=2-5      from the third byte to the sixth
//!     bytes=2-       from the third byte on
//!     bytes=-5       the last five
//! ```

use std::ops::Range;

/// What to send.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The whole file.
    All,
    /// These bytes of it: at least one.
    Bytes(Range<u64>),
    /// Nothing: the range lies outside of the file.
    Nothing,
}

/// What the header `Range`, if there is one, asks of a file of `length` bytes. What is not understood, or is several
/// ranges, may be ignored: that gives the whole file.
pub(crate) fn part(header: Option<&str>, length: u64) -> Part {
    let range = header.and_then(|header| header.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return Part::All;
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return Part::All,
    };
    if range.is_empty() {
        Part::Nothing
    } else {
        Part::Bytes(range)
    }
}
