// An echo server, until ctrl-c: it is included twice by main.rs, after `use` lines of the one runtime or the other.

const IDLE: Duration = Duration::from_secs(10);
const GRACE: Duration = Duration::from_millis(300);

pub(crate) fn main() -> io::Result<()> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("echo")
        .enable_all()
        .build()?;
    runtime.block_on(serve())
}

async fn serve() -> io::Result<()> {
    let (report, reports) = mpsc::channel(16);
    let (total, sum) = oneshot::channel();
    let counter = task::spawn(count(reports, total));
    let listener = TcpListener::bind("localhost:0").await?;
    let mut echoes = JoinSet::new();
    // Polled in this order, so that ctrl-c is listened for before anybody is told the address.
    let interrupted = Box::pin(signal::ctrl_c());
    let accepting = Box::pin(accept(listener, report, &mut echoes));
    match select(interrupted, accepting).await {
        Either::Left((interrupted, _)) => interrupted?,
        Either::Right((accepting, _)) => accepting?,
    }
    let cut_off = drain(&mut echoes).await;
    counter.await?;
    println!("{} bytes, {cut_off} cut off", sum.await.unwrap());
    Ok(())
}

async fn accept(
    listener: TcpListener,
    report: mpsc::Sender<usize>,
    echoes: &mut JoinSet<io::Result<()>>,
) -> io::Result<()> {
    println!("listening at {}", listener.local_addr()?);
    loop {
        let (stream, _peer) = listener.accept().await?;
        echoes.spawn(echo(stream, report.clone()));
        while let Some(ended) = echoes.try_join_next() {
            ended??;
        }
    }
}

async fn echo(mut stream: TcpStream, report: mpsc::Sender<usize>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = [0; 1024];
    loop {
        let count = timeout(IDLE, stream.read(&mut buffer)).await??;
        if count == 0 {
            return stream.shutdown().await;
        }
        stream.write_all(&buffer[..count]).await?;
        report.send(count).await.map_err(io::Error::other)?;
    }
}

/// Lets the connections end by themselves for a moment; returns how many had to be cut off.
async fn drain(echoes: &mut JoinSet<io::Result<()>>) -> usize {
    let deadline = Instant::now() + GRACE;
    while let Ok(Some(ended)) = timeout_at(deadline, echoes.join_next()).await {
        ended.unwrap().unwrap();
    }
    let cut_off = echoes.len();
    echoes.shutdown().await;
    cut_off
}

/// Adds up what is reported. Its sum goes out when all who report are gone.
async fn count(mut reports: mpsc::Receiver<usize>, total: oneshot::Sender<usize>) {
    let mut sum = 0;
    while let Some(count) = reports.recv().await {
        sum += count;
    }
    total.send(sum).unwrap();
}
