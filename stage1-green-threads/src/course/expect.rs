//! A comparison that says first what it means, then what came and what should have.

use std::fmt::{Debug, Display};

/// Fails the check unless `came` equals `expected`. `words` say what was observed, and what that means.
///
/// ```text
/// abort() was called while the future waited, and these are the wakes that followed.
///   came      []
///   expected  ["the task is woken"]
/// ```
///
/// # Panics
///
/// If they differ. That is what it is for.
///
/// # Examples
///
/// ```
/// use stage1_green_threads::course::expect_eq;
///
/// expect_eq(1 + 1, 2, "one and one were added");
/// ```
#[track_caller]
pub fn expect_eq<A, B>(came: A, expected: B, words: impl Display)
where
    A: PartialEq<B> + Debug,
    B: Debug,
{
    if came != expected {
        panic!("{words}\n  came      {came:?}\n  expected  {expected:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn the_message_says_what_came_and_what_was_expected() {
        let failed = catch_unwind(|| expect_eq(vec![1], [1, 2], format_args!("{} came", 1)));
        let message = failed.unwrap_err().downcast::<String>().unwrap();
        assert_eq!(*message, "1 came\n  came      [1]\n  expected  [1, 2]");
    }
}
