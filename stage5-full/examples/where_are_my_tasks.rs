//! A program that hangs, and says where: its last task waits for a message that nobody will send.
//!
//! ```text
//!   cargo run -p stage5-full --example where_are_my_tasks
//! ```

use std::io;
use std::time::Duration;

use stage5_full::net::TcpListener;
use stage5_full::runtime::Builder;
use stage5_full::sync::oneshot;
use stage5_full::time::{sleep, timeout};
use stage5_full::trace::LiveTasks;

fn main() -> io::Result<()> {
    let tasks = LiveTasks::listen().expect("nobody else listens");
    let runtime = Builder::new_multi_thread().worker_threads(2).build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        runtime.spawn(async move { listener.accept().await.map(drop) });
        runtime.spawn(sleep(Duration::from_secs(3600)));
        let (forgotten, answer) = oneshot::channel::<u32>();
        let asks = runtime.spawn(answer);
        if timeout(Duration::from_millis(100), asks).await.is_err() {
            println!("The answer does not come, and {tasks}");
        }
        drop(forgotten);
        Ok(())
    })
}
