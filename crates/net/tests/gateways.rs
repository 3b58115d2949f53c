//! Gateways over real sockets.

#[allow(dead_code, reason = "the other tests need more of it")]
mod stand_in;

use std::io::{Read, Write};
use std::sync::atomic::Ordering;
use std::time::Duration;

use colvert_core::command::CloseReason;
use colvert_net::NetLimits;
use stand_in::{Client, Server};

fn limits() -> NetLimits {
    NetLimits { enabled: false, ..NetLimits::default() }
}

#[test]
fn lines_arrive_whole_however_they_are_cut() {
    let server = Server::start(limits());
    let mut client = server.connect();
    for byte in b"one\r\ntwo\n\n\r\nthree\n" {
        client.send(&[*byte]);
    }
    for word in ["one", "two", "three"] {
        assert_eq!(client.read(), format!("echo {word}"));
    }
    server.stop();
}

#[test]
fn a_hundred_thousand_empty_lines_are_nothing() {
    let server = Server::start(limits());
    let mut client = server.connect();
    client.send(&b"\r\n".repeat(100_000));
    client.ask("still here");
    server.stop();
}

#[test]
fn a_line_without_end_is_refused_once_and_kept_nowhere() {
    let server = Server::start(limits());
    let mut client = server.connect();
    client.send(&vec![b'x'; 1 << 20]);
    client.send(b"\nshort\n");
    assert_eq!(client.read(), "refused: line longer than 1000 bytes");
    assert_eq!(client.read(), "echo short");
    server.stop();
}

#[test]
fn another_protocol_is_closed_and_nothing_of_it_is_done() {
    let server = Server::start(limits());
    let mut client = server.connect();
    client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nall I am a browser\r\n");
    assert_eq!(client.read(), "bye WrongProtocol");
    assert_eq!(client.read(), "");
    assert_eq!(server.closed.recv(), Ok(CloseReason::WrongProtocol));
    server.stop();
}

#[test]
fn everybody_is_shown_an_event_once_and_its_maker_as_its_maker() {
    let server = Server::start(limits());
    let mut clients: Vec<_> = (0..5).map(|_| server.join()).collect();
    clients[0].send(b"all hello\n");
    assert_eq!(clients[0].read(), "Origin hello");
    for client in &mut clients[1..] {
        assert_eq!(client.read(), "Other hello");
        client.ask("nothing else came");
    }
    server.stop();
}

#[test]
fn who_stops_reading_is_closed_and_delays_nobody() {
    let tight = NetLimits { send_queue_bytes: 64 << 10, ..limits() };
    let server = Server::start(tight);
    let mut slow = server.join();
    let mut talker = server.join();
    let words = "w".repeat(900);
    let mut n = 0;
    while server.counter("net_closed_slow") == 0 {
        talker.ask(&format!("all {n} {words}"));
        n += 1;
        assert!(n < 100_000, "a reader that does not read is closed");
    }
    assert_eq!(server.closed.recv(), Ok(CloseReason::SendQueueExceeded));
    talker.ask("the others go on");
    // What was in the socket can still be read; then it ends.
    let mut rest = Vec::new();
    let _ = slow.reader.read_to_end(&mut rest);
    server.stop();
}

#[test]
fn who_takes_nothing_for_too_long_is_closed() {
    let tight = NetLimits { send_queue_deadline_ms: 50, ..limits() };
    let server = Server::start(tight);
    let _slow = server.join();
    let mut talker = server.join();
    let words = "w".repeat(900);
    while server.counter("net_closed_slow") == 0 {
        talker.ask(&format!("all {words}"));
    }
    assert_eq!(server.closed.recv(), Ok(CloseReason::SendQueueExceeded));
    server.stop();
}

#[test]
fn unanswered_requests_stop_the_reading_and_nothing_is_lost() {
    let server = Server::start(NetLimits { inputs_in_flight: 4, ..limits() });
    let mut client = server.connect();
    let turn = server.engine.clone();
    let held = turn.lock().expect("no thread panics with it");
    let sent = 1_000;
    for n in 0..sent {
        client.send(format!("{n}\n").as_bytes());
    }
    while server.counter("net_paused_credit") == 0 {
        std::thread::yield_now();
    }
    drop(held);
    for n in 0..sent {
        assert_eq!(client.read(), format!("echo {n}"));
    }
    server.stop();
}

/// Who was paused by the old limits would wait for ever, as nothing comes that wakes them by the new ones.
#[test]
fn who_is_paused_goes_on_when_limits_rise() {
    let server = Server::start(NetLimits { inputs_in_flight: 4, ..limits() });
    let mut client = server.connect();
    let turn = server.engine.clone();
    let held = turn.lock().expect("no thread panics with it");
    let lines: Vec<_> = (0..100).map(|n| n.to_string()).collect();
    client.send(format!("{}\n", lines.join("\n")).as_bytes());
    while server.counter("net_paused_credit") == 0 {
        std::thread::yield_now();
    }
    server.limit(&limits());
    drop(held);
    for line in lines {
        assert_eq!(client.read(), format!("echo {line}"));
    }
    server.stop();
}

