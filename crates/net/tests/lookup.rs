//! Names of hosts and ident: asked beside everything else, and nobody waits for them for long.

#[allow(dead_code, reason = "the other tests need more of it")]
mod stand_in;

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use colvert_net::{Lookup, NetLimits, Resolver};
use stand_in::{Between, Server};

/// Long enough for a test to fail by it.
const LONG_MS: u64 = 20_000;

/// Calls every address by one name, which leads back.
#[derive(Default)]
struct Knows {
    asked: AtomicUsize,
}

impl Resolver for Knows {
    fn name(&self, _: IpAddr) -> Option<String> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Some("pool-7.isp.example".to_owned())
    }

    fn addresses(&self, _: &str) -> Vec<IpAddr> {
        vec!["127.0.0.1".parse().expect("an address")]
    }
}

/// Answers when it is let.
struct Waits(Mutex<Receiver<()>>);

impl Resolver for Waits {
    fn name(&self, _: IpAddr) -> Option<String> {
        // Who is let go without a word has nothing to say.
        self.0.lock().expect("no thread panics with it").recv().ok()?;
        Some("pool-7.isp.example".to_owned())
    }

    fn addresses(&self, _: &str) -> Vec<IpAddr> {
        vec!["127.0.0.1".parse().expect("an address")]
    }
}

fn waits() -> (Sender<()>, Arc<dyn Resolver>) {
    let (let_go, gate) = channel();
    (let_go, Arc::new(Waits(Mutex::new(gate))))
}

fn lookup(names: Option<Arc<dyn Resolver>>, deadline_ms: u64) -> Lookup {
    Lookup { names, ident_port: None, deadline_ms, waiting: 100, remembered: 100, remembered_s: 600 }
}

fn server(lookup: Lookup) -> Server {
    let limits = NetLimits { enabled: false, ..NetLimits::default() };
    Server::behind(limits, Between { lookup: Some(lookup), ..Between::default() })
}

fn how(server: &Server) -> String {
    let mut client = server.connect();
    client.send(b"how\n");
    client.read()
}

#[test]
fn who_connects_is_called_by_the_name_of_their_host_which_is_asked_once() {
    let knows = Arc::new(Knows::default());
    let server = server(lookup(Some(knows.clone()), LONG_MS));
    for _ in 0..5 {
        assert_eq!(how(&server), "Plain pool-7.isp.example -");
    }
    assert_eq!(knows.asked.load(Ordering::SeqCst), 1);
    server.stop();
}

#[test]
fn who_has_waited_long_enough_comes_in_without_a_name() {
    let (let_go, waits) = waits();
    let server = server(lookup(Some(waits), 200));
    let began = Instant::now();
    assert_eq!(how(&server), "Plain 127.0.0.1 -");
    assert!(began.elapsed() >= Duration::from_millis(200));
    // What was learnt too late is known to the next one.
    let_go.send(()).expect("somebody waits");
    let known = (0..200).any(|_| how(&server) == "Plain pool-7.isp.example -");
    assert!(known);
    server.stop();
}

#[test]
fn when_too_many_wait_the_others_do_not() {
    let (_let_go, waits) = waits();
    let server = server(Lookup { waiting: 2, ..lookup(Some(waits), LONG_MS) });
    let _waiting: Vec<_> =
        (0..2).map(|_| std::net::TcpStream::connect(server.address).expect("it accepts")).collect();
    let began = Instant::now();
    assert_eq!(how(&server), "Plain 127.0.0.1 -");
    assert!(began.elapsed() < Duration::from_millis(LONG_MS / 2));
    server.stop();
}

/// A machine that answers questions for ident with these words.
fn machine(answer: &'static str) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let (tell, asked) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = BufReader::new(stream);
            let mut question = String::new();
            stream.read_line(&mut question).expect("a question");
            // The test may be over.
            let _ = tell.send(question.trim_end().to_owned());
            if !answer.is_empty() {
                let ports = question.trim_end();
                // Nobody listens to all of a long one.
                let _ = write!(stream.get_mut(), "{ports} : {answer}\r\n");
            } else {
                std::mem::forget(stream);
            }
        }
    });
    (port, asked)
}

#[test]
fn a_machine_says_whose_a_connection_is() {
    let (port, asked) = machine("USERID : UNIX : wilma");
    let server = server(Lookup { ident_port: Some(port), ..lookup(None, LONG_MS) });
    assert_eq!(how(&server), "Plain 127.0.0.1 - Known(\"wilma\")");
    let question = asked.recv().expect("it was asked");
    assert!(question.ends_with(&format!(" , {}", server.address.port())), "{question}");
    server.stop();
}

#[test]
fn machines_that_say_nothing_or_too_much_keep_nobody_for_long() {
    let endless: &'static str = Box::leak(format!("USERID : UNIX : {}", "x".repeat(1 << 20)).into());
    for (answer, deadline_ms) in [("ERROR : NO-USER", LONG_MS), ("", 200), (endless, LONG_MS)] {
        let (port, _asked) = machine(answer);
        let server = server(Lookup { ident_port: Some(port), ..lookup(None, deadline_ms) });
        assert_eq!(how(&server), "Plain 127.0.0.1 - Unanswered", "{answer:.40}");
        server.stop();
    }
    // The port of a connection's own end: nobody else gets it, and nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let held = listener.local_addr().and_then(TcpStream::connect).expect("it listens");
    let closed = held.local_addr().expect("its end").port();
    let server = server(Lookup { ident_port: Some(closed), ..lookup(None, LONG_MS) });
    assert_eq!(how(&server), "Plain 127.0.0.1 - Unanswered", "nobody is there to be asked");
    server.stop();
}
