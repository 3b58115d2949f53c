//! What a script sets, as the configuration of the program would.

use colvert_core::account_settings::Consent;
use colvert_core::cloak::Cloak;
use colvert_core::connecting::SharedPassword;
use colvert_core::modes::UserFlag;
use colvert_core::names::NameRules;
use colvert_core::net::Net;
use colvert_core::opers::{Oper, OperName, Right, Rights};
use colvert_core::secret::Secret;
use colvert_core::settings::{Email, Issuer, Limits, Presence, Registration, Settings};
use colvert_core::tags::DeniedTags;

use super::script::Setting;
use crate::process::Setup;

/// Sets one key.
pub fn set(setup: &mut Setup, Setting { key, value }: &Setting) -> Result<(), String> {
    let settings = &mut setup.settings;
    let number = || value.parse::<usize>().map_err(|_| format!("{key} is a number"));
    let limits = &mut settings.limits;
    match key.as_str() {
        "server.motd" => settings.motd = value.split('|').map(str::to_owned).collect(),
        "server.hide_links" => settings.about.links_hidden = value == "true",
        "server.description" => settings.about.description = value.clone(),
        "server.icon" => settings.about.icon = value.clone(),
        "server.admin" => settings.about.admin = vec![value.clone()],
        "server.denied_tags" => {
            let names: Vec<_> = value.split(',').collect();
            settings.denied_tags = DeniedTags::new(&names).ok_or("it is no list of tags")?;
        }
        "server.password" => settings.connecting.password = Some(password(value)),
        "server.password_exempt" => settings.connecting.exempt = nets(value),
        "server.names" if value == "ascii" => settings.names = NameRules::Ascii,
        "channels.keep_after_restart_s" => settings.keep_after_restart_s = number()? as u64,
        "limits.read_markers" => limits.read_markers = number()?,
        "limits.clients_per_account" => limits.clients_per_account = number()?,
        "limits.absent_users" => limits.absent_users = number()?,
        "limits.connections_per_account" => limits.connections_per_account = number()?,
        "limits.sessions_per_user" => limits.sessions_per_user = number()?,
        "limits.channels_per_user" => limits.channels_per_user = number()?,
        "limits.channels_per_founder" => limits.channels_per_founder = number()?,
        "limits.purged_channels" => limits.purged_channels = number()?,
        "limits.list_entries" => limits.list_entries = number()?,
        "limits.monitor_entries" => limits.monitor_entries = number()?,
        "limits.accept_entries" => limits.accept_entries = number()?,
        "limits.list_channels" => limits.list_channels = number()?,
        "limits.targets" => limits.targets = number()?,
        "limits.topic_bytes" => limits.topic_bytes = number()?,
        "limits.kick_bytes" => limits.kick_bytes = number()?,
        "limits.away_bytes" => limits.away_bytes = number()?,
        "limits.realname_bytes" => limits.realname_bytes = number()?,
        "limits.failed_logins" => limits.failed_logins = number()? as u8,
        "limits.failed_logins_per_address" => limits.failed_logins_per_address = number()? as u32,
        "limits.failed_logins_per_account" => limits.failed_logins_per_account = number()? as u32,
        "limits.certificates_per_account" => limits.certificates_per_account = number()?,
        "limits.devices_per_account" => limits.devices_per_account = number()?,
        "limits.enabled" | "cloak.enabled" => {}
        "limits.server_bans" => limits.server_bans = number()?,
        "history.delete_own_within_s" => settings.history.own_deletion_s = number()? as u64,
        key if key.starts_with("limits.metadata_") => return set_metadata(limits, key, number()?),
        "channels.rename_interval_s" => settings.rename_interval_s = number()? as u64,
        "channels.relays" => settings.relays = value == "true",
        "limits.silence_entries" => limits.silence_entries = number()?,
        "limits.multiline_bytes" => limits.multiline_bytes = number()?,
        "limits.multiline_lines" => limits.multiline_lines = number()?,
        "limits.whowas_entries" => limits.whowas_entries = number()?,
        "limits.history_messages" => limits.history_messages = number()?,
        "limits.history_conversations" => limits.history_conversations = number()?,
        "limits.playback_lines" => limits.playback_lines = number()?,
        "mail.server" => settings.accounts.email = settings.accounts.email.max(Email::Optional),
        "limits.accounts_pending" => limits.accounts_pending = number()?,
        "limits.accounts_per_address" => limits.accounts_per_address = number()? as u32,
        key if key.starts_with("limits.letters_") => return set_letters(limits, key, number()? as u32),
        key if key.starts_with("cloak.") => return set_cloak(settings, key, value),
        "limits.identities_per_account" => limits.identities_per_account = number()?,
        key if key.starts_with("oauth.") || key.starts_with("issuer.") => {
            return set_issuer(settings, key, value);
        }
        key if key.starts_with("accounts.") => return set_of_accounts(settings, key, value),
        key if key.starts_with("presence.") => return set_presence(&mut settings.presence, key, value),
        _ => return set_named(settings, key, value),
    }
    Ok(())
}

