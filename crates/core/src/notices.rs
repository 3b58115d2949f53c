//! The server's notices: what those read who look after it, by what it is about, as each connection chooses.
//!
//! They are made of facts, so nothing has to be said a second time for them; their words are the same in all languages, as those of the
//! audit trail are.

use std::fmt;

use crate::command::CloseReason;
use crate::event::{Event, Record, Source};
use crate::net::Net;
use crate::work::Audited;

/// What a notice is about: [`crate::modes::NOTICES`] says it of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Acts,
    Connections,
    Floods,
    Kills,
    Nicks,
    Operators,
    Registrations,
    Bans,
}

impl About {
    /// All there are, by their letters.
    pub const ALL: &'static [(Self, char)] = &[
        (Self::Acts, 'a'),
        (Self::Connections, 'c'),
        (Self::Floods, 'f'),
        (Self::Kills, 'k'),
        (Self::Nicks, 'n'),
        (Self::Operators, 'o'),
        (Self::Registrations, 'r'),
        (Self::Bans, 'x'),
    ];
}

/// What somebody reads notices about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notices(u8);

impl Notices {
    pub const NONE: Self = Self(0);

    pub fn all() -> Self {
        About::ALL.iter().fold(Self::NONE, |all, (about, _)| Self(all.0 | 1 << *about as u8))
    }

    pub fn contains(self, about: About) -> bool {
        self.0 & (1 << about as u8) != 0
    }

    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// What it is after a change: `+ck-n`, `ck`. Nothing: there is no such letter.
    pub fn changed(self, change: &str) -> Option<Self> {
        let (mut on, mut now) = (true, self.0);
        for letter in change.chars() {
            let bit =
                About::ALL.iter().find(|(_, known)| *known == letter).map(|(about, _)| 1 << *about as u8);
            match (letter, bit) {
                ('+', _) => on = true,
                ('-', _) => on = false,
                (_, Some(bit)) if on => now |= bit,
                (_, Some(bit)) => now &= !bit,
                _ => return None,
            }
        }
        Some(Self(now))
    }
}

/// Their letters.
impl fmt::Display for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        About::ALL
            .iter()
            .filter(|(about, _)| self.contains(*about))
            .try_for_each(|(_, letter)| write!(f, "{letter}"))
    }
}

/// Whether who reads a notice reads addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses<'a> {
    Hidden,
    /// With where the maker of the fact is connected from, if that is known.
    Shown(Option<&'a str>),
}

/// The notice of a fact, and what it is about.
pub fn of(record: &Record, addresses: Addresses<'_>) -> Option<(About, String)> {
    let address = if let Addresses::Shown(address) = addresses { address } else { None };
    Some(match &record.event {
        Event::Connected { by, realname, .. } => {
            let from =
                address.filter(|address| *address != by.host).map(|address| format!(" from {address}"));
            (About::Connections, format!("{} connected{} ({realname})", whole(by), from.unwrap_or_default()))
        }
        Event::Quit { by, reason, .. } => {
            let why = reason.as_ref().map(|reason| format!(": {}", reason.as_str())).unwrap_or_default();
            let about =
                if reason.as_ref().is_some_and(is_flood) { About::Floods } else { About::Connections };
            (about, format!("{} left{why}", whole(by)))
        }
        Event::NickChanged { by, nick, .. } => (About::Nicks, format!("{} is {nick} now", whole(by))),
        Event::AccountRegistered { account, .. } => {
            (About::Registrations, format!("account {account} was made"))
        }
        // What is done in channels is theirs.
        Event::Acted(act) if act.is_moderation() => return None,
        Event::Acted(act) => {
            let about = match act.what.as_str() {
                "kill" => About::Kills,
                "oper" => About::Operators,
                what if what.contains("ban") => About::Bans,
                _ => About::Acts,
            };
            let mut line = Audited::of(record.time, act);
            // Who bans a nick bans the address behind it.
            if addresses == Addresses::Hidden && about == About::Bans && Net::parse(&line.target).is_some() {
                line.target = "an address".to_owned();
            }
            (about, line.words())
        }
        _ => return None,
    })
}

/// Somebody as others see them: `nick!user@host`.
fn whole(who: &Source) -> String {
    format!("{}!{}@{}", who.nick, who.user, who.host)
}

/// Whether a quit is one that the server made of who took or gave too much.
fn is_flood(reason: &crate::text::Text) -> bool {
    let floods =
        [CloseReason::SendQueueExceeded, CloseReason::TooManyFailedLogins, CloseReason::TooManyConnections];
    floods.iter().any(|close| close.as_quit_reason().as_ref() == Some(reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Act;
    use crate::ids::{Millis, Position};

    #[test]
    fn addresses_of_bans_are_shown_to_those_alone_who_may_read_them() {
        for (target, hidden) in [
            ("192.0.2.7", "* server-ban an address: spam"),
            ("2001:db8::/64", "* server-ban an address: spam"),
            ("spam*!*@*", "* server-ban spam*!*@*: spam"),
        ] {
            let act = Act {
                by: None,
                oper: None,
                what: "server-ban".into(),
                target: target.into(),
                reason: crate::text::Text::new("spam").ok(),
                before: "".into(),
                after: "".into(),
                place: None,
            };
            let record = Record { position: Position(1), time: Millis(1), generation: 1, event: act.event() };
            let words = |addresses| of(&record, addresses).expect("a notice").1.replace("command line", "*");
            assert_eq!(words(Addresses::Hidden), hidden);
            assert_eq!(words(Addresses::Shown(None)), format!("* server-ban {target}: spam"));
        }
    }

    #[test]
    fn letters_are_turned_on_and_off() {
        let some = Notices::NONE.changed("+kc").expect("letters");
        assert_eq!(some.to_string(), "ck");
        assert_eq!(some.changed("n-c").map(|it| it.to_string()).as_deref(), Some("kn"));
        assert_eq!(some.changed("-ck"), Some(Notices::NONE));
        assert_eq!(some.changed("+z"), None);
        assert_eq!(Notices::all().to_string().len(), About::ALL.len());
        assert!(some.contains(About::Kills) && !some.contains(About::Bans));
    }
}
