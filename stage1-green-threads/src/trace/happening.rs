//! The runtime's events, read back from `tracing` into values.

mod texts;

use std::fmt;

use tracing::Event;
use tracing::field::{Field, Visit};

/// What an event says. The numbers are those of tasks, workers, sources and timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    Spawn {
        task: u64,
        name: Word,
        place: Place,
    },
    Resume {
        task: u64,
        worker: u32,
    },
    Suspend {
        task: u64,
    },
    Complete {
        task: u64,
        outcome: Word,
    },
    Wake {
        task: u64,
    },
    Enqueue {
        task: u64,
        queue: Word,
    },
    Steal {
        from: u32,
        to: u32,
        count: u32,
    },
    Park {
        worker: u32,
    },
    Unpark {
        worker: u32,
    },
    Register {
        source: u64,
    },
    Deregister {
        source: u64,
    },
    Wait {
        source: u64,
        direction: Word,
    },
    Ready {
        source: u64,
        direction: Word,
    },
    TimerSet {
        timer: u64,
        nanoseconds: u64,
    },
    TimerFired {
        timer: u64,
    },
    /// No event: the recorder's own. Several polls of one task in which nothing else happened, drawn together: from this record's
    /// time on, for `span` nanoseconds, of which the task ran for `busy`.
    #[cfg(feature = "program")]
    Spin {
        task: u64,
        worker: u32,
        polls: u32,
        span: u64,
        busy: u64,
    },
}

/// One of the few texts that events carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) &'static str);

/// Where in a program something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Word,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.0, self.line)
    }
}

/// The texts that are known; any other becomes "other".
const WORDS: [&str; 11] = [
    "ok",
    "panicked",
    "cancelled",
    "local",
    "lifo",
    "global",
    "remote",
    "readable",
    "writable",
    "readable and writable",
    "nothing",
];

impl Word {
    fn of(text: &str) -> Self {
        let known = WORDS.iter().find(|word| **word == text);
        Word(known.copied().unwrap_or("other"))
    }
}

impl Happening {
    /// Reads an event of target `stages`; `None` if it is none of `crate::trace`'s.
    pub(crate) fn of(event: &Event<'_>) -> Option<Self> {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields {
            task,
            source,
            timer,
            word,
            ..
        } = fields;
        let worker = fields.worker;
        Some(match event.metadata().name() {
            "spawn" => Happening::Spawn {
                task,
                name: fields.name,
                place: fields.place,
            },
            "resume" => Happening::Resume { task, worker },
            "suspend" => Happening::Suspend { task },
            "complete" => Happening::Complete {
                task,
                outcome: word,
            },
            "wake" => Happening::Wake { task },
            "enqueue" => Happening::Enqueue { task, queue: word },
            "steal" => Happening::Steal {
                from: fields.from,
                to: fields.to,
                count: fields.count,
            },
            "park" => Happening::Park { worker },
            "unpark" => Happening::Unpark { worker },
            "register" => Happening::Register { source },
            "deregister" => Happening::Deregister { source },
            "wait" => Happening::Wait {
                source,
                direction: word,
            },
            "ready" => Happening::Ready {
                source,
                direction: fields.readiness(),
            },
            "timer_set" => Happening::TimerSet {
                timer,
                nanoseconds: fields.nanoseconds,
            },
            "timer_fired" => Happening::TimerFired { timer },
            _ => return None,
        })
    }
}

/// Every field that an event can have.
#[derive(Default)]
struct Fields {
    task: u64,
    worker: u32,
    from: u32,
    to: u32,
    count: u32,
    source: u64,
    timer: u64,
    nanoseconds: u64,
    readable: bool,
    writable: bool,
    word: Word,
    name: Word,
    place: Place,
}

impl Fields {
    fn readiness(&self) -> Word {
        Word(match (self.readable, self.writable) {
            (true, true) => "readable and writable",
            (true, false) => "readable",
            (false, true) => "writable",
            (false, false) => "nothing",
        })
    }
}

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "task" => self.task = value,
            "worker" => self.worker = value as u32,
            "from" => self.from = value as u32,
            "to" => self.to = value as u32,
            "count" => self.count = value as u32,
            "source" => self.source = value,
            "timer" => self.timer = value,
            "nanoseconds" => self.nanoseconds = value,
            "line" => self.place.line = value as u32,
            "column" => self.place.column = value as u32,
            _ => {}
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        match field.name() {
            "readable" => self.readable = value,
            "writable" => self.writable = value,
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "outcome" | "queue" | "direction" => self.word = Word::of(value),
            "name" => self.name = texts::keep(value),
            "file" => self.place.file = texts::keep(value),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
