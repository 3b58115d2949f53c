//! The shape of a command: typed arguments, guards, and a decision. Each command is one file in
//! [`crate::commands`] and one line in [`crate::commands::COMMANDS`]; every door derives from that line.

mod close_reason;
mod directory;
mod outcome;

pub use close_reason::CloseReason;
pub use directory::Directory;
pub use outcome::{Continuation, EVENTS_PER_ENTRY, Outcome, Step};

pub use crate::arguments::{
    Args, ChannelRef, Field, FieldInfo, Fields, Here, Shape, Somebody, Spot, Whose, Word,
};
use crate::ids::{Millis, SessionId};
use crate::local::{Local, Session};
use crate::names::NameRules;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::state::{Channel, State, User};

// ---------------------------------------------------------------- what a command is

/// What a session must have before a command is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// Connection registration.
    Presence,
    /// A right of an operator. What a command with one does leaves an [`crate::audit::Act`].
    Right(Right),
    /// The server's own command line; no door offers it.
    Control,
}

/// What of a command goes into the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogClass {
    /// Its events are kept before anybody is told. It may also show what is not kept.
    Logged,
    /// It changes what the engine knows of the session, and nothing else.
    NodeLocal,
    /// It is shown and never stored.
    Ephemeral,
    /// It asks.
    Nothing,
}

/// A command: its arguments are the type itself.
pub trait Command: Args {
    /// The verb, as the specifications spell it.
    const NAME: &'static str;
    /// The slash commands that mean it, the one in help first. None: the line protocol does not have it.
    const SLASH: &'static [&'static str];
    /// One sentence for help, in English.
    const SUMMARY: &'static str;
    /// Where IRC specifies it. Empty: nowhere; it is this server's own, or a custom among servers.
    const SPEC: &'static str = "";
    const NEEDS: Needs = Needs::Presence;
    const CLASS: LogClass;
    /// Brings something new, which a full disk refuses: what is left is for leaving, kicking and banning.
    const CONTENT: bool = false;
    /// What it takes from a session's rate, in tenths of what a message takes. Long answers take more as they are told.
    const COST: u32 = 10;
    /// What it takes where it is a large one of its kind.
    const COST_LARGE: u32 = Self::COST;

    /// Whether its arguments make it a large one: it asks about everybody, or changes something where most only ask.
    fn is_large(&self) -> bool {
        false
    }

    /// Reads the state and says what happens.
    ///
    /// # Errors
    /// A typed refusal; nothing has happened then.
    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal>;
}

/// A command with its arguments, ready to be decided.
pub trait Act: Send {
    /// What it takes from the session's rate, in tenths of what a message takes.
    fn cost(&self) -> u32;

    /// # Errors
    /// As [`Command::decide`].
    fn decide(self: Box<Self>, cx: &Context<'_>) -> Result<Outcome, Refusal>;
}

/// Fills a command's arguments.
pub type Parse = fn(&mut dyn Fields) -> Result<Box<dyn Act>, Refusal>;

/// A command's line in the table.
#[derive(Debug)]
pub struct Entry {
    pub name: &'static str,
    pub slash: &'static [&'static str],
    pub summary: &'static str,
    /// Where IRC specifies it, or empty.
    pub spec: &'static str,
    pub needs: Needs,
    pub class: LogClass,
    pub content: bool,
    /// What it takes from a session's rate, in tenths of what a message takes.
    pub cost: u32,
    pub cost_large: u32,
    pub fields: &'static [FieldInfo],
    /// Fills the arguments.
    pub parse: Parse,
}

impl Entry {
    /// The table's line for a command.
    pub const fn of<C: Command>() -> Self {
        Self {
            name: C::NAME,
            slash: C::SLASH,
            summary: C::SUMMARY,
            spec: C::SPEC,
            needs: C::NEEDS,
            class: C::CLASS,
            content: C::CONTENT,
            cost: C::COST,
            cost_large: C::COST_LARGE,
            fields: C::FIELDS,
            parse: parse::<C>,
        }
    }

