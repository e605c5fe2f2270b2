//! A server in a process of its own, so that its CPU time and its system calls are not those of the load.

use crate::peer::{
    smol::Smol, stage4::Stage4, stage5::Stage5, tokio::CurrentThread, tokio::MultiThread,
};
use crate::workload::{Settings, bare_echo, echo, green_echo, hyper};
use std::io::{BufRead, BufReader, Error, Result};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsRawFd;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Listens with [`listen`] or says with [`announce`] where, then serves for ever, on so many threads that run tasks.
type Serve = fn(workers: usize) -> Result<()>;

/// What can be served, by whom.
const SERVERS: &[(&str, &str, Serve)] = &[
    ("echo", "tokio", echo::serve::<MultiThread>),
    ("echo", "stage5", echo::serve::<Stage5>),
    ("echo", "smol", echo::serve::<Smol>),
    ("echo", "tokio-current-thread", echo::serve::<CurrentThread>),
    ("echo", "stage4", echo::serve::<Stage4>),
    ("echo", "bare-mio", bare_echo::serve),
    ("echo", "stage2", green_echo::serve_stage2),
    ("echo", "may", green_echo::serve_may),
    ("hello", "tokio", hyper::serve_tokio),
    ("hello", "stage5", hyper::serve_stage5),
    ("hello", "smol", hyper::serve_smol),
    (
        "hello",
        "tokio-current-thread",
        hyper::serve_tokio_current_thread,
    ),
];

/// What the child process does: it serves until its standard input ends.
pub fn serve(kind: &str, peer: &str, workers: usize) -> std::result::Result<(), String> {
    let known = SERVERS
        .iter()
        .find(|known| (known.0, known.1) == (kind, peer));
    let (_, _, serve) = known.ok_or_else(|| format!("{peer} has no {kind} server"))?;
    raise_descriptor_limit();
    std::thread::spawn(|| {
        let _ended = std::io::stdin().lines().count();
        std::process::exit(0);
    });
    serve(workers).map_err(|error| format!("cannot serve: {error}"))
}

/// A non-blocking listener that this process has said it listens with.
pub fn listen() -> Result<TcpListener> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    // SAFETY: the descriptor is that of a listener, whose queue may be lengthened: std's is too short for thousands that
    // connect at once.
    unsafe { libc::listen(listener.as_raw_fd(), 4096) };
    announce(listener.local_addr()?);
    Ok(listener)
}

/// Tells the process that started this one where to connect.
pub fn announce(address: SocketAddr) {
    println!("{address}");
}

/// A running server; dropping it ends the process.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts one and waits until it listens.
    pub fn start(kind: &str, settings: Settings) -> Result<Self> {
        Self::start_under(&mut Command::new(std::env::current_exe()?), kind, settings)
    }

    /// Starts one by a command that ends with this program, as `strace` with its options and this.
    pub fn start_under(command: &mut Command, kind: &str, settings: Settings) -> Result<Self> {
        command.args(["--workers", &settings.workers.to_string()]);
        command.args(["--serve", kind, settings.peer]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let address = read_address(child.stdout.take().expect("it is piped"));
        match address {
            Ok(address) => Ok(Self { child, address }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }

    /// The CPU time of the process so far, all threads, user and system.
    pub fn cpu_time(&self) -> Duration {
        let mut clock = 0;
        // SAFETY: the call writes the clock's number; the child has not been waited for, so that its number is its own.
        let status =
            unsafe { libc::clock_getcpuclockid(self.child.id() as libc::pid_t, &mut clock) };
        assert_eq!(status, 0, "a running process has a CPU clock");
        crate::measure::read_clock(clock)
    }
}

fn read_address(output: ChildStdout) -> Result<SocketAddr> {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let address = line.trim().parse();
    address.map_err(|_| Error::other(format!("the server said {line:?} and not where it listens")))
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may have died before; nothing depends on how it ended.
        let _status = self.child.wait();
    }
}

/// Allows this process as many descriptors as it may allow itself: thousands of connections need more than the usual 1024.
pub fn raise_descriptor_limit() {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the calls read and write the structure that they are given.
    unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit);
        limit.rlim_cur = limit.rlim_max;
        libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
    }
}
