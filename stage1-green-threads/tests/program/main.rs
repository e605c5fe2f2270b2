//! The program as a child process: `runs` (its flags, what it prints, and how it ends), `traces` (what it tells of its tasks),
//! `servers` (what it makes of bad ones); here what they have in common.
#![cfg(feature = "program")]

mod runs;
mod servers;
mod traces;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output};
use std::thread;

/// Runs the program of this stage; a small run unless the flags say otherwise.
fn program(flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stage1-green-threads"))
        .args(["--max-delay-ms", "40", "--work", "1"])
        .args(flags)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A server that does `serve` with each connection, until this process ends.
fn server(serve: impl Fn(TcpStream) + Send + Sync + Clone + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// A server that reads, and says nothing.
fn silent_server() -> SocketAddr {
    server(|mut stream| {
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    })
}
