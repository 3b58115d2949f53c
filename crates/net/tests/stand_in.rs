//! A door and an engine that are just enough to see what gateways do.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use colvert_core::audience::{Audience, Movement};
use colvert_core::command::CloseReason;
use colvert_core::event::{Event, Record, Source, Who};
use colvert_core::ids::{ChannelId, Millis, Position, SessionId, UserId};
use colvert_core::local::{ConnectionInfo, Ident};
use colvert_core::modes::Status;
use colvert_core::names::{NameRules, Nick};
use colvert_core::net::Net;
use colvert_core::refusal::Refusal;
use colvert_core::reply::Reply;
use colvert_core::server_bans::{BanTarget, KeptOut, ServerBan, ServerBans};
use colvert_core::session::{
    Class, Delivery, Door, Inbox, Input, Item, Outlet, Output, Relation, Request, Session, WireToken,
};
use colvert_core::text::Text;
use colvert_net::{Gateways, Listener, ListeningSocket, Lookup, NetLimits, Tls, WebRules};

/// Hands each line to the engine as it is, and writes what comes back. `how` is answered with how the connection was made.
pub struct Echo;

/// Events that sessions have put into words so far.
pub static WORDED: AtomicUsize = AtomicUsize::new(0);

/// What reading `slow` takes.
const SLOW: Duration = Duration::from_millis(5);

struct EchoSession {
    /// How the connection was made: link, host, fingerprint.
    how: String,
    class: u64,
    /// It has said `fragile`, and panics when it has to word an event.
    is_fragile: bool,
}

impl Door for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn session(&self, info: &ConnectionInfo) -> Box<dyn Session> {
        let certfp = info.more.certfp.as_deref().unwrap_or("-");
        let ident = match &info.more.ident {
            Ident::NotAsked => String::new(),
            other => format!(" {other:?}"),
        };
        Box::new(EchoSession {
            how: format!("{:?} {} {certfp}{ident}", info.link, info.host),
            class: 0,
            is_fragile: false,
        })
    }

    fn configure(&self, _: &colvert_core::settings::Settings) {}

    fn info(&self, host: compact_str::CompactString) -> ConnectionInfo {
        let address = host.parse().ok();
        ConnectionInfo { host, address, ..ConnectionInfo::default() }
    }
}

impl Session for EchoSession {
    fn line_bytes_max(&self) -> usize {
        1_000
    }

    fn receive(&mut self, line: &[u8]) -> Option<Request> {
        assert_ne!(line, b"panic", "asked for");
        if line == b"slow" {
            let began = Instant::now();
            while began.elapsed() < SLOW {}
        }
        let token: WireToken = Box::new(String::from_utf8_lossy(line).into_owned());
        (!line.is_empty()).then(|| Request { label: None, items: vec![Item::Wire(token)] })
    }

    fn overlong(&mut self) -> Request {
        let refusal = Refusal::InputTooLong(self.line_bytes_max());
        Request { label: None, items: vec![Item::refuse("", refusal)] }
    }

    fn is_foreign(&self, first: &[u8]) -> bool {
        first.starts_with(b"GET ")
    }

