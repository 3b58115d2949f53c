//! What was done in a channel, for those who decide how it is.

use crate::command::{Context, Outcome};
use crate::commands::audit;
use crate::policy;
use crate::refusal::Refusal;
use crate::state::Channel;
use crate::work::Trail;

/// Lines that are shown at most.
const LINES_MAX: usize = 100;

/// Shows the last acts in the channel; not those in another one that had its name before.
pub fn trail(cx: &Context<'_>, channel: &Channel, count: Option<&str>) -> Result<Outcome, Refusal> {
    policy::can_read_trail(cx, channel)?;
    Ok(audit::shown(cx, Trail::Of(channel.id), audit::lines(count, LINES_MAX)?))
}
