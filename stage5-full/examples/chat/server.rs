//! The server: a task for each client, which reads its lines and sends it those of all.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{Either, pending, select};
use futures::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use stage5_full::net::{TcpListener, TcpStream, tcp};
use stage5_full::signal;
use stage5_full::sync::mpsc;
use stage5_full::task::JoinSet;
use stage5_full::time::timeout;

use super::in_words;
use super::room::{Line, Place, Room};

/// Who sends more in one line is cut off.
const LONGEST_LINE: u64 = 4096;
/// Names are for people to read.
const LONGEST_NAME: usize = 20;
/// How long a client may take to say its name.
const NAME_WITHIN: Duration = Duration::from_secs(30);
/// How long clients may take to read the last lines when the server closes.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

pub(crate) async fn serve(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| in_words("cannot listen at", address, error))?;
    let room = Arc::new(Room::default());
    let mut clients = JoinSet::new();
    // From here on ctrl-c comes here, so that whoever knows the address can rely on it.
    let interrupted = Box::pin(signal::ctrl_c());
    println!("listening at {}", listener.local_addr()?);
    let accepting = Box::pin(accept(listener, &room, &mut clients));
    match select(interrupted, accepting).await {
        Either::Left((interrupted, _)) => interrupted?,
        Either::Right((broken, _)) => broken?,
    }
    room.close();
    let all_gone = async { while clients.join_next().await.is_some() {} };
    // Who has not read by then is cut off as the set is dropped.
    let _ = timeout(CLOSE_WITHIN, all_gone).await;
    Ok(())
}

async fn accept(
    listener: TcpListener,
    room: &Arc<Room>,
    clients: &mut JoinSet<()>,
) -> io::Result<()> {
    loop {
        let (stream, peer) = listener.accept().await?;
        let room = room.clone();
        clients.spawn(async move {
            if let Err(error) = welcome(stream, &room).await {
                eprintln!("{peer}: {error}");
            }
        });
        // Those that have gone in the meantime.
        while clients.try_join_next().is_some() {}
    }
}

/// Asks for a name until one will do, and lets the client in.
async fn welcome(stream: TcpStream, room: &Room) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, write) = stream.into_split();
    let mut lines = BufReader::new(read);
    write.write_all(b"* your name?\n").await?;
    while let Some(name) = timeout(NAME_WITHIN, next_line(&mut lines)).await?? {
        match check(&name).and_then(|()| room.enter(&name)) {
            Err(problem) => write.write_all(format!("* {problem}\n").as_bytes()).await?,
            Ok(place) => {
                let attended = attend(&mut lines, &write, place, &name, room).await;
                room.leave(&name);
                return attended;
            }
        }
    }
    Ok(())
}

/// The client says and hears things, until it goes, or is thrown out, or the room closes.
async fn attend(
    lines: &mut BufReader<tcp::OwnedReadHalf>,
    write: &tcp::OwnedWriteHalf,
    mut place: Place,
    name: &str,
    room: &Room,
) -> io::Result<()> {
    let says = pin!(listen(lines, name, room));
    let hears = pin!(send(&mut place.lines, write));
    let thrown_out = pin!(place.thrown_out.then(async |thrown_out| match thrown_out {
        Ok(()) => Ok(()),
        // The room has closed; what waits in the queue is still sent.
        Err(_) => pending().await,
    }));
    let says_or_hears = select(says, hears).map(|ended| ended.factor_first().0);
    select(says_or_hears, thrown_out).await.factor_first().0
}

fn check(name: &str) -> Result<(), String> {
    let length = name.chars().count();
    match name.chars().all(char::is_alphanumeric) && (1..=LONGEST_NAME).contains(&length) {
        true => Ok(()),
        false => Err(format!("a name is 1 to {LONGEST_NAME} letters and digits")),
    }
}

/// Passes on what a client says, until it says no more.
async fn listen(
    lines: &mut BufReader<tcp::OwnedReadHalf>,
    name: &str,
    room: &Room,
) -> io::Result<()> {
    while let Some(line) = next_line(lines).await? {
        room.say(format!("{name}: {line}\n"));
    }
    Ok(())
}

/// Sends a client what is said, until the room closes.
async fn send(lines: &mut mpsc::Receiver<Line>, write: &tcp::OwnedWriteHalf) -> io::Result<()> {
    while let Some(line) = lines.recv().await {
        write.write_all(line.as_bytes()).await?;
    }
    Ok(())
}

/// One line, without its end; None when no more come.
async fn next_line(lines: &mut BufReader<tcp::OwnedReadHalf>) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let count = lines
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut line)
        .await?;
    if count as u64 == LONGEST_LINE {
        let message = format!("a line is longer than {LONGEST_LINE} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    let text = String::from_utf8_lossy(&line);
    Ok((count > 0).then(|| text.trim_end().to_owned()))
}
