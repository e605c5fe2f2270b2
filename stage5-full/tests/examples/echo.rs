//! `examples/echo.rs`: its server and its client.

use crate::{Server, complaint, printed, run};

#[test]
fn the_echo_client_gets_back_what_it_has_sent() {
    let server = Server::start("echo");
    // By name, as the documentation says.
    let port = server.address.rsplit(':').next().unwrap();
    let by_name = format!("localhost:{port}");
    // More than one read takes, and less than the 32,767 characters that a command has on Windows.
    let long = "tea ".repeat(7_000);
    for text in ["hello there", "", &long] {
        assert_eq!(
            printed(run("echo", &["send", &by_name, text])).trim_end(),
            text.trim_end()
        );
    }
}

#[cfg(unix)]
#[test]
fn the_echo_server_ends_on_ctrl_c_whoever_is_connected() {
    let mut server = Server::start("echo");
    let _connected = std::net::TcpStream::connect(&server.address).unwrap();
    server.interrupt();
    assert!(server.ends_well());
}

#[test]
fn echo_says_what_it_cannot_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let serve = complaint(run("echo", &["serve", &address]));
    assert!(
        serve.contains(&format!("cannot listen at {address}")),
        "{serve}"
    );
    drop(taken);
    let send = complaint(run("echo", &["send", &address, "hello"]));
    assert!(
        send.contains(&format!("cannot connect to {address}")),
        "{send}"
    );
    let nowhere = complaint(run("echo", &["send", "nowhere", "hello"]));
    assert!(nowhere.contains("host:port"), "{nowhere}");
}
