//! Connecting, connection registration and joining: how the clients of every scenario arrive.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::cli::Common;
use crate::error::{Error, Result};
use crate::net::{Lines, Net};
use crate::progress::Progress;
use crate::report::latencies;
use crate::wire::{Message, NICK_BYTES, Names};

/// Joins under way at once: in a large channel each is a line to everybody.
const JOIN_BATCH: usize = 200;
/// The client that asks what the server can do: the last that has a name.
const SCOUT: usize = crate::wire::CLIENTS_MAX - 1;
const TURN: Duration = Duration::from_millis(20);

/// What the server said of itself.
#[derive(Default, Clone)]
pub struct Server {
    pub software: String,
    pub caps: Vec<String>,
}

impl Server {
    pub fn offers(&self, cap: &str) -> bool {
        self.caps.iter().any(|offered| offered.split('=').next() == Some(cap))
    }
}

/// Asks once, on a connection of its own, so that the measured ones need not.
pub fn scout(common: &Common, names: Names) -> Result<Server> {
    struct Scout {
        server: Server,
        welcomed: bool,
    }
    impl Lines for Scout {
        fn message(&mut self, _: usize, message: &Message, _: Instant) -> Result<()> {
            match (message.command, message.param(1)) {
                (b"CAP", b"LS") => {
                    let caps = String::from_utf8_lossy(message.last());
                    self.server.caps.extend(caps.split_ascii_whitespace().map(str::to_owned));
                }
                (b"004", _) => {
                    self.server.software = String::from_utf8_lossy(message.param(2)).into_owned();
                    self.welcomed = true;
                }
                _ => {}
            }
            Ok(())
        }

        fn refused(&mut self, nick: String, line: String) -> Result<()> {
            // A server without capabilities does not know CAP (421), or not before registration (451).
            if line.contains(" 421 ") || line.contains(" 451 ") {
                return Ok(());
            }
            Err(Error::Refused { nick, line })
        }
    }
    let mut net = Net::new(common.dial()?, names, Duration::ZERO)?;
    let mut scout = Scout { server: Server::default(), welcomed: false };
    net.open()?;
    *net.out(0) = hello(common, names, SCOUT, Some("LS 302"));
    let deadline = Deadline::new(common.setup_seconds);
    while !scout.welcomed {
        net.turn(TURN, &mut scout)?;
        deadline.check(|| format!("{} does not welcome a first client", common.address))?;
    }
    net.send(0, b"QUIT\r\n")?;
    Ok(scout.server)
}

/// The first lines of a client, in one write.
fn hello(common: &Common, names: Names, index: usize, cap: Option<&str>) -> Vec<u8> {
    let nick = names.text(index);
    let mut text = String::new();
    if let Some(cap) = cap {
        text += &format!("CAP {cap}\r\n");
    }
    if let Some(password) = &common.password {
        text += &format!("PASS :{password}\r\n");
    }
    text += &format!("NICK {nick}\r\nUSER load 0 * :load\r\n");
    if cap.is_some() {
        text += "CAP END\r\n";
    }
    text.into_bytes()
}

/// How long the arriving took.
pub struct Arrived {
    pub elapsed: Duration,
    /// From opening the socket to 001, in nanoseconds.
    pub each: Histogram<u64>,
}

/// Opens `count` more connections, with those caps, and waits until all are welcome.
pub fn connect(net: &mut Net, common: &Common, count: usize, caps: &[String]) -> Result<Arrived> {
    struct Arrivals {
        names: Names,
        begun: Vec<Option<Instant>>,
        welcomed: usize,
        last: Instant,
        each: Histogram<u64>,
    }
    impl Lines for Arrivals {
        fn message(&mut self, conn: usize, message: &Message, now: Instant) -> Result<()> {
            if message.command == b"CAP" && message.param(1) == b"NAK" {
                let line = String::from_utf8_lossy(message.line).into_owned();
                return Err(Error::Refused { nick: self.names.text(conn), line });
            }
            if message.command == b"001"
                && let Some(begun) = self.begun[conn].take()
            {
                if message.param(0) != self.names.nick(conn) {
                    let got = String::from_utf8_lossy(message.param(0)).into_owned();
                    return Err(Error::Unusable(format!(
                        "the server renamed {} to {got}",
                        self.names.text(conn)
                    )));
                }
                self.welcomed += 1;
                self.last = now;
                self.each.saturating_record((now - begun).as_nanos() as u64);
            }
            Ok(())
        }
    }
    let first = net.len();
    crate::process::allow_descriptors(first + count)?;
    let start = Instant::now();
    let mut arrivals =
        Arrivals { names: net.names, begun: vec![None; first], welcomed: 0, last: start, each: latencies() };
    let cap = (!caps.is_empty()).then(|| format!("REQ :{}", caps.join(" ")));
    let mut progress = Progress::new(common, "connecting");
    let deadline = Deadline::new(common.setup_seconds);
    while arrivals.welcomed < count {
        while net.len() < first + count && net.len() - first - arrivals.welcomed < common.at_once {
            let conn = net.open()?;
            arrivals.begun.push(Some(Instant::now()));
            *net.out(conn) = hello(common, net.names, conn, cap.as_deref());
        }
        net.turn(TURN, &mut arrivals)?;
        progress.show(share(arrivals.welcomed, count), || format!("{} of {count}", arrivals.welcomed));
        deadline.check(|| format!("{} of {count} clients are welcome", arrivals.welcomed))?;
    }
    Ok(Arrived { elapsed: arrivals.last - start, each: arrivals.each })
}

