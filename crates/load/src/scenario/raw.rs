use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::Stage;
use crate::arrival::{Deadline, Server};
use crate::cli::Common;
use crate::error::{Doing, Error, Result};
use crate::net::{Lines, Net};
use crate::process::{allow_descriptors, pin, thread_cpu};
use crate::progress::Progress;
use crate::report::{Pace, Report};
use crate::wire::Message;

/// The raw limit: a loop that only sends, in this process, in place of a server
///
/// Each receiver in turn gets the same joined lines in one send, over loopback TCP, as fast as it goes. No server
/// that sends to each socket can be faster on this machine.
#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    receivers: u32,
    /// Lines in one send
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    joined: u32,
    /// Bind the sending thread to one processor (--pin binds the receiving one)
    #[arg(long, value_name = "CPU")]
    sender_pin: Option<usize>,
    /// How long to send
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
}

#[derive(Default)]
struct Count {
    lines: u64,
    closed: usize,
}

impl Lines for Count {
    fn fast(&mut self, _: usize, _: &[u8], _: Instant) -> bool {
        self.lines += 1;
        true
    }
    fn message(&mut self, _: usize, _: &Message, _: Instant) -> Result<()> {
        Ok(())
    }
    fn closed(&mut self, _: usize, _: Error) -> Result<()> {
        self.closed += 1;
        Ok(())
    }
}

impl Args {
    pub fn run(&self, stage: Stage) -> Result<Report> {
        let receivers = self.receivers as usize;
        allow_descriptors(2 * receivers)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).doing(|| "listening".into())?;
        let address = listener.local_addr().doing(|| "listening".into())?;
        let line = format!(
            ":{}!load@127.0.0.1 PRIVMSG #channel :{}\r\n",
            stage.names.text(0),
            "x".repeat(stage.common.text_bytes)
        );
        let joined = line.repeat(self.joined as usize);
        let (accepted, stop) = (AtomicUsize::new(0), AtomicBool::new(false));

        let common = Common { address, sources: 0, tls: false, ..stage.common.clone() };
        thread::scope(|scope| {
            let sender = scope
                .spawn(|| send(&listener, receivers, joined.as_bytes(), self.sender_pin, &accepted, &stop));
            let counted = count(stage, &common, receivers, self.seconds, &accepted, &stop);
            stop.store(true, Ordering::Relaxed);
            // An accept that still waits gets what it waits for.
            let _ = TcpStream::connect(address);
            let sent = sender.join().map_err(|_| Error::Unusable("the sending thread failed".into()))??;
            let (count, pace) = counted?;
            self.report(&common, address, &count, &pace, sent)
        })
    }

    fn report(
        &self,
        common: &Common,
        address: SocketAddr,
        count: &Count,
        pace: &Pace,
        (sends, sender_cpu): (u64, Duration),
    ) -> Result<Report> {
        let server = Server { software: "own loop".into(), caps: Vec::new() };
        let mut report = Report::new("raw", &Common { address, ..common.clone() }, &server);
        report.set("receivers", self.receivers);
        report.set("joined", self.joined);
        report.set("seconds", self.seconds);
        report.real("deliveries_per_s", pace.per_second(count.lines));
        report.row("deliveries", count.lines);
        report.row("sends", sends);
        report.real("sender_cpu_us_per_delivery", sender_cpu.as_secs_f64() * 1e6 / count.lines.max(1) as f64);
        pace.rows(&mut report, "delivery", count.lines);
        Ok(report)
    }
}

/// Accepts all receivers, then sends until told to stop; returns the number of sends and the thread's processor time.
fn send(
    listener: &TcpListener,
    receivers: usize,
    joined: &[u8],
    cpu: Option<usize>,
    accepted: &AtomicUsize,
    stop: &AtomicBool,
) -> Result<(u64, Duration)> {
    if let Some(cpu) = cpu {
        pin(cpu)?;
    }
    let mut sockets = Vec::with_capacity(receivers);
    while sockets.len() < receivers && !stop.load(Ordering::Relaxed) {
        let (socket, _) = listener.accept().doing(|| "accepting".into())?;
        socket.set_nodelay(true).doing(|| "accepting".into())?;
        sockets.push(socket);
        accepted.fetch_add(1, Ordering::Release);
    }
    let mut sends = 0;
    while !stop.load(Ordering::Relaxed) {
        for socket in &mut sockets {
            // A receiver that is gone ends the run.
            if socket.write_all(joined).is_err() {
                return Ok((sends, thread_cpu()));
            }
            sends += 1;
        }
    }
    Ok((sends, thread_cpu()))
}

/// Connects all receivers and counts the lines; when it returns, all that was sent is read.
fn count(
    stage: Stage,
    common: &Common,
    receivers: usize,
    seconds: u64,
    accepted: &AtomicUsize,
    stop: &AtomicBool,
) -> Result<(Count, Pace)> {
    let mut net: Net = common.net(stage.names)?;
    let mut count = Count::default();
    let setup = Deadline::new(common.setup_seconds);
    while accepted.load(Ordering::Acquire) < receivers {
        if net.len() < receivers && net.len() - accepted.load(Ordering::Acquire) < 64 {
            net.open()?;
        } else {
            net.turn(Duration::from_millis(1), &mut count)?;
        }
        setup.check(|| "not all receivers are connected".into())?;
    }
    count.lines = 0;
    let mut pace = Pace::start(common)?;
    let mut progress = Progress::new(common, "sending");
    let end = Deadline::new(seconds);
    while !end.passed() {
        net.turn(Duration::from_millis(10), &mut count)?;
        pace.tick(count.lines);
        progress.show(end.share(), || format!("{} deliveries", count.lines));
    }
    pace.stop(common)?;
    stop.store(true, Ordering::Relaxed);
    let (lines, drain) = (count.lines, Deadline::new(common.drain_seconds));
    while count.closed < receivers && !drain.passed() {
        net.turn(Duration::from_millis(10), &mut count)?;
    }
    count.lines = lines;
    Ok((count, pace))
}