/// `["127.0.0.0/8", "::1"]`
fn nets(value: &str) -> Vec<Net> {
    value.trim_matches(['[', ']', '"']).split("\", \"").filter_map(Net::parse).collect()
}

fn password(text: &str) -> SharedPassword {
    match text.starts_with('$') {
        true => SharedPassword::Hash(text.to_owned()),
        false => SharedPassword::Plain(Secret::new(text)),
    }
}

fn set_presence(presence: &mut Presence, key: &str, value: &str) -> Result<(), String> {
    let number = || value.parse::<usize>().map_err(|_| format!("{key} is a number"));
    match key {
        "presence.several_sessions" => presence.several_sessions = consent(value)?,
        "presence.always_on" => presence.always_on = consent(value)?,
        "presence.always_on_days" => presence.always_on_s = number()? as u64 * 24 * 3_600,
        "presence.replay_lines" => presence.replay_lines = number()?,
        _ => return Err(format!("there is no setting {key} here")),
    }
    Ok(())
}

fn consent(word: &str) -> Result<Consent, String> {
    Ok(match word {
        "off" => Consent::Off,
        "opt-in" => Consent::OptIn,
        "opt-out" => Consent::OptOut,
        "mandatory" => Consent::Mandatory,
        _ => return Err(format!("{word} is none of off, opt-in, opt-out, mandatory")),
    })
}

fn set_metadata(limits: &mut Limits, key: &str, count: usize) -> Result<(), String> {
    match key {
        "limits.metadata_subs" => limits.metadata_subs = count,
        "limits.metadata_at_once" => limits.metadata_at_once = count,
        "limits.metadata_keys" => limits.metadata_keys = count,
        "limits.metadata_value_bytes" => limits.metadata_value_bytes = count,
        "limits.metadata_per_minute" => limits.metadata_per_minute = count as u32,
        _ => return Err(format!("there is no setting {key} here")),
    }
    Ok(())
}

fn set_letters(limits: &mut Limits, key: &str, count: u32) -> Result<(), String> {
    match key {
        "limits.letters_per_address" => limits.letters_per_address = count,
        "limits.letters_per_account" => limits.letters_per_account = count,
        "limits.letters_per_mailbox" => limits.letters_per_mailbox = count,
        "limits.letters_per_hour" => limits.letters_per_hour = count,
        _ => return Err(format!("there is no setting {key} here")),
    }
    Ok(())
}

/// The secret comes first.
fn set_cloak(settings: &mut Settings, key: &str, value: &str) -> Result<(), String> {
    match (key, &mut settings.cloak) {
        ("cloak.secret", cloak) => {
            *cloak = Some(Cloak { secret: value.into(), netname: "users".into(), bits: 40, accounts: false });
        }
        ("cloak.accounts", Some(cloak)) => cloak.accounts = value == "true",
        _ => return Err(format!("there is no setting {key} here")),
    }
    Ok(())
}

