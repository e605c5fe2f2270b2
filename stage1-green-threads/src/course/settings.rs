//! What the environment asks of a check.
//!
//! | variable | meaning | without it |
//! |---|---|---|
//! | `LEARN_SEEDS` | the seeds to run: `7`, or `1..21` (20 is the last) | 1 |
//! | `LEARN_LIMIT` | the seconds that one seed may take, such as `2.5`; 0: as long as it likes | 10 |
//! | `LEARN_GO_ON` | if it is set: the seeds that come after one that failed are run too | stops there |
//! | `LEARN_VERDICTS` | a file; one line for each seed is added to it: `7 passed`, `7 failed`, `7 hangs`, `7 waits` | nobody is told |

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use super::Outcome;

const LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Settings {
    seeds: Range<u64>,
    limit: Option<Duration>,
    go_on: bool,
    verdicts: Option<PathBuf>,
}

impl Settings {
    pub(super) fn from_environment() -> Result<Self, String> {
        let text = |name| env::var(name).ok();
        Ok(Settings {
            seeds: text("LEARN_SEEDS").map_or(Ok(1..2), |text| seeds(&text))?,
            limit: text("LEARN_LIMIT").map_or(Ok(Some(LIMIT)), |text| limit(&text))?,
            go_on: env::var_os("LEARN_GO_ON").is_some(),
            verdicts: env::var_os("LEARN_VERDICTS").map(PathBuf::from),
        })
    }

    pub(super) fn seeds(&self) -> Range<u64> {
        self.seeds.clone()
    }

    pub(super) fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Whether to run the seeds that come after one that failed.
    pub(super) fn go_on(&self) -> bool {
        self.go_on
    }

    /// Tells whoever started this process what became of a seed.
    pub(super) fn note(&self, seed: u64, outcome: &Outcome) {
        let Some(path) = &self.verdicts else { return };
        let word = match outcome {
            Outcome::Passed => "passed",
            Outcome::CannotTell => "waits",
            Outcome::Failed(_) => "failed",
            Outcome::TimeUp(_) => "hangs",
        };
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(format!("{seed} {word}\n").as_bytes()))
            .unwrap_or_else(|error| panic!("cannot write to {}: {error}", path.display()));
    }
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let range = match text.split_once("..") {
        Some((from, to)) => number(from).zip(number(to)).map(|(from, to)| from..to),
        None => number(text).map(|seed| seed..seed.saturating_add(1)),
    };
    range
        .filter(|range| !range.is_empty())
        .ok_or_else(|| format!("LEARN_SEEDS must be a seed or a range, as 7 or 1..21: {text:?}"))
}

fn limit(text: &str) -> Result<Option<Duration>, String> {
    let seconds = text.trim().parse::<f64>().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .map(|limit| Some(limit).filter(|limit| !limit.is_zero()))
        .ok_or_else(|| format!("LEARN_LIMIT must be a number of seconds: {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_one_or_a_range() {
        assert_eq!(seeds("7"), Ok(7..8));
        assert_eq!(seeds("1..21"), Ok(1..21));
        for wrong in ["", "x", "3..3", "5..1", "-1"] {
            assert!(seeds(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_limit_of_zero_is_none() {
        assert_eq!(limit("2.5"), Ok(Some(Duration::from_millis(2500))));
        assert_eq!(limit("0"), Ok(None));
        for wrong in ["", "soon", "-1", "NaN"] {
            assert!(limit(wrong).is_err(), "{wrong:?}");
        }
    }
}
