//! METADATA: what people and channels say of themselves.
//! Spec: <https://ircv3.net/specs/extensions/metadata>

mod told;

use compact_str::CompactString;

use crate::command::{ChannelRef, Command, Context, LogClass, Needs, Outcome, Somebody, Word};
use crate::event::{Event, Target};
use crate::ids::SessionId;
use crate::local::{LocalChange, MetadataChange};
use crate::metadata::{self, BadMetadata, Known, Looked, MetadataAnswer, MetadataKey, MetadataValue};
use crate::modes::Rate;
use crate::names::Nick;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Question, Reply};
use crate::state::{Channel, User};

pub use told::{SyncAsked, early, on_join, on_monitor, slice};

crate::args! {
    /// Reads and changes what people and channels say of themselves.
    Metadata { target: Word, subcommand: Word, params: Vec<Word> }
}

impl Command for Metadata {
    const NAME: &'static str = "METADATA";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Reads and changes what people and channels say of themselves.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/metadata";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 20;
    const COST_LARGE: u32 = 50;

    /// It asks for all keys of a channel and who is in it, or of all that the session meets.
    fn is_large(&self) -> bool {
        self.subcommand.0.eq_ignore_ascii_case("SYNC")
    }

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (session, _) = cx.session()?;
        let words: Vec<_> = self.params.iter().map(|word| word.0.as_str()).collect();
        let subcommand = self.subcommand.0.to_ascii_uppercase();
        if self.target.0 == EVERYTHING && subcommand == "SYNC" {
            return all_synced(cx, session);
        }
        let asked = Asked { cx, session, of: Of::find(cx, &self.target.0)? };
        match &*subcommand {
            "GET" if words.is_empty() => Err(Refusal::NeedMoreParams("key")),
            "GET" => Ok(asked.get(&words)),
            "LIST" => Ok(asked.list()),
            "SET" => asked.set(&words),
            "CLEAR" => asked.clear(),
            "SYNC" => Ok(asked.sync()),
            "SUB" => asked.own()?.subscribe(&words),
            "UNSUB" => asked.own()?.unsubscribe(&words),
            "SUBS" => Ok(asked.own()?.subscriptions()),
            _ => Err(no(BadMetadata::SubcommandInvalid, [&self.subcommand.0])),
        }
    }
}

/// What there is of some keys: of channels and who is there, of oneself, and of those whom one monitors. What would be too much
/// is to be asked for, channel by channel.
/// Spec: <https://ircv3.net/specs/extensions/metadata#postponed-synchronization>
fn known(cx: &Context<'_>, session: SessionId, me: &User, keys: &[MetadataKey]) -> Known {
    let mut room = told::Room::of(cx);
    let monitored = cx.local.get(session).into_iter().flat_map(|it| &it.done.monitored);
    let people = [me].into_iter().chain(monitored.filter_map(|nick| cx.state.user_by_nick(nick)));
    let of = |user: &User| CompactString::from(user.source.nick.as_str());
    let mut entries: Vec<_> =
        people.flat_map(|user| told::picked(of(user), cx.state.metadata_of(user), keys.iter())).collect();
    room.values = room.values.saturating_sub(entries.len());
    let mut later = Vec::new();
    for channel in me.channels.keys().filter_map(|id| cx.state.channel(*id)) {
        match room.take(cx, me, channel, keys) {
            Some(found) => entries.extend(found),
            None => later.push(channel.name.as_str().into()),
        }
    }
    entries.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    entries.dedup();
    Known { entries, later }
}

fn no<const N: usize>(why: BadMetadata, about: [&str; N]) -> Refusal {
    Refusal::Metadata(why, about.map(CompactString::from).to_vec())
}

fn answer(answer: MetadataAnswer) -> Outcome {
    Outcome::nothing().reply(Reply::Metadata(answer))
}

/// The target that is all targets.
/// Spec: <https://github.com/ircv3/ircv3-specifications/pull/613> (METADATA SYNC)
const EVERYTHING: &str = "*ALL";

