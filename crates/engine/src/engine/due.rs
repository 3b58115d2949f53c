//! What happens by itself, at its time.

use std::time::Duration;

use colvert_core::command::Actor;
use colvert_core::commands::nick;
use colvert_core::commands::presence;
use colvert_core::event::Event;
use colvert_core::ids::Millis;
use colvert_core::modes::ModeChange;
use colvert_core::text::Text;

use super::Engine;

impl Engine {
    /// Does what is due at a time: channels that outlived a restart long enough go, entries of channels' lists, bans of
    /// the server and presences that nobody comes back to end, accounts whose code nobody showed are forgotten.
    pub fn due(&mut self, now: Millis) {
        let now = self.forward(now);
        while let Some((_, id)) = self.state.deadlines.first().copied().filter(|(at, _)| *at <= now)
            && self.failure.is_none()
        {
            let channel = self.state.channel(id).expect("a channel's deadline goes with it");
            let event = if channel.members.is_empty() && !channel.stays() {
                let (name, sealed) = (channel.name.clone(), channel.is_restricted());
                Event::ChannelDropped { id, name, sealed }
            } else {
                Event::KeepEnded { channel: id }
            };
            self.happen(None, vec![event], now);
        }
        while let Some((_, id, list, mask)) =
            self.state.list_deadlines.first().cloned().filter(|(at, ..)| *at <= now)
            && self.failure.is_none()
        {
            let channel = self.state.channel(id).expect("an entry's deadline goes with its channel");
            let (server, name) = (self.settings.server.clone(), channel.name.clone());
            let changes = vec![ModeChange::List { on: false, list, mask }];
            self.happen(None, vec![Event::ModesSet { server, channel: id, name, changes }], now);
        }
        while let Some((_, user)) = self.state.absences.next_end().filter(|(at, _)| *at <= now)
            && self.failure.is_none()
        {
            let user = self.state.user(user).expect("an absence goes with its person");
            let cx = self.context(Actor::Control, now);
            let events = presence::end(&cx, user, Text::new("Absent for too long").ok());
            self.happen(None, events, now);
        }
        while let Some((_, target)) = self.state.server_bans.next_end().cloned().filter(|(at, _)| *at <= now)
            && self.failure.is_none()
        {
            self.happen(None, vec![Event::ServerUnbanned(target)], now);
        }
        while let Some((_, pending)) = self.state.pending.next_end().filter(|(at, _)| *at <= now)
            && self.failure.is_none()
        {
            let account = pending.name.clone();
            self.happen(None, vec![Event::RegistrationDropped { account }], now);
        }
        while self.failure.is_none()
            && let Some(id) = self.local.lent_nicks.take_due(now)
        {
            let cx = self.context(Actor::Control, now);
            let event = self.state.user(id).and_then(|user| nick::returned(&cx, user));
            self.happen(None, event.into_iter().collect(), now);
        }
    }

    /// How long nothing is due.
    pub fn patience(&self, now: Millis) -> Duration {
        let lent = self.local.lent_nicks.next_end();
        let due = self
            .state
            .next_deadline()
            .into_iter()
            .chain(lent)
            .min()
            .map_or(u64::MAX, |at| at.0.saturating_sub(now.0));
        Duration::from_millis(due)
    }
}
