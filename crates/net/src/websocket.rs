//! WebSocket: how browsers speak. Lines travel as messages, one each, without their ends.
//! Spec: <https://www.rfc-editor.org/rfc/rfc6455>, <https://ircv3.net/specs/extensions/websocket>
//!
//! ```text
//! bytes ─▶ handshake (in the lobby) ─▶ frames ─▶ lines
//! lines ─▶ frames ─▶ bytes
//! ```
//!
//! What a message costs in memory is bounded: its bytes are passed on as they come, and one that is too long ends the
//! connection at its header. There are no extensions, so there is no compression.

pub(crate) mod forwarded;
mod frames;
pub(crate) mod handshake;
mod stream;

pub use frames::{Decoder, End};

use colvert_core::net::Net;

pub(crate) use stream::WebSocketStream;

/// Whom a listener lets in that speaks WebSocket.
#[derive(Clone, Debug, Default)]
pub struct WebRules {
    pub origins: Origins,
    /// Web servers in front of this one, whose word is taken for whom they connect.
    pub proxies: Vec<Net>,
}

/// Which pages may connect. What is no browser names none, and may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// Those that come from the same host, whatever their port is.
    #[default]
    SameHost,
    /// Those, and these: `https://chat.example.org`.
    Also(Vec<String>),
    Any,
}

/// What kind of messages a connection is sent. Where nothing was agreed on it is text.
/// Spec: <https://ircv3.net/specs/extensions/websocket#other-implementation-considerations>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Messages {
    /// `text.ircv3.net`
    Text,
    /// `binary.ircv3.net`
    Binary,
}
