//! The job of the programs, on green threads that park while the OS waits for all of them.

use crate::net::TcpStream;
use stage1_green_threads::jobs::each_in_a_green_thread;
use stage1_green_threads::program::{Figures, Job, Outcome, Stage, bytes, fetch, grouped};
use stage1_green_threads::stack::DEFAULT_STACK_SIZE;
use std::io;

/// Stage 2, as the program runs it.
pub const STAGE: Stage = Stage {
    number: 2,
    name: "reactor",
    waits: "parked on a stack of its own, until the reactor unparks it",
    stack: DEFAULT_STACK_SIZE,
    run: |job| {
        let job = job.clone();
        crate::run(move || fetch_and_hash(&job))?
    },
    saves,
    wastes,
};

// region: job
fn fetch_and_hash(job: &Job) -> io::Result<Vec<Outcome>> {
    job.fetch_begins();
    let for_each = job.clone();
    let replies = each_in_a_green_thread("fetch", 0..job.requests().len(), move |index| {
        let connect = || connect(&for_each);
        fetch(&for_each.requests()[index], &for_each, connect)
    })?;
    job.fetch_done();
    let for_each = job.clone();
    each_in_a_green_thread("hash", replies, move |reply| Ok(for_each.hash(&reply?)))
}

fn connect(job: &Job) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&job.server(), job.timeout())?;
    stream.set_read_timeout(Some(job.timeout()))?;
    stream.set_write_timeout(Some(job.timeout()))?;
    Ok(stream)
}
// endregion: job

fn saves(figures: &Figures) -> String {
    format!(
        "while all tasks wait it is {} busy: {} switches for {} replies",
        figures.fetch_load(),
        grouped(figures.resumes),
        figures.requests
    )
}

fn wastes(figures: &Figures) -> String {
    match figures.bytes_per_task {
        Some(each) => format!("a whole stack for each task that waits: {}", bytes(each)),
        None => "a whole stack for each task that waits".into(),
    }
}
