//! Simulated listeners: connections that wait to be accepted.

use super::network::{Key, Network, READABLE, SocketKind, too_many_files};
use crate::driver::Readiness;
use std::collections::VecDeque;
use std::io;

/// How many connections may wait; more are refused.
const LIMIT: usize = 1024;

/// The connections that wait, oldest first.
#[derive(Default)]
pub(super) struct Backlog(VecDeque<Key>);

impl Backlog {
    pub(super) fn has_room(&self) -> bool {
        self.0.len() < LIMIT
    }

    pub(super) fn push(&mut self, server: Key) {
        self.0.push_back(server);
    }

    pub(super) fn readiness(&self) -> Readiness {
        match self.0.is_empty() {
            true => Readiness::default(),
            false => READABLE,
        }
    }

    pub(super) fn into_waiting(self) -> impl Iterator<Item = Key> {
        self.0.into_iter()
    }
}

impl Network {
    /// Takes the oldest connection that waits.
    pub(super) fn accept(&mut self, listener: Key) -> io::Result<Key> {
        if self.waiting_connections(listener).is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if self.strikes(|faults| faults.would_block) {
            self.report(listener, READABLE);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if self.strikes(|faults| faults.too_many_files) {
            return Err(too_many_files());
        }
        let server = self.waiting_connections(listener).pop_front();
        let server = server.expect("it was not empty above");
        if self.strikes(|faults| faults.reset) {
            self.reset(server);
            self.close(server);
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(server)
    }

    fn waiting_connections(&mut self, listener: Key) -> &mut VecDeque<Key> {
        match &mut self.socket(listener).kind {
            SocketKind::Listener(backlog) => &mut backlog.0,
            _ => unreachable!("the key of a listener stands for a listener"),
        }
    }
}
