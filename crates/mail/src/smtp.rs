//! One letter to one mail server: connected, greeted, secured, logged in, handed over, all within one deadline.
//! Spec: <https://www.rfc-editor.org/rfc/rfc5321>, <https://www.rfc-editor.org/rfc/rfc8314> (TLS from the beginning),
//! <https://www.rfc-editor.org/rfc/rfc3207> (STARTTLS)

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;

use crate::bounded::{BYTES_MAX, Bounded, TLS_BYTES_MAX};
use crate::post::Carrier;
use crate::words::{self, Worded};
use colvert_core::mail::Letter;
use colvert_core::secret::Secret;

/// Where letters go, and what is shown there.
#[derive(Clone, Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// Who logs in there, with the password.
    pub login: Option<(String, Secret)>,
    /// What this server calls itself.
    pub hello: String,
    /// Whom letters are from: `Colvert <irc@example.org>`.
    pub from: String,
    /// Whose letters they are, in words.
    pub network: String,
    /// All that one letter may take.
    pub deadline: Duration,
}

/// How the connection is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    Implicit,
    StartTls,
    /// It is not.
    None,
}

/// Why a letter was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It will never be: trying again is no use.
    #[error("{0}")]
    Final(String),
    /// It may be, later.
    #[error("{0}")]
    Passing(String),
}

/// Speaks SMTP. A connection is for one letter.
pub struct Smtp {
    server: Server,
    from: Mailbox,
    connector: TlsConnector,
    runtime: Runtime,
}

impl Smtp {
    /// # Errors
    /// When the configuration cannot be used.
    pub fn new(server: Server) -> Result<Self, String> {
        let from = server.from.parse().map_err(|error| format!("{}: {error}", server.from))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        Ok(Self { connector: connector()?, server, from, runtime })
    }

    /// The whole message as it is sent.
    fn message(&self, letter: &Letter, to: Address) -> Result<Message, String> {
        let Worded { subject, text } = words::word(letter, &self.server.network);
        let mut body = text.join("\r\n");
        body.push_str("\r\n");
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .message_id(Some(self.message_id()));
        message.body(body).map_err(|error| error.to_string())
    }

    /// Unlike any other, and of this server.
    fn message_id(&self) -> String {
        static SENT: AtomicU64 = AtomicU64::new(0);
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let count = SENT.fetch_add(1, Ordering::Relaxed);
        format!("<{since:x}.{count:x}@{}>", self.server.hello)
    }

    async fn send(&self, message: &Message) -> Result<(), Failure> {
        let passing = |error: &dyn std::fmt::Display| Failure::Passing(error.to_string());
        let server = &self.server;
        let stream = TcpStream::connect((server.host.as_str(), server.port)).await;
        let stream = stream.map_err(|error| passing(&error))?;
        let peer = stream.peer_addr().map_err(|error| passing(&error))?;
        let bytes_max = if server.tls == Tls::None { BYTES_MAX } else { TLS_BYTES_MAX };
        let stream = self
            .secured(Bounded::new(stream, peer, bytes_max), peer)
            .await
            .map_err(|error| passing(&error))?;
        let hello = ClientId::Domain(server.hello.clone());
        let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &hello)
            .await
            .map_err(|error| failure(&error))?;
        if server.tls == Tls::StartTls {
            let parameters =
                TlsParameters::new_rustls(server.host.clone()).map_err(|error| failure(&error))?;
            // A server that does not offer it is not spoken to in the clear.
            connection.starttls(parameters, &hello).await.map_err(|error| failure(&error))?;
        }
        if let Some((user, password)) = &server.login {
            let credentials = Credentials::new(user.clone(), password.expose().to_owned());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            // A wrong password is put right in the configuration, and letters that wait go then.
            connection.auth(&mechanisms, &credentials).await.map_err(|error| passing(&error))?;
        }
        let sent = connection.send(message.envelope(), &message.formatted()).await;
        sent.map_err(|error| failure(&error))?;
        // It has the letter; how it takes leave does not matter.
        let _ = connection.quit().await;
        Ok(())
    }

    /// The stream, with TLS from the beginning where that is wanted.
    async fn secured(
        &self,
        stream: Bounded<TcpStream>,
        peer: SocketAddr,
    ) -> std::io::Result<Box<dyn AsyncTokioStream>> {
        if self.server.tls != Tls::Implicit {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(self.server.host.clone()).map_err(std::io::Error::other)?;
        let secure = self.connector.connect(name, stream).await?;
        Ok(Box::new(Bounded::new(secure, peer, BYTES_MAX)))
    }
}

impl Carrier for Smtp {
    fn carry(&mut self, letter: &Letter) -> Result<(), Failure> {
        let Some(to) = &letter.to else { return Ok(()) };
        let to = to.as_str().parse::<Address>().map_err(|error| Failure::Final(error.to_string()))?;
        let message = self.message(letter, to).map_err(Failure::Final)?;
        let sent = async { tokio::time::timeout(self.server.deadline, self.send(&message)).await };
        match self.runtime.block_on(sent) {
            Ok(sent) => sent,
            Err(_) => Err(Failure::Passing("the mail server took too long".to_owned())),
        }
    }
}

/// 5yz is final, whatever else is not.
/// Spec: <https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1>
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let text = error.to_string();
    if error.is_permanent() { Failure::Final(text) } else { Failure::Passing(text) }
}

/// TLS with the authorities that the machine trusts (`SSL_CERT_FILE` names others).
fn connector() -> Result<TlsConnector, String> {
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Tells programs that answer letters not to.
/// Spec: <https://www.rfc-editor.org/rfc/rfc3834#section-5>
#[derive(Clone, Copy)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
