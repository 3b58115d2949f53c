//! What the server says when it is ready: to programs on standard output, to people on standard error.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use super::doors::{Doors, Place};
use crate::claim::Code;

/// One line for each door, then the claim code if there is one:
///
/// ```text
/// listening line 127.0.0.1:63000
/// listening irc 127.0.0.1:6667
/// claim 7k3m-qr9d-wx2a-hn5t
/// ```
pub fn listening(doors: &Doors, code: Option<&Code>) {
    let mut text = String::new();
    for bound in doors.iter() {
        writeln!(text, "listening {} {}", bound.name, bound.place).expect("memory does not fail");
    }
    if let Some(code) = code {
        writeln!(text, "claim {}", code.as_str()).expect("memory does not fail");
    }
    let mut out = io::stdout().lock();
    // Nobody may be listening; the server serves all the same.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The same in plain words.
pub fn welcome(doors: &Doors, data: &Path, has_code: bool) -> String {
    let mut words = format!("Colvert {} is ready.", env!("CARGO_PKG_VERSION"));
    for bound in doors.iter() {
        let how = match (bound.name, &bound.place) {
            ("line", Place::At(at)) => format!("line protocol: nc {} {}", at.ip(), at.port()),
            ("line_tls", place) => {
                format!("line protocol with TLS: openssl s_client -quiet -connect {place}")
            }
            ("irc", place) => format!("IRC: connect a client to {place}, without TLS"),
            ("irc_tls", place) => format!("IRC: connect a client to {place}, with TLS"),
            ("irc_websocket", place) => format!("IRC for browsers: ws://{place}/"),
            ("irc_websocket_tls", place) => format!("IRC for browsers: wss://{place}/"),
            (other, place) => format!("{other}: {place}"),
        };
        words.push_str("\n  ");
        words.push_str(&how);
    }
    if doors.iter().next().is_none() {
        words.push_str("\n  All doors are closed.");
    }
    let data = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    words.push_str(&format!("\n  everything is kept in {}", data.display()));
    if has_code {
        words.push_str(
            "\nThere is no administrator yet. Register an account or log in, then type /claim CODE \
             (IRC: /quote CLAIM CODE)\nwith the code above. It is valid for 24 hours, once.",
        );
    }
    words
}
