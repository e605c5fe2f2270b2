//! Is what a text quotes what a program has printed?
//!
//! Both are compared line by line, as [`Masked`] takes them apart; empty lines do not count. A line of the quote that is only `…`
//! stands for any lines, also for none. So a quote that begins or ends with it is a part of an output, and any other is the
//! whole of it.

use crate::mask::Masked;

/// What stands for any lines.
const ANY: &str = "…";
/// As much of an output is shown in a message.
const SHOWN: usize = 60;

/// Whether two lines agree: with figures, or whatever their figures are.
type Agree = fn(&Masked, &Masked) -> bool;

/// Finds `quote` in `output`, whatever the figures in both.
///
/// # Errors
///
/// What is wanted at the first line that is not found, and what came.
pub(crate) fn find(quote: &[String], output: &str) -> Result<(), String> {
    find_parts(quote, output, Masked::is_like)
        .map_err(|difference| format!("the output differs (figures do not count)\n{difference}"))
}

/// Finds `quote` somewhere in `output`, with figures of the same size.
///
/// # Errors
///
/// As [`find`].
pub(crate) fn find_within(quote: &[String], output: &str) -> Result<(), String> {
    let any = || std::iter::once(ANY.to_owned());
    let part: Vec<String> = any().chain(quote.iter().cloned()).chain(any()).collect();
    find_parts(&part, output, Masked::is_about).map_err(|difference| {
        format!(
            "the output differs (figures count if they are ten times as much or more)\n{difference}"
        )
    })
}

fn find_parts(quote: &[String], output: &str, agree: Agree) -> Result<(), String> {
    let wanted = filled(quote.iter().map(String::as_str));
    let printed = filled(output.lines());
    let parts: Vec<&[Line<'_>]> = wanted.split(|line| line.masked.shape == ANY).collect();
    let mut from = 0;
    for (number, part) in parts.iter().enumerate() {
        let (first, last) = (number == 0, number + 1 == parts.len());
        let rest = &printed[from..];
        let begins = |at: usize| agreeing(part, &rest[at..], agree) == part.len();
        let end = rest.len().saturating_sub(part.len());
        let place = match (first, last) {
            (true, true) => (begins(0) && end == 0).then_some(0),
            (true, false) => begins(0).then_some(0),
            (false, true) => begins(end).then_some(end),
            (false, false) => (0..=end).find(|&at| begins(at)),
        };
        let Some(place) = place else {
            let nearest = match (first, last) {
                (true, _) => 0,
                (_, true) => end,
                _ => (0..=end)
                    .rev()
                    .max_by_key(|&at| agreeing(part, &rest[at..], agree))
                    .unwrap_or(0),
            };
            return Err(difference(part, &rest[nearest..], agree, &printed));
        };
        from += place + part.len();
    }
    Ok(())
}

/// A line as it stands, and as it is compared.
struct Line<'a> {
    text: &'a str,
    masked: Masked,
}

/// The lines on which there is something.
fn filled<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Line<'a>> {
    lines
        .filter(|text| !text.trim().is_empty())
        .map(|text| Line {
            text: text.trim_end(),
            masked: Masked::new(text),
        })
        .collect()
}

/// How many lines agree before the first that does not.
fn agreeing(part: &[Line<'_>], lines: &[Line<'_>], agree: Agree) -> usize {
    let pairs = part.iter().zip(lines);
    pairs
        .take_while(|(wanted, came)| agree(&wanted.masked, &came.masked))
        .count()
}

/// The first line of `part` that is not what it is in `lines`, and all of the output.
fn difference(part: &[Line<'_>], lines: &[Line<'_>], agree: Agree, output: &[Line<'_>]) -> String {
    let at = agreeing(part, lines, agree);
    let quoted = |line: Option<&Line<'_>>| {
        line.map_or("(the end)".to_owned(), |line| {
            format!("`{}`", line.text.trim())
        })
    };
    let shown: Vec<String> = output
        .iter()
        .take(SHOWN)
        .map(|line| format!("    {}", line.text))
        .collect();
    format!(
        "  in the text: {}\n  printed: {}\n  the whole output:\n{}",
        quoted(part.get(at)),
        quoted(lines.get(at)),
        shown.join("\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    fn agrees(quote: &str, output: &str) {
        find(&lines(quote), output).unwrap();
    }

    fn differs(quote: &str, output: &str, wanted: &str, came: &str) {
        let message = find(&lines(quote), output).unwrap_err();
        let first = format!("\n  in the text: {wanted}\n  printed: {came}\n");
        assert!(message.contains(&first), "{message}");
    }

    #[test]
    fn a_whole_output_agrees_up_to_its_figures() {
        agrees("a 1 ms\n\nb", "a  950 µs\nb\n");
        differs("a\nb", "a\nb\nc\n", "(the end)", "`c`");
        differs("a\nb\nc", "a\nb\n", "`c`", "(the end)");
        differs("a\nb", "a\nx\n", "`b`", "`x`");
    }

    #[test]
    fn dots_stand_for_any_lines() {
        agrees("a\n…\nd", "a\nb\nc\nd\n");
        agrees("a\n  …\nb\n", "a\nb\n");
        agrees("…\nb\nc\n…", "a\nb\nx\nb\nc\nd\n");
        differs("…\nb\nc\n…", "a\nb\nx\n", "`c`", "`x`");
        differs("a\n…\nd", "a\nb\nc\n", "`d`", "`c`");
        differs("…\nx\n…\ny\n…", "y\nx\n", "`y`", "(the end)");
    }

    #[test]
    fn a_part_may_be_anywhere_and_its_figures_count() {
        find_within(&lines("b 7"), "a\nb 9\nc\n").unwrap();
        find_within(&lines("c"), "a\nb\n").unwrap_err();
        let message = find_within(&lines("b 99 %"), "a\nb 1 %\n").unwrap_err();
        assert!(
            message.contains("\n  in the text: `b 99 %`\n  printed: "),
            "{message}"
        );
    }
}
