//! What a text says that a command prints.
//!
//! **A quoted output** is a `text` block under a comment with the command, which the reader finds in the same text:
//!
//! ````text
//! <!-- prints: cargo run -p stage2-reactor --example minimal -->
//! ```text
//! ["after 300 ms", "after 100 ms", "after 200 ms"], and the thread slept 4 times
//! ```
//! ````
//!
//! **Something to break** is three blocks, one after the other, with any words between them: a `diff` (see [`Patch`]), a `sh` with one
//! command, and a `text` with lines that it prints once the change is made. If the last of these is `^C`, the program
//! does not end: the reader has to end it.

use crate::markdown::{self, Block};
use crate::patch::Patch;
use crate::report::Problem;
use crate::shell;
use crate::workspace::Workspace;

/// The last line of what a program prints that does not end.
const INTERRUPT: &str = "^C";

/// One command, and what it prints.
#[derive(Debug)]
pub(crate) struct Claim {
    /// The line of the block with the output.
    pub(crate) line: usize,
    pub(crate) command: String,
    /// Lines of the output, without the `^C` at their end.
    pub(crate) output: Vec<String>,
    /// What is to be changed first.
    pub(crate) patch: Option<Patch>,
    /// The program ends by itself.
    pub(crate) ends: bool,
}

impl Claim {
    fn new(line: usize, command: &str, output: &Block, patch: Option<Patch>) -> Self {
        let mut lines = output.lines.clone();
        let interrupted = lines.last().is_some_and(|line| line.trim() == INTERRUPT);
        if interrupted {
            lines.pop();
        }
        Claim {
            line,
            command: command.to_owned(),
            output: lines,
            patch,
            ends: !interrupted,
        }
    }
}

/// Everything that the text at `path` claims, and where it does so in a form that is none.
pub(crate) fn of(path: &str, text: &str) -> (Vec<Claim>, Vec<Problem>) {
    let (blocks, prose) = markdown::split(text);
    let shown = shell::commands(text);
    let (mut claims, mut problems) = (Vec::new(), Vec::new());
    for (position, block) in blocks.iter().enumerate() {
        let claim = match command_above(block) {
            Some(command) => quoted(block, command, &shown),
            None if block.info == "diff" => broken(&blocks[position..]),
            None => continue,
        };
        match claim {
            Ok(claim) => claims.push(claim),
            Err(message) => problems.push(Problem::new(path, block.line, message)),
        }
    }
    let above = |line: &str| blocks.iter().any(|block| block.above == line.trim());
    let stray = prose
        .iter()
        .filter(|(_, line)| command_in(line).is_some() && !above(line));
    problems.extend(
        stray.map(|(number, _)| Problem::new(path, *number, "no block follows this comment")),
    );
    (claims, problems)
}

/// Checks the form of all claims, and that every change fits the file that it names.
pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in workspace.files("", ".md") {
        let (claims, malformed) = of(path, text);
        problems.extend(malformed);
        for claim in claims {
            if let Some(Err(message)) = claim.patch.map(|patch| changed(workspace, &patch)) {
                problems.push(Problem::new(path, claim.line, message));
            }
        }
    }
    problems
}

/// The text of the file that `patch` changes, changed.
pub(crate) fn changed(workspace: &Workspace, patch: &Patch) -> Result<String, String> {
    let text = workspace
        .text(&patch.file)
        .ok_or(format!("there is no file {}", patch.file))?;
    patch.apply(text)
}

/// The command of the comment in `line`, if it is one that says what a command prints.
pub(crate) fn command_in(line: &str) -> Option<&str> {
    let command = line
        .trim()
        .strip_prefix("<!-- prints:")?
        .strip_suffix("-->")?;
    Some(command.trim())
}

fn command_above(block: &Block) -> Option<&str> {
    command_in(&block.above)
}

fn quoted(block: &Block, command: &str, shown: &[(usize, String)]) -> Result<Claim, String> {
    if block.info != "text" {
        return Err("an output is a `text` block".to_owned());
    }
    if !shown.iter().any(|(_, it)| it == command) {
        return Err(format!("the reader is not shown `{command}`"));
    }
    Ok(Claim::new(block.line, command, block, None))
}

