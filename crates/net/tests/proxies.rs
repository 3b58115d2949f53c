//! Who connects for others: the PROXY protocol, and gateways that say it themselves.

#[allow(dead_code, reason = "the other tests need more of it")]
mod stand_in;

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use colvert_core::net::Net;
use colvert_net::NetLimits;
use stand_in::{Between, Server, line, socket, to_the_end};

fn limits() -> NetLimits {
    NetLimits { enabled: false, handshake_deadline_ms: 500, ..NetLimits::default() }
}

fn behind_proxy(trusted: &str) -> Server {
    let proxies = Some(vec![Net::parse(trusted).expect("a net")]);
    Server::behind(limits(), Between { proxies, ..Between::default() })
}

#[test]
fn a_trusted_proxy_says_for_whom_it_connects() {
    let server = behind_proxy("127.0.0.0/8");
    let mut client = socket(&server);
    for byte in b"PROXY TCP4 192.0.2.7 192.0.2.1 5000 6667\r\n" {
        client.write_all(&[*byte]).expect("it takes bytes");
    }
    client.write_all(b"how\n").expect("it takes bytes");
    client.shutdown(Shutdown::Write).expect("it ends");
    assert_eq!(to_the_end(&mut client), "welcome\nPlain 192.0.2.7 -\n");
    server.stop();
}

#[test]
fn a_trusted_proxy_that_says_nothing_is_not_let_in() {
    let server = behind_proxy("127.0.0.0/8");
    let mut client = socket(&server);
    client.write_all(b"NICK alice\r\n").expect("it takes bytes");
    assert_eq!(to_the_end(&mut client), "bye WrongProtocol\n");
    let mut long = socket(&server);
    long.write_all(&[&b"PROXY TCP4 "[..], &[b'1'; 500]].concat()).expect("it takes bytes");
    assert_eq!(to_the_end(&mut long), "bye WrongProtocol\n");
    server.stop();
}

#[test]
fn half_a_proxys_header_ends() {
    let server = behind_proxy("127.0.0.0/8");
    let mut half = socket(&server);
    half.write_all(b"PROXY TCP4 ").expect("it takes bytes");
    assert_eq!(to_the_end(&mut half), "");
    server.stop();
}

