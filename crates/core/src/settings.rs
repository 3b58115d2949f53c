//! Settings that rules depend on. All nodes of a network must agree on them.

use std::collections::BTreeSet;

use compact_str::CompactString;

use crate::account_settings::Consent;
use crate::cloak::Cloak;
use crate::connecting::Connecting;
use crate::local::Link;
use crate::modes::UserFlag;
use crate::names::NameRules;
use crate::opers::Opers;
use crate::tags::DeniedTags;

/// Lengths are in bytes of UTF-8, counts are counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The server's name: a host name, used as the source of numerics.
    pub server: CompactString,
    /// The network's name, one word.
    pub network: CompactString,
    /// Message of the day, a line each. Empty: there is none.
    pub motd: Vec<String>,
    /// What the server says of itself to those who ask.
    pub about: About,
    /// Client-only tags that are not passed on.
    pub denied_tags: DeniedTags,
    pub names: NameRules,
    /// How long a channel that had members outlives a restart, in seconds.
    pub keep_after_restart_s: u64,
    pub opers: Opers,
    /// Nothing: people are shown with the addresses that they have.
    pub cloak: Option<Cloak>,
    /// Nothing: clients come as they like.
    pub sts: Option<Sts>,
    /// A channel is renamed at most once in so many seconds.
    pub rename_interval_s: u64,
    /// Programs may say in channels what others said elsewhere, if those who run the channel have them do it.
    pub relays: bool,
    pub history: HistoryRules,
    pub presence: Presence,
    pub accounts: Accounts,
    pub tokens: Tokens,
    pub connecting: Connecting,
    pub limits: Limits,
}

/// What is kept of what was said, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRules {
    /// For how long people may delete what they said, in seconds. 0: as long as it is kept.
    pub own_deletion_s: u64,
}

impl Default for HistoryRules {
    fn default() -> Self {
        Self { own_deletion_s: 86_400 }
    }
}

/// How people are present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Whether several sessions of an account are one person.
    pub several_sessions: Consent,
    /// Whether people stay when their last session ends.
    pub always_on: Consent,
    /// For how long they stay when nobody comes, in seconds. 0: for ever.
    pub always_on_s: u64,
    /// Lines that a client is shown of what it missed. 0: it has to ask.
    pub replay_lines: usize,
}

impl Default for Presence {
    fn default() -> Self {
        Self {
            several_sessions: Consent::OptOut,
            always_on: Consent::OptIn,
            always_on_s: 90 * 24 * 3_600,
            replay_lines: 500,
        }
    }
}

/// How accounts are dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts {
    /// What a deleted account has said stays without telling who said it.
    pub anonymous_when_deleted: bool,
    pub registration: Registration,
    /// Nobody comes without an account.
    pub login_required: bool,
    /// For how long somebody who is not logged in may bear an account's nick, in seconds. Nothing: they never may.
    pub nick_grace_s: Option<u64>,
    /// Whether there is SCRAM, and at how many iterations. Nothing: there is not.
    pub scram_iterations: Option<u32>,
    /// Modes that people have from the beginning.
    pub user_modes: BTreeSet<UserFlag>,
    pub email: Email,
    /// For how long the code of a letter counts, in seconds.
    pub mailed_code_s: u64,
    /// Fewest bytes of a new password.
    pub password_bytes_min: usize,
}

/// Tokens that log in in the place of a password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Whose. Nobody: there are none.
    pub issuers: Vec<Issuer>,
    /// They are taken over TLS alone.
    pub tls_only: bool,
    /// Longest token.
    pub bytes_max: usize,
}

/// Who vouches for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// As its tokens name it.
    pub name: String,
    /// Whether somebody who has no account yet gets one, under the name that the issuer gives them.
    pub makes_accounts: bool,
    /// Where programs read how people get tokens.
    pub description: Option<String>,
}

impl Tokens {
    /// Whether they may be shown on such a connection.
    pub fn are_for(&self, link: Link) -> bool {
        !self.issuers.is_empty() && (!self.tls_only || link == Link::Secure)
    }

    /// The issuer of that name.
    pub fn issuer(&self, name: &str) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.name == name)
    }
}

/// Whether accounts have addresses of e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Email {
    /// The server sends no letters, so that no address can be shown to be somebody's.
    Off,
    /// Those that want one.
    Optional,
    /// All that people make themselves.
    Required,
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Everybody, also before they have a nick.
    Open,
    /// Who is connected.
    Connected,
    /// Operators alone, for others.
    Closed,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            anonymous_when_deleted: true,
            registration: Registration::Open,
            login_required: false,
            nick_grace_s: None,
            scram_iterations: None,
            user_modes: BTreeSet::new(),
            email: Email::Off,
            mailed_code_s: 3 * 3_600,
            password_bytes_min: 5,
        }
    }
}

/// What a server says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// What it is, in a few words.
    pub description: String,
    /// The address of the network's picture; empty: it has none.
    pub icon: String,
    /// Who looks after it and how they are reached, up to three lines.
    pub admin: Vec<String>,
    /// Only operators are told of the servers of the network.
    pub links_hidden: bool,
}

/// Clients are told to come by TLS. Spec: <https://ircv3.net/specs/extensions/sts>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sts {
    /// Where TLS is spoken.
    pub port: u16,
    /// For how long clients remember it, in seconds. 0: they forget it.
    pub duration_s: u64,
    /// Those who make lists of such servers may list this one.
    pub preload: bool,
}

