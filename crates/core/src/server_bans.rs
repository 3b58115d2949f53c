//! Who is kept out of the server: addresses and nets, masks, real names, accounts; for a time or for good.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};

use crate::ids::Millis;
use crate::mask::Mask;
use crate::names::{AccountKey, AccountName, NOBODY, NameRules};
use crate::net::Net;
use crate::text::Text;

/// Fewest bits of a net that is banned, of IPv4 and of IPv6: a digit that is missing (`/1` for `/16`) is not half of the world.
const NET_BITS_MIN: (u8, u8) = (8, 16);

/// What is in masks of everybody: wildcards, and what divides a mask and a host.
const NO_SIGN_OF_ANYBODY: [char; 6] = ['*', '?', '!', '@', '.', ':'];

/// What a ban of the server is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
pub enum BanTarget {
    /// An address or a net.
    #[n(0)]
    Net(#[n(0)] Net),
    /// `nick!user@host`
    #[n(1)]
    Mask(#[n(0)] Mask),
    /// A pattern of real names: `realname:*casino*`.
    #[n(2)]
    Realname(#[n(0)] Mask),
    /// `account:roger`
    #[n(3)]
    Account(#[n(0)] AccountName),
}

/// A ban of the server.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct ServerBan {
    #[n(0)]
    pub target: BanTarget,
    /// Shown to those whom it keeps out.
    #[n(1)]
    pub reason: Option<Text>,
    /// Whose ban it is: a nick, or `*` for the server's own command line.
    #[cbor(n(2), with = "crate::names::compact")]
    pub by: CompactString,
    #[n(3)]
    pub at: Millis,
    /// Nothing: for good.
    #[n(4)]
    pub until: Option<Millis>,
    /// Nothing: it keeps everybody out whom it covers.
    #[n(5)]
    pub kind: Option<BanKind>,
}

/// What a ban does that does less than keep out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum BanKind {
    /// Lets those in who have logged in to an account.
    #[n(0)]
    Login,
    /// Lets everybody in, and nobody do what others see.
    #[n(1)]
    Silence,
}

impl BanKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "kind:login",
            Self::Silence => "kind:silence",
        }
    }

    /// The kind of a word, as it is typed and shown.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Login, Self::Silence].into_iter().find(|kind| kind.as_str() == word)
    }
}

impl ServerBan {
    /// What it is about, and which kind it is of if it keeps not everybody out: `10.0.0.0/8 kind:login`.
    pub fn named(&self) -> String {
        let kind = self.kind.map(|kind| format!(" {}", kind.as_str())).unwrap_or_default();
        format!("{}{kind}", self.target)
    }

    /// Whether it keeps those out whom it covers, who have an account or not.
    pub fn keeps_out(&self, has_account: bool) -> bool {
        match self.kind {
            None => true,
            Some(BanKind::Login) => !has_account,
            Some(BanKind::Silence) => false,
        }
    }
}

/// All bans of the server, each kind by what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct ServerBans {
    #[n(0)]
    nets: BTreeMap<Net, ServerBan>,
    #[n(1)]
    masks: BTreeMap<Mask, ServerBan>,
    #[n(2)]
    realnames: BTreeMap<Mask, ServerBan>,
    #[n(3)]
    accounts: BTreeMap<AccountKey, ServerBan>,
    /// Those that end by themselves.
    #[n(4)]
    ends: BTreeSet<(Millis, BanTarget)>,
    /// Those that silence.
    #[cbor(n(5), default)]
    silences: BTreeSet<BanTarget>,
}

/// Whom a ban may keep out, as far as is known of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Suspect<'a> {
    pub address: Option<IpAddr>,
    /// `nick!user@host`, folded loosely: as others see them, and as they are.
    pub subjects: &'a [String],
    /// Folded loosely.
    pub realname: Option<&'a str>,
    pub account: Option<&'a AccountName>,
}

