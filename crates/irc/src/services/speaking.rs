//! How a service answers: what anybody would be answered, said by the service.

use colvert_core::ids::Millis;
use colvert_core::names::ChannelName;
use colvert_core::text::Text;

use super::chanserv::CHANSERV;
use super::{Said, Service, ServiceCommand};
use crate::message::{BODY_BARE_BYTES_MAX, Message};
use crate::numerics::{
    Numeric, RPL_BANLIST, RPL_CREATIONTIME, RPL_INVITING, RPL_LOGGEDIN, RPL_LOGGEDOUT, RPL_TOPICWHOTIME,
};
use crate::writing::{Answer, line, time};

impl Answer<'_> {
    /// Says lines that were written for somebody who typed the command as a notice each.
    pub fn said_by(&mut self, service: &Service, lines: &[u8]) {
        for line in String::from_utf8_lossy(lines).split("\r\n").filter(|line| !line.is_empty()) {
            // What programs keep track of is said to them, too.
            if STATE.iter().any(|numeric| line.split(' ').nth(1) == Some(&numeric.to_string())) {
                self.as_it_is(line);
            }
            if let Some(words) = words(line) {
                self.service_notice(service, &words);
            }
        }
    }

    /// What a channel's founder wants told to who joins: ChanServ says it.
    pub fn entry_message(&mut self, channel: &ChannelName, message: &Text) {
        self.service_notice(&CHANSERV, &format!("[{channel}] {}", message.as_str()));
    }

    /// What a service says of itself.
    pub fn service_says(&mut self, service: &Service, said: &Said) {
        match said {
            Said::Help(None) => {
                self.service_notice(service, service.summary);
                for command in service.commands {
                    self.service_notice(service, &format!("{}: {}", typed(command), command.summary));
                }
                let more = format!("HELP <command> says more; /msg {} HELP shows this.", service.name);
                self.service_notice(service, &more);
            }
            Said::Help(Some(command)) => {
                self.service_notice(service, &typed(command));
                self.service_notice(service, command.summary);
                if let [_, others @ ..] = command.names
                    && !others.is_empty()
                {
                    self.service_notice(service, &format!("Also: {}", others.join(", ")));
                }
            }
            Said::Usage(command) => {
                self.service_notice(service, &format!("Usage: {}", typed(command)));
                self.service_notice(service, command.summary);
            }
            Said::Done => self.service_notice(service, "Done."),
            Said::Unknown => {
                let text = format!("No such command. /msg {} HELP lists them.", service.name);
                self.service_notice(service, &text);
            }
        }
    }

    fn service_notice(&mut self, service: &Service, text: &str) {
        let (nick, server) = (self.nick(), self.server());
        let source = service.source(server);
        let room = BODY_BARE_BYTES_MAX.saturating_sub(format!(":{source} NOTICE {nick} :").len());
        for piece in line::wrap(text, room) {
            self.line_from(&source, "NOTICE").word(nick).text(piece).end();
        }
    }
}

/// Numerics by which clients know whether they are logged in: their masks are no words.
const STATE: &[Numeric] = &[RPL_LOGGEDIN, RPL_LOGGEDOUT];

fn typed(command: &ServiceCommand) -> String {
    format!("{} {}", command.names[0], command.syntax).trim_end().to_owned()
}

/// What a line says, without what only programs read. Nothing: it says nothing.
fn words(line: &str) -> Option<String> {
    let (_, body) = line.strip_prefix(':')?.split_once(' ')?;
    let message = Message::parse(body).ok().filter(|message| !message.verb.is_empty())?;
    let params = &*message.params;
    let (last, others) = params.split_last()?;
    if let Some(words) = sentence(message.verb, params) {
        return (!words.is_empty()).then_some(words);
    }
    match message.verb {
        "NOTICE" => Some((*last).to_owned()),
        // Their verb and code are for programs.
        "FAIL" | "WARN" | "NOTE" => Some((*last).to_owned()),
        // A numeric begins with who is answered.
        _ if STATE.iter().any(|numeric| message.verb == numeric.to_string()) => Some((*last).to_owned()),
        _ if !body.contains(" :") => Some(params.get(1..)?.join(" ")),
        _ => {
            let about = others.get(1..).unwrap_or_default().join(" ");
            Some(if about.is_empty() { (*last).to_owned() } else { format!("{about}: {last}") })
        }
    }
}

/// What numerics say that have no words, for people. Empty: nothing that they want to know.
fn sentence(verb: &str, params: &[&str]) -> Option<String> {
    let at =
        |seconds: &str| seconds.parse().ok().map(|s: u64| time::readable(Millis(s.saturating_mul(1_000))));
    let is = |numeric: Numeric| verb == numeric.to_string();
    match *params {
        [_, nick, channel] if is(RPL_INVITING) => Some(format!("{nick} is invited to {channel}.")),
        [_, _, _] if is(RPL_CREATIONTIME) => Some(String::new()),
        [_, channel, who, seconds] if is(RPL_TOPICWHOTIME) => {
            Some(format!("{channel}: set by {who} on {}", at(seconds)?))
        }
        [_, channel, mask, who, seconds] if is(RPL_BANLIST) => {
            Some(format!("{channel}: {mask} by {who} on {}", at(seconds)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn what_lines_say() {
        for (line, expected) in [
            (":s 403 alice #c :No such channel", "#c: No such channel"),
            (":s 341 alice bob #c", "bob is invited to #c."),
            (":s 367 alice #c a:b eve 1795933633", "#c: a:b by eve on 2026-11-29 06:27:13 UTC"),
            (":s 333 alice #c eve 1795933633", "#c: set by eve on 2026-11-29 06:27:13 UTC"),
            (":s 324 alice #c +nt", "#c +nt"),
            (":s 481 alice :Permission Denied", "Permission Denied"),
            (":s NOTICE alice :Banned: #c", "Banned: #c"),
            (":s FAIL CHANNEL NOT_FOUNDER #c :No.", "No."),
            (":s NOTE CHANNEL INFO :Yes.", "Yes."),
        ] {
            assert_eq!(words(line).as_deref(), Some(expected), "{line}");
        }
    }
}