fn set_of_accounts(settings: &mut Settings, key: &str, value: &str) -> Result<(), String> {
    let number = || value.parse::<usize>().map_err(|_| format!("{key} is a number"));
    match key {
        "accounts.anonymous_when_deleted" => settings.accounts.anonymous_when_deleted = value == "true",
        "accounts.scram" => settings.accounts.scram_iterations = Some(4_096),
        "accounts.scram_iterations" => settings.accounts.scram_iterations = Some(number()? as u32),
        "accounts.login_required" => settings.accounts.login_required = value == "true",
        "accounts.nick_grace_s" => settings.accounts.nick_grace_s = Some(number()? as u64),
        "accounts.user_modes" => {
            settings.accounts.user_modes = value.chars().filter_map(UserFlag::of_letter).collect();
        }
        "accounts.email" if value == "off" => settings.accounts.email = Email::Off,
        "accounts.email" => settings.accounts.email = Email::Required,
        "accounts.password_bytes_min" => settings.accounts.password_bytes_min = number()?,
        "accounts.mailed_code_s" => settings.accounts.mailed_code_s = number()? as u64,
        "accounts.registration" => {
            settings.accounts.registration = match value {
                "closed" => Registration::Closed,
                "connected" => Registration::Connected,
                _ => Registration::Open,
            }
        }
        _ => return Err(format!("there is no setting {key} here")),
    }
    Ok(())
}

/// Only what the rules know of two issuers; [`crate::issuer::inspector`] checks the tokens.
fn set_issuer(settings: &mut Settings, key: &str, value: &str) -> Result<(), String> {
    let tokens = &mut settings.tokens;
    if tokens.bytes_max == 0 {
        tokens.bytes_max = 4_096;
    }
    let named = |name: &str| Issuer { name: name.to_owned(), makes_accounts: false, description: None };
    match key {
        "oauth.issuer" | "issuer.work.issuer" => {
            // That of `[oauth]` is the first.
            let at = usize::from(key != "oauth.issuer").min(tokens.issuers.len());
            tokens.issuers.splice(
                at..(at + 1).min(tokens.issuers.len()),
                Some(value).filter(|it| *it != "\"\"").map(named),
            );
        }
        // It means nothing to the rules.
        "oauth.audience" | "issuer.work.audience" => {}
        "oauth.make_accounts" => made(tokens.issuers.first_mut(), value)?,
        "issuer.work.make_accounts" => made(tokens.issuers.last_mut(), value)?,
        "oauth.tls_only" => tokens.tls_only = value == "true",
        "oauth.token_bytes" => {
            tokens.bytes_max = value.parse().map_err(|_| format!("{key} is a number"))?;
        }
        _ => return Err(format!("there is no setting {key} here")),
    }
    Ok(())
}

fn made(issuer: Option<&mut Issuer>, value: &str) -> Result<(), String> {
    issuer.ok_or("an issuer comes first")?.makes_accounts = value == "true";
    Ok(())
}

/// `oper.root.class netadmin`: a key of a section that has a name.
fn set_named(settings: &mut Settings, key: &str, value: &str) -> Result<(), String> {
    let none = || format!("there is no setting {key} here");
    let [table, name, key] = key.split('.').collect::<Vec<_>>()[..] else { return Err(none()) };
    let opers = &mut settings.opers;
    if table == "oper_class" && key == "rights" {
        let names = value.trim_matches(['[', ']']).split(',').map(|name| name.trim().trim_matches('"'));
        let rights = names.map(Right::parse).collect::<Option<Rights>>().ok_or_else(none)?;
        opers.classes.insert(name.into(), rights);
        return Ok(());
    }
    if table == "webirc" {
        let gateway = settings.connecting.gateways.entry(name.into()).or_default();
        match key {
            "addresses" => {
                gateway.nets = nets(value);
            }
            "password" => gateway.password = Some(password(value)),
            _ => return Err(none()),
        }
        return Ok(());
    }
    let moderator = || Oper { class: "moderator".into(), ..Oper::default() };
    let oper = opers.opers.entry(OperName::new(name)).or_insert_with(moderator);
    match (table, key) {
        ("oper", "class") => oper.class = value.into(),
        ("oper", "password") => oper.hash = Some(value.to_owned()),
        ("oper", "certificate") => oper.certfp = Some(value.into()),
        ("oper", "automatic") => oper.automatic = value == "true",
        ("oper", "vhost") => oper.vhost = Some(value.into()),
        _ => return Err(none()),
    }
    Ok(())
}