/// Whose metadata.
enum Of<'a> {
    /// Whoever asks, before there is a presence.
    Early,
    Somebody(&'a User),
    Channel(&'a Channel),
}

impl<'a> Of<'a> {
    fn find(cx: &Context<'a>, raw: &str) -> Result<Self, Refusal> {
        let nobody = || no(BadMetadata::InvalidTarget, [raw]);
        let Some(me) = cx.me_if_any() else {
            // Spec: <https://ircv3.net/specs/extensions/metadata#metadata-client-command> (others are not asked for yet)
            return if raw == "*" { Ok(Self::Early) } else { Err(nobody()) };
        };
        if raw == "*" {
            return Ok(Self::Somebody(me));
        }
        if raw.starts_with('#') {
            let channel = cx.channel(&ChannelRef::new(raw, cx.rules())).ok();
            // One answer to all that may not be read, whatever the reason.
            let channel = channel.filter(|channel| policy::can_read_metadata(cx, me, channel));
            return channel.map(Self::Channel).ok_or_else(nobody);
        }
        let nick = Nick::new(raw, cx.rules()).map_err(|_| nobody())?;
        let found = cx.somebody(&Somebody { key: Some(nick.key()), raw: raw.into() });
        found.map(Self::Somebody).map_err(|_| nobody())
    }
}

/// All that one asked to be told, of all that one is told of.
fn all_synced(cx: &Context<'_>, session: SessionId) -> Result<Outcome, Refusal> {
    let me = cx.me().map_err(|_| no(BadMetadata::InvalidTarget, [EVERYTHING]))?;
    let keys: Vec<_> = cx.local.metadata().keys(session).cloned().collect();
    Ok(answer(MetadataAnswer::SyncedAll(known(cx, session, me, &keys))))
}

/// A question or a change.
struct Asked<'a> {
    cx: &'a Context<'a>,
    session: SessionId,
    of: Of<'a>,
}

