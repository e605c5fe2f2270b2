//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand};

/// The exercises of the course: shows how far you are, runs their checks, and helps where you are stuck
#[derive(Debug, Parser)]
#[command(
    name = "cargo learn",
    bin_name = "cargo learn",
    max_term_width = 110,
    after_help = "\
Each exercise is a folder of a stage, such as stage1-green-threads/exercises/e1_generator: its README.md is the task, and you
write in its exercise.rs. ID is an exercise's number, such as 1.1, or its folder's name. Do them in any order.

Examples:
  cargo learn               how far you are, and what is next
  cargo learn watch         runs the checks of the next exercise each time you save it
  cargo learn check 1.1     runs the checks of exercise 1.1 once
  cargo learn hint 1.1      shows its next hint

Exit status: 0 if the checks pass, 1 if not, 2 if there is a mistake in the command or the workspace."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the checks of an exercise, and explain what fails
    #[command(after_help = "\
Each check runs under 20 seeds, in a process of its own, and is cut off when its time is up. Tests that you add to exercise.rs are
run too, and shown; they count for nothing.

Examples:
  cargo learn check 3.2
  cargo learn check                      the first that is not done yet
  LEARN_SEEDS=7 cargo learn check 3.2    under seed 7 only
  LEARN_LIMIT=0 cargo learn check 3.2    without a time limit
In PowerShell, a variable is set before: $env:LEARN_SEEDS = 7

Without cargo learn: cargo test -p stage3-executor --test FOLDER")]
    Check {
        /// The exercise; the first that is not done if it is left out
        id: Option<String>,
    },
    /// Run the checks of an exercise each time its exercise.rs is saved
    #[command(after_help = "\
Without ID it begins with the first exercise that is not done, and follows you when you save another. What failed
last is checked first. Ctrl-c ends it. If you change a stage itself, on Windows, end it before the next cargo learn: a program
that runs cannot be built anew there.

Examples:
  cargo learn watch
  cargo learn watch 3.2")]
    Watch {
        /// The only exercise to watch
        id: Option<String>,
    },
    /// Show the next hint for an exercise
    #[command(after_help = "\
Hints come one at a time: first a nudge, then the idea, then nearly the code. Those you have seen are shown again.

Examples:
  cargo learn hint 3.2
  cargo learn hint             for the first that is not done yet")]
    Hint {
        /// The exercise; the first that is not done if it is left out
        id: Option<String>,
    },
    /// Put the starter of an exercise back; what you wrote is kept beside it
    #[command(after_help = "\
What you wrote is kept as exercise.before-reset-1.rs, -2, and so on, which git ignores.

Example:
  cargo learn reset 3.2")]
    Reset {
        /// The exercise
        id: String,
    },
    /// Show the solution of an exercise
    #[command(after_help = "\
It is kept back until the checks pass, or until you ask twice.

Example:
  cargo learn solution 3.2")]
    Solution {
        /// The exercise
        id: String,
    },
    /// Grade the exercises in other folders: copies of this workspace, one for each learner
    #[command(after_help = GRADE)]
    Grade(Grade),
    /// Check the exercises themselves: starters, solutions, wrong answers, hints
    #[command(after_help = "\
For each exercise: the starter is the one that follows from solution.rs, compiles without warnings, and fails; the solution
passes under 20 seeds; each wrong answer fails under all of them, in the check that it names and in no other; task, hints,
points and minutes are there; and Cargo.toml, course.toml and variants.rs know it.

Examples:
  cargo learn verify             all exercises
  cargo learn verify 3           those of stage 3
  cargo learn verify 3.2 3.4     these two")]
    Verify {
        /// Stages or exercises; all of them if it is left out
        #[arg(value_name = "STAGE|ID")]
        what: Vec<String>,
    },
}

const GRADE: &str = "\
Each FOLDER is a copy of this workspace, or of a part of it: of what is in it, only the files
stageN-…/exercises/eM_…/exercise.rs are read. They are built and run in a copy of this workspace, with the checks, the stages and
the Cargo.toml of this one, so that an edited check does not raise a grade. An exercise earns its points if every check
passes under 20 seeds. One that does not compile, hangs, aborts, prints without end, or has lost its `mod check;` earns none, with
the reason beside it.

What this does not do: it is no sandbox. A submission runs as you, with your files and your network; it can read and change
whatever you can, also what this program writes to find out how its checks went. It gets no standard input, a time limit, and a
memory limit, which macOS takes as a wish only; what it starts ends with it, unless it goes to lengths to avoid that. For people
whom you do not trust, run it in a container or a virtual machine.

Examples:
  cargo learn grade ~/class/ada ~/class/grace
  cargo learn grade --csv ~/class/* > grades.csv
  cargo learn grade --only 3 --only 4.1 --markdown ~/class/*
  cargo learn grade --time-limit 5 --memory-mib 1024 --json ~/class/*
Windows PowerShell changes the encoding of what it writes to a file; cmd does not:
  cmd /c \"cargo learn grade --csv class/* > grades.csv\"";

/// What to grade, and how to show it.
#[derive(Args, Debug)]
pub(crate) struct Grade {
    /// The learners' folders; class/* for all folders in class
    #[arg(required = true, value_name = "FOLDER")]
    pub(crate) folders: Vec<PathBuf>,

    /// A JSON array with everything: exercises, checks, reasons
    #[arg(long, group = "form")]
    json: bool,

    /// One line for each folder, one column for each exercise
    #[arg(long, group = "form")]
    csv: bool,

    /// A table, and the reasons below it
    #[arg(long, group = "form")]
    markdown: bool,

    /// Grade these stages or exercises only; may be given several times
    #[arg(long, value_name = "STAGE|ID")]
    pub(crate) only: Vec<String>,

    /// Seconds that a check may take under one seed [default: what the exercise says]
    #[arg(long, value_name = "SECONDS", value_parser = RangedU64ValueParser::<u64>::new().range(1..=3600))]
    pub(crate) time_limit: Option<u64>,

    /// Memory that a check may take, in MiB: address space on Unix, committed memory on Windows
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = RangedU64ValueParser::<u64>::new().range(64..=1_048_576))]
    pub(crate) memory_mib: u64,
}

/// How grades are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Json,
    Csv,
    Markdown,
}

impl Grade {
    pub(crate) fn form(&self) -> Form {
        match (self.json, self.csv, self.markdown) {
            (true, ..) => Form::Json,
            (_, true, _) => Form::Csv,
            (.., true) => Form::Markdown,
            _ => Form::Text,
        }
    }
}