/// Whoever asks for more than they take is left unread until they have taken it, is not closed, and gets all of it.
#[test]
fn unread_answers_stop_the_reading_and_nothing_is_lost() {
    let server = Server::start(NetLimits { send_queue_bytes: 64 << 10, inputs_in_flight: 8, ..limits() });
    let mut client = server.connect();
    let mut asks = client.reader.get_ref().try_clone().expect("a socket can be shared");
    let words = "w".repeat(900);
    let sent = 10_000;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..sent {
                asks.write_all(format!("{n} {words}\n").as_bytes()).expect("it is not closed");
            }
        });
        while server.counter("net_paused_unread") == 0 {
            std::thread::yield_now();
        }
        for n in 0..sent {
            assert_eq!(client.read(), format!("echo {n} {words}"));
        }
    });
    assert_eq!(server.counter("net_closed_slow"), 0);
    server.stop();
}

#[test]
fn a_rate_slows_down_and_loses_nothing() {
    let slow = NetLimits { enabled: true, rate_per_s: 1_000, rate_burst: 10, ..NetLimits::default() };
    let server = Server::start(slow);
    let mut client = server.connect();
    let lines: String = (0..200).map(|n| format!("{n}\n")).collect();
    client.send(lines.as_bytes());
    for n in 0..200 {
        assert_eq!(client.read(), format!("echo {n}"));
    }
    assert!(server.counter("net_paused_rate") > 0);
    server.stop();
}

#[test]
fn an_address_has_so_many_connections() {
    let few = NetLimits { enabled: true, connections_per_address: 2, ..NetLimits::default() };
    let server = Server::start(few);
    let (one, _two) = (server.connect(), server.connect());
    let mut third = std::net::TcpStream::connect(server.address).expect("the system accepts");
    let mut nothing = Vec::new();
    assert!(third.read_to_end(&mut nothing).is_err() || nothing.is_empty(), "closed without a word");
    drop(one);
    assert_eq!(server.closed.recv(), Ok(CloseReason::ConnectionLost));
    // The place is given back with the connection, a moment after the engine is told.
    while server.counter("net_connections") > 1 {
        std::thread::yield_now();
    }
    server.connect();
    server.stop();
}

#[test]
fn who_is_kept_out_is_told_why_and_nobody_hears_of_them() {
    let server = Server::start(limits());
    let mut inside = server.connect();
    inside.ask("keep out 127.0.0.0/8");
    // The gateway that was told may be the other one.
    while server.counter("net_refused") == 0 {
        drop(server.connect());
    }
    let accepted = server.counter("net_accepted");
    let mut outside = server.connect();
    assert_eq!(outside.read(), "bye Banned(Some(Text(\"no ducks\")))");
    assert_eq!(outside.read(), "", "and that was all");
    assert_eq!(server.counter("net_accepted"), accepted, "no gateway has seen them");
    inside.ask("who is in stays until the engine says otherwise");
    inside.ask("keep out 10.0.0.0/8");
    while server.counter("net_accepted") == accepted {
        drop(server.connect());
    }
    server.connect().ask("back");
    server.stop();
}

#[test]
fn who_does_not_register_in_time_is_told_and_closed() {
    let server = Server::start(NetLimits { registration_deadline_ms: 30, ..limits() });
    let mut silent = server.connect();
    assert_eq!(silent.read(), "bye RegistrationTimeout");
    assert_eq!(server.closed.recv(), Ok(CloseReason::RegistrationTimeout));
    server.stop();
}

/// One byte now and then is no registration, either.
#[test]
fn who_drips_is_closed_as_who_says_nothing() {
    let server = Server::start(NetLimits { registration_deadline_ms: 300, ..limits() });
    let mut drips = server.connect();
    let ended = (0..1_000).find(|_| {
        // It may be closed meanwhile.
        let _ = drips.reader.get_mut().write_all(b"x");
        server.closed.recv_timeout(Duration::from_millis(10)) == Ok(CloseReason::RegistrationTimeout)
    });
    assert!(ended.is_some_and(|n| n > 3), "{ended:?}");
    server.stop();
}

#[test]
fn a_panic_ends_one_session() {
    let server = Server::start(limits());
    let mut other = server.join();
    let mut victim = server.join();
    victim.send(b"panic\n");
    assert_eq!(victim.read(), "");
    assert_eq!(server.closed.recv(), Ok(CloseReason::Internal));
    other.ask("still here");
    assert_eq!(server.counter("net_panics"), 1);
    server.stop();
}

/// Whose session panics when it has to word an event: the first of those who read it.
fn fragile(server: &Server) -> Client {
    let mut client = server.join();
    client.ask("fragile");
    client
}

/// The one session has ended, is counted, and took nobody's words with it.
fn has_ended_alone(server: Server, mut victim: Client, others: &mut [Client]) {
    assert_eq!(victim.read(), "");
    assert_eq!(server.closed.recv_timeout(Duration::from_secs(20)), Ok(CloseReason::Internal));
    others.iter_mut().for_each(|other| other.ask("still here"));
    assert_eq!(server.counter("net_panics"), 1);
    server.stop();
}

