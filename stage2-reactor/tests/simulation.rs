//! The simulated world: the same seed, the same run; and every fault can be lived with.
#![cfg(feature = "simulation")]

mod common;

use common::Counter;
use stage1_green_threads::spawn;
use stage2_reactor::green::run_on;
use stage2_reactor::net::{TcpListener, TcpStream, UdpSocket};
use stage2_reactor::simulation::{Exploring, Faults, World};
use stage2_reactor::{Reactor, Registered, sleep, socket};
use std::io::{self, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

const LOCAL: &str = "127.0.0.1:0";

/// Ten clients echo `bytes` bytes each; returns how each of them fared.
fn echo(world: &World, bytes: usize) -> Vec<io::Result<usize>> {
    run_on(Reactor::simulated(world), move || {
        let listener = TcpListener::bind(LOCAL).unwrap();
        let address = listener.local_addr().unwrap();
        spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                spawn(move || io::copy(&mut &stream, &mut &stream));
            }
        });
        let clients: Vec<_> = (0..10)
            .map(|_| spawn(move || echo_client(address, bytes)))
            .collect();
        let results = clients.into_iter().map(|client| client.join().unwrap());
        results.collect()
    })
}

fn echo_client(address: std::net::SocketAddr, bytes: usize) -> io::Result<usize> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(&vec![7; bytes])?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all)
}

#[test]
fn without_faults_everything_arrives() {
    let results = echo(&World::new(1), 30_000);
    assert!(results.iter().all(|result| matches!(result, Ok(30_000))));
}

#[test]
fn harmless_faults_are_not_noticed_under_any_seed() {
    for seed in 0..50 {
        let world = World::with_faults(seed, Faults::harmless());
        let results = echo(&world, 3_000);
        assert!(
            results.iter().all(|result| matches!(result, Ok(3_000))),
            "seed {seed}: {results:?}"
        );
    }
}

#[test]
fn each_fault_alone_and_all_together_end_in_errors_and_not_in_hangs() {
    let one = |set: fn(&mut Faults)| {
        let mut faults = Faults::default();
        set(&mut faults);
        faults
    };
    let cases = [
        one(|faults| faults.short_read = 0.5),
        one(|faults| faults.short_write = 0.5),
        one(|faults| faults.would_block = 0.5),
        one(|faults| faults.spurious = 0.5),
        one(|faults| faults.reset = 0.1),
        one(|faults| faults.too_many_files = 0.5),
        Faults::all(),
    ];
    for (seed, faults) in (0..).zip(cases.iter().cycle().take(70)) {
        for result in echo(&World::with_faults(seed, *faults), 500) {
            match result {
                Ok(count) => assert!(count <= 500),
                Err(error) => assert!(
                    faults.reset > 0.0 || faults.too_many_files > 0.0,
                    "seed {seed}, {faults:?}: {error}"
                ),
            }
        }
    }
}

#[test]
fn resets_and_a_lack_of_descriptors_do_happen() {
    let kinds = |faults| -> Vec<_> {
        let results = (0..20).flat_map(|seed| echo(&World::with_faults(seed, faults), 500));
        results
            .filter_map(|result| Some(result.err()?.kind()))
            .collect()
    };
    let reset = Faults {
        reset: 0.2,
        ..Faults::default()
    };
    assert!(kinds(reset).contains(&ErrorKind::ConnectionReset));
    let scarce = Faults {
        too_many_files: 0.3,
        ..Faults::default()
    };
    assert!(!kinds(scarce).is_empty());
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let run = |seed| {
        let world = World::with_faults(seed, Faults::all());
        let results = echo(&world, 2_000);
        let results: Vec<_> = results.iter().map(|result| format!("{result:?}")).collect();
        (results, world.elapsed())
    };
    for seed in 0..20 {
        assert_eq!(run(seed), run(seed), "seed {seed}");
    }
    assert!(
        (1..20).any(|seed| run(seed) != run(0)),
        "and another, another"
    );
}

