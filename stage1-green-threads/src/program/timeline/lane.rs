//! One lane: what filled each of its columns of time.

use std::collections::BTreeSet;

use anstyle::Style;

use super::super::history::{History, Span, State, Task};
use super::super::style::{DIM, GOOD, WASTE};

/// How wide a lane is.
pub(super) const COLUMNS: usize = 64;

/// The column in which `time` lies.
pub(super) fn column_of(time: u64, end: u64) -> usize {
    let column = u128::from(time) * COLUMNS as u128 / u128::from(end);
    (column as usize).min(COLUMNS - 1)
}

/// What one column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// The task does not exist (yet, or any more).
    Nothing,
    Waits,
    Runnable,
    /// It ran, for less than half of the column.
    Polled,
    /// It ran for half of the column or more.
    Runs,
    /// Workers: how many eighths of the column they ran tasks.
    Busy(u8),
}

impl Glyph {
    pub(super) fn sign(self) -> (Style, char) {
        const BARS: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        match self {
            Glyph::Nothing => (Style::new(), ' '),
            Glyph::Waits => (DIM, '·'),
            Glyph::Runnable => (WASTE, '░'),
            Glyph::Polled => (GOOD, '│'),
            Glyph::Runs => (GOOD, '█'),
            Glyph::Busy(0) => (DIM, BARS[0]),
            Glyph::Busy(eighths) => (GOOD, BARS[usize::from(eighths.min(8))]),
        }
    }

    pub(super) fn meaning(self) -> &'static str {
        match self {
            Glyph::Waits => "waits",
            Glyph::Runnable => "in the queue",
            Glyph::Polled => "runs briefly",
            Glyph::Runs => "runs",
            Glyph::Nothing | Glyph::Busy(_) => "",
        }
    }
}

/// The columns of a lane.
pub(super) struct Lane {
    glyphs: Vec<Glyph>,
}

impl Lane {
    /// The lane of tasks that come one after the other.
    pub(super) fn of_tasks<'a>(
        tasks: impl IntoIterator<Item = Option<&'a Task>>,
        end: u64,
    ) -> Self {
        let mut columns = [Filled::default(); COLUMNS];
        let tasks = tasks.into_iter().flatten();
        for span in tasks.flat_map(|task| &task.spans) {
            each_column(span, end, |column, time| columns[column].add(span, time));
        }
        let width = (end / COLUMNS as u64).max(1);
        Lane {
            glyphs: columns.iter().map(|filled| filled.glyph(width)).collect(),
        }
    }

    /// How busy `workers` were, all of them together.
    pub(super) fn of_workers(history: &History, workers: &[u32], end: u64) -> Self {
        let workers: BTreeSet<u32> = workers.iter().copied().collect();
        let mut busy_time = [0u64; COLUMNS];
        for span in history.tasks.iter().flat_map(|task| &task.spans) {
            if let State::Running { worker, busy, .. } = span.state
                && workers.contains(&worker)
            {
                let length = (span.to - span.from).max(1);
                each_column(span, end, |column, time| {
                    busy_time[column] +=
                        (u128::from(time) * u128::from(busy) / u128::from(length)) as u64;
                });
            }
        }
        let full = (end / COLUMNS as u64).max(1) * workers.len().max(1) as u64;
        let eighths = busy_time.map(|busy| match busy {
            0 => 0,
            busy => ((busy * 8 + full / 2) / full).clamp(1, 8) as u8,
        });
        Lane {
            glyphs: eighths.map(Glyph::Busy).to_vec(),
        }
    }

    /// The columns as text, in runs of one style.
    pub(super) fn runs(&self) -> Vec<(Style, String)> {
        let mut runs: Vec<(Style, String)> = Vec::new();
        for (style, sign) in self.glyphs.iter().map(|glyph| glyph.sign()) {
            match runs.last_mut() {
                Some((last, text)) if *last == style => text.push(sign),
                _ => runs.push((style, sign.into())),
            }
        }
        runs
    }
}

/// Calls `f` for each column that the span touches, with the time that it takes of it.
fn each_column(span: &Span, end: u64, mut f: impl FnMut(usize, u64)) {
    let begins = |column: usize| (u128::from(end) * column as u128 / COLUMNS as u128) as u64;
    let last = span.to.max(span.from + 1) - 1;
    for column in column_of(span.from, end)..=column_of(last, end) {
        let from = span.from.max(begins(column));
        let to = span.to.min(begins(column + 1));
        f(column, to.saturating_sub(from));
    }
}

/// How much of a column a task spent in each state.
#[derive(Clone, Copy, Default)]
struct Filled {
    polls: u32,
    running: u64,
    runnable: u64,
    waiting: u64,
}

impl Filled {
    fn add(&mut self, span: &Span, time: u64) {
        match span.state {
            State::Running { polls, busy, .. } => {
                self.polls += polls;
                self.running += busy.min(time);
            }
            State::Runnable => self.runnable += time,
            State::Waiting(_) => self.waiting += time,
        }
    }

    fn glyph(&self, width: u64) -> Glyph {
        if self.running * 2 >= width {
            Glyph::Runs
        } else if self.polls > 0 {
            Glyph::Polled
        } else if self.runnable + self.waiting == 0 {
            Glyph::Nothing
        } else if self.runnable > self.waiting {
            Glyph::Runnable
        } else {
            Glyph::Waits
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::happening::{Place, Word};
    use crate::program::history::{On, Series};

    fn picture(spans: &[(u64, State)]) -> String {
        let mut from = 0;
        let spans = spans.iter().map(|(length, state)| {
            let span = Span {
                from,
                to: from + length,
                state: *state,
            };
            from = span.to;
            span
        });
        let task = Task {
            id: 1,
            name: Word(""),
            spawned: 0,
            place: Place::default(),
            spawned_by: None,
            spans: spans.collect(),
            ended: None,
            in_vain: Series::default(),
        };
        let lane = Lane::of_tasks([Some(&task), None], COLUMNS as u64 * 100);
        lane.runs().into_iter().map(|(_, text)| text).collect()
    }

    fn runs(busy: u64) -> State {
        State::Running {
            worker: 0,
            polls: 1,
            busy,
        }
    }

    #[test]
    fn each_column_shows_what_filled_it() {
        let waits = State::Waiting(On::Unknown);
        let picture = picture(&[
            (10, runs(10)),
            (690, waits),
            (300, State::Runnable),
            (200, runs(200)),
            (100, waits),
        ]);
        assert_eq!(picture.trim_end(), "│······░░░██·");
        assert_eq!(picture.chars().count(), COLUMNS);
    }

    #[test]
    fn a_poll_is_seen_however_short_it_is() {
        let waits = State::Waiting(On::Unknown);
        let picture = picture(&[(550, waits), (1, runs(1)), (349, waits)]);
        assert_eq!(picture.trim_end(), "·····│···");
    }
}
