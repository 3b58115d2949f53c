use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::Stage;
use crate::arrival::{Deadline, Server};
use crate::cli::Common;
use crate::error::{Doing, Error, Result};
use crate::net::{Lines, Net};
use crate::paced::Timetable;
use crate::process::{allow_descriptors, pin};
use crate::progress::Progress;
use crate::report::{Report, latencies};
use crate::wire::Message;

/// The raw limit of latency: a loop that sends each line on as it comes, in this process, in place of a server
///
/// The paced scenario without a server's work: one thread reads a line and sends it to the others of its group. What the
/// slowest of a hundred lines takes here, it takes on this machine with any server.
#[derive(clap::Args)]
pub struct Args {
    /// Lines a second, over all groups
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rate: u64,
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    groups: u32,
    /// Members of each group
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    members: u32,
    /// Bind the thread that sends on to one processor (--pin binds the generator)
    #[arg(long, value_name = "CPU")]
    sender_pin: Option<usize>,
    /// How long to send
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
}

/// What the threads tell each other.
#[derive(Default)]
struct Shared {
    accepted: AtomicUsize,
    stop: AtomicBool,
}

struct Heard {
    epoch: Instant,
    lines: u64,
    latency_ns: Histogram<u64>,
    lag_ns: Histogram<u64>,
}

impl Lines for Heard {
    /// A line begins with the moment it was due at, in nanoseconds.
    fn fast(&mut self, _: usize, line: &[u8], now: Instant) -> bool {
        let due = line.split(|byte| *byte == b' ').next().and_then(|digits| str::from_utf8(digits).ok());
        if let Some(due_ns) = due.and_then(|digits| digits.parse::<u64>().ok()) {
            let now_ns = (now - self.epoch).as_nanos() as u64;
            self.latency_ns.saturating_record(now_ns.saturating_sub(due_ns));
            self.lines += 1;
        }
        true
    }

    fn message(&mut self, _: usize, _: &Message, _: Instant) -> Result<()> {
        Ok(())
    }
}

