//! A stage for plays: sessions of this door around the rules of core, without log, threads or sockets.
//! Everything is durable at once, the clock stands still, and a password's hash is the password.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use colvert_core::audience::{Audience, audience};
use colvert_core::command::{Act, Actor, CloseReason, Context, Entry, Fields, Outcome, Step};
use colvert_core::commands::{self, presence};
use colvert_core::event::{Event, Record, Source};
use colvert_core::evolve::evolve;
use colvert_core::identity::BadToken;
use colvert_core::ids::{ChannelId, Millis, Position, SessionId, UserId};
use colvert_core::local::{ConnectionInfo, Link, Local, LocalChange, Particulars, Whowas};
use colvert_core::names::NameRules;
use colvert_core::opers::{Oper, OperName, Opers};
use colvert_core::refusal::Refusal;
use colvert_core::reply;
use colvert_core::scram::Verifier;
use colvert_core::secret::Secret;
use colvert_core::session::{Delivery, Door, Item, Relation, Request, Session};
use colvert_core::settings::{About, Limits, Settings};
use colvert_core::state::State;
use colvert_core::work::{Draw, LoggedEvent, Work, WorkResult};
use colvert_irc::IrcDoor;
use compact_str::CompactString;

/// 2023-11-14T22:13:20.000Z.
const NOW: Millis = Millis(1_700_000_000_000);

pub struct Stage {
    door: IrcDoor,
    settings: Settings,
    state: State,
    local: Local,
    sessions: BTreeMap<SessionId, Actress>,
    said: Vec<Record>,
    names: Vec<(String, SessionId)>,
}

/// Operators by their certificates: `wanda` at once, `oscar` by OPER.
fn opers() -> Opers {
    let oper = |name: &str, automatic| Oper {
        class: "moderator".into(),
        certfp: Some(certificate(name)),
        automatic,
        ..Oper::default()
    };
    let all = [("wanda", true), ("oscar", false)];
    let opers = all.map(|(name, automatic)| (OperName::new(name), oper(name, automatic)));
    Opers { opers: opers.into(), ..Opers::default() }
}

/// The fingerprint of somebody's certificate.
fn certificate(name: &str) -> CompactString {
    format!("{name}{:0>56}", "").into()
}

/// One session, and what was written to it.
struct Actress {
    session: Box<dyn Session>,
    out: Vec<u8>,
}

impl Stage {
    pub fn new() -> Self {
        let limits = Limits {
            channels_per_user: 3,
            list_entries: 2,
            monitor_entries: 2,
            accept_entries: 2,
            metadata_at_once: 1,
            list_channels: 3,
            ..Limits::default()
        };
        let settings = Settings {
            server: "irc.test".into(),
            network: "Test".into(),
            motd: vec!["Be kind.".into(), "é".repeat(300)],
            about: About {
                admin: ["Test", "Here", "admin@irc.test"].map(str::to_owned).to_vec(),
                ..About::default()
            },
            limits,
            opers: opers(),
            ..Settings::default()
        };
        Self {
            door: IrcDoor::new(&settings, NOW),
            settings,
            state: State::default(),
            local: Local::default(),
            sessions: BTreeMap::new(),
            said: Vec::new(),
            names: Vec::new(),
        }
    }

    /// Somebody connects from a host.
    pub fn connect(&mut self, name: &str, host: &str) {
        let info = self.door.info(host.into());
        self.open(name, info);
    }

    /// Somebody connects by TLS, and shows a certificate.
    #[allow(dead_code, reason = "only plays need it")]
    pub fn connect_securely(&mut self, name: &str, host: &str) {
        let more = Particulars { certfp: Some(certificate(name)), ..Particulars::default() }.into();
        let info = ConnectionInfo { link: Link::Secure, more, ..self.door.info(host.into()) };
        self.open(name, info);
    }

    fn open(&mut self, name: &str, info: ConnectionInfo) {
        let id = SessionId(self.names.len() as u64 + 1);
        let session = self.door.session(&info);
        self.local.open(id, info);
        self.sessions.insert(id, Actress { session, out: Vec::new() });
        self.names.push((name.to_owned(), id));
    }

