//! IRC: any bytes are read without a panic, what the door refuses or answers itself is worded, and every line
//! that it writes is a line: UTF-8, at most 512 bytes without its tags, with no stray CR, LF or NUL in it.
#![no_main]

use std::sync::LazyLock;

use colvert_core::ids::Millis;
use colvert_core::session::{Door, Item};
use colvert_core::settings::Settings;
use colvert_irc::IrcDoor;
use libfuzzer_sys::fuzz_target;

static DOOR: LazyLock<IrcDoor> = LazyLock::new(|| IrcDoor::new(&Settings::default(), Millis(0)));

fuzz_target!(|input: &[u8]| {
    let mut session = DOOR.session(&DOOR.info("127.0.0.1".into()));
    let mut out = Vec::new();
    let _ = session.is_foreign(input);
    for line in input.split(|byte| *byte == b'\n') {
        let is_long = line.len() > session.line_bytes_max();
        let Some(request) = (if is_long { Some(session.overlong()) } else { session.receive(line) }) else {
            continue;
        };
        if let Some(label) = &request.label {
            session.begin(label);
        }
        for item in request.items {
            match item {
                Item::Command { .. } => {}
                Item::Refuse { verb, refusal } => session.refuse(&verb, &refusal, &mut out),
                Item::Wire(token) => session.wire(token, &mut out),
            }
        }
        session.end(&mut out);
    }
    let written = std::str::from_utf8(&out).expect("only UTF-8 is written");
    for line in written.split_terminator("\r\n") {
        assert!(!line.contains(['\r', '\n', '\0']));
        let bare =
            line.strip_prefix('@').and_then(|rest| rest.split_once(' ')).map_or(line, |(_, bare)| bare);
        assert!(bare.len() <= 510, "{} bytes", bare.len());
    }
});
