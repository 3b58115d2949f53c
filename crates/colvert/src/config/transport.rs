//! Listeners, certificates and proxies: the types of their keys, and what they mean together.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use colvert_core::settings::Sts;
use colvert_net::{Lookup, Origins, Resolver, SystemResolver, WebRules};
use toml::Value;

use super::keys::Config;
use super::load::find;
use super::problem::Problem;
use super::value::{Setting, quoted};

/// What the names of listeners end with that speak TLS.
pub const TLS: &str = "_tls";

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePath(pub PathBuf);

/// Who may use a file, as chmod takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMode(pub u32);

/// Listeners, by the names of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listeners(pub Vec<String>);

/// Pages, as browsers name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageOrigins(pub Vec<String>);

impl Listeners {
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|listener| listener == name)
    }
}

impl Setting for FilePath {
    fn expected() -> String {
        "the path of a file".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_str().filter(|path| !path.is_empty() && !path.contains('\0')).map(|path| Self(path.into()))
    }

    fn write(&self) -> String {
        quoted(&self.0.to_string_lossy())
    }
}

impl Setting for FileMode {
    fn expected() -> String {
        r#"rights as chmod takes them, such as "660""#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let digits = value.as_str()?;
        let mode = u32::from_str_radix(digits, 8).ok()?;
        (digits.bytes().all(|b| b.is_ascii_digit()) && mode <= 0o777).then_some(Self(mode))
    }

    fn write(&self) -> String {
        quoted(&format!("{:o}", self.0))
    }
}

impl Setting for Listeners {
    fn expected() -> String {
        r#"a list of names of listeners, such as ["irc", "irc_tls"]"#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let is_one = |name: &&str| find("listen", name).is_some();
        let names = value.as_array()?.iter().map(|name| name.as_str().filter(is_one).map(str::to_owned));
        names.collect::<Option<_>>().map(Self)
    }

    fn write(&self) -> String {
        Value::from(self.0.clone()).to_string()
    }
}

impl Setting for PageOrigins {
    fn expected() -> String {
        r#"a list of origins, such as ["https://web.example.org"], or ["*"] for all"#.to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let is_origin = |text: &&str| {
            let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            let fits = |b: u8| b.is_ascii_graphic() && !matches!(b, b'/' | b'*' | b'?' | b'#' | b'@');
            *text == "*" || host.is_some_and(|host| !host.is_empty() && host.bytes().all(fits))
        };
        let all = value.as_array()?.iter().map(|one| one.as_str().filter(is_origin).map(str::to_owned));
        let all: Vec<String> = all.collect::<Option<_>>()?;
        // "*" beside others would make them look as if they mattered.
        let is_clear = all.len() == 1 || !all.iter().any(|one| one == "*");
        is_clear.then_some(Self(all))
    }

    fn write(&self) -> String {
        Value::from(self.0.clone()).to_string()
    }
}

impl Config {
    /// Whom listeners let in that speak WebSocket.
    pub fn web_rules(&self) -> WebRules {
        let origins = match &self.websocket.origins.0[..] {
            [] => Origins::SameHost,
            [all] if all == "*" => Origins::Any,
            some => Origins::Also(some.to_vec()),
        };
        WebRules { origins, proxies: self.websocket.proxies.0.clone() }
    }

    /// What is asked of who connects. Nothing: nothing is.
    pub fn lookup(&self) -> Option<Lookup> {
        /// Spec: <https://www.rfc-editor.org/rfc/rfc1413#section-4>
        const IDENT_PORT: u16 = 113;
        let keys = &self.lookup;
        let names = keys.hosts.then(|| Arc::new(SystemResolver) as Arc<dyn Resolver>);
        let ident_port = keys.ident.then_some(IDENT_PORT);
        (names.is_some() || ident_port.is_some()).then_some(Lookup {
            names,
            ident_port,
            deadline_ms: keys.deadline_ms,
            waiting: keys.waiting,
            remembered: keys.remembered,
            remembered_s: keys.remembered_s,
        })
    }

    /// Listeners on addresses, by the names of their keys.
    pub fn listeners(&self) -> [(&'static str, &[SocketAddr]); 6] {
        let listen = &self.listen;
        [
            ("line", &listen.line.0),
            ("irc", &listen.irc.0),
            ("line_tls", &listen.line_tls.0),
            ("irc_tls", &listen.irc_tls.0),
            ("irc_websocket", &listen.irc_websocket.0),
            ("irc_websocket_tls", &listen.irc_websocket_tls.0),
        ]
    }

    /// What clients are told of TLS.
    pub(super) fn strict_transport(&self) -> Option<Sts> {
        let port = u16::try_from(self.sts.port).ok().filter(|port| *port != 0)?;
        Some(Sts { port, duration_s: self.sts.duration_s, preload: self.sts.preload })
    }

    /// No address is taken twice.
    pub(super) fn check_listeners(&self) -> Result<(), Problem> {
        let mut taken: Vec<(&str, SocketAddr)> = Vec::new();
        for (name, addresses) in self.listeners() {
            let key = find("listen", name).expect("the table has it");
            for &address in addresses.iter().filter(|address| address.port() != 0) {
                if let Some((other, _)) = taken.iter().find(|(_, other)| *other == address) {
                    let reason =
                        format!("[listen] {other} has the same address; choose another one, or \"off\"");
                    return Err(Problem::unusable(key, self, reason));
                }
                taken.push((name, address));
            }
        }
        Ok(())
    }

    /// Whether there is a certificate for who speaks TLS.
    ///
    /// # Errors
    /// Which key is missing.
    pub fn check_tls(&self) -> Result<(), Problem> {
        let speaks_tls =
            self.listeners().iter().any(|(name, addresses)| name.ends_with(TLS) && !addresses.is_empty());
        for (name, path) in [("certificate", &self.tls.certificate), ("key", &self.tls.key)] {
            if speaks_tls && path.0.is_none() {
                let key = find("tls", name).expect("the table has it");
                let reason = "a listener with TLS needs it; name a file in PEM";
                return Err(Problem::unusable(key, self, reason));
            }
        }
        Ok(())
    }
}