    /// A line from somebody.
    pub fn line(&mut self, name: &str, line: &[u8]) {
        let id = self.id(name);
        let is_open = self.local.get(id).is_some();
        let Some(actress) = self.sessions.get_mut(&id).filter(|_| is_open) else { return };
        let longest = actress.session.line_bytes_max();
        let request = if line.len() > longest {
            Some(actress.session.overlong())
        } else {
            actress.session.receive(line)
        };
        if let Some(request) = request {
            self.request(id, request);
        }
    }

    /// A command from the server's own command line.
    pub fn control(&mut self, line: &str) {
        let mut words = line.split(' ');
        let entry = commands::find(words.next().unwrap_or_default()).expect("a command");
        let words: Vec<_> = words.map(str::to_owned).collect();
        let act = (entry.parse)(&mut Words(words.into())).unwrap_or_else(|refusal| panic!("{refusal}"));
        let cx = self.context(Actor::Control);
        let decided = act.decide(&cx).unwrap_or_else(|refusal| panic!("{refusal}"));
        for step in self.waited(Actor::Control, decided).unwrap_or_else(|refusal| panic!("{refusal}")) {
            if let Step::Event(event) = step {
                self.happen(None, event, true);
            }
        }
    }

    /// What somebody was sent since they were last asked, line by line.
    pub fn take(&mut self, name: &str) -> Vec<Vec<u8>> {
        let id = self.id(name);
        let out =
            self.sessions.get_mut(&id).map(|actress| std::mem::take(&mut actress.out)).unwrap_or_default();
        let lines = out.split_inclusive(|byte| *byte == b'\n');
        lines.map(|line| line.strip_suffix(b"\r\n").expect("lines end with CR LF").to_vec()).collect()
    }

    /// Everybody who ever connected, in that order.
    pub fn cast(&self) -> Vec<String> {
        self.names.iter().map(|(name, _)| name.clone()).collect()
    }

    fn id(&self, name: &str) -> SessionId {
        self.names.iter().rev().find(|(known, _)| known == name).expect("somebody who connected").1
    }

