//! Answers to lines. Each variant of core's [`Reply`] is worded, or says why it is silent.

use colvert_core::event::{Record, Source};
use colvert_core::names::{AccountName, Nick};
use colvert_core::read_marker::Marked;
use colvert_core::reply::{Members, RenamedChannel, Reply};
use colvert_core::state::Topic;

use super::{Answer, events, modes, own};
use crate::caps::Caps;
use crate::numerics::*;
use crate::reading::spelling;

impl Answer<'_> {
    pub fn reply(&mut self, verb: &str, reply: &Reply) {
        match reply {
            Reply::Welcome(welcome) => self.welcome(welcome),
            Reply::Pong(token) => self.pong(token),
            Reply::StillOn(joined) => self.joined_before(joined),
            Reply::Topic { channel, topic } => self.topic(channel.as_str(), topic.as_ref()),
            Reply::EntryMessage { channel, message } => self.entry_message(channel, message),
            // Spec: <https://ircv3.net/specs/extensions/no-implicit-names>
            Reply::Names(names) if names.on_join && !self.caps.has_implicit_names() => {}
            Reply::Names(names) => self.names(names),
            Reply::List { channels, more } => self.channels(channels, *more),
            Reply::Modes { channel, created, modes } => {
                let (letters, params) = modes::held(modes);
                let mut words = vec![channel.as_str(), &letters];
                words.extend(params.iter().map(String::as_str));
                self.numeric(RPL_CHANNELMODEIS, &words);
                self.numeric(RPL_CREATIONTIME, &[channel.as_str(), &created.unix_s().to_string()]);
            }
            Reply::MaskList { channel, list, entries } => self.masks(channel, *list, entries),
            Reply::UserModes { flags, reads_notices } => {
                self.numeric(RPL_UMODEIS, &[&modes::held_by_user(flags, *reads_notices)]);
            }
            Reply::Inviting { nick, channel } => {
                self.numeric(RPL_INVITING, &[nick.as_str(), channel.as_str()])
            }
            Reply::Away { nick, message } => self.numeric_text(RPL_AWAY, &[nick.as_str()], message.as_str()),
            Reply::NowAway => self.numeric(RPL_NOWAWAY, &[]),
            Reply::NoLongerAway => self.numeric(RPL_UNAWAY, &[]),
            Reply::Whois(whois) => self.whois(whois),
            Reply::Whowas { nick, was } => self.whowas(nick, was),
            Reply::Who { mask, rows, is_last } => {
                self.who(rows);
                if *is_last {
                    self.numeric(RPL_ENDOFWHO, &[mask]);
                }
            }
            Reply::Userhost(rows) => self.userhost(rows),
            Reply::Ison(nicks) => self.ison(nicks),
            Reply::Info => self.info(),
            Reply::Admin(lines) => self.admin(lines),
            Reply::Links { mask, shown } => self.links(mask, *shown),
            Reply::Stats { query, told } => self.stats(query, told),
            Reply::Accepted(nicks) => {
                self.list(RPL_ACCEPTLIST, &[], " ", nicks.iter().map(Nick::as_str));
                self.numeric(RPL_ENDOFACCEPT, &[]);
            }
            Reply::Silences(masks) => {
                let nick = self.nick();
                for mask in masks {
                    self.numeric(RPL_SILELIST, &[nick, mask.as_str()]);
                }
                self.numeric(RPL_ENDOFSILELIST, &[]);
            }
            Reply::Knocked(channel) => self.numeric(RPL_KNOCKDLVR, &[channel.as_str()]),
            // Spec: <https://modern.ircdocs.horse/#rplinvitelist-336>
            Reply::Invitations(channels) => {
                for channel in channels {
                    self.numeric(RPL_INVITELIST, &[channel.as_str()]);
                }
                self.numeric(RPL_ENDOFINVITELIST, &[]);
            }
            Reply::Monitoring { online, offline } => {
                self.list(RPL_MONONLINE, &[], ",", online.iter().map(Source::mask));
                self.list(RPL_MONOFFLINE, &[], ",", offline);
            }
            Reply::MonitorList(nicks) => {
                self.list(RPL_MONLIST, &[], ",", nicks);
                self.numeric(RPL_ENDOFMONLIST, &[]);
            }
            Reply::Lusers(lusers) => self.lusers(lusers),
            Reply::Motd(lines) => self.motd(lines),
            Reply::Version => self.version(),
            Reply::Time(now) => self.time(*now),
            Reply::History { channel, messages, .. } => self.history(channel, messages),
            Reply::Excerpt { target, messages } => self.excerpt(target, messages),
            Reply::Played { target, messages } => self.played(target, messages),
            Reply::Playable { target, from, to } => self.playable(target, *from, *to),
            // Spec: <https://ircv3.net/specs/extensions/channel-rename#fallback>
            Reply::Renamed { left, joined, about, read } => {
                if !self.caps.in_effect(Caps::DRAFT_CHANNEL_RENAME) {
                    self.joined_before(left);
                    self.joined_before(joined);
                    if let Some(read) = read {
                        self.marked(read);
                    }
                    self.renamed(about);
                }
            }
            Reply::Marked(marked) => self.marked(marked),
            Reply::Metadata(told) => self.metadata(told),
            Reply::Conversations(found) => self.conversations(found),
            Reply::EventLog(lines) => self.event_log(lines),
            Reply::AuditTrail(lines) => self.audit_trail(lines),
            Reply::Oper(reply) => self.oper(reply),
            Reply::AccountRegistered(account) => self.account_registered(spelling(verb), account),
            Reply::LoggedIn { account, source } => self.logged_in(verb, account, source.as_ref()),
            // Who knows how to ask for history is not shown it unasked.
            // Spec: <https://ircv3.net/specs/extensions/chathistory#server-considerations>
            Reply::Missed { .. } if self.asks_for_history() => {}
            Reply::Missed { target, messages } => self.excerpt(target, messages),
            Reply::Clients(clients) => {
                let list: Vec<_> = clients.iter().map(|(name, _)| name.as_str()).collect();
                self.note(verb, "CLIENTS", &format!("Clients of your account: {}.", list.join(", ")));
            }
            Reply::AccountSettings(settings) => {
                for (setting, is_on) in settings {
                    let word = if *is_on { "on" } else { "off" };
                    self.note(verb, "ACCOUNT_SETTING", &format!("{} is {word}.", setting.name()));
                }
            }
            Reply::PersistenceNow(_) if !self.caps.in_effect(Caps::DRAFT_PERSISTENCE) => {}
            Reply::Persistence(told) | Reply::PersistenceNow(told) => {
                own::persistence(self.out, &self.door.server, *told);
            }
            Reply::Claimed => self.note(verb, "CLAIMED", "Your account is an administrator's."),
            Reply::NowOper => self.numeric(RPL_YOUREOPER, &[]),
            Reply::LanguageChanged(_) => self.note(verb, "LANGUAGE", "IRC is spoken in English here."),
            Reply::Help(subject) => self.help(subject.as_deref()),
            // The event says it already, to the person who did it, too.
            Reply::Notices(notices) => self.numeric(RPL_SNOMASK, &[&format!("+{notices}")]),
            Reply::ServerNotice(words) => self.notice(&format!("*** {words}")),
            Reply::AlertSent | Reply::Unbanned { .. } => {}
            Reply::Account(answer) => self.account_answer(spelling(verb), answer),
            Reply::Channel(answer) => self.channel_answer(verb, answer),
            // Clients keep track of that themselves.
            Reply::CurrentChannel(_) | Reply::Done => {}
            // For the server's own command line, which is not here.
            Reply::CodeMade { .. } | Reply::RoleChanged { .. } | Reply::Imported { .. } => {}
        }
    }

    /// The person is there since before this session, which reads it as if they joined now.
    /// Spec: <https://modern.ircdocs.horse/#join-message>
    fn joined_before(&mut self, joined: &Record) {
        events::encode_again(&self.door.server, self.caps.of_events(), joined, self.out);
    }

    /// For who asked for it, or knows it: it is told of all channels that they join.
    fn marked(&mut self, marked: &Marked) {
        if self.caps.in_effect(Caps::DRAFT_READ_MARKER) {
            own::read_until(self.out, &self.door.server, &marked.target, marked.until);
        }
    }

    /// What is told of a channel to who seems to join it.
    fn renamed(&mut self, about: &RenamedChannel) {
        if let Some(topic) = &about.topic {
            self.topic(about.to.as_str(), Some(topic));
        }
        if let Members::Same(names) = &about.members
            && self.caps.has_implicit_names()
        {
            self.names(names);
        }
    }

    /// Spec: <https://modern.ircdocs.horse/#pong-message> (with the server's name before the token)
    /// Departs: of a token that does not fit into the answer comes back what fits, because an answer is what a client waits for.
    fn pong(&mut self, token: &str) {
        let door = self.door;
        self.server_line("PONG").word(&door.server).text(token).end();
    }

    /// Spec: <https://modern.ircdocs.horse/#topic-message>
    fn topic(&mut self, channel: &str, topic: Option<&Topic>) {
        match topic {
            Some(topic) => {
                self.numeric_text(RPL_TOPIC, &[channel], topic.text.as_str());
                let at = topic.at.unix_s().to_string();
                self.numeric(RPL_TOPICWHOTIME, &[channel, topic.by.as_str(), &at]);
            }
            None => self.numeric(RPL_NOTOPIC, &[channel]),
        }
    }

    /// Spec: <https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension>
    fn logged_in(&mut self, verb: &str, account: &AccountName, source: Option<&Source>) {
        // Before there is a presence there is no mask yet.
        let mask = source.map_or_else(|| "*!*@*".to_owned(), Source::mask);
        let text = RPL_LOGGEDIN.filled(&[account.as_str()]);
        self.numeric_text(RPL_LOGGEDIN, &[&mask, account.as_str()], &text);
        if spelling(verb) == "AUTHENTICATE" {
            self.numeric(RPL_SASLSUCCESS, &[]);
        }
    }
}
