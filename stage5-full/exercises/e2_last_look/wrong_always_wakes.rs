//! Caught by: who_is_awake_is_not_woken
//!
//! "Better once too often." A system call for every spawn, where it could be a look at a word in memory: it costs about as
//! much as all the rest of the spawn.

/// What a worker can do when it finds its queue empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "not every answer needs every step")]
enum Worker {
    /// Looks into the queue. If there is a task it takes it, and does nothing of what follows.
    LookAgain,
    /// Writes down that it sleeps, for whoever has a task.
    SayThatISleep,
    /// Sleeps in the OS, until it is woken. If it has been woken since it said so, it does not even fall asleep.
    Sleep,
}

/// What somebody with a new task can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "not every answer needs every step")]
enum Spawner {
    /// Puts the task into the queue.
    Push,
    /// Wakes the worker: a system call, whether it sleeps or not.
    Wake,
    /// Looks whether the worker has said that it sleeps, and wakes it only then.
    WakeIfItSleeps,
}

/// The worker's steps, after it has found its queue empty.
fn when_the_queue_is_empty() -> Vec<Worker> {
    vec![Worker::SayThatISleep, Worker::LookAgain, Worker::Sleep]
}

/// The steps of somebody who spawns a task.
fn when_there_is_a_task() -> Vec<Spawner> {
    vec![Spawner::Push, Spawner::Wake]
}

#[cfg(test)]
mod check;
