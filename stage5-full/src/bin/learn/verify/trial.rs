//! One variant of an exercise against one check: what should become of it.

use std::path::Path;
use std::time::Duration;

use crate::checking::{MEMORY, Plan, Report, SEEDS, Verdict};
use crate::course::{Check, Exercise};
use crate::show::indented;

/// How long a check may take that is expected to fail: it may do so by a hang.
const SHORT: Duration = Duration::from_secs(1);
/// How many lines of a failure's explanation are shown.
const LINES: usize = 30;

/// A variant, and what it should do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Variant {
    /// Fails a check at least.
    Starter,
    /// Passes them all.
    Solution,
    /// Fails this one only.
    Wrong { name: String, caught_by: String },
}

#[derive(Clone, Debug)]
pub(super) struct Trial {
    /// The exercise's.
    pub(super) id: String,
    variant: Variant,
    check: String,
    pub(super) plan: Plan,
}

/// All trials of these exercises, which are in `program`.
pub(super) fn of(exercises: &[&Exercise], program: &Path) -> Result<Vec<Trial>, String> {
    let mut trials = Vec::new();
    for exercise in exercises {
        let mut variants = vec![Variant::Starter, Variant::Solution];
        for wrong in exercise.wrong_answers()? {
            variants.push(Variant::Wrong {
                name: wrong.name,
                caught_by: wrong.caught_by,
            });
        }
        for check in exercise.checks()? {
            for variant in &variants {
                trials.push(Trial::new(exercise, program, variant.clone(), &check));
            }
        }
    }
    // Those that may hang come first: they take longest.
    trials.sort_by_key(|trial| !trial.may_fail());
    Ok(trials)
}

impl Trial {
    fn new(exercise: &Exercise, program: &Path, variant: Variant, check: &Check) -> Self {
        let mut trial = Trial {
            id: exercise.id().to_owned(),
            check: check.name.clone(),
            plan: Plan {
                program: program.to_owned(),
                test: format!(
                    "{}::{}::check::{}",
                    exercise.target(),
                    variant.module(),
                    check.name
                ),
                seeds: SEEDS,
                limit: exercise.limit(),
                go_on: true,
                memory: Some(MEMORY),
            },
            variant,
        };
        if trial.may_fail() {
            trial.plan.limit = trial.plan.limit.min(SHORT);
        }
        trial
    }

    pub(super) fn is_starter(&self) -> bool {
        self.variant == Variant::Starter
    }

    /// Whether it is all right that the check fails.
    fn may_fail(&self) -> bool {
        match &self.variant {
            Variant::Starter => true,
            Variant::Solution => false,
            Variant::Wrong { caught_by, .. } => *caught_by == self.check,
        }
    }

    /// What is wrong with what became of it.
    pub(super) fn problem(&self, report: &Report) -> Option<String> {
        let (module, check) = (self.variant.module(), &self.check);
        if let Some((_, Verdict::Missing)) = report.failure() {
            let test = &self.plan.test;
            return Some(format!(
                "variants.rs has no {module}, or it has lost its `mod check;`: there is no test {test}"
            ));
        }
        match &self.variant {
            Variant::Starter => None,
            Variant::Wrong { .. } if self.may_fail() => {
                let passed = seeds(report, |verdict| !verdict.is_failure());
                (!passed.is_empty()).then(|| {
                    format!("{module} is not caught: it passes {check}, which it names, under seed {passed}")
                })
            }
            Variant::Solution if report.waits() => Some(format!(
                "solution waits in {}: once all other checks hold, this one must be able to tell",
                self.check
            )),
            Variant::Solution | Variant::Wrong { .. } => self.unexpected(report),
        }
    }

    /// What to say if it did not pass.
    fn unexpected(&self, report: &Report) -> Option<String> {
        let (_, first) = report.failure()?;
        let failed = seeds(report, Verdict::is_failure);
        let why = match first {
            Verdict::Died(how) => format!("{}\nIt {how}.", report.said),
            _ => report.said.clone(),
        };
        let why: Vec<&str> = why.lines().take(LINES).collect();
        let why = indented(&why.join("\n"), "    ");
        let (module, word) = (self.variant.module(), first.word());
        Some(format!(
            "{module} {word} {} under seed {failed}:\n{why}",
            self.check
        ))
    }
}

impl Variant {
    /// The name of its module in variants.rs.
    fn module(&self) -> &str {
        match self {
            Variant::Starter => "exercise",
            Variant::Solution => "solution",
            Variant::Wrong { name, .. } => name,
        }
    }
}

/// Whether the check failed under every seed.
pub(super) fn fails_always(report: &Report) -> bool {
    let mut verdicts = report.verdicts.iter();
    verdicts.all(|(_, verdict)| verdict.is_failure())
}

/// The seeds with such a verdict, as a list.
fn seeds(report: &Report, such: impl Fn(&Verdict) -> bool) -> String {
    let seeds = report.verdicts.iter().filter(|(_, verdict)| such(verdict));
    let seeds: Vec<_> = seeds.map(|(seed, _)| seed.to_string()).collect();
    seeds.join(", ")
}
