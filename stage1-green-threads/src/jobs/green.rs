//! Stage 1: a green thread for each task, on one OS thread. A task whose reply is not there yet lets
//! the others try theirs.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use crate::program::{Job, Outcome, Stage, fetch, grouped};
use crate::stack::DEFAULT_STACK_SIZE;
use crate::{Builder, run, yield_now};

/// Stage 1, as the program runs it.
pub const GREEN: Stage = Stage {
    number: 1,
    name: "green threads",
    waits: "on a stack of its own, by trying again each time its turn comes",
    stack: DEFAULT_STACK_SIZE,
    run: |job| {
        let job = job.clone();
        run(move || fetch_and_hash(&job))
    },
    saves: |figures| match figures.os_threads {
        Some(1) => format!("one OS thread serves all {} tasks", figures.requests),
        _ => format!("no task of the {} has an OS thread", figures.requests),
    },
    wastes: |figures| {
        format!(
            "while all tasks wait it is {} busy with asking: {} switches for {} replies",
            figures.fetch_load(),
            grouped(figures.resumes),
            figures.requests
        )
    },
};

fn fetch_and_hash(job: &Job) -> io::Result<Vec<Outcome>> {
    job.fetch_begins();
    let for_each = job.clone();
    let replies = each_in_a_green_thread("fetch", 0..job.requests().len(), move |index| {
        let connect = || Spinning::connect(&for_each);
        fetch(&for_each.requests()[index], &for_each, connect)
    })?;
    job.fetch_done();
    let for_each = job.clone();
    each_in_a_green_thread("hash", replies, move |reply| Ok(for_each.hash(&reply?)))
}

/// Runs `work` on each item in a green thread of its own, and joins them all.
///
/// # Errors
///
/// There is no memory for another stack.
///
/// # Panics
///
/// If `work` panics: with its panic. Outside of [`run`].
pub fn each_in_a_green_thread<T: 'static, R: 'static>(
    name: &str,
    items: impl IntoIterator<Item = T>,
    work: impl Fn(T) -> R + Clone + 'static,
) -> io::Result<Vec<R>> {
    let spawn = |item| {
        let work = work.clone();
        let builder = Builder::new().name(name.to_owned());
        builder.spawn(move || work(item))
    };
    let started: io::Result<Vec<_>> = items.into_iter().map(spawn).collect();
    let joined = started?.into_iter().map(|thread| match thread.join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    });
    Ok(joined.collect())
}

/// A socket that never blocks the OS thread: where it would, the others get their turn.
///
/// std has no connect that does not block. To this machine it takes no time; in stage 2, the reactor
/// waits for it too.
struct Spinning {
    stream: TcpStream,
    deadline: Instant,
}

impl Spinning {
    fn connect(job: &Job) -> io::Result<Self> {
        let deadline = Instant::now() + job.timeout();
        let stream = TcpStream::connect_timeout(&job.server(), job.timeout())?;
        stream.set_nonblocking(true)?;
        Ok(Spinning { stream, deadline })
    }

    fn spin<R>(&self, mut attempt: impl FnMut(&TcpStream) -> io::Result<R>) -> io::Result<R> {
        loop {
            match attempt(&self.stream) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                result => return result,
            }
            if Instant::now() >= self.deadline {
                return Err(ErrorKind::TimedOut.into());
            }
            yield_now();
        }
    }
}

impl Read for Spinning {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.spin(|mut stream| stream.read(buffer))
    }
}

impl Write for Spinning {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.spin(|mut stream| stream.write(buffer))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