/// Bounds on what one person or one channel can make the server keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// People, or channels, that one slice of a long answer looks at.
    pub slice_people: usize,
    pub channels_per_user: usize,
    /// Sessions of one person at a time.
    pub sessions_per_user: usize,
    /// Connections that are logged in to one account; 0: any number.
    pub connections_per_account: usize,
    /// Clients that are known of one account; the oldest gives way.
    pub clients_per_account: usize,
    /// Read markers of one account, or of one guest; the oldest gives way.
    pub read_markers: usize,
    /// People who are here without a session. At most 100,000: they are in one entry of the log when a process starts.
    pub absent_users: usize,
    /// Registered channels of one account.
    pub channels_per_founder: usize,
    /// Channels that operators closed for good.
    pub purged_channels: usize,
    /// Entries of each list mode of a channel.
    pub list_entries: usize,
    pub monitor_entries: usize,
    /// People whom one person lets write to them.
    pub accept_entries: usize,
    /// Masks of people from whom one person wants to hear nothing.
    pub silence_entries: usize,
    /// Channels that LIST is answered with at most.
    pub list_channels: usize,
    /// Targets of one line (`PRIVMSG a,b,c`).
    pub targets: usize,
    /// Bytes and lines of one message. No lines: there are none of several lines.
    pub multiline_bytes: usize,
    pub multiline_lines: usize,
    /// Keys of metadata that one connection asks to be told of, and that one person or channel has.
    pub metadata_subs: usize,
    /// Values of metadata that are told without being asked for each time.
    pub metadata_at_once: usize,
    pub metadata_keys: usize,
    pub metadata_value_bytes: usize,
    /// Changes of metadata that one connection makes in a minute. 0: as many as it likes.
    pub metadata_per_minute: u32,
    /// Failed logins of one session before it is closed.
    pub failed_logins: u8,
    /// Failed logins in an hour from one address, or one /64 of IPv6.
    pub failed_logins_per_address: u32,
    /// Failed logins to one account in an hour.
    pub failed_logins_per_account: u32,
    /// Addresses, and accounts, whose failed logins are counted.
    pub failed_logins_remembered: usize,
    pub certificates_per_account: usize,
    pub identities_per_account: usize,
    pub devices_per_account: usize,
    pub topic_bytes: usize,
    pub kick_bytes: usize,
    pub away_bytes: usize,
    pub realname_bytes: usize,
    /// Accounts that one address, or one /64 of IPv6, can make in an hour.
    pub accounts_per_address: u32,
    /// Accounts that wait for the code that their address was sent.
    pub accounts_pending: usize,
    /// Letters in an hour: that one address, or one /64 of IPv6, causes,
    pub letters_per_address: u32,
    /// about one account,
    pub letters_per_account: u32,
    /// to one mailbox,
    pub letters_per_mailbox: u32,
    /// and in all.
    pub letters_per_hour: u32,
    pub whowas_entries: usize,
    /// Messages that one question for history is answered with at most.
    pub history_messages: usize,
    /// Private conversations that one question for them looks through.
    pub history_conversations: usize,
    /// Messages that are played at once, of all conversations.
    pub playback_lines: usize,
    /// Bans of the server.
    pub server_bans: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            slice_people: 500,
            channels_per_user: 100,
            sessions_per_user: 20,
            connections_per_account: 64,
            clients_per_account: 20,
            read_markers: 1_000,
            absent_users: 50_000,
            channels_per_founder: 20,
            purged_channels: 10_000,
            list_entries: 100,
            monitor_entries: 100,
            accept_entries: 100,
            silence_entries: 32,
            list_channels: 2_000,
            targets: 4,
            metadata_subs: 50,
            metadata_at_once: 500,
            metadata_keys: 20,
            metadata_value_bytes: 255,
            metadata_per_minute: 20,
            multiline_bytes: 4_096,
            multiline_lines: 32,
            failed_logins: 5,
            failed_logins_per_address: 30,
            failed_logins_per_account: 100,
            failed_logins_remembered: 10_000,
            certificates_per_account: 10,
            identities_per_account: 5,
            devices_per_account: 30,
            topic_bytes: 390,
            kick_bytes: 390,
            away_bytes: 200,
            realname_bytes: 150,
            accounts_per_address: 10,
            accounts_pending: 1_000,
            letters_per_address: 10,
            letters_per_account: 5,
            letters_per_mailbox: 5,
            letters_per_hour: 500,
            whowas_entries: 1_000,
            history_messages: 100,
            history_conversations: 1_000,
            playback_lines: 1_000,
            server_bans: 10_000,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            server: "colvert.local".into(),
            network: "Colvert".into(),
            motd: Vec::new(),
            about: About::default(),
            denied_tags: DeniedTags::default(),
            names: NameRules::default(),
            keep_after_restart_s: 3_600,
            opers: Opers::default(),
            cloak: None,
            sts: None,
            rename_interval_s: 60,
            relays: false,
            history: HistoryRules::default(),
            presence: Presence::default(),
            accounts: Accounts::default(),
            tokens: Tokens::default(),
            connecting: Connecting::default(),
            limits: Limits::default(),
        }
    }
}