/// Waits for JOINs of one's own and for answers to PING.
struct Waiting {
    names: Names,
    joined: Vec<bool>,
    answers: usize,
}

impl Lines for Waiting {
    fn fast(&mut self, conn: usize, line: &[u8], _: Instant) -> bool {
        // Other people's joins: the bulk of what comes.
        line.len() > NICK_BYTES + 1
            && line[0] == b':'
            && line[NICK_BYTES + 1] == b'!'
            && line[1..=NICK_BYTES] != self.names.nick(conn)
    }

    fn message(&mut self, conn: usize, message: &Message, _: Instant) -> Result<()> {
        match message.command {
            b"JOIN" if message.nick() == self.names.nick(conn) => self.joined[conn] = true,
            b"PONG" => {
                self.answers += 1;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Brings clients into channels, in turn, and waits until every connection of the run has read all of it.
pub fn join(net: &mut Net, common: &Common, wishes: &[(usize, Vec<u8>)]) -> Result<()> {
    let mut waiting = Waiting { names: net.names, joined: vec![false; net.len()], answers: 0 };
    let mut progress = Progress::new(common, "joining");
    let deadline = Deadline::new(common.setup_seconds);
    for (done, batch) in wishes.chunks(JOIN_BATCH).enumerate() {
        for (conn, channel) in batch {
            let out = net.out(*conn);
            out.extend_from_slice(b"JOIN ");
            out.extend_from_slice(channel);
            out.extend_from_slice(b"\r\nPING joined\r\n");
            net.flush(*conn)?;
        }
        waiting.answers = 0;
        while waiting.answers < batch.len() {
            net.turn(TURN, &mut waiting)?;
            let joined = done * JOIN_BATCH + waiting.answers;
            progress.show(share(joined, wishes.len()), || format!("{joined} of {}", wishes.len()));
            deadline.check(|| "not all clients could join".into())?;
        }
        if let Some((conn, channel)) = batch.iter().find(|(conn, _)| !waiting.joined[*conn]) {
            let (nick, channel) = (net.names.text(*conn), String::from_utf8_lossy(channel));
            return Err(Error::Unusable(format!("{nick} got no JOIN for {channel}, nor a refusal")));
        }
    }
    waiting.answers = 0;
    let everybody: Vec<usize> = (0..net.len()).filter(|&conn| !net.is_closed(conn)).collect();
    for conn in &everybody {
        net.send(*conn, b"PING settled\r\n")?;
    }
    while waiting.answers < everybody.len() {
        net.turn(TURN, &mut waiting)?;
        let (done, all) = (waiting.answers, everybody.len());
        progress.show(share(done, all), || format!("{done} of {all} have read it all"));
        deadline.check(|| "not all clients have read the JOINs".into())?;
    }
    Ok(())
}

fn share(done: usize, all: usize) -> f64 {
    done as f64 / all as f64
}

/// The end of what may be waited for.
pub struct Deadline {
    end: Instant,
    seconds: u64,
}

impl Deadline {
    pub fn new(seconds: u64) -> Self {
        Deadline { end: Instant::now() + Duration::from_secs(seconds), seconds }
    }

    pub fn passed(&self) -> bool {
        Instant::now() >= self.end
    }

    /// How much of the time has passed, from 0 to 1.
    pub fn share(&self) -> f64 {
        let left = self.end.saturating_duration_since(Instant::now());
        1.0 - left.as_secs_f64() / self.seconds as f64
    }

    pub fn check(&self, what: impl FnOnce() -> String) -> Result<()> {
        if self.passed() { Err(Error::Late { seconds: self.seconds, what: what() }) } else { Ok(()) }
    }
}
