//! Each stage's chapter is the front page of its crate's documentation, which also makes its Rust blocks doctests.

use crate::report::Problem;
use crate::workspace::Workspace;

/// Checks that each package has a chapter and that its library includes it.
pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in workspace.packages() {
        let library = format!("{package}/src/lib.rs");
        let text = workspace.text(&library).unwrap_or("");
        if !text
            .lines()
            .any(|line| line == r#"#![doc = include_str!("../README.md")]"#)
        {
            let message =
                r#"`#![doc = include_str!("../README.md")]` is missing: the chapter is no doctest"#;
            problems.push(Problem::new(&library, 1, message));
        }
        let chapter = format!("{package}/README.md");
        if workspace
            .text(&chapter)
            .is_none_or(|text| text.trim().is_empty())
        {
            problems.push(Problem::new(&chapter, 1, "the stage has no chapter"));
        }
    }
    problems
}

#[test]
fn a_library_that_leaves_its_chapter_out_fails() {
    let workspace = Workspace::of(&[
        ("a/Cargo.toml", ""),
        ("a/README.md", "# a\n"),
        ("a/src/lib.rs", "#![doc = include_str!(\"../README.md\")]\n"),
        ("b/Cargo.toml", ""),
        (
            "b/src/lib.rs",
            "// #![doc = include_str!(\"../README.md\")]\n",
        ),
    ]);
    let problems = check(&workspace);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].to_string().starts_with("b/src/lib.rs:1: "));
    assert!(problems[1].to_string().starts_with("b/README.md:1: "));
}
