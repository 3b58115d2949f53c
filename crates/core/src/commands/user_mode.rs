//! MODE of a user. Spec: <https://modern.ircdocs.horse/#user-mode>

use crate::command::{Command, Context, LogClass, Outcome, Somebody, Word};
use crate::event::Event;
use crate::modes::UserFlag;
use crate::refusal::Refusal;
use crate::reply::Reply;

crate::args! {
    /// Shows one's own modes, or changes them.
    UserMode { nick: Somebody, modes: Option<Word> }
}

impl Command for UserMode {
    const NAME: &'static str = "USER-MODE";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Shows your own modes, or changes them.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#mode-message";
    const CLASS: LogClass = LogClass::Logged;
    const CONTENT: bool = true;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        if cx.somebody(&self.nick)?.source.id != me.source.id {
            return Err(Refusal::UsersDontMatch);
        }
        let Some(modes) = self.modes else {
            return Ok(Outcome::nothing().reply(Reply::UserModes(me.flags.iter().copied().collect())));
        };
        let mut outcome = Outcome::nothing();
        let (mut on, mut flags) = (true, me.flags.clone());
        for letter in modes.0.chars() {
            match (letter, UserFlag::of_letter(letter)) {
                ('+', _) => on = true,
                ('-', _) => on = false,
                // Nobody makes themselves an operator; OPER does.
                (_, Some(UserFlag::Oper)) if on => {}
                (_, Some(flag)) => {
                    let changed = if on { flags.insert(flag) } else { flags.remove(&flag) };
                    if changed {
                        outcome = outcome.event(Event::UserModeChanged { by: me.source.clone(), on, flag });
                    }
                }
                (_, None) => outcome = outcome.refuse(Refusal::UnknownUserMode),
            }
        }
        Ok(outcome)
    }
}