impl Args {
    pub fn run(&self, stage: Stage) -> Result<Report> {
        let people = (self.groups * self.members) as usize;
        allow_descriptors(2 * people)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).doing(|| "listening".into())?;
        let address = listener.local_addr().doing(|| "listening".into())?;
        let shared = Shared::default();
        let common = Common { address, sources: 0, tls: false, ..stage.common.clone() };
        thread::scope(|scope| {
            let sender = scope.spawn(|| self.relay(&listener, people, &shared));
            let heard = self.speak(stage, &common, &shared);
            shared.stop.store(true, Ordering::Relaxed);
            // An accept that still waits gets what it waits for.
            let _ = std::net::TcpStream::connect(address);
            sender.join().map_err(|_| Error::Unusable("the sending thread failed".into()))??;
            Ok(self.report(&common, address, &heard?))
        })
    }

    fn report(&self, common: &Common, address: SocketAddr, heard: &Heard) -> Report {
        let server = Server { software: "own loop".into(), caps: Vec::new() };
        let mut report = Report::new("relay", &Common { address, ..common.clone() }, &server);
        report.set("rate", self.rate);
        report.set("groups", self.groups);
        report.set("members", self.members);
        report.set("seconds", self.seconds);
        report.quantiles("latency", &heard.latency_ns);
        report.real("generator_late_p99_ms", heard.lag_ns.value_at_quantile(0.99) as f64 / 1e6);
        report.row("expected_deliveries", self.expected());
        report.row("deliveries", heard.lines);
        report
    }

    fn expected(&self) -> u64 {
        self.rate * self.seconds * u64::from(self.members - 1)
    }

    /// The loop in place of a server: accepts all, then sends each line on until it is told to stop.
    fn relay(&self, listener: &TcpListener, people: usize, shared: &Shared) -> Result<()> {
        if let Some(cpu) = self.sender_pin {
            pin(cpu)?;
        }
        let poll = Poll::new().doing(|| "epoll".into())?;
        let mut sockets = Vec::with_capacity(people);
        while sockets.len() < people && !shared.stop.load(Ordering::Relaxed) {
            let (socket, _) = listener.accept().doing(|| "accepting".into())?;
            socket.set_nodelay(true).and_then(|()| socket.set_nonblocking(true)).doing(|| "accepting".into())?;
            let mut socket = TcpStream::from_std(socket);
            let token = Token(sockets.len());
            poll.registry()
                .register(&mut socket, token, Interest::READABLE)
                .doing(|| "accepting".into())?;
            sockets.push(socket);
            shared.accepted.fetch_add(1, Ordering::Release);
        }
        send_on(poll, &mut sockets, self.members as usize, shared)
    }

    /// Connects everybody, sends by the timetable, and hears what comes.
    fn speak(&self, stage: Stage, common: &Common, shared: &Shared) -> Result<Heard> {
        let people = (self.groups * self.members) as usize;
        let mut net: Net = common.net(stage.names)?;
        let mut heard =
            Heard { epoch: net.epoch, lines: 0, latency_ns: latencies(), lag_ns: latencies() };
        let setup = Deadline::new(common.setup_seconds);
        while shared.accepted.load(Ordering::Acquire) < people {
            if net.len() < people && net.len() - shared.accepted.load(Ordering::Acquire) < 64 {
                net.open()?;
            } else {
                net.turn(Duration::from_millis(1), &mut heard)?;
            }
            setup.check(|| "not everybody is connected".into())?;
        }
        let padding = "x".repeat(common.text_bytes);
        let now_ns = |heard: &Heard| heard.epoch.elapsed().as_nanos() as u64;
        let timetable = Timetable::new(now_ns(&heard) + 50_000_000, self.rate, self.seconds);
        let mut progress = Progress::new(common, "sending");
        let mut line = 0;
        while let Some(due_ns) = timetable.due_ns(line) {
            let late_ns = now_ns(&heard).checked_sub(due_ns);
            if let Some(late_ns) = late_ns {
                heard.lag_ns.saturating_record(late_ns);
                // The groups take turns, and in each of them its members.
                let (groups, members) = (u64::from(self.groups), u64::from(self.members));
                let conn = (line % groups * members + line / groups % members) as usize;
                net.send(conn, format!("{due_ns} {padding}\r\n").as_bytes())?;
                line += 1;
                continue;
            }
            net.wake_at(heard.epoch + Duration::from_nanos(due_ns))?;
            net.turn(Duration::from_millis(100), &mut heard)?;
            let share = line as f64 / (self.rate * self.seconds) as f64;
            progress.show(share, || format!("{} deliveries", heard.lines));
        }
        let drain = Deadline::new(common.drain_seconds);
        while heard.lines < self.expected() && !drain.passed() {
            net.turn(Duration::from_millis(20), &mut heard)?;
        }
        Ok(heard)
    }
}

/// Reads what comes, and sends it to the others of the same group. Lines are short and sent whole, so a read is whole lines.
fn send_on(mut poll: Poll, sockets: &mut [TcpStream], members: usize, shared: &Shared) -> Result<()> {
    let mut events = Events::with_capacity(1_024);
    let mut buffer = vec![0; 64 << 10];
    while !shared.stop.load(Ordering::Relaxed) {
        match poll.poll(&mut events, Some(Duration::from_millis(100))) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            other => other.doing(|| "epoll".into())?,
        }
        for event in &events {
            let Token(from) = event.token();
            let Ok(count @ 1..) = sockets[from].read(&mut buffer) else { continue };
            let first = from / members * members;
            for to in (first..first + members).filter(|to| *to != from) {
                // A receiver that is gone or full has lost a line, and the count says so.
                let _ = sockets[to].write(&buffer[..count]);
            }
        }
    }
    Ok(())
}
