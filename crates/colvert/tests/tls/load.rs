//! Certificates that change again and again while people talk over TLS: nobody who is connected notices, and whoever comes sees the
//! newest.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::{Person, WriteTo, connect, hear, install, launch, reload};

/// People who talk meanwhile.
const TALKERS: usize = 8;
/// Certificates that come one after the other.
const CERTIFICATES: usize = 12;

/// Ends the talk when it goes, also when something has failed.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn certificates_change_under_load_and_nothing_is_lost() {
    let directory = tempfile::tempdir().expect("a directory");
    let first = install(directory.path());
    let server = launch(directory.path()).start();
    let mut reader = connect(&server, "irc_tls", &first);
    reader.say("NICK reader\r\nUSER r 0 * :R\r\nJOIN #talk");
    hear(&mut reader, " 366 ");
    let talkers: Vec<_> = (0..TALKERS)
        .map(|n| {
            let mut talker = connect(&server, "irc_tls", &first);
            talker.say(&format!("NICK talker{n}\r\nUSER t 0 * :T\r\nJOIN #talk"));
            hear(&mut talker, " 366 ");
            talker
        })
        .collect();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let over = Over(&is_over);
        let talking: Vec<_> =
            talkers.into_iter().map(|talker| scope.spawn(|| talk(talker, &is_over))).collect();
        let reading = scope.spawn(|| read_all(reader));
        for n in 0..CERTIFICATES {
            let next = install(directory.path());
            assert!(reload(directory.path()).status.success());
            // Who trusts the newest alone gets in.
            let mut other = connect(&server, "irc_tls", &next);
            other.say(&format!("NICK other{n}\r\nUSER o 0 * :O\r\nQUIT"));
            hear(&mut other, " 001 ");
            fs::write(directory.path().join("key.pem"), "half a ke").expect("a file");
            assert!(!reload(directory.path()).status.success());
        }
        drop(over);
        let said: usize = talking.into_iter().map(|talker| talker.join().expect("it is answered")).sum();
        let mut last = connect(&server, "line_tls", &install_and_reload(directory.path()));
        last.say("/nick last\r\n/join talk\r\nthat was all");
        assert_eq!(reading.join().expect("it ends"), said, "each is read, in its order");
        assert!(said > TALKERS * CERTIFICATES, "{said} lines were said meanwhile");
    });
}

fn install_and_reload(directory: &std::path::Path) -> rustls::pki_types::CertificateDer<'static> {
    let certificate = install(directory);
    assert!(reload(directory).status.success());
    certificate
}

/// Says numbers until it is over. How many they were.
fn talk(mut talker: Person, is_over: &AtomicBool) -> usize {
    let mut said = 0;
    while !is_over.load(Ordering::Relaxed) {
        talker.say(&format!("PRIVMSG #talk :number {said}\r\nPING {said}"));
        hear(&mut talker, &format!(" PONG colvert.local :{said}"));
        said += 1;
    }
    said
}

/// Reads up to the last words. How many were said before, of each talker one after the other.
fn read_all(mut reader: Person) -> usize {
    let mut counts = [0; TALKERS];
    loop {
        let line = hear(&mut reader, " PRIVMSG #talk ");
        if line.ends_with("that was all") {
            return counts.iter().sum();
        }
        let (who, number) = (line.split('!').next(), line.rsplit(' ').next());
        let who = who.and_then(|nick| nick.strip_prefix(":talker")).and_then(|n| n.parse::<usize>().ok());
        let count = &mut counts[who.expect("a talker")];
        assert_eq!(number, Some(count.to_string().as_str()), "{line}");
        *count += 1;
    }
}
