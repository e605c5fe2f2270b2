//! Names of tasks and of files, kept once each, so that an event is a value that can be copied.
//!
//! What is kept is never given back. A program has few files and few different names of tasks; one that makes up a name
//! for each task gets the first [`MOST`] of them.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::Word;

/// How many different texts are kept.
const MOST: usize = 10_000;

/// The word for this text.
pub(super) fn keep(text: &str) -> Word {
    static TEXTS: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    if text.is_empty() {
        return Word("");
    }
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let texts = texts.get_or_insert_default();
    if let Some(known) = texts.get(text) {
        return Word(known);
    }
    if texts.len() == MOST {
        return Word("other");
    }
    let kept: &'static str = Box::leak(text.into());
    texts.insert(kept);
    Word(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_kept_once() {
        let (first, second) = (keep("fetch"), keep(&String::from("fetch")));
        assert_eq!(first, second);
        assert!(std::ptr::eq(first.0, second.0));
        assert_eq!(keep(""), Word(""));
    }
}