impl BanTarget {
    /// What somebody typed: `10.0.0.0/8`, `nick!user@host`, `*@10.0.0.1`, `realname:…`, `account:…`. Nothing for
    /// a plain word: whether that is an account or a nick, only the state knows.
    pub fn parse(raw: &str, names: NameRules) -> Option<Self> {
        if let Some(pattern) = raw.strip_prefix("realname:") {
            return Mask::pattern(pattern, names).map(Self::Realname);
        }
        if let Some(name) = raw.strip_prefix("account:") {
            return AccountName::new(name, names).ok().map(Self::Account);
        }
        let whole = raw.strip_prefix("*!").unwrap_or(raw);
        let host = whole.strip_prefix("*@").unwrap_or(whole);
        if let Some(net) = Net::parse(host) {
            return Some(Self::Net(net));
        }
        let is_mask = raw.contains(['!', '@', '*', '?', '.']);
        is_mask.then(|| Mask::new(raw, names).map(Self::Mask)).flatten()
    }

    /// Whether it covers somebody.
    pub fn covers(&self, who: &Suspect<'_>) -> bool {
        match self {
            Self::Net(net) => who.address.is_some_and(|address| net.contains(address)),
            Self::Mask(mask) => who.subjects.iter().any(|subject| mask.matches(subject)),
            Self::Realname(pattern) => who.realname.is_some_and(|realname| pattern.matches(realname)),
            Self::Account(name) => who.account.is_some_and(|account| account.key() == name.key()),
        }
    }

    /// Whether it is everybody, or so many that it is a slip: nobody is banned so. What was banned before there was this rule stays.
    pub fn is_too_wide(&self) -> bool {
        match self {
            Self::Net(net) if net.first().is_ipv4() => net.bits() < NET_BITS_MIN.0,
            Self::Net(net) => net.bits() < NET_BITS_MIN.1,
            Self::Mask(mask) => mask.as_str().chars().all(|c| NO_SIGN_OF_ANYBODY.contains(&c)),
            Self::Realname(pattern) => pattern.as_str().chars().all(|c| matches!(c, '*' | '?' | ' ')),
            Self::Account(_) => false,
        }
    }
}

impl fmt::Display for BanTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Net(net) => net.fmt(f),
            Self::Mask(mask) => f.write_str(mask.as_str()),
            Self::Realname(pattern) => write!(f, "realname:{}", pattern.as_str()),
            Self::Account(name) => write!(f, "account:{name}"),
        }
    }
}

impl ServerBans {
    pub fn len(&self) -> usize {
        self.nets.len() + self.masks.len() + self.realnames.len() + self.accounts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, target: &BanTarget) -> Option<&ServerBan> {
        match target {
            BanTarget::Net(net) => self.nets.get(net),
            BanTarget::Mask(mask) => self.masks.get(mask),
            BanTarget::Realname(pattern) => self.realnames.get(pattern),
            BanTarget::Account(name) => self.accounts.get(&name.key()),
        }
    }

    /// All of them, by kind.
    pub fn iter(&self) -> impl Iterator<Item = &ServerBan> {
        let named = self.realnames.values().chain(self.accounts.values());
        self.nets.values().chain(self.masks.values()).chain(named)
    }

    /// Adds a ban, in the place of one with the same target.
    pub fn insert(&mut self, ban: ServerBan) {
        self.remove(&ban.target);
        if let Some(until) = ban.until {
            self.ends.insert((until, ban.target.clone()));
        }
        if ban.kind == Some(BanKind::Silence) {
            self.silences.insert(ban.target.clone());
        }
        match ban.target.clone() {
            BanTarget::Net(net) => self.nets.insert(net, ban),
            BanTarget::Mask(mask) => self.masks.insert(mask, ban),
            BanTarget::Realname(pattern) => self.realnames.insert(pattern, ban),
            BanTarget::Account(name) => self.accounts.insert(name.key(), ban),
        };
    }

