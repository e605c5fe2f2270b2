//! What a panic means whose words are std's: they say what is wrong, but not what to look for.

use std::any::Any;

const BORROWED_TWICE: &str = "
A `RefCell` was borrowed while another borrow of it was alive: the line above made the second one.
What `borrow()` and `borrow_mut()` give lives to the end of its statement, and in the head of a
`match`, an `if let` or a `while let` to the end of the body; kept in a variable, as long as that.
Whoever is called meanwhile (a waker, a future, a destructor) finds the `RefCell` borrowed.
";

/// What to print behind a panic with this payload; often nothing.
pub(super) fn of(payload: &(dyn Any + Send)) -> &'static str {
    let text = payload.downcast_ref::<String>().map_or("", String::as_str);
    match text.starts_with("RefCell already") {
        true => BORROWED_TWICE,
        false => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::panic::catch_unwind;

    #[test]
    fn two_borrows_are_explained_and_other_panics_are_not() {
        let both = catch_unwind(|| {
            let cell = RefCell::new(1);
            let _first = cell.borrow();
            cell.replace(2);
        });
        assert_eq!(of(&*both.unwrap_err()), BORROWED_TWICE);
        let mutably = catch_unwind(|| {
            let cell = RefCell::new(1);
            let _first = cell.borrow_mut();
            let _second = cell.borrow();
        });
        assert_eq!(of(&*mutably.unwrap_err()), BORROWED_TWICE);
        let other = catch_unwind(|| panic!("a {} of its own", "word"));
        assert_eq!(of(&*other.unwrap_err()), "");
    }
}
