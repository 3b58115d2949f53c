//! Accounts.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{CborLen, Decode, Encode};

use crate::account_settings::Setting;
use crate::accounts::{Device, NewAddress, ResetCode, Suspension};
use crate::clients::Clients;
use crate::identity::Identity;
use crate::ids::Millis;
use crate::mail::Address;
use crate::metadata::Metadata;
use crate::modes::Role;
use crate::names::AccountName;
use crate::read_marker::ReadMarkers;
use crate::scram::Verifier;

/// A login identity.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Account {
    #[n(0)]
    pub name: AccountName,
    /// The PHC string of an argon2id hash. Empty: it has no password, and its owner comes in with a token.
    #[n(1)]
    pub hash: String,
    /// Counts password changes from 1; a verdict on an older one is void.
    #[n(2)]
    pub credential_version: u32,
    #[n(3)]
    pub role: Role,
    #[n(4)]
    pub registered: Millis,
    /// What the account has read: up to where in each conversation.
    #[n(5)]
    pub read_markers: ReadMarkers,
    /// What the account's person says of themselves.
    #[cbor(n(26), default)]
    pub metadata: Metadata,
    /// What it has chosen.
    #[cbor(n(14), default)]
    pub settings: BTreeMap<Setting, bool>,
    /// What it is used from, as far as that was said.
    #[cbor(n(15), default)]
    pub clients: Clients,
    /// Operators closed it.
    #[n(6)]
    pub suspended: Option<Suspension>,
    /// What sets a new password.
    #[n(7)]
    pub reset_code: Option<ResetCode>,
    /// The fingerprints of certificates that log in to it.
    #[cbor(n(8), default)]
    pub certificates: BTreeSet<String>,
    /// Who its owner is elsewhere.
    #[cbor(n(35), default)]
    pub identities: BTreeSet<Identity>,
    /// Devices with a password of their own, by their names.
    #[cbor(n(9), default)]
    pub devices: BTreeMap<String, Device>,
    /// What SCRAM needs of the password, if that is to be kept.
    #[n(10)]
    pub scram: Option<Verifier>,
    /// Where its owner gets letters. It is shown to them and to operators alone.
    #[n(32)]
    pub address: Option<Address>,
    /// Where they want to get them.
    #[n(33)]
    pub new_address: Option<Box<NewAddress>>,
    /// What sets a new password, and was sent to the address.
    #[n(34)]
    pub mailed_code: Option<ResetCode>,
}

impl Account {
    /// That of the password that it is made with.
    pub const CREDENTIAL_VERSION_FIRST: u32 = 1;

    pub fn new(name: AccountName, hash: String, registered: Millis) -> Self {
        Self {
            name,
            hash,
            credential_version: Self::CREDENTIAL_VERSION_FIRST,
            role: Role::Member,
            registered,
            read_markers: ReadMarkers::new(),
            metadata: Metadata::new(),
            suspended: None,
            reset_code: None,
            certificates: BTreeSet::new(),
            identities: BTreeSet::new(),
            devices: BTreeMap::new(),
            scram: None,
            settings: BTreeMap::new(),
            clients: Clients::new(),
            address: None,
            new_address: None,
            mailed_code: None,
        }
    }
}
