//! Runs the checks of one learner's programs, and makes grades of what became of them.

use std::time::Duration;

use super::copy::{Built, Program};
use super::{CheckGrade, ExerciseGrade, Outcome};
use crate::checking::{self, Plan, Report, SEEDS, Verdict};
use crate::cli;
use crate::course::{Check, Exercise};
use crate::parallel;
use crate::tidy::{explains_hang, message};

/// What a check may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// For one seed; `None`: what the exercise says.
    time: Option<Duration>,
    memory: u64,
}

impl Limits {
    pub(super) fn of(options: &cli::Grade) -> Self {
        Limits {
            time: options.time_limit.map(Duration::from_secs),
            memory: options.memory_mib << 20,
        }
    }
}

/// The grades of one learner, in the exercises' order.
pub(super) async fn judge(built: Vec<Built>, limits: Limits) -> Result<Vec<ExerciseGrade>, String> {
    let mut grades = Vec::new();
    for one in built {
        grades.push(match one {
            Built::Graded(grade) => grade,
            Built::Program { exercise, program } => run(&exercise, &program, limits).await?,
        });
    }
    Ok(grades)
}

async fn run(
    exercise: &Exercise,
    program: &Program,
    limits: Limits,
) -> Result<ExerciseGrade, String> {
    let checks = exercise.checks()?;
    let plans = checks
        .iter()
        .map(|check| plan(exercise, program, limits, check));
    let reports = parallel::map(
        plans.collect(),
        parallel::processes(),
        |plan: Plan| async move { checking::run(&plan).await },
    );
    let reports: Vec<Report> = reports.await.into_iter().collect::<Result<_, _>>()?;
    let grades: Vec<CheckGrade> = checks
        .iter()
        .zip(&reports)
        .map(|(check, report)| grade(check, report))
        .collect();
    let (outcome, reason) = match reports.iter().all(Report::passed) {
        true => (Outcome::Passed, String::new()),
        false => (Outcome::Failed, reason(&grades)),
    };
    Ok(ExerciseGrade::new(exercise, outcome, reason, grades))
}

fn plan(exercise: &Exercise, program: &Program, limits: Limits, check: &Check) -> Plan {
    Plan {
        program: program.0.clone(),
        test: format!("check::{}", check.name),
        seeds: SEEDS,
        limit: limits.time.unwrap_or_else(|| exercise.limit()),
        go_on: false,
        memory: Some(limits.memory),
    }
}

fn grade(check: &Check, report: &Report) -> CheckGrade {
    let (seed, verdict) = match report.failure() {
        Some((seed, verdict)) => (Some(seed), verdict),
        None if report.waits() => (None, &Verdict::Waits),
        None => (None, &Verdict::Passed),
    };
    let message = match verdict {
        Verdict::Passed => String::new(),
        Verdict::Waits => "it cannot tell before another check holds".to_owned(),
        Verdict::Missing => {
            "it is not in the program: `mod check;` was removed or changed".to_owned()
        }
        Verdict::Died(how) => format!("it {how}"),
        Verdict::Hangs if !explains_hang(&report.said) => {
            "it did not end within its time, and went on printing".to_owned()
        }
        Verdict::Failed | Verdict::Hangs => message(&report.said),
    };
    CheckGrade {
        name: check.name.clone(),
        verdict: verdict.word(),
        seed,
        message,
    }
}

/// The first check that failed, and how many others did.
fn reason(grades: &[CheckGrade]) -> String {
    let waits = grades.iter().find(|grade| !grade.message.is_empty());
    let mut failed = grades.iter().filter(|grade| grade.seed.is_some());
    let Some(first) = failed.next().or(waits) else {
        return String::new();
    };
    let others = match failed.count() {
        0 => String::new(),
        others => format!(" (and {others} more)"),
    };
    format!(
        "{} {}: {}{others}",
        first.name, first.verdict, first.message
    )
}
