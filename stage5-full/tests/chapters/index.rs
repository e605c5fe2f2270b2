//! `tests/README.md` of a stage leads from each behaviour to the tests that show it, so it must name tests that exist.
//!
//! In the rows of its tables, the last cell names the tests, as code: a test's name, alone or behind the modules or the file it
//! stands in (`` `a_wake_before_park_is_kept` ``, `` `state::a_wake…` ``, `` `tests/net.rs` ``). Outside tables, every code span that
//! reads like a test's name (lower-case words with underscores, at least three) is held to the same.

use crate::markdown;
use crate::report::Problem;
use crate::workspace::Workspace;

/// Checks the index of every stage that has one.
pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in workspace.packages() {
        let index = format!("{package}/tests/README.md");
        let Some(text) = workspace.text(&index) else {
            continue;
        };
        let tests = tests_of(workspace, package);
        let (_, prose) = markdown::split(text);
        for (number, line) in prose {
            let missing = named(line)
                .into_iter()
                .filter(|name| !exists(workspace, package, &tests, name));
            problems.extend(missing.map(|name| {
                Problem::new(&index, number, format!("{package} has no test `{name}`"))
            }));
        }
        problems.extend(
            unlisted(workspace, package, text).map(|message| Problem::new(&index, 1, message)),
        );
    }
    problems
}

/// Checks that every stage has an index.
pub(crate) fn missing(workspace: &Workspace) -> Vec<Problem> {
    let indexes = workspace
        .packages()
        .into_iter()
        .map(|package| format!("{package}/tests/README.md"));
    let missing = indexes.filter(|index| workspace.text(index).is_none());
    missing
        .map(|index| Problem::new(&index, 1, "the stage has no index of its tests"))
        .collect()
}

/// The names of all functions of a stage that carry `#[test]`.
fn tests_of<'a>(workspace: &'a Workspace, package: &str) -> Vec<&'a str> {
    let folder = format!("{package}/");
    let sources = workspace
        .files("", ".rs")
        .filter(|(path, _)| path.starts_with(&folder));
    sources.flat_map(|(_, text)| tests_in(text)).collect()
}

/// The names of the functions of one source that carry `#[test]`; other attributes and comments may stand between.
fn tests_in(source: &str) -> Vec<&str> {
    let mut is_test = false;
    let mut tests = Vec::new();
    for line in source.lines().map(str::trim_start) {
        if line.starts_with("#[test]") {
            is_test = true;
        } else if let Some((before, after)) = line.split_once("fn ")
            && is_test
            && !line.starts_with("//")
            && before
                .split(' ')
                .all(|word| matches!(word, "" | "pub" | "async" | "unsafe"))
        {
            tests.extend(after.split(['(', '<']).next());
            is_test = false;
        }
    }
    tests
}

/// The tests and files that a line of the index names.
fn named(line: &str) -> Vec<&str> {
    let row = line.trim();
    let in_table = row.starts_with('|') && row.ends_with('|');
    let cell = if in_table {
        row.trim_matches('|').rsplit('|').next().unwrap_or("")
    } else {
        row
    };
    let like_a_test = |name: &&str| {
        let last = name.rsplit("::").next().unwrap_or("");
        last.matches('_').count() >= 2
            && last
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    markdown::code_spans(cell)
        .into_iter()
        .filter(|span| {
            if in_table {
                !span.contains(' ')
            } else {
                like_a_test(span)
            }
        })
        .collect()
}

/// Is `name` a test of the stage, or a file of it?
fn exists(workspace: &Workspace, package: &str, tests: &[&str], name: &str) -> bool {
    if name.contains(".rs") {
        let (file, test) = name.split_once("::").unwrap_or((name, ""));
        let places = [
            format!("{package}/{file}"),
            format!("{package}/tests/{file}"),
        ];
        let text = places.iter().find_map(|place| workspace.text(place));
        return text.is_some_and(|text| {
            test.is_empty() || tests_in(text).iter().any(|known| test.ends_with(known))
        });
    }
    let last = name.rsplit("::").next().unwrap_or(name);
    tests.contains(&last)
}

/// The files of tests that the index does not mention.
fn unlisted(workspace: &Workspace, package: &str, index: &str) -> impl Iterator<Item = String> {
    let folder = format!("{package}/tests/");
    let files = workspace
        .files("", ".rs")
        .filter_map(|(path, text)| Some((path.strip_prefix(&folder)?, text)));
    let missing = files.filter(|(file, text)| {
        let name = file
            .trim_end_matches("/main.rs")
            .split('/')
            .next()
            .unwrap_or(file)
            .trim_end_matches(".rs");
        !tests_in(text).is_empty()
            && !index.contains(name)
            && !tests_in(text).iter().any(|test| index.contains(test))
    });
    missing
        .map(|(file, _)| format!("tests/{file} is not in the index"))
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TESTS: &str = "#[test]\nfn it_comes_back() {}\n\n#[test]\n#[cfg(unix)]\n/// Why.\nfn it_ends() {}\n\nfn helper_of_both() {}\n";

    fn messages(index: &str) -> Vec<String> {
        let workspace = Workspace::of(&[
            ("s/Cargo.toml", ""),
            ("s/tests/README.md", index),
            ("s/tests/net.rs", TESTS),
            (
                "s/src/state.rs",
                "mod tests {\n    #[test]\n    fn a_wake_is_kept() {}\n}\n",
            ),
        ]);
        check(&workspace).iter().map(Problem::to_string).collect()
    }

    #[test]
    fn an_index_of_tests_that_exist_passes() {
        let index = "| behaviour | tests |\n|---|---|\n| `x` | `net.rs`: `it_comes_back`, `net::it_ends` |\n| y | `src/state.rs::tests::a_wake_is_kept` |\n";
        assert_eq!(messages(index), [""; 0]);
        assert_eq!(
            messages("- this: `it_comes_back` in `net`, with `spawn_blocking`\n"),
            [""; 0]
        );
    }

    #[test]
    fn names_that_are_no_tests_fail_with_their_line() {
        let problems = messages(
            "`net`\n| x | `it_goes` |\n| x | `helper_of_both` |\n| x | `tests/io.rs` |\n\n- `it_comes_forth`\n",
        );
        assert_eq!(
            problems,
            [
                "s/tests/README.md:2: s has no test `it_goes`",
                "s/tests/README.md:3: s has no test `helper_of_both`",
                "s/tests/README.md:4: s has no test `tests/io.rs`",
                "s/tests/README.md:6: s has no test `it_comes_forth`",
            ]
        );
        assert_eq!(
            messages("| x | `net.rs::a_wake_is_kept` |\n"),
            ["s/tests/README.md:1: s has no test `net.rs::a_wake_is_kept`"]
        );
    }

    #[test]
    fn a_file_of_tests_that_is_left_out_fails() {
        assert_eq!(
            messages("| x | `a_wake_is_kept` |\n"),
            ["s/tests/README.md:1: tests/net.rs is not in the index"]
        );
    }

    #[test]
    fn a_stage_without_an_index_fails() {
        let problems = missing(&Workspace::of(&[("s/Cargo.toml", "")]));
        assert_eq!(
            problems[0].to_string(),
            "s/tests/README.md:1: the stage has no index of its tests"
        );
    }
}