#[test]
fn a_panic_while_an_answer_is_worded_ends_one_session() {
    let server = Server::start(limits());
    let mut others = [server.join()];
    let mut victim = server.join();
    victim.send(b"panic when answered\n");
    has_ended_alone(server, victim, &mut others);
}

/// For everybody who is one of many, and one of two at most, who are shown it one by one.
#[test]
fn a_panic_while_an_event_is_worded_ends_one_session() {
    for count in [1, 9] {
        let server = Server::start(limits());
        let victim = fragile(&server);
        let mut others: Vec<_> = (0..count).map(|_| server.join()).collect();
        others[0].send(b"all hello\n");
        assert_eq!(others[0].read(), "Origin hello");
        others[1..].iter_mut().for_each(|other| assert_eq!(other.read(), "Other hello"));
        has_ended_alone(server, victim, &mut others);
    }
}

/// Who reads with them is worded for by the next one, from that line on.
#[test]
fn a_panic_while_a_channels_lines_are_worded_ends_one_session() {
    let server = Server::start(limits());
    let victim = fragile(&server);
    let mut others: Vec<_> = (0..9).map(|_| server.join()).collect();
    let joins: String = (0..=9).map(|person| format!("join 7 {person};")).collect();
    others[0].send(format!("at once {joins}say 7 1 one;say 7 1 two\n").as_bytes());
    for (n, other) in others.iter_mut().enumerate() {
        let relation = if n == 0 { "Origin" } else { "Other" };
        assert_eq!([other.read(), other.read()], ["one", "two"].map(|word| format!("{relation} {word}")));
    }
    has_ended_alone(server, victim, &mut others);
}

#[test]
fn what_was_asked_before_the_end_is_answered() {
    let server = Server::start(limits());
    let mut client = server.connect();
    let lines: String = (0..500).map(|n| format!("{n}\n")).collect();
    client.send(lines.as_bytes());
    client.reader.get_mut().shutdown(std::net::Shutdown::Write).expect("a socket");
    for n in 0..500 {
        assert_eq!(client.read(), format!("echo {n}"));
    }
    assert_eq!(client.read(), "");
    server.stop();
}

/// Who ends a connection and waits for its other end may rely on it, whichever gateway is asked next.
#[test]
fn who_sees_a_connection_closed_knows_that_the_engine_was_told() {
    let server = Server::start(limits());
    let mut others: Vec<_> = (0..100).map(|_| server.join()).collect();
    for n in 1..=200 {
        let mut client = server.connect();
        // There is more to do in the turn in which it ends.
        others.iter_mut().for_each(|other| other.send(b"x\n"));
        client.reader.get_mut().shutdown(std::net::Shutdown::Write).expect("a socket");
        assert_eq!(client.read(), "");
        assert_eq!(server.told_of_ends.load(Ordering::SeqCst), n);
        others.iter_mut().for_each(|other| assert_eq!(other.read(), "echo x"));
    }
    server.stop();
}

/// However long a turn takes, also when it is longer than who is closed may stay.
#[test]
fn last_words_leave_however_long_the_turn_takes() {
    let server = Server::start(NetLimits { linger_ms: 0, ..limits() });
    let mut slow = server.connect();
    for _ in 0..20 {
        // They go to the gateways in turns.
        let (_other, mut closed) = (server.connect(), server.connect());
        slow.send(b"slow\n");
        closed.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        slow.send(b"slow\n");
        assert_eq!(closed.read(), "bye WrongProtocol");
        assert_eq!(closed.read(), "");
        slow.ask("again");
    }
    server.stop();
}

#[test]
fn who_has_hung_up_is_answered_however_long_the_turn_takes() {
    let server = Server::start(NetLimits { linger_ms: 250, ..limits() });
    // They go to the gateways in turns.
    let mut everybody: Vec<_> = (0..5).map(|_| server.connect()).collect();
    everybody[0].send(&b"slow\n".repeat(10));
    // So much that the turn in which they have hung up goes on to the other before it comes to what one asked.
    for n in [2, 4] {
        everybody[n].send(&b"\n".repeat(40 << 10));
        everybody[n].send(&b"slow\n".repeat(60));
        everybody[n].reader.get_mut().shutdown(std::net::Shutdown::Write).expect("a socket");
    }
    for n in [2, 4] {
        (0..60).for_each(|_| assert_eq!(everybody[n].read(), "echo slow"));
        assert_eq!(everybody[n].read(), "");
    }
    server.stop();
}

#[test]
fn everybody_is_told_when_the_server_stops() {
    let server = Server::start(limits());
    let mut clients: Vec<_> = (0..4).map(|_| server.join()).collect();
    server.stop();
    for client in &mut clients {
        assert_eq!(client.read(), "bye ShuttingDown");
        assert_eq!(client.read(), "");
        // Nobody is there any more.
        let _ = client.reader.get_mut().write_all(b"x\n");
    }
}
