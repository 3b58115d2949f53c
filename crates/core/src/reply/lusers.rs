//! How many there are. Spec: <https://modern.ircdocs.horse/#lusers-message>

use crate::command::Context;
use crate::modes::{Flag, UserFlag};
use crate::state::User;

/// Counts for LUSERS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lusers {
    pub users: usize,
    pub invisible: usize,
    pub opers: usize,
    pub unknown: usize,
    pub channels: usize,
    pub sessions: usize,
}

/// The counts of the moment.
pub fn lusers(cx: &Context<'_>) -> Lusers {
    let is = |flag: UserFlag| move |user: &&User| user.flags.contains(&flag);
    Lusers {
        users: cx.state.users.len(),
        invisible: cx.state.everybody().filter(is(UserFlag::Invisible)).count(),
        opers: cx.state.everybody().filter(is(UserFlag::Oper)).count(),
        unknown: cx.local.count().saturating_sub(cx.local.bound()),
        channels: cx.state.channels.values().filter(|c| !c.has(Flag::Secret)).count(),
        sessions: cx.local.count(),
    }
}
