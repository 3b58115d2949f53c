//! MODE of a channel. Spec: <https://modern.ircdocs.horse/#mode-message>

mod lists;

use std::collections::VecDeque;

use crate::command::{ChannelRef, Command, Context, Here, LogClass, Outcome, Somebody, Word};
use crate::event::Event;
use crate::extban::{self, Extban};
use crate::mask::Mask;
use crate::modes::{
    Flag, Key, LETTERS_WITH_PARAMETER, ListMode, ModeChange, Pace, Rate, Status, is_variable,
};
use crate::names::{ChannelKey, ChannelName, Nick, NickKey};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{ChannelModes, Reply};
use crate::state::{Channel, User};
use crate::text::Text;

pub use lists::{changed_in_parts, is_listed, is_so, list_has_room};

/// Letters in one line that have a parameter, at most, whether they change something or ask, and as many that have none. ISUPPORT `MODES`.
/// Spec: <https://modern.ircdocs.horse/#modes-parameter> (which does not count those without)
pub const CHANGES_MAX: usize = 20;

crate::args! {
    /// Shows a channel's modes, or changes them: `+o-v alice bob`.
    Mode { channel: Here, modes: Option<Word>, params: Option<Text> }
}

impl Command for Mode {
    const NAME: &'static str = "MODE";
    const SLASH: &'static [&'static str] = &["mode"];
    const SUMMARY: &'static str = "Shows a channel's modes, or changes them.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#mode-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 3;
    const COST_LARGE: u32 = 20;

    /// It changes something, unless it asks for all modes, or for lists.
    fn is_large(&self) -> bool {
        let asks = |modes: &Word| {
            modes.0.chars().all(|letter| matches!(letter, '+' | '-') || ListMode::of_letter(letter).is_some())
        };
        self.params.is_some() || self.modes.as_ref().is_some_and(|modes| !asks(modes))
    }

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let channel = cx.here(&self.channel)?;
        let Some(modes) = self.modes else {
            return Ok(Outcome::nothing().reply(shown(me, channel)));
        };
        let params = self.params.as_ref().map_or("", Text::as_str);
        let (outcome, changes) = wanted(cx, channel, (&modes.0, params), Authority::Status)?;
        if changes.is_empty() {
            return Ok(outcome);
        }
        let (by, name) = (me.source.clone(), channel.name.clone());
        Ok(outcome.event(Event::ModesChanged { by, channel: channel.id, name, changes }))
    }
}

/// What a mode string comes to: the changes, and what is said of the letters that change nothing.
///
/// # Errors
/// When who asks may change no modes there.
pub fn wanted(
    cx: &Context<'_>,
    channel: &Channel,
    (letters, params): (&str, &str),
    authority: Authority,
) -> Result<(Outcome, Vec<ModeChange>), Refusal> {
    let mut wanted = Wanted::new(cx, channel, params, authority)?;
    wanted.read(letters)?;
    Ok((wanted.outcome, wanted.changes))
}

/// The modes that a lock of letters and parameters names, one change for each.
///
/// # Errors
/// What is wrong with the first that is: a lock is taken whole.
pub fn locked(
    cx: &Context<'_>,
    channel: &Channel,
    letters: &str,
    params: &str,
) -> Result<Vec<ModeChange>, Refusal> {
    // Who locks modes need not be there.
    let mut wanted = Wanted::new(cx, channel, params, Authority::Right)?;
    let mut lock: Vec<ModeChange> = Vec::new();
    let mut on = true;
    for letter in letters.chars() {
        let change = match letter {
            '+' | '-' => {
                on = letter == '+';
                continue;
            }
            // Nobody writes down which key it is that there shall not be.
            'k' if !on => ModeChange::Key { key: None },
            _ if ListMode::of_letter(letter).is_some() || Status::of_letter(letter).is_some() => {
                return Err(Refusal::InvalidParam("value", letter.to_string().into()));
            }
            _ => wanted.change(on, letter)?.ok_or(Refusal::UnknownMode(letter))?,
        };
        lock.retain(|other| !other.is_about_the_same(&change));
        lock.push(change);
    }
    wanted.key_of_several_words(lock.last()).map_or(Ok(lock), Err)
}

/// A channel's modes as somebody may see them.
fn shown(me: &User, channel: &Channel) -> Reply {
    let is_member = channel.members.contains_key(&me.source.id);
    let key = channel.key.as_ref().map(|key| if is_member { key.as_str().into() } else { "".into() });
    let flags = Flag::ALL.iter().map(|(flag, _)| *flag).filter(|flag| channel.has(*flag)).collect();
    // Where people are sent may be a secret of those who are here.
    let forward =
        channel.forward.clone().filter(|_| is_member).map(|to| ModeChange::Forward { to: Some(to) });
    let pace = channel.pace.map(|pace| ModeChange::Pace { pace: Some(pace) });
    let join_rate = channel.join_rate.map(|rate| ModeChange::JoinRate { rate: Some(rate) });
    let others = [forward, pace, join_rate].into_iter().flatten().collect();
    let modes = ChannelModes { flags, key, limit: channel.limit, others };
    Reply::Modes { channel: channel.name.clone(), created: channel.created, modes }
}

