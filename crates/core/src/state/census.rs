//! How many there are of a kind, counted as they come and go: who connects is told, and must not wait for everybody to be
//! looked at.

use crate::modes::{Flag, UserFlag};
use crate::state::{Channel, State, User};

/// The counts. They follow from the rest of the state, and are not stored with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    pub invisible: usize,
    pub opers: usize,
    pub secret_channels: usize,
}

impl Census {
    /// Counts everything.
    pub fn of(state: &State) -> Self {
        let mut census = Self::default();
        state.everybody().for_each(|user| census.came(user));
        let secret = state.channels.values().filter(|channel| channel.has(Flag::Secret));
        census.secret_channels = secret.count();
        census
    }

    fn came(&mut self, user: &User) {
        user.flags.iter().for_each(|flag| self.user(*flag, true));
    }

    pub(crate) fn went(&mut self, user: &User) {
        user.flags.iter().for_each(|flag| self.user(*flag, false));
    }

    /// Somebody has a mode who had it not, or the other way round.
    pub(crate) fn user(&mut self, flag: UserFlag, on: bool) {
        match flag {
            UserFlag::Invisible => count(&mut self.invisible, on),
            UserFlag::Oper => count(&mut self.opers, on),
            _ => {}
        }
    }

    /// A channel has a mode that it had not, or the other way round.
    pub(crate) fn channel(&mut self, flag: Flag, on: bool) {
        if flag == Flag::Secret {
            count(&mut self.secret_channels, on);
        }
    }

    pub(crate) fn dropped(&mut self, channel: &Channel) {
        channel.flags.iter().for_each(|flag| self.channel(*flag, false));
    }
}

fn count(number: &mut usize, up: bool) {
    *number = if up { *number + 1 } else { number.saturating_sub(1) };
}
