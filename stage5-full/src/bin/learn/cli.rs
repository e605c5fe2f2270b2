//! What can be asked for on the command line.

use clap::{Parser, Subcommand};

/// The exercises of the course: shows how far you are, runs their checks, and helps where you are stuck.
///
/// Each exercise is a folder of a stage, such as stage1-green-threads/exercises/e1_generator, with the task in its README.md.
/// You write in its exercise.rs. ID is an exercise's number, such as 1.1, or its folder's name. In what order you do them
/// is up to you.
#[derive(Debug, Parser)]
#[command(
    name = "cargo learn",
    bin_name = "cargo learn",
    max_term_width = 110,
    after_help = "\
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
Each check runs under 20 seeds, in a process of its own, and is cut off when its time is up.

Examples:
  cargo learn check 3.2
  cargo learn check                      the first that is not done yet
  LEARN_SEEDS=7 cargo learn check 3.2    under seed 7 only
  LEARN_LIMIT=0 cargo learn check 3.2    without a time limit

Without cargo learn: cargo test -p stage3-executor --test FOLDER")]
    Check {
        /// The exercise; the first that is not done if it is left out
        id: Option<String>,
    },
    /// Run the checks of an exercise each time its exercise.rs is saved
    #[command(after_help = "\
Without ID it begins with the first exercise that is not done, and follows you when you save another. What failed
last is checked first. Ctrl-c ends it.

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
