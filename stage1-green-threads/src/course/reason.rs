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
        return "There were no events: something that the check calls directly does not return."
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
        State::Waiting(on) => format!("{suspended}{}", since_then(on)),
        State::Woken => {
            format!("was woken, but is in no queue: it was not {resumed} again.")
        }
        State::Queued if task.polls == 0 => format!("was spawned, and never {resumed}."),
        State::Queued => format!("is ready to run, but was not {resumed} again."),
        State::Ended => "has ended.".to_owned(),
    }
}

fn since_then(on: On) -> String {
    let what = match on {
        On::Unknown => return ", and nothing has woken it since.".to_owned(),
        On::Socket(socket, direction) => format!("until socket {socket} is {}", direction.0),
        On::Timer(timer) => format!("for timer {timer}"),
    };
    format!(", and waits {what}. Nothing has woken it since.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Happening, Word};

    /// The reason in a stage of futures.
    fn reason(happenings: &[Happening]) -> String {
        let mut log = Log::default();
        for what in happenings {
            log.record(0, *what);
        }
        of(&log, Words::of("stage4-waker/exercises/x/check.rs"))
    }

    const POLL: Happening = Happening::Resume { task: 3, worker: 0 };
    const PENDING: Happening = Happening::Suspend { task: 3 };
    const WAKE: Happening = Happening::Wake { task: 3 };
    const ENQUEUE: Happening = Happening::Enqueue {
        task: 3,
        queue: Word("local"),
    };

    #[test]
    fn a_task_that_nobody_wakes_is_said_to_wait() {
        let lost = reason(&[ENQUEUE, POLL, PENDING]);
        assert_eq!(
            lost,
            "Task 3 returned Pending, and nothing has woken it since."
        );
        let wait = Happening::Wait {
            source: 70,
            direction: Word("readable"),
        };
        let socket = reason(&[ENQUEUE, POLL, wait, PENDING]);
        assert!(
            socket.contains("waits until socket 1 is readable"),
            "{socket}"
        );
    }

    #[test]
    fn a_wake_that_leads_to_no_poll_is_told_from_none() {
        let not_queued = reason(&[ENQUEUE, POLL, PENDING, WAKE]);
        assert!(
            not_queued.contains("was woken, but is in no queue"),
            "{not_queued}"
        );
        let not_polled = reason(&[ENQUEUE, POLL, PENDING, WAKE, ENQUEUE]);
        assert!(not_polled.contains("was not polled again"), "{not_polled}");
        let during_its_poll = reason(&[ENQUEUE, POLL, WAKE, PENDING]);
        assert!(
            during_its_poll.contains("is in no queue"),
            "{during_its_poll}"
        );
    }

    #[test]
    fn a_task_that_goes_round_or_never_begins_is_named() {
        let round: Vec<_> = [POLL, ENQUEUE, PENDING].repeat(400);
        assert!(reason(&round).contains("was polled 400 times"));
        assert_eq!(reason(&[ENQUEUE]), "Task 3 was spawned, and never polled.");
        assert!(reason(&[POLL]).contains("has not come back"));
    }
}
