//! WebSocket between a socket and a door.

#[allow(dead_code, reason = "the other tests need more of it")]
mod stand_in;
#[allow(dead_code, reason = "another test needs more of it")]
mod web_client;

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use colvert_core::net::Net;
use colvert_net::{NetLimits, Origins, WebRules};
use stand_in::{Between, Server};
use web_client::{BINARY, CLOSE, PING, PONG, TEXT, WebClient, frame, request};

const BINARY_PROTOCOL: &str = "Sec-WebSocket-Protocol: binary.ircv3.net\r\n";
const TEXT_PROTOCOL: &str = "Sec-WebSocket-Protocol: text.ircv3.net\r\n";

fn server(web: WebRules) -> Server {
    let limits = NetLimits { enabled: false, handshake_deadline_ms: 500, ..NetLimits::default() };
    Server::behind(limits, Between { web: Some(web), ..Between::default() })
}

fn socket(server: &Server) -> TcpStream {
    let socket = TcpStream::connect(server.address).expect("it accepts");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    socket
}

fn open(server: &Server, headers: &str) -> WebClient<TcpStream> {
    let mut client = WebClient::open(socket(server), headers);
    assert_eq!(client.status(), "101", "{}", client.response);
    assert_eq!(client.next().map(|(_, line)| line), Some(b"welcome".to_vec()));
    client
}

/// What an HTTP client reads that sends this.
fn answer(server: &Server, bytes: &[u8]) -> String {
    let mut socket = socket(server);
    // It may be refused while it writes.
    let _ = socket.write_all(bytes);
    let mut all = Vec::new();
    let _ = socket.read_to_end(&mut all);
    String::from_utf8_lossy(&all).into_owned()
}

#[test]
fn lines_go_to_and_fro_in_messages() {
    let server = server(WebRules::default());
    let mut text = open(&server, TEXT_PROTOCOL);
    assert!(text.response.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    assert!(text.response.contains(TEXT_PROTOCOL), "{}", text.response);
    text.say("élo");
    assert_eq!(text.read(), "echo élo");
    text.say("with its end\r\n");
    assert_eq!(text.read(), "echo with its end", "an end that should not be there does no harm");
    let mut binary = open(&server, BINARY_PROTOCOL);
    binary.send(&frame(0x80 | BINARY, b"bytes"));
    assert_eq!(binary.next(), Some((BINARY, b"echo bytes".to_vec())));
    let mut either = open(&server, "");
    assert!(!either.response.contains("Sec-WebSocket-Protocol"), "{}", either.response);
    either.send(&frame(0x80 | BINARY, b"one"));
    either.say("two");
    assert_eq!([either.read(), either.read()], ["echo one", "echo two"]);
    server.stop();
}

#[test]
fn what_comes_with_the_request_is_heard_after_it() {
    let server = server(WebRules::default());
    let mut socket = socket(&server);
    let all = [request(TEXT_PROTOCOL).into_bytes(), frame(0x80 | TEXT, b"early")].concat();
    // In pieces, as a slow network has them.
    for piece in all.chunks(50) {
        socket.write_all(piece).expect("it takes bytes");
    }
    let mut response = Vec::new();
    let mut client = WebClient { stream: BufReader::new(socket), response: String::new() };
    while !response.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.stream.read_exact(&mut byte).expect("an answer");
        response.push(byte[0]);
    }
    let mut stream = WebClient { stream: Both(client.stream), response: String::new() };
    assert_eq!([stream.read(), stream.read()], ["welcome", "echo early"]);
    server.stop();
}

/// A socket that is read through a buffer.
struct Both(BufReader<TcpStream>);

