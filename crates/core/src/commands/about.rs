//! Questions about who runs the server, and with what.
//! Spec: <https://modern.ircdocs.horse/#server-queries-and-commands>

use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::mask::matches_glob;
use crate::opers::Right;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Reply, Stats as Told};

crate::args! {
    /// Tells what the server is.
    Info { server: Option<Word> }
}

impl Command for Info {
    const NAME: &'static str = "INFO";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells what this server is.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#info-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        is_here(cx, self.server.as_ref())?;
        Ok(Outcome::nothing().reply(Reply::Info))
    }
}

crate::args! {
    /// Tells who looks after the server.
    Admin { server: Option<Word> }
}

impl Command for Admin {
    const NAME: &'static str = "ADMIN";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells who looks after this server.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#admin-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        is_here(cx, self.server.as_ref())?;
        Ok(Outcome::nothing().reply(Reply::Admin(cx.settings.about.admin.clone())))
    }
}

crate::args! {
    /// Lists the servers of the network, all or those that match a pattern. There is one.
    Links { server: Option<Word>, mask: Option<Word> }
}

impl Command for Links {
    const NAME: &'static str = "LINKS";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Lists the servers of the network.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#links-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        cx.me()?;
        let mask = self.mask.or(self.server).map_or_else(|| "*".into(), |mask| mask.0);
        let fold = |name: &str| cx.rules().fold_loosely(name);
        let shown = policy::can_see_links(cx) && matches_glob(&fold(&mask), &fold(&cx.settings.server));
        Ok(Outcome::nothing().reply(Reply::Links { mask, shown }))
    }
}

crate::args! {
    /// Tells figures of the server: `u`, for how long it has run; `p`, which operators are here; `k`, the bans of the server.
    Stats { query: Word, server: Option<Word> }
}

impl Command for Stats {
    const NAME: &'static str = "STATS";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Tells figures of this server: u, how long it has run; p, operators who are here; k, its bans, to those with the right.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#stats-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        is_here(cx, self.server.as_ref())?;
        let query = self.query.0;
        let told = match &*query {
            "u" => Told::Uptime(cx.now),
            "p" | "P" | "o" | "O" => {
                let opers = cx.state.users.values().filter(|user| user.is_oper());
                let class = |user| policy::oper_class(cx.state, cx.settings, user).unwrap_or_default().into();
                Told::Opers(opers.map(|user| (user.source.nick.clone(), class(user))).collect())
            }
            // The letters that other servers have for bans of their kinds; here there is one list.
            "k" | "K" | "d" | "D" | "g" | "G" | "z" | "Z" | "x" | "X" => {
                policy::can(cx, Right::Ban)?;
                Told::Bans(cx.state.server_bans.iter().cloned().collect())
            }
            _ => Told::Nothing,
        };
        Ok(Outcome::nothing().reply(Reply::Stats { query, told }))
    }
}

/// Whether what is named is this server, by its name, a pattern, or somebody who is on it.
/// Spec: <https://modern.ircdocs.horse/#version-message>
pub(super) fn is_here(cx: &Context<'_>, named: Option<&Word>) -> Result<(), Refusal> {
    cx.me()?;
    let Some(named) = named else { return Ok(()) };
    let fold = |name: &str| cx.rules().fold_loosely(name);
    let is_server = matches_glob(&fold(&named.0), &fold(&cx.settings.server));
    let nick = crate::names::Nick::new(&named.0, cx.rules()).ok();
    let is_somebody = nick.is_some_and(|nick| cx.state.user_by_nick(&nick.key()).is_some());
    if is_server || is_somebody { Ok(()) } else { Err(Refusal::NoSuchServer(named.0.clone())) }
}
