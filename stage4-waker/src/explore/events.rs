//! What happened in a run, in a form that is the same for the same seed.
//!
//! The numbers of tasks, sources and timers are unique in the process, so they differ from run to run; here they are
//! counted anew in the order in which they appear. Times are virtual.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stage2_reactor::simulation::World;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Collects the events of one run.
#[derive(Clone)]
pub(super) struct Events {
    world: World,
    list: Arc<Mutex<List>>,
}

#[derive(Default)]
struct List {
    lines: Vec<String>,
    numbers: Numbers,
}

/// What is counted → its number in the process → its number here.
type Numbers = BTreeMap<&'static str, BTreeMap<u64, usize>>;

impl Events {
    pub(super) fn new(world: World) -> Self {
        let list = Arc::default();
        Events { world, list }
    }

    /// Runs `f` and collects what it emits on this thread.
    pub(super) fn collect<R>(&self, f: impl FnOnce() -> R) -> R {
        tracing::subscriber::with_default(self.clone(), f)
    }

    /// What was collected.
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.list().lines)
    }

    /// Tasks that a panic's message names, in the words of `JoinError`, get the numbers that they have in the events.
    pub(super) fn renumber(&self, message: &str) -> String {
        let list = self.list();
        let tasks = list.numbers.get("task");
        let (mut renumbered, mut rest) = (String::new(), message);
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, from) = rest.split_at(start);
            let digits = from.chars().take_while(char::is_ascii_digit).count();
            let (number, after) = from.split_at(digits);
            let task = number.parse().ok().and_then(|number| tasks?.get(&number));
            renumbered += before;
            match task.filter(|_| names_a_task(before, after)) {
                Some(task) => renumbered += &task.to_string(),
                None => renumbered += number,
            }
            rest = after;
        }
        renumbered + rest
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "stages" && metadata.is_event()
    }

    fn event(&self, event: &Event<'_>) {
        let elapsed = self.world.elapsed().as_nanos();
        let mut list = self.list();
        let mut line = Line {
            text: format!("{elapsed:>12} ns"),
            numbers: &mut list.numbers,
        };
        event.record(&mut line);
        let text = line.text;
        list.lines.push(text);
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

/// Whether the number between these words is a task's: "TaskId(7)", "task 7 panicked", "task 7 was cancelled".
fn names_a_task(before: &str, after: &str) -> bool {
    let ends = [" panicked", " was cancelled"];
    before.ends_with("TaskId(")
        || before.ends_with("task ") && ends.iter().any(|end| after.starts_with(end))
}

/// One event, as it becomes text.
struct Line<'list> {
    text: String,
    numbers: &'list mut Numbers,
}

impl Line<'_> {
    fn add(&mut self, field: &Field, value: impl fmt::Display) {
        let name = field.name();
        // Writing to a string cannot fail.
        let _ = match name {
            // Where a task was spawned: a trace shows that; here it would only fill the line.
            "file" | "line" | "column" => Ok(()),
            "kind" => write!(self.text, " {value:<10}"),
            _ => write!(self.text, " {name}={value}"),
        };
    }
}

impl Visit for Line<'_> {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if !matches!(field.name(), "task" | "source" | "timer") {
            return self.add(field, value);
        }
        let numbers = self.numbers.entry(field.name()).or_default();
        let next = numbers.len() + 1;
        let number = *numbers.entry(value).or_insert(next);
        self.add(field, number);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if !value.is_empty() {
            self.add(field, value);
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format_args!("{value:?}"));
    }
}
