//! WHO. Spec: <https://modern.ircdocs.horse/#who-message>

use super::presence;
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::mask::matches_glob;
use crate::modes::{Status, UserFlag};
use crate::names::ChannelName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Reply, WhoRow};
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
    const COST: u32 = 5;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let mask = self.mask.map_or_else(|| "*".into(), |word| word.0);
        let which =
            if self.which.is_some_and(|word| word.0.contains('o')) { Which::Opers } else { Which::All };
        let rows = match ChannelName::new(&mask, cx.rules()) {
            Ok(name) => {
                let channel = cx.state.channel_by_key(&name.key());
                channel.map_or_else(Vec::new, |channel| of_channel(cx, me, channel, which))
            }
            // Spec: <https://www.rfc-editor.org/rfc/rfc2812#section-3.6.1> (`0` means everybody)
            Err(_) if mask == "0" => of_pattern(cx, me, "*", which),
            Err(_) => of_pattern(cx, me, &cx.rules().fold_loosely(&mask), which),
        };
        Ok(Outcome::nothing().reply(Reply::Who { mask, rows }))
    }
}

/// Whom a question is about.
#[derive(Clone, Copy, PartialEq, Eq)]
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

fn of_channel(cx: &Context<'_>, me: &User, channel: &Channel, which: Which) -> Vec<WhoRow> {
    if !policy::can_see(Some(me), channel) {
        return Vec::new();
    }
    let members =
        channel.members.iter().filter_map(|(id, status)| cx.state.user(*id).map(|user| (user, *status)));
    members
        .filter(|(user, _)| which.includes(user) && policy::can_see_member(Some(me), channel, user))
        .map(|(user, status)| row(cx, user, Some((channel.name.clone(), status))))
        .collect()
}

fn of_pattern(cx: &Context<'_>, me: &User, pattern: &str, which: Which) -> Vec<WhoRow> {
    let fits = |user: &&User| {
        let source = &user.source;
        let fold = |text: &str| cx.rules().fold_loosely(text);
        source.nick.key().as_str() == pattern
            || [source.nick.as_str(), &source.user, &source.host, &user.realname]
                .into_iter()
                .any(|text| matches_glob(pattern, &fold(text)))
    };
    let exact = |user: &User| user.source.nick.key().as_str() == pattern;
    cx.state
        .everybody()
        .filter(|user| which.includes(user) && fits(user))
        .filter(|user| exact(user) || is_shown(cx, me, user))
        .take(ROWS_MAX)
        .map(|user| {
            let shared = shared_channel(cx, me, user);
            row(cx, user, shared.map(|c| (c.name.clone(), c.status(user.source.id).unwrap_or_default())))
        })
        .collect()
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
