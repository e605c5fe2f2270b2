//! A relative link leads to a file or folder of the workspace, and its anchor to a heading.

use crate::markdown;
use crate::report::Problem;
use crate::workspace::{Workspace, resolve};

/// Checks the links of every text.
pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in workspace.files("", ".md") {
        for (number, line) in markdown::split(text).1 {
            for target in markdown::links(line) {
                if let Err(message) = check_link(workspace, path, &target) {
                    problems.push(Problem::new(path, number, message));
                }
            }
        }
    }
    problems
}

fn check_link(workspace: &Workspace, path: &str, target: &str) -> Result<(), String> {
    // Elsewhere (`https://…`), or a path in Rust that rustdoc itself resolves and checks.
    if target.contains("://") || target.starts_with("mailto:") || target.contains("::") {
        return Ok(());
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = match file {
        "" => path.to_owned(),
        file => resolve(path, file).ok_or(format!("the link `{target}` leaves the workspace"))?,
    };
    if !workspace.exists(&file) {
        return Err(format!(
            "the link `{target}` leads nowhere: there is no {file}"
        ));
    }
    if anchor.is_empty() {
        return Ok(());
    }
    // A folder's page is its README, as where the sources are shown in a browser.
    let page = [file.clone(), format!("{file}/README.md")];
    let text = page
        .iter()
        .find_map(|page| workspace.text(page))
        .unwrap_or("");
    if !markdown::anchors(text)
        .iter()
        .any(|heading| heading == anchor)
    {
        return Err(format!("the link `{target}` leads to no heading of {file}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let workspace = Workspace::of(&[
            ("s/README.md", text),
            ("t/README.md", "# Up and down\n"),
            ("t/src/lib.rs", ""),
        ]);
        check(&workspace).iter().map(Problem::to_string).collect()
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        let text = "# Here\n[a](../t/src/lib.rs) [b](../t) [c](#here) [d](../t#up-and-down) [e](https://example.org/x)\n";
        assert_eq!(messages(text), [""; 0]);
        assert_eq!(
            messages("[a](crate::net) and `[b](nowhere)`\n```text\n[c](nowhere)\n```\n"),
            [""; 0]
        );
    }

    #[test]
    fn links_that_lead_nowhere_fail_with_file_and_line() {
        assert_eq!(
            messages("\n[a](src/a.rs)\n"),
            ["s/README.md:2: the link `src/a.rs` leads nowhere: there is no s/src/a.rs"]
        );
        assert_eq!(
            messages("[a]: ../../x\n"),
            ["s/README.md:1: the link `../../x` leaves the workspace"]
        );
        assert_eq!(
            messages("[a](#there)\n"),
            ["s/README.md:1: the link `#there` leads to no heading of s/README.md"]
        );
        assert_eq!(
            messages("[a](../t#there)\n"),
            ["s/README.md:1: the link `../t#there` leads to no heading of t"]
        );
    }
}