    fn context(&self, actor: Actor) -> Context<'_> {
        Context { state: &self.state, local: &self.local, settings: &self.settings, actor, now: NOW }
    }

    fn with(&mut self, id: SessionId, then: impl FnOnce(&mut dyn Session, &mut Vec<u8>)) {
        if let Some(actress) = self.sessions.get_mut(&id) {
            then(&mut *actress.session, &mut actress.out);
        }
    }

    fn request(&mut self, id: SessionId, request: Request) {
        if let Some(label) = &request.label {
            self.with(id, |session, _| session.begin(label));
        }
        for item in request.items {
            match item {
                Item::Wire(token) => self.with(id, |session, out| session.wire(token, out)),
                Item::Refuse { verb, refusal } => {
                    self.with(id, |session, out| session.refuse(&verb, &refusal, out));
                }
                Item::Command { entry, act } => self.command(id, entry, act),
            }
            if self.local.get(id).is_none() {
                return;
            }
        }
        self.with(id, |session, out| session.end(out));
    }

    fn command(&mut self, id: SessionId, entry: &'static Entry, act: Box<dyn Act>) {
        let cx = self.context(Actor::Session(id));
        let decided = entry.guard(&cx).and_then(|()| act.decide(&cx));
        match decided.and_then(|outcome| self.waited(Actor::Session(id), outcome)) {
            Ok(steps) => self.perform(id, entry, steps),
            Err(refusal) => self.with(id, |session, out| session.refuse(entry.name, &refusal, out)),
        }
    }

    fn waited(&self, actor: Actor, outcome: Outcome) -> Result<Vec<Step>, Refusal> {
        match outcome {
            Outcome::Done(steps) => Ok(steps),
            Outcome::First(..) => unreachable!("no play comes back as a client"),
            Outcome::Wait(work, then) => {
                let result = self.work(*work);
                self.waited(actor, then(&self.context(actor), result)?)
            }
        }
    }

    fn work(&self, work: Work) -> WorkResult {
        match work {
            Work::HashPassword(password) => WorkResult::Hashed(password.expose().to_owned()),
            Work::DeriveScram { password, iterations } => {
                WorkResult::Derived(Verifier::derive(&password, vec![1; 16], iterations))
            }
            Work::VerifyPassword { password, hash } | Work::VerifyAccount { password, hash } => {
                WorkResult::Verified(hash.is_some_and(|hash| hash == password.expose()))
            }
            Work::History(_) => {
                WorkResult::History(self.said.iter().cloned().map(std::sync::Arc::new).collect())
            }
            Work::Conversations(_) => WorkResult::Conversations(Vec::new()),
            Work::InspectToken(_) => WorkResult::Inspected(Err(BadToken::Unchecked)),
            Work::Post(_) => WorkResult::Posted,
            Work::Reload => WorkResult::Reloaded(Ok(Default::default())),
            Work::Draw(Draw::Code) => WorkResult::Drawn(Secret::new("abcd-efgh-ijkm-npqr")),
            Work::Draw(Draw::Token) => WorkResult::Drawn(Secret::new("token-abc")),
            Work::SaidBy { .. } => WorkResult::SaidBy(Box::default()),
            Work::AuditTrail { .. } => WorkResult::AuditTrail(Vec::new()),
            Work::EventLog { .. } => WorkResult::EventLog(vec![LoggedEvent {
                time: NOW,
                kind: "joined".into(),
                actor: "alice".into(),
                channel: "#c".into(),
                target: String::new(),
                detail: String::new(),
            }]),
        }
    }

    fn perform(&mut self, id: SessionId, entry: &'static Entry, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Event(event) => self.happen(Some(id), event, true),
                Step::Ephemeral(event) => self.happen(Some(id), event, false),
                Step::Local(change) => {
                    if let LocalChange::Bind(user) = change {
                        self.with(id, |session, _| session.bind(user));
                    }
                    self.local.change(id, change);
                }
                Step::Reply(reply) => self.with(id, |session, out| session.reply(entry.name, &reply, out)),
                Step::Refuse(refusal) => {
                    self.with(id, |session, out| session.refuse(entry.name, &refusal, out));
                }
                Step::Ask(question) => {
                    if let Some(reply) = reply::answer(&self.context(Actor::Session(id)), &question) {
                        self.with(id, |session, out| session.reply(entry.name, &reply, out));
                    }
                }
                Step::Close(reason) => self.close(id, &reason),
                Step::StopServer => {}
                Step::AskUser(user, question) => {
                    for other in self.local.sessions_of(user).collect::<Vec<_>>() {
                        let reply = reply::answer(&self.context(Actor::Session(other)), &question);
                        self.with(other, |session, out| match reply {
                            Some(reply) if other == id => session.reply(entry.name, &reply, out),
                            Some(reply) => session.aside(&reply, out),
                            None => {}
                        });
                    }
                }
                Step::CloseSessions(sessions, reason) => {
                    for id in sessions {
                        self.close(id, &reason);
                    }
                }
                Step::CloseUser(user, reason) => {
                    for id in self.local.sessions_of(user).collect::<Vec<_>>() {
                        self.close(id, &reason);
                    }
                }
            }
        }
    }

    fn close(&mut self, id: SessionId, reason: &CloseReason) {
        if let Some(user) =
            self.local.close(id).map(|gone| gone.user).filter(|user| !self.local.has_session(*user))
            && let Some(user) = self.state.user(user)
        {
            let events = presence::end(&self.context(Actor::Session(id)), user, reason.as_quit_reason());
            events.into_iter().for_each(|event| self.happen(None, event, true));
        }
        self.with(id, |session, out| session.goodbye(reason, out));
    }

    fn happen(&mut self, origin: Option<SessionId>, event: Event, stored: bool) {
        let position = Position(self.state.position.0 + u64::from(stored));
        let record = Record { position, time: NOW, generation: 1, event };
        if let Event::Quit { by, .. } | Event::NickChanged { by, .. } = &record.event {
            if let Some(user) = self.state.user(by.id) {
                let was = Whowas { source: by.clone(), realname: user.realname.clone(), until: NOW };
                self.local.remember(was, 10);
            }
            self.tell_monitors(by, false);
        }
        let delivery = Delivery { audience: audience(&record.event), record, origin, stored };
        let before = self.expand(&delivery.audience);
        if stored {
            evolve(&mut self.state, &delivery.record);
        }
        let leaves =
            matches!(delivery.record.event, Event::Quit { .. } | Event::Parted { .. } | Event::Kicked { .. });
        let users = if leaves { before } else { self.expand(&delivery.audience) };
        self.deliver(&delivery, &users);
        match &delivery.record.event {
            Event::Connected { by, .. } => self.tell_monitors(by, true),
            Event::NickChanged { by, nick, .. } => {
                self.tell_monitors(&by.but(|who| who.nick = nick.clone()), true);
            }
            Event::Said { .. } => self.said.push(delivery.record),
            _ => {}
        }
    }

    fn deliver(&mut self, delivery: &Delivery, users: &[UserId]) {
        let subject = delivery.record.event.subject();
        let mut sessions: Vec<_> =
            users.iter().flat_map(|user| self.local.sessions_of(*user).map(|id| (*user, id))).collect();
        sessions.sort_by_key(|(_, id)| *id);
        for (user, id) in sessions {
            self.with(id, |session, out| {
                if delivery.origin == Some(id) {
                    session.encode_origin(delivery, out);
                } else if subject == Some(user) {
                    session.encode_own(delivery, out);
                } else {
                    session.encode(delivery, Relation::Other, out);
                }
            });
        }
    }

    fn expand(&self, audience: &Audience) -> Vec<UserId> {
        let members = |channel: &ChannelId| -> Vec<UserId> {
            self.state
                .channel(*channel)
                .map(|channel| channel.members.keys().copied().collect())
                .unwrap_or_default()
        };
        let peers = |user: &UserId| -> Vec<UserId> {
            let channels =
                self.state.user(*user).map(|user| user.channels.keys().copied().collect::<Vec<_>>());
            let mut peers: Vec<_> = channels.unwrap_or_default().iter().flat_map(members).collect();
            peers.sort_unstable();
            peers.dedup();
            peers.retain(|peer| peer != user);
            peers
        };
        match audience {
            Audience::Nobody => Vec::new(),
            // No channel of a play is an auditorium.
            Audience::Channel(id) | Audience::Seeing(id, _) => members(id),
            Audience::ChannelAtLeast(id, least) => {
                let channel = self.state.channel(*id).expect("a channel");
                channel.members.iter().filter(|(_, s)| s.at_least(*least)).map(|(id, _)| *id).collect()
            }
            Audience::ChannelAtLeastAnd(id, least, user) => {
                let channel = self.state.channel(*id).expect("a channel");
                let has_it = channel.members.iter().filter(|(id, s)| s.at_least(*least) && *id != user);
                has_it.map(|(id, _)| *id).chain([*user]).collect()
            }
            Audience::Peers(user) => peers(user),
            Audience::PeersAndSelf(user) => peers(user).into_iter().chain([*user]).collect(),
            Audience::User(user) => vec![*user],
            Audience::Pair(one, other) => vec![*one, *other],
            Audience::Users(users) => users.clone(),
            Audience::SeeingAnd(id, _, user) => members(id).into_iter().chain([*user]).collect(),
            Audience::Everybody => self.state.users.keys().copied().collect(),
        }
    }

    fn tell_monitors(&mut self, who: &Source, online: bool) {
        for id in self.local.monitors_of(&who.nick.key()).collect::<Vec<_>>() {
            self.with(id, |session, out| session.monitored(online, who, out));
        }
    }
}

/// Words of the command line.
struct Words(VecDeque<String>);

impl Fields for Words {
    fn channel(&mut self, name: &'static str) -> Result<Option<Cow<'_, str>>, Refusal> {
        Ok(self.word(name))
    }

    fn word(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        self.0.pop_front().map(Cow::Owned)
    }

    fn rest(&mut self, _: &'static str) -> Option<Cow<'_, str>> {
        let rest: Vec<_> = self.0.drain(..).collect();
        (!rest.is_empty()).then(|| Cow::Owned(rest.join(" ")))
    }

    fn names(&self) -> NameRules {
        NameRules::Precis
    }
}
