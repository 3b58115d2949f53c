//! `*playback`: what clients of the bouncer ZNC write to, to be shown what they missed.
//! Spec: <https://wiki.znc.in/Playback>

use super::{Read, Service, ServiceCommand, commands};

pub const PLAYBACK: Service = Service {
    name: "*playback",
    address: Some("znc@znc.in"),
    summary: "*playback shows what was said since a time, in seconds since 1970.",
    commands: COMMANDS,
};

commands! {
    ["PLAY"] "<conversation>{,<conversation>}|* [<from> [<to>]]" 1 "Shows what was said in channels and in private."
        => |words| asked("PLAY", words, 3);
    ["LIST"] "[<conversation>{,<conversation>}]" 0 "Lists your conversations, and when they began and ended."
        => |words| asked("LIST", words, 1);
    ["CLEAR"] "<conversation>{,<conversation>}" 1 "Clears nothing: what was said stays for all who were there."
        => |words| asked("CLEAR", words, 1);
}

/// What is written to it as PLAYBACK has it, with so many parameters at most.
fn asked<'a>(action: &'static str, words: &[&'a str], max: usize) -> Read<'a> {
    let words = [action].into_iter().chain(words.iter().copied());
    let words: Vec<_> = words.collect();
    (words.len() <= max + 1).then_some(("PLAYBACK", words))
}
