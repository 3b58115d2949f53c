//! A conversation in memory: the core decides, line sessions word it. Nothing is logged and nothing waits,
//! except that slow work is answered by [`Room::work`]. What the engine guards is guarded here the same way.

use std::collections::BTreeMap;

use colvert_core::audience::{Audience, audience};
use colvert_core::command::{Actor, CloseReason, Context, Entry, Outcome, Step};
use colvert_core::commands::presence;
use colvert_core::conversation::Conversation;
use colvert_core::event::{Event, Record};
use colvert_core::evolve::evolve;
use colvert_core::identity::BadToken;
use colvert_core::ids::{Millis, SessionId, UserId};
use colvert_core::local::{Language, Local, LocalChange};
use colvert_core::reply;
use colvert_core::scram::Verifier;
use colvert_core::secret::Secret;
use colvert_core::session::{Delivery, Door, Item, Relation, Session};
use colvert_core::settings::Settings;
use colvert_core::state::State;
use colvert_core::work::{LoggedEvent, Work, WorkResult};
use colvert_line::LineDoor;

/// 2026-11-24 14:03 UTC.
const NOW: Millis = Millis(1_795_529_039_000);

pub struct Room {
    door: LineDoor,
    settings: Settings,
    state: State,
    local: Local,
    people: BTreeMap<SessionId, Person>,
    said: Vec<Record>,
}

struct Person {
    session: Box<dyn Session>,
    unread: Vec<u8>,
}

impl Room {
    pub fn new(language: Language) -> Self {
        let settings = Settings::default();
        Self {
            door: LineDoor::new(&settings, language),
            settings,
            state: State::default(),
            local: Local::default(),
            people: BTreeMap::new(),
            said: Vec::new(),
        }
    }

    /// Somebody connects.
    pub fn open(&mut self) -> SessionId {
        let id = SessionId(self.people.len() as u64 + 1);
        let info = self.door.info("127.0.0.1".into());
        let mut person = Person { session: self.door.session(&info), unread: Vec::new() };
        person.session.greet(&mut person.unread);
        self.local.open(id, info);
        self.people.insert(id, person);
        id
    }

    /// All that somebody was sent and has not read yet.
    pub fn reads(&mut self, id: SessionId) -> String {
        let unread = std::mem::take(&mut self.person(id).unread);
        String::from_utf8(unread).expect("only UTF-8 is written")
    }

    /// Somebody types one line.
    pub fn types(&mut self, id: SessionId, line: impl AsRef<[u8]>) {
        let line = line.as_ref();
        let session = &mut self.person(id).session;
        let is_long = line.len() > session.line_bytes_max();
        let request = if is_long { Some(session.overlong()) } else { session.receive(line) };
        let Some(request) = request else { return };
        for item in request.items {
            self.item(id, item);
        }
        if self.local.get(id).is_some() {
            self.with(id, |session, out| session.end(out));
        }
    }

    fn item(&mut self, id: SessionId, item: Item) {
        match item {
            Item::Wire(token) => self.with(id, |session, out| session.wire(token, out)),
            Item::Refuse { verb, refusal } => {
                self.with(id, |session, out| session.refuse(&verb, &refusal, out));
            }
            Item::Command { entry, act } => {
                let cx = self.context(id);
                let mut decided = entry.guard(&cx).and_then(|()| act.decide(&cx));
                while let Ok(Outcome::Wait(work, then)) = decided {
                    let result = self.work(*work);
                    decided = then(&self.context(id), result);
                }
                match decided {
                    Ok(Outcome::Done(steps)) => {
                        steps.into_iter().for_each(|step| self.step(id, entry, step));
                    }
                    Ok(Outcome::First(..)) => unreachable!("no play comes back as a client"),
                    Ok(Outcome::Wait(..)) => unreachable!("waited for above"),
                    Err(refusal) => self.with(id, |session, out| session.refuse(entry.name, &refusal, out)),
                }
            }
        }
    }

    fn step(&mut self, id: SessionId, entry: &'static Entry, step: Step) {
        match step {
            Step::Event(event) => self.happen(Some(id), event),
            Step::Ephemeral(_) => unreachable!("no slash command is ephemeral"),
            Step::Local(change) => {
                if let LocalChange::Bind(user) = change {
                    self.person(id).session.bind(user);
                }
                self.local.change(id, change);
            }
            Step::Reply(reply) => self.with(id, |session, out| session.reply(entry.name, &reply, out)),
            Step::Refuse(refusal) => {
                self.with(id, |session, out| session.refuse(entry.name, &refusal, out));
            }
            Step::Ask(question) => {
                if let Some(reply) = reply::answer(&self.context(id), &question) {
                    self.with(id, |session, out| session.reply(entry.name, &reply, out));
                }
            }
            Step::Close(reason) => self.close(id, reason),
            Step::StopServer => {}
            // Nobody here has several sessions.
            Step::AskUser(_, question) => self.step(id, entry, Step::Ask(question)),
            Step::CloseSessions(sessions, reason) => {
                for id in sessions {
                    self.close(id, reason.clone());
                }
            }
            Step::CloseUser(user, reason) => {
                for id in self.local.sessions_of(user).collect::<Vec<_>>() {
                    self.close(id, reason.clone());
                }
            }
        }
    }

