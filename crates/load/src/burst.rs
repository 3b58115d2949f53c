//! Closed loop: each sender speaks as fast as its window lets it, for some time; then all that is out must arrive.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::arrival::{Deadline, Server};
use crate::cast::{Cast, Heard};
use crate::cli::{Acks, Common};
use crate::error::{Error, Result};
use crate::net::{Lines, Net};
use crate::paced::Timetable;
use crate::payload::{get_hex, put_hex};
use crate::progress::Progress;
use crate::report::{Pace, latencies};
use crate::wire::Message;

/// What takes a line off its sender's window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ack {
    /// The sender's own line comes back (cap `echo-message`).
    Echo,
    /// The answer to a PING right after the line.
    Ping,
    /// Every receiver has it; only a generator can know, and the server has no more to do.
    Delivery,
}

impl Ack {
    /// What the server can do of what was asked for.
    pub fn negotiate(asked: Acks, server: &Server) -> Result<Self> {
        match asked {
            Acks::Auto if server.offers("echo-message") => Ok(Ack::Echo),
            Acks::Auto | Acks::Ping => Ok(Ack::Ping),
            Acks::Delivery => Ok(Ack::Delivery),
            Acks::Echo if server.offers("echo-message") => Ok(Ack::Echo),
            Acks::Echo => {
                Err(Error::Unusable("the server does not offer echo-message: use --ack ping".into()))
            }
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Ack::Echo => "echo",
            Ack::Ping => "ping",
            Ack::Delivery => "delivery",
        }
    }
}

pub struct Burst {
    pub cast: Cast,
    ack: Ack,
    /// By sender: lines, or with `Ack::Delivery` deliveries, that are out.
    open: Vec<u64>,
    /// By sender: the cost of one line in the same unit.
    unit: Vec<u64>,
    sender_of_conn: Vec<u32>,
    window: u64,
    /// Senders whose window may have room.
    woken: Vec<usize>,
    asleep: Vec<bool>,
    epoch: Instant,
    pub acked: u64,
    pub ack_ns: Histogram<u64>,
}

const NOBODY: u32 = u32::MAX;

impl Burst {
    pub fn new(mut cast: Cast, ack: Ack, window: u64, epoch: Instant) -> Self {
        cast.echo = ack == Ack::Echo;
        let senders = cast.senders.len();
        let mut sender_of_conn = vec![NOBODY; cast.people()];
        for (number, sender) in cast.senders.iter().enumerate() {
            sender_of_conn[sender.conn] = number as u32;
        }
        let unit = |sender| if ack == Ack::Delivery { cast.receivers(sender).max(1) } else { 1 };
        Burst {
            unit: (0..senders).map(unit).collect(),
            cast,
            ack,
            open: vec![0; senders],
            sender_of_conn,
            window,
            woken: (0..senders).rev().collect(),
            asleep: vec![false; senders],
            epoch,
            acked: 0,
            ack_ns: latencies(),
        }
    }

    /// Speaks for `seconds`, waits until everything has arrived, or nothing more does, and closes the books.
    pub fn run(&mut self, net: &mut Net, common: &Common, seconds: u64) -> Result<Pace> {
        let pace = self.saturate(net, common, seconds)?;
        self.finish(net)?;
        Ok(pace)
    }

    /// Speaks as fast as the windows allow, then waits for what is out.
    pub fn saturate(&mut self, net: &mut Net, common: &Common, seconds: u64) -> Result<Pace> {
        let mut progress = Progress::new(common, "sending");
        let mut pace = Pace::start(common)?;
        let end = Deadline::new(seconds);
        while !end.passed() {
            while let Some(sender) = self.woken.pop() {
                self.fill(net, sender)?;
            }
            net.turn(Duration::from_millis(100), self)?;
            pace.tick(self.arrived());
            progress.show(end.share(), || format!("{} deliveries", self.cast.ledger.delivered));
        }
        self.drain(net, common, &mut pace)?;
        pace.stop(common)?;
        Ok(pace)
    }

    /// Goes on at an even pace until `share` of what is waited for is 1, and waits for what is out; the acknowledgements of this phase stand alone in
    /// `ack_ns` then.
    pub fn ease(
        &mut self,
        net: &mut Net,
        common: &Common,
        per_second: u64,
        mut share: impl FnMut() -> f64,
    ) -> Result<Pace> {
        let mut progress = Progress::new(common, "going on");
        let mut pace = Pace::start_at(common, self.arrived())?;
        self.ack_ns = latencies();
        let timetable = Timetable::new(self.now_ns(), per_second, u64::from(u32::MAX));
        let mut message = 0;
        while let Some(due_ns) = timetable.due_ns(message)
            && share() < 1.0
        {
            if due_ns <= self.now_ns() {
                let sender = message as usize % self.cast.senders.len();
                self.say(net, sender, due_ns);
                net.flush(self.cast.senders[sender].conn)?;
                message += 1;
                continue;
            }
            net.wake_at(self.epoch + Duration::from_nanos(due_ns))?;
            net.turn(Duration::from_millis(100), self)?;
            pace.tick(self.arrived());
            progress.show(share(), || format!("{} deliveries", self.cast.ledger.delivered));
        }
        self.drain(net, common, &mut pace)?;
        pace.stop(common)?;
        Ok(pace)
    }