/// What a letter's parameter is called.
fn param_name(letter: char) -> &'static str {
    match letter {
        'k' => "key",
        'f' => "channel",
        'F' | 'j' => "rate",
        _ => "limit",
    }
}

/// What lets somebody change modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Their status in the channel.
    Status,
    /// A right that has been asked: they may what its owner may, and nothing is locked.
    Right,
}

/// What a mode string comes to, letter by letter. What is wrong with one letter does not stop the next.
struct Wanted<'a> {
    cx: &'a Context<'a>,
    me: &'a User,
    channel: &'a Channel,
    authority: Authority,
    params: VecDeque<&'a str>,
    outcome: Outcome,
    changes: Vec<ModeChange>,
    /// Lists that are shown: once is enough for one line.
    shown: Vec<ListMode>,
}

impl<'a> Wanted<'a> {
    fn new(
        cx: &'a Context<'a>,
        channel: &'a Channel,
        params: &'a str,
        authority: Authority,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            cx,
            me: cx.me()?,
            channel,
            authority,
            params: params.split_whitespace().collect(),
            outcome: Outcome::nothing(),
            changes: Vec::new(),
            shown: Vec::new(),
        })
    }

    /// Asks what a status has to allow.
    fn ask<T: Default>(
        &self,
        policy: impl FnOnce(&User, &Channel) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        match self.authority {
            Authority::Status => policy(self.me, self.channel),
            Authority::Right => Ok(T::default()),
        }
    }

    fn read(&mut self, letters: &str) -> Result<(), Refusal> {
        let mut on = true;
        let (mut variable, mut others) = (0, 0);
        for letter in letters.chars() {
            match letter {
                '+' => on = true,
                '-' => on = false,
                _ => {
                    let asked = if is_variable(letter) { &mut variable } else { &mut others };
                    *asked += 1;
                    if *asked > CHANGES_MAX {
                        continue;
                    }
                    match self.allowed(on, letter) {
                        Ok(change) => self.changes.extend(change.filter(|change| self.is_new(change))),
                        Err(refusal @ Refusal::ChanOpPrivsNeeded(_) | refusal @ Refusal::NotOnChannel(_)) => {
                            return Err(refusal);
                        }
                        Err(refusal) => self.refuse(refusal),
                    }
                }
            }
        }
        if let Some(refusal) = self.key_of_several_words(self.changes.last()) {
            self.changes.pop();
            self.refuse(refusal);
        }
        Ok(())
    }

    /// A key is one word: what follows it and nothing takes was meant to belong to it. The refusal of such a last change.
    fn key_of_several_words(&self, last: Option<&ModeChange>) -> Option<Refusal> {
        let Some(ModeChange::Key { key: Some(key) }) = last else { return None };
        self.params.front()?;
        let words = std::iter::once(key.as_str()).chain(self.params.iter().copied());
        let words = words.collect::<Vec<_>>().join(" ");
        Some(Refusal::InvalidModeParam('k', words.into()))
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.outcome = std::mem::replace(&mut self.outcome, Outcome::nothing()).refuse(refusal);
    }

    /// The change that one letter asks for, if the channel's lock lets it be.
    fn allowed(&mut self, on: bool, letter: char) -> Result<Option<ModeChange>, Refusal> {
        let change = self.change(on, letter)?;
        if let Some(change) = &change {
            self.ask(|_, channel| policy::can_change_locked(channel, change))?;
        }
        Ok(change)
    }

    /// The change that one letter asks for; nothing when it only asks.
    fn change(&mut self, on: bool, letter: char) -> Result<Option<ModeChange>, Refusal> {
        if let Some(list) = ListMode::of_letter(letter) {
            return match self.params.pop_front() {
                Some(raw) => self.list(on, list, raw).map(Some),
                None => {
                    self.show_list(list);
                    Ok(None)
                }
            };
        }
        if let Some(status) = Status::of_letter(letter) {
            return self.status(on, status).map(Some);
        }
        if let Some(flag) = Flag::of_letter(letter) {
            match self.authority {
                Authority::Status => policy::can_set_flag(self.cx, self.me, self.channel, flag)?,
                Authority::Right => policy::can_set_flag_anywhere(self.cx, flag)?,
            }
            return Ok(Some(ModeChange::Flag { on, flag }));
        }
        if letter != 'k' && !LETTERS_WITH_PARAMETER.contains(letter) {
            return Err(Refusal::UnknownMode(letter));
        }
        self.ask(policy::can_moderate)?;
        match letter {
            'k' if !on => {
                // Clients send the key along; it does not have to be right.
                self.params.pop_front();
                Ok(Some(ModeChange::Key { key: None }))
            }
            _ if on => {
                let raw = self.params.pop_front().ok_or(Refusal::NeedMoreParams(param_name(letter)))?;
                self.with_parameter(letter, raw).map(Some)
            }
            'f' => Ok(Some(ModeChange::Forward { to: None })),
            'F' => Ok(Some(ModeChange::Pace { pace: None })),
            'j' => Ok(Some(ModeChange::JoinRate { rate: None })),
            _ => Ok(Some(ModeChange::Limit { members: None })),
        }
    }

    /// A mode that is set to something.
    fn with_parameter(&self, letter: char, raw: &str) -> Result<ModeChange, Refusal> {
        let bad = || Refusal::InvalidModeParam(letter, raw.into());
        Ok(match letter {
            'k' => ModeChange::Key { key: Some(Key::new(raw).ok_or_else(bad)?) },
            'F' => ModeChange::Pace { pace: Some(Pace::parse(raw).ok_or_else(bad)?) },
            'j' => ModeChange::JoinRate { rate: Some(Rate::parse(raw).ok_or_else(bad)?) },
            'f' => ModeChange::Forward { to: Some(self.forward(raw, bad)?) },
            _ => {
                let members = raw.parse().ok().filter(|members| *members > 0);
                ModeChange::Limit { members: Some(members.ok_or_else(bad)?) }
            }
        })
    }

    /// Where people are sent, which is a channel that is there, and another one. Who sends them runs that, too.
    fn forward(&self, raw: &str, bad: impl Fn() -> Refusal) -> Result<ChannelName, Refusal> {
        let to = self.cx.channel(&ChannelRef::new(raw, self.cx.rules())).map_err(|_| bad())?;
        if to.id == self.channel.id {
            return Err(bad());
        }
        policy::can_forward_to(self.me, to)?;
        Ok(to.name.clone())
    }

    fn status(&mut self, on: bool, status: Status) -> Result<ModeChange, Refusal> {
        self.ask(policy::member_status)?;
        let raw = self.params.pop_front().ok_or(Refusal::NeedMoreParams("nick"))?;
        let key: Option<NickKey> = Nick::new(raw, self.cx.rules()).ok().map(|nick| nick.key());
        // On other servers `+q` is a list of masks that are mute.
        if status == Status::OWNER && key.is_none() {
            return Err(Refusal::InvalidModeParam(status.letter(), raw.into()));
        }
        let other = self.cx.member(self.channel, &Somebody { raw: raw.into(), key })?;
        let nick = other.source.nick.clone();
        match on {
            true => self.ask(|me, channel| policy::can_give(me, channel, status))?,
            false => self.ask(|me, channel| policy::can_take(me, channel, status, other))?,
        }
        Ok(ModeChange::Status { on, status, user: other.source.id, nick })
    }

    fn list(&mut self, on: bool, list: ListMode, raw: &str) -> Result<ModeChange, Refusal> {
        self.ask(policy::can_keep_order)?;
        let bad = || Refusal::InvalidModeParam(list.letter(), raw.into());
        let mask = extban::canonical(raw, self.cx.rules()).ok_or_else(bad)?;
        if let Some(forward) = Extban::read(&mask).forward.filter(|_| on) {
            if list != ListMode::Ban {
                return Err(bad());
            }
            self.forward(forward, bad)?;
        }
        let change = ModeChange::List { on, list, mask };
        if on && self.is_new(&change) {
            list_has_room(self.cx, self.channel, list, self.growth(list))?;
        }
        Ok(change)
    }

    /// Whether an entry may be shown: outside, it does not tell of a secret channel that people are sent to.
    fn may_see(&self, mask: &Mask) -> bool {
        let Some(forward) = Extban::read(mask).forward else { return true };
        let to = self.cx.state.channel_by_key(&ChannelKey::from_folded(forward));
        let is_member = self.channel.members.contains_key(&self.me.source.id);
        self.authority == Authority::Right
            || is_member
            || to.is_none_or(|to| policy::can_see(Some(self.me), to))
    }

    fn show_list(&mut self, list: ListMode) {
        if self.shown.contains(&list) {
            return;
        }
        self.shown.push(list);
        let entries = self.channel.list(list).filter(|(mask, _)| self.may_see(mask));
        let entries = entries.map(|(mask, entry)| (mask.clone(), entry.by.clone(), entry.at));
        let reply = Reply::MaskList { channel: self.channel.name.clone(), list, entries: entries.collect() };
        self.outcome = std::mem::replace(&mut self.outcome, Outcome::nothing()).reply(reply);
    }

    /// Whether a change changes something, after those before it.
    fn is_new(&self, change: &ModeChange) -> bool {
        match self.changes.iter().rfind(|other| other.is_about_the_same(change)) {
            Some(other) => other != change,
            None => !is_so(self.channel, change),
        }
    }

    /// How many entries longer a list is after the changes so far; shorter, below zero.
    fn growth(&self, list: ListMode) -> isize {
        let each = self.changes.iter().map(|change| match change {
            ModeChange::List { on, list: changed, .. } if *changed == list => {
                if *on {
                    1
                } else {
                    -1
                }
            }
            _ => 0,
        });
        each.sum()
    }
}
