//! Frames of friends and of strangers.

use super::*;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A client's frame; `first` has the opcode and the bits beside it.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    super::frame(first & 0xf, payload, &mut frame);
    frame[0] = first;
    frame[1] |= 0x80;
    let head = frame.len() - payload.len();
    frame.truncate(head);
    frame.extend(MASK);
    frame.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ MASK[at % 4]));
    frame
}

/// What came of bytes: lines as text, what was asked back, how it ended.
fn all(pieces: &[&[u8]]) -> (String, Option<Vec<u8>>, Option<End>) {
    let (mut decoder, mut lines, mut pong) = (Decoder::default(), Vec::new(), None);
    let end = pieces.iter().find_map(|piece| {
        let before = lines.len();
        let end = decoder.decode(piece, &mut lines, &mut pong).err();
        assert!(lines.len() - before <= piece.len() + 1, "what is heard is never more than what was said");
        end
    });
    (String::from_utf8_lossy(&lines).into_owned(), pong, end)
}

fn end(bytes: &[u8]) -> Option<End> {
    all(&[bytes]).2
}

#[test]
fn a_message_is_a_line_however_it_comes_in_pieces() {
    let frames = [
        masked(0x81, "NICK élo".as_bytes()),
        masked(0x01, b"US"),
        masked(0x89, b"are you there"),
        masked(0x80, b"ER a 0 * :A"),
        masked(0x8a, b""),
        masked(0x81, "é".repeat(200).as_bytes()),
    ]
    .concat();
    let expected = format!("NICK élo\nUSER a 0 * :A\n\n{}\n", "é".repeat(200));
    for split in 0..frames.len() {
        let (one, two) = frames.split_at(split);
        let heard = all(&[one, two]);
        assert_eq!(heard, (expected.clone(), Some(b"are you there".to_vec()), None), "split at {split}");
    }
    let bytes: Vec<&[u8]> = frames.chunks(1).collect();
    assert_eq!(all(&bytes).0, expected);
}

#[test]
fn either_kind_of_message_is_a_line() {
    let (text, binary) = (masked(0x81, "é".as_bytes()), masked(0x82, b"a"));
    assert_eq!(all(&[&[text, binary].concat()]), ("é\na\n".to_owned(), None, None));
    // A line that is no UTF-8 is for the door to answer; a text that is none is no text.
    assert_eq!(end(&masked(0x82, b"\xff")), None);
    assert_eq!(end(&masked(0x81, b"\xff")), Some(End::NotUtf8));
}

#[test]
fn text_that_is_none_ends_it_also_where_it_is_cut() {
    assert_eq!(end(&masked(0x81, b"a\xff")), Some(End::NotUtf8));
    assert_eq!(end(&masked(0x81, b"a\xc3")), Some(End::NotUtf8), "half a character at the end");
    let halves = [masked(0x01, b"\xe2\x82"), masked(0x80, b"\xac")].concat();
    assert_eq!(all(&[&halves]).0, "€\n");
    let wrong = [masked(0x01, b"\xe2\x82"), masked(0x80, b"a")].concat();
    assert_eq!(end(&wrong), Some(End::NotUtf8));
}

#[test]
fn a_frame_that_promises_much_ends_it_at_its_head() {
    let gigabyte = [&[0x82, 0xff][..], &(1_u64 << 30).to_be_bytes(), &MASK].concat();
    assert_eq!(end(&gigabyte), Some(End::TooBig));
    let most = [&[0x82, 0xff][..], &u64::MAX.to_be_bytes(), &MASK].concat();
    assert_eq!(end(&most), Some(End::TooBig));
    let pieces = masked(0x00, &[b'x'; 1_000]).repeat(20);
    let endless = [masked(0x01, b""), pieces].concat();
    assert_eq!(end(&endless), Some(End::TooBig));
    let nothing = [masked(0x01, b""), masked(0x00, b"").repeat(10_000)].concat();
    assert_eq!(end(&nothing), Some(End::TooBig), "pieces without an end cost, too");
    let pings = [masked(0x01, b""), masked(0x89, b"").repeat(10_000)].concat();
    assert_eq!(end(&pings), Some(End::TooBig), "and what comes between them");
}

#[test]
fn a_flood_of_pings_costs_as_lines_do_and_is_answered_once() {
    let (lines, pong, end) = all(&[&masked(0x89, b"x").repeat(500)]);
    assert_eq!((lines, pong, end), ("\n".repeat(500), Some(b"x".to_vec()), None));
}

#[test]
fn what_is_not_the_protocol_ends_it() {
    let unmasked = b"\x81\x01a".to_vec();
    let long_ping = masked(0x89, &[b'x'; 126]);
    let cases = [
        ("not masked", unmasked),
        ("a reserved bit: compression was not agreed on", masked(0xc1, b"a")),
        ("an opcode that is none", masked(0x83, b"a")),
        ("a control frame in pieces", masked(0x09, b"a")),
        ("a control frame that is too long", long_ping),
        ("a piece of nothing", masked(0x80, b"a")),
        ("a message within a message", [masked(0x01, b"a"), masked(0x81, b"b")].concat()),
        ("a length that is longer than it has to be", [&[0x81, 0xfe, 0, 1][..], &MASK, b"a"].concat()),
        ("a close of one byte", masked(0x88, b"a")),
        ("a code that is not to be sent", masked(0x88, &1005_u16.to_be_bytes())),
    ];
    for (what, bytes) in cases {
        assert_eq!(end(&bytes), Some(End::Protocol), "{what}");
    }
    let not_text = [&1000_u16.to_be_bytes()[..], b"\xff"].concat();
    assert_eq!(end(&masked(0x88, &not_text)), Some(End::NotUtf8));
}

#[test]
fn a_close_is_heard_with_its_code_and_nothing_after_it() {
    let bytes =
        [masked(0x81, b"QUIT"), masked(0x88, &1001_u16.to_be_bytes()), masked(0x81, b"more")].concat();
    assert_eq!(all(&[&bytes]), ("QUIT\n".to_owned(), None, Some(End::Closed(Some(1001)))));
    assert_eq!(end(&masked(0x88, b"")), Some(End::Closed(None)));
}

#[test]
fn lines_become_frames_of_every_length() {
    for (bytes, head) in [
        (5, vec![0x81, 5]),
        (200, vec![0x81, 126, 0, 200]),
        (70_000, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]),
    ] {
        let mut out = Vec::new();
        line(Messages::Text, &vec![b'x'; bytes], &mut out);
        assert_eq!((&out[..head.len()], out.len()), (&head[..], head.len() + bytes));
    }
    let mut out = Vec::new();
    line(Messages::Text, b"\xff", &mut out);
    assert_eq!(out, ["\u{81}".as_bytes()[1..].to_vec(), vec![3], "\u{fffd}".as_bytes().to_vec()].concat());
}
