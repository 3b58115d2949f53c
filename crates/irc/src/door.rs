//! What all sessions share: the settings as the wire needs them.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use colvert_core::ids::Millis;
use colvert_core::local::{ConnectionInfo, DoorName, Link};
use colvert_core::names::{NICK_BYTES_MAX, NameRules};
use colvert_core::session::{Door, Session};
use colvert_core::settings::Settings;
use colvert_core::tags::DeniedTags;
use compact_str::CompactString;

use crate::caps::Offered;
use crate::isupport;
use crate::message::BODY_BARE_BYTES_MAX;
use crate::numerics::RPL_ISUPPORT;
use crate::session::IrcSession;
use crate::writing::time;

/// The door's name.
const NAME: &str = "irc";

/// Name and version, as VERSION and the greeting tell them.
pub const VERSION: &str = concat!("colvert-", env!("CARGO_PKG_VERSION"));

/// The IRC door.
pub struct IrcDoor {
    /// What sessions that begin now share: the newest.
    shared: RwLock<Arc<Shared>>,
    started: Millis,
}

/// What every session reads and none changes.
pub struct Shared {
    /// The server's name, the source of what it says itself.
    pub server: CompactString,
    pub network: CompactString,
    pub rules: NameRules,
    /// Tags that are passed on to nobody.
    pub denied_tags: DeniedTags,
    /// Most targets of one line.
    pub targets: usize,
    /// Most bytes and lines of one message.
    pub multiline: (usize, usize),
    /// Who connects has to give a password.
    pub has_password: bool,
    /// Longest token, and where programs read how people get one.
    pub token_bytes: usize,
    pub token_description: Option<String>,
    /// When the process started, and in words.
    pub started: Millis,
    pub created: String,
    /// What the server is, in a few words: its network's name, if nothing else is said.
    pub description: String,
    /// The tokens of 005, a line each.
    pub isupport: Vec<Vec<String>>,
    /// Bytes for them on a line.
    pub isupport_room: usize,
    offered_plain: Offered,
    offered_local: Offered,
    offered_secure: Offered,
    /// What came in this one's place, if anything did.
    next: OnceLock<Arc<Self>>,
}

impl Shared {
    /// What is gone by now: this one, or the last of those that came in its place.
    pub fn newest(self: &Arc<Self>) -> Arc<Self> {
        let mut newest = self;
        while let Some(next) = newest.next.get() {
            newest = next;
        }
        newest.clone()
    }

    /// The capabilities that are offered to who is connected in this way.
    pub fn offered(&self, link: Link) -> &Offered {
        match link {
            Link::Plain => &self.offered_plain,
            Link::Local | Link::Web => &self.offered_local,
            Link::Secure => &self.offered_secure,
        }
    }
}

impl IrcDoor {
    /// A door to the server of these settings; `started` is when the process began.
    pub fn new(settings: &Settings, started: Millis) -> Self {
        Self { shared: RwLock::new(Arc::new(Shared::new(settings, started))), started }
    }
}

impl Shared {
    fn new(settings: &Settings, started: Millis) -> Self {
        let around = format!(":{} {RPL_ISUPPORT}   :{}", settings.server, RPL_ISUPPORT.text).len();
        let room = BODY_BARE_BYTES_MAX.saturating_sub(around + NICK_BYTES_MAX);
        Self {
            server: settings.server.clone(),
            network: settings.network.clone(),
            rules: settings.names,
            denied_tags: settings.denied_tags.clone(),
            targets: settings.limits.targets,
            multiline: (settings.limits.multiline_bytes, settings.limits.multiline_lines),
            has_password: settings.connecting.password.is_some(),
            token_bytes: settings.tokens.bytes_max,
            token_description: settings.tokens.issuers.iter().find_map(|issuer| issuer.description.clone()),
            started,
            created: time::readable(started),
            description: match settings.about.description.as_str() {
                "" => settings.network.to_string(),
                description => description.to_owned(),
            },
            isupport: isupport::lines(&isupport::tokens(settings), room),
            isupport_room: room,
            offered_plain: Offered::new(settings, Link::Plain),
            offered_local: Offered::new(settings, Link::Local),
            offered_secure: Offered::new(settings, Link::Secure),
            next: OnceLock::new(),
        }
    }
}

impl Door for IrcDoor {
    fn name(&self) -> &'static str {
        NAME
    }

    fn session(&self, info: &ConnectionInfo) -> Box<dyn Session> {
        let shared = self.shared.read().unwrap_or_else(PoisonError::into_inner).clone();
        Box::new(IrcSession::new(shared, info.link))
    }

    fn info(&self, host: CompactString) -> ConnectionInfo {
        // Spec: <https://modern.ircdocs.horse/#rplwhoisuser-311> (a host never begins with a colon)
        let host = if host.starts_with(':') { compact_str::format_compact!("0{host}") } else { host };
        // IRC clients word what their people read; the rest is English, the default.
        let address = host.parse().ok();
        ConnectionInfo { door: const { DoorName::new(NAME) }, host, address, ..ConnectionInfo::default() }
    }

    fn configure(&self, settings: &Settings) {
        let new = Arc::new(Shared::new(settings, self.started));
        let mut shared = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        // What is replaced here is the newest, so nothing is in its place yet.
        let _ = shared.next.set(new.clone());
        *shared = new;
    }
}
