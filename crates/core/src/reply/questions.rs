//! Questions that a decision leaves open: their answers are made of the state after it.

use std::sync::Arc;

use super::{Names, NamesAsked, RenamedChannel, Reply, Welcome, listing, lusers, renamed};
use crate::command::Context;
use crate::commands::invite::{self, InvitationsAsked};
use crate::commands::list::{self, ListAsked};
use crate::commands::metadata::SyncAsked;
use crate::commands::who::{self, WhoAsked};
use crate::commands::{join, mark_read, metadata, persistence};
use crate::event::Record;
use crate::ids::ChannelId;
use crate::state::Channel;

/// A question whose answer is made of the state after the decision that asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    Welcome,
    /// That the asker is in a channel.
    StillOn(ChannelId),
    /// Only if there is one.
    TopicIfAny(ChannelId),
    /// Up to where the asker has read it.
    MarkerOnJoin(ChannelId),
    NamesOnJoin(ChannelId),
    Names(Box<NamesAsked>),
    Who(Box<WhoAsked>),
    List(Box<ListAsked>),
    Invitations(Box<InvitationsAsked>),
    UserModes,
    /// Whether the asker, who has just logged in, stays without a session.
    Persistence,
    /// That a channel that the asker is in is called something else.
    Renamed(Arc<RenamedChannel>),
    /// What the asker asked to be told of a channel and who is there, if there is any.
    MetadataOnJoin(ChannelId),
    /// The same, all of it.
    Metadata(Box<SyncAsked>),
    /// What is told to who joins a channel, if anything is.
    EntryMessage(ChannelId),
}

/// Answers a question, whole.
pub fn answer(cx: &Context<'_>, question: &Question) -> Option<Reply> {
    slice(cx, question, usize::MAX).0
}

/// Answers a question, having looked at no more than `max` people or channels where it is about many. What is left of it is asked next.
pub fn slice(cx: &Context<'_>, question: &Question, max: usize) -> (Option<Reply>, Option<Question>) {
    match question {
        Question::NamesOnJoin(id) => {
            if cx.session().is_ok_and(|(session, _)| !cx.local.is_given_names(session)) {
                return (None, None);
            }
            let Some(channel) = cx.state.channel(*id) else { return (None, None) };
            let (names, rest) =
                listing::names(cx, &NamesAsked { on_join: true, ..NamesAsked::all(channel) }, max);
            (Some(Reply::Names(names)), rest)
        }
        Question::Names(asked) => {
            let (names, rest) = listing::names(cx, asked, max);
            (Some(Reply::Names(names)), rest)
        }
        Question::Who(asked) => {
            let (reply, rest) = who::slice(cx, asked, max);
            (Some(reply), rest.map(|rest| Question::Who(Box::new(rest))))
        }
        Question::List(asked) => {
            let (reply, rest) = list::slice(cx, asked, max);
            (reply, rest.map(|rest| Question::List(Box::new(rest))))
        }
        Question::Invitations(asked) => {
            let (reply, rest) = invite::slice(cx, asked, max);
            (reply, rest.map(|rest| Question::Invitations(Box::new(rest))))
        }
        Question::Metadata(asked) => {
            let (told, rest) = metadata::slice(cx, asked, max);
            (told.map(Reply::Metadata), rest.map(|rest| Question::Metadata(Box::new(rest))))
        }
        short => (at_once(cx, short), None),
    }
}

fn at_once(cx: &Context<'_>, question: &Question) -> Option<Reply> {
    match question {
        Question::Welcome => {
            let me = cx.me().ok()?;
            Some(Reply::Welcome(Box::new(Welcome {
                source: me.source.clone(),
                motd: cx.settings.motd.clone(),
                lusers: lusers(cx),
                metadata: cx.state.metadata_of(me).clone().into_iter().collect(),
                persistence: persistence::of(cx),
            })))
        }
        Question::StillOn(id) => {
            let (me, channel) = (cx.me().ok()?, cx.state.channel(*id)?);
            let event = join::event(me, (*id, channel.name.clone()), Some(channel));
            let (position, time) = (cx.state.position, cx.now);
            Some(Reply::StillOn(Arc::new(Record { position, time, generation: 0, event })))
        }
        Question::TopicIfAny(id) => {
            let channel = cx.state.channel(*id)?;
            let topic = channel.topic.clone()?;
            Some(Reply::Topic { channel: channel.name.clone(), topic: Some(topic) })
        }
        Question::MarkerOnJoin(id) => mark_read::on_join(cx, *id).map(Reply::Marked),
        Question::Renamed(about) => renamed::renamed(cx, about),
        Question::MetadataOnJoin(id) => {
            let answer = metadata::on_join(cx, cx.state.channel(*id)?)?;
            Some(Reply::Metadata(answer))
        }
        Question::EntryMessage(id) => {
            let channel = cx.state.channel(*id)?;
            let message = channel.registered.as_ref()?.settings.entry_message.clone()?;
            Some(Reply::EntryMessage { channel: channel.name.clone(), message })
        }
        Question::NamesOnJoin(_)
        | Question::Names(_)
        | Question::Who(_)
        | Question::List(_)
        | Question::Invitations(_)
        | Question::Metadata(_) => None,
        Question::Persistence => persistence::of(cx).map(Reply::PersistenceNow),
        Question::UserModes => cx.me().ok().map(|me| Reply::user_modes(cx, me)),
    }
}

/// The members of a channel that the asker may see, all of them.
pub fn names(cx: &Context<'_>, channel: &Channel) -> Names {
    listing::names(cx, &NamesAsked::all(channel), usize::MAX).0
}
