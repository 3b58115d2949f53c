//! Channels of another server, from the server's command line: kept from then on, and without members.

use std::collections::BTreeSet;

use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::event::Event;
use crate::ids::ChannelId;
use crate::names::ChannelName;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::text::Text;

crate::args! {
    /// Makes kept channels: their names, `#` included, separated by spaces. All of them or none.
    Import { channels: Text }
}

impl Command for Import {
    const NAME: &'static str = "IMPORT";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Makes kept channels.";
    const NEEDS: Needs = Needs::Control;
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let mut made = Vec::new();
        let mut looks = BTreeSet::new();
        for raw in self.channels.as_str().split_whitespace() {
            let bad = |_| Refusal::BadChannelName(raw.into());
            let name = ChannelName::new(raw, cx.rules()).map_err(bad)?;
            if cx.state.channel_by_key(&name.key()).is_some() {
                continue;
            }
            let skeleton = policy::may_create_channel(cx.state, cx.settings, &name)?;
            if !looks.insert(skeleton.clone()) {
                return Err(Refusal::ConfusableChannel(name));
            }
            let id = ChannelId(cx.state.next_id(made.len() as u64));
            made.push(Event::ChannelCreated { id, name, skeleton, kept: true });
        }
        let channels = made.len();
        Ok(Outcome::nothing().events(made).reply(Reply::Imported { channels }))
    }
}
