//! The grades as text, JSON, CSV or Markdown.

use std::fmt::Write as _;

use anstream::println;

use super::{Grade, Outcome};
use crate::cli::Form;
use crate::show::{bad, bold, fair, good};

pub(super) fn print(form: Form, grades: &[Grade]) -> Result<(), String> {
    let text = match form {
        Form::Text => text(grades),
        Form::Json => {
            serde_json::to_string_pretty(grades).map_err(|error| error.to_string())? + "\n"
        }
        Form::Csv => csv(grades),
        Form::Markdown => markdown(grades),
    };
    println!("{}", text.trim_end());
    Ok(())
}

fn text(grades: &[Grade]) -> String {
    let mut text = String::new();
    for grade in grades {
        let head = format!("{}: {} of {} points", grade.name, grade.points, grade.of);
        let _ = writeln!(text, "\n{}", bold(head));
        for exercise in &grade.exercises {
            let points = format!("{:>3} of {:<3}", exercise.points, exercise.of);
            let outcome = word(exercise.outcome);
            let outcome = match exercise.outcome {
                Outcome::Passed => good(outcome),
                Outcome::Failed | Outcome::DoesNotCompile => bad(outcome),
                Outcome::Missing | Outcome::NotBegun => fair(outcome),
            };
            let reason = match exercise.reason.as_str() {
                "" => String::new(),
                reason => format!(": {reason}"),
            };
            let _ = writeln!(text, "  {:5} {points}  {outcome}{reason}", exercise.id);
        }
    }
    text
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Missing => "missing",
        Outcome::NotBegun => "not begun",
        Outcome::DoesNotCompile => "does not compile",
    }
}

/// The exercises' ids, from the first grade: all have the same.
fn ids(grades: &[Grade]) -> Vec<&str> {
    let exercises = grades.first().map_or(&[][..], |grade| &grade.exercises);
    exercises
        .iter()
        .map(|exercise| exercise.id.as_str())
        .collect()
}

fn csv(grades: &[Grade]) -> String {
    let head = ["name", "points", "of"]
        .into_iter()
        .chain(ids(grades))
        .chain(["reasons"]);
    let mut text = csv_row(head);
    for grade in grades {
        let points = [grade.points, grade.of].into_iter();
        let points = points.chain(grade.exercises.iter().map(|exercise| exercise.points));
        let points: Vec<String> = points.map(|points| points.to_string()).collect();
        let reasons = grade
            .exercises
            .iter()
            .filter(|exercise| !exercise.reason.is_empty());
        let reasons: Vec<_> = reasons
            .map(|exercise| format!("{}: {}", exercise.id, exercise.reason))
            .collect();
        let reasons = reasons.join("; ");
        let row = [grade.name.as_str()]
            .into_iter()
            .chain(points.iter().map(String::as_str));
        text += &csv_row(row.chain([reasons.as_str()]));
    }
    text
}

fn csv_row<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<_> = cells.map(csv_cell).collect();
    cells.join(",") + "\n"
}

/// A cell as RFC 4180 has it. One that a spreadsheet would take for a formula gets an apostrophe first.
fn csv_cell(text: &str) -> String {
    let text = match text.starts_with(['=', '+', '-', '@']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

fn markdown(grades: &[Grade]) -> String {
    let ids = ids(grades);
    let lines = "--:|".repeat(ids.len());
    let mut text = format!(
        "| name | points | {} |\n|---|--:|{lines}\n",
        ids.join(" | ")
    );
    for grade in grades {
        let points: Vec<_> = grade
            .exercises
            .iter()
            .map(|exercise| exercise.points.to_string())
            .collect();
        let (name, points) = (in_table(&grade.name), points.join(" | "));
        let _ = writeln!(
            text,
            "| {name} | {} of {} | {points} |",
            grade.points, grade.of
        );
    }
    for grade in grades {
        let _ = writeln!(text, "\n## {}\n", in_table(&grade.name));
        for exercise in &grade.exercises {
            let title = in_table(&exercise.title);
            let _ = write!(
                text,
                "- {} {title}: {}",
                exercise.id,
                word(exercise.outcome)
            );
            if !exercise.reason.is_empty() {
                let _ = write!(text, ": {}", in_table(&exercise.reason));
            }
            text.push('\n');
        }
    }
    text
}

/// Text that neither ends a cell nor begins something of Markdown's or HTML's.
fn in_table(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        match letter {
            '|' | '<' | '>' | '*' | '_' | '[' | ']' | '#' | '\\' | '`' => {
                safe.extend(['\\', letter])
            }
            '\n' | '\r' => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

#[test]
fn cells_stay_cells() {
    assert_eq!(csv_cell("ada"), "ada");
    assert_eq!(csv_cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
    assert_eq!(csv_cell("=1+1"), "'=1+1");
    assert_eq!(in_table("a|b\n<c>"), "a\\|b \\<c\\>");
}
