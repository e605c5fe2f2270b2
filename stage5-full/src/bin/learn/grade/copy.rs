//! A copy of the workspace, in which submissions are built: so they meet the grader's checks, stages and manifests, whatever
//! the learner has changed, and the grader's own exercises stay as they are.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::submission::Submission;
use super::{ExerciseGrade, Outcome};
use crate::cargo;
use crate::course::{Course, Exercise};
use crate::files;

/// How long the stages may take to build, and then the submissions of one learner for one stage.
const STAGES: Duration = Duration::from_secs(30 * 60);
const SUBMISSIONS: Duration = Duration::from_secs(5 * 60);

pub(super) struct Copy {
    root: PathBuf,
    /// Where it is built: cargo would take its packages for those of the workspace that is copied.
    target: PathBuf,
}

/// A submission that was built, or has its grade.
#[derive(Debug)]
pub(super) enum Built {
    Program {
        exercise: Exercise,
        program: Program,
    },
    Graded(ExerciseGrade),
}

/// A program that goes when it is no longer needed.
#[derive(Debug)]
pub(super) struct Program(pub(super) PathBuf);

impl Drop for Program {
    fn drop(&mut self) {
        // It lies under target: if it stays, nothing is lost.
        let _ = fs::remove_file(&self.0);
    }
}

impl Copy {
    /// Brings the copy up to date; what has not changed is not built again.
    pub(super) fn of(course: &Course) -> Result<Self, String> {
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| course.root.join("target"), PathBuf::from);
        let place = course.root.join(target).join("learn");
        let root = place.join("grade");
        fs::create_dir_all(&root)
            .map_err(|error| format!("cannot make {}: {error}", root.display()))?;
        for path in files::list(&course.root)? {
            let name = files::name(&path);
            if path.is_dir() && path.join("Cargo.toml").exists() {
                same_folder(&path, &root.join(&name))?;
            } else if name == "Cargo.toml" || name == "Cargo.lock" {
                same_file(&path, &root.join(&name))?;
            }
        }
        Ok(Copy {
            target: place.join("target"),
            root,
        })
    }

    /// Builds what all submissions have in common, with the starter of an exercise of each stage.
    pub(super) async fn warm_up(&self, exercises: &[Exercise]) -> Result<(), String> {
        let mut last = "";
        for exercise in exercises.iter().filter(|exercise| {
            let first = exercise.package != last;
            last = &exercise.package;
            first
        }) {
            self.write(exercise, &exercise.starter()?)?;
            let mut built = self
                .cargo(&exercise.package, &[exercise.target()], STAGES)
                .await?;
            if built.programs.remove(exercise.target()).is_none() {
                let errors: String = built.errors.into_values().flatten().collect();
                return Err(format!(
                    "the starter of {} does not build:\n{}{errors}",
                    exercise.id(),
                    built.said
                ));
            }
        }
        Ok(())
    }

    async fn cargo(
        &self,
        package: &str,
        targets: &[&str],
        time: Duration,
    ) -> Result<cargo::Built, String> {
        cargo::build(&self.root, Some(&self.target), package, targets, time).await
    }

    fn write(&self, exercise: &Exercise, text: &str) -> Result<(), String> {
        files::write(&self.root.join(exercise.shown_file()), text)
    }

    /// Builds the submissions of learner `number`, in their order.
    pub(super) async fn build(
        &self,
        submissions: Vec<Submission>,
        number: usize,
    ) -> Result<Vec<Built>, String> {
        let mut packages: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for submission in &submissions {
            if let Submission::Written { exercise, text } = submission {
                self.write(exercise, text)?;
                let targets = packages.entry(exercise.package.clone()).or_default();
                targets.push(exercise.target().to_owned());
            }
        }
        let mut built = BTreeMap::new();
        for (package, targets) in packages {
            let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
            built.insert(
                package.clone(),
                self.cargo(&package, &targets, SUBMISSIONS).await?,
            );
        }
        let result = submissions.into_iter().map(|submission| match submission {
            Submission::Graded(grade) => Ok(Built::Graded(grade)),
            Submission::Written { exercise, .. } => {
                self.one(&exercise, &built[&exercise.package], number)
            }
        });
        result.collect()
    }

    fn one(
        &self,
        exercise: &Exercise,
        built: &cargo::Built,
        number: usize,
    ) -> Result<Built, String> {
        let target = exercise.target();
        let Some(program) = built.programs.get(target) else {
            let reason = why_not(built, target);
            let grade = ExerciseGrade::new(exercise, Outcome::DoesNotCompile, reason, Vec::new());
            return Ok(Built::Graded(grade));
        };
        // The next learner's program takes this one's place.
        let name = format!("{number}-{}-{}", exercise.package, files::name(program));
        let own = self.root.with_file_name(name);
        fs::copy(program, &own)
            .map_err(|error| format!("cannot write {}: {error}", own.display()))?;
        Ok(Built::Program {
            exercise: exercise.clone(),
            program: Program(own),
        })
    }
}

/// Why there is no program, in a line.
fn why_not(built: &cargo::Built, target: &str) -> String {
    if built.cut_off {
        return format!(
            "the compiler did not end within {} s",
            SUBMISSIONS.as_secs()
        );
    }
    let errors = built.errors.get(target).map_or(&[][..], Vec::as_slice);
    let first = errors.first().map_or(built.said.as_str(), String::as_str);
    first
        .lines()
        .next()
        .unwrap_or("cargo does not say why")
        .to_owned()
}

/// Makes the folder `to` the same as `from`, without what was built there.
fn same_folder(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| format!("cannot make {}: {error}", to.display()))?;
    let wanted = files::list(from)?;
    for path in files::list(to)? {
        if !wanted
            .iter()
            .any(|other| other.file_name() == path.file_name())
        {
            remove(&path)?;
        }
    }
    for path in wanted {
        let name = files::name(&path);
        if path.is_dir() && name != "target" {
            same_folder(&path, &to.join(name))?;
        } else if path.is_file() {
            same_file(&path, &to.join(name))?;
        }
    }
    Ok(())
}

/// Copies a file if it has changed: cargo goes by the time of the change.
fn same_file(from: &Path, to: &Path) -> Result<(), String> {
    let read = |path| {
        fs::read(path).map_err(|error| format!("cannot read {}: {error}", Path::display(path)))
    };
    let bytes = read(from)?;
    if to.exists() && read(to)? == bytes {
        return Ok(());
    }
    fs::write(to, bytes).map_err(|error| format!("cannot write {}: {error}", to.display()))
}

fn remove(path: &Path) -> Result<(), String> {
    let result = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    result.map_err(|error| format!("cannot remove {}: {error}", path.display()))
}
