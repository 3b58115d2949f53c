//! Masks and entries of lists: made or refused, and matched in bounded time.
#![no_main]

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
        assert_eq!(matches, by_the_book(&pattern, &subject));
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

/// The definition of matching, without any thought for how long it takes.
fn by_the_book(pattern: &[char], subject: &[char]) -> bool {
    match (pattern, subject) {
        ([], []) => true,
        (['*', rest @ ..], _) => {
            by_the_book(rest, subject) || (!subject.is_empty() && by_the_book(pattern, &subject[1..]))
        }
        (['?', rest @ ..], [_, others @ ..]) => by_the_book(rest, others),
        ([a, rest @ ..], [b, others @ ..]) if a == b => by_the_book(rest, others),
        _ => false,
    }
}
