//! How many there are. Spec: <https://modern.ircdocs.horse/#lusers-message>

use crate::command::Context;

/// Counts for LUSERS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lusers {
    pub users: usize,
    /// The most there ever were at once.
    pub users_max: u64,
    pub invisible: usize,
    pub opers: usize,
    pub unknown: usize,
    pub channels: usize,
    /// Connections that are somebody's: those that are not yet are unknown.
    pub sessions: usize,
}

/// The counts of the moment.
pub fn lusers(cx: &Context<'_>) -> Lusers {
    let census = &cx.state.census;
    Lusers {
        users: cx.state.users.len(),
        users_max: cx.state.users_max.max(cx.state.users.len() as u64),
        invisible: census.invisible,
        opers: census.opers,
        unknown: cx.local.count().saturating_sub(cx.local.bound()),
        channels: cx.state.channels.len().saturating_sub(census.secret_channels),
        sessions: cx.local.bound(),
    }
}
