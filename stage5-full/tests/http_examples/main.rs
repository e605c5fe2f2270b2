//! The HTTP examples as they stand in `examples/`, over real sockets, each with a client of its own.
#![allow(
    clippy::duplicate_mod,
    reason = "each example has the module `http` for itself"
)]

#[path = "../../examples/download.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod download;
mod downloads;
#[path = "../../examples/file_server/main.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod file_server;
mod files;
#[path = "../../examples/http_server.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod http_server;
mod proxy;
#[path = "../../examples/reverse_proxy.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod reverse_proxy;
mod server;
mod support;
