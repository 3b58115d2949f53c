//! The door itself.

use std::sync::Arc;

use colvert_core::local::{ConnectionInfo, DoorName, Language, Particulars};
use colvert_core::names::NameRules;
use colvert_core::session::{Door, Session};
use colvert_core::settings::Settings;
use compact_str::CompactString;

use crate::session::LineSession;

/// The door's name.
const NAME: &str = "line";
/// The user part of a line person's `nick!user@host`, which they are not asked for.
const USER: &str = "line";

/// Makes the sessions of the line protocol.
pub struct LineDoor {
    house: Arc<House>,
    language: Language,
}

/// What all sessions of the door share.
pub struct House {
    pub network: CompactString,
    pub names: NameRules,
}

impl LineDoor {
    /// A door that greets in `language`; every person may choose another with `/lang`.
    pub fn new(settings: &Settings, language: Language) -> Self {
        Self { house: Arc::new(House::new(settings)), language }
    }
}

impl House {
    fn new(settings: &Settings) -> Self {
        Self { network: settings.network.clone(), names: settings.names }
    }
}

impl Door for LineDoor {
    fn name(&self) -> &'static str {
        NAME
    }

    fn session(&self, info: &ConnectionInfo) -> Box<dyn Session> {
        Box::new(LineSession::new(Arc::clone(&self.house), info.language))
    }

    fn info(&self, host: CompactString) -> ConnectionInfo {
        let more = Particulars { user: Some(USER.into()), ..Particulars::default() }.into();
        ConnectionInfo {
            door: const { DoorName::new(NAME) },
            address: host.parse().ok(),
            host,
            more,
            language: self.language,
            ..ConnectionInfo::default()
        }
    }

    /// Nothing here depends on what can change: network and names need a restart.
    fn configure(&self, _: &Settings) {}
}
