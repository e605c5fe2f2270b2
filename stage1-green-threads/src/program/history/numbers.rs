//! Small numbers for sources and timers.

use std::collections::HashMap;

use super::super::happening::Happening;

/// Sources and timers have large numbers, which say whose they are; here they are counted by first appearance.
#[derive(Default)]
pub(super) struct Numbers {
    sources: HashMap<u64, u64>,
    timers: HashMap<u64, u64>,
}

impl Numbers {
    /// The same event, with small numbers.
    pub(super) fn renumber(&mut self, mut what: Happening) -> Happening {
        match &mut what {
            Happening::Register { source }
            | Happening::Deregister { source }
            | Happening::Wait { source, .. }
            | Happening::Ready { source, .. } => *source = dense(&mut self.sources, *source),
            Happening::TimerSet { timer, .. } | Happening::TimerFired { timer } => {
                *timer = dense(&mut self.timers, *timer);
            }
            _ => {}
        }
        what
    }
}

fn dense(numbers: &mut HashMap<u64, u64>, number: u64) -> u64 {
    let next = numbers.len() as u64 + 1;
    *numbers.entry(number).or_insert(next)
}
