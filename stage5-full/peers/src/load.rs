//! What puts load on an echo server: one thread, `mio` and nothing else, so that it takes as little as it can.
//!
//! Every connection has at most one request on its way: 64 bytes, which must come back as they are.
//!
//! - *Closed loop*: the next request goes out as soon as the reply is in.
//! - *Fixed rate*: requests fall due by a clock, one at a time, and take whichever connection is free. A request that finds
//!   none waits, and its latency counts from when it was due.

use mio::net::TcpStream;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

const SIZE: usize = 64;
const TICK: Token = Token(usize::MAX);

/// The load, with its connections.
pub struct Load {
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
    /// The latency of each request since the last look, in nanoseconds.
    pub latencies: Vec<f64>,
}

struct Connection {
    stream: TcpStream,
    /// When the request on its way was sent or fell due.
    since: Instant,
    /// What it consists of: this byte again and again.
    byte: u8,
    received: usize,
}

impl Load {
    /// Opens so many connections.
    pub fn connect(address: SocketAddr, connections: u64) -> Result<Self> {
        let poll = Poll::new()?;
        let connect = |index| {
            let stream = std::net::TcpStream::connect(address)?;
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry()
                .register(&mut stream, Token(index as usize), Interest::READABLE)?;
            Ok(Connection {
                stream,
                since: Instant::now(),
                byte: 0,
                received: 0,
            })
        };
        let connections = (0..connections).map(connect).collect::<Result<_>>()?;
        Ok(Self {
            poll,
            events: Events::with_capacity(1024),
            connections,
            latencies: Vec::new(),
        })
    }

    /// Closed loop for so long, and then until the last replies are in.
    pub fn run_closed(&mut self, time: Duration) -> Result<()> {
        self.latencies.clear();
        let mut now = Instant::now();
        let end = now + time;
        for connection in &mut self.connections {
            connection.send(now)?;
        }
        let mut on_their_way = self.connections.len();
        while on_their_way > 0 {
            self.poll.poll(&mut self.events, None)?;
            for event in &self.events {
                let connection = &mut self.connections[event.token().0];
                if !connection.receive()? {
                    continue;
                }
                now = Instant::now();
                self.latencies.push(connection.latency(now));
                if now < end {
                    connection.send(now)?;
                } else {
                    on_their_way -= 1;
                }
            }
        }
        Ok(())
    }

    /// Fixed rate: so many requests a second, for so long, and then until the last replies are in.
    pub fn run_at(&mut self, per_second: u32, time: Duration) -> Result<()> {
        self.latencies.clear();
        let period = Duration::from_secs(1) / per_second;
        let mut schedule = Schedule::new(period, (time.as_nanos() / period.as_nanos()) as u32)?;
        let timer = schedule.ticks.as_raw_fd();
        let mut timer = SourceFd(&timer);
        self.poll
            .registry()
            .register(&mut timer, TICK, Interest::READABLE)?;
        let mut free: VecDeque<usize> = (0..self.connections.len()).collect();
        while self.latencies.len() < schedule.wanted as usize {
            self.poll.poll(&mut self.events, None)?;
            for event in &self.events {
                let Token(index) = event.token();
                if event.token() == TICK {
                    schedule.tick()?;
                } else if self.connections[index].receive()? {
                    self.latencies
                        .push(self.connections[index].latency(Instant::now()));
                    free.push_back(index);
                }
            }
            while let (Some(&since), Some(&index)) = (schedule.due.front(), free.front()) {
                self.connections[index].send(since)?;
                schedule.due.pop_front();
                free.pop_front();
            }
        }
        self.poll.registry().deregister(&mut timer)
    }
}

impl Connection {
    /// Sends the next request, whose latency counts from `since`.
    fn send(&mut self, since: Instant) -> Result<()> {
        self.byte = self.byte.wrapping_add(1);
        self.since = since;
        self.received = 0;
        self.stream.write_all(&[self.byte; SIZE])
    }

    /// Reads what is there, and tells whether that completes the reply.
    fn receive(&mut self) -> Result<bool> {
        let mut buffer = [0; SIZE];
        match self.stream.read(&mut buffer[self.received..]) {
            Ok(0) => return Err(Error::other("the server has closed a connection")),
            Ok(count) => {
                let bytes = &buffer[self.received..][..count];
                if bytes.iter().any(|byte| *byte != self.byte) {
                    return Err(Error::other("the server does not echo what it was sent"));
                }
                self.received += count;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        Ok(self.received == SIZE)
    }

    fn latency(&self, now: Instant) -> f64 {
        now.duration_since(self.since).as_nanos() as f64
    }
}

/// When the requests of a fixed rate fall due.
struct Schedule {
    /// A timer of the OS, which counts the ticks that nobody has seen yet.
    ticks: OwnedFd,
    period: Duration,
    start: Instant,
    /// How many requests there are to be, and for how many it has ticked.
    wanted: u32,
    ticked: u32,
    /// Those that have fallen due and not been sent.
    due: VecDeque<Instant>,
}

impl Schedule {
    fn new(period: Duration, wanted: u32) -> Result<Self> {
        let interval = libc::timespec {
            tv_sec: 0,
            tv_nsec: period.subsec_nanos().into(),
        };
        let setting = libc::itimerspec {
            it_interval: interval,
            it_value: interval,
        };
        let flags = libc::TFD_NONBLOCK | libc::TFD_CLOEXEC;
        // SAFETY: the calls read what they are given, and the descriptor, once it is known to be one, is nobody else's.
        let ticks = unsafe {
            let timer = libc::timerfd_create(libc::CLOCK_MONOTONIC, flags);
            if timer < 0 || libc::timerfd_settime(timer, 0, &setting, std::ptr::null_mut()) < 0 {
                return Err(Error::last_os_error());
            }
            OwnedFd::from_raw_fd(timer)
        };
        let (start, due) = (Instant::now(), VecDeque::new());
        Ok(Self {
            ticks,
            period,
            start,
            wanted,
            ticked: 0,
            due,
        })
    }

    /// Makes due what the timer has ticked for since the last time.
    fn tick(&mut self) -> Result<()> {
        let mut count = [0; 8];
        // SAFETY: the call writes no more than the eight bytes that it is given.
        let read = unsafe {
            libc::read(
                self.ticks.as_raw_fd(),
                count.as_mut_ptr().cast(),
                count.len(),
            )
        };
        if read < 0 {
            return Err(Error::last_os_error());
        }
        let until = (self.ticked + u64::from_ne_bytes(count) as u32).min(self.wanted);
        self.due
            .extend((self.ticked..until).map(|index| self.start + self.period * (index + 1)));
        self.ticked = until;
        Ok(())
    }
}
