//! WEBIRC: a gateway says for whom it connects. Spec: <https://ircv3.net/specs/extensions/webirc>

use core::net::IpAddr;

use compact_str::CompactString;

use super::chghost::is_host;
use super::pass::same;
use crate::command::{CloseReason, Command, Context, LogClass, Needs, Outcome, Word};
use crate::connecting::SharedPassword;
use crate::local::{Link, LocalChange, Session};
use crate::policy;
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::work::{Work, WorkResult};

/// Most that is kept of what a gateway calls itself.
const GATEWAY_CHARACTERS_MAX: usize = 32;

crate::args! {
    /// Says for whom a gateway connects: the host and the address of somebody.
    Webirc { password: Secret, gateway: Word, host: Word, address: Word, options: Option<Word> }
}

impl Command for Webirc {
    const NAME: &'static str = "WEBIRC";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Says for whom a gateway connects, for gateways that are trusted.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/webirc";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::NodeLocal;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (_, session) = cx.session()?;
        let registration = session.registration();
        let has_begun = session.user.is_some()
            || registration.nick.is_some()
            || registration.user.is_some()
            || registration.account.is_some()
            || registration.held;
        // Spec: <https://ircv3.net/specs/extensions/webirc#format> (the first command, before capabilities)
        if has_begun {
            return Err(Refusal::AlreadyRegistered);
        }
        // Whoever is left here as the gateway itself would be anybody: they are closed instead.
        let Some(gateway) = policy::gateway(cx, &session.info) else { return Ok(refused()) };
        let Some(comes) = self.comes(session) else { return Ok(refused()) };
        match &gateway.password {
            None => Ok(let_in(cx, comes)),
            Some(SharedPassword::Plain(right)) if same(&self.password, right) => Ok(let_in(cx, comes)),
            Some(SharedPassword::Plain(_)) => Ok(refused()),
            Some(SharedPassword::Hash(hash)) => {
                let work = Work::VerifyPassword { password: self.password, hash: Some(hash.clone()) };
                Ok(Outcome::wait(work, |cx, result| match result {
                    WorkResult::Verified(true) => Ok(let_in(cx, comes)),
                    WorkResult::Verified(false) => Ok(refused()),
                    WorkResult::Busy => Ok(Outcome::nothing().close(CloseReason::TooManyConnections)),
                    _ => Ok(Outcome::nothing().close(CloseReason::Internal)),
                }))
            }
        }
    }
}

/// For whom the gateway connects.
struct Comes {
    host: CompactString,
    address: IpAddr,
    link: Link,
    gateway: Box<str>,
}

impl Webirc {
    /// Nothing: what it says is no address.
    fn comes(&self, session: &Session) -> Option<Comes> {
        let address = self.address.0.parse::<IpAddr>().ok()?.to_canonical();
        let named = Some(self.host.0.clone()).filter(|host| is_host(host) && host.parse::<IpAddr>().is_err());
        // Spec: <https://ircv3.net/specs/extensions/webirc#options> (a name counts, whatever its value is; both ways are secure)
        let options = self.options.as_ref().map(|options| options.0.as_str()).unwrap_or_default();
        let is_secure = options.split(' ').any(|option| option.split('=').next() == Some("secure"));
        let link = if is_secure { session.info.link } else { Link::Plain };
        let host = named.unwrap_or_else(|| shown(address));
        let gateway = self.gateway.0.chars().take(GATEWAY_CHARACTERS_MAX).collect();
        Some(Comes { host, address, link, gateway })
    }
}

/// An address as a host. Spec: <https://modern.ircdocs.horse/#rplwhoisuser-311> (it never begins with a colon)
fn shown(address: IpAddr) -> CompactString {
    let text = address.to_string();
    if text.starts_with(':') { compact_str::format_compact!("0{text}") } else { text.into() }
}

fn let_in(cx: &Context<'_>, Comes { host, address, link, gateway }: Comes) -> Outcome {
    match policy::may_connect(cx.state, Some(address)) {
        Err(Refusal::BannedFromServer(reason)) => Outcome::nothing().close(CloseReason::Banned(reason)),
        _ => Outcome::nothing().local(LocalChange::ConnectsFor { host, address, link, gateway }),
    }
}

fn refused() -> Outcome {
    Outcome::nothing().close(CloseReason::NoGateway)
}
