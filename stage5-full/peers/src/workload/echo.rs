//! A TCP echo server under load.
//!
//! The measuring process is the load ([`crate::load`]); the server is its child ([`crate::server`]). Every request is 64
//! bytes.

use super::Settings;
use crate::load::Load;
use crate::measure::{Figures, percentile};
use crate::peer::Full;
use crate::server::{Server, listen, raise_descriptor_limit};
use std::fs;
use std::future::pending;
use std::io::{Error, Result};
use std::process::Command;
use std::time::{Duration, Instant};

const WARM_UP: Duration = Duration::from_millis(200);
const MEASURED: Duration = Duration::from_millis(500);

/// What the server does: it accepts for ever, and a task for each connection writes what it reads.
pub fn serve<P: Full>(workers: usize) -> Result<()> {
    let listener = listen()?;
    P::run(workers, async {
        P::spawn_detached(async {
            let listener = P::listener(listener).expect("within the runtime");
            loop {
                let stream = P::accept(&listener).await.expect("a connection");
                P::spawn_detached(echo::<P>(stream));
            }
        });
        pending().await
    })
}

async fn echo<P: Full>(mut stream: P::Stream) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = P::read(&mut stream, &mut buffer).await {
        if P::write_all(&mut stream, &buffer[..count]).await.is_err() {
            break;
        }
    }
}

/// One connection.
pub fn closed_1(settings: Settings) -> Figures {
    closed(settings, 1)
}

/// 64 connections, each with a request on its way all the time.
pub fn closed_64(settings: Settings) -> Figures {
    closed(settings, 64)
}

/// 1000 connections.
pub fn closed_1000(settings: Settings) -> Figures {
    closed(settings, 1000)
}

/// 5000 connections.
pub fn closed_5000(settings: Settings) -> Figures {
    closed(settings, 5000)
}

fn closed(settings: Settings, connections: u64) -> Figures {
    let connections = if settings.quick {
        connections.min(64)
    } else {
        connections
    };
    under_load(settings, connections, Load::run_closed).expect("a server and its load")
}

/// 64 connections and 20,000 requests a second, each when it falls due.
pub fn fixed_rate(settings: Settings) -> Figures {
    under_load(settings, 64, |load, time| load.run_at(20_000, time)).expect("a server and its load")
}

fn under_load(
    settings: Settings,
    connections: u64,
    run: impl Fn(&mut Load, Duration) -> Result<()>,
) -> Result<Figures> {
    raise_descriptor_limit();
    let server = Server::start("echo", settings)?;
    let mut load = Load::connect(server.address, connections)?;
    run(&mut load, settings.time(WARM_UP))?;
    let (start, cpu) = (Instant::now(), server.cpu_time());
    run(&mut load, settings.time(MEASURED))?;
    let (wall, cpu) = (start.elapsed(), server.cpu_time() - cpu);
    let mut latencies = load.latencies;
    latencies.sort_by(f64::total_cmp);
    let requests = latencies.len() as f64;
    Ok(vec![
        ("cpu s/1M", cpu.as_secs_f64() / requests * 1e6),
        ("requests/s", requests / wall.as_secs_f64()),
        ("p50 µs", percentile(&latencies, 0.5) / 1e3),
        ("p99 µs", percentile(&latencies, 0.99) / 1e3),
    ])
}

/// System calls for each request, 64 connections in a closed loop, as `strace` counts them in all of the server's threads from
/// its start to its end. It slows the server down, so that more replies come in between two looks at the reactor.
pub fn system_calls(settings: Settings) -> Figures {
    count_system_calls(settings).expect("strace, a server and its load")
}

fn count_system_calls(settings: Settings) -> Result<Figures> {
    let file = std::env::temp_dir().join(format!("peers-{}.strace", std::process::id()));
    let mut strace = Command::new("strace");
    strace
        .args(["-c", "-f", "-o"])
        .arg(&file)
        .arg(std::env::current_exe()?);
    let server = Server::start_under(&mut strace, "echo", settings)?;
    let mut load = Load::connect(server.address, 64)?;
    load.run_closed(settings.time(MEASURED))?;
    drop(server);
    let summary = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    let total = summary.lines().find(|line| line.ends_with(" total"));
    let calls = total.and_then(|line| line.split_whitespace().nth(3)?.parse::<f64>().ok());
    let calls = calls.ok_or_else(|| Error::other(format!("strace says {summary:?}")))?;
    Ok(vec![("calls", calls / load.latencies.len() as f64)])
}
