//! Why connections end.

use crate::names::Nick;
use crate::text::Text;

/// Why a connection is closed by this side. Doors word it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// They asked for it.
    Quit(Option<Text>),
    /// Who did it, and why.
    Killed(Box<Nick>, Option<Text>),
    /// Kept out of the server, with the reason that was given.
    Banned(Option<Text>),
    /// Operators closed their account, with the reason that was given.
    Suspended(Option<Text>),
    /// Their account is gone, or has a new password.
    LoggedOut,
    /// Its owner ended the session from another one, or what it logged in with.
    Ended,
    TooManyFailedLogins,
    /// The server has a password, and they have not given it.
    PasswordNeeded,
    /// They say that they are a gateway, and are none.
    NoGateway,
    /// No connection registration in time.
    RegistrationTimeout,
    /// The peer does not read what it is sent.
    SendQueueExceeded,
    /// The peer is gone, or does not answer.
    PingTimeout,
    /// The connection broke.
    ConnectionLost,
    /// The first bytes are those of another protocol.
    WrongProtocol,
    TooManyConnections,
    ShuttingDown,
    /// The log cannot be written: nothing more is promised.
    StorageFailed,
    /// Something broke in the server.
    Internal,
}

impl CloseReason {
    /// What others read as the reason of the quit that follows.
    /// Spec: <https://modern.ircdocs.horse/#quit-message> (what people give themselves begins with `Quit: `)
    /// Departs: who leaves without a word has left with `Quit`, because nothing follows the colon that the clause has there, too.
    pub fn as_quit_reason(&self) -> Option<Text> {
        let words = match self {
            Self::Quit(None) => "Quit",
            Self::Quit(Some(reason)) => return Text::new(&format!("Quit: {}", reason.as_str())).ok(),
            Self::Killed(by, None) => return Text::new(&format!("Killed by {by}")).ok(),
            Self::Killed(by, Some(why)) => {
                return Text::new(&format!("Killed by {by}: {}", why.as_str())).ok();
            }
            Self::Banned(_) => "Banned from the server",
            Self::Suspended(_) => "Account suspended",
            Self::LoggedOut => "Logged out",
            Self::Ended => "Session ended",
            Self::TooManyFailedLogins => "Too many failed logins",
            Self::PasswordNeeded => "Password incorrect",
            Self::NoGateway => "Not a gateway that is trusted",
            Self::RegistrationTimeout => "Registration timed out",
            Self::SendQueueExceeded => "Send queue exceeded",
            Self::PingTimeout => "Ping timeout",
            Self::ConnectionLost => "Connection lost",
            Self::WrongProtocol => "Wrong protocol",
            Self::TooManyConnections => "Too many connections",
            Self::ShuttingDown => "Server shutting down",
            Self::StorageFailed | Self::Internal => "Server error",
        };
        Text::new(words).ok()
    }
}
