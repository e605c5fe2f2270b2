//! The delay server: `GET /<milliseconds>/<text>` is answered with the text, after that time.
//!
//! It is stage 0's technique, a thread per connection, and it is what a server must be besides
//! that: each connection has a time limit for every step and a bound for what it may send, a bad
//! request gets the answer that HTTP has for it, and nothing that a client does ends the server.

mod answer;
mod head;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::os::deepen_backlog;

/// Enough for a thread that answers; there may be thousands of them.
const STACK: usize = 128 * 1024;

/// A running delay server. Dropping it stops it; replies that are due still come.
///
/// ```
/// # use stage1_green_threads::program::DelayServer;
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
///
/// let server = DelayServer::start()?;
/// let mut client = TcpStream::connect(server.address())?;
/// client.write_all(b"GET /10/tea HTTP/1.1\r\nHost: there\r\n\r\n")?;
/// let mut reply = String::new();
/// client.read_to_string(&mut reply)?;
/// assert!(reply.ends_with("\r\n\r\ntea"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct DelayServer {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    accepting: Option<thread::JoinHandle<()>>,
}

impl DelayServer {
    /// Starts a server in this process, at a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// The port or the thread cannot be had.
    pub fn start() -> io::Result<Self> {
        Self::start_at((Ipv4Addr::LOCALHOST, 0))
    }

    /// Starts a server in this process, at the given address.
    ///
    /// # Errors
    ///
    /// The address or the thread cannot be had.
    pub fn start_at(address: impl ToSocketAddrs) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        deepen_backlog(&listener);
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = stopped.clone();
        let accepting = thread::Builder::new()
            .name("delay-server".into())
            .spawn(move || accept_all(&listener, &seen))?;
        Ok(DelayServer {
            address,
            stopped,
            accepting: Some(accepting),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for DelayServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        // Accepting goes on until it sees a connection; this is one. If it cannot be made, the
        // thread is left behind: it will end with the process.
        let reached = TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok();
        if let Some(accepting) = self.accepting.take().filter(|_| reached) {
            let _ = accepting.join();
        }
    }
}

/// Accepts until it is stopped. If the process is out of descriptors or threads, it backs off 1,
/// 2, 4 … 1000 ms and goes on.
fn accept_all(listener: &TcpListener, stopped: &AtomicBool) {
    let mut pause = Duration::from_millis(1);
    loop {
        let accepted = listener.accept();
        if stopped.load(Ordering::Acquire) {
            return;
        }
        match accepted.and_then(|(stream, _)| serve_in_thread(stream)) {
            Ok(()) => pause = Duration::from_millis(1),
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                eprintln!("delay server: cannot take a connection, trying again: {error}");
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_secs(1));
            }
        }
    }
}

fn serve_in_thread(stream: TcpStream) -> io::Result<()> {
    thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            // A connection that fails concerns its client only, who sees it too.
            let _ = answer::serve(&stream);
        })
        .map(drop)
}
