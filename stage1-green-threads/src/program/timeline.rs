//! The picture of a run in the terminal: time from left to right, a lane for each worker and for
//! some of the requests.
//!
//! ```text
//!   worker 0    ▅▁▁··▁·▁▁███████     how much of each column the worker ran tasks
//!   request 17  ││·····│    │        polled, waits, polled; later its hash task ran
//! ```

mod lane;

use std::io::{self, Write};

use super::history::{History, Task};
use super::ledger::Figures;
use super::style::{BOLD, DIM, grouped, in_style};
use lane::{COLUMNS, Glyph, Lane};

/// At most so many requests have a lane of their own. A sample of them is drawn otherwise.
const ALL_DRAWN: usize = 10;
const SAMPLE: usize = 8;
/// At most so many workers have a lane of their own. They share one otherwise.
const WORKERS_DRAWN: usize = 4;

/// Draws the run.
pub(crate) fn draw(out: &mut impl Write, history: &History, figures: &Figures) -> io::Result<()> {
    if history.lost > 0 {
        let lost = grouped(history.lost);
        return writeln!(
            out,
            "  no timeline: the run had {lost} events more than are kept"
        );
    }
    let end = history.end.max(1);
    let fetched = (figures.fetch_wall_ms * 1e6) as u64;
    draw_scale(out, fetched, end)?;
    draw_workers(out, history, end)?;
    let mut requests = sample(history, fetched, figures.requests);
    requests.sort_by_key(|request| request.fetch.ended.map(|(at, _)| at));
    for request in requests {
        let lane = Lane::of_tasks([Some(request.fetch), request.hash], end);
        draw_lane(out, &format!("request {}", request.index), &lane)?;
    }
    draw_legend(out, history)
}

/// Where the phases begin, and how long a column is.
fn draw_scale(out: &mut impl Write, fetched: u64, end: u64) -> io::Result<()> {
    let hash = lane::column_of(fetched, end).clamp(6, COLUMNS - 4);
    let scale = format!("{:<hash$}hash", "fetch");
    let title = in_style(BOLD, format!("{:<12}", "timeline"));
    writeln!(out, "  {title}{}", in_style(DIM, scale))
}

fn draw_workers(out: &mut impl Write, history: &History, end: u64) -> io::Result<()> {
    let workers = history.workers();
    if workers.len() > WORKERS_DRAWN {
        let lane = Lane::of_workers(history, &workers, end);
        return draw_lane(out, &format!("{} threads", workers.len()), &lane);
    }
    for worker in workers {
        let lane = Lane::of_workers(history, &[worker], end);
        draw_lane(out, &format!("worker {worker}"), &lane)?;
    }
    Ok(())
}

fn draw_lane(out: &mut impl Write, label: &str, lane: &Lane) -> io::Result<()> {
    write!(out, "  {label:<12}")?;
    for (style, text) in lane.runs() {
        write!(out, "{}", in_style(style, text))?;
    }
    writeln!(out)
}

fn draw_legend(out: &mut impl Write, history: &History) -> io::Result<()> {
    write!(out, "  {:<12}", "")?;
    for glyph in [Glyph::Runs, Glyph::Polled, Glyph::Runnable, Glyph::Waits] {
        let (style, sign) = glyph.sign();
        let meaning = in_style(DIM, glyph.meaning());
        write!(out, "{} {meaning}   ", in_style(style, sign))?;
    }
    let column = history.end as f64 / COLUMNS as f64 / 1e6;
    writeln!(out, "{}", in_style(DIM, format!("column: {column:.1} ms")))
}

/// A request that is drawn: its two tasks.
struct Drawn<'a> {
    index: usize,
    fetch: &'a Task,
    hash: Option<&'a Task>,
}

/// All requests if they are few, else some of them, evenly spread.
///
/// The events do not say which task serves which request, but jobs spawn tasks in the order of
/// their requests: the last ones before all replies were in fetch, the first ones after that hash.
fn sample(history: &History, fetched: u64, requests: usize) -> Vec<Drawn<'_>> {
    let split = history.tasks.partition_point(|task| task.spawned < fetched);
    let (before, hashing) = history.tasks.split_at(split);
    let fetching = &before[before.len().saturating_sub(requests)..];
    let count = if requests <= ALL_DRAWN {
        requests
    } else {
        SAMPLE
    };
    let indices = (0..count).map(|n| n * requests / count);
    let drawn = indices.filter_map(|index| {
        Some(Drawn {
            index,
            fetch: fetching.get(index)?,
            hash: hashing.get(index),
        })
    });
    drawn.collect()
}
