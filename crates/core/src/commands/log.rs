//! The server's event log, for those who look after the server.

use crate::command::{Command, Context, LogClass, Needs, Outcome};
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::work::{Work, WorkResult};

/// Lines that are shown.
const LINES: usize = 10;

crate::args! {
    /// Shows the last lines of the event log.
    Log {}
}

impl Command for Log {
    const NAME: &'static str = "LOG";
    const SLASH: &'static [&'static str] = &["log"];
    const SUMMARY: &'static str = "Shows the last events of the server, to moderators and administrators.";
    const NEEDS: Needs = Needs::Right(Right::Audit);
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let until = cx.state.position;
        Ok(Outcome::wait(Work::EventLog { lines: LINES, until }, |_, result| match result {
            WorkResult::EventLog(lines) => Ok(Outcome::nothing().reply(Reply::EventLog(lines))),
            WorkResult::Busy => Err(Refusal::TryAgain),
            _ => Err(Refusal::Internal),
        }))
    }
}
