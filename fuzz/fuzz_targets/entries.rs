//! Entries: any bytes are refused or decode to an entry that encodes to itself again.
#![no_main]

use colvert_core::event::Entry;
use colvert_core::state::State;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = Entry::from_bytes(bytes) {
        let again = Entry::from_bytes(&entry.to_bytes()).expect("what was encoded decodes");
        assert_eq!(again, entry);
    }
    let _ = State::from_bytes(bytes);
});
