//! The map of the stages in the front page says how many exercises each has, and how long they take.

use crate::report::Problem;
use crate::workspace::Workspace;

const FRONT_PAGE: &str = "README.md";

/// Checks the row of each stage that has exercises.
pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let text = workspace.text(FRONT_PAGE).unwrap_or("");
    let rows = (1..)
        .zip(text.lines())
        .filter(|(_, line)| line.starts_with('|'));
    let rows: Vec<(usize, &str)> = rows.collect();
    let mut problems = Vec::new();
    for package in workspace.packages() {
        let Some(course) = workspace.text(&format!("{package}/exercises/course.toml")) else {
            continue;
        };
        let wanted = exercises(course);
        let link = format!("({package}/README.md)");
        let row = rows.iter().find(|(_, line)| line.contains(&link));
        match row {
            None => problems.push(Problem::new(FRONT_PAGE, 1, format!("no row for {package}"))),
            Some((_, line)) if line.ends_with(&format!("| {wanted} |")) => {}
            Some((number, _)) => {
                let message = format!("the last cell of {package} is to say `{wanted}`");
                problems.push(Problem::new(FRONT_PAGE, *number, message));
            }
        }
    }
    problems
}

/// What a row says of the exercises in a `course.toml`.
fn exercises(course: &str) -> String {
    let values = |key: &'static str| {
        let pairs = course.lines().filter_map(|line| line.split_once('='));
        pairs
            .filter(move |(name, _)| name.trim() == key)
            .map(|(_, value)| value.trim())
    };
    let minutes: usize = values("minutes")
        .filter_map(|value| value.parse::<usize>().ok())
        .sum();
    format!("{}, {minutes} min", values("id").count())
}

#[test]
fn a_row_that_counts_wrong_fails() {
    let course =
        "[[exercise]]\nid = \"1.1\"\nminutes = 10\n[[exercise]]\nid = \"1.2\"\nminutes = 25\n";
    let problems = |row| {
        let workspace = Workspace::of(&[
            ("README.md", row),
            ("s/Cargo.toml", ""),
            ("s/exercises/course.toml", course),
        ]);
        let problems = check(&workspace);
        problems.iter().map(Problem::to_string).collect::<Vec<_>>()
    };
    assert_eq!(problems("| [s](s/README.md) | 2, 35 min |\n"), [""; 0]);
    assert_eq!(
        problems("| [s](s/README.md) | 1, 10 min |\n"),
        ["README.md:1: the last cell of s is to say `2, 35 min`"]
    );
    assert_eq!(problems("a\n"), ["README.md:1: no row for s"]);
}