    fn drain(&mut self, net: &mut Net, common: &Common, pace: &mut Pace) -> Result<()> {
        let expected = self.cast.expected();
        let mut quiet = Deadline::new(common.drain_seconds);
        while (self.cast.ledger.delivered < expected || self.unacked()) && !quiet.passed() {
            let before = self.arrived();
            net.turn(Duration::from_millis(20), self)?;
            if self.arrived() > before {
                quiet = Deadline::new(common.drain_seconds);
                pace.tick(self.arrived());
            }
        }
        Ok(())
    }

    /// Listens for what was doubled, and books what is missing.
    pub fn finish(&mut self, net: &mut Net) -> Result<()> {
        self.listen_on(net)?;
        self.cast.close();
        Ok(())
    }

    fn now_ns(&self) -> u64 {
        self.epoch.elapsed().as_nanos() as u64
    }

    /// What comes when nothing is due any more was doubled.
    fn listen_on(&mut self, net: &mut Net) -> Result<()> {
        let end = Instant::now() + Duration::from_millis(100);
        while Instant::now() < end {
            net.turn(Duration::from_millis(20), self)?;
        }
        Ok(())
    }

    /// All that was waited for and came.
    fn arrived(&self) -> u64 {
        let answers = if self.ack == Ack::Ping { self.acked } else { 0 };
        self.cast.ledger.delivered + answers
    }

    fn unacked(&self) -> bool {
        self.ack == Ack::Ping && self.open.iter().any(|&open| open > 0)
    }

    fn fill(&mut self, net: &mut Net, sender: usize) -> Result<()> {
        self.asleep[sender] = true;
        let limit = self.window * self.unit[sender];
        let now_ns = self.now_ns();
        while self.open[sender] + self.unit[sender] <= limit {
            self.say(net, sender, now_ns);
        }
        net.flush(self.cast.senders[sender].conn)
    }

    /// Writes the sender's next line, stamped with that moment, and what asks for its acknowledgement.
    fn say(&mut self, net: &mut Net, sender: usize, at_ns: u64) {
        let out = net.out(self.cast.senders[sender].conn);
        let seq = self.cast.speak(sender, at_ns, out);
        if self.ack == Ack::Ping {
            let mut ping = *b"PING :~nnnnnnnn.tttttttttttt\r\n";
            put_hex(&mut ping[7..15], u64::from(seq));
            put_hex(&mut ping[16..28], at_ns);
            out.extend_from_slice(&ping);
        }
        self.open[sender] += self.unit[sender];
    }

    /// Takes a line (or one of its deliveries) off the window. Deliveries of several lines may mix; the window counts them
    /// together, and as many as one line has are one acknowledgement.
    fn release(&mut self, sender: usize, sent_ns: u64, now: Instant) {
        self.open[sender] = self.open[sender].saturating_sub(1);
        if self.open[sender].is_multiple_of(self.unit[sender]) {
            self.acked += 1;
            let now_ns = (now - self.epoch).as_nanos() as u64;
            self.ack_ns.saturating_record(now_ns.saturating_sub(sent_ns));
            if std::mem::take(&mut self.asleep[sender]) {
                self.woken.push(sender);
            }
        }
    }
}

impl Lines for Burst {
    fn fast(&mut self, conn: usize, line: &[u8], now: Instant) -> bool {
        match self.cast.hear(conn, line) {
            Heard::Other => return false,
            Heard::Own(stamp) if self.ack == Ack::Echo => {
                self.release(stamp.sender as usize, stamp.due_ns, now)
            }
            Heard::Delivery(stamp) if self.ack == Ack::Delivery => {
                self.release(stamp.sender as usize, stamp.due_ns, now);
            }
            _ => {}
        }
        true
    }

    fn message(&mut self, conn: usize, message: &Message, now: Instant) -> Result<()> {
        if message.command != b"PONG" {
            return self.cast.message(conn, message, now);
        }
        if let [b'~', seq_and_time @ ..] = message.last()
            && let Some(sent_ns) = seq_and_time.get(9..).and_then(get_hex)
            && let Some(&sender) = self.sender_of_conn.get(conn)
            && sender != NOBODY
        {
            self.release(sender as usize, sent_ns, now);
        }
        Ok(())
    }
}
