//! What a process writes: the beginning and the end of it.

use std::collections::VecDeque;
use std::io::{PipeReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use stage5_full::task::{JoinHandle, spawn_blocking};
use stage5_full::time::timeout;

/// How long to wait for the end of the output of a process that has ended: something that it started and that was not
/// ended with it may hold the pipe open.
const PATIENCE: Duration = Duration::from_secs(1);

/// A pipe that is being read.
pub(super) struct Capture {
    kept: Arc<Mutex<Kept>>,
    reading: JoinHandle<()>,
}

impl Capture {
    pub(super) fn start(mut pipe: PipeReader, limit: usize) -> Self {
        let kept = Arc::new(Mutex::new(Kept::new(limit)));
        let into = kept.clone();
        let reading = spawn_blocking(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                let mut kept = into.lock().unwrap_or_else(PoisonError::into_inner);
                kept.add(&buffer[..count]);
            }
        });
        Capture { kept, reading }
    }

    pub(super) async fn finish(self) -> String {
        // If it does not end, what has come so far has to do.
        let _ = timeout(PATIENCE, self.reading).await;
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .text()
    }
}

#[derive(Debug)]
struct Kept {
    /// How much is kept of either end.
    half: usize,
    beginning: Vec<u8>,
    end: VecDeque<u8>,
    left_out: u64,
}

impl Kept {
    fn new(limit: usize) -> Self {
        Kept {
            half: limit / 2,
            beginning: Vec::new(),
            end: VecDeque::new(),
            left_out: 0,
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = self.half - self.beginning.len();
        let (first, rest) = bytes.split_at(room.min(bytes.len()));
        self.beginning.extend(first);
        self.end.extend(rest);
        let too_many = self.end.len().saturating_sub(self.half);
        self.end.drain(..too_many);
        self.left_out += too_many as u64;
    }

    fn text(&mut self) -> String {
        let beginning = String::from_utf8_lossy(&self.beginning);
        let end = String::from_utf8_lossy(self.end.make_contiguous());
        match self.left_out {
            0 => format!("{beginning}{end}"),
            bytes => format!("{beginning}\n… {bytes} bytes left out …\n{end}"),
        }
    }
}

#[test]
fn the_beginning_and_the_end_are_kept() {
    let mut kept = Kept::new(6);
    kept.add(b"ab");
    assert_eq!(kept.text(), "ab");
    kept.add(b"cdefg");
    kept.add(b"hi");
    assert_eq!(kept.text(), "abc\n… 3 bytes left out …\nghi");
}
