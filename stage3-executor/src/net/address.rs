//! From a name to a socket: the first of its addresses that works.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// Makes something of the first address that it can be made of.
pub(super) fn first_that_works<T>(
    addresses: impl ToSocketAddrs,
    mut make: impl FnMut(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let mut last_error = no_address();
    for address in resolve(addresses)? {
        match make(address) {
            Ok(made) => return Ok(made),
            Err(error) => last_error = error,
        }
    }
    Err(last_error)
}

/// Takes the name by value, so that a future need not keep it beside its addresses. May block.
pub(super) fn resolve<A: ToSocketAddrs>(addresses: A) -> io::Result<A::Iter> {
    addresses.to_socket_addrs()
}

/// What to report if there is nothing to try.
pub(super) fn no_address() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "the name stands for no address at all",
    )
}
