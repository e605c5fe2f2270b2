//! A `cargo …` command in a text or in a source's documentation names what exists: packages, examples, tests, features, flags.

use std::process::Command;

use crate::report::Problem;
use crate::shell;
use crate::workspace::Workspace;

/// The package that `cargo run` and `cargo test` mean at the top of the workspace.
const DEFAULT_PACKAGE: &str = "stage5-full";
/// Cargo's own flags that take no value.
const FLAGS: [&str; 14] = [
    "--release",
    "--workspace",
    "--no-default-features",
    "--all-features",
    "--all-targets",
    "--no-deps",
    "--open",
    "--quiet",
    "-q",
    "--lib",
    "--bins",
    "--examples",
    "--doc",
    "--check",
];
/// Cargo's own flags that take a value which names nothing of the workspace.
const FLAGS_WITH_VALUE: [&str; 6] = ["--target", "--target-dir", "--color", "-j", "-e", "--edges"];
/// The flags of a test's program.
const TEST_FLAGS: [&str; 4] = ["--nocapture", "--exact", "--test-threads", "--show-output"];
/// The subcommands whose words are looked at.
const SUBCOMMANDS: [&str; 7] = ["run", "test", "build", "check", "clippy", "doc", "tree"];

/// What `program --help` prints: the flags that a stage's program takes.
pub(crate) fn program_help(program: &str) -> String {
    let output = Command::new(program).arg("--help").output();
    let output = output.unwrap_or_else(|e| panic!("cannot run {program} --help: {e}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Checks the commands of every text and of every source's documentation; `help` lists the flags of the stages' programs.
pub(crate) fn check(workspace: &Workspace, help: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let texts = workspace
        .files("", ".md")
        .map(|(path, text)| (path, text.to_owned()));
    let sources = workspace
        .files("", ".rs")
        .map(|(path, text)| (path, shell::documentation(text)));
    for (path, text) in texts.chain(sources) {
        for (line, command) in shell::commands(&text) {
            if let Err(message) = check_command(workspace, help, &command) {
                problems.push(Problem::new(path, line, format!("`{command}`: {message}")));
            }
        }
    }
    problems
}

/// What the words of a command say.
#[derive(Default)]
struct Parsed<'a> {
    packages: Vec<&'a str>,
    targets: Vec<(&'a str, &'a str)>,
    features: Vec<&'a str>,
    positional: Vec<&'a str>,
    /// What stands after `--`.
    arguments: Vec<&'a str>,
    whole_workspace: bool,
}

fn parse(words: &[String]) -> Result<Parsed<'_>, String> {
    let mut parsed = Parsed::default();
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("`{word}` wants a value"));
        match word {
            "--" => parsed.arguments = words.by_ref().collect(),
            "-p" | "--package" => parsed.packages.push(value()?),
            "--example" | "--test" | "--bin" | "--bench" => parsed.targets.push((word, value()?)),
            "--features" | "-F" => parsed.features.extend(value()?.split(',')),
            "--workspace" => parsed.whole_workspace = true,
            flag if FLAGS_WITH_VALUE.contains(&flag) => drop(value()?),
            flag if FLAGS.contains(&flag) => {}
            flag if flag.starts_with('-') => {
                return Err(format!("`{flag}` is no flag of cargo's that is used here"));
            }
            positional => parsed.positional.push(positional),
        }
    }
    Ok(parsed)
}

fn check_command(workspace: &Workspace, help: &str, command: &str) -> Result<(), String> {
    let words: Vec<String> = command
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'']).to_owned())
        .collect();
    let rest = words[1..]
        .iter()
        .skip_while(|word| word.starts_with('+'))
        .cloned()
        .collect::<Vec<_>>();
    let Some((subcommand, rest)) = rest
        .split_first()
        .filter(|(first, _)| SUBCOMMANDS.contains(&first.as_str()))
    else {
        return Ok(());
    };
    let parsed = parse(rest)?;
    let known = workspace.packages();
    if let Some(package) = parsed
        .packages
        .iter()
        .find(|package| !known.contains(package))
    {
        return Err(format!("there is no package `{package}`"));
    }
    let packages = match (parsed.whole_workspace, &parsed.packages[..]) {
        (true, _) => known,
        (false, []) => vec![DEFAULT_PACKAGE],
        (false, named) => named.to_vec(),
    };
    check_targets(workspace, &packages, &parsed)?;
    match subcommand.as_str() {
        "run" => check_run(help, &parsed),
        "test" => check_test(workspace, &packages, &parsed),
        _ => Ok(()),
    }
}

/// Every example, test and feature exists in one of `packages`.
fn check_targets(
    workspace: &Workspace,
    packages: &[&str],
    parsed: &Parsed<'_>,
) -> Result<(), String> {
    for (flag, name) in &parsed.targets {
        let exists = packages
            .iter()
            .any(|package| has_target(workspace, package, flag, name));
        if !exists {
            return Err(format!(
                "{} has no target for `{flag} {name}`",
                packages.join(", ")
            ));
        }
    }
    for feature in &parsed.features {
        let (package, name) = feature.split_once('/').unwrap_or((packages[0], feature));
        let manifest = workspace
            .text(&format!("{package}/Cargo.toml"))
            .unwrap_or("");
        if !manifest
            .lines()
            .any(|line| line.split('=').next().is_some_and(|key| key.trim() == name))
        {
            return Err(format!("{package} has no feature `{name}`"));
        }
    }
    Ok(())
}

