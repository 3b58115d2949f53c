//! INVITE. Spec: <https://modern.ircdocs.horse/#invite-message>

use crate::command::{Command, Context, Here, LogClass, Outcome, Somebody};
use crate::event::Event;
use crate::ids::ChannelId;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Question, Reply, beyond};

crate::args! {
    /// Invites somebody to a channel.
    Invite { channel: Here, nick: Somebody }
}

impl Command for Invite {
    const NAME: &'static str = "INVITE";
    const SLASH: &'static [&'static str] = &["invite"];
    const SUMMARY: &'static str = "Invites somebody to a channel.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#invite-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        // Spec: <https://www.rfc-editor.org/rfc/rfc2812#section-3.2.7>
        // Departs: nobody is invited to a channel that there is not, because there is nobody in it who could invite.
        let channel = cx.here(&self.channel)?;
        policy::can_invite(me, channel)?;
        let other = cx.somebody(&self.nick)?;
        let (nick, name) = (other.source.nick.clone(), channel.name.clone());
        if channel.members.contains_key(&other.source.id) {
            return Err(Refusal::UserOnChannel(nick, name));
        }
        let invited = Event::Invited {
            by: me.source.clone(),
            channel: channel.id,
            name: name.clone(),
            target: other.source.clone(),
            past_bans: channel.status(me.source.id).filter(|_| policy::can_keep_order(me, channel).is_ok()),
        };
        let heard = !policy::is_silenced(cx.settings, me, other);
        let told = Outcome::nothing()
            .events(heard.then_some(invited))
            .reply(Reply::Inviting { nick: nick.clone(), channel: name });
        Ok(match &other.away {
            Some(message) => told.reply(Reply::Away { nick, message: message.as_ref().clone() }),
            None => told,
        })
    }
}

crate::args! {
    /// Lists the channels that one is invited to.
    Invitations {}
}

impl Command for Invitations {
    const NAME: &'static str = "INVITATIONS";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Lists the channels that you are invited to.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#invite-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        cx.me()?;
        Ok(Outcome::nothing().ask(Question::Invitations(Box::default())))
    }
}

/// What is still to be looked at for [`Invitations`], which is answered when all has been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvitationsAsked {
    /// The last that was looked at.
    after: Option<ChannelId>,
    found: Vec<ChannelId>,
}

/// Looks at the next `max` channels: the answer, or what is left.
pub(crate) fn slice(
    cx: &Context<'_>,
    asked: &InvitationsAsked,
    max: usize,
) -> (Option<Reply>, Option<InvitationsAsked>) {
    let Ok(me) = cx.me() else { return (None, None) };
    let InvitationsAsked { mut after, mut found } = asked.clone();
    let mut channels = cx.state.channels.range(beyond(after));
    for (id, channel) in channels.by_ref().take(max) {
        after = Some(*id);
        found.extend(policy::is_invited(me, channel).then_some(*id));
    }
    if channels.next().is_some() {
        return (None, Some(InvitationsAsked { after, found }));
    }
    let channels = found.iter().filter_map(|id| cx.state.channel(*id));
    (Some(Reply::Invitations(channels.map(|channel| channel.name.clone()).collect())), None)
}
