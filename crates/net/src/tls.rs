//! TLS: the certificate, which can change while the server runs, and the layer over a socket.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::{Arc, PoisonError, RwLock};

use compact_str::CompactString;
use ring::digest::{self, Digest};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, ring as provider};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ServerConfig};
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConnection, SignatureScheme};

use crate::stream::Stream;

/// Bytes that one connection's TLS keeps at most for a socket that is full.
const UNSENT_BYTES: usize = 16 << 10;

/// A certificate and its key, and all that new connections need of them.
pub struct Tls {
    current: RwLock<Current>,
    protocol: &'static str,
}

/// What connections that begin now are given.
struct Current {
    config: Arc<ServerConfig>,
    /// What it was made of.
    digest: Digest,
}

/// What is wrong with a certificate and its key, in words, and in which of the two it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Also where they do not fit each other.
    Certificate(String),
    Key(String),
}

impl Tls {
    /// Takes a certificate (with its chain) and its key as PEM. `protocol` is spoken on it, by its registered name: who asks for
    /// others alone (a browser) gets no connection. Spec: <https://www.rfc-editor.org/rfc/rfc7301>
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(certificate: &[u8], key: &[u8], protocol: &'static str) -> Result<Self, Unusable> {
        let config = config(certificate, key, protocol)?;
        let current = RwLock::new(Current { config, digest: digest(certificate, key) });
        Ok(Self { current, protocol })
    }

    /// Connections that begin from now on are shown this certificate; the others go on. When something is wrong with
    /// it, the one before stays. False: it is the one before; whoever comes back can still resume.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn replace(&self, certificate: &[u8], key: &[u8]) -> Result<bool, Unusable> {
        let digest = digest(certificate, key);
        if self.current.read().unwrap_or_else(PoisonError::into_inner).digest.as_ref() == digest.as_ref() {
            return Ok(false);
        }
        let config = config(certificate, key, self.protocol)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Current { config, digest };
        Ok(true)
    }

    /// Lays TLS over a socket.
    pub(crate) fn over(&self, under: Stream) -> io::Result<TlsStream> {
        let config = self.current.read().unwrap_or_else(PoisonError::into_inner).config.clone();
        let mut tls = ServerConnection::new(config).map_err(io::Error::other)?;
        tls.set_buffer_limit(Some(UNSENT_BYTES));
        Ok(TlsStream { under, tls })
    }
}

fn digest(certificate: &[u8], key: &[u8]) -> Digest {
    digest::digest(&digest::SHA256, &[certificate, b"\0", key].concat())
}

fn config(certificate: &[u8], key: &[u8], protocol: &str) -> Result<Arc<ServerConfig>, Unusable> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<_, _>>()
        .map_err(|error| Unusable::Certificate(format!("it cannot be read: {error}")))?;
    if chain.is_empty() {
        return Err(Unusable::Certificate("there is no certificate in the file".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| {
        let reason = match error {
            pem::Error::NoItemsFound => "there is no key in the file".to_owned(),
            other => format!("it cannot be read: {other}"),
        };
        Unusable::Key(reason)
    })?;
    let unusable = |error: rustls::Error| {
        Unusable::Certificate(format!("the certificate and the key cannot be used: {error}"))
    };
    let crypto = Arc::new(provider::default_provider());
    let mut config = ServerConfig::builder_with_provider(crypto.clone())
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_client_cert_verifier(Arc::new(AnyCertificate(crypto)))
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    // Who comes back resumes by a ticket, which costs the server no memory.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.ticketer = provider::Ticketer::new().map_err(unusable)?;
    config.send_tls13_tickets = 1;
    config.alpn_protocols = vec![protocol.into()];
    Ok(Arc::new(config))
}

/// Takes any client certificate of which the client has the key: it names nobody by itself, and who it belongs to
/// is said by its fingerprint.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ClientCertVerifier for AnyCertificate {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            cert,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            cert,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// The server's side of one connection with TLS.
pub(crate) struct TlsStream {
    under: Stream,
    tls: ServerConnection,
}

impl TlsStream {
    pub fn under(&self) -> &Stream {
        &self.under
    }

    pub fn under_mut(&mut self) -> &mut Stream {
        &mut self.under
    }

    pub fn has_unsent(&self) -> bool {
        self.tls.wants_write()
    }

    /// Goes on with the handshake.
    ///
    /// # Errors
    /// `WouldBlock`: it is not complete, and the socket will have news. Any other: it failed.
    pub fn handshake(&mut self) -> io::Result<()> {
        loop {
            self.flush()?;
            if !self.tls.is_handshaking() {
                return Ok(());
            }
            if self.receive()? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// The SHA-256 fingerprint of the client's certificate in hexadecimal, if it has shown one.
    pub fn fingerprint(&self) -> Option<CompactString> {
        let certificate = self.tls.peer_certificates()?.first()?;
        let digest = digest::digest(&digest::SHA256, certificate);
        Some(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Says that nothing more comes.
    pub fn finish(&mut self) {
        self.tls.send_close_notify();
        // A full socket takes no farewell; the peer sees the end all the same.
        let _ = self.flush();
        self.under.finish();
    }

    /// Reads from the socket what there is. Zero: the peer has ended.
    fn receive(&mut self) -> io::Result<usize> {
        let n = self.tls.read_tls(&mut self.under)?;
        if let Err(error) = self.tls.process_new_packets() {
            // The peer is told why, if it can be.
            let _ = self.flush();
            return Err(io::Error::new(ErrorKind::InvalidData, error));
        }
        Ok(n)
    }
}

impl Read for TlsStream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.tls.reader().read(bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // Cut off without a farewell: so are many clients.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                other => return other,
            }
            self.receive()?;
        }
    }
}

impl Write for TlsStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        while taken < bytes.len() {
            match self.flush() {
                Ok(()) => taken += self.tls.writer().write(&bytes[taken..])?,
                Err(error) if error.kind() == ErrorKind::WouldBlock && taken > 0 => return Ok(taken),
                Err(error) => return Err(error),
            }
        }
        match self.flush() {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
            // What is left leaves with the next flush.
            _ => Ok(taken),
        }
    }

    /// Sends what is encrypted and waits.
    fn flush(&mut self) -> io::Result<()> {
        while self.tls.wants_write() {
            match self.tls.write_tls(&mut self.under) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
