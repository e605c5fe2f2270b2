//! hyper on this runtime, unmodified: its server and its client, HTTP/1 and HTTP/2, over real sockets.

#[cfg(feature = "explore")]
mod explored;
mod http1;
mod http2;
mod limits;
mod streams;
mod support;