    pub fn remove(&mut self, target: &BanTarget) {
        let removed = match target {
            BanTarget::Net(net) => self.nets.remove(net),
            BanTarget::Mask(mask) => self.masks.remove(mask),
            BanTarget::Realname(pattern) => self.realnames.remove(pattern),
            BanTarget::Account(name) => self.accounts.remove(&name.key()),
        };
        let Some(removed) = removed else { return };
        self.silences.remove(&removed.target);
        if let Some(until) = removed.until {
            self.ends.remove(&(until, removed.target));
        }
    }

    /// An account is gone for good: nobody is kept out by a ban of it, or of who has its name.
    pub fn forget(&mut self, account: &AccountName) {
        let key = account.key();
        let is_theirs =
            |mask: &Mask| mask.as_str().split_once('!').is_some_and(|(nick, _)| nick == key.as_str());
        let masks = self.masks.keys().filter(|mask| is_theirs(mask)).cloned().map(BanTarget::Mask);
        let gone: Vec<_> = masks.chain([BanTarget::Account(account.clone())]).collect();
        gone.iter().for_each(|target| self.remove(target));
    }

    /// Nothing tells any more that it was they who banned somebody.
    pub fn disown(&mut self, account: &AccountName) {
        let (nets, masks) = (self.nets.values_mut(), self.masks.values_mut());
        let named = self.realnames.values_mut().chain(self.accounts.values_mut());
        for ban in nets.chain(masks).chain(named).filter(|ban| account.is_written(&ban.by)) {
            ban.by = NOBODY.into();
        }
    }

    /// When the next one ends, and which.
    pub fn next_end(&self) -> Option<&(Millis, BanTarget)> {
        self.ends.first()
    }

    /// A ban that keeps somebody out. Nets are looked up, masks are tried one by one.
    pub fn against(&self, who: &Suspect<'_>) -> Option<&ServerBan> {
        let keeps_out = |ban: &&ServerBan| ban.keeps_out(who.account.is_some());
        let account = who.account.and_then(|account| self.accounts.get(&account.key()).filter(keeps_out));
        account.or_else(|| self.of_address(who.address?, who.account.is_some())).or_else(|| {
            let mut tried = self.masks.values().chain(self.realnames.values()).filter(keeps_out);
            tried.find(|ban| ban.target.covers(who))
        })
    }

    /// The ban that keeps an address out, the smallest net first; with an account or without.
    pub fn of_address(&self, address: IpAddr, has_account: bool) -> Option<&ServerBan> {
        if self.nets.is_empty() {
            return None;
        }
        let around = Net::around(address).filter_map(|net| self.nets.get(&net));
        around.into_iter().find(|ban| ban.keeps_out(has_account))
    }

    /// Whether anybody is silenced at all.
    pub fn silence_any(&self) -> bool {
        !self.silences.is_empty()
    }

    /// A ban of their account or of a net around them that silences somebody: it is looked up.
    pub fn silencing_exactly(
        &self,
        address: Option<IpAddr>,
        account: Option<&AccountName>,
    ) -> Option<&ServerBan> {
        let silences = |ban: &&ServerBan| ban.kind == Some(BanKind::Silence);
        let of_account = account.and_then(|account| self.accounts.get(&account.key()));
        let around = address.into_iter().flat_map(Net::around).filter_map(|net| self.nets.get(&net));
        of_account.filter(silences).or_else(|| around.into_iter().find(silences))
    }

    /// The patterns that silence. They are tried one by one.
    pub fn silent_patterns(&self) -> impl Iterator<Item = &BanTarget> {
        let is_pattern = |target: &&BanTarget| matches!(target, BanTarget::Mask(_) | BanTarget::Realname(_));
        // Nets come before them, accounts after them: neither is looked at.
        self.silences.range(BanTarget::Mask(Mask::of_folded(""))..).take_while(is_pattern)
    }

