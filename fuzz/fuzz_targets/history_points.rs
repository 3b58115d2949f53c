//! Points in history: whatever is typed is refused or becomes a message or a time that can be written down.
#![no_main]

use colvert_core::history_point::Point;
use colvert_core::ids::{Millis, Position};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    for word in [raw.to_owned(), format!("msgid={raw}"), format!("timestamp={raw}")] {
        match Point::parse(&word) {
            Ok(Point::Message(Position(number)) | Point::Time(Millis(number))) => {
                assert!(i64::try_from(number).is_ok(), "{word}");
            }
            Err(_) => {}
        }
    }
});