    fn greet(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"welcome\n");
    }

    fn class(&self) -> Class {
        Class(self.class)
    }

    fn encode(&self, delivery: &Delivery, relation: Relation, out: &mut Vec<u8>) {
        assert!(!self.is_fragile, "asked for");
        if let Event::Alerted { text, .. } = &delivery.record.event {
            WORDED.fetch_add(1, Ordering::Relaxed);
            let kind = if self.class == 0 { String::new() } else { format!(" as {}", self.class) };
            writeln!(out, "{relation:?}{kind} {}", text.as_str()).expect("memory takes everything");
        }
    }

    fn bind(&mut self, _: UserId) {}

    fn reply(&mut self, _: &'static str, _: &Reply, _: &mut Vec<u8>) {}

    fn aside(&mut self, _: &Reply, _: &mut Vec<u8>) {}

    fn refuse(&mut self, _: &str, refusal: &Refusal, out: &mut Vec<u8>) {
        writeln!(out, "refused: {refusal}").expect("memory takes everything");
    }

    fn wire(&mut self, token: WireToken, out: &mut Vec<u8>) {
        let line = token.downcast::<String>().expect("what was handed in");
        if let Some(class) = line.strip_prefix("kind ") {
            self.class = class.parse().expect("a number");
        }
        assert_ne!(*line, "panic when answered", "asked for");
        self.is_fragile |= *line == "fragile";
        let line = if *line == "how" { self.how.clone() } else { format!("echo {line}") };
        writeln!(out, "{line}").expect("memory takes everything");
    }

    fn begin(&mut self, _: &str) {}

    fn end(&mut self, _: &mut Vec<u8>) {}

    fn monitored(&mut self, _: bool, _: &Source, _: &mut Vec<u8>) {}

    fn goodbye(&mut self, reason: &CloseReason, out: &mut Vec<u8>) {
        writeln!(out, "bye {reason:?}").expect("memory takes everything");
    }

    fn ping(&mut self, _: &mut Vec<u8>) -> bool {
        false
    }
}

/// Where inputs go: to the engine's thread.
struct Queue {
    to_engine: Mutex<Sender<Input>>,
    told_of_ends: Arc<AtomicUsize>,
}

impl Inbox for Queue {
    fn push(&self, inputs: &mut Vec<Input>) {
        let queue = self.to_engine.lock().expect("no thread panics with it");
        for input in inputs.drain(..) {
            if matches!(input, Input::Close { .. }) {
                self.told_of_ends.fetch_add(1, Ordering::SeqCst);
            }
            // After the end nobody listens.
            let _ = queue.send(input);
        }
    }
}

/// What lies between the socket and the door.
#[derive(Default)]
pub struct Between {
    pub tls: Option<Arc<Tls>>,
    pub proxies: Option<Vec<Net>>,
    pub web: Option<WebRules>,
    pub lookup: Option<Lookup>,
}

/// A server of echoes.
pub struct Server {
    gateways: Gateways,
    pub address: SocketAddr,
    /// Why sessions ended, as the engine was told.
    pub closed: Receiver<CloseReason>,
    /// Of how many ends the engine was told; it may not have come to all of them yet.
    pub told_of_ends: Arc<AtomicUsize>,
    /// While somebody holds it the engine answers nothing.
    pub engine: Arc<Mutex<()>>,
}

impl Server {
    pub fn start(limits: NetLimits) -> Self {
        Self::behind(limits, Between::default())
    }

    /// With something between the socket and the door.
    pub fn behind(limits: NetLimits, between: Between) -> Self {
        let Between { tls, proxies, web, lookup } = between;
        let mut gateways = Gateways::new(2).expect("event queues");
        let (inputs, from_gateways) = channel();
        let (tell_closed, closed) = channel();
        let engine = Arc::new(Mutex::new(()));
        let outlets = gateways.outlets();
        let turn = engine.clone();
        std::thread::spawn(move || run_engine(&from_gateways, &outlets, &tell_closed, &turn));
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = socket.local_addr().expect("its number");
        let told_of_ends = Arc::<AtomicUsize>::default();
        let inbox: Arc<dyn Inbox> =
            Arc::new(Queue { to_engine: Mutex::new(inputs), told_of_ends: told_of_ends.clone() });
        let socket = ListeningSocket::Tcp(socket);
        let listeners = vec![Listener { door: Arc::new(Echo), socket, tls, proxies, web }];
        if let Some(lookup) = lookup {
            gateways.look_up(lookup);
        }
        gateways.run(listeners, &inbox, limits).expect("threads");
        Self { gateways, address, closed, told_of_ends, engine }
    }

