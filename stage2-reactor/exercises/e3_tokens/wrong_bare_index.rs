//! Caught by: an_old_token_finds_nobody
//!
//! "The place in the table is a fine token." As long as no place is used twice. A socket is closed, the next one takes
//! its place, and an event that the OS had already handed out for the first wakes whoever waits for the second.

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
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { value: None });
            self.places.len() - 1
        });
        let place = &mut self.places[index];
        place.value = Some(value);
        Token(index as u64)
    }

    /// What `token` was given for, if it is still there.
    fn get(&self, token: Token) -> Option<&T> {
        let place = self.places.get(index(token))?;
        place.value.as_ref()
    }

    /// Takes out what `token` was given for, if it is still there. Its place is free then.
    fn remove(&mut self, token: Token) -> Option<T> {
        self.get(token)?;
        let place = &mut self.places[index(token)];
        self.free.push(index(token));
        place.value.take()
    }
}

fn index(token: Token) -> usize {
    token.0 as u32 as usize
}

#[cfg(test)]
mod check;
