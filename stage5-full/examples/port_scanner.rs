//! Which TCP ports of this machine have a listener? Hundreds of connects are under way at once, each a task.
//!
//! `cargo run --release -p stage5-full --example port_scanner -- --ports 1-65535`
//!
//! Only loopback addresses are scanned: others' machines are not ours to knock at.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use stage5_full::Runtime;
use stage5_full::net::TcpStream;
use stage5_full::task::JoinSet;
use stage5_full::time::timeout;

/// Shows which TCP ports of this machine have a listener.
#[derive(Debug, Parser)]
struct Arguments {
    /// A loopback address of this machine.
    #[arg(default_value_t = Ipv4Addr::LOCALHOST.into(), value_parser = loopback)]
    address: IpAddr,
    /// The first and the last port.
    #[arg(long, default_value = "1-65535", value_parser = range)]
    ports: RangeInclusive<u16>,
    /// How many connects are under way at once.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..))]
    at_once: u16,
    /// How long to wait for one answer.
    #[arg(long, default_value_t = 500)]
    timeout_ms: u64,
}

fn loopback(text: &str) -> Result<IpAddr, String> {
    let address: IpAddr = text.parse().map_err(|error| format!("{error}"))?;
    match address.is_loopback() {
        true => Ok(address),
        false => Err("only loopback addresses are scanned, such as 127.0.0.1".into()),
    }
}

fn range(text: &str) -> Result<RangeInclusive<u16>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if 0 < first && first <= last => Ok(first..=last),
        _ => Err("wanted: two ports from 1 to 65535, such as 1-1024".into()),
    }
}

/// Whether somebody listens at `address`.
async fn is_open(address: SocketAddr, limit: Duration) -> io::Result<bool> {
    use io::ErrorKind::{ConnectionRefused, ConnectionReset};
    match timeout(limit, TcpStream::connect(address)).await {
        // The OS chooses the connecting end's port. If it chooses the very port that is asked for, the socket is
        // connected to itself.
        Ok(Ok(stream)) => Ok(stream.local_addr()? != address),
        Ok(Err(error)) if matches!(error.kind(), ConnectionRefused | ConnectionReset) => Ok(false),
        Ok(Err(error)) => Err(error),
        Err(_elapsed) => Ok(false),
    }
}

async fn scan(arguments: Arguments) -> io::Result<()> {
    let limit = Duration::from_millis(arguments.timeout_ms);
    let mut ports = arguments.ports.clone();
    let (mut probes, mut open) = (JoinSet::new(), Vec::new());
    loop {
        while probes.len() < arguments.at_once.into()
            && let Some(port) = ports.next()
        {
            let address = SocketAddr::new(arguments.address, port);
            probes.spawn(async move { (port, is_open(address, limit).await) });
        }
        let Some(probed) = probes.join_next().await else {
            break;
        };
        match probed? {
            (port, Ok(true)) => open.push(port),
            (_, Ok(false)) => {}
            (port, Err(error)) => {
                let hint = "if files are scarce, try a smaller --at-once";
                let message = format!("cannot connect to port {port}: {error} ({hint})");
                return Err(io::Error::new(error.kind(), message));
            }
        }
    }
    open.sort_unstable();
    for port in &open {
        println!("{port}");
    }
    eprintln!("{} of {} ports are open", open.len(), arguments.ports.len());
    Ok(())
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match Runtime::new().and_then(|runtime| runtime.block_on(scan(arguments))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
