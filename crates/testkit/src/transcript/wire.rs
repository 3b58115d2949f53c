//! A socket as a client has it: plain, or with TLS around what is said.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::script::Over;
use crate::certificates::{self, SERVER, SERVER_NAME, der};

/// A connection to the server.
pub(super) enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Wire {
    /// Connects, and is patient for so long with each answer.
    pub(super) fn connect(address: SocketAddr, over: &Over, patience: Duration) -> Result<Self, String> {
        let said = |error: io::Error| error.to_string();
        let socket = TcpStream::connect(address).map_err(said)?;
        socket.set_read_timeout(Some(patience)).map_err(said)?;
        socket.set_nodelay(true).map_err(said)?;
        let shown = match over {
            Over::Plain => return Ok(Self::Plain(socket)),
            Over::Tls(shown) => shown.as_deref().map(certificates::named).transpose()?,
        };
        let name = ServerName::try_from(SERVER_NAME).map_err(|error| error.to_string())?;
        let client = ClientConnection::new(Arc::new(trusting(shown)?), name);
        let client = client.map_err(|error| error.to_string())?;
        Ok(Self::Tls(Box::new(StreamOwned::new(client, socket))))
    }

    /// Says that nothing more comes, as each layer says it. Who is gone already cannot be told.
    pub(super) fn finish(&mut self) {
        let socket = match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => {
                stream.conn.send_close_notify();
                let _ = stream.flush();
                &mut stream.sock
            }
        };
        let _ = socket.shutdown(Shutdown::Write);
    }
}

/// Who trusts the server's certificate alone, and shows one of their own if they have it.
fn trusting(shown: Option<&str>) -> Result<ClientConfig, String> {
    let said = |error: rustls::Error| error.to_string();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(der(SERVER, "CERTIFICATE"))).map_err(said)?;
    let crypto = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(crypto);
    let config = config.with_safe_default_protocol_versions().map_err(said)?.with_root_certificates(roots);
    let Some(pem) = shown else { return Ok(config.with_no_client_auth()) };
    let key = PrivateKeyDer::try_from(der(pem, "PRIVATE KEY"))?;
    config.with_client_auth_cert(vec![der(pem, "CERTIFICATE").into()], key).map_err(said)
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
