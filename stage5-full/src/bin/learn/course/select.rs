//! From what was typed to exercises.

use super::{Course, Exercise};

/// How many near names an error lists.
const NEAREST: usize = 3;

impl Course {
    /// The exercise of this id, or with this folder's name.
    pub(crate) fn find(&self, id: &str) -> Result<&Exercise, String> {
        let folders = || self.exercises().filter(|exercise| exercise.target() == id);
        if let Some(exercise) = self.exercises().find(|exercise| exercise.id() == id) {
            return Ok(exercise);
        }
        match folders().collect::<Vec<_>>()[..] {
            [] => Err(format!(
                "there is no exercise {id:?}; the nearest are:\n{}",
                self.nearest(id)
            )),
            [exercise] => Ok(exercise),
            _ => {
                let ids: Vec<_> = folders().map(Exercise::id).collect();
                Err(format!(
                    "{id:?} is the folder of several exercises: {}",
                    ids.join(", ")
                ))
            }
        }
    }

    /// The exercises that are named by id or folder, or lie in a stage named by its number or package; all if none is named.
    pub(crate) fn select(&self, names: &[String]) -> Result<Vec<&Exercise>, String> {
        if names.is_empty() {
            return Ok(self.exercises().collect());
        }
        let mut chosen: Vec<&Exercise> = Vec::new();
        for name in names {
            let stage = self
                .stages
                .iter()
                .find(|stage| stage.number.to_string() == *name || stage.package == *name);
            match stage {
                Some(stage) => chosen.extend(&stage.exercises),
                None => chosen.push(self.find(name)?),
            }
        }
        let all = self.exercises();
        Ok(all
            .filter(|exercise| chosen.iter().any(|one| one.folder == exercise.folder))
            .collect())
    }

    /// The names that differ least from `id`, one a line.
    fn nearest(&self, id: &str) -> String {
        let mut all: Vec<_> = self
            .exercises()
            .map(|exercise| {
                let by_id = strsim::damerau_levenshtein(id, exercise.id());
                let by_folder = strsim::damerau_levenshtein(id, exercise.target());
                (by_id.min(by_folder), exercise)
            })
            .collect();
        all.sort_by_key(|(distance, _)| *distance);
        let lines = all.iter().take(NEAREST).map(|(_, exercise)| {
            format!(
                "  {:5} {} ({})",
                exercise.id(),
                exercise.entry.title,
                exercise.target()
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
