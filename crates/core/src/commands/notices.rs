//! The server's notices: which of them a connection reads.

use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::local::LocalChange;
use crate::notices::Notices;
use crate::opers::Right;
use crate::refusal::Refusal;
use crate::reply::Reply;

crate::args! {
    /// Chooses which of the server's notices this connection reads: `+ck`, `-c`, `*` for all, `-` for none.
    ChooseNotices { about: Option<Word> }
}

impl Command for ChooseNotices {
    const NAME: &'static str = "NOTICES";
    const SLASH: &'static [&'static str] = &["notices"];
    const SUMMARY: &'static str = "Chooses which of the server's notices you read, for those with the right.";
    const NEEDS: Needs = Needs::Right(Right::Notices);
    const CLASS: LogClass = LogClass::NodeLocal;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (id, _) = cx.session()?;
        let now = cx.local.notices(id);
        match self.about {
            None => Ok(Outcome::nothing().reply(Reply::Notices(now))),
            Some(about) => choose(now, &about),
        }
    }
}

/// What follows when somebody changes what they read.
pub(super) fn choose(now: Notices, change: &Word) -> Result<Outcome, Refusal> {
    let chosen = match change.0.as_str() {
        "*" | "+*" => Some(Notices::all()),
        "-" | "-*" => Some(Notices::NONE),
        change => now.changed(change),
    };
    let chosen = chosen.ok_or_else(|| Refusal::InvalidParam("about", change.0.clone()))?;
    Ok(Outcome::nothing().local(LocalChange::Notices(chosen)).reply(Reply::Notices(chosen)))
}
