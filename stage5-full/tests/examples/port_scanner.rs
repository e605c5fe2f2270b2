//! `examples/port_scanner.rs`.

use std::net::TcpListener;

use crate::{complaint, printed, run};

#[test]
fn the_scanner_finds_who_listens_and_nobody_else() {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let mut ports = listeners
        .each_ref()
        .map(|listener| listener.local_addr().unwrap().port());
    ports.sort_unstable();
    // One by one: other tests of this machine may have listeners in between.
    for port in ports {
        let found = printed(run("port_scanner", &["--ports", &port.to_string()]));
        assert_eq!(found, format!("{port}\n"));
    }
    let range = format!("{}-{}", ports[0], ports[2]);
    let found = printed(run("port_scanner", &["--ports", &range, "--at-once", "50"]));
    let found: Vec<u16> = found.lines().map(|line| line.parse().unwrap()).collect();
    assert!(found.is_sorted());
    assert!(
        ports.iter().all(|port| found.contains(port)),
        "{ports:?}: {found:?}"
    );
    drop(listeners);
    let found = printed(run("port_scanner", &["--ports", &ports[0].to_string()]));
    assert_eq!(found, "");
}

#[test]
fn the_scanner_refuses_machines_of_others_and_senseless_ports() {
    let foreign = complaint(run("port_scanner", &["192.0.2.1"]));
    assert!(foreign.contains("only loopback"), "{foreign}");
    for ports in ["0-5", "7-6", "1-65536", "http"] {
        let senseless = complaint(run("port_scanner", &["--ports", ports]));
        assert!(senseless.contains("such as 1-1024"), "{senseless}");
    }
    let none = complaint(run("port_scanner", &["--at-once", "0"]));
    assert!(none.contains("--at-once"), "{none}");
}
