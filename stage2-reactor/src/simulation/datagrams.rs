//! Simulated datagrams: each arrives whole, or not at all.

use super::network::{Address, Key, Network, READABLE, Socket, SocketKind, WRITABLE};
use crate::driver::Readiness;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;

/// How many datagrams wait at a socket; more are lost.
const LIMIT: usize = 256;

/// What UDP can carry at once.
const LONGEST: usize = 65_507;

/// A socket for datagrams.
#[derive(Default)]
pub(super) struct Mailbox {
    pub(super) connected: Option<SocketAddr>,
    incoming: VecDeque<(SocketAddr, Vec<u8>)>,
}

impl Mailbox {
    pub(super) fn readiness(&self) -> Readiness {
        match self.incoming.is_empty() {
            true => WRITABLE,
            false => READABLE.and(WRITABLE),
        }
    }
}

pub(super) fn is_mailbox(socket: &Socket) -> bool {
    matches!(socket.kind, SocketKind::Datagrams(_))
}

impl Network {
    pub(super) fn mailbox(&mut self, key: Key) -> &mut Mailbox {
        match &mut self.socket(key).kind {
            SocketKind::Datagrams(mailbox) => mailbox,
            _ => unreachable!("the key of a mailbox stands for a mailbox"),
        }
    }

    /// Sends to `target`. As with UDP, nobody need be there.
    pub(super) fn send(
        &mut self,
        key: Key,
        datagram: &[u8],
        target: SocketAddr,
    ) -> io::Result<usize> {
        if datagram.len() > LONGEST {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "a datagram has at most {LONGEST} bytes, not {}",
                    datagram.len()
                ),
            ));
        }
        if self.strikes(|faults| faults.would_block) {
            self.report(key, WRITABLE);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let Address::Ip(sender) = self.socket(key).local else {
            unreachable!("a mailbox has an IP address");
        };
        let receiver = self.find(|socket| is_mailbox(socket) && socket.local.reaches(target));
        let lost = self.strikes(|faults| faults.lost_datagram);
        if let Some(receiver) = receiver.filter(|_| !lost) {
            self.deliver(receiver, sender, datagram);
        }
        Ok(datagram.len())
    }

    fn deliver(&mut self, receiver: Key, sender: SocketAddr, datagram: &[u8]) {
        let mailbox = self.mailbox(receiver);
        let wanted = mailbox.connected.is_none_or(|only| only == sender);
        if wanted && mailbox.incoming.len() < LIMIT {
            mailbox.incoming.push_back((sender, datagram.to_vec()));
            self.report(receiver, READABLE);
        }
    }

    /// Receives the oldest datagram; what does not fit is lost.
    pub(super) fn receive(
        &mut self,
        key: Key,
        buffer: &mut [u8],
        take: bool,
    ) -> io::Result<(usize, SocketAddr)> {
        if self.mailbox(key).incoming.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if self.strikes(|faults| faults.would_block) {
            self.report(key, READABLE);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let incoming = &mut self.mailbox(key).incoming;
        let (sender, datagram) = &incoming[0];
        let count = datagram.len().min(buffer.len());
        buffer[..count].copy_from_slice(&datagram[..count]);
        let received = (count, *sender);
        if take {
            incoming.pop_front();
        }
        Ok(received)
    }
}