    pub fn counter(&self, name: &str) -> u64 {
        let counters = self.gateways.counters().list();
        counters.into_iter().find(|(known, _)| *known == name).expect("a counter of that name").1
    }

    /// Other limits, from now on.
    pub fn limit(&self, limits: &NetLimits) {
        self.gateways.limiter().set(limits);
    }

    pub fn stop(self) {
        self.gateways.stop(&CloseReason::ShuttingDown);
    }

    /// Connects, and reads the welcome.
    pub fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).expect("it accepts");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        let mut client = Client { reader: BufReader::new(stream) };
        assert_eq!(client.read(), "welcome");
        client
    }

    /// Connects and binds.
    pub fn join(&self) -> Client {
        let mut client = self.connect();
        client.ask("bind");
        client
    }
}

/// Binds who says `bind`, keeps a net out for who says `keep out …`, shows `all …` to everybody, does what `at once …` lists, and
/// echoes the rest.
fn run_engine(
    inputs: &Receiver<Input>,
    outlets: &[Arc<dyn Outlet>],
    closed: &Sender<CloseReason>,
    turn: &Mutex<()>,
) {
    let mut bound = Vec::new();
    for input in inputs {
        let _turn = turn.lock();
        match input {
            Input::Open { .. } => {}
            // Nothing that is said here is long.
            Input::More { .. } => {}
            Input::Close { reason, .. } => drop(closed.send(reason)),
            Input::Request { session, request } => {
                let outlet = &outlets[usize::from(session.gateway())];
                for item in request.items {
                    if let Some(orders) = at_once(&item) {
                        give_at_once(&orders, &bound, outlets);
                    }
                    if is_bind(&item) {
                        bound.push(session);
                    }
                    answer(session, item, outlet, outlets);
                }
                outlet.push(&mut vec![Output::End { session }]);
            }
        }
    }
}

fn is_bind(item: &Item) -> bool {
    matches!(item, Item::Wire(token) if token.downcast_ref::<String>().is_some_and(|line| line == "bind"))
}

fn at_once(item: &Item) -> Option<String> {
    let Item::Wire(token) = item else { return None };
    token.downcast_ref::<String>()?.strip_prefix("at once ").map(str::to_owned)
}

/// Gives each gateway all that comes of these orders in one piece. An order is `join CHANNEL PERSON`, `part CHANNEL PERSON`,
/// `say CHANNEL PERSON WORD`, `all PERSON WORD`, `to PERSON WORD` or `kind PERSON CLASS`; people are counted in the order in which they were bound.
fn give_at_once(orders: &str, bound: &[SessionId], outlets: &[Arc<dyn Outlet>]) {
    let mut outputs: Vec<Vec<Output>> = outlets.iter().map(|_| Vec::new()).collect();
    for order in orders.split(';') {
        let words: Vec<&str> = order.split(' ').collect();
        let number = |n: usize| words[n].parse::<u64>().expect("a number");
        let person = |n: usize| bound[usize::try_from(number(n)).expect("it is small")];
        let user = |n: usize| UserId(person(n).0);
        let to_all = match words[0] {
            "join" => Output::Seed(
                vec![Movement::Join { user: user(2), channel: ChannelId(number(1)), status: Status::NONE }]
                    .into(),
            ),
            "part" => {
                Output::Seed(vec![Movement::Leave { user: user(2), channel: ChannelId(number(1)) }].into())
            }
            "say" => {
                let mut delivery = alert(person(2), user(2), words[3]);
                delivery.audience = Audience::Channel(ChannelId(number(1)));
                Output::Deliver(Arc::new(delivery))
            }
            "all" => Output::Deliver(Arc::new(alert(person(1), user(1), words[2]))),
            _ => {
                let line = if words[0] == "to" { words[2].to_owned() } else { format!("kind {}", words[2]) };
                let session = person(1);
                outputs[usize::from(session.gateway())].push(Output::Wire { session, token: Box::new(line) });
                continue;
            }
        };
        for outputs in &mut outputs {
            outputs.push(match &to_all {
                Output::Seed(movements) => Output::Seed(movements.clone()),
                Output::Deliver(delivery) => Output::Deliver(delivery.clone()),
                _ => unreachable!("nothing else is for all"),
            });
        }
    }
    for (outlet, outputs) in outlets.iter().zip(&mut outputs) {
        outlet.push(outputs);
    }
}

