//! TLS by `futures-rustls`, over our sockets, with a certificate that is made here.

use std::sync::Arc;

use futures::io::{AsyncReadExt, AsyncWriteExt};
use futures_rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use futures_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use futures_rustls::{TlsAcceptor, TlsConnector};

use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::runtime::Runtime;
use stage5_full::task;

fn certificate() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    (made.cert.der().clone(), key)
}

fn acceptor(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> TlsAcceptor {
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![certificate], key).unwrap();
    Arc::new(config).into()
}

/// A client that trusts these certificates alone.
fn connector(trusted: &[CertificateDer<'static>]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    trusted
        .iter()
        .for_each(|certificate| roots.add(certificate.clone()).unwrap());
    let config = ClientConfig::builder().with_root_certificates(roots);
    Arc::new(config.with_no_client_auth()).into()
}

async fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connect = TcpStream::connect(listener.local_addr().unwrap());
    let (accepted, connected) = futures::join!(listener.accept(), connect);
    (connected.unwrap(), accepted.unwrap().0)
}

#[test]
fn tls_carries_an_echo_and_its_end() {
    let (certificate, key) = certificate();
    let (acceptor, connector) = (
        acceptor(certificate.clone(), key),
        connector(&[certificate]),
    );
    Runtime::new().unwrap().block_on(async {
        let (client, server) = tcp_pair().await;
        let echo = task::spawn(async move {
            let (from_client, mut to_client) = acceptor.accept(server).await.unwrap().split();
            futures::io::copy(from_client, &mut to_client)
                .await
                .unwrap();
            to_client.close().await.unwrap();
        });
        let name = ServerName::try_from("localhost").unwrap();
        let stream = connector.connect(name, client).await.unwrap();
        let sent: Vec<u8> = (0..300_000u32).map(|n| n as u8).collect();
        let (mut from_server, mut to_server) = stream.split();
        let mut received = Vec::new();
        let send = async {
            to_server.write_all(&sent).await.unwrap();
            to_server.close().await.unwrap();
        };
        let ((), count) = futures::join!(send, from_server.read_to_end(&mut received));
        assert_eq!(count.unwrap(), sent.len());
        assert!(received == sent);
        echo.await.unwrap();
    });
}

#[test]
fn a_certificate_that_is_not_trusted_ends_the_connection_on_both_sides() {
    let (certificate, key) = certificate();
    let (acceptor, connector) = (acceptor(certificate, key), connector(&[]));
    Runtime::new().unwrap().block_on(async {
        let (client, server) = tcp_pair().await;
        let name = ServerName::try_from("localhost").unwrap();
        let (accepted, connected) =
            futures::join!(acceptor.accept(server), connector.connect(name, client));
        let error = connected.unwrap_err();
        assert!(error.to_string().contains("certificate"), "{error}");
        assert!(accepted.is_err());
    });
}
