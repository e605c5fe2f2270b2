//! `cargo learn watch`: an attempt each time an exercise is saved.
//!
//! ```text
//!   the system ──▶ notify's thread ──▶ channel ──▶ which exercise? ──▶ attempt ──▶ what next
//!                                         ▲                                            │
//!                                         └────────── waits for the next save ◀────────┘
//! ```
//!
//! Nothing is cleared from the screen: what was said before stays there to be compared.

use std::path::PathBuf;
use std::time::Duration;

use anstream::println;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use stage5_full::sync::mpsc::{self, UnboundedReceiver};
use stage5_full::time::timeout;

use super::attempt::{Attempt, attempt};
use super::check::what_next;
use super::chosen;
use super::next::next_open;
use crate::Answer;
use crate::course::{Course, Exercise};
use crate::progress::Progress;
use crate::show::dim;

/// An editor writes a file in several steps: it has done so when nothing has happened for so long.
const SETTLED: Duration = Duration::from_millis(100);

/// Between one attempt and the next.
const LINE: &str = "────────────────────────────────────────";

pub(crate) async fn watch(course: &Course, id: Option<&str>) -> Result<Answer, String> {
    let mut progress = Progress::load(course)?;
    let mut exercise = chosen(course, &progress, id)?;
    let mut saves = Saves::of(course)?;
    let mut failed: Option<String> = None;
    loop {
        let attempt = attempt(course, exercise, &mut progress, failed.as_deref()).await?;
        what_next(course, exercise, &progress, &attempt);
        failed = match attempt {
            Attempt::Passed => None,
            // If it does not compile, what failed before is still what is to be seen first.
            Attempt::Failed(check) => check.or(failed),
        };
        if failed.is_none() && id.is_none() {
            exercise = next_open(course, &progress, exercise).unwrap_or(exercise);
        }
        let watched = exercise.shown_file();
        println!(
            "\n{}",
            dim(format!("Watching {watched}; ctrl-c ends this."))
        );
        let saved = saves.next(course, id.map(|_| exercise)).await?;
        if saved.folder != exercise.folder {
            failed = None;
        }
        exercise = saved;
        println!("{}\n", dim(LINE));
    }
}

/// The files that were saved.
struct Saves {
    paths: UnboundedReceiver<PathBuf>,
    /// Watches until it is dropped.
    _watcher: RecommendedWatcher,
}

impl Saves {
    fn of(course: &Course) -> Result<Self, String> {
        let cannot = |error: notify::Error| format!("cannot watch the exercises: {error}");
        let (sender, paths) = mpsc::unbounded_channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let changes = event.ok().filter(|event| !event.kind.is_access());
            for path in changes.into_iter().flat_map(|event| event.paths) {
                // Nobody listens any more when the program ends.
                let _ = sender.send(path);
            }
        })
        .map_err(cannot)?;
        for stage in &course.stages {
            let folder = stage.folder.join("exercises");
            watcher
                .watch(&folder, RecursiveMode::Recursive)
                .map_err(cannot)?;
        }
        Ok(Saves {
            paths,
            _watcher: watcher,
        })
    }

    /// The next exercise that is saved; `only` this one, if one is given.
    async fn next<'a>(
        &mut self,
        course: &'a Course,
        only: Option<&'a Exercise>,
    ) -> Result<&'a Exercise, String> {
        loop {
            let path = self.paths.recv().await.ok_or("the watching has ended")?;
            let Some(saved) = course
                .exercises()
                .find(|exercise| is_file_of(exercise, &path))
            else {
                continue;
            };
            if only.is_none_or(|only| only.folder == saved.folder) {
                self.settle().await;
                return Ok(saved);
            }
        }
    }

    async fn settle(&mut self) {
        while let Ok(Some(_)) = timeout(SETTLED, self.paths.recv()).await {}
    }
}

/// Whether `path` is the exercise's file. Some systems report it by another path to the same folder.
fn is_file_of(exercise: &Exercise, path: &std::path::Path) -> bool {
    path.ends_with(
        PathBuf::from(&exercise.package)
            .join("exercises")
            .join(exercise.target())
            .join("exercise.rs"),
    )
}
