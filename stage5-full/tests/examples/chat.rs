//! `examples/chat`: its server with clients of all kinds, and its own client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Stdio;

use crate::{Server, complaint, example, run};

/// Somebody who talks to the server by hand.
struct Person {
    stream: TcpStream,
    lines: BufReader<TcpStream>,
}

impl Person {
    fn connect(server: &Server) -> Person {
        let stream = TcpStream::connect(&server.address).unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap());
        let mut person = Person { stream, lines };
        person.hears("* your name?");
        person
    }

    /// Comes in under a name, and has heard that everybody was told.
    fn join(server: &Server, name: &str) -> Person {
        let mut person = Person::connect(server);
        person.says(name);
        person.hears(&format!("* {name} has joined"));
        person
    }

    fn says(&mut self, line: &str) {
        self.stream
            .write_all(format!("{line}\n").as_bytes())
            .unwrap();
    }

    fn next(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The next line is this one.
    fn hears(&mut self, line: &str) {
        assert_eq!(self.next(), line);
    }
}

#[test]
fn everybody_hears_who_comes_what_is_said_and_who_goes() {
    let server = Server::start("chat");
    let mut ada = Person::join(&server, "ada");
    let mut bob = Person::join(&server, "bob");
    ada.hears("* bob has joined");
    bob.says("hello");
    ada.hears("bob: hello");
    bob.hears("bob: hello");
    bob.stream.shutdown(Shutdown::Write).unwrap();
    ada.hears("* bob has left");
    assert_eq!(bob.next(), "", "the server has closed the connection");
}

#[test]
fn a_name_that_is_taken_or_is_none_can_be_said_again() {
    let server = Server::start("chat");
    let mut ada = Person::join(&server, "ada");
    let mut other = Person::connect(&server);
    other.says("ada");
    other.hears("* the name ada is taken");
    other.says("a name with spaces");
    assert!(other.next().contains("letters and digits"));
    other.says("eve");
    other.hears("* eve has joined");
    ada.hears("* eve has joined");
}

#[test]
fn one_who_does_not_read_is_thrown_out_and_holds_nobody_up() {
    let server = Server::start("chat");
    let mut ada = Person::join(&server, "ada");
    let _does_not_read = Person::join(&server, "eve");
    ada.hears("* eve has joined");
    let long = "x".repeat(4000);
    let said = format!("ada: {long}");
    // Until the buffers on the way to eve are full, and her queue. Ada hears each line all the while.
    loop {
        ada.says(&long);
        match ada.next() {
            line if line == said => {}
            line => {
                assert_eq!(line, "* eve was too slow and has left");
                break ada.hears(&said);
            }
        }
    }
}

#[test]
fn a_line_without_end_ends_the_connection() {
    let server = Server::start("chat");
    let mut ada = Person::join(&server, "ada");
    let mut eve = Person::join(&server, "eve");
    ada.hears("* eve has joined");
    eve.stream.write_all(&[b'x'; 5000]).unwrap();
    ada.hears("* eve has left");
}

#[cfg(unix)]
#[test]
fn on_ctrl_c_all_hear_that_the_server_closes() {
    let mut server = Server::start("chat");
    let mut ada = Person::join(&server, "ada");
    let _has_no_name_yet = Person::connect(&server);
    server.interrupt();
    ada.hears("* the server closes");
    assert_eq!(ada.next(), "");
    assert!(server.ends_well());
}

#[test]
fn the_client_sends_stdin_and_prints_what_is_said() {
    let server = Server::start("chat");
    let mut ada = Person::join(&server, "ada");
    let mut client = example("chat")
        .args(["join", &server.address, "bob"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    ada.hears("* bob has joined");
    let mut stdin = client.stdin.take().unwrap();
    stdin.write_all(b"hello\n").unwrap();
    ada.hears("bob: hello");
    let mut stdout = BufReader::new(client.stdout.take().unwrap());
    let mut lines = stdout.by_ref().lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "bob: hello"));
    drop(stdin);
    ada.hears("* bob has left");
    assert!(client.wait().unwrap().success());
}

#[test]
fn chat_says_what_it_cannot_do() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap().to_string();
    drop(gone);
    let refused = complaint(run("chat", &["join", &address, "ada"]));
    assert!(
        refused.contains(&format!("cannot connect to {address}")),
        "{refused}"
    );
}
