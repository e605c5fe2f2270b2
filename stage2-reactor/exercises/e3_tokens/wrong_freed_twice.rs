//! Caught by: what_was_removed_is_gone
//!
//! The generation moves on when a place is given away, and not when it is left. Until then its last token still fits: whoever
//! removes twice puts the place on the free list twice, and two sockets share it.

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
    /// How often this place has been given away.
    generation: u32,
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
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place {
                generation: 0,
                value: None,
            });
            self.places.len() - 1
        });
        self.places[place].generation += 1;
        self.places[place].value = Some(value);
        Token((u64::from(self.places[place].generation) << 32) | place as u64)
    }

    /// What `token` was given for, if it is still there.
    fn get(&self, token: Token) -> Option<&T> {
        let place = self.places.get(token.0 as u32 as usize)?;
        if u64::from(place.generation) != token.0 >> 32 {
            return None;
        }
        place.value.as_ref()
    }

    /// Takes out what `token` was given for, if it is still there. Its place is free then.
    fn remove(&mut self, token: Token) -> Option<T> {
        let index = token.0 as u32 as usize;
        let place = self.places.get_mut(index)?;
        if u64::from(place.generation) != token.0 >> 32 {
            return None;
        }
        let value = place.value.take();
        self.free.push(index);
        value
    }
}

#[cfg(test)]
mod check;
