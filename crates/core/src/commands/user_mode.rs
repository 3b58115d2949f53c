//! MODE of a user. Spec: <https://modern.ircdocs.horse/#user-mode>

use super::mode::CHANGES_MAX;
use super::notices;
use crate::command::{Command, Context, LogClass, Outcome, Somebody, Word};
use crate::event::Event;
use crate::modes::UserFlag;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::Reply;

crate::args! {
    /// Shows one's own modes, or changes them.
    UserMode { nick: Somebody, modes: Option<Word>, about: Option<Word> }
}

/// `+s`: all notices of the server, or those that are named; `-s`: none, or fewer.
fn reads(cx: &Context<'_>, outcome: Outcome, on: bool, about: Option<&Word>) -> Outcome {
    let change = match about {
        Some(Word(about)) if on || about.starts_with(['+', '-']) => about.clone(),
        Some(Word(about)) => compact_str::format_compact!("-{about}"),
        None if on => "*".into(),
        None => "-".into(),
    };
    let chosen = policy::can(cx, Right::Notices).and_then(|()| {
        let (id, _) = cx.session()?;
        notices::choose(cx.local.notices(id), &Word(change))
    });
    match chosen {
        Ok(chosen) => outcome.and(chosen),
        Err(refusal) => outcome.refuse(refusal),
    }
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
            return Ok(Outcome::nothing().reply(Reply::user_modes(cx, me)));
        };
        let mut outcome = Outcome::nothing();
        let (mut on, mut flags, mut asked) = (true, me.flags.clone(), 0);
        for letter in modes.0.chars() {
            asked += usize::from(!matches!(letter, '+' | '-'));
            match (letter, UserFlag::of_letter(letter)) {
                _ if asked > CHANGES_MAX => break,
                ('+', _) => on = true,
                ('-', _) => on = false,
                // Nobody makes themselves an operator; OPER does.
                (_, Some(UserFlag::Oper)) if on => {}
                // The notices that one reads are the connection's, and shown by a numeric of their own.
                ('s', _) => outcome = reads(cx, outcome, on, self.about.as_ref()),
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
