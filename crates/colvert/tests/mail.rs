//! Letters of the real program to a mail server that speaks TLS, with a certificate that is good or is not.
//! Spec: <https://www.rfc-editor.org/rfc/rfc8314> (TLS from the beginning), <https://www.rfc-editor.org/rfc/rfc3207> (STARTTLS)

mod tls_peer;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use colvert_testkit::server::{Launch, Server};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
const PATIENCE: Duration = Duration::from_secs(30);
/// `\0irc\0a secret`, as AUTH PLAIN has it. Spec: <https://www.rfc-editor.org/rfc/rfc4616>
const LOGIN: &str = "AUTH PLAIN AGlyYwBhIHNlY3JldA==";

/// When TLS begins.
#[derive(Clone, Copy, Debug)]
enum Tls {
    Implicit,
    StartTls,
}

/// What a mail server has heard in one conversation.
#[derive(Debug)]
struct Heard {
    in_the_clear: Vec<String>,
    secured: Vec<String>,
    /// Why the conversation broke off, if it did.
    broken: Option<String>,
}

/// A mail server with this certificate: its port, and what it hears.
fn mail_server(tls: Tls, pair: &CertifiedKey<KeyPair>) -> (u16, Receiver<Heard>) {
    let config = tls_peer::showing(pair);
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let port = listener.local_addr().expect("an address").port();
    let (tell, heard) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, tell) = (config.clone(), tell.clone());
            thread::spawn(move || serve(stream, tls, config, &tell));
        }
    });
    (port, heard)
}

fn serve(stream: TcpStream, tls: Tls, config: Arc<ServerConfig>, tell: &Sender<Heard>) {
    let mut heard = Heard { in_the_clear: Vec::new(), secured: Vec::new(), broken: None };
    let stream = match tls {
        Tls::Implicit => Ok(stream),
        Tls::StartTls => until_starttls(stream, &mut heard.in_the_clear),
    };
    let connection = ServerConnection::new(config).expect("a configuration");
    let spoken = stream.and_then(|stream| {
        let stream = BufReader::new(StreamOwned::new(connection, stream));
        converse(stream, tls, &mut heard.secured)
    });
    heard.broken = spoken.err().map(|error| error.to_string());
    // A test that has ended hears no more.
    let _ = tell.send(heard);
}

fn say(to: &mut impl Write, line: &str) -> std::io::Result<()> {
    to.write_all(format!("{line}\r\n").as_bytes())?;
    to.flush()
}

/// What is said before TLS begins.
fn until_starttls(stream: TcpStream, heard: &mut Vec<String>) -> std::io::Result<TcpStream> {
    let mut stream = BufReader::new(stream);
    say(stream.get_mut(), "220 mail.example ESMTP")?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        heard.push(line.trim_end().to_owned());
        match line.split_whitespace().next().unwrap_or_default() {
            "EHLO" => say(stream.get_mut(), "250-mail.example\r\n250 STARTTLS")?,
            "STARTTLS" => {
                say(stream.get_mut(), "220 go on")?;
                return Ok(stream.into_inner());
            }
            _ => say(stream.get_mut(), "530 first the TLS")?,
        }
    }
}

/// The rest, up to QUIT.
fn converse(
    mut stream: BufReader<impl Read + Write>,
    tls: Tls,
    heard: &mut Vec<String>,
) -> std::io::Result<()> {
    if matches!(tls, Tls::Implicit) {
        say(stream.get_mut(), "220 mail.example ESMTP")?;
    }
    let mut is_text = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        heard.push(line.to_owned());
        match line.split_whitespace().next().unwrap_or_default() {
            "." => is_text = false,
            _ if is_text => continue,
            "EHLO" => {
                say(stream.get_mut(), "250-mail.example\r\n250 AUTH PLAIN")?;
                continue;
            }
            "DATA" => {
                is_text = true;
                say(stream.get_mut(), "354 go on")?;
                continue;
            }
            "QUIT" => return say(stream.get_mut(), "221 bye"),
            _ => {}
        }
        say(stream.get_mut(), "250 fine")?;
    }
}

