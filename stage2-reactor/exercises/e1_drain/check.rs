//! A socket that follows a script, and tells what was asked of it.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use stage1_green_threads::course::check;

use super::{Drained, drain};

/// What the socket answers to one read.
enum Answer {
    Bytes(Vec<u8>),
    End,
    Fails(ErrorKind),
}

/// Answers as its script says. `log` is for messages.
struct Scripted {
    answers: VecDeque<Answer>,
    log: Vec<String>,
}

impl Scripted {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Scripted {
            answers: answers.into_iter().collect(),
            log: Vec::new(),
        }
    }

    /// How many bytes were not read.
    fn left(&self) -> usize {
        let bytes = self.answers.iter().map(|answer| match answer {
            Answer::Bytes(bytes) => bytes.len(),
            _ => 0,
        });
        bytes.sum()
    }

    fn answer(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.answers.pop_front() {
            Some(Answer::Bytes(mut bytes)) => {
                let count = bytes.len().min(buffer.len());
                buffer[..count].copy_from_slice(&bytes[..count]);
                let rest = bytes.split_off(count);
                if !rest.is_empty() {
                    self.answers.push_front(Answer::Bytes(rest));
                }
                Ok(count)
            }
            Some(Answer::End) => Ok(0),
            Some(Answer::Fails(kind)) => Err(kind.into()),
            None => panic!(
                "{}\n…and then it was read again, although its last answer had said all: who goes on asking keeps a core busy",
                self.story()
            ),
        }
    }

    fn story(&self) -> String {
        self.log.join("\n")
    }
}

impl Read for Scripted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(
            !buffer.is_empty(),
            "read into an empty buffer gives 0 bytes, which looks like the end"
        );
        let result = self.answer(buffer);
        self.log.push(match &result {
            Ok(count) => format!("read: {count} bytes"),
            Err(error) => format!("read: {:?}", error.kind()),
        });
        result
    }
}

/// All bytes are read, however the socket cuts them up, until it says `WouldBlock`.
#[test]
fn everything_that_is_there_is_read() {
    check(|seed| {
        let mut random = StdRng::seed_from_u64(seed);
        let mut sent = Vec::new();
        let mut answers = Vec::new();
        for _ in 0..random.random_range(2..6) {
            let piece: Vec<u8> = (0..random.random_range(1..40))
                .map(|_| random.random::<u8>())
                .collect();
            sent.extend_from_slice(&piece);
            answers.push(Answer::Bytes(piece));
        }
        answers.push(Answer::Fails(ErrorKind::WouldBlock));
        let mut socket = Scripted::new(answers);
        let mut received = Vec::new();
        let drained = drain(&mut socket, &mut received).expect("WouldBlock is no error of `drain`");
        assert!(
            received.len() == sent.len(),
            "{}\nThen `drain` returned, and left {} bytes in the socket. The OS has reported them, and does not \
             repeat itself. If the other side waits for an answer before it sends more, both wait for ever.",
            socket.story(),
            socket.left(),
        );
        assert!(
            received == sent,
            "the bytes received are not those sent, in this order"
        );
        assert!(
            drained == Drained::Open,
            "{}\nThe socket has nothing more now, but it is still open.",
            socket.story()
        );
    });
}

/// A read of zero bytes is the end of the connection; no bytes yet is `WouldBlock`.
#[test]
fn the_end_is_not_nothing_yet() {
    check(|_| {
        let mut socket = Scripted::new([Answer::End]);
        let drained = drain(&mut socket, &mut Vec::new()).expect("the end is no error");
        assert!(
            drained == Drained::Closed,
            "{}\nA read of 0 bytes says that the other side has closed the connection. `drain` said {drained:?}: its caller now \
             waits for an event that nobody will ever cause.",
            socket.story()
        );
        let mut socket = Scripted::new([Answer::Fails(ErrorKind::WouldBlock)]);
        let drained =
            drain(&mut socket, &mut Vec::new()).expect("WouldBlock is no error of `drain`");
        assert!(
            drained == Drained::Open,
            "{}\nThe socket only has nothing *yet*. `drain` said {drained:?}: its caller now gives up a connection that stands.",
            socket.story()
        );
    });
}

/// A signal may interrupt a system call: nothing has happened, and it is tried again.
#[test]
fn an_interrupted_read_is_tried_again() {
    check(|_| {
        let interrupted = || Answer::Fails(ErrorKind::Interrupted);
        let answers = [
            interrupted(),
            interrupted(),
            Answer::Fails(ErrorKind::WouldBlock),
        ];
        let mut socket = Scripted::new(answers);
        let result = drain(&mut socket, &mut Vec::new());
        assert!(
            result.is_ok(),
            "{}\nA signal has interrupted the system call, and `drain` passed that on as an error. The connection is fine; \
             the call has only to be made again.",
            socket.story()
        );
    });
}

/// Other errors are the caller's.
#[test]
fn an_error_is_passed_on() {
    check(|_| {
        let mut socket = Scripted::new([Answer::Fails(ErrorKind::ConnectionReset)]);
        let kind = drain(&mut socket, &mut Vec::new()).map_err(|error| error.kind());
        assert!(
            kind == Err(ErrorKind::ConnectionReset),
            "{}\n`drain` gave {kind:?}: its caller never hears that the connection was reset.",
            socket.story()
        );
    });
}
