//! Exercise 2.3: a token is never confused.
#![allow(unused, reason = "until the exercise is done")]

/// The number that the OS hands back with each event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token(u64);

/// What is registered, by token.
struct Table<T> {
    places: Vec<Place<T>>,
    /// The places that nobody has.
    free: Vec<usize>,
}

struct Place<T> {
    // What else must a place know?
    value: Option<T>,
}

impl<T> Table<T> {
    fn new() -> Self {
        Table {
            places: Vec::new(),
            free: Vec::new(),
        }
    }

    /// How many places there are, free ones too.
    fn places(&self) -> usize {
        self.places.len()
    }

    /// Puts `value` into a free place, or into a new one if there is none.
    fn insert(&mut self, value: T) -> Token {
        todo!("find a place, and make a token that means this value and no later one")
    }

    /// What `token` was given for, if it is still there.
    fn get(&self, token: Token) -> Option<&T> {
        todo!("look the place up, and see whether the token means who is in it")
    }

    /// Takes out what `token` was given for, if it is still there. Its place is free then.
    fn remove(&mut self, token: Token) -> Option<T> {
        todo!("take the value out; this token must mean nobody from here on")
    }
}

#[cfg(test)]
mod check;
