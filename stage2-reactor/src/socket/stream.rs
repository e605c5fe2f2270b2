//! What can be done with a connection, whatever it goes through: written once, for all streams.

/// The operations of a type with a `Kind` that is a stream, where it says how to tell that it is `connected`.
/// Its file must have `SocketAddr` stand for the addresses of its ends.
macro_rules! impl_stream {
    ($type:ty) => {
        impl $type {
            /// Whether the connection stands.
            ///
            /// # Errors
            ///
            /// `WouldBlock` while it does not yet (wait until the socket is writable); the reason if it has
            /// failed.
            pub fn finish_connect(&self) -> io::Result<()> {
                match &self.0 {
                    // Within `try_io`, so that Windows looks again after a `WouldBlock`.
                    Kind::Os(stream) => stream.try_io(|| connected(stream)),
                    #[cfg(feature = "simulation")]
                    Kind::Simulated(stream) => stream.finish_connect(),
                }
            }

            /// Receives.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if nothing has arrived; what the OS reports.
            pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
                with_socket!(&self.0, stream => { let mut stream = stream; stream.read(buffer) })
            }

            /// Receives into memory that need not be initialised. If it returns `Ok(n)`, the first `n` bytes
            /// of `buffer` are.
            ///
            /// # Errors
            ///
            /// As [`read`](Self::read).
            pub fn read_uninit(&self, buffer: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
                match &self.0 {
                    Kind::Os(stream) => receive(stream, buffer),
                    #[cfg(feature = "simulation")]
                    Kind::Simulated(stream) => receive_zeroed(stream, buffer),
                }
            }

            /// Receives into several buffers.
            ///
            /// # Errors
            ///
            /// As [`read`](Self::read).
            pub fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
                with_socket!(&self.0, stream => { let mut stream = stream; stream.read_vectored(buffers) })
            }

            /// Sends.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is no room; what the OS reports.
            pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
                with_socket!(&self.0, stream => { let mut stream = stream; stream.write(bytes) })
            }

            /// Sends from several buffers.
            ///
            /// # Errors
            ///
            /// As [`write`](Self::write).
            pub fn write_vectored(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
                with_socket!(&self.0, stream => { let mut stream = stream; stream.write_vectored(buffers) })
            }

            /// Closes one or both directions.
            ///
            /// # Errors
            ///
            /// What the OS reports.
            pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
                with_socket!(&self.0, stream => stream.shutdown(how))
            }

            /// The address of this end.
            ///
            /// # Errors
            ///
            /// What the OS reports.
            pub fn local_addr(&self) -> io::Result<SocketAddr> {
                with_socket!(&self.0, stream => stream.local_addr())
            }

            /// The address of the other end.
            ///
            /// # Errors
            ///
            /// What the OS reports.
            pub fn peer_addr(&self) -> io::Result<SocketAddr> {
                with_socket!(&self.0, stream => stream.peer_addr())
            }

            /// Takes the error that the OS has noted for this socket, if any.
            ///
            /// # Errors
            ///
            /// If the OS cannot be asked.
            pub fn take_error(&self) -> io::Result<Option<io::Error>> {
                with_socket!(&self.0, stream => stream.take_error())
            }
        }
    };
}
