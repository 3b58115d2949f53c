//! A connection, as it is known when it opens.

use core::net::IpAddr;

use compact_str::CompactString;

use crate::rare::{Nothing, Rare};

/// The language that a session is spoken to in. IRC ignores it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    #[default]
    English,
    French,
}

impl Language {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::English, Self::French].into_iter().find(|language| language.as_str() == word)
    }
}

/// How a connection reaches us, as far as what is offered on it depends on that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    #[default]
    Plain,
    /// Through a socket file: from this machine, by no name and no port.
    Local,
    /// By WebSocket without TLS: from a page, which chooses no port of its own.
    Web,
    /// Nobody on the way can read or change it: TLS.
    Secure,
}

/// What a peer's machine says of whose a connection is. Spec: <https://www.rfc-editor.org/rfc/rfc1413>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ident {
    /// It is not asked.
    #[default]
    NotAsked,
    Unanswered,
    Known(Box<str>),
}

impl Ident {
    /// The user part of who gives `user` themselves: with `~` before it where nobody stands up for it.
    pub fn user(&self, user: &str, bytes_max: usize) -> CompactString {
        match self {
            Self::NotAsked => user.into(),
            Self::Unanswered => {
                let marked = format!("~{}", user.trim_start_matches('~'));
                marked.chars().take(bytes_max).collect()
            }
            Self::Known(user) => user.as_ref().into(),
        }
    }
}

/// A door's name, for those whose sessions are listed. Each connection has one, in bytes that are free beside the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DoorName([u8; Self::BYTES_MAX]);

impl DoorName {
    const BYTES_MAX: usize = 4;

    /// # Panics
    /// When it is longer than names of doors are, at compile time where it is a constant.
    pub const fn new(name: &'static str) -> Self {
        let (name, mut bytes) = (name.as_bytes(), [0; Self::BYTES_MAX]);
        assert!(name.len() <= Self::BYTES_MAX, "a door's name is short");
        let mut n = 0;
        while n < name.len() {
            bytes[n] = name[n];
            n += 1;
        }
        Self(bytes)
    }

    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default().trim_end_matches('\0')
    }
}

/// What is known of a connection when it opens.
#[derive(Clone, Debug, Default)]
pub struct ConnectionInfo {
    pub door: DoorName,
    /// The door's lines come in the frames of a WebSocket.
    pub is_web: bool,
    pub link: Link,
    pub language: Language,
    /// The peer's address, if it has one.
    pub address: Option<IpAddr>,
    /// The peer's address as text; the host of its source.
    pub host: CompactString,
    pub more: Rare<Particulars>,
}

/// What is known of some connections only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Particulars {
    /// The SHA-256 fingerprint of the certificate that the client has shown, in lower-case hexadecimal.
    pub certfp: Option<CompactString>,
    /// The user part of the source, for doors whose people do not give one.
    pub user: Option<CompactString>,
    pub ident: Ident,
    /// The gateway that connects for them, as it calls itself.
    pub gateway: Option<Box<str>>,
}

impl Nothing for Particulars {
    const NOTHING: &'static Self = &Self { certfp: None, user: None, ident: Ident::NotAsked, gateway: None };
}

impl ConnectionInfo {
    /// A gateway connects for somebody: where they are. The certificate that was shown is the gateway's, and nobody asks their machine.
    pub fn connects_for(&mut self, host: CompactString, address: IpAddr, gateway: Box<str>) {
        (self.host, self.address) = (host, Some(address));
        (self.more.gateway, self.more.certfp) = (Some(gateway), None);
        if self.more.ident != Ident::NotAsked {
            self.more.ident = Ident::Unanswered;
        }
    }

    /// The user part that the door has given. Connection registration has it from then on.
    pub fn take_user(&mut self) -> Option<CompactString> {
        self.more.user.as_ref()?;
        let mut more = self.more.take();
        let user = more.user.take();
        self.more = more.into();
        user
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_s_name_takes_no_room_of_its_own() {
        assert_eq!(DoorName::new("line").as_str(), "line");
        assert_eq!(DoorName::new("irc").as_str(), "irc");
        assert_eq!(DoorName::default().as_str(), "");
        assert_eq!(size_of::<ConnectionInfo>(), 56, "each connection pays for what is here");
    }

    #[test]
    fn a_user_that_nobody_stands_up_for_is_marked() {
        assert_eq!(Ident::NotAsked.user("wilma", 10), "wilma");
        assert_eq!(Ident::Unanswered.user("wilma", 10), "~wilma");
        assert_eq!(Ident::Unanswered.user("~wilma", 10), "~wilma");
        assert_eq!(Ident::Unanswered.user("alexandrine", 10), "~alexandri");
        assert_eq!(Ident::Known("root".into()).user("wilma", 10), "root");
    }
}
