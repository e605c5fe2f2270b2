//! The course: the exercises of all stages, as they lie on the disk.
//!
//! ```text
//!   the workspace
//!   ├── stage1-green-threads/exercises/
//!   │   ├── course.toml                  id, folder, title, points, hints, … of each
//!   │   ├── variants.rs                  all variants of all of them, as one program
//!   │   └── e1_generator/
//!   │       ├── README.md                the task
//!   │       ├── exercise.rs              the starter, and what the learner writes
//!   │       ├── check.rs                 the checks; long helpers of theirs in check/
//!   │       ├── solution.rs              from which the starter follows
//!   │       └── wrong_….rs               wrong answers, each with the check that catches it
//!   └── stage2-reactor/…
//! ```

mod checks;
mod exercise;
mod manifest;
mod select;
mod starter;

use std::env;
use std::path::{Path, PathBuf};

pub(crate) use checks::Check;
pub(crate) use exercise::Exercise;
pub(crate) use manifest::{Entry, Kind};

use crate::files;

/// All stages that have exercises.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) root: PathBuf,
    pub(crate) stages: Vec<Stage>,
}

/// A package of the workspace.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) number: u32,
    /// The package's name, which is its folder's.
    pub(crate) package: String,
    pub(crate) folder: PathBuf,
    pub(crate) exercises: Vec<Exercise>,
}

impl Course {
    /// The course of the workspace in which the current folder lies, or of the one that this program was built in.
    pub(crate) fn load() -> Result<Self, String> {
        let here =
            env::current_dir().map_err(|error| format!("there is no current folder: {error}"))?;
        let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let root = here
            .ancestors()
            .find(|folder| has_exercises(folder))
            .or(built_in.filter(|folder| has_exercises(folder)))
            .ok_or("there are no exercises here: no folder stageN-…/exercises with a course.toml, in this folder or above it")?;
        Course::at(root)
    }

    /// The course of the workspace at `root`.
    pub(crate) fn at(root: &Path) -> Result<Self, String> {
        let stages: Result<_, String> = stage_folders(root)?.into_iter().map(Stage::load).collect();
        Ok(Course {
            root: root.to_owned(),
            stages: stages?,
        })
    }

    /// All exercises, in order.
    pub(crate) fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        self.stages.iter().flat_map(|stage| &stage.exercises)
    }
}

impl Stage {
    fn load(folder: PathBuf) -> Result<Self, String> {
        let package = files::name(&folder);
        let manifest = folder.join("exercises").join("course.toml");
        let exercises: Vec<_> = manifest::parse(&manifest, &files::read(&manifest)?)?
            .into_iter()
            .map(|entry| Exercise::new(&folder, &package, entry))
            .collect();
        Ok(Stage {
            number: number(&package).unwrap_or_default(),
            package,
            folder,
            exercises,
        })
    }

    /// What the stage is called in a table: "stage1-green-threads" is "Stage 1, green threads".
    pub(crate) fn title(&self) -> String {
        let words = self.package.split_once('-').map_or("", |(_, words)| words);
        format!("Stage {}, {}", self.number, words.replace('-', " "))
    }
}

fn has_exercises(root: &Path) -> bool {
    root.join("Cargo.toml").exists() && stage_folders(root).is_ok_and(|stages| !stages.is_empty())
}

/// The stages at `root` that have exercises.
fn stage_folders(root: &Path) -> Result<Vec<PathBuf>, String> {
    let folders = files::list(root)?.into_iter().filter(|folder| {
        number(&files::name(folder)).is_some()
            && folder.join("exercises").join("course.toml").exists()
    });
    Ok(folders.collect())
}

/// The number of a stage: that of "stage3-executor" is 3.
fn number(package: &str) -> Option<u32> {
    let (number, _) = package.strip_prefix("stage")?.split_once('-')?;
    number.parse().ok()
}
