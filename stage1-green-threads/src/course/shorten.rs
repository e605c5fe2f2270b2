//! What is repeated again and again near the end is said once.

/// How many sentences may make up what is repeated.
const LONGEST_CYCLE: usize = 8;
/// How often it must stand there to be left out.
const OFTEN: usize = 4;

/// `sentences`, where a cycle near their end stands once, with how often it was there.
pub(super) fn shortened(mut sentences: Vec<String>) -> Vec<String> {
    let Some(cycle) = Cycle::near_the_end_of(&sentences) else {
        return sentences;
    };
    let after = sentences.split_off(cycle.end);
    let before = sentences.len() - cycle.length * cycle.times;
    sentences.truncate(before + cycle.length);
    let (first, once) = sentences.split_at(before);
    if first.len() < cycle.length && once.ends_with(first) {
        // The rest of a cycle whose beginning is not there.
        sentences.drain(..before);
    }
    let these = match cycle.length {
        1 => "and again".to_owned(),
        length => format!("and these {length} again"),
    };
    let more = cycle.times - 1;
    sentences.push(format!("… {these}, {more} times more at least"));
    sentences.extend(after);
    sentences
}

struct Cycle {
    length: usize,
    times: usize,
    end: usize,
}

impl Cycle {
    /// The shortest one that begins anew at most [`LONGEST_CYCLE`] sentences before the end: that is where it was cut off.
    fn near_the_end_of(sentences: &[String]) -> Option<Self> {
        let ends = (0..=LONGEST_CYCLE).filter_map(|cut| sentences.len().checked_sub(cut));
        let mut cycles = ends.flat_map(|end| {
            (1..=LONGEST_CYCLE).map(move |length| Cycle {
                length,
                times: repeats(&sentences[..end], length),
                end,
            })
        });
        cycles.find(|cycle| cycle.times >= OFTEN)
    }
}

/// How often the last `length` sentences stand at the end, one after the other.
fn repeats(sentences: &[String], length: usize) -> usize {
    let mut blocks = sentences.rchunks_exact(length);
    match blocks.next() {
        Some(last) => 1 + blocks.take_while(|block| *block == last).count(),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(text: &str) -> Vec<String> {
        shortened(text.split(' ').map(str::to_owned).collect())
    }

    #[test]
    fn a_cycle_at_the_end_stands_once() {
        let short = short("x y a b a b a b a b");
        let expected = [
            "x",
            "y",
            "a",
            "b",
            "… and these 2 again, 3 times more at least",
        ];
        assert_eq!(short, expected);
    }

    #[test]
    fn the_rest_of_a_cycle_is_left_out() {
        assert_eq!(short("b a b a b a b a b").len(), 3);
    }

    #[test]
    fn what_begins_the_next_cycle_stays() {
        let short = short("a a a a x");
        assert_eq!(short, ["a", "… and again, 3 times more at least", "x"]);
    }

    #[test]
    fn what_is_not_repeated_often_stays() {
        for text in ["a", "a b c", "a a a", "a b a b a b"] {
            assert_eq!(short(text).join(" "), text);
        }
    }
}
