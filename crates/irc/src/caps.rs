//! Capabilities: one table, and the sets that clients choose from it.
//! Spec: <https://ircv3.net/specs/extensions/capability-negotiation>

use std::fmt::Write;

/// A set of capabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps(u32);

/// A capability's line in the table.
#[derive(Debug)]
pub struct Cap {
    pub name: &'static str,
    pub caps: Caps,
    /// What `CAP LS 302` says after `=`; nothing if empty.
    pub value: &'static str,
    /// It does nothing without these.
    pub needs: Caps,
}

macro_rules! caps {
    ($($(#[$doc:meta])* $ident:ident $name:literal $(= $value:literal)? $(needs $needs:ident)?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($ident),* }

        impl Caps {
            $($(#[$doc])* pub const $ident: Self = Self(1 << Place::$ident as u32);)*
        }

        /// All capabilities, in the order in which they are listed.
        pub const CAPS: &[Cap] = &[$(Cap {
            name: $name,
            caps: Caps::$ident,
            value: concat!($($value)?),
            needs: Caps(0 $(| Caps::$needs.0)?),
        }),*];
    };
}

caps! {
    /// Spec: <https://ircv3.net/specs/extensions/account-notify>
    ACCOUNT_NOTIFY "account-notify";
    /// Spec: <https://ircv3.net/specs/extensions/account-tag>
    ACCOUNT_TAG "account-tag";
    /// Spec: <https://ircv3.net/specs/extensions/away-notify>
    AWAY_NOTIFY "away-notify";
    /// Spec: <https://ircv3.net/specs/extensions/batch>
    BATCH "batch";
    /// Spec: <https://ircv3.net/specs/extensions/capability-negotiation#cap-notify>
    CAP_NOTIFY "cap-notify";
    /// Spec: <https://ircv3.net/specs/extensions/chghost>
    CHGHOST "chghost";
    /// Spec: <https://ircv3.net/specs/extensions/echo-message>
    ECHO_MESSAGE "echo-message";
    /// Spec: <https://ircv3.net/specs/extensions/extended-join>
    EXTENDED_JOIN "extended-join";
    /// Spec: <https://ircv3.net/specs/extensions/invite-notify>
    INVITE_NOTIFY "invite-notify";
    /// Spec: <https://ircv3.net/specs/extensions/labeled-response#dependencies>
    LABELED_RESPONSE "labeled-response" needs BATCH;
    /// Message ids come with it. Spec: <https://ircv3.net/specs/extensions/message-tags>
    MESSAGE_TAGS "message-tags";
    /// Spec: <https://ircv3.net/specs/extensions/multi-prefix>
    MULTI_PREFIX "multi-prefix";
    /// Spec: <https://ircv3.net/specs/extensions/sasl-3.2#mechanism-list-in-cap-ls>
    SASL "sasl" = "PLAIN";
    /// Spec: <https://ircv3.net/specs/extensions/server-time>
    SERVER_TIME "server-time";
    /// Spec: <https://ircv3.net/specs/extensions/setname>
    SETNAME "setname";
    /// Spec: <https://ircv3.net/specs/extensions/standard-replies>
    STANDARD_REPLIES "standard-replies";
    /// Spec: <https://ircv3.net/specs/extensions/userhost-in-names>
    USERHOST_IN_NAMES "userhost-in-names";
}

/// The version of negotiation from which on `CAP LS` gives values and `cap-notify` is always on.
pub const VERSION_WITH_VALUES: u16 = 302;

impl Caps {
    pub const NONE: Self = Self(0);

    /// Those that decide which bytes an event becomes.
    pub const OF_EVENTS: Self = Self::NONE
        .with(Self::ACCOUNT_NOTIFY)
        .with(Self::ACCOUNT_TAG)
        .with(Self::AWAY_NOTIFY)
        .with(Self::CHGHOST)
        .with(Self::EXTENDED_JOIN)
        .with(Self::INVITE_NOTIFY)
        .with(Self::MESSAGE_TAGS)
        .with(Self::SERVER_TIME)
        .with(Self::SETNAME);

    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those that both sets have.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether a capability was chosen together with what it needs.
    pub fn in_effect(self, wanted: Self) -> bool {
        let needs = CAPS.iter().filter(|cap| wanted.contains(cap.caps)).map(|cap| cap.needs);
        needs.fold(self.contains(wanted), |all, needs| all && self.contains(needs))
    }

    pub const fn bits(self) -> u64 {
        self.0 as u64
    }

    /// Their names, separated by spaces.
    pub fn names(self) -> String {
        let names: Vec<_> = CAPS.iter().filter(|cap| self.contains(cap.caps)).map(|cap| cap.name).collect();
        names.join(" ")
    }
}

/// What `CAP LS` lists, to a client of that version of negotiation.
pub fn listed(version: u16) -> String {
    let mut list = String::new();
    for cap in CAPS {
        let space = if list.is_empty() { "" } else { " " };
        let with_value = version >= VERSION_WITH_VALUES && !cap.value.is_empty();
        let (equals, value) = if with_value { ("=", cap.value) } else { ("", "") };
        write!(list, "{space}{}{equals}{value}", cap.name).expect("writing to memory does not fail");
    }
    list
}

/// A request that can be granted.
#[derive(Debug, PartialEq, Eq)]
pub struct Granted {
    /// What is on from now on.
    pub caps: Caps,
    /// What was asked for, each once, as the acknowledgement says it.
    pub list: String,
}

/// Reads the list of a `CAP REQ`, from left to right. It is granted as a whole or not at all.
/// Spec: <https://ircv3.net/specs/extensions/capability-negotiation#the-cap-req-subcommand>
pub fn request(caps: Caps, list: &str, version: u16) -> Option<Granted> {
    let mut granted = Granted { caps, list: String::new() };
    let mut named: Vec<(&str, bool)> = Vec::new();
    for word in list.split_ascii_whitespace() {
        let (name, on) = word.strip_prefix('-').map_or((word, true), |name| (name, false));
        let cap = CAPS.iter().find(|cap| cap.name == name)?;
        if !on && cap.caps == Caps::CAP_NOTIFY && version >= VERSION_WITH_VALUES {
            return None;
        }
        granted.caps = if on { granted.caps.with(cap.caps) } else { granted.caps.without(cap.caps) };
        // Said once, as it ended: the acknowledgement then always fits a line.
        named.retain(|(other, _)| *other != name);
        named.push((cap.name, on));
    }
    let words = named.into_iter().map(|(name, on)| if on { name.to_owned() } else { format!("-{name}") });
    granted.list = words.collect::<Vec<_>>().join(" ");
    Some(granted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_for_newer_clients() {
        assert!(listed(302).contains("sasl=PLAIN"));
        assert!(listed(307).contains("sasl=PLAIN"));
        assert!(listed(0).contains("sasl "));
    }

    #[test]
    fn names_are_sorted_and_there_once() {
        assert!(CAPS.is_sorted_by(|a, b| a.name < b.name));
    }

    fn check(before: Caps, list: &str, after: Option<(Caps, &str)>) {
        let granted = request(before, list, 302).map(|granted| (granted.caps, granted.list));
        assert_eq!(granted, after.map(|(caps, list)| (caps, list.to_owned())), "{list}");
    }

    #[test]
    fn requests() {
        let both = Caps::BATCH.with(Caps::SASL);
        check(Caps::NONE, "batch sasl", Some((both, "batch sasl")));
        check(both, "-batch", Some((Caps::SASL, "-batch")));
        check(Caps::NONE, "-batch", Some((Caps::NONE, "-batch")));
        check(Caps::NONE, "batch nonsense", None);
        check(Caps::NONE, "sasl=PLAIN", None);
        check(Caps::NONE, "batch -batch batch", Some((Caps::BATCH, "batch")));
        check(Caps::NONE, "", Some((Caps::NONE, "")));
        check(Caps::NONE, "-cap-notify", None);
        check(Caps::NONE, "Batch", None);
    }

    #[test]
    fn labels_need_batches() {
        assert!(!Caps::LABELED_RESPONSE.in_effect(Caps::LABELED_RESPONSE));
        assert!(Caps::LABELED_RESPONSE.with(Caps::BATCH).in_effect(Caps::LABELED_RESPONSE));
        assert!(Caps::SASL.in_effect(Caps::SASL));
        assert!(!Caps::NONE.in_effect(Caps::SASL));
    }
}
