//! Capabilities: one table, what of it is offered, and the sets that clients choose from it.
//! Spec: <https://ircv3.net/specs/extensions/capability-negotiation>

use colvert_core::local::Link;
use colvert_core::metadata::KEY_BYTES_MAX;
use colvert_core::settings::{Email, Registration, Settings};

/// A set of capabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps(u64);

/// A capability's line in the table.
#[derive(Debug)]
pub struct Cap {
    pub name: &'static str,
    pub caps: Caps,
    /// Where it is specified.
    pub spec: &'static str,
    /// It does nothing without these.
    pub needs: Caps,
    offer: Offer,
}

/// What `CAP LS 302` says after `=`, nothing if that is empty; none: the capability is not offered. The
/// configuration decides, and how the client is connected.
type Offer = fn(&Settings, Link) -> Option<String>;

macro_rules! caps {
    (@offer) => { |_, _| Some(String::new()) };
    (@offer $offer:expr) => { $offer };
    ($($(#[$doc:meta])* $ident:ident $name:literal $spec:literal
        $(offer $offer:ident)? $(needs $needs:ident)?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($ident),* }

        impl Caps {
            $($(#[$doc])* #[doc = concat!("Spec: <", $spec, ">")]
            pub const $ident: Self = Self(1 << Place::$ident as u64);)*
        }

        /// All capabilities, in the order in which they are listed.
        pub const CAPS: &[Cap] = &[$(Cap {
            name: $name,
            caps: Caps::$ident,
            spec: $spec,
            needs: Caps(0 $(| Caps::$needs.0)?),
            offer: caps!(@offer $($offer)?),
        }),*];
    };
}

caps! {
    ACCOUNT_NOTIFY "account-notify" "https://ircv3.net/specs/extensions/account-notify";
    ACCOUNT_TAG "account-tag" "https://ircv3.net/specs/extensions/account-tag";
    AWAY_NOTIFY "away-notify" "https://ircv3.net/specs/extensions/away-notify";
    BATCH "batch" "https://ircv3.net/specs/extensions/batch";
    CAP_NOTIFY "cap-notify" "https://ircv3.net/specs/extensions/capability-negotiation#cap-notify";
    CHGHOST "chghost" "https://ircv3.net/specs/extensions/chghost";
    /// Its refusals come with it. Accounts are made without it, too.
    DRAFT_ACCOUNT_REGISTRATION "draft/account-registration" "https://ircv3.net/specs/extensions/account-registration"
        offer registration;
    DRAFT_CHANNEL_RENAME "draft/channel-rename" "https://ircv3.net/specs/extensions/channel-rename";
    /// Its refusals come with it. What it asks for is answered without it, too.
    DRAFT_CHATHISTORY "draft/chathistory" "https://ircv3.net/specs/extensions/chathistory";
    /// What is no words comes with history, too: in a batch, or it would be taken for what happens now.
    DRAFT_EVENT_PLAYBACK "draft/event-playback" "https://ircv3.net/specs/extensions/chathistory" needs BATCH;
    DRAFT_EXTENDED_ISUPPORT "draft/extended-isupport" "https://ircv3.net/specs/extensions/extended-isupport";
    DRAFT_MESSAGE_REDACTION "draft/message-redaction" "https://ircv3.net/specs/extensions/message-redaction";
    DRAFT_METADATA_2 "draft/metadata-2" "https://ircv3.net/specs/extensions/metadata#draftmetadata-2-capability"
        offer metadata needs BATCH;
    /// What is to come in the place of the one before: a client has one of them.
    DRAFT_METADATA_3 "draft/metadata-3" "https://github.com/ircv3/ircv3-specifications/pull/613"
        offer metadata_with_keys needs BATCH;
    DRAFT_MULTILINE "draft/multiline" "https://ircv3.net/specs/extensions/multiline" offer multiline needs BATCH;
    /// What the one without `draft/` was called before.
    DRAFT_NO_IMPLICIT_NAMES "draft/no-implicit-names" "https://ircv3.net/specs/extensions/no-implicit-names";
    /// Its refusals come with it. What it asks for is answered without it, too.
    DRAFT_PERSISTENCE "draft/persistence" "https://github.com/ircv3/ircv3-specifications/pull/503";
    DRAFT_PRE_AWAY "draft/pre-away" "https://ircv3.net/specs/extensions/pre-away";
    /// Its refusals come with it.
    DRAFT_READ_MARKER "draft/read-marker" "https://ircv3.net/specs/extensions/read-marker";
    /// Its value is what names of people elsewhere have in them.
    DRAFT_RELAYMSG "draft/relaymsg" "https://github.com/ircv3/ircv3-specifications/pull/417" offer relaymsg;
    ECHO_MESSAGE "echo-message" "https://ircv3.net/specs/extensions/echo-message";
    EXTENDED_JOIN "extended-join" "https://ircv3.net/specs/extensions/extended-join";
    EXTENDED_MONITOR "extended-monitor" "https://ircv3.net/specs/extensions/extended-monitor";
    INVITE_NOTIFY "invite-notify" "https://ircv3.net/specs/extensions/invite-notify";
    LABELED_RESPONSE "labeled-response" "https://ircv3.net/specs/extensions/labeled-response#dependencies" needs BATCH;
    /// Message ids come with it.
    MESSAGE_TAGS "message-tags" "https://ircv3.net/specs/extensions/message-tags";
    MULTI_PREFIX "multi-prefix" "https://ircv3.net/specs/extensions/multi-prefix";
    NO_IMPLICIT_NAMES "no-implicit-names" "https://ircv3.net/specs/extensions/no-implicit-names";
    SASL "sasl" "https://ircv3.net/specs/extensions/sasl-3.2#mechanism-list-in-cap-ls" offer sasl_mechanisms;
    SERVER_TIME "server-time" "https://ircv3.net/specs/extensions/server-time";
    SETNAME "setname" "https://ircv3.net/specs/extensions/setname";
    STANDARD_REPLIES "standard-replies" "https://ircv3.net/specs/extensions/standard-replies";
    STS "sts" "https://ircv3.net/specs/extensions/sts" offer sts;
    USERHOST_IN_NAMES "userhost-in-names" "https://ircv3.net/specs/extensions/userhost-in-names";
    /// Who has it asks `*playback` for what it missed.
    ZNC_IN_PLAYBACK "znc.in/playback" "https://wiki.znc.in/Playback";
}

/// The version of negotiation from which on `CAP LS` gives values and `cap-notify` is always on.
pub const VERSION_WITH_VALUES: u16 = 302;

impl Caps {
    pub const NONE: Self = Self(0);

    /// Those that tell clients something, and cannot be asked for.
    pub const TOLD: Self = Self::STS;

    /// Those that decide which bytes an event becomes.
    const OF_EVENTS: Self = Self::NONE
        .with(Self::ACCOUNT_NOTIFY)
        .with(Self::ACCOUNT_TAG)
        .with(Self::AWAY_NOTIFY)
        .with(Self::CHGHOST)
        .with(Self::DRAFT_CHANNEL_RENAME)
        .with(Self::DRAFT_MESSAGE_REDACTION)
        .with(Self::DRAFT_MULTILINE)
        .with(Self::DRAFT_PERSISTENCE)
        .with(Self::DRAFT_READ_MARKER)
        .with(Self::DRAFT_RELAYMSG)
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

    /// Whether who joins is told who is there; others read that only when they ask.
    /// Spec: <https://ircv3.net/specs/extensions/no-implicit-names>
    pub fn has_implicit_names(self) -> bool {
        ![Self::NO_IMPLICIT_NAMES, Self::DRAFT_NO_IMPLICIT_NAMES].iter().any(|cap| self.contains(*cap))
    }

    /// Whether metadata is told, by one draft of it or the other.
    pub fn has_metadata(self) -> bool {
        [Self::DRAFT_METADATA_2, Self::DRAFT_METADATA_3].iter().any(|cap| self.in_effect(*cap))
    }

    /// Those of them that decide which bytes an event becomes, as far as they are in effect.
    pub fn of_events(self) -> Self {
        let caps = self.both(Self::OF_EVENTS);
        if self.in_effect(Self::DRAFT_MULTILINE) { caps } else { caps.without(Self::DRAFT_MULTILINE) }
    }

    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Their names, as `CAP LIST` says them.
    pub fn names(self) -> Vec<String> {
        CAPS.iter().filter(|cap| self.contains(cap.caps)).map(|cap| cap.name.to_owned()).collect()
    }
}

/// The mechanisms of AUTHENTICATE, as they are listed. Certificates are shown over TLS, and tokens as a rule.
fn sasl_mechanisms(settings: &Settings, link: Link) -> Option<String> {
    let scram = settings.accounts.scram_iterations.map(|_| "SCRAM-SHA-256");
    let external = (link == Link::Secure).then_some("EXTERNAL");
    let bearer = settings.tokens.are_for(link).then_some("OAUTHBEARER");
    Some(["PLAIN"].into_iter().chain(scram).chain(external).chain(bearer).collect::<Vec<_>>().join(","))
}

/// What marks names of people elsewhere, if their words are relayed.
fn relaymsg(settings: &Settings, _: Link) -> Option<String> {
    settings.relays.then(|| "/".to_owned())
}

/// How much metadata there can be.
fn metadata(settings: &Settings, _: Link) -> Option<String> {
    let limits = &settings.limits;
    let (subs, keys, bytes) = (limits.metadata_subs, limits.metadata_keys, limits.metadata_value_bytes);
    Some(format!("before-connect,max-subs={subs},max-keys={keys},max-value-bytes={bytes}"))
}

/// And how long a key can be.
fn metadata_with_keys(settings: &Settings, link: Link) -> Option<String> {
    metadata(settings, link).map(|value| format!("{value},max-key-bytes={KEY_BYTES_MAX}"))
}

/// How much one message of several lines can be, if there are any.
/// Spec: <https://ircv3.net/specs/extensions/multiline#capabilities>
fn multiline(settings: &Settings, _: Link) -> Option<String> {
    let (bytes, lines) = (settings.limits.multiline_bytes, settings.limits.multiline_lines);
    (lines > 0).then(|| format!("max-bytes={bytes},max-lines={lines}"))
}

/// How accounts are made; nothing where only operators make them.
/// Spec: <https://ircv3.net/specs/extensions/account-registration#capability>
fn registration(settings: &Settings, _: Link) -> Option<String> {
    let value = match settings.accounts.registration {
        Registration::Open => "before-connect,custom-account-name",
        Registration::Connected => "custom-account-name",
        Registration::Closed => return None,
    };
    let email = if settings.accounts.email == Email::Required { ",email-required" } else { "" };
    Some(format!("{value}{email}"))
}

/// Where to come by TLS, or for how long to come back so.
/// Spec: <https://ircv3.net/specs/extensions/sts#details>
/// Departs: the duration is also told to who names no host in their TLS handshake, because a client keeps it for the host that it
/// connected to by name, and checks the certificate for that name before it believes it.
fn sts(settings: &Settings, link: Link) -> Option<String> {
    let sts = settings.sts.as_ref()?;
    let preload = if sts.preload { ",preload" } else { "" };
    match link {
        Link::Plain => Some(format!("port={}", sts.port)),
        // A policy is of the name that a client connected to, and there is none.
        Link::Local | Link::Web => None,
        Link::Secure => Some(format!("duration={}{preload}", sts.duration_s)),
    }
}

/// The table as the configuration makes it for clients that are connected in one way.
#[derive(Debug)]
pub struct Offered {
    caps: Caps,
    /// What is offered, and what is said after `=`.
    values: Vec<(&'static Cap, String)>,
}

/// A request that can be granted.
#[derive(Debug, PartialEq, Eq)]
pub struct Granted {
    /// What is on from now on.
    pub caps: Caps,
    /// What was asked for, each once, as the acknowledgement says it.
    pub words: Vec<String>,
}

/// What is different for a client when something else is offered.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What nobody can have any more.
    pub lost: Caps,
    /// The names of those, as far as it is said.
    pub gone: Vec<String>,
    /// What can be asked for now, or has another value.
    pub new: Vec<String>,
}

impl Offered {
    pub fn new(settings: &Settings, link: Link) -> Self {
        let values: Vec<_> =
            CAPS.iter().filter_map(|cap| Some((cap, (cap.offer)(settings, link)?))).collect();
        let caps = values.iter().fold(Caps::NONE, |caps, (cap, _)| caps.with(cap.caps));
        Self { caps, values }
    }

    /// What is said of a capability after `=`.
    pub fn value(&self, wanted: Caps) -> &str {
        self.values.iter().find(|(cap, _)| cap.caps == wanted).map_or("", |(_, value)| value)
    }

    /// What `CAP LS` lists, to a client of that version of negotiation. Older clients take one line only, so
    /// what others may leave out, too, comes last for them: drafts and vendors' own.
    pub fn listed(&self, version: u16) -> Vec<String> {
        if version < VERSION_WITH_VALUES {
            // What a capability tells is in its value.
            let told = |cap: &Cap| Caps::TOLD.contains(cap.caps);
            let names =
                || self.values.iter().map(|(cap, _)| *cap).filter(|cap| !told(cap)).map(|cap| cap.name);
            let (own, common): (Vec<_>, Vec<_>) = names().partition(|name| name.contains('/'));
            return common.into_iter().chain(own).map(str::to_owned).collect();
        }
        self.values.iter().map(|(cap, value)| word(cap, value)).collect()
    }

    /// What is different for a client of that version of negotiation from what was offered before.
    /// Spec: <https://ircv3.net/specs/extensions/capability-negotiation#the-cap-new-subcommand>
    pub fn since(&self, before: &Self, version: u16) -> Changes {
        let lost = before.caps.without(self.caps);
        let reads_values = version >= VERSION_WITH_VALUES;
        let is_new = |cap: &Cap| !before.caps.contains(cap.caps);
        let new = self.values.iter().filter_map(|(cap, value)| match reads_values {
            true => (is_new(cap) || before.value(cap.caps) != value).then(|| word(cap, value)),
            false => (is_new(cap) && !Caps::TOLD.contains(cap.caps)).then(|| cap.name.to_owned()),
        });
        // Spec: <https://ircv3.net/specs/extensions/sts#details> (it is never said to be gone: its duration ends it)
        Changes { lost, gone: lost.without(Caps::TOLD).names(), new: new.collect() }
    }

    /// Reads the list of a `CAP REQ`, from left to right. It is granted as a whole or not at all.
    /// Spec: <https://ircv3.net/specs/extensions/capability-negotiation#the-cap-req-subcommand>
    pub fn request(&self, caps: Caps, list: &str, version: u16) -> Option<Granted> {
        let mut granted = Granted { caps, words: Vec::new() };
        let mut named: Vec<(&str, bool)> = Vec::new();
        for word in list.split_ascii_whitespace() {
            let (name, on) = word.strip_prefix('-').map_or((word, true), |name| (name, false));
            let cap = CAPS.iter().find(|cap| cap.name == name)?;
            let is_offered = self.caps.without(Caps::TOLD).contains(cap.caps);
            let stays = cap.caps == Caps::CAP_NOTIFY && version >= VERSION_WITH_VALUES;
            if on && !is_offered || !on && stays {
                return None;
            }
            granted.caps = if on { granted.caps.with(cap.caps) } else { granted.caps.without(cap.caps) };
            // Said once, as it ended.
            named.retain(|(other, _)| *other != name);
            named.push((cap.name, on));
        }
        // Spec: <https://github.com/ircv3/ircv3-specifications/pull/613> (one draft of it)
        if granted.caps.contains(Caps::DRAFT_METADATA_2.with(Caps::DRAFT_METADATA_3)) {
            return None;
        }
        let words = named.into_iter().map(|(name, on)| if on { name.to_owned() } else { format!("-{name}") });
        granted.words = words.collect();
        Some(granted)
    }
}

/// A capability with its value, if it has one.
fn word(cap: &Cap, value: &str) -> String {
    if value.is_empty() { cap.name.to_owned() } else { format!("{}={value}", cap.name) }
}

#[cfg(test)]
mod tests {
    use colvert_core::settings::Sts;

    use super::*;

    fn offered() -> Offered {
        Offered::new(&Settings::default(), Link::Plain)
    }

    #[test]
    fn values_are_for_newer_clients() {
        for (version, word) in [(302, "sasl=PLAIN"), (307, "sasl=PLAIN"), (301, "sasl"), (0, "sasl")] {
            assert!(offered().listed(version).contains(&word.to_owned()), "{version}");
        }
    }

    #[test]
    fn where_tls_is_spoken_is_told_and_cannot_be_asked_for() {
        let sts = Sts { port: 6697, duration_s: 86_400, preload: true };
        let settings = Settings { sts: Some(sts), ..Settings::default() };
        let (plain, secure) = (Offered::new(&settings, Link::Plain), Offered::new(&settings, Link::Secure));
        assert!(plain.listed(302).contains(&"sts=port=6697".to_owned()));
        assert!(secure.listed(302).contains(&"sts=duration=86400,preload".to_owned()));
        let [local, web] = [Link::Local, Link::Web].map(|link| Offered::new(&settings, link));
        assert!(!web.listed(302).concat().contains("sts"), "a page chooses no port of ours");
        assert!(
            !local.listed(302).concat().contains("sts"),
            "through a socket file there is no port to come to"
        );
        for version in [0, 301] {
            assert!(!plain.listed(version).concat().contains("sts"), "{version}");
        }
        assert_eq!(plain.request(Caps::NONE, "sts", 302), None);
        assert!(!offered().listed(302).concat().contains("sts"));
    }

    #[test]
    fn where_tls_is_spoken_is_told_anew_and_never_taken_back() {
        let sts = |duration_s| Settings {
            sts: Some(Sts { port: 6697, duration_s, preload: false }),
            ..Settings::default()
        };
        let secure = |settings: &Settings| Offered::new(settings, Link::Secure);
        let (none, long, ended) = (secure(&Settings::default()), secure(&sts(60)), secure(&sts(0)));
        let told = |new: &str| vec![new.to_owned()];
        assert_eq!(long.since(&none, 302).new, told("sts=duration=60"));
        assert_eq!(ended.since(&long, 302).new, told("sts=duration=0"));
        assert_eq!(none.since(&ended, 302), Changes { lost: Caps::STS, ..Changes::default() });
        assert_eq!(long.since(&none, 301), Changes::default(), "who reads no values is told nothing");
    }

    #[test]
    fn what_is_not_offered_is_not_granted() {
        let mut offered = offered();
        offered.values.retain(|(cap, _)| cap.caps != Caps::SASL);
        offered.caps = offered.caps.without(Caps::SASL);
        assert!(!offered.listed(302).concat().contains("sasl"));
        assert_eq!(offered.request(Caps::NONE, "sasl", 302), None);
        // Who has it still can give it back.
        let granted = offered.request(Caps::SASL, "-sasl", 302);
        assert_eq!(granted, Some(Granted { caps: Caps::NONE, words: vec!["-sasl".to_owned()] }));
    }

    #[test]
    fn each_says_where_it_is_specified() {
        assert!(CAPS.iter().all(|cap| cap.spec.starts_with("https://")));
    }

    #[test]
    fn names_are_sorted_and_there_once() {
        assert!(CAPS.is_sorted_by(|a, b| a.name < b.name));
    }

    fn check(before: Caps, list: &str, after: Option<(Caps, &str)>) {
        let granted =
            offered().request(before, list, 302).map(|granted| (granted.caps, granted.words.join(" ")));
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
