//! WebSocket's frames: any bytes are taken apart without a panic, what comes out is never more than what came in, and it
//! is the same however the bytes were cut.
#![no_main]

use colvert_net::websocket::{Decoder, End};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((first, bytes)) = input.split_first() else { return };
    let whole = heard([bytes]);
    let piece = usize::from(*first).max(1);
    let cut = heard(bytes.chunks(piece));
    assert_eq!((&whole.1, whole.2), (&cut.1, cut.2));
    // What is not text is known when a piece of it has come: less of the line that it is in may have been passed on.
    assert!(whole.0 == cut.0 || whole.2 == Some(End::NotUtf8));
});

/// Lines, what was asked back last, how it ended.
fn heard<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Option<Vec<u8>>, Option<End>) {
    let (mut decoder, mut lines, mut pong) = (Decoder::default(), Vec::new(), None);
    for piece in pieces {
        let before = lines.len();
        let end = decoder.decode(piece, &mut lines, &mut pong).err();
        assert!(lines.len() - before <= piece.len() + 1);
        if end.is_some() {
            return (lines, pong, end);
        }
    }
    (lines, pong, None)
}
