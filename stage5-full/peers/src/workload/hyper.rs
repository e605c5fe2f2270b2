//! hyper's hello-world under `wrk`.
//!
//! The same service over each runtime's own adapters: hyper-util's for tokio, smol-hyper's for smol, those of stage 5's feature
//! `hyper`. All have a timer, without which hyper would not limit how long a client may take to send its request.

use super::Settings;
use crate::measure::Figures;
use crate::server::{Server, listen};
use hyper::body::Incoming;
use hyper::rt::{Read, Timer, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use std::convert::Infallible;
use std::io::{Error, Result};
use std::process::Command;

async fn hello(_: Request<Incoming>) -> std::result::Result<Response<String>, Infallible> {
    Ok(Response::new("Hello, World!".to_owned()))
}

async fn serve_connection(
    io: impl Read + Write + Unpin,
    timer: impl Timer + Send + Sync + 'static,
) {
    let connection = http1::Builder::new()
        .timer(timer)
        .serve_connection(io, service_fn(hello));
    // It fails when the client leaves, as wrk does.
    let _ended = connection.await;
}

/// tokio's multi-threaded scheduler.
pub fn serve_tokio(workers: usize) -> Result<()> {
    serve_on_tokio(tokio::runtime::Builder::new_multi_thread().worker_threads(workers))
}

/// tokio's current-thread scheduler.
pub fn serve_tokio_current_thread(_workers: usize) -> Result<()> {
    serve_on_tokio(&mut tokio::runtime::Builder::new_current_thread())
}

fn serve_on_tokio(builder: &mut tokio::runtime::Builder) -> Result<()> {
    use hyper_util::rt::{TokioIo, TokioTimer};
    let listener = listen()?;
    builder.enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let accept = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await?;
                tokio::spawn(serve_connection(TokioIo::new(stream), TokioTimer::new()));
            }
        });
        accept.await?
    })
}

/// Stage 5.
pub fn serve_stage5(workers: usize) -> Result<()> {
    use stage5_full::hyper::{Io, Timer};
    use stage5_full::{net, runtime};
    let listener = listen()?;
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .build()?;
    runtime.block_on(async {
        let accept = stage5_full::spawn(async {
            let listener = net::TcpListener::from_std(listener)?;
            loop {
                let (stream, _) = listener.accept().await?;
                stage5_full::spawn(serve_connection(Io::new(stream), Timer));
            }
        });
        accept.await?
    })
}

/// smol.
pub fn serve_smol(workers: usize) -> Result<()> {
    use crate::peer::{Full, Peer, smol::Smol};
    use smol_hyper::rt::{FuturesIo, SmolTimer};
    let listener = listen()?;
    Smol::run(workers, async {
        let accept = Smol::spawn(async {
            let listener = Smol::listener(listener)?;
            loop {
                let stream = Smol::accept(&listener).await?;
                Smol::spawn_detached(serve_connection(FuturesIo::new(stream), SmolTimer::new()));
            }
        });
        accept.await
    })
}

/// 64 connections of `wrk` on one thread, for a second.
pub fn wrk(settings: Settings) -> Figures {
    under_wrk(settings).expect("a server, and wrk")
}

fn under_wrk(settings: Settings) -> Result<Figures> {
    let server = Server::start("hello", settings)?;
    let before = server.cpu_time();
    let output = Command::new("wrk")
        .args([
            "-t1",
            "-c64",
            "-d1s",
            "--latency",
            &format!("http://{}/", server.address),
        ])
        .output()?;
    let cpu = server.cpu_time() - before;
    let report = String::from_utf8_lossy(&output.stdout);
    let figures = read_report(&report, cpu.as_secs_f64());
    let good = !report.contains("Socket errors") && !report.contains("Non-2xx");
    figures
        .filter(|_| good)
        .ok_or_else(|| Error::other(format!("wrk says: {report}")))
}

/// From lines like `  90012 requests in 1.10s, 7.55MB read`, `Requests/sec:  81829.05` and `     99%    2.01ms`.
fn read_report(report: &str, cpu_seconds: f64) -> Option<Figures> {
    let after = |name| {
        let rest = report
            .lines()
            .find_map(|line| line.trim().strip_prefix(name))?;
        Some(rest.trim())
    };
    let requests = report.lines().find(|line| line.contains(" requests in "))?;
    let requests: f64 = requests.split_whitespace().next()?.parse().ok()?;
    Some(vec![
        ("requests/s", after("Requests/sec:")?.parse().ok()?),
        ("cpu s/1M", cpu_seconds / requests * 1e6),
        ("p50 µs", microseconds(after("50%")?)?),
        ("p99 µs", microseconds(after("99%")?)?),
    ])
}

fn microseconds(time: &str) -> Option<f64> {
    let (factor, number) = match (time.strip_suffix("us"), time.strip_suffix("ms")) {
        (Some(number), _) => (1.0, number),
        (_, Some(number)) => (1e3, number),
        _ => (1e6, time.strip_suffix('s')?),
    };
    Some(factor * number.parse::<f64>().ok()?)
}
