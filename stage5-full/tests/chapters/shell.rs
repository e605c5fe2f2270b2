//! The `cargo …` commands that a text shows.
//!
//! A command is a line of a fenced block, or a code span, whose first word (after a `$` and variables for its environment)
//! is `cargo`. One that holds `…`, `<…>` or `{…}` is a pattern for commands and is left alone.

use crate::markdown;

/// The documentation comments of a source, each on the line where it stood.
pub(crate) fn documentation(source: &str) -> String {
    let lines = source.lines().map(|line| {
        let line = line.trim_start();
        let comment = line
            .strip_prefix("//!")
            .or(line.strip_prefix("///"))
            .unwrap_or("");
        comment.strip_prefix(' ').unwrap_or(comment)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The commands in a text, with their line numbers.
pub(crate) fn commands(text: &str) -> Vec<(usize, String)> {
    let (blocks, prose) = markdown::split(text);
    let spans = prose.iter().flat_map(|(number, line)| {
        markdown::code_spans(line)
            .into_iter()
            .map(|span| (*number, span))
    });
    let lines = blocks
        .iter()
        .flat_map(|block| (block.line + 1..).zip(block.lines.iter().map(String::as_str)));
    let shell = spans.chain(lines).flat_map(|(number, line)| {
        let line = line.split(" #").next().unwrap_or("");
        line.split(['|', ';', '>'])
            .flat_map(|part| part.split("&&"))
            .map(move |part| (number, part))
    });
    shell
        .filter_map(|(number, part)| Some((number, without_environment(part)?)))
        .filter(|(_, command)| !command.contains(['…', '<', '{']))
        .collect()
}

/// `part` from its word `cargo` on, if nothing but a prompt and variables stands before it.
fn without_environment(part: &str) -> Option<String> {
    let mut quoted = false;
    let mut words = part.split_whitespace().skip_while(|word| {
        let skip = quoted || *word == "$" || word.contains('=');
        quoted ^= word.matches(['"', '\'']).count() % 2 == 1 && skip;
        skip
    });
    (words.next() == Some("cargo")).then(|| {
        std::iter::once("cargo")
            .chain(words)
            .collect::<Vec<_>>()
            .join(" ")
    })
}

/// The words of a command, without the quotes around them or in them.
pub(crate) fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in command.chars() {
        match (character, quote) {
            ('"' | '\'', None) => quote = Some(character),
            (_, Some(open)) if character == open => quote = None,
            (' ', None) => words.push(String::new()),
            _ => words.last_mut().expect("there is one").push(character),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn quotes_keep_words_together() {
    let words = words("X='--cfg a=\"b\"' cargo  run -- \"c d\"");
    assert_eq!(words, ["X=--cfg a=\"b\"", "cargo", "run", "--", "c d"]);
}

#[test]
fn commands_are_found_in_blocks_and_in_code_spans() {
    let text = "Say `cargo doc` or `X=\"a b\" cargo run -- --x`.\n```sh\n$ cargo test && cargo run | tail # or: cargo fmt\n```\n";
    let found = commands(text);
    let expected = [
        (1, "cargo doc"),
        (1, "cargo run -- --x"),
        (3, "cargo test"),
        (3, "cargo run"),
    ];
    assert_eq!(
        found,
        expected.map(|(line, command)| (line, command.to_owned()))
    );
}

#[test]
fn patterns_and_talk_about_cargo_are_no_commands() {
    assert!(
        commands("`cargo run -p stageN-…`, `cargo run -p <stage>`, `the cargo run`, cargo run\n")
            .is_empty()
    );
}

#[test]
fn documentation_keeps_its_line_numbers() {
    let source = "//! One.\n//!\n//! `cargo run -p nothing`\nfn a() {} // cargo run\n    /// two\n";
    assert_eq!(
        documentation(source),
        "One.\n\n`cargo run -p nothing`\n\ntwo"
    );
}
