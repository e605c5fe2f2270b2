//! A relative link leads to a file or folder of the workspace, and its anchor to a heading.
//!
//! A chapter is read in two places: beside its sources, and as the front page of its crate's documentation, from where the same
//! path leads nowhere. So a chapter has names for its links, and two definitions of each: its own, at its end, and one for
//! rustdoc in `src/links.md`, which the crate includes first (and the first definition of a name is the one that counts).
//! What rustdoc's definitions lead to is checked in what rustdoc has made, by `chapter_runs`.

use std::collections::BTreeMap;

use crate::markdown;
use crate::report::Problem;
use crate::workspace::{Workspace, resolve};

/// Checks the links of every text.
pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    let texts = workspace.files("", ".md");
    for (path, text) in texts.filter(|(path, _)| !path.ends_with("/src/links.md")) {
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

/// Checks that the links of each chapter lead somewhere in its crate's documentation, too.
pub(crate) fn check_chapters(workspace: &Workspace) -> Vec<Problem> {
    let packages = workspace.packages().into_iter();
    packages
        .flat_map(|package| {
            let index = check_index(workspace, &format!("{package}/tests/README.md"));
            index.into_iter().chain(check_chapter(workspace, package))
        })
        .collect()
}

/// The index of a stage's tests is shown in its documentation as it stands.
fn check_index(workspace: &Workspace, index: &str) -> Vec<Problem> {
    let (_, prose) = markdown::split(workspace.text(index).unwrap_or(""));
    let leads_away = |line: &str| {
        let targets = markdown::inline_links(line);
        targets.into_iter().find(|target| !target.contains("://"))
    };
    let links = prose
        .into_iter()
        .filter_map(|(number, line)| Some((number, leads_away(line)?)));
    let problem = |(number, target)| {
        let message = format!("the link to `{target}` leads nowhere in rustdoc: name it as code");
        Problem::new(index, number, message)
    };
    links.map(problem).collect()
}

fn check_chapter(workspace: &Workspace, package: &str) -> Vec<Problem> {
    let chapter = format!("{package}/README.md");
    let links = format!("{package}/src/links.md");
    let text = workspace.text(&chapter).unwrap_or("");
    let here = definitions(text);
    let in_rustdoc = definitions(workspace.text(&links).unwrap_or(""));
    let mut problems = Vec::new();
    for (number, line) in markdown::split(text).1 {
        let mut problem = |message| problems.push(Problem::new(&chapter, number, message));
        for target in markdown::inline_links(line) {
            if !target.contains("://") && !target.starts_with('#') {
                problem(format!(
                    "the link to `{target}` leads nowhere in rustdoc: give it a name here, and the name a target in src/links.md"
                ));
            }
        }
        for name in markdown::references(line) {
            if !here.contains_key(format!("`{name}`").as_str()) {
                problem(format!("nothing says where [`{name}`] leads"));
            }
        }
    }
    let missing = |name: &&&str| !in_rustdoc.contains_key(**name);
    for name in here.keys().filter(missing) {
        let message = format!("[{name}] has no target in src/links.md");
        problems.push(Problem::new(&chapter, here[name], message));
    }
    for name in in_rustdoc.keys().filter(|name| !here.contains_key(**name)) {
        let message = format!("the chapter has no link [{name}]");
        problems.push(Problem::new(&links, in_rustdoc[name], message));
    }
    problems
}

/// The names of links that `text` defines, apart from those that lead elsewhere, with their lines.
fn definitions(text: &str) -> BTreeMap<&str, usize> {
    let (_, prose) = markdown::split(text);
    let defined = prose
        .into_iter()
        .filter_map(|(number, line)| Some((number, markdown::definition(line)?)));
    defined
        .filter(|(_, (_, target))| !target.contains("://"))
        .map(|(number, (name, _))| (name, number))
        .collect()
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
    fn a_chapter_names_its_links_and_says_twice_where_they_lead() {
        let chapter = |text, links| {
            let workspace = Workspace::of(&[
                ("s/Cargo.toml", ""),
                ("s/README.md", text),
                ("s/src/links.md", links),
            ]);
            let problems = check_chapters(&workspace);
            problems.iter().map(Problem::to_string).collect::<Vec<_>>()
        };
        let named = "[`a`] and [b]\n[`a`]: src/a.rs\n[b]: ../t\n[c]: https://example.org\n";
        let in_rustdoc = "[`a`]: crate::a\n[b]: ../t/index.html\n";
        assert_eq!(chapter(named, in_rustdoc), [""; 0]);
        assert_eq!(
            chapter(named, "[b]: ../t/index.html\n[d]: crate::d\n"),
            [
                "s/README.md:2: [`a`] has no target in src/links.md",
                "s/src/links.md:2: the chapter has no link [d]"
            ]
        );
        assert!(chapter("[a](src/a.rs)\n", "")[0].contains("leads nowhere in rustdoc"));
        let index = Workspace::of(&[("s/tests/README.md", "[a](../a)\n")]);
        assert!(
            check_index(&index, "s/tests/README.md")[0]
                .message
                .ends_with("name it as code")
        );
        assert_eq!(
            chapter("[`a`]\n", ""),
            ["s/README.md:1: nothing says where [`a`] leads"]
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
