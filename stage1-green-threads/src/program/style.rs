//! The few styles that the programs print with. `anstream` takes them out again where colours are
//! not wanted: where it is no terminal, and where `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
/// Saved; running.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Wasted; waits for its turn.
pub(crate) const WASTE: Style = AnsiColor::Yellow.on_default();

/// `text` in `style`, as something to print.
pub(crate) fn in_style(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// A count with its thousands apart: `1,234,567`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in the unit that fits: `312 B`, `64.0 KiB`, `2.0 MiB`.
pub fn bytes(count: usize) -> String {
    const UNIT: f64 = 1024.0;
    let count = count as f64;
    if count < UNIT {
        format!("{count} B")
    } else if count < UNIT * UNIT {
        format!("{:.1} KiB", count / UNIT)
    } else {
        format!("{:.1} MiB", count / UNIT / UNIT)
    }
}

/// Nanoseconds in the unit that fits: `820 ns`, `12.3 µs`, `4.5 ms`, `1.25 s`.
pub(crate) fn duration(nanoseconds: u64) -> String {
    let count = nanoseconds as f64;
    match nanoseconds {
        0..1_000 => format!("{count} ns"),
        1_000..1_000_000 => format!("{:.1} µs", count / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} ms", count / 1e6),
        _ => format!("{:.2} s", count / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let texts = [0, 7, 100, 1000, 65_530, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "7", "100", "1,000", "65,530", "1,234,567"]);
    }

    #[test]
    fn durations_have_the_unit_that_fits() {
        let texts = [820, 12_345, 4_510_000, 1_250_000_000].map(duration);
        assert_eq!(texts, ["820 ns", "12.3 µs", "4.5 ms", "1.25 s"]);
    }

    #[test]
    fn bytes_have_the_unit_that_fits() {
        let texts = [312, 1024, 65_805, 2_097_152].map(bytes);
        assert_eq!(texts, ["312 B", "1.0 KiB", "64.3 KiB", "2.0 MiB"]);
    }
}
