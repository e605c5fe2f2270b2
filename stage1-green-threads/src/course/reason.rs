//! Why a check does not end, as far as the events tell: from where each of its tasks stands.

use super::log::Log;
use super::sentences::Words;
use super::task::{On, State, Task};
use crate::program::grouped;

/// On how many tasks there is a sentence.
const SHOWN: usize = 8;
/// Polls from which on a task is said to go round and round.
const MANY: u64 = 300;

/// One line for each task that has not ended.
pub(super) fn of(log: &Log, words: Words) -> String {
    if log.total() == 0 {
        return "No task was started: something that the check calls directly does not return."
            .to_owned();
    }
    let alive: Vec<_> = log
        .tasks()
        .filter(|(_, task)| task.state != State::Ended)
        .map(|(number, task)| format!("Task {number}{} {}", task.called(), stands(task, words)))
        .collect();
    match alive.len() {
        0 => "Every task has ended: something that the check calls directly does not return."
            .to_owned(),
        count if count > SHOWN => {
            let rest = count - SHOWN;
            format!("{}\n… and {rest} more.", alive[..SHOWN].join("\n"))
        }
        _ => alive.join("\n"),
    }
}

fn stands(task: &Task, words: Words) -> String {
    let Words {
        resumed, suspended, ..
    } = words;
    if task.polls > MANY {
        let polls = grouped(task.polls);
        return format!("was {resumed} {polls} times, and is not done: it goes round and round.");
    }
    match task.state {
        State::Running => {
            format!("was {resumed} and has not come back: it loops, or blocks its thread.")
        }
        State::Waiting(On::Unknown) => {
            format!("{suspended}, and nothing has woken it since.")
        }
        State::Waiting(On::Socket(socket, direction)) => format!(
            "{suspended}, and waits until socket {socket} is {}. Nothing has woken it since.",
            direction.0
        ),
        State::Waiting(On::Timer(timer)) => {
            format!("{suspended}, and waits for timer {timer}. Nothing has woken it since.")
        }
        State::Woken => {
            format!("was woken, but is in no queue: it was not {resumed} again.")
        }
        State::Queued if task.polls == 0 => format!("was spawned, and never {resumed}."),
        State::Queued => {
            format!("is ready to run, but was not {resumed} again.")
        }
        State::Ended => "has ended.".to_owned(),
    }
}
