//! A reply on a socket whose worker is busy with something else.

use super::Settings;
use super::guard::compute;
use crate::measure::{Figures, of_milliseconds};
use crate::peer::Full;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A task makes a connection its own, hands it to another task, and computes for 200 ms: for how long does a reply that comes
/// meanwhile stay unread? The median of 5 times.
pub fn reply<P: Full>(settings: Settings) -> Figures {
    let times = settings.count(5);
    P::run(settings.workers, async move {
        let mut samples = Vec::new();
        for _ in 0..times {
            samples.push(P::spawn(async { once::<P>().await }).await);
        }
        of_milliseconds(samples)
    })
}

async fn once<P: Full>() -> f64 {
    let (ours, replied) = replying_server();
    let mut stream = P::stream(ours).expect("within the runtime");
    let mut byte = [0];
    // From here on the socket is known to wait with this worker, if it belongs to any.
    P::write_all(&mut stream, &byte).await.expect("a server");
    P::read(&mut stream, &mut byte).await.expect("a server");
    let reader = P::spawn(async move {
        let mut byte = [0];
        P::write_all(&mut stream, &byte).await.expect("a server");
        P::read(&mut stream, &mut byte).await.expect("a server");
        Instant::now()
    });
    compute(Duration::from_millis(200));
    let read = reader.await;
    let replied = replied.recv().expect("a server");
    read.saturating_duration_since(replied).as_secs_f64() * 1e3
}

/// A thread that replies to one byte at once and to a second one 50 ms later, and tells when that was.
fn replying_server() -> (TcpStream, mpsc::Receiver<Instant>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let ours = TcpStream::connect(listener.local_addr().expect("bound")).expect("a listener");
    let (mut theirs, _) = listener.accept().expect("a connection");
    ours.set_nonblocking(true).expect("a socket");
    let (tell, replied) = mpsc::channel();
    std::thread::spawn(move || {
        let mut byte = [0];
        theirs.read_exact(&mut byte).expect("a task");
        theirs.write_all(&byte).expect("a task");
        theirs.read_exact(&mut byte).expect("a task");
        std::thread::sleep(Duration::from_millis(50));
        tell.send(Instant::now()).expect("a task");
        theirs.write_all(&byte).expect("a task");
    });
    (ours, replied)
}
