//! Exploration: `schedules` (what a seed decides, and what is reported), `programs` and `random_programs` (the runtime's promises
//! under every schedule), `refusals`; here what they have in common.
#![cfg(feature = "explore")]

mod programs;
mod random_programs;
mod refusals;
mod schedules;

use std::ops::Range;
use std::time::Duration;

use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::spawn;
use stage5_full::time::sleep;

/// So many seeds, or as many as `STAGES_SEEDS` says.
pub(crate) fn seeds(usual: u64) -> Range<u64> {
    match std::env::var("STAGES_SEEDS") {
        Ok(count) => 0..count.parse().expect("STAGES_SEEDS must be a whole number"),
        Err(_) => 0..usual,
    }
}

/// A server that answers each of three clients after a while of its own.
pub(crate) async fn echo() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = spawn(async move {
        for _ in 0..3 {
            let (stream, _) = listener.accept().await.unwrap();
            spawn(serve(stream));
        }
    });
    let clients = [1, 2, 3].map(|number| {
        spawn(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&[number; 5]).await.unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.unwrap();
            assert_eq!(bytes, [number; 5]);
        })
    });
    for task in clients.into_iter().chain([server]) {
        task.await.unwrap();
    }
}

async fn serve(stream: TcpStream) {
    let mut bytes = [0; 5];
    stream.read_exact(&mut bytes).await.unwrap();
    sleep(Duration::from_millis(bytes[0].into())).await;
    stream.write_all(&bytes).await.unwrap();
}
