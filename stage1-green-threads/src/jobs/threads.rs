//! Stage 0: an OS thread for each task. The kernel switches between them, and each has its stack.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;

use crate::program::{Figures, Job, Outcome, Stage, fetch};
use crate::trace::{self, TaskId};

/// Stage 0, as the program runs it.
pub const THREADS: Stage = Stage {
    number: 0,
    name: "OS threads",
    waits: "in an OS thread of its own, blocked in the kernel",
    stack: 2 * 1024 * 1024, // what std gives a thread unless it is told otherwise
    run,
    saves: |_| "nothing yet: this is what the stages are measured against".into(),
    wastes,
};

fn wastes(figures: &Figures) -> String {
    format!(
        "{} OS threads that do nothing but wait, each with its stack",
        figures.requests
    )
}

fn run(job: &Job) -> io::Result<Vec<Outcome>> {
    job.fetch_begins();
    let requests = job.requests().iter().enumerate().collect();
    let replies = each_in_a_thread("fetch", requests, |task, (index, request)| {
        let connect = || Blocking::connect(job, task, index);
        fetch(request, job, connect)
    })?;
    job.fetch_done();
    each_in_a_thread("hash", replies, |_, reply| Ok(job.hash(&reply?)))
}

/// Runs `work` on each item in a thread of its own, and joins them all.
fn each_in_a_thread<T: Send, R: Send>(
    name: &str,
    items: Vec<T>,
    work: impl Fn(TaskId, T) -> R + Sync,
) -> io::Result<Vec<R>> {
    let work = &work;
    thread::scope(|scope| {
        let spawn = |(worker, item)| {
            let task = TaskId::next();
            trace::spawn(task, name);
            thread::Builder::new()
                .stack_size(THREADS.stack)
                .spawn_scoped(scope, move || {
                    trace::resume(task, worker);
                    let result = work(task, item);
                    trace::complete(task, "ok");
                    result
                })
        };
        let started: io::Result<Vec<_>> = items.into_iter().enumerate().map(spawn).collect();
        let joined = started?.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        Ok(joined.collect())
    })
}

/// A blocking socket that says when its thread waits in the kernel.
struct Blocking {
    stream: TcpStream,
    task: TaskId,
    worker: usize,
}

impl Blocking {
    fn connect(job: &Job, task: TaskId, worker: usize) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&job.server(), job.timeout())?;
        stream.set_read_timeout(Some(job.timeout()))?;
        stream.set_write_timeout(Some(job.timeout()))?;
        Ok(Blocking {
            stream,
            task,
            worker,
        })
    }
}

impl Read for Blocking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        trace::suspend(self.task);
        trace::park(self.worker);
        let result = self.stream.read(buffer);
        trace::unpark(self.worker);
        trace::resume(self.task, self.worker);
        result
    }
}

impl Write for Blocking {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
