//! The binary against a tiny IRC server behind TLS: who echoes to its own connection alone, and may do so twice.

// The lint excuses test functions alone; all of this file is a test.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::thread;

use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// How often a line is echoed.
#[derive(Clone, Copy)]
enum Echo {
    Once,
    /// The tenth line comes twice.
    TenthTwice,
}

fn serve(socket: TcpStream, config: Arc<ServerConfig>, echo: Echo) -> std::io::Result<()> {
    let session = ServerConnection::new(config).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(session, socket));
    let (mut nick, mut said, mut line) = (String::new(), 0, String::new());
    while stream.read_line(&mut line)? > 0 {
        let words: Vec<&str> = line.trim_end().splitn(3, ' ').collect();
        let answer = match words[..] {
            ["CAP", "LS", _] => ":fake CAP * LS :echo-message\r\n".to_owned(),
            ["NICK", name] => {
                name.clone_into(&mut nick);
                String::new()
            }
            ["USER", ..] => format!(":fake 001 {nick} :hi\r\n:fake 004 {nick} fake fake-1 a b\r\n"),
            ["PING", token] => format!(":fake PONG fake :{token}\r\n"),
            ["JOIN", channel] => format!(":{nick}!load@host JOIN {channel}\r\n"),
            ["PRIVMSG", target, text] => {
                said += 1;
                let twice = matches!(echo, Echo::TenthTwice) && said == 10;
                format!(":{nick}!load@host PRIVMSG {target} {text}\r\n").repeat(1 + usize::from(twice))
            }
            _ => String::new(),
        };
        stream.get_mut().write_all(answer.as_bytes())?;
        line.clear();
    }
    Ok(())
}

fn start(echo: Echo) -> SocketAddr {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let (listener, config) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(config));
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let config = config.clone();
            thread::spawn(move || serve(socket, config, echo));
        }
    });
    address
}

/// Runs it over TLS and gives what it printed, once its exit status was as it should be.
fn run(echo: Echo, arguments: &str, status: i32) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_colvert-load"))
        .args(["--json", "--tls", "--drain-seconds", "1", "--setup-seconds", "20"])
        .args(["-a", &start(echo).to_string()])
        .args(arguments.split_ascii_whitespace())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments}: {error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn connections_are_held_over_tls() {
    let report = run(Echo::Once, "idle -n 20 --seconds 1", 0);
    assert_eq!(report["settings"]["tls"], true, "{report}");
    assert_eq!(report["results"]["closed_by_server"], 0, "{report}");
}

#[test]
fn every_line_is_accounted_for_over_tls() {
    // A window of more than one record, so that writes and reads meet in the middle of lines.
    let report = run(Echo::Once, "acked --senders 3 --seconds 1 --window 400 --text-bytes 300", 0);
    assert_eq!(report["results"]["deliveries"], report["results"]["expected_deliveries"], "{report}");
    assert!(report["results"]["acked_messages"].as_u64() > Some(1_000), "{report}");
    let report = run(Echo::TenthTwice, "acked --senders 1 --seconds 1", 3);
    assert_eq!(report["faults"]["doubled"], 1, "{report}");
}