impl Read for Both {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Write for Both {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.get_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn megabytes_arrive_whole_however_full_the_socket_is() {
    let server = server(WebRules::default());
    let mut client = open(&server, TEXT_PROTOCOL);
    let long = "x".repeat(900);
    for round in 0..40 {
        for n in 0..60 {
            client.say(&format!("{round} {n} {long}"));
        }
    }
    for round in 0..40 {
        for n in 0..60 {
            assert_eq!(client.read(), format!("echo {round} {n} {long}"));
        }
    }
    server.stop();
}

#[test]
fn a_ping_is_answered_and_a_message_comes_in_pieces() {
    let server = server(WebRules::default());
    let mut client = open(&server, TEXT_PROTOCOL);
    client.send(&frame(TEXT, b"one"));
    client.send(&frame(0x80 | PING, b"there?"));
    assert_eq!(client.next(), Some((PONG, b"there?".to_vec())), "before the message is whole");
    client.send(&frame(0x80, b" line"));
    assert_eq!(client.read(), "echo one line");
    server.stop();
}

#[test]
fn a_close_is_answered_and_ends_the_session() {
    let server = server(WebRules::default());
    let mut client = open(&server, TEXT_PROTOCOL);
    client.send(&frame(0x80 | CLOSE, &1001_u16.to_be_bytes()));
    assert_eq!(client.closed(), Some(1001));
    assert_eq!(client.next(), None);
    assert!(server.closed.recv_timeout(Duration::from_secs(20)).is_ok());
    let mut other = open(&server, TEXT_PROTOCOL);
    server.stop();
    assert_eq!(other.read(), "bye ShuttingDown");
    assert_eq!(other.closed(), Some(1000));
}

#[test]
fn hostile_frames_end_their_own_connection_with_a_code() {
    let server = server(WebRules::default());
    let mut witness = open(&server, TEXT_PROTOCOL);
    let gigabyte = [&[0x81, 0xff][..], &(1_u64 << 30).to_be_bytes(), &[0; 4]].concat();
    let cases = [
        ("not masked", b"\x81\x01a".to_vec(), 1002),
        ("compressed", frame(0xc1, b"a"), 1002),
        ("no UTF-8", frame(0x80 | TEXT, b"\xff"), 1007),
        ("a gigabyte is promised", gigabyte, 1009),
        ("pieces without an end", [frame(TEXT, b""), frame(0, b"").repeat(5_000)].concat(), 1009),
        ("an end of nothing", frame(0x80, b""), 1002),
    ];
    for (what, bytes, code) in cases {
        let mut client = open(&server, TEXT_PROTOCOL);
        // It may be shown out before it has said all.
        let _ = client.stream.write_all(&bytes);
        assert_eq!(client.closed(), Some(code), "{what}");
    }
    let mut half = open(&server, TEXT_PROTOCOL);
    half.send(&frame(0x80 | TEXT, b"never whole")[..9]);
    drop(half);
    let mut floods = open(&server, TEXT_PROTOCOL);
    floods.send(&frame(0x80 | PING, b"x").repeat(2_000));
    floods.say("still served");
    while floods.next() != Some((TEXT, b"echo still served".to_vec())) {}
    witness.say("here");
    assert_eq!(witness.read(), "echo here");
    server.stop();
}

#[test]
fn a_long_message_is_answered_as_a_long_line() {
    let server = server(WebRules::default());
    let mut client = open(&server, TEXT_PROTOCOL);
    client.say(&"x".repeat(2_000));
    assert!(client.read().starts_with("refused: "), "longer than a line may be");
    client.say("short");
    assert_eq!(client.read(), "echo short");
    server.stop();
}

#[test]
fn a_page_that_may_not_connect_does_not() {
    let server = server(WebRules {
        origins: Origins::Also(vec!["https://web.example".into()]),
        ..WebRules::default()
    });
    let status = |headers: &str| WebClient::open(socket(&server), headers).status().to_owned();
    assert_eq!(status("Origin: https://evil.example\r\n"), "403");
    assert_eq!(status("Origin: null\r\n"), "403");
    for good in ["Origin: https://web.example\r\n", "Origin: http://chat.example.org:81\r\n", ""] {
        assert_eq!(status(good), "101", "{good}");
    }
    server.stop();
}

#[test]
fn what_is_no_request_for_a_websocket_is_told_so() {
    let server = server(WebRules::default());
    assert!(answer(&server, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 426 "));
    assert!(answer(&server, b"POST / HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 405 "));
    assert!(answer(&server, b"NICK alice\r\n").starts_with("HTTP/1.1 400 "));
    let long = format!("GET / HTTP/1.1\r\nCookie: {}", "x".repeat(10_000));
    assert!(answer(&server, long.as_bytes()).starts_with("HTTP/1.1 431 "));
    assert_eq!(answer(&server, b"GET / HT"), "", "half a request ends when its time is over");
    server.stop();
}

#[test]
fn a_web_server_that_is_trusted_says_for_whom_it_connects() {
    let trusted =
        WebRules { proxies: vec![Net::parse("127.0.0.0/8").expect("a net")], ..WebRules::default() };
    let trusting = server(trusted.clone());
    let how = |server: &Server, headers: &str| {
        let mut client = open(server, headers);
        client.say("how");
        client.read()
    };
    let forwarded = "X-Forwarded-For: 203.0.113.9, 192.0.2.7\r\nX-Forwarded-Proto: https\r\n";
    assert_eq!(how(&trusting, forwarded), "Secure 192.0.2.7 -");
    assert_eq!(how(&trusting, ""), "Web 127.0.0.1 -");
    let wrong = WebClient::open(socket(&trusting), "X-Forwarded-For: 1.2.3\r\n");
    assert_eq!(wrong.status(), "400");
    trusting.stop();
    let plain = server(WebRules::default());
    assert_eq!(how(&plain, forwarded), "Web 127.0.0.1 -", "from others the headers count for nothing");
    plain.stop();

    let limits = NetLimits { connections_per_address: 1, ..NetLimits::default() };
    let counting = Server::behind(limits, Between { web: Some(trusted), ..Between::default() });
    let enter = |address: &str| {
        let client = WebClient::open(socket(&counting), &format!("X-Forwarded-For: {address}\r\n"));
        (client.status().to_owned(), client)
    };
    let (first, second, third) = (enter("192.0.2.7"), enter("192.0.2.8"), enter("192.0.2.7"));
    assert_eq!([&first.0, &second.0, &third.0], ["101", "101", ""], "each is counted by who it is for");
    counting.stop();
}
