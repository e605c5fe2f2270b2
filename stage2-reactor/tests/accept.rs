//! A listener outlives clients that have gone, and a process without descriptors.

mod common;

use common::Counter;

#[cfg(feature = "simulation")]
mod simulated {
    use super::Counter;
    use stage2_reactor::Reactor;
    use stage2_reactor::simulation::{Faults, World};
    use stage2_reactor::socket::{Acceptor, TcpListener, TcpStream};
    use std::time::Duration;

    fn acceptor(reactor: &Reactor<Counter>) -> Acceptor<TcpListener, Counter> {
        let driver = reactor.handle().driver();
        let listener = TcpListener::bind(driver, "127.0.0.1:80".parse().unwrap()).unwrap();
        Acceptor::new(listener, reactor.handle()).unwrap()
    }

    fn connect(reactor: &Reactor<Counter>) -> TcpStream {
        let address = "127.0.0.1:80".parse().unwrap();
        loop {
            // With few descriptors, connecting fails too.
            if let Ok(stream) = TcpStream::connect(reactor.handle().driver(), address) {
                return stream;
            }
        }
    }

    /// How long each pause lasts, in milliseconds, until there is a descriptor again.
    fn pauses(seed: u64) -> Vec<u128> {
        let faults = Faults {
            too_many_files: 0.9,
            ..Faults::default()
        };
        let world = World::with_faults(seed, faults);
        let mut reactor = Reactor::simulated(&world);
        let acceptor = acceptor(&reactor);
        let _client = connect(&reactor);
        let waiter = Counter::default();
        let mut pauses = Vec::new();
        while acceptor.accept(&waiter).unwrap().is_none() {
            let before = world.now();
            reactor.turn(None).unwrap();
            if world.now() > before {
                pauses.push((world.now() - before).as_millis());
            }
        }
        pauses
    }

    #[test]
    fn without_descriptors_accepting_pauses_one_two_four_to_a_thousand_milliseconds() {
        let all: Vec<_> = (0..20).map(pauses).collect();
        for pauses in &all {
            let doubling = (0..pauses.len()).map(|number| (1 << number).min(1000));
            assert_eq!(*pauses, doubling.collect::<Vec<u128>>());
        }
        assert!(all.iter().any(|pauses| pauses.len() > 10), "{all:?}");
    }

    #[test]
    fn a_client_that_has_gone_is_skipped_at_once() {
        let faults = Faults {
            reset: 0.5,
            ..Faults::default()
        };
        let world = World::with_faults(1, faults);
        let mut reactor = Reactor::simulated(&world);
        let acceptor = acceptor(&reactor);
        let clients: Vec<_> = (0..20).map(|_| connect(&reactor)).collect();
        let waiter = Counter::default();
        let start = world.now();
        let mut accepted = 0;
        loop {
            match acceptor.accept(&waiter).unwrap() {
                Some(_) => accepted += 1,
                None if reactor.turn(Some(Duration::ZERO)).unwrap().events == 0 => break,
                None => {}
            }
        }
        assert!((1..clients.len()).contains(&accepted), "{accepted}");
        assert_eq!(world.now(), start, "without any pause");
    }

    #[test]
    fn an_accept_that_is_given_up_leaves_nobody() {
        let world = World::new(1);
        let reactor = Reactor::simulated(&world);
        let acceptor = acceptor(&reactor);
        let waiter = Counter::default();
        assert!(acceptor.accept(&waiter).unwrap().is_none());
        assert_eq!(waiter.copies(), 2);
        acceptor.stop_waiting();
        assert_eq!(waiter.copies(), 1);
    }
}

/// The real thing, in a child process, since it takes away all of its descriptors.
#[cfg(target_os = "linux")]
mod real {
    use super::Counter;
    use stage2_reactor::Reactor;
    use stage2_reactor::socket::{Acceptor, TcpListener};
    use std::fs::File;
    use std::net::TcpStream;
    use std::process::Command;
    use std::time::Duration;

    const CHILD: &str = "STAGE2_WITHOUT_DESCRIPTORS";

    #[test]
    fn a_process_without_descriptors_accepts_again_when_it_has_some() {
        if std::env::var_os(CHILD).is_some() {
            return without_descriptors();
        }
        let name = "real::a_process_without_descriptors_accepts_again_when_it_has_some";
        let output = itself()
            .args([name, "--exact", "--nocapture"])
            .env(CHILD, "1")
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        assert!(stderr.contains("trying again in 1 ms"), "{stderr}");
        assert!(stderr.contains("trying again in 2 ms"), "{stderr}");
    }

    /// This binary, with the emulator that cargo runs it with, if it is another machine's.
    fn itself() -> Command {
        let this = std::env::current_exe().unwrap();
        let runner = match cfg!(target_arch = "aarch64") {
            true => std::env::var("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER").ok(),
            false => None,
        };
        let Some(runner) = runner else {
            return Command::new(this);
        };
        let mut words = runner.split_whitespace();
        let mut command = Command::new(words.next().expect("a runner has a name"));
        command.args(words).arg(this);
        command
    }

    fn without_descriptors() {
        let mut reactor = Reactor::new().unwrap();
        let driver = reactor.handle().driver();
        let listener = TcpListener::bind(driver, "127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = Acceptor::new(listener, reactor.handle()).unwrap();
        let _client = TcpStream::connect(address).unwrap();
        let mut hoard: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        let waiter = Counter::default();
        // Two pauses, and then a descriptor is free again.
        for _ in 0..2 {
            assert!(acceptor.accept(&waiter).unwrap().is_none());
            let before = waiter.count();
            while waiter.count() == before {
                reactor.turn(Some(Duration::from_secs(1))).unwrap();
            }
        }
        hoard.truncate(1);
        while acceptor.accept(&waiter).unwrap().is_none() {
            reactor.turn(Some(Duration::from_secs(1))).unwrap();
        }
    }
}
