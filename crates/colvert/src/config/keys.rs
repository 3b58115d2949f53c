//! Every key of the configuration.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use colvert_core::account_settings::Consent;
use colvert_core::local::Language;
use colvert_core::names::NameRules;
use colvert_core::settings::{
    Accounts as AccountRules, HistoryRules, Limits as CoreLimits, Presence as PresenceRules, Registration,
    Settings,
};
use colvert_log::Durability;
use colvert_mail::Tls;
use colvert_net::NetLimits;

use crate::passwords::Cost;

use super::about::{Administrators, Denied, FewWords, MotdFile, Picture};
use super::accounts::UserModes;
use super::cloak::{CloakSecret, NetName};
use super::connecting::{CommonPassword, Fingerprint};
use super::identity::{KeysUrl, TokenName};
use super::mail::{Credential, EmailRule, MailHost, PasswordFile, Sender};
use super::opers::{ClassName, Maybe, PasswordHash, RightList, VirtualHost};
use super::table::config;
use super::transport::{FileMode, FilePath, Listeners, PageOrigins};
use super::value::{HostName, Level, Listen, LogFormat, LowWater, Motd, NetList, OneWord};

config! {
    /// Who the server says it is.
    [server] Server {
        /// The server's name: a host name, which clients see as the source of its answers.
        name: HostName = HostName(Settings::default().server);
        /// The network's name, one word.
        network: OneWord = OneWord(Settings::default().network);
        /// The message of the day, a line each. Empty: there is none.
        motd: Motd = Motd::default() => live;
        /// A file that the message of the day is read from, in the place of the lines above; again with the configuration.
        motd_file: Maybe<MotdFile> = Maybe(None) => live;
        /// What the server is, in a few words, for those who ask. "": the network's name.
        description: FewWords = FewWords::default();
        /// The address of a picture that clients show for the network; "": none.
        icon: Picture = Picture::default();
        /// Who looks after the server and how they are reached, for ADMIN: up to three lines.
        admin: Administrators = Administrators::default();
        /// Whether only operators are told of the servers of the network (LINKS).
        hide_links: bool = false => live;
        /// Client-only tags of IRC that are not passed on, such as ["typing"]; ["*", "-draft/react"] is all but one.
        denied_tags: Denied = Denied::default();
        /// The language in which the line door greets: "en" or "fr". Each person may change their own.
        language: Language = Language::English;
        /// What everybody has to give who connects (PASS, /pass): a password as it is, or what "colvert hash-password" prints,
        /// which costs as much to compare as an account's. "": nobody has to.
        password: Maybe<CommonPassword> = Maybe(None) => live;
        /// Addresses and nets from which nobody has to.
        password_exempt: NetList = NetList::default() => live;
        /// Which characters names may have: "precis" (UTF-8, so that Éloïse is a nick) or "ascii".
        /// Choose once: names that were given under "precis" stay.
        names: NameRules = NameRules::Precis;
    }

    /// The doors: an address each, a list of addresses, or "off". Port 0 lets the system choose one.
    [listen] ListenOn {
        /// The slash-command line protocol.
        line: Listen = local(63_000);
        /// IRC.
        irc: Listen = local(6_667);
        /// The line protocol over TLS; [tls] has the certificate. 63001 is usual.
        line_tls: Listen = Listen::default();
        /// IRC over TLS; 6697 is usual.
        irc_tls: Listen = Listen::default();
        /// IRC over WebSocket, for clients in browsers; 8097 is usual.
        irc_websocket: Listen = Listen::default();
        /// The same over TLS, which pages that came over TLS need; [tls] has the certificate. 8443 is usual.
        irc_websocket_tls: Listen = Listen::default();
        /// IRC through a socket file, for programs of this machine.
        irc_unix: Maybe<FilePath> = Maybe(None);
        /// Who may use that file.
        irc_unix_mode: FileMode = FileMode(0o660);
    }

    /// TLS. Both files are read again when the configuration is; who is connected stays.
    [tls] TlsFiles {
        /// The certificate with its chain, in PEM.
        certificate: Maybe<FilePath> = Maybe(None) => live;
        /// Its key, in PEM.
        key: Maybe<FilePath> = Maybe(None) => live;
    }

    /// Proxies in front of the server (HAProxy, stunnel), which say for whom they connect.
    [proxy] Proxy {
        /// Listeners on which the PROXY protocol (version 1 or 2) is expected of those who are trusted.
        listeners: Listeners = Listeners::default();
        /// Who is trusted to say it. Everybody else speaks for themselves.
        trusted: NetList = NetList::default();
    }

    /// WebSocket: how clients in browsers reach IRC.
    [websocket] WebSocket {
        /// Which pages may connect, beside those of the host that is connected to: ["https://web.example.org"];
        /// ["*"]: all. Programs that are no browser name no page, and may.
        origins: PageOrigins = PageOrigins::default();
        /// Web servers in front (nginx, Caddy) that are trusted to say for whom they connect, in X-Forwarded-For.
        proxies: NetList = NetList::default();
    }

    /// What is asked of who connects, beside themselves. Nobody waits for it longer than the deadline.
    [lookup] LookUp {
        /// Whether the names of hosts are looked up. A name counts if it leads back to the address. Where cloaks are on
        /// nobody sees it, and bans of hosts mean it all the same.
        hosts: bool = false;
        /// Whether machines are asked whose a connection is (ident). Where they do not say, people are shown with ~ before their user.
        ident: bool = false;
        /// Nobody waits for it longer, in milliseconds.
        deadline_ms: u64 = 3_000, 100..=30_000;
        /// Connections that wait for it at a time; more come in as they are.
        waiting: usize = 1_000, 1..=100_000;
        /// Addresses whose names are remembered.
        remembered: usize = 10_000, 0..=1_000_000;
        /// For so many seconds.
        remembered_s: u64 = 600, 1..=86_400;
    }

    /// Telling IRC clients to come by TLS (strict transport security), which they then do without being asked.
    [sts] StrictTransport {
        /// The port on which clients reach IRC over TLS. 0: they are told nothing.
        port: u32 = 0, 0..=65_535 => live;
        /// For how many seconds they remember it. To take it back, say 0 here, and leave the port for a while.
        duration_s: u64 = 2_592_000, 0..=315_360_000 => live;
        /// Whether lists of such servers, which clients carry, may have this one.
        preload: bool = false => live;
    }

    /// Where everything is kept.
    [data] Data {
        /// The data directory. It is created, for its owner alone. A relative path starts where the server
        /// was started.
        dir: PathBuf = PathBuf::from("colvert-data");
        /// Free space in MiB below which new content is refused, so that people can still leave and
        /// messages be deleted. "auto": 64, or 5 % of the file system where that is less.
        low_water_mb: LowWater = LowWater::Auto;
    }

    /// The log: what happened, in one order, before anybody is told.
    [log] Log {
        /// When something counts as kept: "commit" (it survives a power cut) or "relaxed" (it survives the
        /// end of the process; a power cut loses the last 100 ms).
        durability: Durability = Durability::Commit;
        /// Size of a file of the log, in MiB. Twice as much is kept free for it.
        segment_mb: u64 = 16, 1..=1_024;
        /// A file of the log is ended after so many hours, so that what it holds can go.
        segment_age_max_h: u64 = 24, 1..=8_760;
    }

    /// What the server writes to standard error.
    [diagnostics] Diagnostics {
        /// "error", "warn", "info", "debug" or "trace".
        level: Level = Level::Info;
        /// "text" or "json".
        format: LogFormat = LogFormat::Text;
    }

    /// Cloaks: what others see in the place of somebody's address. Operators with the right see the address.
    [cloak] Cloaking {
        /// Whether people are shown with a host that does not tell their address.
        enabled: bool = true => live;
        /// What the hosts are computed with. "": made once, and kept in the data directory (cloak.key).
        /// With another secret everybody has another host, and bans of hosts mean nobody.
        secret: Maybe<CloakSecret> = Maybe(None) => live;
        /// The last part of each host.
        netname: NetName = NetName("users".to_owned()) => live;
        /// Bits of the hash in each of the three parts before it: the address, its net, the net around that.
        bits: u8 = 40, 30..=60 => live;
        /// Whether people who log in while they connect are shown as ACCOUNT.NETNAME.
        accounts: bool = false => live;
    }

    /// Accounts.
    [accounts] Accounts {
        /// Who makes accounts: "open" (everybody, also before they have a nick), "connected" (who has one) or "closed"
        /// (operators alone, for others).
        registration: Registration = Registration::Open => live;
        /// Whether nobody comes without an account.
        login_required: bool = false => live;
        /// For how many seconds somebody who is not logged in may bear an account's nick before they get another; 0: never.
        nick_grace_s: u64 = 0, 0..=86_400 => live;
        /// Modes that people have when they come, such as "i"; those of MODE, but for "o".
        user_modes: UserModes = UserModes::default() => live;
        /// Fewest bytes of a new password. Those that are there stay as they are.
        password_bytes_min: usize = 5, 1..=128 => live;
        /// Memory that hashing a new password takes, in KiB (argon2id). Others are made anew when their owner logs in.
        password_memory_kib: u32 = Cost::default().memory_kib, 1_024..=1_048_576;
        /// How often it passes over that memory.
        password_passes: u32 = Cost::default().passes, 1..=100;
        /// Whether there is SCRAM-SHA-256. What it needs is kept of each new password from then on, and is easier to guess at
        /// than the hash, should it be stolen.
        scram: bool = false => live;
        /// What guessing costs then: iterations for each new password.
        scram_iterations: u32 = 100_000, 4_096..=10_000_000 => live;
        /// Lanes of that memory.
        password_lanes: u32 = Cost::default().lanes, 1..=16;
        /// Whether accounts that people make have an address of e-mail: "off", "optional" or "required". Without [mail] none has.
        email: EmailRule = EmailRule::Optional;
        /// For how many seconds a code counts that an address is sent; an account that waits for one is forgotten then.
        mailed_code_s: u64 = AccountRules::default().mailed_code_s, 300..=604_800 => live;
        /// Whether what a deleted account has said stays without telling who said it (true), or as it was said.
        anonymous_when_deleted: bool = true => live;
    }

    /// Tokens of an outside issuer (OAuth 2, OpenID Connect) in the place of a password: SASL OAUTHBEARER, /bearer. More issuers
    /// have sections of their own, [issuer.NAME], and the keys from tls_only on are for all.
    [oauth] OutsideIdentity {
        /// Who makes the tokens, as they name it (iss): "https://id.example.org/realms/main". "": tokens log in nobody.
        issuer: Maybe<TokenName> = Maybe(None) => live;
        /// What tokens for this server are for, as they name it (aud).
        audience: TokenName = TokenName("colvert".to_owned()) => live;
        /// A file with the issuer's public keys (JWKS). "": they are fetched.
        keys_file: Maybe<FilePath> = Maybe(None) => live;
        /// Where they are fetched. "": where the issuer says, in .well-known/openid-configuration below its address.
        keys_url: Maybe<KeysUrl> = Maybe(None) => live;
        /// Where the issuer is asked about each token (RFC 7662), also one that means something to it alone; its keys are not needed
        /// then. "": tokens are checked with the keys.
        introspection_url: Maybe<KeysUrl> = Maybe(None) => live;
        /// As whom this server asks: the name of the client that the issuer knows it by. "": nobody has to be anybody.
        introspection_client: Maybe<Credential> = Maybe(None) => live;
        /// With which secret.
        introspection_secret: Maybe<Credential> = Maybe(None) => live;
        /// The same in the first line of a file.
        introspection_secret_file: Maybe<PasswordFile> = Maybe(None) => live;
        /// The claim of a token that has its person's name, for accounts that are made.
        name_claim: OneWord = OneWord("preferred_username".into()) => live;
        /// Whether somebody who has no account gets one under that name, if it is free. Otherwise accounts are opened to tokens by
        /// their owners and by operators (IDENTITY, /account-identity).
        make_accounts: bool = false => live;
        /// Whether tokens are taken over TLS alone. A token that somebody else reads is theirs to use.
        tls_only: bool = true => live;
        /// Longest token, in bytes.
        token_bytes: usize = 4_096, 256..=16_384 => live;
        /// All that fetching the keys may take, in milliseconds.
        deadline_ms: u64 = 5_000, 100..=60_000 => live;
        /// After so many seconds they are read again; before, too, when a token names one that is not known.
        keys_age_s: u64 = 3_600, 60..=604_800 => live;
        /// But never sooner than so many seconds after they were read the last time.
        keys_pause_s: u64 = 60, 1..=3_600 => live;
    }

    /// Letters: codes that show an address to be somebody's, and that set new passwords.
    [mail] Mail {
        /// The mail server that takes them (SMTP). "": no letters are sent; operators help who has lost a password.
        server: Maybe<MailHost> = Maybe(None);
        /// Its port. 0: the usual one: 465 for "implicit", 587 for "starttls", 25 for "none".
        port: u32 = 0, 0..=65_535;
        /// How the connection is secured: "implicit" (TLS from the beginning), "starttls", or "none", which is for a mail server
        /// on this machine. The certificate has to be good; the environment's SSL_CERT_FILE names authorities of your own.
        tls: Tls = Tls::Implicit;
        /// Who logs in there. "": nobody has to.
        user: Maybe<Credential> = Maybe(None);
        /// With which password.
        password: Maybe<Credential> = Maybe(None);
        /// The same in the first line of a file.
        password_file: Maybe<PasswordFile> = Maybe(None);
        /// Whom letters are from: "irc@example.org", or "Example <irc@example.org>"; "": noreply at the server's name.
        from: Maybe<Sender> = Maybe(None);
        /// All that the mail server may take for one letter, in milliseconds.
        deadline_ms: u64 = 30_000, 100..=600_000;
        /// How often a letter is tried that is not taken.
        attempts: u32 = 5, 1..=20;
        /// Seconds from the first attempt to the second; each pause after it is twice as long.
        pause_s: u64 = 60, 1..=3_600;
        /// Letters that wait; when there are so many people are told to try again.
        queue: usize = 200, 1..=100_000;
    }

    /// Channels.
    [channels] Channels {
        /// How many seconds a channel that had members keeps its topic, modes, lists and operators after a
        /// restart, until somebody comes back.
        keep_after_restart_s: u64 = Settings::default().keep_after_restart_s, 0..=31_536_000 => live;
        /// A channel can be renamed once in so many seconds.
        rename_interval_s: u64 = Settings::default().rename_interval_s, 0..=31_536_000 => live;
        /// Whether programs that run a channel may say there what others said elsewhere, under names with a "/"
        /// (RELAYMSG).
        relays: bool = Settings::default().relays => live;
    }

    /// What was said, and what becomes of it.
    [history] History {
        /// For how many seconds people may delete what they said (REDACT, /delete); 0: as long as it is kept.
        delete_own_within_s: u64 = HistoryRules::default().own_deletion_s, 0..=3_153_600_000 => live;
        /// For how many days what was said in channels is kept that are nobody's; 0: for ever.
        keep_channels_days: u64 = 0, 0..=36_500;
        /// The same for registered channels.
        keep_registered_days: u64 = 0, 0..=36_500;
        /// The same for what people said to each other in private.
        keep_private_days: u64 = 0, 0..=36_500;
    }

    /// How people are present.
    [presence] Presence {
        /// Whether several connections that are logged in to one account and take the same nick are one person (telephone and
        /// desk): "off", "opt-in" (accounts that ask for it), "opt-out" (all but those that decline) or "mandatory".
        several_sessions: Consent = PresenceRules::default().several_sessions => live;
        /// Whether people who are logged in stay when their last connection ends, and after a restart, in the same words.
        always_on: Consent = PresenceRules::default().always_on => live;
        /// After so many days without a connection they are gone all the same. 0: never.
        always_on_days: u64 = PresenceRules::default().always_on_s / DAY_S, 0..=36_500 => live;
        /// Lines that a client that says its name is shown of what it missed, if its program does not ask by itself. 0: none.
        replay_lines: usize = PresenceRules::default().replay_lines, 0..=10_000 => live;
    }

    /// What one person, one address or one channel can make the server hold or do.
    [limits] Limits {
        /// Whether rates and limits per address apply. Turn them off for tests and benchmarks only.
        enabled: bool = NetLimits::default().enabled => live;
        /// Connections of one address at a time; 0: any number.
        connections_per_address: usize = NetLimits::default().connections_per_address, 0..=1_000_000 => live;
        /// Bits of an IPv4 address that count as one address for these limits.
        net_bits_v4: u8 = NetLimits::default().net_bits_v4, 8..=32 => live;
        /// Bits of an IPv6 address that count as one address: what one subscriber has.
        net_bits_v6: u8 = NetLimits::default().net_bits_v6, 16..=128 => live;
        /// Connections that one address may make in a window, those that end at once included; 0 for any number.
        connects_per_address: u32 = NetLimits::default().connects_per_net, 0..=1_000_000 => live;
        /// How many seconds such a window has.
        connects_window_s: u64 = NetLimits::default().connects_window_s, 1..=86_400 => live;
        /// Addresses that are remembered for it.
        addresses_remembered: usize = NetLimits::default().nets_remembered, 1_000..=10_000_000 => live;
        /// Addresses and nets for which the limits of addresses do not hold.
        exempt: NetList = NetList::default() => live;
        /// Connections whose TLS handshake, or whose proxy's header, is not complete.
        handshakes: usize = NetLimits::default().handshakes, 16..=1_000_000 => live;
        /// Whose handshake is not complete after so many milliseconds is closed.
        handshake_deadline_ms: u64 = NetLimits::default().handshake_deadline_ms, 100..=3_600_000 => live;
        /// Messages a second that one connection may send for long, operators too. What each command takes of it,
        /// docs/irc.md says: telling that one types, or asking about one channel, is less than a message. 0: any number.
        rate_per_s: u32 = NetLimits::default().rate_per_s, 0..=1_000_000 => live;
        /// Messages that one connection may send at once.
        rate_burst: u32 = NetLimits::default().rate_burst, 1..=1_000_000 => live;
        /// Requests of one connection that are not answered yet; past it, it is not read.
        inputs_in_flight: u32 = NetLimits::default().inputs_in_flight, 1..=100_000 => live;
        /// Bytes that wait for one reader; past it, it is closed.
        send_queue_bytes: usize = NetLimits::default().send_queue_bytes, 4_096..=1_073_741_824 => live;
        /// A reader that takes nothing for so many milliseconds is closed.
        send_queue_deadline_ms: u64 = NetLimits::default().send_queue_deadline_ms, 100..=3_600_000 => live;
        /// Who has no nick after so many milliseconds is closed.
        registration_deadline_ms: u64 = NetLimits::default().registration_deadline_ms, 100..=3_600_000 => live;
        /// After so many silent milliseconds a client is asked whether it is there, where the protocol can ask.
        ping_interval_ms: u64 = NetLimits::default().ping_interval_ms, 1_000..=3_600_000 => live;
        /// Connections that one person can have at a time.
        sessions_per_user: usize = CoreLimits::default().sessions_per_user, 1..=1_000 => live;
        /// Connections that are logged in to one account at a time, under whatever nicks; 0: any number.
        connections_per_account: usize = CoreLimits::default().connections_per_account, 0..=1_000_000 => live;
        /// Clients that are known of one account; the one that was not here for longest gives way.
        clients_per_account: usize = CoreLimits::default().clients_per_account, 1..=1_000 => live;
        /// Conversations of which one account, or one guest, can say up to where they were read; the oldest gives way.
        read_markers: usize = CoreLimits::default().read_markers, 1..=100_000 => live;
        /// People who can be here without a connection; who loses the last one when there are so many is gone.
        absent_users: usize = CoreLimits::default().absent_users, 0..=100_000 => live;
        /// Channels that one person can be in.
        channels_per_user: usize = CoreLimits::default().channels_per_user, 1..=5_000 => live;
        /// Channels that one account can register.
        channels_per_founder: usize = CoreLimits::default().channels_per_founder, 0..=10_000;
        /// Channels that operators can close for good.
        purged_channels: usize = CoreLimits::default().purged_channels, 0..=1_000_000;
        /// Entries of each list (bans, exceptions, invitations) of a channel.
        list_entries: usize = CoreLimits::default().list_entries, 1..=10_000 => live;
        /// Nicks that one connection can monitor.
        monitor_entries: usize = CoreLimits::default().monitor_entries, 0..=10_000 => live;
        /// People whom one person lets write to them whatever their modes are (ACCEPT).
        accept_entries: usize = CoreLimits::default().accept_entries, 0..=10_000 => live;
        /// Masks of people from whom one person wants to hear nothing (SILENCE).
        silence_entries: usize = CoreLimits::default().silence_entries, 0..=1_000 => live;
        /// Channels that LIST tells of at most; who wants to see others asks for a pattern.
        list_channels: usize = CoreLimits::default().list_channels, 1..=100_000 => live;
        /// Targets of one line.
        targets: usize = CoreLimits::default().targets, 1..=100 => live;
        /// Bytes of one message of several lines (draft/multiline).
        multiline_bytes: usize = CoreLimits::default().multiline_bytes, 512..=65_536 => live;
        /// Lines of such a message; 0: there are none.
        multiline_lines: usize = CoreLimits::default().multiline_lines, 0..=200 => live;
        /// What a client began in several lines it must have finished after so many milliseconds.
        batch_deadline_ms: u64 = NetLimits::default().batch_deadline_ms, 100..=3_600_000 => live;
        /// Keys of metadata that one connection can ask to be told of.
        metadata_subs: usize = CoreLimits::default().metadata_subs, 0..=1_000 => live;
        /// Values of metadata that somebody who joins a channel is told at once; where there are more, or more than 500 people, clients are
        /// told to ask later.
        metadata_at_once: usize = CoreLimits::default().metadata_at_once, 0..=2_000 => live;
        /// Keys of metadata that one person or one channel can have.
        metadata_keys: usize = CoreLimits::default().metadata_keys, 0..=1_000 => live;
        /// Longest value of metadata, in bytes.
        metadata_value_bytes: usize = CoreLimits::default().metadata_value_bytes, 1..=255 => live;
        /// Changes of metadata that one connection can make in a minute; 0: as many as it likes.
        metadata_per_minute: u32 = CoreLimits::default().metadata_per_minute, 0..=1_000 => live;
        /// Failed logins of one connection before it is closed; 0: any number.
        failed_logins: u8 = CoreLimits::default().failed_logins, 0..=100 => live;
        /// Failed logins in an hour from one address, or one /64 of IPv6; past it, passwords from there are not looked at. 0: any number.
        failed_logins_per_address: u32 = CoreLimits::default().failed_logins_per_address, 0..=1_000_000 => live;
        /// Failed logins to one account in an hour; past it, its password is not looked at. Devices' own and certificates go on. 0: any number.
        failed_logins_per_account: u32 = CoreLimits::default().failed_logins_per_account, 0..=1_000_000 => live;
        /// Addresses, and accounts, whose failed logins are counted.
        failed_logins_remembered: usize = CoreLimits::default().failed_logins_remembered, 100..=10_000_000 => live;
        /// Certificates that log in to one account.
        certificates_per_account: usize = CoreLimits::default().certificates_per_account, 0..=1_000 => live;
        /// People of outside issuers whose tokens log in to one account.
        identities_per_account: usize = CoreLimits::default().identities_per_account, 0..=1_000 => live;
        /// Devices of one account that have a password of their own.
        devices_per_account: usize = CoreLimits::default().devices_per_account, 0..=1_000 => live;
        /// Accounts that one address, or one /64 of IPv6, can make in an hour; 0: any number.
        accounts_per_address: u32 = CoreLimits::default().accounts_per_address, 0..=1_000_000 => live;
        /// Accounts that wait for the code that their address was sent.
        accounts_pending: usize = CoreLimits::default().accounts_pending, 1..=1_000_000 => live;
        /// Letters that one address, or one /64 of IPv6, can ask for in an hour; one that nobody gets counts, too. 0: any number.
        letters_per_address: u32 = CoreLimits::default().letters_per_address, 0..=1_000_000 => live;
        /// Letters about one account in an hour, whether or not there is such an account. More are not sent, and who asks is not told. 0: any number.
        letters_per_account: u32 = CoreLimits::default().letters_per_account, 0..=1_000_000 => live;
        /// Letters to one mailbox in an hour. More are not sent, and who asks is not told. 0: any number.
        letters_per_mailbox: u32 = CoreLimits::default().letters_per_mailbox, 0..=1_000_000 => live;
        /// Letters that people ask for in an hour in all; one that nobody gets counts, too, or the count would say who has an account.
        letters_per_hour: u32 = CoreLimits::default().letters_per_hour, 0..=1_000_000 => live;
        /// Longest topic, in bytes.
        topic_bytes: usize = CoreLimits::default().topic_bytes, 1..=390 => live;
        /// Longest reason of a kick, in bytes.
        kick_bytes: usize = CoreLimits::default().kick_bytes, 1..=390 => live;
        /// Longest away message, in bytes.
        away_bytes: usize = CoreLimits::default().away_bytes, 1..=390 => live;
        /// Longest real name, in bytes.
        realname_bytes: usize = CoreLimits::default().realname_bytes, 1..=390 => live;
        /// People who left and are remembered for WHOWAS.
        whowas_entries: usize = CoreLimits::default().whowas_entries, 0..=1_000_000 => live;
        /// Messages that one question for history is answered with at most.
        history_messages: usize = CoreLimits::default().history_messages, 1..=1_000 => live;
        /// Private conversations that a client's question for its conversations looks through, those that began last.
        history_conversations: usize = CoreLimits::default().history_conversations, 0..=100_000 => live;
        /// Messages that one PLAY of `znc.in/playback` shows at most, of all conversations; of each, as many as CHATHISTORY does.
        playback_lines: usize = CoreLimits::default().playback_lines, 1..=10_000 => live;
        /// Bans of the server that there can be: addresses, nets, masks and accounts together.
        server_bans: usize = CoreLimits::default().server_bans, 1..=1_000_000 => live;
        /// Passwords that are hashed or compared at a time; each takes about 20 MiB and a processor.
        password_threads: usize = 2, 1..=64;
        /// Passwords that wait for it; more are told to try again.
        password_queue: usize = 256, 1..=100_000;
        /// Tokens that wait to be checked; more are told to try again.
        token_queue: usize = 256, 1..=100_000;
        /// Questions for history that wait; more are told to try again.
        history_queue: usize = 1_024, 1..=100_000;
    }

    tables {
        /// Classes of operators: [oper_class.NAME]. "administrator" and "moderator" are there by themselves,
        /// for accounts with that role; naming one here replaces it.
        [oper_class] OperClass {
            /// What its operators may do. docs/operate.md says what each right is.
            rights: RightList = RightList::default();
            /// A class whose rights they have, too; "" for none.
            extends: Maybe<ClassName> = Maybe(None);
        }

        /// Further issuers of tokens: [issuer.NAME]. The keys are those of [oauth], where the rest is said for all of them.
        [issuer] FurtherIssuer {
            /// Who makes the tokens, as they name it (iss).
            issuer: Maybe<TokenName> = Maybe(None);
            /// What tokens for this server are for, as they name it (aud).
            audience: TokenName = TokenName("colvert".to_owned());
            /// A file with the issuer's public keys (JWKS). "": they are fetched.
            keys_file: Maybe<FilePath> = Maybe(None);
            /// Where they are fetched. "": where the issuer says.
            keys_url: Maybe<KeysUrl> = Maybe(None);
            /// Where the issuer is asked about each token (RFC 7662). A token that names no issuer is shown to all who are asked.
            introspection_url: Maybe<KeysUrl> = Maybe(None);
            /// As whom this server asks. "": nobody has to be anybody.
            introspection_client: Maybe<Credential> = Maybe(None);
            /// With which secret.
            introspection_secret: Maybe<Credential> = Maybe(None);
            /// The same in the first line of a file.
            introspection_secret_file: Maybe<PasswordFile> = Maybe(None);
            /// The claim of a token that has its person's name, for accounts that are made.
            name_claim: OneWord = OneWord("preferred_username".into());
            /// Whether somebody who has no account gets one under that name, if it is free.
            make_accounts: bool = false;
        }

        /// Gateways that connect for others and say for whom (WEBIRC): [webirc.NAME].
        [webirc] WebGateway {
            /// Where the gateway is connected from; without one, its certificate says that it is the gateway.
            addresses: NetList = NetList::default();
            /// The SHA-256 fingerprint of its certificate; with addresses, too, it needs both.
            certificate: Maybe<Fingerprint> = Maybe(None);
            /// Its password: as it is, or what "colvert hash-password" prints, which costs as much to compare as an account's.
            password: Maybe<CommonPassword> = Maybe(None);
        }

        /// Operators: [oper.NAME]. NAME is what OPER takes, in lower case.
        [oper] Oper {
            /// Their class.
            class: ClassName = ClassName("moderator".to_owned());
            /// What "colvert hash-password" prints for their password.
            password: Maybe<PasswordHash> = Maybe(None);
            /// The SHA-256 fingerprint of the certificate that they have to show; with a password, too, it needs both.
            certificate: Maybe<Fingerprint> = Maybe(None);
            /// Whether who comes in with that certificate is this operator at once, without OPER.
            automatic: bool = false;
            /// The host that others see of them; "": as for everybody.
            vhost: Maybe<VirtualHost> = Maybe(None);
        }
    }
}

pub(super) const DAY_S: u64 = 24 * 3_600;

/// An address that only this machine reaches.
fn local(port: u16) -> Listen {
    Listen(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))])
}