    /// The server closes somebody's connection.
    pub fn close(&mut self, id: SessionId, reason: CloseReason) {
        self.with(id, |session, out| session.goodbye(&reason, out));
        // A session that was somebody's is that person's only one here.
        let events = match self.local.get(id).and_then(|session| session.user) {
            Some(user) => {
                let user = self.state.user(user).expect("a bound session has a user");
                presence::end(&self.context(id), user, reason.as_quit_reason())
            }
            None => Vec::new(),
        };
        self.local.close(id);
        events.into_iter().for_each(|event| self.happen(None, event));
    }

    /// A fact: applied, and shown to its audience.
    pub fn happen(&mut self, origin: Option<SessionId>, event: Event) {
        let record = Record { position: self.state.position.plus(1), time: NOW, generation: 1, event };
        let audience = audience(&record.event);
        let leaves = matches!(record.event, Event::Parted { .. } | Event::Kicked { .. } | Event::Quit { .. });
        let before = self.users(&audience);
        evolve(&mut self.state, &record);
        let users = if leaves { before } else { self.users(&audience) };
        if matches!(record.event, Event::Said { .. }) {
            self.said.push(record.clone());
        }
        let delivery = Delivery { record, audience, origin, stored: true };
        let sessions: Vec<_> = users.iter().flat_map(|user| self.local.sessions_of(*user)).collect();
        for id in sessions {
            let user = self.local.get(id).and_then(|session| session.user);
            self.with(id, |session, out| {
                if delivery.origin == Some(id) {
                    session.encode_origin(&delivery, out);
                } else if user == delivery.record.event.subject() {
                    session.encode_own(&delivery, out);
                } else {
                    session.encode(&delivery, Relation::Other, out);
                }
            });
        }
    }

    fn users(&self, audience: &Audience) -> Vec<UserId> {
        let members = |id| self.state.channel(id).into_iter().flat_map(|c| c.members.keys().copied());
        let peers = |id: &UserId| {
            let channels = self.state.user(*id).into_iter().flat_map(|user| user.channels.keys());
            let mut all: Vec<_> = channels.flat_map(|channel| members(*channel)).collect();
            all.sort_unstable();
            all.dedup();
            all.retain(|peer| peer != id);
            all
        };
        match audience {
            Audience::Nobody => Vec::new(),
            // No room of a play is an auditorium.
            Audience::Channel(id) | Audience::Seeing(id, _) => members(*id).collect(),
            Audience::ChannelAtLeast(..) | Audience::ChannelAtLeastAnd(..) => {
                unreachable!("no play here has such words")
            }
            Audience::Peers(id) => peers(id),
            Audience::PeersAndSelf(id) => peers(id).into_iter().chain([*id]).collect(),
            Audience::User(user) => vec![*user],
            Audience::Pair(one, other) => vec![*one, *other],
            Audience::Users(users) => users.clone(),
            Audience::SeeingAnd(id, _, user) => {
                let others = members(*id).filter(|member| member != user);
                others.chain([*user]).collect()
            }
            Audience::Everybody => self.state.users.keys().copied().collect(),
        }
    }

    fn work(&self, work: Work) -> WorkResult {
        match work {
            Work::HashPassword(secret) => WorkResult::Hashed(format!("hash of {}", secret.expose())),
            Work::DeriveScram { password, iterations } => {
                WorkResult::Derived(Verifier::derive(&password, vec![1; 16], iterations))
            }
            Work::VerifyPassword { password, hash } | Work::VerifyAccount { password, hash } => {
                WorkResult::Verified(hash == Some(format!("hash of {}", password.expose())))
            }
            Work::History(query) => WorkResult::History(
                self.said
                    .iter()
                    .filter(|record| record.position > query.after && record.position <= query.until)
                    .filter(|record| Conversation::of(&record.event).as_ref() == Some(&query.of))
                    .map(|record| std::sync::Arc::new(record.clone()))
                    .collect(),
            ),
            Work::Conversations(_) => WorkResult::Conversations(Vec::new()),
            Work::InspectToken(_) => WorkResult::Inspected(Err(BadToken::Unchecked)),
            Work::Post(_) => WorkResult::Posted,
            Work::Reload => WorkResult::Reloaded(Ok(Default::default())),
            Work::Draw(_) => WorkResult::Drawn(Secret::new("abcd-efgh-ijkm-npqr")),
            Work::SaidBy { .. } => WorkResult::SaidBy(Box::default()),
            Work::AuditTrail { .. } => WorkResult::AuditTrail(Vec::new()),
            Work::EventLog { .. } => WorkResult::EventLog(vec![LoggedEvent {
                time: NOW,
                kind: "joined".into(),
                actor: "ginette".into(),
                channel: "#general".into(),
                target: String::new(),
                detail: String::new(),
            }]),
        }
    }

    fn context(&self, id: SessionId) -> Context<'_> {
        Context {
            state: &self.state,
            local: &self.local,
            settings: &self.settings,
            actor: Actor::Session(id),
            now: NOW,
        }
    }

    fn person(&mut self, id: SessionId) -> &mut Person {
        self.people.get_mut(&id).expect("somebody who connected")
    }

    fn with(&mut self, id: SessionId, write: impl FnOnce(&mut dyn Session, &mut Vec<u8>)) {
        let person = self.person(id);
        write(person.session.as_mut(), &mut person.unread);
    }
}
