//! A block of Rust in a text is code that runs, or an excerpt of code that does.
//!
//! An excerpt is a `rust,ignore` block under a comment that names a file, from the folder of the text, and a region in it:
//!
//! ````text
//! <!-- excerpt: src/switch.rs#save -->
//! ```rust,ignore
//! ````
//!
//! The region lies between a line `// region: save` and a line `// endregion: save` in that file. Regions may overlap, their
//! markers are no part of any excerpt, and the indentation that all lines share is taken away. In a stage's README, which
//! is its crate's documentation, every other block of Rust is a doctest, and a block without a language would be one
//! by accident.

use crate::markdown::{self, Block};
use crate::report::Problem;
use crate::workspace::{Workspace, resolve};

/// Checks the blocks of every text.
pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in workspace.files("", ".md") {
        for block in markdown::split(text).0 {
            if let Err(message) = check_block(workspace, path, &block) {
                problems.push(Problem::new(path, block.line, message));
            }
        }
    }
    for (path, text) in workspace.files("", ".rs") {
        problems.extend(check_markers(path, text));
    }
    problems
}

fn check_block(workspace: &Workspace, path: &str, block: &Block) -> Result<(), String> {
    let words: Vec<&str> = block.info.split(',').map(str::trim).collect();
    let source = block
        .above
        .strip_prefix("<!-- excerpt:")
        .and_then(|rest| rest.strip_suffix("-->"));
    if let Some(source) = source {
        return check_excerpt(workspace, path, source.trim(), block);
    }
    if words[0].is_empty() {
        return Err(
            "a block without a language: rustdoc would run it as Rust (say `text`, `sh`, …)"
                .to_owned(),
        );
    }
    if words[0] == "rust" && words.contains(&"ignore") {
        return Err(
            "a `rust,ignore` block needs `<!-- excerpt: path#region -->` above it".to_owned(),
        );
    }
    let doctested = path.matches('/').count() == 1 && path.ends_with("/README.md");
    if words[0] == "rust" && !doctested {
        return Err(
            "Rust that nothing runs: only the chapters' blocks are doctests, so make it an excerpt"
                .to_owned(),
        );
    }
    Ok(())
}

fn check_excerpt(
    workspace: &Workspace,
    path: &str,
    source: &str,
    block: &Block,
) -> Result<(), String> {
    let Some((file, name)) = source.split_once('#') else {
        return Err(format!(
            "`{source}` names no region: `path#region` is wanted"
        ));
    };
    let file = resolve(path, file).ok_or(format!("`{file}` lies outside the workspace"))?;
    let text = workspace
        .text(&file)
        .ok_or(format!("there is no file {file}"))?;
    let expected = region(text, name).ok_or(format!("{file} has no region `{name}`"))?;
    if block.info.starts_with("rust") && block.info != "rust,ignore" {
        return Err(format!(
            "an excerpt of Rust is a `rust,ignore` block, not `{}`",
            block.info
        ));
    }
    let difference = expected.iter().zip(&block.lines).position(|(a, b)| a != b);
    let difference = difference
        .or((expected.len() != block.lines.len()).then(|| expected.len().min(block.lines.len())));
    difference.map_or(Ok(()), |at| {
        let line = |lines: &[String]| lines.get(at).map_or("(the end)".to_owned(), |line| format!("`{line}`"));
        Err(format!(
            "line {} of the excerpt differs from {file}#{name}\n    in the file: {}\n    in the text: {}\n    the region is:\n{}",
            at + 1,
            line(&expected),
            line(&block.lines),
            expected.join("\n"),
        ))
    })
}

/// If `line` is a marker: is it the beginning of a region, and which?
fn marker(line: &str) -> Option<(bool, &str)> {
    let comment = line.trim().strip_prefix("// ")?;
    let begin = comment.strip_prefix("region: ").map(|name| (true, name));
    begin.or(comment
        .strip_prefix("endregion: ")
        .map(|name| (false, name)))
}

/// The lines of region `name` of `text`, without the indentation that they share.
fn region(text: &str, name: &str) -> Option<Vec<String>> {
    let begin = text
        .lines()
        .position(|line| marker(line) == Some((true, name)))?;
    let inside = text
        .lines()
        .skip(begin + 1)
        .take_while(|line| marker(line) != Some((false, name)));
    let lines: Vec<&str> = inside
        .filter(|line| marker(line).is_none())
        .map(str::trim_end)
        .collect();
    let filled = lines.iter().filter(|line| !line.is_empty());
    let indent = filled
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    Some(
        lines
            .iter()
            .map(|line| line.get(indent..).unwrap_or("").to_owned())
            .collect(),
    )
}

