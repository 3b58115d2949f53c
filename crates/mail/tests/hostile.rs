//! Mail servers that do what they like: whoever carries letters comes back within the deadline, and holds little meanwhile.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use colvert_core::local::Language;
use colvert_core::mail::{Address, Letter, Purpose};
use colvert_core::names::{AccountName, NameRules};
use colvert_core::secret::Secret;
use colvert_mail::{Carrier, Failure, Server, Smtp, Tls};

/// What one letter may take in these tests. A server that hangs costs a test that much.
const DEADLINE: Duration = Duration::from_millis(700);
/// What a test allows itself on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(20);

fn letter() -> Letter {
    let account = AccountName::new("Éloïse", NameRules::Precis).expect("a name");
    let purpose = Purpose::Registration { code: Secret::new("abcd-efgh-ijkm-npqr"), seconds: 3_600 };
    Letter { to: Address::parse("ada@example.org"), account, purpose, language: Language::French }
}

fn server(port: u16) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port,
        tls: Tls::None,
        login: None,
        hello: "colvert.example".to_owned(),
        from: "Colvert <colvert@colvert.example>".to_owned(),
        network: "Colvert".to_owned(),
        deadline: DEADLINE,
    }
}

/// A server that treats each connection like that, and its port.
fn listen(treat: impl Fn(TcpStream) + Send + Sync + Copy + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || treat(stream));
        }
    });
    port
}

/// What comes of a letter to such a server, which must come in time.
fn carried(server: Server) -> Result<(), Failure> {
    let began = Instant::now();
    let result = Smtp::new(server).expect("a configuration").carry(&letter());
    assert!(began.elapsed() < PATIENCE, "it took {:?}", began.elapsed());
    result
}

#[track_caller]
fn is_passing(result: &Result<(), Failure>) {
    assert!(matches!(result, Err(Failure::Passing(_))), "{result:?}");
}

/// Says something for ever, until nobody takes it.
fn for_ever(mut stream: TcpStream, bytes: &[u8]) {
    let many = bytes.repeat(1_000);
    while stream.write_all(&many).is_ok() {}
}

#[test]
fn one_that_never_says_anything() {
    let port = listen(|mut stream| drop(stream.read_to_end(&mut Vec::new())));
    is_passing(&carried(server(port)));
    is_passing(&carried(Server { tls: Tls::Implicit, ..server(port) }));
    is_passing(&carried(Server { tls: Tls::StartTls, ..server(port) }));
}

#[test]
fn one_that_closes_at_once() {
    is_passing(&carried(server(listen(drop))));
}

#[test]
fn none_at_all() {
    // The port of a connection's own end: nobody else gets it, and nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let held = listener.local_addr().and_then(TcpStream::connect).expect("it listens");
    is_passing(&carried(server(held.local_addr().expect("its end").port())));
}

#[test]
fn a_line_without_an_end() {
    is_passing(&carried(server(listen(|stream| for_ever(stream, b"220 ")))));
}

#[test]
fn lines_without_an_end() {
    is_passing(&carried(server(listen(|stream| for_ever(stream, b"220-hello\r\n")))));
}

#[test]
fn garbage() {
    for _ in 0..3 {
        is_passing(&carried(server(listen(|stream| for_ever(stream, b"\0\xff\xfe\r\n\r\n")))));
        is_passing(&carried(server(listen(|stream| for_ever(stream, b"HTTP/1.1 200 OK\r\n\r\n")))));
    }
}

/// A byte now and then keeps every read alive; the deadline is for all of it.
#[test]
fn one_that_drips() {
    let port = listen(|mut stream| {
        let pause = Duration::from_millis(20);
        while stream.write_all(b"2").is_ok() {
            thread::sleep(pause);
        }
    });
    is_passing(&carried(server(port)));
}

/// Answers each line as `answer` says, and gives back what it heard.
fn polite(answer: fn(&str) -> Option<&'static str>) -> (u16, Receiver<String>) {
    let (tell, heard) = channel();
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let reader = BufReader::new(stream.try_clone().expect("a descriptor"));
            let mut say = |text: &str| drop(stream.write_all(format!("{text}\r\n").as_bytes()));
            say("220 hello");
            let mut is_text = false;
            for line in reader.lines().map_while(Result::ok) {
                let _ = tell.send(line.clone());
                is_text = (is_text || line == "DATA") && line != ".";
                match answer(&line) {
                    _ if is_text && line != "DATA" => {}
                    Some(text) => say(text),
                    None if line == "DATA" => say("354 go on"),
                    None => say("250 fine"),
                }
            }
        }
    });
    (port, heard)
}

#[test]
fn a_letter_is_handed_over_whole_and_says_what_it_is() {
    let (port, heard) = polite(|_| None);
    assert!(carried(server(port)).is_ok());
    let lines: Vec<_> = heard.try_iter().collect();
    let has = |line: &str| assert!(lines.iter().any(|it| it == line), "{line:?} is not in {lines:#?}");
    has("EHLO colvert.example");
    has("MAIL FROM:<colvert@colvert.example>");
    has("RCPT TO:<ada@example.org>");
    has("To: ada@example.org");
    has("From: Colvert <colvert@colvert.example>");
    has("Auto-Submitted: auto-generated");
    has("Subject: Votre compte sur Colvert");
    assert!(lines.iter().any(|line| line.contains("abcd-efgh-ijkm-npqr")), "{lines:#?}");
    assert!(lines.iter().all(|line| line.is_ascii()), "what is not ASCII is quoted: {lines:#?}");
}

#[test]
fn what_is_refused_for_good_is_final_and_what_is_not_is_not() {
    let (port, _heard) = polite(|line| line.starts_with("RCPT").then_some("550 no such mailbox"));
    assert!(matches!(carried(server(port)), Err(Failure::Final(_))));
    let (port, _heard) = polite(|line| line.starts_with("RCPT").then_some("451 later"));
    is_passing(&carried(server(port)));
    let (port, _heard) = polite(|line| (line == ".").then_some("452 full"));
    is_passing(&carried(server(port)));
}

#[test]
fn nothing_is_said_in_the_clear_to_one_that_does_not_secure_it() {
    let (port, heard) = polite(|_| None);
    let login = Some(("irc".to_owned(), Secret::new("a secret")));
    let result = carried(Server { tls: Tls::StartTls, login, ..server(port) });
    assert!(result.is_err());
    let lines: Vec<_> = heard.try_iter().collect();
    assert!(!lines.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{lines:#?}");
}

#[test]
fn one_that_does_not_say_what_it_takes_is_not_told_the_password() {
    let (port, heard) = polite(|_| None);
    let login = Some(("irc".to_owned(), Secret::new("a secret")));
    is_passing(&carried(Server { login, ..server(port) }));
    assert!(!heard.try_iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")));
}
