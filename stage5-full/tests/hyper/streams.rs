//! The streams that hyper runs on: also Unix sockets, and those that it gives back.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io::IoSlice;
use std::pin::Pin;

use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::rt::Write;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, header};
use stage5_full::hyper::Io;
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::task;

use crate::support::run;

#[cfg(unix)]
#[test]
fn hyper_runs_over_unix_sockets_too() {
    use crate::support::{get, service, text};
    use stage5_full::net::UnixStream;

    run(async {
        let (here, there) = UnixStream::pair().unwrap();
        let server = http1::Builder::new().serve_connection(Io::new(there), service_fn(service));
        let server = task::spawn(server);
        let handshake = hyper::client::conn::http1::handshake(Io::new(here)).await;
        let (mut client, connection) = handshake.unwrap();
        drop(task::spawn(connection));
        let response = client.send_request(get("/")).await.unwrap();
        assert_eq!(text(response).await, "hello");
        drop(client);
        server.await.unwrap().unwrap();
    });
}

#[test]
fn several_buffers_are_written_in_order_whatever_their_size() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (server, _) = listener.accept().await.unwrap();
        let mut io = Io::new(stream);
        assert!(io.is_write_vectored());
        // None, small ones, as large as are copied, one byte more, and one that is large by itself.
        for sizes in [
            [0, 0, 0],
            [90, 0, 13],
            [1000, 0, 24],
            [1000, 1, 24],
            [10, 30_000, 10],
        ] {
            let buffers = [0, 1, 2].map(|n| vec![n as u8; sizes[n]]);
            let slices = buffers.each_ref().map(|buffer| IoSlice::new(buffer));
            let count = poll_fn(|cx| Pin::new(&mut io).poll_write_vectored(cx, &slices)).await;
            assert_eq!(count.unwrap(), sizes.iter().sum::<usize>());
            let mut arrived = vec![0xff; sizes.iter().sum()];
            server.read_exact(&mut arrived).await.unwrap();
            assert!(arrived == buffers.concat(), "{sizes:?}");
        }
    });
}

/// Agrees to go on in another protocol, in which it gives back what it is sent.
async fn upgrade(request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    drop(task::spawn(async {
        let upgraded = hyper::upgrade::on(request).await.unwrap();
        let parts = upgraded.downcast::<Io<_>>().unwrap();
        let stream: TcpStream = parts.io.into_inner();
        // What came together with the request has been read already.
        stream.write_all(&parts.read_buf).await.unwrap();
        let mut buffer = [0; 100];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            stream.write_all(&buffer[..count]).await.unwrap();
        }
    }));
    let mut response = Response::new(Empty::new());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, "upgrade".parse().unwrap());
    headers.insert(header::UPGRADE, "echo".parse().unwrap());
    Ok(response)
}

#[test]
fn an_upgraded_connection_gives_the_stream_back() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(task::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let server =
                http1::Builder::new().serve_connection(Io::new(stream), service_fn(upgrade));
            server.with_upgrades().await
        }));
        let stream = TcpStream::connect(address).await.unwrap();
        let request =
            "GET / HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nat once, ";
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.write_all(b"and later").await.unwrap();
        stream.shutdown().await.unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.unwrap();
        let response = String::from_utf8(response).unwrap();
        assert!(response.starts_with("HTTP/1.1 101 Switching Protocols"));
        assert!(
            response.ends_with("\r\n\r\nat once, and later"),
            "{response}"
        );
    });
}
