//! A channel for many values, from any number of senders to one receiver.
//!
//! ```text
//!             a slot each              `chan`: one Mutex                      `receiving`
//!            ┌────────────┐   ┌─────────────────────────────────────┐  all   ┌────────────────┐
//!   Sender ──┤ free > 0 ? ├──►│ queue   [v][v][v]   free slots: 1   │───────►│ batch   [v][v] │──► recv
//!   Sender ──┤ else wait  │   │ waiting [sender][sender]  in order  │ at once└───────┬────────┘
//!            └────────────┘   └─────────────────────────────────────┘                │
//!                  ▲                                                                 │ one value less: its slot
//!                  └─────────────────────────────────────────────────────────────────┘ goes to the first who waits
//! ```
//!
//! A slot that becomes free while senders wait is handed to the first of them, not put up for grabs: so nobody overtakes, and a
//! newcomer cannot starve who came before. The unbounded channel is the same with more slots than
//! memory.
//!
//! # Examples
//!
//! ```
//! use stage4_waker::channel::mpsc;
//!
//! let (sender, mut receiver) = mpsc::channel(1);
//! sender.try_send(1).unwrap();
//! assert!(sender.try_send(2).is_err(), "the one slot is taken");
//! assert_eq!(receiver.try_recv(), Ok(1));
//! drop(sender);
//! assert_eq!(receiver.try_recv(), Err(mpsc::error::TryRecvError::Disconnected));
//! ```

pub mod error;

mod bounded;
mod chan;
mod receiving;
mod returned;
mod unbounded;

pub use self::bounded::{Permit, Receiver, Sender, channel};
pub use self::unbounded::{UnboundedReceiver, UnboundedSender, unbounded_channel};