/// The claim of the first of `blocks`, which is a `diff`, and of those that follow.
fn broken(blocks: &[Block]) -> Result<Claim, String> {
    let patch = Patch::read(&blocks[0])?;
    let [command, output] = blocks.get(1..3).unwrap_or_default() else {
        return Err("after a `diff`, a `sh` and a `text` block are wanted".to_owned());
    };
    if (command.info.as_str(), output.info.as_str()) != ("sh", "text") {
        return Err(format!(
            "after a `diff`, a `sh` and a `text` block are wanted, not `{}` and `{}`",
            command.info, output.info
        ));
    }
    let mut lines = command.lines.iter().filter(|line| !line.trim().is_empty());
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return Err("the `sh` block after a `diff` holds one command".to_owned());
    };
    let line = line.split(" #").next().unwrap_or("").trim();
    Ok(Claim::new(output.line, line, output, Some(patch)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKEN: &str = "```diff\n--- s/a.rs\n+++ s/a.rs\n-b\n+c\n```\nWhat now?\n```sh\ncargo run -p s  # again\n```\n\n```text\nd\n^C\n```\n";
    const QUOTED: &str =
        "```sh\ncargo run -p s\n```\n\n<!-- prints: cargo run -p s -->\n```text\nx\n```\n";

    fn messages(text: &str) -> Vec<String> {
        let workspace = Workspace::of(&[("s/README.md", text), ("s/a.rs", "a\nb\n")]);
        check(&workspace).iter().map(Problem::to_string).collect()
    }

    #[test]
    fn an_output_is_found_with_its_command() {
        let (claims, problems) = of("s/README.md", QUOTED);
        assert_eq!(problems, []);
        let [claim] = &claims[..] else {
            panic!("{claims:?}")
        };
        assert_eq!(
            (claim.line, claim.command.as_str(), claim.ends),
            (6, "cargo run -p s", true)
        );
        assert_eq!(claim.output, ["x"]);
        assert!(claim.patch.is_none());
    }

    #[test]
    fn something_to_break_is_found_with_its_change() {
        let (claims, problems) = of("s/README.md", BROKEN);
        assert_eq!(problems, []);
        let [claim] = &claims[..] else {
            panic!("{claims:?}")
        };
        assert_eq!(
            (claim.line, claim.command.as_str(), claim.ends),
            (12, "cargo run -p s", false)
        );
        assert_eq!(claim.output, ["d"]);
        assert_eq!(claim.patch.as_ref().unwrap().file, "s/a.rs");
        assert_eq!(messages(BROKEN), [""; 0]);
    }

    #[test]
    fn a_change_that_does_not_fit_fails() {
        let elsewhere = BROKEN.replace("-b\n", "-z\n");
        assert!(
            messages(&elsewhere)[0].starts_with("s/README.md:12: the change no longer fits s/a.rs")
        );
        let nowhere = BROKEN.replace("a.rs", "z.rs");
        assert_eq!(
            messages(&nowhere),
            ["s/README.md:12: there is no file s/z.rs"]
        );
    }

    #[test]
    fn what_lacks_a_part_fails() {
        let without = |part: &str| messages(&BROKEN.replace(part, ""));
        assert!(without("```sh\ncargo run -p s  # again\n```\n")[0].contains("are wanted"));
        assert!(without("cargo run -p s  # again\n")[0].ends_with("holds one command"));
        assert!(without("\n```text\nd\n^C\n```\n")[0].starts_with("s/README.md:1: after a `diff`"));
    }

    #[test]
    fn a_comment_needs_its_block_and_its_command_in_sight() {
        assert_eq!(
            messages(&QUOTED.replace("```sh\ncargo run -p s\n```", "")),
            ["s/README.md:4: the reader is not shown `cargo run -p s`"]
        );
        assert_eq!(
            messages(&QUOTED.replace("```text", "```rust")),
            ["s/README.md:6: an output is a `text` block"]
        );
        assert_eq!(
            messages("<!-- prints: cargo run -->\nwords\n"),
            ["s/README.md:1: no block follows this comment"]
        );
    }
}
