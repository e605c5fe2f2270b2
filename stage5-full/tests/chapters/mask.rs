//! A line of an output, taken apart into what is the same in each run and the figures that may differ.
//!
//! | in a line | counts as |
//! |---|---|
//! | a number where a word may begin (`1,742,314`, `0.5`, `127.0.0.1:4040`, `0x7f00`), with its unit | `#`, a figure |
//! | a word of sixteen hexadecimal digits: a checksum | itself |
//! | a number in a word (`stage1`, `u64`) | itself |
//! | a stretch of a timeline's lane, whatever its length and signs (`│··│░░██`) | `~` |
//! | a number to the left of a lane: the lane's name (`worker 0`) | itself |
//! | spaces, any number of them | one space; none at the ends |
//! | `\` | `/`, for the paths of Windows |
//!
//! Units are those of time and of memory, and `%`: a run that takes 950 µs today may take 1.1 ms tomorrow.

/// The signs of which lanes are made.
const LANE: [char; 12] = ['│', '░', '·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█', '─'];
/// The units, and how much of the first of its kind each is.
const UNITS: [(&str, f64); 11] = [
    ("ns", 1.0),
    ("µs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("%", 1.0),
    ("B", 1.0),
    ("byte", 1.0),
    ("bytes", 1.0),
    ("KiB", 1024.0),
    ("MiB", 1024.0 * 1024.0),
    ("GiB", 1024.0 * 1024.0 * 1024.0),
];
/// How many hexadecimal digits a checksum has.
const CHECKSUM: usize = 16;
/// Figures are of one size if none is more than so many times the other …
const FACTOR: f64 = 10.0;
/// … or if both are at most this.
const FEW: f64 = 10.0;

/// A line without what may differ, and the sizes of its figures. An address or a number in parentheses (an id) has no size.
#[derive(Debug, Clone, Default)]
pub(crate) struct Masked {
    pub(crate) shape: String,
    sizes: Vec<Option<f64>>,
}

impl Masked {
    /// Takes `line` apart.
    pub(crate) fn new(line: &str) -> Self {
        let line = line.replace('\\', "/");
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let (name, mut rest) = line.split_at(line.find(LANE).unwrap_or(0));
        let mut masked = Masked {
            shape: name.to_owned(),
            sizes: Vec::new(),
        };
        while !rest.is_empty() {
            rest = &rest[masked.take(rest)..];
        }
        masked
    }

    /// Do the two lines say the same, up to their figures?
    pub(crate) fn is_like(&self, other: &Masked) -> bool {
        self.shape == other.shape
    }

    /// Are their figures of the same size, too?
    pub(crate) fn is_about(&self, other: &Masked) -> bool {
        let mut pairs = self.sizes.iter().zip(&other.sizes);
        self.is_like(other)
            && pairs.all(|(a, b)| match (a, b) {
                (Some(a), Some(b)) => a.max(*b) <= FEW || a.max(*b) <= FACTOR * a.min(*b),
                _ => true,
            })
    }

    /// Adds what `text` begins with, and returns how long that was.
    fn take(&mut self, text: &str) -> usize {
        let first = text.chars().next().map_or(0, char::len_utf8);
        let word_before = self
            .shape
            .ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if text.starts_with(LANE) {
            self.shape.push('~');
            return lane(text);
        }
        if !word_before && starts_with_checksum(text) {
            self.shape.push_str(&text[..CHECKSUM]);
            return CHECKSUM;
        }
        if !word_before && text.starts_with(|c: char| c.is_ascii_digit()) {
            let (length, size) = figure(text);
            let is_id = self.shape.ends_with('(') && text[length..].starts_with(')');
            self.shape.push('#');
            self.sizes.push(size.filter(|_| !is_id));
            return length;
        }
        self.shape.push_str(&text[..first]);
        first
    }
}

/// The length of the lane at the start of `text`, with the blanks in it.
fn lane(text: &str) -> usize {
    let stretch = &text[..length_of(text, |c| c == ' ' || LANE.contains(&c))];
    stretch.trim_end().len()
}

fn starts_with_checksum(text: &str) -> bool {
    let word = &text[..length_of(text, char::is_alphanumeric)];
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    word.len() == CHECKSUM
        && word.chars().all(is_digit)
        && word.contains(|c: char| c.is_ascii_alphabetic())
}

/// The length of the number at the start of `text`, with its unit, and its size.
fn figure(text: &str) -> (usize, Option<f64>) {
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return (2 + length_of(hexadecimal, |c| c.is_ascii_hexdigit()), None);
    }
    let stretch = &text[..length_of(text, |c| c.is_ascii_digit() || ".,:".contains(c))];
    let number = stretch.trim_end_matches(['.', ',', ':']);
    let size = number.replace(',', "").parse().ok();
    let rest = &text[number.len()..];
    let gap = usize::from(rest.starts_with(' '));
    let unit = &rest[gap..][..length_of(&rest[gap..], |c| c.is_alphabetic() || c == '%')];
    match UNITS.iter().find(|(name, _)| *name == unit) {
        Some((_, factor)) => {
            let length = number.len() + gap + unit.len();
            (length, size.map(|size: f64| size * factor))
        }
        None => (number.len(), size),
    }
}

/// The length of the part at the start of `text` whose characters belong to it.
fn length_of(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(line: &str) -> String {
        Masked::new(line).shape
    }

    #[test]
    fn numbers_and_their_units_are_masked() {
        let lines = [
            ("  fetch   991.5 ms   1.2 %", "fetch # #"),
            ("dropped in 1.5ms, then 3", "dropped in #, then #"),
            ("1,583,709 switches, 100 replies", "# switches, # replies"),
            ("seed 3 fails: -10", "seed # fails: -#"),
            ("listening on 127.0.0.1:34567.", "listening on #."),
            ("at 0x7ffe01 in x.rs:12:5", "at # in x.rs:#"),
            ("(task=3, ThreadId(2))", "(task=#, ThreadId(#))"),
            ("4,096 bytes each", "# each"),
        ];
        for (line, masked) in lines {
            assert_eq!(shape(line), masked);
        }
    }

    #[test]
    fn words_and_checksums_stay() {
        let kept = "checksum 7d5e267366b336f7 of stage1, x86_64 and u64 on stack";
        assert_eq!(shape(kept), kept);
        assert_eq!(shape("1234567890123456"), "#");
        assert_eq!(shape(r"src\lib.rs"), "src/lib.rs");
    }

    #[test]
    fn lanes_keep_their_names_only() {
        assert_eq!(shape("  request 25  │·····│   ░░██│  "), "request 25 ~");
        assert_eq!(shape("request 25 │"), "request 25 ~");
        assert_eq!(
            shape("   █ runs   ░ in the queue   column: 20.2 ms"),
            "~ runs ~ in the queue column: #"
        );
        assert_eq!(shape("stage 2 · reactor ──────"), "stage 2 ~ reactor ~");
    }

    #[test]
    fn figures_are_of_one_size_or_not() {
        let about = |a, b| Masked::new(a).is_about(&Masked::new(b));
        assert!(about("990 ms of CPU", "0.4 s of CPU"));
        assert!(!about("990 ms of CPU", "5.3 ms of CPU"));
        assert!(about("99.5 %", "60 %") && !about("99.5 %", "0.5 %"));
        assert!(about("1 of 8", "7 of 3"));
        assert!(!about("310 switches", "174,231 switches"));
        assert!(about("127.0.0.1:80", "127.0.0.1:34567"));
        assert!(about(
            "thread 'main' (7) panicked",
            "thread 'main' (123456) panicked"
        ));
        assert!(!about("a 1", "b 1"));
    }
}
