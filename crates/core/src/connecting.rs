//! What somebody has to show who connects, and who may connect for others.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::net::Net;
use crate::secret::Secret;

/// The rules of connecting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connecting {
    /// Who connects has to give it. Nothing: nobody does.
    pub password: Option<SharedPassword>,
    /// Who is connected from here need not.
    pub exempt: Vec<Net>,
    /// Gateways that connect for others, by their names in the configuration.
    pub gateways: BTreeMap<CompactString, Gateway>,
}

/// A password that several people know, as the configuration has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SharedPassword {
    /// As it is: quick to compare.
    Plain(Secret),
    /// The PHC string of an argon2id hash.
    Hash(String),
}

/// A gateway that connects for others: a web chat, a bouncer. It is known by where it is connected from, by its certificate, or by
/// both, and by its password if it has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gateway {
    /// Empty: from anywhere.
    pub nets: Vec<Net>,
    /// The fingerprint of its certificate.
    pub certfp: Option<CompactString>,
    pub password: Option<SharedPassword>,
}
