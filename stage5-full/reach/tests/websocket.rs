//! WebSockets by `async-tungstenite`, over our sockets.

use async_tungstenite::tungstenite::Message;
use async_tungstenite::{accept_async, client_async};
use futures::StreamExt;

use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::runtime::Runtime;
use stage5_full::task;

async fn echo(stream: TcpStream) {
    let mut socket = accept_async(stream).await.unwrap();
    while let Some(message) = socket.next().await {
        let message = message.unwrap();
        if message.is_text() || message.is_binary() {
            socket.send(message).await.unwrap();
        }
    }
}

#[test]
fn a_websocket_echoes_until_it_is_closed() {
    Runtime::new().unwrap().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = task::spawn(async move { echo(listener.accept().await.unwrap().0).await });
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut socket, response) = client_async("ws://localhost/", stream).await.unwrap();
        assert_eq!(response.status(), 101);
        let large = vec![7; 300_000];
        for message in [Message::text("tea"), Message::binary(large)] {
            socket.send(message.clone()).await.unwrap();
            assert_eq!(socket.next().await.unwrap().unwrap(), message);
        }
        socket.close(None).await.unwrap();
        assert!(socket.next().await.unwrap().unwrap().is_close());
        server.await.unwrap();
    });
}
