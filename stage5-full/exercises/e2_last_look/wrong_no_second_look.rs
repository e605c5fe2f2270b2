//! Caught by: no_task_is_slept_through
//!
//! "It has just looked: the queue is empty." It was. Between that look and the word a task may have come.

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
    vec![Worker::SayThatISleep, Worker::Sleep]
}

/// The steps of somebody who spawns a task.
fn when_there_is_a_task() -> Vec<Spawner> {
    vec![Spawner::Push, Spawner::WakeIfItSleeps]
}

#[cfg(test)]
mod check;
