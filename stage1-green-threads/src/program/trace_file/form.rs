//! The JSON form: one event a line.
//!
//! Google's "Trace Event Format" describes it: `X` is a slice, `s` and `f` are the ends of an arrow,
//! `i` is a moment, `M` gives names. Times are microseconds.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

/// A horizontal lane: the form calls it a thread of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lane {
    process: u32,
    thread: u32,
}

impl Lane {
    pub(super) fn of(process: u32, thread: u32) -> Self {
        Lane { process, thread }
    }
}

/// Writes events.
pub(super) struct Writer<W> {
    out: W,
    is_first: bool,
    arrows: u64,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(b"{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n")?;
        Ok(Writer {
            out,
            is_first: true,
            arrows: 0,
        })
    }

    /// Ends the file, with one more property.
    pub(super) fn finish(mut self, name: &str, value: &impl Serialize) -> io::Result<()> {
        write!(self.out, "\n], \"{name}\": ")?;
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"}\n")?;
        self.out.flush()
    }

    pub(super) fn name_process(&mut self, process: u32, name: &str) -> io::Result<()> {
        self.event(
            &json!({"ph": "M", "name": "process_name", "pid": process, "tid": 0,
            "args": {"name": name}}),
        )
    }

    pub(super) fn name_lane(&mut self, lane: Lane, name: &str) -> io::Result<()> {
        self.event(
            &json!({"ph": "M", "name": "thread_name", "pid": lane.process,
            "tid": lane.thread, "args": {"name": name}}),
        )
    }

    pub(super) fn slice(
        &mut self,
        lane: Lane,
        name: &str,
        (from, to): (u64, u64),
        details: &Value,
    ) -> io::Result<()> {
        self.event(
            &json!({"ph": "X", "name": name, "pid": lane.process, "tid": lane.thread,
            "ts": microseconds(from), "dur": microseconds(to - from), "args": details}),
        )
    }

    pub(super) fn moment(&mut self, lane: Lane, name: &str, at: u64) -> io::Result<()> {
        self.event(
            &json!({"ph": "i", "s": "t", "name": name, "pid": lane.process,
            "tid": lane.thread, "ts": microseconds(at)}),
        )
    }

    /// An arrow between two slices that are there at these times.
    pub(super) fn arrow(&mut self, from: (Lane, u64), to: (Lane, u64)) -> io::Result<()> {
        self.arrows += 1;
        let id = self.arrows;
        self.event(&json!({"ph": "s", "id": id, "name": "wake", "cat": "wake",
            "pid": from.0.process, "tid": from.0.thread, "ts": microseconds(from.1)}))?;
        self.event(
            &json!({"ph": "f", "bp": "e", "id": id, "name": "wake", "cat": "wake",
            "pid": to.0.process, "tid": to.0.thread, "ts": microseconds(to.1)}),
        )
    }

    fn event(&mut self, event: &Value) -> io::Result<()> {
        if !std::mem::take(&mut self.is_first) {
            self.out.write_all(b",\n")?;
        }
        serde_json::to_writer(&mut self.out, event)?;
        Ok(())
    }
}

fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1000.0
}
