//! What the learner has done: a plain text file at the top of the workspace, which git ignores.
//!
//! ```text
//!   # What you have done so far; `cargo learn` writes this.
//!   1.1  done     hints 1
//!   1.2  begun    passing 2
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::course::{Course, Exercise};
use crate::files;

const FILE: &str = ".learn-progress";
const HEAD: &str = "# What you have done in the exercises. `cargo learn` writes this file; without it, you begin anew.\n";

/// What is known of one exercise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    /// Every check passed once.
    pub(crate) passed: bool,
    /// How many checks passed the last time.
    pub(crate) passing: usize,
    /// How many hints were shown.
    pub(crate) hints: usize,
    /// How often the solution was asked for before the checks passed.
    pub(crate) asked: usize,
}

#[derive(Debug)]
pub(crate) struct Progress {
    path: PathBuf,
    exercises: BTreeMap<String, Done>,
}

impl Progress {
    pub(crate) fn load(course: &Course) -> Result<Self, String> {
        let path = course.root.join(FILE);
        let text = match path.exists() {
            true => files::read(&path)?,
            false => String::new(),
        };
        Ok(Progress {
            exercises: parse(&text),
            path,
        })
    }

    pub(crate) fn of(&self, exercise: &Exercise) -> Done {
        self.exercises
            .get(exercise.id())
            .copied()
            .unwrap_or_default()
    }

    /// Changes what is known of an exercise, and writes it down.
    pub(crate) fn update(
        &mut self,
        exercise: &Exercise,
        change: impl FnOnce(&mut Done),
    ) -> Result<(), String> {
        change(self.exercises.entry(exercise.id().to_owned()).or_default());
        files::write(&self.path, &text(&self.exercises))
    }
}

/// Lines that make no sense are passed over: the file is the learner's.
fn parse(text: &str) -> BTreeMap<String, Done> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let known = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let (id, state) = (words.next()?, words.next()?);
        let mut done = Done {
            passed: state == "done",
            ..Done::default()
        };
        while let (Some(word), Some(number)) = (words.next(), words.next()) {
            let number = number.parse().unwrap_or_default();
            match word {
                "passing" => done.passing = number,
                "hints" => done.hints = number,
                "asked" => done.asked = number,
                _ => {}
            }
        }
        Some((id.to_owned(), done))
    });
    known.collect()
}

fn text(exercises: &BTreeMap<String, Done>) -> String {
    let lines = exercises.iter().map(|(id, done)| {
        let state = if done.passed { "done" } else { "begun" };
        let Done {
            passing,
            hints,
            asked,
            ..
        } = done;
        format!("{id:6} {state:6} passing {passing} hints {hints} asked {asked}\n")
    });
    HEAD.to_owned() + &lines.collect::<String>()
}

#[test]
fn what_is_written_is_read_again() {
    let done = Done {
        passed: true,
        passing: 3,
        hints: 2,
        asked: 1,
    };
    let all = BTreeMap::from([
        ("1.1".to_owned(), done),
        ("1.2".to_owned(), Done::default()),
    ]);
    assert_eq!(parse(&text(&all)), all);
    assert_eq!(parse("nonsense\n\n1.1\n"), BTreeMap::new());
}
