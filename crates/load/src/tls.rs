//! TLS as a client that measures: it encrypts, and believes every certificate.

use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::sync::Arc;

use mio::net::TcpStream;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientConfig, Resumption};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConnection, DigitallySignedStruct, SignatureScheme};

use crate::error::{Error, Result};

/// What all TLS connections of a run share.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ClientConfig>,
    server: ServerName<'static>,
}

impl Tls {
    /// Every connection makes a whole handshake: a thousand people have no session to resume.
    pub fn new(server: IpAddr) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Believer(provider)))
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Ok(Tls { config: Arc::new(config), server: ServerName::IpAddress(server.into()) })
    }

    pub fn session(&self) -> Result<Session> {
        let connection = ClientConnection::new(self.config.clone(), self.server.clone());
        Ok(Session(connection.map_err(|error| unusable(&error))?))
    }
}

fn unusable(error: &rustls::Error) -> Error {
    Error::Unusable(format!("TLS: {error}"))
}

/// One connection's keys and what waits in them.
pub struct Session(ClientConnection);

impl Session {
    pub fn read(&mut self, stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
        rustls::Stream::new(&mut self.0, stream).read(buffer)
    }

    pub fn write(&mut self, stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
        rustls::Stream::new(&mut self.0, stream).write(bytes)
    }

    /// Sends what is encrypted already, handshakes included.
    pub fn flush(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        rustls::Stream::new(&mut self.0, stream).flush()
    }
}

/// Takes any certificate; signatures of the handshake are checked all the same, because that is what clients do.
#[derive(Debug)]
struct Believer(Arc<CryptoProvider>);

impl ServerCertVerifier for Believer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
