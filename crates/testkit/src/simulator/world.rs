//! What a history is played in: how the server is set up, and from where people come.

use core::net::{IpAddr, Ipv4Addr};

use colvert_core::account_settings::Consent;
use colvert_core::cloak::Cloak;
use colvert_core::connecting::{Connecting, Gateway, SharedPassword};
use colvert_core::local::{ConnectionInfo, Link, Particulars};
use colvert_core::opers::{Oper, OperName, Opers, Rights};
use colvert_core::secret::Secret;
use colvert_core::settings::{Accounts, Email, Issuer, Limits, Presence, Settings, Tokens};

use super::words::CERTIFICATES;
use crate::chronicle::ISSUER;
use crate::sim_disk::Chance;

/// What is there to be had, and bounds so small that people reach them.
pub fn settings(chance: &mut Chance) -> Settings {
    let limits = Limits {
        channels_per_user: 4,
        sessions_per_user: 3,
        connections_per_account: 4,
        absent_users: 4,
        clients_per_account: 2,
        read_markers: 3,
        channels_per_founder: 2,
        purged_channels: 2,
        list_entries: 3,
        monitor_entries: 3,
        accept_entries: 2,
        silence_entries: 2,
        metadata_subs: 2,
        metadata_keys: 2,
        failed_logins: 3,
        certificates_per_account: 1,
        identities_per_account: 1,
        devices_per_account: 2,
        accounts_pending: 2,
        whowas_entries: 5,
        history_messages: 4,
        slice_people: 2,
        server_bans: 3,
        ..Limits::default()
    };
    let presence = Presence { always_on: Consent::OptOut, always_on_s: 900, ..Presence::default() };
    let accounts = Accounts {
        scram_iterations: Some(1),
        email: if chance.coin() { Email::Off } else { Email::Optional },
        anonymous_when_deleted: chance.coin(),
        nick_grace_s: chance.coin().then_some(60),
        ..Accounts::default()
    };
    Settings {
        keep_after_restart_s: 600,
        presence,
        accounts,
        limits,
        opers: opers(),
        cloak: chance.coin().then(cloak),
        relays: true,
        tokens: tokens(chance.coin()),
        connecting: connecting(),
        ..Settings::default()
    }
}

/// Somebody who can do everything, and is known by a certificate.
fn opers() -> Opers {
    let oper = Oper {
        class: "everything".into(),
        certfp: Some(CERTIFICATES[0].into()),
        automatic: true,
        vhost: Some("staff.example.org".into()),
        ..Oper::default()
    };
    Opers {
        classes: [("everything".into(), Rights::all())].into(),
        opers: [(OperName::new("root"), oper)].into(),
    }
}

fn cloak() -> Cloak {
    Cloak {
        secret: "a secret of the simulator's own".to_owned(),
        netname: "sim".into(),
        bits: 64,
        accounts: true,
    }
}

fn tokens(makes_accounts: bool) -> Tokens {
    let issuer = Issuer { name: ISSUER.to_owned(), makes_accounts, description: None };
    Tokens { issuers: vec![issuer], tls_only: false, bytes_max: 100 }
}

fn connecting() -> Connecting {
    let password = SharedPassword::Plain(Secret::new("correct horse"));
    let gateway = Gateway { password: Some(password), ..Gateway::default() };
    Connecting { gateways: [("web".into(), gateway)].into(), ..Connecting::default() }
}

/// A connection; some are of one address, and some show a certificate.
pub fn somebody(chance: &mut Chance) -> ConnectionInfo {
    let address = Ipv4Addr::new(10, 0, 0, chance.below(5) as u8);
    let certificate = chance.below(4) == 0;
    let more = Particulars {
        user: chance.coin().then(|| "tcp".into()),
        certfp: certificate.then(|| CERTIFICATES[chance.below(CERTIFICATES.len())].into()),
        ..Particulars::default()
    };
    ConnectionInfo {
        link: if chance.coin() { Link::Secure } else { Link::Plain },
        address: Some(IpAddr::V4(address)),
        host: compact_str::format_compact!("{address}"),
        more: more.into(),
        ..ConnectionInfo::default()
    }
}
