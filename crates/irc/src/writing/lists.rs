//! Answers that are lists: members, channels, people, masks, history.

use colvert_core::event::{Event, Kind, Record, Source};
use colvert_core::ids::Millis;
use colvert_core::mask::Mask;
use colvert_core::modes::{ListMode, Status};
use colvert_core::names::{ChannelName, Nick};
use colvert_core::reply::{Listed, Names, UserhostRow, Whois};
use colvert_core::work::{Audited, LoggedEvent};
use compact_str::CompactString;

use super::{Answer, time};
use crate::caps::Caps;
use crate::numerics::*;

/// Somebody who was here, their realname, and until when.
type Was = (Source, CompactString, Millis);

impl Answer<'_> {
    /// The prefixes of a status: all of them, or the highest.
    /// Spec: <https://ircv3.net/specs/extensions/multi-prefix>
    pub(super) fn prefixes(&self, status: Status) -> String {
        let all = self.caps.in_effect(Caps::MULTI_PREFIX);
        status.prefixes().take(if all { usize::MAX } else { 1 }).collect()
    }

    /// Spec: <https://modern.ircdocs.horse/#names-message>
    pub(super) fn names(&mut self, names: &Names) {
        let symbol = if names.secret { "@" } else { "=" };
        // Spec: <https://ircv3.net/specs/extensions/userhost-in-names>
        let with_hosts = self.caps.in_effect(Caps::USERHOST_IN_NAMES);
        let shown: Vec<_> = names
            .members
            .iter()
            .map(|(status, source)| {
                let prefixes = self.prefixes(*status);
                if with_hosts { prefixes + &source.mask() } else { prefixes + source.nick.as_str() }
            })
            .collect();
        let channel = names.channel.as_str();
        self.list(RPL_NAMREPLY, &[symbol, channel], " ", shown);
        if names.is_last {
            self.numeric(RPL_ENDOFNAMES, &[channel]);
        }
    }

    /// Spec: <https://modern.ircdocs.horse/#list-message>
    pub(super) fn channels(&mut self, channels: &[Listed], more: bool) {
        self.numeric(RPL_LISTSTART, &["Channel"]);
        for Listed { channel, members, topic } in channels {
            let topic = topic.as_ref().map_or("", |topic| topic.as_str());
            self.numeric_text(RPL_LIST, &[channel.as_str(), &members.to_string()], topic);
        }
        if more {
            self.numeric(ERR_TOOMANYMATCHES, &["LIST"]);
        }
        self.numeric(RPL_LISTEND, &[]);
    }

    /// Spec: <https://modern.ircdocs.horse/#rplbanlist-367> and its like
    pub(super) fn masks(
        &mut self,
        channel: &ChannelName,
        list: ListMode,
        entries: &[(Mask, Option<Nick>, Millis)],
    ) {
        let (entry, end) = match list {
            ListMode::Ban => (RPL_BANLIST, RPL_ENDOFBANLIST),
            ListMode::Exception => (RPL_EXCEPTLIST, RPL_ENDOFEXCEPTLIST),
            ListMode::InviteException => (RPL_INVEXLIST, RPL_ENDOFINVEXLIST),
        };
        let channel = channel.as_str();
        let door = self.door;
        for (mask, by, at) in entries {
            let by = by.as_ref().map_or(door.server.as_str(), Nick::as_str);
            self.numeric(entry, &[channel, mask.as_str(), by, &at.unix_s().to_string()]);
        }
        self.numeric(end, &[channel]);
    }

    /// All but the end, which comes by itself.
    /// Spec: <https://modern.ircdocs.horse/#whois-message>
    pub(super) fn whois(&mut self, whois: &Whois) {
        let source = &whois.source;
        let nick = source.nick.as_str();
        self.numeric_text(RPL_WHOISUSER, &[nick, &source.user, &source.host, "*"], &whois.realname);
        let places: Vec<_> = whois
            .channels
            .iter()
            .map(|(status, channel)| self.prefixes(*status) + channel.as_str())
            .collect();
        self.list(RPL_WHOISCHANNELS, &[nick], " ", places);
        let door = self.door;
        self.numeric_text(RPL_WHOISSERVER, &[nick, &door.server], &door.description);
        if let Some(away) = &whois.away {
            self.numeric_text(RPL_AWAY, &[nick], away.as_str());
        }
        if let Some(class) = &whois.oper {
            self.numeric_text(RPL_WHOISOPERATOR, &[nick], &RPL_WHOISOPERATOR.filled(&[class]));
        }
        if let Some(address) = &whois.address {
            let text = RPL_WHOISHOST.filled(&[&source.user, address]);
            self.numeric_text(RPL_WHOISHOST, &[nick], &text);
            // Spec: <https://modern.ircdocs.horse/#rplwhoisactually-338> (no address begins with a colon)
            let bare = address.split(' ').next().unwrap_or(address);
            let zero = if bare.starts_with(':') { "0" } else { "" };
            let address = format!("{zero}{bare}");
            self.numeric(RPL_WHOISACTUALLY, &[nick, &format!("{}@{address}", source.user), &address]);
        }
        if let Some(account) = &source.account {
            self.numeric(RPL_WHOISACCOUNT, &[nick, account.as_str()]);
        }
        if whois.secure {
            self.numeric(RPL_WHOISSECURE, &[nick]);
        }
        if let Some(certfp) = &whois.certfp {
            self.numeric_text(RPL_WHOISCERTFP, &[nick], &RPL_WHOISCERTFP.filled(&[certfp]));
        }
        // Spec: <https://ircv3.net/specs/extensions/bot-mode#the-rpl_whoisbot-335-numeric>
        if source.bot {
            self.numeric_text(RPL_WHOISBOT, &[nick], &RPL_WHOISBOT.filled(&[&door.network]));
        }
        self.whois_metadata(nick, &whois.metadata);
        if let Some(idle_s) = whois.idle_s {
            let words = [nick, &idle_s.to_string(), &whois.since.unix_s().to_string()];
            self.numeric(RPL_WHOISIDLE, &words);
        }
    }

    /// Spec: <https://modern.ircdocs.horse/#whowas-message>
    pub(super) fn whowas(&mut self, nick: &str, was: &[Was]) {
        let door = self.door;
        for (source, realname, until) in was {
            let nick = source.nick.as_str();
            self.numeric_text(RPL_WHOWASUSER, &[nick, &source.user, &source.host, "*"], realname);
            self.numeric_text(RPL_WHOISSERVER, &[nick, &door.server], &time::readable(*until));
        }
        self.numeric(RPL_ENDOFWHOWAS, &[nick]);
    }

    /// Spec: <https://modern.ircdocs.horse/#rpluserhost-302>
    pub(super) fn userhost(&mut self, rows: &[UserhostRow]) {
        let one = |row: &UserhostRow| {
            let (oper, away) = (if row.oper { "*" } else { "" }, if row.away { '-' } else { '+' });
            let source = &row.source;
            format!("{}{oper}={away}{}@{}", source.nick, source.user, source.host)
        };
        self.list_or_empty(RPL_USERHOST, " ", rows.iter().map(one).collect());
    }

    /// Spec: <https://www.rfc-editor.org/rfc/rfc2812#section-4.9>
    pub(super) fn ison(&mut self, nicks: &[Nick]) {
        self.list_or_empty(RPL_ISON, " ", nicks.iter().map(|nick| nick.as_str().to_owned()).collect());
    }

    fn list_or_empty(&mut self, numeric: Numeric, separator: &str, items: Vec<String>) {
        if items.is_empty() {
            self.numeric_text(numeric, &[], "")
        } else {
            self.list(numeric, &[], separator, items)
        }
    }

    /// What was said in a channel, as notices from the server: nobody takes it for said now.
    pub(super) fn history(&mut self, channel: &ChannelName, messages: &[std::sync::Arc<Record>]) {
        if messages.is_empty() {
            return self.notice(&format!("[{channel}] Nothing to show."));
        }
        for message in messages {
            let Event::Said { by, kind, text, lines, .. } = &message.event else { continue };
            let words = lines.as_ref().map_or_else(|| text.as_str().to_owned(), |lines| lines.combined());
            for text in words.lines().filter(|text| !text.trim().is_empty()) {
                let said = match kind {
                    Kind::Message => format!("<{}> {text}", by.nick),
                    Kind::Action => format!("* {} {text}", by.nick),
                    Kind::Notice => format!("-{}- {text}", by.nick),
                };
                self.notice(&format!("[{channel}] {} {said}", time::readable(message.time)));
            }
        }
    }

    /// Lines of the server's event log.
    pub(super) fn event_log(&mut self, lines: &[LoggedEvent]) {
        if lines.is_empty() {
            return self.notice("The event log is empty.");
        }
        for line in lines {
            let words = [&line.kind, &line.actor, &line.channel, &line.target, &line.detail];
            let words: Vec<_> =
                words.into_iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
            self.notice(&format!("{} {}", time::readable(line.time), words.join(" ")));
        }
    }

    /// Lines of the audit trail.
    pub(super) fn audit_trail(&mut self, acts: &[Audited]) {
        if acts.is_empty() {
            return self.notice("The audit trail is empty.");
        }
        for act in acts {
            self.notice(&format!("{} {}", time::readable(act.time), act.words()));
        }
    }
}
