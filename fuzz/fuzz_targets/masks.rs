//! Masks and entries of lists: made or refused, and matched in bounded time.
#![no_main]

// Also what the property tests go by.
#[path = "../../crates/testkit/tests/names/by_the_book.rs"]
mod by_the_book;

use colvert_core::extban::{self, Extban, Who};
use colvert_core::mask::{MASK_BYTES_MAX, Mask, matches_glob};
use colvert_core::names::NameRules;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (pattern, subject) = input;
    let matches = matches_glob(pattern, subject);
    // Where the definition itself is quick enough.
    if pattern.len() < 10 && subject.len() < 16 {
        let (pattern, subject): (Vec<_>, Vec<_>) = (pattern.chars().collect(), subject.chars().collect());
        assert_eq!(matches, by_the_book::matches(&pattern, &subject));
    }
    if let Some(mask) = Mask::new(pattern, NameRules::Precis) {
        assert!(mask.as_str().len() <= MASK_BYTES_MAX);
        let again = Mask::new(mask.as_str(), NameRules::Precis).expect("a mask's text is a mask");
        assert_eq!(again, mask);
        let _ = mask.matches(subject);
    }
    if let Some(entry) = extban::canonical(pattern, NameRules::Precis) {
        assert!(entry.as_str().len() <= MASK_BYTES_MAX);
        assert_ne!(Extban::read(&entry).who, Who::Nobody);
        assert_eq!(extban::canonical(entry.as_str(), NameRules::Precis), Some(entry));
    }
});
