//! What the configuration means to the other crates.

use colvert_archive::Kept;
use colvert_core::settings::{About, Accounts, HistoryRules, Limits, Presence, Settings};
use colvert_log::{LogId, NewLog, Options, Position, Restart};
use colvert_net::NetLimits;

use super::keys::{Config, DAY_S};
use super::value::Motd;
use crate::passwords::Cost;

impl Config {
    /// What the rules of the conversation depend on.
    pub fn settings(&self) -> Settings {
        Settings {
            server: self.server.name.0.clone(),
            network: self.server.network.0.clone(),
            motd: self.motd().0.clone(),
            about: About {
                description: self.server.description.0.clone(),
                icon: self.server.icon.0.clone(),
                admin: self.server.admin.0.clone(),
                links_hidden: self.server.hide_links,
            },
            denied_tags: self.server.denied_tags.0.clone(),
            names: self.server.names,
            keep_after_restart_s: self.channels.keep_after_restart_s,
            opers: self.opers(),
            cloak: self.cloak(),
            sts: self.strict_transport(),
            rename_interval_s: self.channels.rename_interval_s,
            relays: self.channels.relays,
            history: HistoryRules { own_deletion_s: self.history.delete_own_within_s },
            presence: Presence {
                several_sessions: self.presence.several_sessions,
                always_on: self.presence.always_on,
                replay_lines: self.presence.replay_lines,
                always_on_s: self.presence.always_on_days * DAY_S,
            },
            accounts: self.account_rules(),
            tokens: self.token_rules(),
            connecting: self.connecting(),
            limits: self.limits(),
        }
    }

    /// What one person or one channel can make the server keep.
    fn limits(&self) -> Limits {
        let limits = &self.limits;
        let limit = |count| if limits.enabled { count } else { u32::MAX };
        Limits {
            slice_people: Limits::default().slice_people,
            channels_per_user: limits.channels_per_user,
            sessions_per_user: limits.sessions_per_user,
            connections_per_account: limits.connections_per_account,
            clients_per_account: limits.clients_per_account,
            read_markers: limits.read_markers,
            absent_users: limits.absent_users,
            channels_per_founder: limits.channels_per_founder,
            purged_channels: limits.purged_channels,
            list_entries: limits.list_entries,
            monitor_entries: limits.monitor_entries,
            accept_entries: limits.accept_entries,
            silence_entries: limits.silence_entries,
            list_channels: limits.list_channels,
            targets: limits.targets,
            metadata_subs: limits.metadata_subs,
            metadata_at_once: limits.metadata_at_once,
            metadata_keys: limits.metadata_keys,
            metadata_value_bytes: limits.metadata_value_bytes,
            metadata_per_minute: limits.metadata_per_minute,
            multiline_bytes: limits.multiline_bytes,
            multiline_lines: limits.multiline_lines,
            failed_logins: limits.failed_logins,
            failed_logins_per_address: limit(limits.failed_logins_per_address),
            failed_logins_per_account: limit(limits.failed_logins_per_account),
            failed_logins_remembered: limits.failed_logins_remembered,
            certificates_per_account: limits.certificates_per_account,
            identities_per_account: limits.identities_per_account,
            devices_per_account: limits.devices_per_account,
            topic_bytes: limits.topic_bytes,
            kick_bytes: limits.kick_bytes,
            away_bytes: limits.away_bytes,
            realname_bytes: limits.realname_bytes,
            accounts_per_address: limit(limits.accounts_per_address),
            accounts_pending: limits.accounts_pending,
            letters_per_address: limit(limits.letters_per_address),
            letters_per_account: limit(limits.letters_per_account),
            letters_per_mailbox: limit(limits.letters_per_mailbox),
            letters_per_hour: limit(limits.letters_per_hour),
            whowas_entries: limits.whowas_entries,
            history_messages: limits.history_messages,
            history_conversations: limits.history_conversations,
            playback_lines: limits.playback_lines,
            server_bans: limits.server_bans,
        }
    }

    /// What hashing a password costs.
    pub fn password_cost(&self) -> Cost {
        let accounts = &self.accounts;
        Cost {
            memory_kib: accounts.password_memory_kib,
            passes: accounts.password_passes,
            lanes: accounts.password_lanes,
        }
    }

    fn motd(&self) -> &Motd {
        self.server.motd_file.0.as_ref().map_or(&self.server.motd, |file| &file.lines)
    }

    fn account_rules(&self) -> Accounts {
        let accounts = &self.accounts;
        Accounts {
            anonymous_when_deleted: accounts.anonymous_when_deleted,
            registration: accounts.registration,
            login_required: accounts.login_required,
            nick_grace_s: Some(accounts.nick_grace_s).filter(|seconds| *seconds > 0),
            scram_iterations: accounts.scram.then_some(accounts.scram_iterations),
            user_modes: accounts.user_modes.0.clone(),
            email: self.email(),
            mailed_code_s: accounts.mailed_code_s,
            password_bytes_min: accounts.password_bytes_min,
        }
    }

    /// What one connection may take of a gateway.
    pub fn net_limits(&self) -> NetLimits {
        let limits = &self.limits;
        NetLimits {
            enabled: limits.enabled,
            connections_per_address: limits.connections_per_address,
            net_bits_v4: limits.net_bits_v4,
            net_bits_v6: limits.net_bits_v6,
            connects_per_net: limits.connects_per_address,
            connects_window_s: limits.connects_window_s,
            nets_remembered: limits.addresses_remembered,
            exempt: limits.exempt.0.iter().copied().chain(self.gateway_nets()).collect(),
            handshakes: limits.handshakes,
            handshake_deadline_ms: limits.handshake_deadline_ms,
            rate_per_s: limits.rate_per_s,
            rate_burst: limits.rate_burst,
            inputs_in_flight: limits.inputs_in_flight,
            send_queue_bytes: limits.send_queue_bytes,
            send_queue_deadline_ms: limits.send_queue_deadline_ms,
            registration_deadline_ms: limits.registration_deadline_ms,
            ping_interval_ms: limits.ping_interval_ms,
            batch_deadline_ms: limits.batch_deadline_ms,
            ..NetLimits::default()
        }
    }

    /// For how long what was said is kept.
    pub fn kept(&self) -> Kept {
        const DAY_MS: u64 = 86_400_000;
        let ms = |days: u64| (days > 0).then_some(days * DAY_MS);
        let history = &self.history;
        Kept {
            registered_ms: ms(history.keep_registered_days),
            channels_ms: ms(history.keep_channels_days),
            private_ms: ms(history.keep_private_days),
        }
    }

    /// How the log is kept. `expected` is the log that the directory must have; `fresh` is what a new one
    /// is called.
    pub fn log_options(&self, expected: Option<LogId>, fresh: LogId, restart: Restart) -> Options {
        const HOUR_MS: u64 = 3_600_000;
        Options {
            segment_bytes: self.log.segment_mb << 20,
            segment_age_max_ms: self.log.segment_age_max_h * HOUR_MS,
            durability: self.log.durability,
            new_log: NewLog { log_id: fresh, generation: 1, first: Position(1) },
            expected,
            restart,
        }
    }

    /// Bytes of log that are kept for leaving, deleting and banning when the disk is full: a quarter of a
    /// segment, since there may be no more room than one.
    pub fn log_reserve_bytes(&self) -> u64 {
        const MAX: u64 = 1 << 20;
        ((self.log.segment_mb << 20) / 4).min(MAX)
    }
}
