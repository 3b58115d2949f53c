use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn header(first: u64) -> Header {
    Header {
        log_id: LogId(7),
        generation: 3,
        first: Position(first),
        created: Millis(9),
        durability: Durability::Relaxed,
    }
}

fn encoded(frame: Frame<'_>, seed: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame.encode(seed, &mut bytes);
    bytes
}

#[test]
fn a_header_says_what_it_was_told() {
    let bytes = header(5).encode();
    assert_eq!(Header::decode(&bytes), Ok(header(5)));
    for at in 0..HEADER_BYTES {
        let mut damaged = bytes;
        damaged[at] ^= 1;
        assert_eq!(Header::decode(&damaged), Err(Damage::Header), "byte {at}");
    }
    assert_eq!(Header::decode(&bytes[..HEADER_BYTES - 1]), Err(Damage::Header));
    assert_eq!(Header::decode(&[0; HEADER_BYTES]), Err(Damage::Header));
}

#[test]
fn another_version_is_named_and_is_no_damage() {
    let mut bytes = header(5).encode();
    bytes[8..12].copy_from_slice(&7_u32.to_le_bytes());
    assert_eq!(Header::decode(&bytes), Err(Damage::Header), "a header that was changed");
    let crc = crc32c::crc32c(&bytes[..HEADER_CRC.start]);
    bytes[HEADER_CRC].copy_from_slice(&crc.to_le_bytes());
    assert_eq!(Header::decode(&bytes), Err(Damage::Version(7)));
    assert_eq!(Damage::Version(7).to_string(), "it has format version 7; this program reads version 1");
}

#[test]
fn a_frame_is_valid_in_its_own_segment_only() {
    let entry = Entry { first: Position(5), count: 1, bytes: b"hello" };
    let bytes = encoded(Frame { synced: 64, entry, goes_on: false }, header(5).seed());
    assert!(matches!(find(header(5).seed(), &bytes), Found::Frame(_)));
    assert_eq!(find(header(6).seed(), &bytes), Found::Invalid);
    assert_eq!(find(Header { log_id: LogId(8), ..header(5) }.seed(), &bytes), Found::Invalid);
    assert_eq!(find(Header { generation: 4, ..header(5) }.seed(), &bytes), Found::Invalid);
}

#[test]
fn zeroes_end_a_segment() {
    assert_eq!(find(1, &[0; 4]), Found::End);
    assert_eq!(find(1, &[0; 3]), Found::Incomplete);
    assert_eq!(find(1, &[1, 0, 0, 0]), Found::Invalid);
    assert_eq!(find(1, &[0, 0, 0, 1]), Found::Invalid);
}

#[test]
fn a_segment_is_named_after_its_first_position() {
    assert_eq!(file_name(Position(42)), "log-00000000000000000042.seg");
    assert_eq!(first_of("log-00000000000000000042.seg"), Some(Position(42)));
    for name in ["log-42.seg", SPARE, "log-+0000000000000000042.seg", "log-00000000000000000042.seg.tmp", ""]
    {
        assert_eq!(first_of(name), None, "{name}");
    }
}

proptest! {
    #[test]
    fn a_frame_says_what_it_was_told(
        seed: u32,
        synced: u32,
        first in 1..u64::MAX / 2,
        count in 1u32..1 << 31,
        goes_on: bool,
        payload in vec(any::<u8>(), 0..300),
        behind in vec(any::<u8>(), 0..50),
    ) {
        let entry = Entry { first: Position(first), count, bytes: &payload };
        let frame = Frame { synced, entry, goes_on };
        let mut bytes = encoded(frame, seed);
        prop_assert_eq!(bytes.len(), frame.frame_bytes());
        bytes.extend(&behind);
        prop_assert_eq!(find(seed, &bytes), Found::Frame(frame));
        for len in 0..frame.frame_bytes() {
            prop_assert_eq!(find(seed, &bytes[..len]), Found::Incomplete);
        }
    }

    #[test]
    fn a_damaged_frame_is_no_frame(payload in vec(any::<u8>(), 0..100), at: prop::sample::Index, mask in 1u8..) {
        let entry = Entry { first: Position(1), count: 1, bytes: &payload };
        let mut bytes = encoded(Frame { synced: 64, entry, goes_on: false }, 1);
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        prop_assert!(!matches!(find(1, &bytes), Found::Frame(_)));
    }

    #[test]
    fn any_bytes_can_be_looked_at(bytes in vec(any::<u8>(), 0..200), seed: u32) {
        prop_assert!(!matches!(find(seed, &bytes), Found::Frame(_)));
        prop_assert_eq!(Header::decode(&bytes), Err(Damage::Header));
    }
}
