//! Who is in the chat, and what becomes of those who do not read.
//!
//! ```text
//!   ada's task ──say──► Room ──try_send──► queue of ada ──► ada's socket
//!                            ──try_send──► queue of bob ──► bob's socket
//!                            ──try_send──► queue of eve ──X  full: eve is too slow, and has to go
//! ```
//!
//! Nobody ever waits to say something, so one who does not read cannot hold up the others; nor does what is meant for
//! him pile up without limit. The lock is held for as long as it takes to fill the queues, never across an await.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stage5_full::sync::mpsc::error::TrySendError;
use stage5_full::sync::{mpsc, oneshot};

/// How many lines wait for one who reads slowly.
const QUEUE: usize = 64;

/// One line, ready to be sent; all queues share it.
pub(crate) type Line = Arc<str>;

#[derive(Default)]
pub(crate) struct Room(Mutex<State>);

#[derive(Default)]
struct State {
    members: HashMap<String, Member>,
    closed: bool,
}

struct Member {
    lines: mpsc::Sender<Line>,
    throw_out: oneshot::Sender<()>,
}

/// What a member's task gets of the room.
pub(crate) struct Place {
    /// What is to be sent to the member. It ends when the room closes.
    pub(crate) lines: mpsc::Receiver<Line>,
    /// Gives a value if the member is thrown out.
    pub(crate) thrown_out: oneshot::Receiver<()>,
}

impl Room {
    /// Lets somebody in, and says so to everybody. The error says why not.
    pub(crate) fn enter(&self, name: &str) -> Result<Place, String> {
        let mut state = self.lock();
        if state.closed {
            return Err("the chat is closing".into());
        }
        if state.members.contains_key(name) {
            return Err(format!("the name {name} is taken"));
        }
        let (sender, lines) = mpsc::channel(QUEUE);
        let (throw_out, thrown_out) = oneshot::channel();
        let member = Member {
            lines: sender,
            throw_out,
        };
        state.members.insert(name.to_owned(), member);
        state.say(format!("* {name} has joined\n"));
        Ok(Place { lines, thrown_out })
    }

    /// Says something to everybody.
    pub(crate) fn say(&self, line: String) {
        self.lock().say(line);
    }

    /// A member has gone.
    pub(crate) fn leave(&self, name: &str) {
        let mut state = self.lock();
        if state.members.remove(name).is_some() {
            state.say(format!("* {name} has left\n"));
        }
    }

    /// Lets nobody in any more; those who are here get what waits for them, and no more.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.say("* the server closes\n".to_owned());
        state.closed = true;
        for (_, member) in state.members.drain() {
            drop(member.lines);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Those whose queue is full are thrown out, which everybody else is told, which may fill a queue, and so on.
    fn say(&mut self, line: String) {
        let mut to_say = vec![Line::from(line)];
        while let Some(line) = to_say.pop() {
            let is_slow = |_: &String, member: &mut Member| {
                matches!(
                    member.lines.try_send(line.clone()),
                    Err(TrySendError::Full(_))
                )
            };
            for (name, member) in self.members.extract_if(is_slow) {
                // If its task has ended, it need not be told.
                let _ = member.throw_out.send(());
                to_say.push(format!("* {name} was too slow and has left\n").into());
            }
        }
    }
}
