//! Input that nobody types by accident.

mod room;

use colvert_core::ids::SessionId;
use colvert_core::local::Language;
use proptest::prelude::*;
use room::Room;

/// A room in which two people, the second watching, are in a channel.
fn room(language: Language) -> (Room, SessionId, SessionId) {
    let mut room = Room::new(language);
    let (ginette, roger) = (room.open(), room.open());
    for (id, nick) in [(ginette, "ginette"), (roger, "roger")] {
        room.types(id, format!("/nick {nick}"));
        room.types(id, "/join general");
    }
    room.reads(ginette);
    room.reads(roger);
    (room, ginette, roger)
}

/// What the one who types `line` reads, who is in a channel.
fn check(line: impl AsRef<[u8]>, expect: &str) {
    let (mut room, ginette, _) = room(Language::English);
    let line = line.as_ref();
    room.types(ginette, line);
    assert_eq!(room.reads(ginette), expect, "{:.80}", String::from_utf8_lossy(line));
}

#[test]
fn nothing_asks_for_nothing() {
    for line in ["", " ", "\t \t", "\r", "\r\r", "\u{3000}"] {
        check(line, "");
    }
}

#[test]
fn line_ends_of_all_kinds() {
    check("Salut\r", "[general] ginette: Salut\n");
    check("Salut\r\r", "[general] ginette: Salut\n");
    check("Sa\rlut", "That line has control characters, and was not taken.\n");
}

#[test]
fn lines_that_are_not_taken() {
    check(b"Salut\xff", "That line is not valid UTF-8, and was not taken.\n");
    check(b"/msg \xc3", "That line is not valid UTF-8, and was not taken.\n");
    check("/msg a\0b", "That line has control characters, and was not taken.\n");
    check("\u{1b}[A", "That line has control characters, and was not taken.\n");
    check("a\u{9b}b", "That line has control characters, and was not taken.\n");
    check("a".repeat(4097), "That line is too long: at most 4096 bytes.\n");
}

#[test]
fn lines_that_are_long_and_taken() {
    let long = "a".repeat(4096);
    check(&long, "Too long: at most 468 bytes.\n");
    check(format!("/nick {}", "é".repeat(2000)), &format!("Not a possible nick: {}\n", "é".repeat(64)));
    check(format!("/{}", "x".repeat(4000)), "Unknown command.\n");
}

#[test]
fn white_space_and_slashes() {
    check("/", "Unknown command.\n");
    check("/ nick", "Unknown command.\n");
    check("//", "[general] ginette: /\n");
    check("///", "[general] ginette: //\n");
    check("/msg    two  spaces ", "[general] ginette: two  spaces\n");
    check("   three before", "[general] ginette:    three before\n");
    check("/me\twaves", "[general] * ginette waves\n");
    check("/msg #", "Usage: /msg [#channel] text\n");
    check("/msg # x", "No such channel: #\n");
    check("/join #", "Not a possible channel name: #\n");
    check("/join", "Usage: /join channel [key]\n");
    check("/join ##", "Joined channel #.\nOn # (1):\n  @ginette\n");
}

#[test]
fn what_turns_the_direction_is_said_and_not_shown() {
    check("a\u{202e}b\u{200b}c", "[general] ginette: ab\u{200b}c\n");
}

#[test]
fn a_byte_order_mark_before_the_first_line_is_skipped() {
    let mut room = Room::new(Language::English);
    let id = room.open();
    room.reads(id);
    room.types(id, "\u{feff}/ping");
    assert_eq!(room.reads(id), "Pong.\n");
    room.types(id, "\u{feff}/ping");
    assert_eq!(room.reads(id), "Choose a nick first: /nick NICK\n", "later it is text");
}

#[test]
fn passwords_are_not_repeated() {
    for line in [
        "/login hunter2",
        "/login hunter2! ginette",
        "/login ginette hunter2",
        "/login ginette hunter2 hunter2",
        "/register ginette hunter2",
        "/register hunter2, ginette",
        "/claim hunter2",
        "/claim hunter2 hunter2",
        "/lgoin ginette hunter2",
        " /login ginette hunter2",
        "/help /login hunter2",
    ] {
        let (mut room, ginette, roger) = room(Language::English);
        room.types(ginette, line);
        let read = room.reads(ginette) + &room.reads(roger);
        assert!(!read.contains("hunter2"), "{line}: {read}");
    }
}

fn is_harmless(written: &str) -> bool {
    let is_whole = written.is_empty() || written.ends_with('\n');
    is_whole && written.chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control())
}

fn any_line() -> impl Strategy<Value = Vec<u8>> {
    const VERBS: &[&str] =
        &["", "/", "//", "/msg ", "/me ", "/topic ", "/join ", "/nick ", "/mode +", "/ban ", "/lang "];
    let text = prop_oneof![any::<Vec<u8>>(), any::<String>().prop_map(String::into_bytes)];
    (prop::sample::select(VERBS), text)
        .prop_map(|(verb, text)| [verb.as_bytes(), &text].concat())
        .prop_map(|line| line.into_iter().filter(|byte| *byte != b'\n').collect())
}

proptest! {
    #[test]
    fn any_lines_are_answered_and_nothing_harmful_is_written(
        lines in prop::collection::vec(any_line(), 1..20),
        french in any::<bool>(),
    ) {
        let language = if french { Language::French } else { Language::English };
        let (mut room, ginette, roger) = room(language);
        let newcomer = room.open();
        room.reads(newcomer);
        for line in lines {
            let is_blank = std::str::from_utf8(&line).is_ok_and(|line| line.trim().is_empty());
            for id in [ginette, newcomer] {
                room.types(id, &line);
                let answer = room.reads(id);
                prop_assert!(is_harmless(&answer), "{answer:?}");
                prop_assert!(is_blank || !answer.is_empty(), "{:?}", String::from_utf8_lossy(&line));
            }
            let seen = room.reads(roger);
            prop_assert!(is_harmless(&seen), "{seen:?}");
        }
    }
}
