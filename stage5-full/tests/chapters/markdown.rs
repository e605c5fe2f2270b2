//! As much of Markdown as the checks need: fenced blocks, the prose between them, links, code spans, headings.

use std::collections::HashMap;

/// A fenced block of code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of the opening fence, counted from 1.
    pub(crate) line: usize,
    /// What stands after the opening fence: `rust,ignore`, `sh`, …
    pub(crate) info: String,
    /// The lines between the fences, without the indentation of the opening fence.
    pub(crate) lines: Vec<String>,
    /// The last line with anything on it above the block.
    pub(crate) above: String,
}

/// A line of prose: its number, counted from 1, and its text.
pub(crate) type Line<'a> = (usize, &'a str);

/// Takes `text` apart into its fenced blocks and the lines outside them.
pub(crate) fn split(text: &str) -> (Vec<Block>, Vec<Line<'_>>) {
    let (mut blocks, mut prose) = (Vec::new(), Vec::new());
    let mut lines = (1..).zip(text.lines());
    let mut above = "";
    while let Some((number, line)) = lines.next() {
        let Some((indent, fence, info)) = opening_fence(line) else {
            prose.push((number, line));
            if !line.trim().is_empty() {
                above = line;
            }
            continue;
        };
        let body = lines.by_ref().map(|(_, line)| line).take_while(|line| {
            let closing = line.trim();
            !(closing.starts_with(fence) && closing.chars().all(|c| fence.starts_with(c)))
        });
        blocks.push(Block {
            line: number,
            info: info.to_owned(),
            lines: body
                .map(|line| without_indent(line, indent).to_owned())
                .collect(),
            above: above.trim().to_owned(),
        });
        above = "";
    }
    (blocks, prose)
}

/// If `line` opens a block: its indentation, the fence itself, and what follows it.
fn opening_fence(line: &str) -> Option<(usize, &str, &str)> {
    let trimmed = line.trim_start();
    let fence = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = trimmed.chars().take_while(|c| *c == fence).count();
    let info = trimmed[length..].trim();
    (length >= 3 && !info.contains('`')).then_some((
        line.len() - trimmed.len(),
        &trimmed[..length],
        info,
    ))
}

/// `line` without up to `indent` leading spaces.
fn without_indent(line: &str, indent: usize) -> &str {
    let spaces = line.chars().take_while(|c| *c == ' ').count();
    &line[spaces.min(indent)..]
}

/// The code spans of one line of prose, without their backticks.
pub(crate) fn code_spans(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// The targets of the links in one line of prose: `[text](target)` and `[name]: target`.
pub(crate) fn links(line: &str) -> Vec<String> {
    let mut targets = inline_links(line);
    targets.extend(definition(line).map(|(_, target)| target.to_owned()));
    targets
}

/// The targets of the links `[text](target)` in one line of prose.
pub(crate) fn inline_links(line: &str) -> Vec<String> {
    let plain: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
    let inline = plain.split("](").skip(1);
    let targets = inline.filter_map(|rest| rest.split([')', ' ']).next());
    targets.map(str::to_owned).collect()
}

/// The name and the target of a line `[name]: target`, which says where `[name]` leads.
pub(crate) fn definition(line: &str) -> Option<(&str, &str)> {
    let (name, target) = line.strip_prefix('[')?.split_once("]: ")?;
    let target = target.split_whitespace().next()?;
    (!name.starts_with('^') && !name.contains(']')).then_some((name, target))
}

/// The names in one line of prose that are links because they are defined elsewhere: `` [`name`] ``.
pub(crate) fn references(line: &str) -> Vec<&str> {
    let candidates = line.split("[`").skip(1);
    let names = candidates.filter_map(|rest| {
        let (name, after) = rest.split_once("`]")?;
        let is_reference = !name.contains('`') && !after.starts_with(['(', '[', ':']);
        is_reference.then_some(name)
    });
    names.collect()
}

/// The anchors that a page of `text` has, as GitHub makes them of its headings.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let (_, prose) = split(text);
    let headings = prose.iter().filter(|(_, line)| {
        let hashes = line.chars().take_while(|c| *c == '#').count();
        (1..=6).contains(&hashes) && line[hashes..].starts_with(' ')
    });
    headings
        .map(|(_, line)| {
            let slug = slug(line.trim_start_matches('#').trim());
            let count = seen.entry(slug.clone()).or_default();
            *count += 1;
            if *count == 1 {
                slug
            } else {
                format!("{slug}-{}", *count - 1)
            }
        })
        .collect()
}

/// The anchor of one heading: lower case, blanks become hyphens, punctuation goes.
fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn blocks_and_prose_are_told_apart() {
    let (blocks, prose) = split("a\n\n<!-- x -->\n```rust,ignore\nlet a = 1;\n\n```\nb\n");
    assert_eq!(prose, [(1, "a"), (2, ""), (3, "<!-- x -->"), (8, "b")]);
    let expected = Block {
        line: 4,
        info: "rust,ignore".to_owned(),
        lines: vec!["let a = 1;".to_owned(), String::new()],
        above: "<!-- x -->".to_owned(),
    };
    assert_eq!(blocks, [expected]);
}

#[test]
fn a_longer_fence_may_hold_a_shorter_one() {
    let (blocks, prose) = split("````md\n```sh\nls\n```\n````\n  ```\n  in a list\n  ```\n");
    assert_eq!(blocks[0].lines, ["```sh", "ls", "```"]);
    assert_eq!(blocks[1].lines, ["in a list"]);
    assert!(prose.is_empty());
}

#[test]
fn links_in_code_spans_are_no_links() {
    assert_eq!(
        links("see [a](b.md#c) and `[d](e)` or [f](g)"),
        ["b.md#c", "g"]
    );
    assert_eq!(links("[name]: ../target.md \"title\""), ["../target.md"]);
    assert_eq!(code_spans("see `a` and `b c`"), ["a", "b c"]);
}

#[test]
fn definitions_say_where_references_lead() {
    assert_eq!(definition("[`a`]: src/a.rs"), Some(("`a`", "src/a.rs")));
    assert_eq!(definition("see [a]: b"), None);
    let line = "[`a`] and [`b`](c) and [`d`].";
    assert_eq!(references(line), ["a", "d"]);
    assert_eq!(references("[`a`]: b"), [""; 0]);
}

#[test]
fn anchors_are_those_that_github_makes() {
    let text =
        "# One, two: `three_four`\n## Again\n## Again\n```sh\n# not a heading\n```\n#not either\n";
    assert_eq!(anchors(text), ["one-two-three_four", "again", "again-1"]);
}