#[test]
fn virtual_time_jumps_to_the_next_deadline() {
    let world = World::new(1);
    let (start, real) = (world.now(), Instant::now());
    run_on(Reactor::simulated(&world), || {
        let late = spawn(|| sleep(Duration::from_secs(7200)));
        sleep(Duration::from_secs(3600));
        late.join().unwrap();
    });
    assert_eq!(world.now() - start, Duration::from_secs(7200));
    assert!(real.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_turn_of_no_length_only_delivers() {
    let world = World::new(1);
    let mut reactor = Reactor::simulated(&world);
    let waiter = Counter::default();
    let deadline = world.now() + Duration::from_secs(1);
    let mut timer = reactor.handle().timer(deadline);
    assert!(!timer.poll(&waiter));
    let turn = reactor.turn(Some(Duration::ZERO)).unwrap();
    assert_eq!((turn.events, turn.timers), (0, 0));
    world.advance_to(deadline);
    assert_eq!(reactor.turn(Some(Duration::ZERO)).unwrap().timers, 1);
}

#[test]
fn a_world_at_rest_is_an_error_and_not_a_hang() {
    let mut reactor: Reactor<Counter> = Reactor::simulated(&World::new(1));
    let error = reactor.turn(None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadlock);
    let report = std::panic::catch_unwind(|| {
        run_on(Reactor::simulated(&World::new(1)), || {
            let listener = TcpListener::bind(LOCAL).unwrap();
            listener.accept().map(drop)
        })
    });
    assert!(
        report
            .unwrap_err()
            .downcast_ref::<String>()
            .unwrap()
            .contains("deadlock")
    );
}

#[test]
fn a_refused_connection_is_refused_here_too() {
    run_on(Reactor::simulated(&World::new(1)), || {
        let error = TcpStream::connect("127.0.0.1:9").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    });
}

#[test]
fn datagrams_arrive_or_are_lost_whole() {
    let received = |faults| {
        run_on(Reactor::simulated(&World::with_faults(3, faults)), || {
            let (one, other) = (
                UdpSocket::bind(LOCAL).unwrap(),
                UdpSocket::bind(LOCAL).unwrap(),
            );
            other
                .set_read_timeout(Some(Duration::from_secs(1)))
                .unwrap();
            for _ in 0..100 {
                one.send_to(b"hello", other.local_addr().unwrap()).unwrap();
            }
            let mut buffer = [0; 16];
            let arrived = std::iter::from_fn(|| other.recv(&mut buffer).ok());
            arrived.inspect(|count| assert_eq!(*count, 5)).count()
        })
    };
    assert_eq!(received(Faults::default()), 100);
    let lossy = received(Faults {
        lost_datagram: 0.5,
        ..Faults::default()
    });
    assert!((1..100).contains(&lossy), "{lossy}");
}

#[cfg(unix)]
#[test]
fn unix_sockets_are_simulated_too() {
    let world = World::new(1);
    let reactor: Reactor<Counter> = Reactor::simulated(&world);
    let driver = reactor.handle().driver();
    let (one, other) = socket::UnixStream::pair(driver).unwrap();
    one.write(b"hello").unwrap();
    drop(one);
    let mut buffer = [0; 16];
    assert_eq!(other.read(&mut buffer).unwrap(), 5);
    assert_eq!(other.read(&mut buffer).unwrap(), 0);
    let error = socket::UnixStream::connect(driver, "/nobody/listens").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn real_sockets_and_those_of_another_world_are_refused() {
    let world = World::new(1);
    let reactor: Reactor<Counter> = Reactor::simulated(&world);
    let listener = std::net::TcpListener::bind(LOCAL).unwrap();
    let error = socket::TcpListener::from_std(reactor.handle().driver(), listener).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let real: Reactor<Counter> = Reactor::new().unwrap();
    let address = LOCAL.parse().unwrap();
    let foreign = socket::UdpSocket::bind(real.handle().driver(), address).unwrap();
    let error = Registered::new(foreign, reactor.handle()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let elsewhere: Reactor<Counter> = Reactor::simulated(&World::new(1));
    let foreign = socket::UdpSocket::bind(elsewhere.handle().driver(), address).unwrap();
    assert!(Registered::new(foreign, reactor.handle()).is_err());
}

#[test]
fn a_real_reactor_is_refused_on_a_thread_that_explores() {
    let exploring = Exploring::begin();
    let error = Reactor::<Counter>::new().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("inside an exploration"));
    let _simulated: Reactor<Counter> = Reactor::simulated(&World::new(1));
    drop(exploring);
    let _real: Reactor<Counter> = Reactor::new().unwrap();
}
