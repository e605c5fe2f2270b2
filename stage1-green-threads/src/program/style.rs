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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let texts = [0, 7, 100, 1000, 65_530, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "7", "100", "1,000", "65,530", "1,234,567"]);
    }

    #[test]
    fn bytes_have_the_unit_that_fits() {
        let texts = [312, 1024, 65_805, 2_097_152].map(bytes);
        assert_eq!(texts, ["312 B", "1.0 KiB", "64.3 KiB", "2.0 MiB"]);
    }
}
