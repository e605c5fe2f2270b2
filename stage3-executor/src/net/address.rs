//! What a program may give where an address is wanted, and how it becomes sockets' addresses.
//!
//! ```text
//!     SocketAddr, (ip, port), "127.0.0.1:80", ...   Target::Address, Addresses    at hand
//!     "localhost:80", ("localhost", 80), ...        Target::Name                  see lookup.rs
//! ```
//!
//! Only a name costs more than a few instructions: the OS is asked on another thread. Then each of the
//! addresses is tried in turn, as std does, and the first that works is taken.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::{future, mem};

use super::lookup::{Found, lookup};

/// What stands for one or several addresses: an address, a text `host:port`, a pair of host and port, or
/// a slice of addresses. A host is a name or an IP address in digits.
///
/// It is tokio's trait of this name, and takes what std's takes; but it never blocks.
pub trait ToSocketAddrs {
    /// What it stands for, without asking anybody.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if a text is not of the form `host:port`.
    fn to_target(&self) -> io::Result<Target>;
}

/// What a [`ToSocketAddrs`] stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One address.
    Address(SocketAddr),
    /// Several addresses, to be tried in this order.
    Addresses(Vec<SocketAddr>),
    /// A name, whose addresses the OS must be asked for.
    Name {
        /// The name, such as `localhost`.
        host: String,
        /// The port that goes with each of its addresses.
        port: u16,
    },
}

/// The addresses of a name, or of whatever else stands for some.
///
/// A name is looked up where blocking is allowed: in a runtime with a pool for blocking calls, there;
/// otherwise on a thread of its own.
///
/// # Errors
///
/// If the text is not of the form `host:port`; if the OS knows no address for the name; for a name, if
/// there is no runtime here, or only a simulated one.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, net::lookup_host};
///
/// Executor::new()?.block_on(async {
///     let mut found = lookup_host("localhost:80").await?;
///     assert!(found.all(|address| address.ip().is_loopback() && address.port() == 80));
///     Ok::<(), std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn lookup_host(host: impl ToSocketAddrs) -> io::Result<impl Iterator<Item = SocketAddr>> {
    Ok(resolve(host).await?.into_iter())
}

/// The addresses that something stands for. Waits only for a name.
///
/// Takes its argument by value, so that a future need not keep it beside its addresses.
pub(super) fn resolve(addresses: impl ToSocketAddrs) -> Resolve {
    Resolve(match addresses.to_target() {
        Ok(Target::Address(address)) => Ok(vec![address]),
        Ok(Target::Addresses(addresses)) => Ok(addresses),
        Ok(Target::Name { host, port }) => Err(Box::pin(lookup(host, port))),
        Err(error) => Err(Box::pin(future::ready(Err(error)))),
    })
}

/// The future that [`resolve`] returns: the addresses, or what they must be asked of.
///
/// By hand, since every connect begins with it: an `async fn` would keep room in it for a question that
/// few of them ask.
pub(super) struct Resolve(Result<Vec<SocketAddr>, Pin<Box<dyn Future<Output = Found> + Send>>>);

impl Future for Resolve {
    type Output = Found;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Found> {
        match &mut self.0 {
            Ok(addresses) => Poll::Ready(Ok(mem::take(addresses))),
            Err(question) => question.as_mut().poll(cx),
        }
    }
}

/// Makes something of the first address that it can be made of.
pub(super) async fn first_that_works<T>(
    addresses: impl ToSocketAddrs,
    mut make: impl FnMut(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let mut last_error = no_address();
    for address in resolve(addresses).await? {
        match make(address) {
            Ok(made) => return Ok(made),
            Err(error) => last_error = error,
        }
    }
    Err(last_error)
}

/// What to report if there is nothing to try.
pub(super) fn no_address() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "the name stands for no address at all",
    )
}

impl ToSocketAddrs for str {
    fn to_target(&self) -> io::Result<Target> {
        if let Ok(address) = self.parse() {
            return Ok(Target::Address(address));
        }
        let parts = self.rsplit_once(':');
        match parts.and_then(|(host, port)| Some((host, port.parse().ok()?))) {
            Some(host_and_port) => host_and_port.to_target(),
            None => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{self:?} is not an address of the form host:port"),
            )),
        }
    }
}

impl ToSocketAddrs for (&str, u16) {
    fn to_target(&self) -> io::Result<Target> {
        let (host, port) = *self;
        Ok(match host.parse::<IpAddr>() {
            Ok(ip) => Target::Address((ip, port).into()),
            Err(_) => Target::Name {
                host: host.to_owned(),
                port,
            },
        })
    }
}

impl ToSocketAddrs for String {
    fn to_target(&self) -> io::Result<Target> {
        self.as_str().to_target()
    }
}

impl ToSocketAddrs for (String, u16) {
    fn to_target(&self) -> io::Result<Target> {
        (self.0.as_str(), self.1).to_target()
    }
}

impl ToSocketAddrs for [SocketAddr] {
    fn to_target(&self) -> io::Result<Target> {
        Ok(Target::Addresses(self.to_vec()))
    }
}

impl<A: ToSocketAddrs + ?Sized> ToSocketAddrs for &A {
    fn to_target(&self) -> io::Result<Target> {
        (**self).to_target()
    }
}

/// Those that std makes one address of.
macro_rules! one_address {
    ($($type:ty),*) => {$(
        impl ToSocketAddrs for $type {
            fn to_target(&self) -> io::Result<Target> {
                Ok(Target::Address((*self).into()))
            }
        }
    )*};
}

one_address!(SocketAddr, SocketAddrV4, SocketAddrV6);
one_address!((IpAddr, u16), (Ipv4Addr, u16), (Ipv6Addr, u16));

#[cfg(test)]
mod tests {
    use super::*;

    fn target(addresses: impl ToSocketAddrs) -> Target {
        addresses.to_target().unwrap()
    }

    #[test]
    fn digits_are_an_address_and_anything_else_is_a_name() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        assert_eq!(target(address), Target::Address(address));
        assert_eq!(target("127.0.0.1:80"), Target::Address(address));
        assert_eq!(target(("127.0.0.1", 80)), Target::Address(address));
        assert_eq!(target((Ipv4Addr::LOCALHOST, 80)), Target::Address(address));
        let v6 = SocketAddr::from((Ipv6Addr::LOCALHOST, 80));
        assert_eq!(target("[::1]:80".to_owned()), Target::Address(v6));
        assert_eq!(target(("::1".to_owned(), 80)), Target::Address(v6));
        let both = [address, v6];
        assert_eq!(target(&both[..]), Target::Addresses(both.to_vec()));
        let (host, port) = ("localhost".to_owned(), 80);
        let name = Target::Name { host, port };
        assert_eq!(target("localhost:80"), name);
        assert_eq!(target(("localhost", 80)), name);
    }

    #[test]
    fn a_text_without_a_port_is_an_error_that_says_what_is_wanted() {
        for text in ["localhost", "localhost:http", "localhost:65536", ""] {
            let error = text.to_target().unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            assert!(error.to_string().contains("host:port"), "{error}");
        }
    }
}
