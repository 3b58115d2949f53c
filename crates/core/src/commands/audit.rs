//! The audit trail, for those who look after the server.

use crate::command::{ChannelRef, Command, Context, LogClass, Needs, Outcome, Word};
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::work::{Trail, Work, WorkResult};

/// Lines that are shown if nobody says how many.
const LINES: usize = 20;
/// Lines that are shown at most.
const LINES_MAX: usize = 1_000;

crate::args! {
    /// Shows the last acts of operators and moderators: all, or so many; of everywhere, or of a channel.
    Audit { place: Option<Word>, count: Option<Word> }
}

impl Command for Audit {
    const NAME: &'static str = "AUDIT";
    const SLASH: &'static [&'static str] = &["audit"];
    const SUMMARY: &'static str =
        "Shows what operators and moderators did, everywhere or in a channel, to those with the right.";
    const NEEDS: Needs = Needs::Right(Right::Audit);
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let Some(Word(first)) = self.place else { return Ok(shown(cx, Trail::All, LINES)) };
        if !first.starts_with('#') {
            return Ok(shown(cx, Trail::All, lines(Some(&first), LINES_MAX)?));
        }
        // Also what was done in channels that are no more.
        let named = ChannelRef::new(&first, cx.rules()).name.ok_or(Refusal::BadChannelName(first))?;
        let count = self.count.as_ref().map(|word| word.0.as_str());
        Ok(shown(cx, Trail::Named(named.key()), lines(count, LINES_MAX)?))
    }
}

/// How many lines somebody wants to see.
///
/// # Errors
/// [`Refusal::InvalidParam`] for none, and for more than `max`.
pub fn lines(raw: Option<&str>, max: usize) -> Result<usize, Refusal> {
    let Some(raw) = raw else { return Ok(LINES) };
    let lines = raw.parse().ok().filter(|lines| (1..=max).contains(lines));
    lines.ok_or_else(|| Refusal::InvalidParam("count", raw.into()))
}

/// The newest lines of a trail.
pub fn shown(cx: &Context<'_>, of: Trail, lines: usize) -> Outcome {
    let until = cx.state.position;
    Outcome::wait(Work::AuditTrail { of, lines, until }, |cx, result| match result {
        WorkResult::AuditTrail(mut lines) => {
            // What operators log in as is for those who look after the server.
            if policy::can(cx, Right::Audit).is_err() {
                lines.iter_mut().for_each(|line| line.oper = None);
            }
            Ok(Outcome::nothing().reply(Reply::AuditTrail(lines)))
        }
        WorkResult::Busy => Err(Refusal::TryAgain),
        _ => Err(Refusal::Internal),
    })
}
