//! The audit trail, for those who look after the server.

use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::work::{Work, WorkResult};

/// Lines that are shown if nobody says how many.
const LINES: usize = 20;
/// Lines that are shown at most.
const LINES_MAX: usize = 1_000;

crate::args! {
    /// Shows the last acts of operators and moderators: all, or so many.
    Audit { count: Option<Word> }
}

impl Command for Audit {
    const NAME: &'static str = "AUDIT";
    const SLASH: &'static [&'static str] = &["audit"];
    const SUMMARY: &'static str = "Shows what operators and moderators did, to those with the right.";
    const NEEDS: Needs = Needs::Right(Right::Audit);
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let lines = match self.count {
            None => LINES,
            Some(Word(raw)) => match raw.parse() {
                Ok(lines @ 1..=LINES_MAX) => lines,
                _ => return Err(Refusal::InvalidParam("count", raw)),
            },
        };
        let until = cx.state.position;
        Ok(Outcome::wait(Work::AuditTrail { lines, until }, |_, result| match result {
            WorkResult::AuditTrail(lines) => Ok(Outcome::nothing().reply(Reply::AuditTrail(lines))),
            WorkResult::Busy => Err(Refusal::TryAgain),
            _ => Err(Refusal::Internal),
        }))
    }
}
