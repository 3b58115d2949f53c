//! WHO. Spec: <https://modern.ircdocs.horse/#who-message>

use compact_str::CompactString;

use super::presence;
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::ids::{ChannelId, UserId};
use crate::mask::matches_glob;
use crate::modes::{Status, UserFlag};
use crate::names::ChannelName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Question, Reply, WhoRow, beyond};
use crate::state::{Channel, User};

/// People that a pattern is answered with at most; a channel is shown whole.
const ROWS_MAX: usize = 200;

crate::args! {
    /// Tells who is in a channel, or whose nick, user, host or realname matches a pattern; with `o`, only of
    /// operators of the server.
    Who { mask: Option<Word>, which: Option<Word> }
}

impl Command for Who {
    const NAME: &'static str = "WHO";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells who is in a channel or matches a pattern.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#who-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 3;
    const COST_LARGE: u32 = 50;

    /// A pattern is compared with everybody.
    fn is_large(&self) -> bool {
        self.mask.as_ref().is_none_or(|mask| !mask.0.starts_with('#'))
    }

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let mask = self.mask.map_or_else(|| "*".into(), |word| word.0);
        let which =
            if self.which.is_some_and(|word| word.0.contains('o')) { Which::Opers } else { Which::All };
        let of = match ChannelName::new(&mask, cx.rules()) {
            Ok(name) => {
                let channel = cx.state.channel_by_key(&name.key());
                Of::Channel(
                    channel.filter(|channel| policy::can_see(Some(me), channel)).map(|channel| channel.id),
                )
            }
            // Spec: <https://www.rfc-editor.org/rfc/rfc2812#section-3.6.1> (`0` means everybody)
            Err(_) if mask == "0" => Of::Pattern("*".into()),
            Err(_) => Of::Pattern(cx.rules().fold_loosely(&mask).as_str().into()),
        };
        Ok(Outcome::nothing().ask(Question::Who(Box::new(WhoAsked {
            mask,
            which,
            of,
            after: None,
            shown: 0,
        }))))
    }
}

/// What is still to be answered of a WHO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhoAsked {
    mask: CompactString,
    which: Which,
    of: Of,
    /// The last that was looked at.
    after: Option<UserId>,
    /// People that were found so far.
    shown: usize,
}

/// Among whom is looked.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    /// Members of a channel, if there is one that the asker may see.
    Channel(Option<ChannelId>),
    /// Everybody who matches a folded pattern.
    Pattern(CompactString),
}

/// Whom a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    All,
    /// Operators of the server.
    Opers,
}

impl Which {
    fn includes(self, user: &User) -> bool {
        self == Self::All || user.is_oper()
    }
}

/// The answer after having looked at the next `max` people, and what is left.
pub(crate) fn slice(cx: &Context<'_>, asked: &WhoAsked, max: usize) -> (Reply, Option<WhoAsked>) {
    let (rows, last) = match (cx.me(), &asked.of) {
        (Ok(me), Of::Channel(Some(id))) => of_channel(cx, me, (*id, asked), max),
        (Ok(me), Of::Pattern(pattern)) => of_pattern(cx, me, (pattern, asked), max),
        _ => (Vec::new(), None),
    };
    let shown = asked.shown + rows.len();
    let is_last = last.is_none();
    let rest = last.map(|last| WhoAsked { after: Some(last), shown, ..asked.clone() });
    (Reply::Who { mask: asked.mask.clone(), rows, is_last }, rest)
}

/// Rows, and who was looked at last if there is somebody after them.
type Slice = (Vec<WhoRow>, Option<UserId>);

fn of_channel(cx: &Context<'_>, me: &User, (id, asked): (ChannelId, &WhoAsked), max: usize) -> Slice {
    let channel = cx.state.channel(id).filter(|channel| policy::can_see(Some(me), channel));
    let Some(channel) = channel else { return (Vec::new(), None) };
    let mut members = channel.members.range(beyond(asked.after));
    let (mut rows, mut last) = (Vec::new(), None);
    for (id, status) in members.by_ref().take(max) {
        last = Some(*id);
        let Some(user) = cx.state.user(*id) else { continue };
        if asked.which.includes(user) && policy::can_see_member(Some(me), channel, user) {
            rows.push(row(cx, user, Some((channel.name.clone(), *status))));
        }
    }
    (rows, last.filter(|_| members.next().is_some()))
}

fn of_pattern(cx: &Context<'_>, me: &User, (pattern, asked): (&str, &WhoAsked), max: usize) -> Slice {
    let fits = |user: &User| {
        let source = &user.source;
        let fold = |text: &str| cx.rules().fold_loosely(text);
        source.nick.key().as_str() == pattern
            || [source.nick.as_str(), &source.user, &source.host, &user.realname]
                .into_iter()
                .any(|text| matches_glob(pattern, &fold(text)))
    };
    let exact = |user: &User| user.source.nick.key().as_str() == pattern;
    let room = ROWS_MAX - asked.shown.min(ROWS_MAX);
    let mut people = cx.state.users.range(beyond(asked.after));
    let (mut rows, mut last) = (Vec::new(), None);
    for (id, user) in people.by_ref().take(max) {
        last = Some(*id);
        if rows.len() == room {
            return (rows, None);
        }
        if asked.which.includes(user) && fits(user) && (exact(user) || is_shown(cx, me, user)) {
            let shared = shared_channel(cx, me, user);
            let status = |channel: &Channel| channel.status(user.source.id).unwrap_or_default();
            rows.push(row(cx, user, shared.map(|c| (c.name.clone(), status(c)))));
        }
    }
    (rows, last.filter(|_| people.next().is_some()))
}

/// Invisible people are shown to themselves and to those who share a channel.
fn is_shown(cx: &Context<'_>, me: &User, user: &User) -> bool {
    me.source.id == user.source.id
        || !user.flags.contains(&UserFlag::Invisible)
        || shared_channel(cx, me, user).is_some()
}

/// A channel in which both are, and where one may see the other.
fn shared_channel<'a>(cx: &Context<'a>, me: &User, user: &User) -> Option<&'a Channel> {
    let shared = user.channels.keys().filter(|id| me.channels.contains_key(id));
    let mut shared = shared.filter_map(|id| cx.state.channel(*id));
    shared.find(|channel| policy::can_see_member(Some(me), channel, user))
}

fn row(cx: &Context<'_>, user: &User, place: Option<(ChannelName, Status)>) -> WhoRow {
    let (channel, status) = place.map_or((None, Status::NONE), |(name, status)| (Some(name), status));
    WhoRow {
        channel,
        status,
        source: user.source.clone(),
        realname: user.realname.clone(),
        away: user.away.is_some(),
        oper: user.is_oper(),
        address: policy::can_see_address(cx, user).then(|| cx.local.address_of(user.source.id)).flatten(),
        idle_s: presence::idle_s(cx, user),
    }
}