/// A certificate for this name.
fn certificate(name: &str) -> CertifiedKey<KeyPair> {
    generate_simple_self_signed([name.to_owned()]).expect("a certificate")
}

/// A server that sends its letters there, and trusts this certificate alone.
fn start(directory: &Path, (tls, port): (Tls, u16), trusted: &CertifiedKey<KeyPair>) -> Server {
    let authorities = directory.join("authorities.pem");
    fs::write(&authorities, trusted.cert.pem()).expect("a file");
    let tls = match tls {
        Tls::Implicit => "implicit",
        Tls::StartTls => "starttls",
    };
    Launch::new(PROGRAM, &directory.join("data"))
        .variable("SSL_CERT_FILE", &authorities.to_string_lossy())
        .variable("SSL_CERT_DIR", "")
        .variable("COLVERT__MAIL__SERVER", "localhost")
        .variable("COLVERT__MAIL__PORT", &port.to_string())
        .variable("COLVERT__MAIL__TLS", tls)
        .variable("COLVERT__MAIL__USER", "irc")
        .variable("COLVERT__MAIL__PASSWORD", "a secret")
        .variable("COLVERT__MAIL__ATTEMPTS", "1")
        .start()
}

/// What the mail server hears when somebody makes an account.
fn heard(heard: &Receiver<Heard>) -> Heard {
    heard.recv_timeout(PATIENCE).expect("a conversation")
}

#[test]
fn a_letter_goes_through_tls_and_its_code_makes_an_account() {
    for tls in [Tls::Implicit, Tls::StartTls] {
        let directory = tempfile::tempdir().expect("a directory");
        let pair = certificate("localhost");
        let (port, conversations) = mail_server(tls, &pair);
        let server = start(directory.path(), (tls, port), &pair);
        let mut ada = server.on_irc();
        ada.say("NICK ada\nUSER ada 0 * :Ada\nREGISTER ada ada@example.org quack-quack");
        ada.hear("A code is on its way to ada@example.org");
        let heard = heard(&conversations);
        assert_eq!(heard.broken, None, "{tls:?}: {heard:#?}");
        let is_secret = |line: &String| !line.starts_with("EHLO") && line != "STARTTLS";
        assert!(!heard.in_the_clear.iter().any(is_secret), "{heard:#?}");
        let said = |words: &str| heard.secured.iter().any(|line| line == words);
        assert!(said(LOGIN) && said("RCPT TO:<ada@example.org>"), "{heard:#?}");
        let code = heard.secured.iter().find_map(|line| line.trim().strip_prefix("/verify ada "));
        ada.say(&format!("VERIFY ada {}", code.expect("a code")));
        ada.hear("The account ada is yours");
        server.stop();
    }
}

/// Neither a certificate that nobody vouches for nor one of another server gets the password or the letter.
#[test]
fn nothing_is_said_to_a_mail_server_whose_certificate_is_not_good() {
    let (right, stranger, other) =
        (certificate("localhost"), certificate("localhost"), certificate("other.example"));
    for tls in [Tls::Implicit, Tls::StartTls] {
        for (shown, trusted) in [(&stranger, &right), (&other, &other)] {
            let directory = tempfile::tempdir().expect("a directory");
            let (port, conversations) = mail_server(tls, shown);
            let server = start(directory.path(), (tls, port), trusted);
            let mut ada = server.on_irc();
            ada.say("NICK ada\nUSER ada 0 * :Ada\nREGISTER ada ada@example.org quack-quack");
            ada.hear("A code is on its way");
            let heard = heard(&conversations);
            assert!(heard.secured.is_empty() && heard.broken.is_some(), "{tls:?}: {heard:#?}");
            let is_greeting = |line: &String| line.starts_with("EHLO") || line == "STARTTLS";
            assert!(heard.in_the_clear.iter().all(is_greeting), "{tls:?}: {heard:#?}");
            let ended = server.stop();
            assert!(ended.errors.contains("a letter was not taken"), "{}", ended.errors);
        }
    }
}
