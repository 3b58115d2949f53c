//! What was said in several conversations, shown one after the other and no more than so many lines in all: what a client has missed,
//! what it has played.

use std::sync::Arc;

use compact_str::CompactString;

use super::chathistory;
use super::history::under;
use crate::command::{Context, Outcome};
use crate::conversation::{Conversation, Side};
use crate::event::Record;
use crate::ids::{Millis, Position};
use crate::names::ChannelName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::state::User;
use crate::work::{ConversationsQuery, End, HistoryQuery, Times, With, Work, WorkResult};

/// A conversation that is to be shown.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// How its reader finds it.
    pub name: CompactString,
    pub of: Conversation,
    /// Its reader may know that it is there, also if nothing was said.
    pub seen: bool,
}

/// A showing that is under way.
#[derive(Clone)]
pub(super) struct Showing {
    pub after: Position,
    pub until: Position,
    pub times: Times,
    /// What is wanted of each; what is shown of it is as they may see it.
    pub with: With,
    /// Lines that may still be shown.
    pub room: usize,
    /// How a conversation is shown in which something was found.
    pub show: fn(CompactString, Vec<Arc<Record>>) -> Reply,
}

impl Showing {
    /// Looks up one conversation after the other, from the last of the list on. What cannot be looked up now is left out: who wants
    /// to know can ask for it.
    pub fn of(mut self, cx: &Context<'_>, mut left: Vec<Shown>, shown: Outcome) -> Outcome {
        let Some(Shown { name, of, seen }) = left.pop().filter(|_| self.room > 0) else { return shown };
        let with = policy::shown_of(cx, &of, self.with);
        let query = HistoryQuery {
            of,
            after: self.after,
            until: self.until,
            with,
            as_of: cx.state.position,
            times: self.times,
            limit: self.room.min(cx.settings.limits.history_messages),
            end: End::Newest,
        };
        let found = Outcome::wait(Work::History(query), move |cx, result| {
            let WorkResult::History(messages) = result else {
                return Ok(self.of(cx, left, Outcome::nothing()));
            };
            self.room = self.room.saturating_sub(messages.len());
            let shown = match messages.is_empty() {
                true if seen => Outcome::nothing(),
                true => Outcome::nothing().refuse(Refusal::NothingToPlay(name)),
                false => {
                    let messages = as_now(cx, &name, messages);
                    Outcome::nothing().reply((self.show)(name, messages))
                }
            };
            Ok(self.of(cx, left, shown))
        });
        shown.and(found)
    }
}

/// What the client of the asker reads of conversations: for one that knows it also what happened there.
/// Spec: <https://ircv3.net/specs/extensions/chathistory#event-playback>
pub(super) fn wanted(cx: &Context<'_>) -> With {
    let reads_events = cx.session().is_ok_and(|(id, _)| cx.local.reads_events(id));
    if reads_events { With::Events } else { With::Words }
}

/// What was said in a conversation, under the name that it has now.
pub(super) fn as_now(cx: &Context<'_>, name: &str, messages: Vec<Arc<Record>>) -> Vec<Arc<Record>> {
    match ChannelName::new(name, cx.rules()) {
        Ok(channel) => under(&channel, messages),
        Err(_) => messages,
    }
}

/// The conversations of somebody in which something was said in that time, those of them that were last spoken in.
pub(super) fn of(cx: &Context<'_>, own: &User, times: Times, limit: usize) -> ConversationsQuery {
    let here = own.channels.keys().filter_map(|id| cx.state.channel(*id));
    ConversationsQuery {
        channels: here.map(|channel| channel.name.key()).collect(),
        side: Side::of(&own.source),
        private_max: cx.settings.limits.history_conversations,
        until: cx.state.position,
        times,
        limit,
        end: End::Newest,
    }
}

/// Those that were found, as their reader finds them, and when something was last said in each.
///
/// # Errors
/// [`Refusal::TryAgain`], [`Refusal::Internal`].
pub(super) fn named(
    cx: &Context<'_>,
    result: WorkResult,
    mine: &Side,
) -> Result<Vec<(Shown, Millis)>, Refusal> {
    match result {
        WorkResult::Conversations(found) => {
            let named = |(of, at)| {
                let name = chathistory::name(cx, &of, mine)?;
                Some((Shown { name, of, seen: true }, at))
            };
            Ok(found.into_iter().filter_map(named).collect())
        }
        WorkResult::Busy => Err(Refusal::TryAgain),
        _ => Err(Refusal::Internal),
    }
}
