//! USER, and the pause that capability negotiation puts into connection registration.
//! Spec: <https://modern.ircdocs.horse/#user-message>

use super::presence;
use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::local::LocalChange;
use crate::refusal::Refusal;
use crate::text::Text;

/// Longest user part, in bytes. ISUPPORT `USERLEN`.
pub const USER_BYTES_MAX: usize = 10;

crate::args! {
    /// Gives the user and realname parts.
    User { user: Word, realname: Text }
}

impl Command for User {
    const NAME: &'static str = "USER";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Says who connects.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#user-message";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Logged;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (_, session) = cx.session()?;
        if session.user.is_some() {
            return Err(Refusal::AlreadyRegistered);
        }
        let user: String = self
            .user
            .0
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "-_.~".contains(*c))
            .take(USER_BYTES_MAX)
            .collect();
        if user.is_empty() {
            return Err(Refusal::InvalidParam("user", self.user.0));
        }
        let user = session.info.more.ident.user(&user, USER_BYTES_MAX);
        let realname = self.realname.cut(cx.settings.limits.realname_bytes);
        let mut registration = session.registration().clone();
        registration.user = Some(user.clone());
        registration.realname = Some(realname.as_str().into());
        let change = LocalChange::User { user, realname: realname.as_str().into() };
        Ok(presence::go_on(cx, session, &registration, change))
    }
}

crate::args! {
    /// Holds connection registration back (`on`), or lets it go on (`off`).
    Hold { state: Word }
}

impl Command for Hold {
    const NAME: &'static str = "HOLD";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Pauses connection registration.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/capability-negotiation";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::NodeLocal;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let (_, session) = cx.session()?;
        if session.user.is_some() {
            return Ok(Outcome::nothing());
        }
        let held = self.state.0 == "on";
        let mut registration = session.registration().clone();
        registration.held = held;
        Ok(presence::go_on(cx, session, &registration, LocalChange::Held(held)))
    }
}
