//! MONITOR. Spec: <https://ircv3.net/specs/extensions/monitor>

use compact_str::CompactString;

use super::metadata;
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::event::Source;
use crate::ids::SessionId;
use crate::local::{LocalChange, Session};
use crate::names::{Nick, NickKey};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::text::Text;

crate::args! {
    /// Asks to be told when nicks come and go: `+` and `-` with nicks, `C`lear, `L`ist, `S`tatus.
    Monitor { op: Word, nicks: Option<Text> }
}

impl Command for Monitor {
    const NAME: &'static str = "MONITOR";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Asks to be told when people come and go.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/monitor";
    const CLASS: LogClass = LogClass::NodeLocal;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (id, session) = cx.session()?;
        let nicks = self.nicks.as_ref().map_or("", Text::as_str);
        match &*self.op.0 {
            "+" => Ok(add(cx, (id, session), nicks)),
            "-" => {
                let keys = split(cx, nicks).map(|nick| LocalChange::Unmonitor(nick.key()));
                Ok(keys.fold(Outcome::nothing(), Outcome::local))
            }
            "C" | "c" => Ok(Outcome::nothing().local(LocalChange::UnmonitorAll)),
            "L" | "l" => {
                let list = session.done.monitored.iter().map(|key| key.as_str().into()).collect();
                Ok(Outcome::nothing().reply(Reply::MonitorList(list)))
            }
            "S" | "s" => Ok(Outcome::nothing().reply(status(cx, session.done.monitored.iter().cloned()))),
            other => Err(Refusal::InvalidParam("op", other.into())),
        }
    }
}

fn add(cx: &Context<'_>, (id, session): (SessionId, &Session), nicks: &str) -> Outcome {
    let max = cx.settings.limits.monitor_entries;
    let mut outcome = Outcome::nothing();
    let mut count = session.done.monitored.len();
    let mut added = Vec::new();
    let mut left_out = Vec::new();
    for nick in split(cx, nicks) {
        let key = nick.key();
        if session.done.monitored.contains(&key) || added.contains(&key) {
            continue;
        }
        if count >= max {
            left_out.push(nick.as_str().to_owned());
            continue;
        }
        count += 1;
        outcome = outcome.local(LocalChange::Monitor(key.clone()));
        added.push(key);
    }
    if !added.is_empty() {
        outcome = outcome.reply(status(cx, added.iter().cloned()));
        let online = added.iter().filter_map(|key| cx.state.user_by_nick(key));
        let said = online.filter_map(|user| metadata::on_monitor(cx, id, user));
        outcome = said.fold(outcome, |outcome, said| outcome.reply(Reply::Metadata(said)));
    }
    if left_out.is_empty() {
        return outcome;
    }
    outcome.refuse(Refusal::MonitorListFull(max, left_out.join(",").into()))
}

fn split<'a>(cx: &Context<'_>, nicks: &'a str) -> impl Iterator<Item = Nick> + use<'a> {
    let rules = cx.rules();
    nicks.split([',', ' ']).filter_map(move |raw| Nick::new(raw, rules).ok())
}

fn status(cx: &Context<'_>, keys: impl Iterator<Item = NickKey>) -> Reply {
    let (mut online, mut offline): (Vec<Source>, Vec<CompactString>) = (Vec::new(), Vec::new());
    for key in keys {
        match cx.state.user_by_nick(&key) {
            Some(user) => online.push(user.source.clone()),
            None => offline.push(key.as_str().into()),
        }
    }
    Reply::Monitoring { online, offline }
}
