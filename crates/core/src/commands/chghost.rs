//! CHGHOST: a moderator gives somebody another host. Shown as
//! <https://ircv3.net/specs/extensions/chghost> has it.

use crate::audit::Act;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Somebody, Word};
use crate::event::Event;
use crate::opers::Right;
use crate::refusal::Refusal;

/// Longest host, in bytes. ISUPPORT `HOSTLEN`.
pub const HOST_BYTES_MAX: usize = 63;

crate::args! {
    /// Changes what host others see of somebody; `*` is who asks.
    Chghost { nick: Somebody, host: Word }
}

impl Command for Chghost {
    const NAME: &'static str = "CHGHOST";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Changes the host that others see of somebody.";
    const NEEDS: Needs = Needs::Right(Right::Hosts);
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let user = if self.nick.raw == "*" { cx.me()? } else { cx.somebody(&self.nick)? };
        let host = self.host.0;
        if !is_host(&host) {
            return Err(Refusal::InvalidParam("host", host));
        }
        let (by, user) = (user.source.clone(), user.source.user.clone());
        let act = Act::new(cx, "chghost", by.nick.as_str()).change(by.host.clone(), host.clone());
        Ok(Outcome::nothing().event(act.event()).event(Event::HostChanged { by, user, host }))
    }
}

/// Whether a host can be shown in a source.
pub fn is_host(host: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '/');
    (1..=HOST_BYTES_MAX).contains(&host.len()) && host.chars().all(allowed) && !host.starts_with(':')
}
