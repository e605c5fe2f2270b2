//! Exercise 2.3: a token is never confused.
// starter| #![allow(unused, reason = "until the exercise is done")]
// starter end

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
    // starter| // What else must a place know?
    /// How often this place has been given away.
    generation: u32,
    // starter end
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
        // starter| todo!("find a place, and make a token that means this value and no later one")
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place {
                generation: 0,
                value: None,
            });
            self.places.len() - 1
        });
        let place = &mut self.places[index];
        place.value = Some(value);
        Token(u64::from(place.generation) << 32 | index as u64)
        // starter end
    }

    /// What `token` was given for, if it is still there.
    fn get(&self, token: Token) -> Option<&T> {
        // starter| todo!("look the place up, and see whether the token means who is in it")
        let place = self.places.get(index(token))?;
        let value = place.value.as_ref()?;
        (place.generation == generation(token)).then_some(value)
        // starter end
    }

    /// Takes out what `token` was given for, if it is still there. Its place is free then.
    fn remove(&mut self, token: Token) -> Option<T> {
        // starter| todo!("take the value out; this token must mean nobody from here on")
        self.get(token)?;
        let place = &mut self.places[index(token)];
        place.generation = place.generation.wrapping_add(1);
        self.free.push(index(token));
        place.value.take()
        // starter end
    }
}
// starter|

fn index(token: Token) -> usize {
    token.0 as u32 as usize
}

fn generation(token: Token) -> u32 {
    (token.0 >> 32) as u32
}
// starter end

#[cfg(test)]
mod check;