impl Asked<'_> {
    /// What the answer calls the target.
    fn name(&self) -> CompactString {
        match self.of {
            Of::Early => "*".into(),
            Of::Somebody(user) => user.source.nick.as_str().into(),
            Of::Channel(channel) => channel.name.as_str().into(),
        }
    }

    fn metadata(&self) -> &metadata::Metadata {
        match self.of {
            Of::Early => self.cx.local.metadata().early(self.session),
            Of::Somebody(user) => self.cx.state.metadata_of(user),
            Of::Channel(channel) => &channel.metadata,
        }
    }

    /// Subscriptions are one's own.
    fn own(self) -> Result<Self, Refusal> {
        let is_own = match self.of {
            Of::Early => true,
            Of::Somebody(user) => self.cx.me()?.source.id == user.source.id,
            Of::Channel(_) => false,
        };
        if is_own { Ok(self) } else { Err(no(BadMetadata::InvalidTarget, [&self.name()])) }
    }

    /// Spec: <https://ircv3.net/specs/extensions/metadata#metadata-get>
    fn get(&self, words: &[&str]) -> Outcome {
        let look = |raw: &&str| match MetadataKey::new(raw) {
            Some(key) => {
                let value = self.metadata().get(&key).cloned();
                Looked::Found(key, value)
            }
            None => Looked::Invalid((*raw).into()),
        };
        answer(MetadataAnswer::Values { target: self.name(), entries: words.iter().map(look).collect() })
    }

    /// Spec: <https://ircv3.net/specs/extensions/metadata#metadata-list>
    fn list(&self) -> Outcome {
        let entries = self.metadata().iter();
        let entries = entries.map(|(key, value)| Looked::Found(key.clone(), Some(value.clone()))).collect();
        answer(MetadataAnswer::Values { target: self.name(), entries })
    }

    /// Spec: <https://ircv3.net/specs/extensions/metadata#metadata-set>
    fn set(&self, words: &[&str]) -> Result<Outcome, Refusal> {
        let limits = &self.cx.settings.limits;
        let name = self.name();
        let raw = words.first().ok_or(Refusal::NeedMoreParams("key"))?;
        let key = MetadataKey::new(raw).ok_or_else(|| no(BadMetadata::KeyInvalid, [raw]))?;
        self.may_change(&key)?;
        let value = match words.get(1) {
            None => None,
            Some(value) => {
                let value = MetadataValue::new(value, limits.metadata_value_bytes);
                Some(value.ok_or_else(|| no(BadMetadata::ValueInvalid, [key.as_str()]))?)
            }
        };
        match (&value, self.metadata().contains_key(&key)) {
            (None, false) => return Err(no(BadMetadata::KeyNotSet, [&name, key.as_str()])),
            (Some(_), false) if self.metadata().len() >= limits.metadata_keys => {
                return Err(no(BadMetadata::LimitReached, [&name, &limits.metadata_keys.to_string()]));
            }
            _ => {}
        }
        let paid = self.pay(&key)?;
        let entry = (key.clone(), value.clone());
        Ok(self
            .changed(paid, [(key, value)])
            .reply(Reply::Metadata(MetadataAnswer::Changed { target: name, entry })))
    }

    /// Spec: <https://ircv3.net/specs/extensions/metadata#metadata-clear>
    /// Departs: each key that is gone is a 766 in the batch, as it is for SET, and not a 761, because that would have to give a value.
    fn clear(&self) -> Result<Outcome, Refusal> {
        let all = MetadataKey::new("all").expect("a key");
        if self.may_change(&all).is_err() {
            return Err(no(BadMetadata::KeyNoPermission, [&self.name(), "*"]));
        }
        let paid = self.pay(&all)?;
        let keys: Vec<_> = self.metadata().keys().cloned().collect();
        let entries = keys.iter().map(|key| Looked::Found(key.clone(), None)).collect();
        let target = self.name();
        let cleared = self.changed(paid, keys.into_iter().map(|key| (key, None)));
        Ok(cleared.reply(Reply::Metadata(MetadataAnswer::Values { target, entries })))
    }

    fn may_change(&self, key: &MetadataKey) -> Result<(), Refusal> {
        let may = match (self.target(), self.cx.me_if_any()) {
            (Some(of), Some(me)) => policy::can_change_metadata(self.cx, me, &of),
            // Before there is a presence one has only oneself.
            _ => true,
        };
        if may { Ok(()) } else { Err(no(BadMetadata::KeyNoPermission, [&self.name(), key.as_str()])) }
    }

    /// Where a change goes; nowhere yet before there is a presence.
    fn target(&self) -> Option<Target> {
        match self.of {
            Of::Early => None,
            Of::Somebody(user) => Some(Target::person(&user.source)),
            Of::Channel(channel) => Some(Target::Channel { id: channel.id, name: channel.name.clone() }),
        }
    }

    /// What to remember of the change's cost.
    fn pay(&self, key: &MetadataKey) -> Result<Option<LocalChange>, Refusal> {
        let per_minute = self.cx.settings.limits.metadata_per_minute;
        let Some(rate) = Rate::parse(&format!("{per_minute}:60")) else { return Ok(None) };
        let until = self.cx.local.metadata().paid(self.session);
        let paid = rate.take(until, self.cx.now).map_err(|wait| {
            let wait = wait.div_ceil(1_000).to_string();
            no(BadMetadata::RateLimited, [&self.name(), key.as_str(), &wait])
        })?;
        Ok(Some(LocalChange::Metadata(MetadataChange::Paid(paid))))
    }

    fn changed(
        &self,
        paid: Option<LocalChange>,
        entries: impl IntoIterator<Item = metadata::Entry>,
    ) -> Outcome {
        let paid = paid.into_iter().fold(Outcome::nothing(), Outcome::local);
        let mut entries = entries.into_iter();
        let (Some(to), Some(me)) = (self.target(), self.cx.me_if_any()) else {
            return entries.fold(paid, |outcome, (key, value)| {
                outcome.local(LocalChange::Metadata(MetadataChange::Early(key, value)))
            });
        };
        let changed = |(key, value)| {
            let (by, to) = (me.source.clone(), to.clone());
            Event::MetadataChanged { by, to, key, value }
        };
        paid.many(entries.by_ref().map(changed))
    }

    /// Spec: <https://ircv3.net/specs/extensions/metadata#metadata-sync>
    fn sync(&self) -> Outcome {
        let entries = match self.of {
            Of::Early => Vec::new(),
            Of::Somebody(user) => told::of_user(self.cx, self.session, user).collect(),
            Of::Channel(channel) => {
                let asked = SyncAsked { channel: channel.id, name: self.name(), after: None };
                return Outcome::nothing().ask(Question::Metadata(Box::new(asked)));
            }
        };
        answer(MetadataAnswer::Synced { target: self.name(), entries })
    }

    /// Spec: <https://ircv3.net/specs/extensions/metadata#metadata-sub>
    fn subscribe(&self, words: &[&str]) -> Result<Outcome, Refusal> {
        let subscriptions = self.cx.local.metadata();
        let mut count = subscriptions.keys(self.session).count();
        let (mut outcome, mut taken, mut new) = (Outcome::nothing(), Vec::new(), Vec::new());
        let mut refused = Vec::new();
        words.first().ok_or(Refusal::NeedMoreParams("key"))?;
        for raw in words {
            let Some(key) = MetadataKey::new(raw) else {
                refused.push(no(BadMetadata::KeyPassedOver, [raw]));
                continue;
            };
            if subscriptions.keys(self.session).any(|known| *known == key) || taken.contains(&key) {
                taken.push(key);
                continue;
            }
            let max = self.cx.settings.limits.metadata_subs;
            if count >= max {
                refused.push(no(BadMetadata::TooManySubs, [key.as_str(), &max.to_string()]));
                break;
            }
            count += 1;
            outcome = outcome.local(LocalChange::Metadata(MetadataChange::Subscribe(key.clone())));
            new.push(key.clone());
            taken.push(key);
        }
        outcome = refused.into_iter().fold(outcome, Outcome::refuse);
        if taken.is_empty() {
            return Ok(outcome);
        }
        outcome = outcome.reply(Reply::Metadata(MetadataAnswer::Subscribed(taken)));
        Ok(match self.cx.me_if_any().filter(|_| !new.is_empty()) {
            Some(me) => {
                let known = known(self.cx, self.session, me, &new);
                outcome.reply(Reply::Metadata(MetadataAnswer::Known(known)))
            }
            None => outcome,
        })
    }

    /// Spec: <https://ircv3.net/specs/extensions/metadata#metadata-unsub>
    fn unsubscribe(&self, words: &[&str]) -> Result<Outcome, Refusal> {
        let (mut outcome, mut gone) = (Outcome::nothing(), Vec::new());
        words.first().ok_or(Refusal::NeedMoreParams("key"))?;
        for raw in words {
            match MetadataKey::new(raw) {
                Some(key) => {
                    outcome = outcome.local(LocalChange::Metadata(MetadataChange::Unsubscribe(key.clone())));
                    gone.push(key);
                }
                None => outcome = outcome.refuse(no(BadMetadata::KeyPassedOver, [raw])),
            }
        }
        Ok(match gone.is_empty() {
            true => outcome,
            false => outcome.reply(Reply::Metadata(MetadataAnswer::Unsubscribed(gone))),
        })
    }

    /// Spec: <https://ircv3.net/specs/extensions/metadata#metadata-subs>
    fn subscriptions(&self) -> Outcome {
        let keys = self.cx.local.metadata().keys(self.session).cloned().collect();
        answer(MetadataAnswer::Subscriptions(keys))
    }
}
