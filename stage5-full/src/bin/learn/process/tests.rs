//! A process that is cut off takes with it what it has started; and its memory has a limit.

use std::env;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;
use std::time::Duration;

use stage3_executor::future::race;
use stage5_full::Runtime;
use stage5_full::task::spawn_blocking;

use super::{Ended, Limits, run};

const LIMITS: Limits = Limits {
    // A safety net.
    time: Duration::from_secs(60),
    memory: Some(1 << 30),
    output: 64 * 1024,
};

/// The test that calls this, in a process of its own, where the variable `name` is set.
fn myself(name: &str, text: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("a process has a program"));
    let test = thread::current().name().unwrap_or_default().to_owned();
    command.args(["--exact", &test, "--nocapture"]);
    command.env(name, text);
    command
}

fn for_ever() -> ! {
    loop {
        thread::park();
    }
}

/// The test starts a process, which starts another one, and that would stay for ever.
#[test]
fn what_a_process_has_started_ends_with_it() {
    if let Ok(address) = env::var("LEARN_TEST_GRANDCHILD") {
        let _connection = TcpStream::connect(address).expect("the test listens");
        for_ever();
    }
    if let Ok(address) = env::var("LEARN_TEST_CHILD") {
        let _grandchild = myself("LEARN_TEST_GRANDCHILD", &address).spawn();
        for_ever();
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has one").to_string();
    let child = myself("LEARN_TEST_CHILD", &address);
    let connected = spawned_and_dropped(child, listener);
    // Nobody holds the other end any more; systems say so in two ways.
    match connected.expect("it has started another").read(&mut [0]) {
        Ok(count) => assert_eq!(count, 0),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
    }
}

/// Runs `child` until somebody connects, and ends it.
fn spawned_and_dropped(child: Command, listener: TcpListener) -> Option<TcpStream> {
    let runtime = Runtime::new().expect("a runtime starts");
    let connection = runtime.block_on(race(
        async {
            let ended = run(child, LIMITS).await;
            panic!("it ended by itself: {ended:?}")
        },
        async {
            let (connection, _) = spawn_blocking(move || listener.accept()).await.ok()?.ok()?;
            connection.set_read_timeout(Some(LIMITS.time)).ok()?;
            Some(connection)
        },
    ));
    // If it has not ended, its output has no end either.
    runtime.shutdown_timeout(Duration::from_secs(1));
    connection
}

/// macOS takes the limit as a wish.
#[cfg(not(target_os = "macos"))]
#[test]
fn memory_is_limited() {
    if env::var_os("LEARN_TEST_MEMORY").is_some() {
        std::hint::black_box(vec![0_u8; 8 << 30]);
        return;
    }
    let runtime = Runtime::new().expect("a runtime starts");
    let Ended { status, output } = runtime
        .block_on(run(myself("LEARN_TEST_MEMORY", "1"), LIMITS))
        .expect("it starts");
    assert!(status.is_some_and(|status| !status.success()), "{output}");
    assert!(
        output.contains("memory allocation of 8589934592 bytes failed"),
        "{output}"
    );
}
