//! The line protocol: any bytes are read without a panic, what the door refuses is worded, and nothing that
//! it writes can harm a terminal.
#![no_main]

use std::sync::LazyLock;

use colvert_core::local::Language;
use colvert_core::session::{Door, Item};
use colvert_core::settings::Settings;
use colvert_line::LineDoor;
use libfuzzer_sys::fuzz_target;

static DOOR: LazyLock<LineDoor> = LazyLock::new(|| LineDoor::new(&Settings::default(), Language::French));

fuzz_target!(|input: &[u8]| {
    let mut session = DOOR.session(&DOOR.info("127.0.0.1".into()));
    let mut out = Vec::new();
    let _ = session.is_foreign(input);
    for line in input.split(|byte| *byte == b'\n') {
        let is_long = line.len() > session.line_bytes_max();
        let request = if is_long { Some(session.overlong()) } else { session.receive(line) };
        for item in request.map(|request| request.items).unwrap_or_default() {
            match item {
                Item::Command { .. } => {}
                Item::Refuse { verb, refusal } => session.refuse(&verb, &refusal, &mut out),
                Item::Wire(token) => session.wire(token, &mut out),
            }
        }
    }
    let written = std::str::from_utf8(&out).expect("only UTF-8 is written");
    assert!(written.chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control()));
});