    /// Whether who asks has what the command needs.
    ///
    /// # Errors
    /// [`Refusal::UnknownCommand`] for what no door offers, [`Refusal::NotRegistered`],
    /// [`Refusal::NoPrivileges`], [`Refusal::Silenced`].
    pub fn guard(&self, cx: &Context<'_>) -> Result<(), Refusal> {
        if self.content {
            policy::may_be_heard(cx)?;
        }
        match (self.needs, cx.actor) {
            (Needs::Nothing, _) | (_, Actor::Control) => Ok(()),
            (Needs::Control, Actor::Session(_)) => Err(Refusal::UnknownCommand(self.name.into())),
            (Needs::Presence, _) => cx.me().map(|_| ()),
            (Needs::Right(right), _) => policy::can(cx, right),
        }
    }
}

fn parse<C: Command>(from: &mut dyn Fields) -> Result<Box<dyn Act>, Refusal> {
    Ok(Box::new(C::parse(from)?))
}

impl<C: Command> Act for C {
    fn cost(&self) -> u32 {
        if self.is_large() { C::COST_LARGE } else { C::COST }
    }

    fn decide(self: Box<Self>, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        Command::decide(*self, cx)
    }
}

// ---------------------------------------------------------------- what a decision reads

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Session(SessionId),
    /// The server's own command line, with every right.
    Control,
}

/// All that a decision may read.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub state: &'a State,
    pub local: &'a Local,
    pub settings: &'a Settings,
    pub actor: Actor,
    pub now: Millis,
}

impl<'a> Context<'a> {
    pub fn rules(&self) -> NameRules {
        self.settings.names
    }

    /// The session that asks.
    ///
    /// # Errors
    /// [`Refusal::NotRegistered`] for the command line.
    pub fn session(&self) -> Result<(SessionId, &'a Session), Refusal> {
        match self.actor {
            Actor::Session(id) => self.local.get(id).map(|s| (id, s)).ok_or(Refusal::NotRegistered),
            Actor::Control => Err(Refusal::NotRegistered),
        }
    }

    /// The person who asks.
    ///
    /// # Errors
    /// [`Refusal::NotRegistered`] before connection registration.
    pub fn me(&self) -> Result<&'a User, Refusal> {
        let (_, session) = self.session()?;
        session.user.and_then(|id| self.state.user(id)).ok_or(Refusal::NotRegistered)
    }

    /// The person who asks, if it is one.
    pub fn me_if_any(&self) -> Option<&'a User> {
        self.me().ok()
    }

    /// A person by name.
    ///
    /// # Errors
    /// [`Refusal::NoSuchNick`].
    pub fn somebody(&self, who: &Somebody) -> Result<&'a User, Refusal> {
        let found = who.key.as_ref().and_then(|key| self.state.user_by_nick(key));
        found.ok_or_else(|| Refusal::NoSuchNick(who.raw.clone()))
    }

    /// A member of a channel by name.
    ///
    /// # Errors
    /// [`Refusal::NoSuchNick`], [`Refusal::UserNotInChannel`].
    pub fn member(&self, channel: &Channel, who: &Somebody) -> Result<&'a User, Refusal> {
        let other = self.somebody(who)?;
        let there = channel.members.contains_key(&other.source.id);
        there
            .then_some(other)
            .ok_or_else(|| Refusal::UserNotInChannel(other.source.nick.clone(), channel.name.clone()))
    }

    /// A channel that exists as far as the asker may know.
    ///
    /// # Errors
    /// [`Refusal::NoSuchChannel`], also for a secret channel that the asker is not on.
    pub fn channel(&self, named: &ChannelRef) -> Result<&'a Channel, Refusal> {
        let found = named.name.as_ref().and_then(|name| self.state.channel_by_key(&name.key()));
        found
            .filter(|channel| policy::can_see(self.me_if_any(), channel))
            .ok_or_else(|| Refusal::NoSuchChannel(named.raw.clone()))
    }

    /// The named channel, or the current one.
    ///
    /// # Errors
    /// As [`Self::channel`], or [`Refusal::NoCurrentChannel`].
    pub fn here(&self, here: &Here) -> Result<&'a Channel, Refusal> {
        match &here.0 {
            Some(named) => self.channel(named),
            None => {
                let (_, session) = self.session()?;
                session.current.and_then(|id| self.state.channel(id)).ok_or(Refusal::NoCurrentChannel)
            }
        }
    }
}
