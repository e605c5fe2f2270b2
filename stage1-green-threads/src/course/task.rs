//! Where a task stands, as far as the events say.
//!
//! ```text
//!   spawn ──▶ Queued ──resume──▶ Running ──suspend──▶ Waiting ──wake──▶ Woken ──enqueue──▶ Queued
//!                ▲                  │    └─ suspend, after it was woken or queued in this poll ─┘
//!                └── enqueue, wake ─┘└─ complete ──▶ Ended
//! ```

use crate::program::Word;

/// What a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    Unknown,
    Socket(u64, Word),
    Timer(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Queued,
    Running,
    Waiting(On),
    /// It waited, and was woken, but nobody has queued or resumed it since.
    Woken,
    Ended,
}

/// One task of a log.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) name: Word,
    pub(super) polls: u64,
    pub(super) state: State,
    /// What it has said in this poll that it will wait for.
    on: On,
    /// What it will be when this poll ends, if that is not `Waiting`.
    again: Option<State>,
}

impl Task {
    pub(super) fn new() -> Self {
        Task {
            name: Word(""),
            polls: 0,
            state: State::Queued,
            on: On::Unknown,
            again: None,
        }
    }

    /// Its name, as what comes after its number.
    pub(super) fn called(&self) -> String {
        match self.name.0 {
            "" => String::new(),
            name => format!(" ({name:?})"),
        }
    }

    pub(super) fn resume(&mut self) {
        self.state = State::Running;
        self.polls += 1;
        self.on = On::Unknown;
        self.again = None;
    }

    pub(super) fn will_wait(&mut self, on: On) {
        self.on = on;
    }

    pub(super) fn suspend(&mut self) {
        self.state = self.again.take().unwrap_or(State::Waiting(self.on));
    }

    pub(super) fn wake(&mut self) {
        match self.state {
            State::Running => {
                self.again.get_or_insert(State::Woken);
            }
            State::Waiting(_) => self.state = State::Woken,
            State::Queued | State::Woken | State::Ended => {}
        }
    }

    pub(super) fn enqueue(&mut self) {
        match self.state {
            State::Running => self.again = Some(State::Queued),
            State::Ended => {}
            _ => self.state = State::Queued,
        }
    }

    pub(super) fn end(&mut self) {
        self.state = State::Ended;
    }
}
