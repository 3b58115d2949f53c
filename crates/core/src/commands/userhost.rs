//! USERHOST and ISON. Spec: <https://modern.ircdocs.horse/#userhost-message>

use crate::command::{Command, Context, LogClass, Outcome};
use crate::names::Nick;
use crate::refusal::Refusal;
use crate::reply::{Reply, UserhostRow};
use crate::state::User;
use crate::text::Text;

/// Nicks in one USERHOST, at most.
const USERHOST_MAX: usize = 5;
/// Nicks in one ISON, at most.
const ISON_MAX: usize = 50;

crate::args! {
    /// Tells the hosts of up to five people.
    Userhost { nicks: Text }
}

impl Command for Userhost {
    const NAME: &'static str = "USERHOST";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells the hosts of up to five people.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#userhost-message";
    const CLASS: LogClass = LogClass::Nothing;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let row = |user: &User| UserhostRow {
            source: user.source.clone(),
            away: user.away.is_some(),
            oper: user.is_oper(),
        };
        let rows = here(cx, &self.nicks, USERHOST_MAX).map(row).collect();
        Ok(Outcome::nothing().reply(Reply::Userhost(rows)))
    }
}

crate::args! {
    /// Tells who of some people is here.
    Ison { nicks: Text }
}

impl Command for Ison {
    const NAME: &'static str = "ISON";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells who of some people is here.";
    const SPEC: &'static str = "https://www.rfc-editor.org/rfc/rfc2812#section-4.9";
    const CLASS: LogClass = LogClass::Nothing;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let nicks = here(cx, &self.nicks, ISON_MAX).map(|user| user.source.nick.clone()).collect();
        Ok(Outcome::nothing().reply(Reply::Ison(nicks)))
    }
}

fn here<'a>(cx: &Context<'a>, nicks: &'a Text, max: usize) -> impl Iterator<Item = &'a User> + use<'a> {
    let (rules, state) = (cx.rules(), cx.state);
    nicks.as_str().split_whitespace().take(max).filter_map(move |raw| {
        let nick = Nick::new(raw, rules).ok()?;
        state.user_by_nick(&nick.key())
    })
}
