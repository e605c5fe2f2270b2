//! What the texts quote is printed, and what they tell to break goes wrong as they say.
//!
//! It takes some minutes, so it is asked for:
//!
//! ```sh
//! cargo test -p stage5-full --test chapter_runs            # all texts
//! cargo test -p stage5-full --test chapter_runs stage2     # one of them
//! ```
//!
//! What is broken is broken in a copy of the workspace, one change at a time. How a text says what is to be run is told in `claims`,
//! and how outputs are compared in `quote` and `mask`.

#[path = "../chapters/claims.rs"]
mod claims;
mod copy;
mod documentation;
#[path = "../chapters/markdown.rs"]
mod markdown;
#[path = "../chapters/mask.rs"]
mod mask;
#[path = "../chapters/patch.rs"]
mod patch;
mod process;
#[path = "../chapters/quote.rs"]
mod quote;
#[path = "../chapters/report.rs"]
mod report;
#[path = "../chapters/shell.rs"]
mod shell;
#[path = "../chapters/workspace.rs"]
mod workspace;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use claims::Claim;
use copy::Copy;
use process::Ended;
use report::{Problem, assert_none};
use workspace::Workspace;

static WORKSPACE: LazyLock<Workspace> = LazyLock::new(Workspace::load);

/// How long cargo may build for a command.
const BUILD: Duration = Duration::from_secs(600);
/// How long a command may take.
const RUN: Duration = Duration::from_secs(90);
/// After how long we believe that a program does not end.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often a command is run until it prints what is quoted.
const RUNS: usize = 3;

/// One text at a time runs in the workspace: examples of one name, in several packages, take each other's place when they are built.
static QUOTED: Mutex<()> = Mutex::new(());
/// One text at a time makes changes in the copy.
static BROKEN: Mutex<()> = Mutex::new(());

/// The two tests of each text.
macro_rules! texts {
    ($($module:ident: $path:literal,)*) => {
        const TEXTS: &[&str] = &[$($path),*];
        $(
        mod $module {
            #[test]
            fn what_it_quotes_is_printed() {
                super::check_quoted($path);
            }

            #[test]
            fn what_it_breaks_goes_wrong_as_it_says() {
                super::check_broken($path);
            }
        }
        )*
    };
}

texts! {
    front_door: "README.md",
    stage1: "stage1-green-threads/README.md",
    stage2: "stage2-reactor/README.md",
    stage3: "stage3-executor/README.md",
    stage4: "stage4-waker/README.md",
    stage5: "stage5-full/README.md",
}

fn claims_of(path: &str) -> Vec<Claim> {
    claims::of(path, WORKSPACE.text(path).expect("the text is there")).0
}

fn check_quoted(path: &str) {
    let _one_at_a_time = lock(&QUOTED);
    let mut outputs = HashMap::new();
    let mut problems = Vec::new();
    for claim in claims_of(path).iter().filter(|claim| claim.patch.is_none()) {
        let compared = in_some_run(|run| {
            let ended = outputs
                .entry((claim.command.clone(), run))
                .or_insert_with(|| build_and_run(claim, &Workspace::root(), &[]));
            match ended {
                Ok(ended) if ended.succeeded() => quote::find(&claim.output, &ended.output),
                Ok(ended) => Err(format!("it fails:\n{}", ended.output)),
                Err(message) => Err(message.clone()),
            }
        });
        problems.extend(compared.err().map(|message| problem(path, claim, &message)));
    }
    assert_none(problems);
}

/// The first success of a few runs, or the last failure: what takes turns by the clock may do so in another order while the
/// machine is busy with something else.
fn in_some_run(mut run: impl FnMut(usize) -> Result<(), String>) -> Result<(), String> {
    let mut result = run(0);
    for number in 1..RUNS {
        if result.is_ok() {
            break;
        }
        result = run(number);
    }
    result
}

/// A test that has failed leaves nothing half done.
fn lock(mutex: &'static Mutex<()>) -> MutexGuard<'static, ()> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn check_broken(path: &str) {
    let claims = claims_of(path);
    let broken: Vec<&Claim> = claims
        .iter()
        .filter(|claim| claim.patch.is_some())
        .collect();
    if broken.is_empty() {
        return;
    }
    let _one_at_a_time = BROKEN
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let copy = Copy::of(&WORKSPACE).expect("the copy can be written");
    let problems = broken.into_iter().filter_map(|claim| {
        let message = in_some_run(|_| check_in(&copy, claim)).err()?;
        Some(problem(path, claim, &message))
    });
    assert_none(problems.collect());
}

fn problem(path: &str, claim: &Claim, message: &str) -> Problem {
    Problem::new(path, claim.line, format!("`{}`: {message}", claim.command))
}

/// Makes the change in the copy, runs the command, compares, and takes the change back.
fn check_in(copy: &Copy, claim: &Claim) -> Result<(), String> {
    let patch = claim.patch.as_ref().expect("a claim with a change");
    let changed = claims::changed(&WORKSPACE, patch)?;
    let write = |text: &str| {
        copy.write(&patch.file, text)
            .map_err(|error| error.to_string())
    };
    write(&changed)?;
    let ended = build_and_run(claim, &copy.root, &copy.environment());
    write(WORKSPACE.text(&patch.file).expect("it was there before"))?;
    let ended = ended?;
    match (claim.ends, ended.status) {
        (true, None) => return Err(format!("it does not end:\n{}", ended.output)),
        (false, Some(_)) => return Err(format!("it has ended by itself:\n{}", ended.output)),
        _ => {}
    }
    quote::find_within(&claim.output, &ended.output)
}

/// Runs the command of `claim`, after what it runs has been built.
fn build_and_run(
    claim: &Claim,
    root: &Path,
    environment: &[(&str, String)],
) -> Result<Ended, String> {
    let run = |words: &[String], limit| {
        process::run(words, root, environment, limit)
            .map_err(|error| format!("cannot run: {error}"))
    };
    let words = shell::words(&claim.command);
    if let Some(build) = build_of(&words) {
        let built = run(&build, BUILD)?;
        if !built.succeeded() {
            return Ok(built);
        }
    }
    run(&words, if claim.ends { RUN } else { PATIENCE })
}

/// The command that builds what `words` would build and run.
fn build_of(words: &[String]) -> Option<Vec<String>> {
    let mut build: Vec<String> = words
        .iter()
        .take_while(|word| *word != "--")
        .cloned()
        .collect();
    let position = build
        .iter()
        .position(|word| word == "run" || word == "test")?;
    match build[position].as_str() {
        "run" => build[position] = "build".to_owned(),
        _ => build.insert(position + 1, "--no-run".to_owned()),
    }
    Some(build)
}

#[test]
fn every_chapter_is_run() {
    let chapters = WORKSPACE.packages().into_iter();
    let mut chapters = chapters.map(|package| format!("{package}/README.md"));
    assert_eq!(
        chapters.find(|chapter| !TEXTS.contains(&chapter.as_str())),
        None
    );
}

#[test]
fn a_command_is_built_before_it_runs() {
    let build = |command| build_of(&shell::words(command)).map(|words| words.join(" "));
    let run = build("X=1 cargo run -p a --example b -- --seed 7");
    assert_eq!(run.as_deref(), Some("X=1 cargo build -p a --example b"));
    let test = build("cargo test -p a it_ends -- --nocapture");
    assert_eq!(test.as_deref(), Some("cargo test --no-run -p a it_ends"));
    assert_eq!(build("cargo learn"), None);
}
