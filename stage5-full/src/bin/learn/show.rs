//! How it is printed. `anstream` takes the colours out where nobody wants them.

use anstyle::{AnsiColor, Style};
use std::fmt::Display;

fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

pub(crate) fn bold(text: impl Display) -> String {
    styled(Style::new().bold(), text)
}

pub(crate) fn dim(text: impl Display) -> String {
    styled(Style::new().dimmed(), text)
}

pub(crate) fn good(text: impl Display) -> String {
    styled(AnsiColor::Green.on_default(), text)
}

pub(crate) fn bad(text: impl Display) -> String {
    styled(AnsiColor::Red.on_default().bold(), text)
}

pub(crate) fn fair(text: impl Display) -> String {
    styled(AnsiColor::Yellow.on_default(), text)
}

/// Each line with some room before it.
pub(crate) fn indented(text: &str, room: &str) -> String {
    let lines = text.lines().map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("{room}{line}\n"),
    });
    lines.collect()
}

/// "1 check", "2 checks".
pub(crate) fn count(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        number => format!("{number} {thing}s"),
    }
}
