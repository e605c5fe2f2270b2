//! `cargo learn`: the runner of the exercises, a program on the stage 5 runtime.
//!
//! ```text
//!    course.toml, check.rs, solution.rs ──▶ course ──┐
//!                                                    ▼
//!    cli ──▶ commands, grade, verify ──▶ cargo: builds a test target ──▶ checking: a process for each check
//!                  │                                                          │
//!                  ▼                                                          ▼
//!              progress                                     verdicts, one line for each seed, and what it said
//! ```
//!
//! Each check runs in a process of its own, with a time limit and, where the system has it, a memory limit: a hang, an abort
//! or a stack overflow is a result, like any other.
//!
//! # The modules, in reading order
//!
//! - `cli`: what can be asked for
//! - `course`: the exercises as they lie on the disk
//! - `progress`: what the learner has done
//! - `cargo`, `process`, `checking`, `tidy`, `parallel`: from a source file to verdicts
//! - `show`: how it is printed
//! - `commands`: what a learner asks for
//! - `grade`: what an instructor asks for
//! - `verify`: what CI asks for

mod cargo;
mod checking;
mod cli;
mod commands;
mod course;
mod files;
mod grade;
mod parallel;
mod process;
mod progress;
mod show;
mod tidy;
mod verify;

use std::process::ExitCode;
use std::time::Duration;

use anstream::eprintln;
use clap::Parser;
use stage3_executor::future::race;
use stage5_full::Runtime;
use stage5_full::signal::ctrl_c;

use cli::{Cli, Command};
use course::Course;

/// How a command ends that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// All is well: the check passes, the course holds.
    Yes,
    No,
}

/// What a shell reports of a program that was ended by ctrl-c.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failure(&format!("cannot start the runtime: {error}")),
    };
    let answer = runtime.block_on(race(async { Some(run(cli.command).await) }, async {
        // A system that cannot report ctrl-c ends the program by itself.
        let _ = ctrl_c().await;
        None
    }));
    // A check that was cut off may have left somebody who still writes to its output.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match answer {
        Some(Ok(Answer::Yes)) => ExitCode::SUCCESS,
        Some(Ok(Answer::No)) => ExitCode::FAILURE,
        Some(Err(message)) => failure(&message),
        None => ExitCode::from(INTERRUPTED),
    }
}

fn failure(message: &str) -> ExitCode {
    eprintln!("{}: {message}", show::bad("error"));
    ExitCode::from(2)
}

async fn run(command: Option<Command>) -> Result<Answer, String> {
    let course = Course::load()?;
    match command {
        None => commands::overview(&course),
        Some(Command::Check { id }) => commands::check(&course, id.as_deref()).await,
        Some(Command::Watch { id }) => commands::watch(&course, id.as_deref()).await,
        Some(Command::Hint { id }) => commands::hint(&course, id.as_deref()),
        Some(Command::Reset { id }) => commands::reset(&course, &id),
        Some(Command::Solution { id }) => commands::solution(&course, &id),
        Some(Command::Grade(options)) => grade::grade(&course, options).await,
        Some(Command::Verify { what }) => verify::verify(&course, &what).await,
    }
}