/// Every region of a file has one beginning and, after it, one end.
fn check_markers(path: &str, text: &str) -> Vec<Problem> {
    let (mut problems, mut begun, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        match marker(line) {
            Some((true, name)) if begun.contains(&name) => {
                problems.push(Problem::new(
                    path,
                    number,
                    format!("a second region `{name}`"),
                ));
            }
            Some((true, name)) => begun.push(name),
            Some((false, name)) if !begun.contains(&name) || ended.contains(&name) => {
                problems.push(Problem::new(
                    path,
                    number,
                    format!("`{name}` ends where it has not begun"),
                ));
            }
            Some((false, name)) => ended.push(name),
            None => {}
        }
    }
    let open = begun.iter().filter(|name| !ended.contains(name));
    problems
        .extend(open.map(|name| Problem::new(path, 1, format!("region `{name}` does not end"))));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str =
        "fn a() {\n    // region: b\n    if c {\n        d();\n    }\n    // endregion: b\n}\n";

    /// The messages about a stage's README that holds `text`, beside a source file with the region `b`.
    fn messages(text: &str) -> Vec<String> {
        let workspace = Workspace::of(&[("s/README.md", text), ("s/src/a.rs", SOURCE)]);
        check(&workspace).iter().map(Problem::to_string).collect()
    }

    #[test]
    fn a_true_excerpt_passes() {
        let text = "<!-- excerpt: src/a.rs#b -->\n```rust,ignore\nif c {\n    d();\n}\n```\n";
        assert_eq!(messages(text), [""; 0]);
    }

    #[test]
    fn an_excerpt_that_differs_fails_with_the_line() {
        let text = "\n<!-- excerpt: src/a.rs#b -->\n```rust,ignore\nif c {\n    e();\n}\n```\n";
        let [message] = &messages(text)[..] else {
            panic!("one problem")
        };
        assert!(
            message.starts_with("s/README.md:3: line 2 of the excerpt differs from s/src/a.rs#b"),
            "{message}"
        );
        assert!(
            message.contains("in the file: `    d();`\n    in the text: `    e();`"),
            "{message}"
        );
    }

    #[test]
    fn an_excerpt_that_stops_too_early_or_goes_on_fails() {
        let short = "<!-- excerpt: src/a.rs#b -->\n```rust,ignore\nif c {\n```\n";
        assert!(messages(short)[0].contains("in the text: (the end)"));
        let long = "<!-- excerpt: src/a.rs#b -->\n```rust,ignore\nif c {\n    d();\n}\n\n```\n";
        assert!(messages(long)[0].contains("in the file: (the end)"));
    }

    #[test]
    fn a_missing_file_or_region_fails() {
        let excerpt = |source| {
            messages(&format!(
                "<!-- excerpt: {source} -->\n```rust,ignore\n```\n"
            ))
        };
        assert_eq!(
            excerpt("src/z.rs#b"),
            ["s/README.md:2: there is no file s/src/z.rs"]
        );
        assert_eq!(
            excerpt("src/a.rs#z"),
            ["s/README.md:2: s/src/a.rs has no region `z`"]
        );
        assert_eq!(
            excerpt("src/a.rs"),
            ["s/README.md:2: `src/a.rs` names no region: `path#region` is wanted"]
        );
        assert_eq!(
            excerpt("../../a.rs#b"),
            ["s/README.md:2: `../../a.rs` lies outside the workspace"]
        );
    }

    #[test]
    fn an_ignored_block_without_a_source_fails() {
        let [message] = &messages("text\n```rust,ignore\nd();\n```\n")[..] else {
            panic!("one problem")
        };
        assert!(
            message.contains("needs `<!-- excerpt: path#region -->`"),
            "{message}"
        );
    }

    #[test]
    fn a_block_without_a_language_fails() {
        assert!(messages("```\na drawing\n```\n")[0].contains("without a language"));
        assert_eq!(messages("```text\na drawing\n```\n"), [""; 0]);
    }

    #[test]
    fn rust_in_a_text_that_is_no_doctest_fails() {
        let workspace = Workspace::of(&[("README.md", "```rust\nfn a() {}\n```\n")]);
        assert!(
            check(&workspace)[0]
                .message
                .contains("Rust that nothing runs")
        );
        assert_eq!(messages("```rust\nfn a() {}\n```\n"), [""; 0]);
    }

    #[test]
    fn broken_markers_fail() {
        let markers = |text| {
            check_markers("a.rs", text)
                .iter()
                .map(Problem::to_string)
                .collect::<Vec<_>>()
        };
        let twice = "// region: a\n// endregion: a\n// region: a\n// endregion: a\n";
        assert_eq!(
            markers(twice),
            [
                "a.rs:3: a second region `a`",
                "a.rs:4: `a` ends where it has not begun"
            ]
        );
        assert_eq!(
            markers("// endregion: a\n"),
            ["a.rs:1: `a` ends where it has not begun"]
        );
        assert_eq!(
            markers("// region: a\n"),
            ["a.rs:1: region `a` does not end"]
        );
    }

    #[test]
    fn a_region_inside_another_leaves_no_marker_in_it() {
        let text = "// region: a\nx\n// region: b\ny\n// endregion: b\n// endregion: a\n";
        assert_eq!(region(text, "a").unwrap(), ["x", "y"]);
        assert_eq!(region(text, "b").unwrap(), ["y"]);
    }
}
