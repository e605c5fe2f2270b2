//! Caught by: a_very_old_token_finds_nobody
//!
//! "A few bits are enough to tell this one from the last." From the last, yes. With eight of them the 257th connection
//! in a place has the token of the first, and a busy server gets there in seconds.

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
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place {
                generation: 0,
                value: None,
            });
            self.places.len() - 1
        });
        let place = &mut self.places[index];
        place.value = Some(value);
        Token(index as u64 * 256 + u64::from(place.generation % 256))
    }

    /// What `token` was given for, if it is still there.
    fn get(&self, token: Token) -> Option<&T> {
        let place = self.places.get(index(token))?;
        let value = place.value.as_ref()?;
        (place.generation % 256 == generation(token)).then_some(value)
    }

    /// Takes out what `token` was given for, if it is still there. Its place is free then.
    fn remove(&mut self, token: Token) -> Option<T> {
        self.get(token)?;
        let place = &mut self.places[index(token)];
        place.generation = place.generation.wrapping_add(1);
        self.free.push(index(token));
        place.value.take()
    }
}

fn index(token: Token) -> usize {
    (token.0 / 256) as usize
}

fn generation(token: Token) -> u32 {
    (token.0 % 256) as u32
}

#[cfg(test)]
mod check;