/// The deadline is for all of it: who says a byte now and then wins no time.
#[test]
fn a_header_that_drips_ends_at_the_same_time() {
    let server = behind_proxy("127.0.0.0/8");
    let mut drips = socket(&server);
    drips.set_read_timeout(Some(Duration::from_millis(50))).expect("a socket");
    let began = Instant::now();
    let header = b"PROXY TCP6 2001:0db8:0000:0000:0000:0000:0000:0007 2001:0db8:0000:0000:0000:0000:0000:0001 5000 6667";
    // A read that finds nothing for so long is the pause between two bytes.
    let last = header.iter().position(|byte| {
        let is_over = drips.write_all(&[*byte]).is_err();
        is_over || !matches!(drips.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
    });
    assert!(last.is_some(), "it has dripped for {:?}, and is still there", began.elapsed());
    assert!(began.elapsed() >= Duration::from_millis(400));
    server.stop();
}

#[test]
fn who_is_not_trusted_speaks_for_themselves_alone() {
    let server = behind_proxy("10.0.0.0/8");
    let mut client = socket(&server);
    client.write_all(b"how\n").expect("it takes bytes");
    client.shutdown(Shutdown::Write).expect("it ends");
    assert_eq!(to_the_end(&mut client), "welcome\nPlain 127.0.0.1 -\n");
    server.stop();
}

#[test]
fn connections_through_a_proxy_are_counted_by_who_they_are_for() {
    let proxies = Some(vec![Net::parse("127.0.0.1").expect("a net")]);
    let limits = NetLimits { connections_per_address: 1, ..NetLimits::default() };
    let server = Server::behind(limits, Between { proxies, ..Between::default() });
    let enter = |address: &str| -> io::Result<String> {
        let mut client = socket(&server);
        client.write_all(format!("PROXY TCP4 {address} 192.0.2.1 5 6\r\n").as_bytes())?;
        let mut client = BufReader::new(client);
        let first = line(&mut client);
        std::mem::forget(client);
        Ok(first)
    };
    assert_eq!(enter("192.0.2.7").expect("it comes in"), "welcome");
    assert_eq!(enter("192.0.2.8").expect("it comes in"), "welcome");
    assert_eq!(enter("192.0.2.7").unwrap_or_default(), "");
    server.stop();
}

#[test]
fn a_proxy_that_does_not_know_for_whom_is_counted_itself() {
    let proxies = Some(vec![Net::parse("127.0.0.1").expect("a net")]);
    let limits = NetLimits { connections_per_address: 1, ..NetLimits::default() };
    let server = Server::behind(limits, Between { proxies, ..Between::default() });
    let enter = || {
        let mut client = socket(&server);
        client.write_all(b"PROXY UNKNOWN\r\n").expect("it takes bytes");
        let mut client = BufReader::new(client);
        let mut first = String::new();
        // Who is turned away may be so before they have listened.
        let _ = client.read_line(&mut first);
        (first, client)
    };
    let (first, second) = (enter(), enter());
    assert_eq!((first.0.as_str(), second.0.as_str()), ("welcome\n", ""));
    server.stop();
}

#[test]
fn connections_of_a_gateway_are_counted_by_who_they_are_for() {
    let exempt = vec![Net::parse("127.0.0.1").expect("a net")];
    let limits = NetLimits { connections_per_address: 1, exempt, ..NetLimits::default() };
    let server = Server::behind(limits, Between::default());
    let for_each = ["192.0.2.7", "192.0.2.8", "192.0.2.7"].map(|address| {
        let mut client = server.connect();
        client.send(format!("for {address}\n").as_bytes());
        (client.read(), client)
    });
    let heard = for_each.each_ref().map(|(heard, _)| heard.as_str());
    assert_eq!(heard, ["echo for 192.0.2.7", "echo for 192.0.2.8", "bye TooManyConnections"]);
    server.stop();
}

/// An address of IPv4 that is written as IPv6 has it is not another one.
#[test]
fn an_address_is_counted_once_however_it_is_written() {
    let proxies = Some(vec![Net::parse("127.0.0.1").expect("a net")]);
    let limits = NetLimits { connections_per_address: 1, ..NetLimits::default() };
    let server = Server::behind(limits, Between { proxies, ..Between::default() });
    let enter = |header: &[u8]| {
        let mut client = socket(&server);
        client.write_all(header).expect("it takes bytes");
        let mut client = BufReader::new(client);
        let mut first = String::new();
        // Who is turned away may be so before they have listened.
        let _ = client.read_line(&mut first);
        (first, client)
    };
    let mapped =
        [&b"\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24"[..], &[0; 10], &[0xff, 0xff, 192, 0, 2, 7], &[0; 20]]
            .concat();
    let first = enter(b"PROXY TCP4 192.0.2.7 192.0.2.1 5 6\r\n");
    let (second, third) = (enter(b"PROXY TCP6 ::ffff:192.0.2.7 ::1 5 6\r\n"), enter(&mapped));
    assert_eq!([first.0.as_str(), &second.0, &third.0], ["welcome\n", "", ""]);
    server.stop();
}

#[test]
fn who_is_kept_out_is_so_behind_a_proxy_too() {
    let server = behind_proxy("127.0.0.0/8");
    let enter = |address: &str| {
        let mut client = socket(&server);
        client.write_all(format!("PROXY TCP4 {address} 192.0.2.1 5 6\r\n").as_bytes()).expect("bytes");
        let mut client = BufReader::new(client);
        (line(&mut client), client)
    };
    let (welcome, mut inside) = enter("192.0.2.8");
    assert_eq!(welcome, "welcome");
    inside.get_mut().write_all(b"keep out 192.0.2.7\n").expect("it takes lines");
    // The gateway that was told may be the other one.
    while server.counter("net_refused") == 0 {
        enter("192.0.2.7");
    }
    let (_, mut outside) = enter("192.0.2.7");
    assert_eq!(line(&mut outside), "bye Banned(Some(Text(\"no ducks\")))");
    let (_, mut other) = enter("192.0.2.9");
    other.get_mut().write_all(b"in\n").expect("it takes lines");
    assert_eq!(line(&mut other), "echo in", "the proxy is not meant");
    server.stop();
}
