//! A client that tries again pays twice, if the connection breaks after its order was carried out. Seeds find it: on three workers, with
//! sockets in memory that fail now and then. And they replay it.
//!
//! Run it: `cargo run -p stage5-full --example explore`

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use stage5_full::explore::{Explorer, Faults};
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::{spawn, time};

fn main() {
    let faults = connections_break();
    let Err(failure) = Explorer::new(0..1000).faults(faults).run(pays_once) else {
        println!("nobody pays twice");
        return;
    };
    print!("{failure}");
    let again = Explorer::seed(failure.seed).faults(faults).run(pays_once);
    let same = again.is_err_and(|again| again.events == failure.events);
    let again = match same {
        true => "the same, byte for byte",
        false => "different",
    };
    println!("replayed: {again}");
}

/// At one in twenty reads and writes.
fn connections_break() -> Faults {
    Faults {
        reset: 0.05,
        ..Faults::default()
    }
}

async fn pays_once() {
    let paid = Arc::new(AtomicU32::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    spawn(sell(listener, paid.clone()));
    while pay(address).await.is_err() {
        time::sleep(Duration::from_millis(100)).await;
    }
    let paid = paid.load(Ordering::Relaxed);
    assert!(paid == 1, "the client has paid {paid} times");
}

async fn pay(shop: SocketAddr) -> io::Result<()> {
    let stream = TcpStream::connect(shop).await?;
    stream.write_all(b"pay").await?;
    let mut receipt = [0; 4];
    stream.read_exact(&mut receipt).await.map(drop)
}

async fn sell(listener: TcpListener, paid: Arc<AtomicU32>) {
    while let Ok((stream, _)) = listener.accept().await {
        spawn(take_payment(stream, paid.clone()));
    }
}

async fn take_payment(stream: TcpStream, paid: Arc<AtomicU32>) -> io::Result<()> {
    let mut order = [0; 3];
    stream.read_exact(&mut order).await?;
    paid.fetch_add(1, Ordering::Relaxed);
    stream.write_all(b"paid").await
}

#[test]
fn some_schedule_makes_the_client_pay_twice() {
    let explorer = Explorer::new(0..1000).faults(connections_break());
    assert!(explorer.run(pays_once).is_err());
}
