//! A proxy's header: any bytes are read without a panic. A header that is whole stays the same whatever follows it, and none
//! that is wrong becomes right by what follows.
#![no_main]

use colvert_net::proxy::{HEADER_BYTES_MAX, Header, header};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let read = header(input);
    match &read {
        Header::Whole { bytes, .. } => {
            assert!(*bytes <= input.len() && *bytes <= HEADER_BYTES_MAX);
            assert_eq!(header(&input[..*bytes]), read);
            for end in 0..*bytes {
                assert_eq!(header(&input[..end]), Header::Partial);
            }
        }
        Header::Wrong => assert_eq!(header(&[input, b"\r\n"].concat()), Header::Wrong),
        Header::Partial => assert!(input.len() < HEADER_BYTES_MAX),
    }
});
