//! One exercise and its files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Check, Entry, checks, starter};
use crate::files;

#[derive(Clone, Debug)]
pub(crate) struct Exercise {
    pub(crate) entry: Entry,
    /// The package that it belongs to.
    pub(crate) package: String,
    pub(crate) folder: PathBuf,
}

/// A wrong answer that is known.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    /// The file's name without its end, such as "wrong_one_ahead".
    pub(crate) name: String,
    /// The check that catches it, from the first line; empty if the line is missing.
    pub(crate) caught_by: String,
}

impl Exercise {
    pub(super) fn new(stage: &Path, package: &str, entry: Entry) -> Self {
        Exercise {
            folder: stage.join("exercises").join(&entry.folder),
            package: package.to_owned(),
            entry,
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.entry.id
    }

    /// The name of its test target.
    pub(crate) fn target(&self) -> &str {
        &self.entry.folder
    }

    /// What the learner writes in.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("exercise.rs")
    }

    /// The path of that file as one would type it at the top of the workspace.
    pub(crate) fn shown_file(&self) -> String {
        format!("{}/exercises/{}/exercise.rs", self.package, self.target())
    }

    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs_f64(self.entry.limit_seconds)
    }

    /// The checks, in the order in which they stand in check.rs.
    pub(crate) fn checks(&self) -> Result<Vec<Check>, String> {
        let path = self.folder.join("check.rs");
        match checks::parse(&files::read(&path)?) {
            checks if checks.is_empty() => Err(format!("{} has no #[test]", path.display())),
            checks => Ok(checks),
        }
    }

    /// The solution as it is shown: without the marks that the starter is made from.
    pub(crate) fn solution(&self) -> Result<String, String> {
        Ok(starter::without_marks(&self.solution_file()?))
    }

    /// What exercise.rs is before a learner writes in it.
    pub(crate) fn starter(&self) -> Result<String, String> {
        starter::of(&self.solution_file()?)
            .map_err(|mistake| format!("{}:{mistake}", self.folder.join("solution.rs").display()))
    }

    fn solution_file(&self) -> Result<String, String> {
        files::read(&self.folder.join("solution.rs"))
    }

    pub(crate) fn wrong_answers(&self) -> Result<Vec<Wrong>, String> {
        let mut answers = Vec::new();
        for path in files::list(&self.folder)? {
            let file = files::name(&path);
            if let Some(name) = file
                .strip_suffix(".rs")
                .filter(|name| name.starts_with("wrong_"))
            {
                answers.push(Wrong {
                    name: name.to_owned(),
                    caught_by: caught_by(&files::read(&path)?),
                });
            }
        }
        Ok(answers)
    }
}

fn caught_by(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let name = first.strip_prefix("//! Caught by: ").unwrap_or_default();
    name.trim().trim_matches('`').to_owned()
}

#[test]
fn the_first_line_of_a_wrong_answer_names_a_check() {
    assert_eq!(caught_by("//! Caught by: the_check\n//!\n"), "the_check");
    assert_eq!(caught_by("//! A wrong answer.\n"), "");
}