fn has_target(workspace: &Workspace, package: &str, flag: &str, name: &str) -> bool {
    let folder = match flag {
        "--example" => "examples",
        "--test" => "tests",
        "--bench" => "benches",
        _ => "src/bin",
    };
    let manifest = workspace
        .text(&format!("{package}/Cargo.toml"))
        .unwrap_or("");
    let section = format!("[[{}]]\nname = \"{name}\"", flag.trim_start_matches("--"));
    workspace
        .text(&format!("{package}/{folder}/{name}.rs"))
        .is_some()
        || workspace
            .text(&format!("{package}/{folder}/{name}/main.rs"))
            .is_some()
        || manifest.contains(&section)
}

/// `cargo run` takes no words of its own, and the flags after `--` are the program's.
fn check_run(help: &str, parsed: &Parsed<'_>) -> Result<(), String> {
    if let Some(word) = parsed.positional.first() {
        return Err(format!("`{word}` stands before `--`"));
    }
    let is_example = parsed.targets.iter().any(|(flag, _)| *flag == "--example");
    let flags = parsed
        .arguments
        .iter()
        .filter_map(|word| word.split('=').next())
        .filter(|word| word.starts_with('-'));
    let takes = |flag: &str| help.split([' ', ',', '\n', '=']).any(|word| word == flag);
    let mut unknown = flags.filter(|flag| !is_example && !takes(flag));
    unknown.next().map_or(Ok(()), |flag| {
        Err(format!("the programs have no flag `{flag}`"))
    })
}

/// The filter of `cargo test` is part of a test's path, and what follows `--` are a test program's flags.
fn check_test(workspace: &Workspace, packages: &[&str], parsed: &Parsed<'_>) -> Result<(), String> {
    for filter in &parsed.positional {
        let part_exists = |part: &str| {
            packages
                .iter()
                .any(|package| names_in(workspace, package).any(|name| name.contains(part)))
        };
        if let Some(part) = filter.split("::").find(|part| !part_exists(part)) {
            return Err(format!(
                "no test or module of {} is called `{part}`",
                packages.join(", ")
            ));
        }
    }
    let mut flags = parsed
        .arguments
        .iter()
        .filter_map(|word| word.split('=').next())
        .filter(|word| word.starts_with('-'));
    let unknown = flags.find(|flag| !TEST_FLAGS.contains(flag));
    unknown.map_or(Ok(()), |flag| {
        Err(format!("a test program is not called with `{flag}` here"))
    })
}

/// The names of the functions and modules of a package.
fn names_in<'a>(workspace: &'a Workspace, package: &str) -> impl Iterator<Item = String> + use<'a> {
    let prefix = format!("{package}/");
    let sources: Vec<&str> = workspace
        .files("", ".rs")
        .filter(|(path, _)| path.starts_with(&prefix))
        .map(|(_, text)| text)
        .collect();
    let words = sources
        .into_iter()
        .flat_map(|text| text.lines())
        .flat_map(|line| {
            let words: Vec<&str> = line
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .collect();
            let named = words
                .windows(2)
                .filter(|pair| matches!(pair[0], "fn" | "mod"));
            named.map(|pair| pair[1].to_owned()).collect::<Vec<_>>()
        });
    words.collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: &str = "  --requests <N>  how many\n  -h, --help\n  --trace=FILE\n";

    /// The messages about a text that holds `line` in a block for the shell.
    fn messages(line: &str) -> Vec<String> {
        let text = format!("```sh\n{line}\n```\n");
        let workspace = Workspace::of(&[
            ("README.md", text.as_str()),
            (
                "stage5-full/Cargo.toml",
                "[features]\nexplore = []\n[[test]]\nname = \"e1\"\n",
            ),
            ("stage5-full/examples/minimal.rs", ""),
            ("stage5-full/tests/echo.rs", "#[test]\nfn it_answers() {}\n"),
            ("stage5-full/src/lib.rs", "mod queue;\n"),
        ]);
        check(&workspace, HELP)
            .iter()
            .map(Problem::to_string)
            .collect()
    }

    fn passes(line: &str) {
        assert_eq!(messages(line), [""; 0]);
    }

    fn fails(line: &str, why: &str) {
        let messages = messages(line);
        assert_eq!(messages.len(), 1, "{line}: {messages:?}");
        assert!(
            messages[0].starts_with("README.md:2: ") && messages[0].ends_with(why),
            "{messages:?}"
        );
    }

    #[test]
    fn commands_that_name_what_exists_pass() {
        passes("cargo run --release -- --requests 1000 --trace=a.json   # a remark");
        passes(
            "$ cargo test --workspace && cargo test -p stage5-full --test echo it_answers -- --nocapture",
        );
        passes("RUSTFLAGS=\"--cfg a --cfg b\" cargo test --release --lib queue");
        passes("cargo run --example minimal -- 100000 --whatever");
        passes("cargo test --test e1 --features explore");
        passes("cargo learn check 3.2");
        passes("cargo run -p stageN-… --release");
    }

    #[test]
    fn commands_that_name_what_does_not_exist_fail() {
        fails("cargo run -p stage6", "there is no package `stage6`");
        fails(
            "cargo run --example parked",
            "stage5-full has no target for `--example parked`",
        );
        fails(
            "cargo test --test nothing",
            "stage5-full has no target for `--test nothing`",
        );
        fails(
            "cargo test it_asks",
            "no test or module of stage5-full is called `it_asks`",
        );
        fails(
            "cargo test -- --slowly",
            "a test program is not called with `--slowly` here",
        );
        fails(
            "cargo build --features hyper",
            "stage5-full has no feature `hyper`",
        );
        fails(
            "cargo run --releas",
            "`--releas` is no flag of cargo's that is used here",
        );
        fails(
            "cargo run --release -- --request 3",
            "the programs have no flag `--request`",
        );
        fails("cargo run release", "`release` stands before `--`");
        fails("X=1 Y=\"a b\" cargo run -p", "`-p` wants a value");
    }
}