fn answer(session: SessionId, item: Item, outlet: &Arc<dyn Outlet>, outlets: &[Arc<dyn Outlet>]) {
    let user = UserId(session.0);
    match item {
        Item::Refuse { verb, refusal } => outlet.push(&mut vec![Output::Refuse { session, verb, refusal }]),
        Item::Wire(token) => {
            let line = token.downcast_ref::<String>().expect("the door's token").clone();
            if line == "bind" {
                outlet.push(&mut vec![Output::Bind { session, user }]);
            }
            if let Some(address) = line.strip_prefix("for ") {
                let address = address.parse().expect("an address");
                outlet.push(&mut vec![Output::ConnectsFor { session, address }]);
            }
            if let Some(net) = line.strip_prefix("keep out ") {
                outlets[0].push(&mut vec![Output::KeepOut(Arc::new(kept_out(net)))]);
            }
            if let Some(words) = line.strip_prefix("all ") {
                let delivery = Arc::new(alert(session, user, words));
                for outlet in outlets {
                    outlet.push(&mut vec![Output::Deliver(delivery.clone())]);
                }
            }
            outlet.push(&mut vec![Output::Wire { session, token }]);
        }
        Item::Command { .. } => unreachable!("the echo door has no commands"),
    }
}

fn kept_out(net: &str) -> KeptOut {
    let target = BanTarget::parse(net, NameRules::Ascii).expect("a net");
    let reason = Text::new("no ducks").ok();
    let mut bans = ServerBans::default();
    bans.insert(ServerBan { target, reason, by: "op".into(), at: Millis(0), until: None, kind: None });
    bans.kept_out()
}

fn alert(session: SessionId, id: UserId, words: &str) -> Delivery {
    let nick = Nick::new("echo", NameRules::Ascii).expect("a nick");
    let by = Source::from(Who { id, nick, user: "u".into(), host: "h".into(), account: None, bot: false });
    let event = Event::Alerted { by, text: Text::new(words).expect("words") };
    let record = Record { position: Position(1), time: Millis(1), generation: 1, event };
    Delivery { record, audience: Audience::Everybody, origin: Some(session), stored: true }
}

/// A person at a socket.
pub struct Client {
    pub reader: BufReader<TcpStream>,
}

impl Client {
    pub fn send(&mut self, bytes: &[u8]) {
        self.reader.get_mut().write_all(bytes).expect("it takes bytes");
    }

    /// The next line; empty when the connection has ended.
    pub fn read(&mut self) -> String {
        let mut line = String::new();
        match self.reader.read_line(&mut line) {
            Ok(_) => line.trim_end().to_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => String::new(),
            Err(error) => panic!("no line came: {error}"),
        }
    }

    /// Sends a line and waits for its echo, skipping what is not it.
    pub fn ask(&mut self, line: &str) {
        self.send(format!("{line}\n").as_bytes());
        while self.read() != format!("echo {line}") {}
    }
}

/// A connection that nothing was said on.
pub fn socket(server: &Server) -> TcpStream {
    let socket = TcpStream::connect(server.address).expect("it accepts");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    socket
}

/// All that comes up to the end, which may be a reset.
pub fn to_the_end(from: &mut impl Read) -> String {
    let mut all = Vec::new();
    match from.read_to_end(&mut all) {
        Ok(_) => {}
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof | ErrorKind::InvalidData
            ) => {}
        Err(error) => panic!("it does not end: {error}"),
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// The next line, without its end.
pub fn line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).expect("a line in time");
    line.trim_end().to_owned()
}
