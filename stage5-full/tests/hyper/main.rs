//! hyper on this runtime, unmodified: its server and its client, HTTP/1 and HTTP/2, over real sockets.

mod http1;
mod http2;
mod limits;
mod support;
