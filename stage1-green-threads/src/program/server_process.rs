//! The delay server as a process of its own, so that what it costs is not in the ledger.
//!
//! ```text
//!   program ──── spawns itself with --serve --until-stdin-closes ────▶ child
//!           ◀─── one line on its stdout: the address ───────────────
//!           ──── holds its stdin; when the program ends, however ───▶ stdin closes: it ends too
//! ```

use std::io::{self, BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// The delay server in a child process. It ends when this is dropped, or when this process ends.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    address: SocketAddr,
}

impl ServerProcess {
    /// Starts this very program once more, as a delay server for `connections` at once.
    pub(crate) fn start() -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--serve", "--until-stdin-closes"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        match line.trim().parse() {
            Ok(address) => Ok(ServerProcess { child, address }),
            Err(_) => {
                drop(child.stdin.take());
                let status = child.wait()?;
                Err(io::Error::other(format!("it said no address ({status})")))
            }
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// In the child: blocks until the parent closes our stdin, or is no more.
pub(crate) fn until_stdin_closes() {
    let _ = io::copy(&mut io::stdin().lock().by_ref(), &mut io::sink());
}