    /// The nets that nobody connects from, for gateways: who logs in has not done it yet.
    pub fn kept_out(&self) -> KeptOut {
        let closed = self.nets.iter().filter(|(_, ban)| ban.kind.is_none());
        KeptOut(closed.map(|(net, ban)| (*net, ban.reason.clone())).collect())
    }
}

/// Nets that nobody connects from, and why: what gateways know of bans, so that who is kept out is turned away when they
/// connect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptOut(BTreeMap<Net, Option<Text>>);

impl KeptOut {
    /// Why an address is kept out, if it is: the reason, if one was given.
    pub fn why(&self, address: IpAddr) -> Option<&Option<Text>> {
        if self.0.is_empty() {
            return None;
        }
        Net::around(address).find_map(|net| self.0.get(&net))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(raw: &str) -> Option<BanTarget> {
        BanTarget::parse(raw, NameRules::Precis)
    }

    fn ban(raw: &str, until: Option<u64>) -> ServerBan {
        let target = target(raw).expect("a target");
        ServerBan {
            target,
            reason: None,
            by: "a".into(),
            at: Millis(0),
            until: until.map(Millis),
            kind: None,
        }
    }

    #[test]
    fn targets_are_read_as_they_are_shown() {
        for (raw, shown) in [
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("*@10.0.0.1", "10.0.0.1"),
            ("*!*@2001:db8::/32", "2001:db8::/32"),
            ("Spam*!*@*", "spam*!*@*"),
            ("*@*.example.org", "*!*@*.example.org"),
            ("realname:*Casino*", "realname:*casino*"),
            ("account:Roger", "account:Roger"),
        ] {
            assert_eq!(target(raw).map(|it| it.to_string()).as_deref(), Some(shown), "{raw}");
        }
        for raw in ["roger", "", "account:a b", "realname:"] {
            assert_eq!(target(raw), None, "{raw}");
        }
    }

    #[test]
    fn wildcards_alone_and_half_the_world_are_too_wide() {
        let is_too_wide = |raw: &str| target(raw).expect("a target").is_too_wide();
        for raw in [
            "*",
            "*@*",
            "*!*@*",
            "?*!*@*",
            "@",
            "*.*",
            "*!*@*:*",
            "*@*.*.*.*",
            "\u{ff0a}@\u{ff0a}",
            "0.0.0.0/0",
            "*@0.0.0.0/0",
            "128.0.0.0/1",
            "10.0.0.0/7",
            "::/0",
            "2000::/3",
            "realname:*",
            "realname:* *",
        ] {
            assert!(is_too_wide(raw), "{raw}");
        }
        for raw in [
            "10.0.0.0/8",
            "2a00::/16",
            "*@*.example",
            "*!~*@*",
            "a*!*@*",
            "realname:.",
            "realname:*a*",
            "account:roger",
        ] {
            assert!(!is_too_wide(raw), "{raw}");
        }
    }

    #[test]
    fn what_was_banned_before_keeps_out_however_wide_it_is() {
        let mut bans = ServerBans::default();
        bans.insert(ban("0.0.0.0/0", None));
        let address = Some("192.0.2.7".parse().expect("an address"));
        assert!(bans.against(&Suspect { address, ..Suspect::default() }).is_some());
        bans.remove(&target("0.0.0.0/0").expect("a target"));
        assert!(bans.is_empty());
    }

    #[test]
    fn each_kind_keeps_out_its_own() {
        let mut bans = ServerBans::default();
        for raw in ["10.0.0.0/8", "2001:db8::/64", "spam*!*@*", "realname:*casino*", "account:roger"] {
            bans.insert(ban(raw, None));
        }
        let account = AccountName::new("Roger", NameRules::Precis).expect("a name");
        let address = |text: &str| Some(text.parse().expect("an address"));
        let found = |who: Suspect<'_>| bans.against(&who).map(|ban| ban.target.to_string());
        let nobody = Suspect::default();
        assert_eq!(found(nobody), None);
        assert_eq!(found(Suspect { address: address("10.9.9.9"), ..nobody }).as_deref(), Some("10.0.0.0/8"));
        assert_eq!(found(Suspect { address: address("11.0.0.1"), ..nobody }), None);
        let of_v6 = found(Suspect { address: address("2001:db8::42"), ..nobody });
        assert_eq!(of_v6.as_deref(), Some("2001:db8::/64"));
        let subjects = &["spammer!u@h".to_owned()];
        assert_eq!(found(Suspect { subjects, ..nobody }).as_deref(), Some("spam*!*@*"));
        let realname = Some("the casino club");
        assert_eq!(found(Suspect { realname, ..nobody }).as_deref(), Some("realname:*casino*"));
        assert_eq!(found(Suspect { account: Some(&account), ..nobody }).as_deref(), Some("account:roger"));
    }

    #[test]
    fn each_kind_keeps_out_whom_it_says() {
        let mut bans = ServerBans::default();
        for (raw, kind) in [
            ("10.0.0.0/8", None),
            ("10.1.0.0/16", Some(BanKind::Login)),
            ("10.1.1.0/24", Some(BanKind::Silence)),
            ("11.0.0.0/8", Some(BanKind::Login)),
            ("12.0.0.0/8", Some(BanKind::Silence)),
        ] {
            bans.insert(ServerBan { kind, ..ban(raw, None) });
        }
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let of = |text, has| bans.of_address(address(text), has).map(ServerBan::named);
        assert_eq!(of("10.1.1.1", false).as_deref(), Some("10.1.0.0/16 kind:login"));
        assert_eq!(of("10.1.1.1", true).as_deref(), Some("10.0.0.0/8"), "a small net hides no big one");
        assert_eq!((of("11.0.0.1", true), of("12.0.0.1", false)), (None, None));
        assert!(bans.kept_out().why(address("11.0.0.1")).is_none());
        let who = Suspect { address: Some(address("12.0.0.1")), ..Suspect::default() };
        assert!(bans.silencing_exactly(who.address, None).is_some() && bans.silence_any());
        assert_eq!(bans.silent_patterns().count(), 0);
        for raw in ["account:roger", "realname:*casino*", "*!*@*.example", "a!*@*"] {
            bans.insert(ServerBan { kind: Some(BanKind::Silence), ..ban(raw, None) });
        }
        assert_eq!(bans.silent_patterns().count(), 3);
        for raw in ["account:roger", "realname:*casino*", "*!*@*.example", "a!*@*"] {
            bans.remove(&target(raw).expect("a target"));
        }
        bans.insert(ban("12.0.0.0/8", None));
        bans.remove(&target("10.1.1.0/24").expect("a target"));
        assert!(!bans.silence_any(), "what is put in its place does what it says");
        assert_eq!(BanKind::of_word("kind:silence"), Some(BanKind::Silence));
        assert_eq!(BanKind::of_word("silence"), None, "a reason may begin with it");
    }

    #[test]
    fn a_ban_ends_once_however_often_it_was_renewed() {
        let mut bans = ServerBans::default();
        bans.insert(ban("10.0.0.1", Some(5)));
        bans.insert(ban("10.0.0.1", Some(9)));
        bans.insert(ban("10.0.0.2", None));
        assert_eq!(bans.next_end().map(|(at, _)| *at), Some(Millis(9)));
        bans.remove(&target("10.0.0.1").expect("a target"));
        assert_eq!((bans.next_end(), bans.len()), (None, 1));
    }

    #[test]
    fn ten_thousand_hostile_masks_are_tried_in_time_for_a_connection() {
        let mut bans = ServerBans::default();
        for n in 0..10_000 {
            bans.insert(ban(&format!("*a*a*a*a*a*{n}b!*@*"), None));
        }
        let subjects = &[format!("{}!a@a", "a".repeat(64))];
        assert!(bans.against(&Suspect { subjects, ..Suspect::default() }).is_none());
    }
}
