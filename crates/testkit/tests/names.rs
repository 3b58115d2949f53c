//! Properties of names, for any text that anybody can type.

mod names {
    pub mod by_the_book;
}

use colvert_core::extban::{self, Extban, Who};
use colvert_core::mask::{MASK_BYTES_MAX, Mask, matches_glob};
use colvert_core::names::{AccountName, CHANNEL_BYTES_MAX, ChannelName, NICK_BYTES_MAX, NameRules, Nick};
use proptest::prelude::*;

use names::by_the_book;

const RULES: [NameRules; 2] = [NameRules::Precis, NameRules::Ascii];

/// What a protocol takes for something else, or a terminal for an order.
const BREAKING: &[char] = &[' ', ',', '\r', '\n', '\0', '*', '?', '\u{7}', '\u{202e}', '\u{200b}'];

/// Text in which names are found often enough: letters of several alphabets, marks, what folds to more than
/// itself, what must not be there.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9_]{1,12}",
        "[a-cA-CᎠ-Ᏽꭰ-ꮿ]{1,10}",
        "[a-zA-Zéèßςİıſﬁ\u{301}\u{345}ǅ٠-٩аеорсух]{1,12}",
        "[\\PC]{0,40}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn folding_again_changes_nothing(text in text()) {
        for rules in RULES {
            let folded = rules.casefold(&text);
            prop_assert_eq!(rules.casefold(&folded), folded);
        }
    }

    #[test]
    fn a_nick_made_again_is_the_same(raw in text()) {
        for rules in RULES {
            let Ok(nick) = Nick::new(&raw, rules) else { continue };
            let again = Nick::new(nick.as_str(), rules).expect("a nick is a nick");
            prop_assert!(again.is(&nick));
            prop_assert_eq!(again.as_str(), nick.as_str());
            let key = nick.key();
            let of_key = Nick::new(key.as_str(), rules);
            prop_assert!(of_key.is_ok_and(|of_key| of_key.is(&nick)), "the key {:?} is another nick", key);
            let account = AccountName::new(&raw, rules).expect("what is a nick is an account");
            prop_assert!(account.as_nick().is(&nick));
        }
    }

    #[test]
    fn names_and_their_keys_are_no_longer_than_they_may_be(raw in text()) {
        for rules in RULES {
            if let Ok(nick) = Nick::new(&raw, rules) {
                prop_assert!((1..=NICK_BYTES_MAX).contains(&nick.as_str().len()));
                prop_assert!((1..=NICK_BYTES_MAX).contains(&nick.key().as_str().len()));
            }
            if let Ok(channel) = ChannelName::new(&format!("#{raw}"), rules) {
                prop_assert!((2..=CHANNEL_BYTES_MAX).contains(&channel.as_str().len()));
                prop_assert!((2..=CHANNEL_BYTES_MAX).contains(&channel.key().as_str().len()));
            }
        }
    }

    #[test]
    fn one_name_has_one_look(raw in text()) {
        for rules in RULES {
            let Ok(nick) = Nick::new(&raw, rules) else { continue };
            let of_key = Nick::new(nick.key().as_str(), rules);
            let look = nick.skeleton(rules);
            prop_assert_eq!(of_key.map(|nick| nick.skeleton(rules)), Ok(look.clone()));
            prop_assert_eq!(nick.as_account().skeleton(rules), look);
        }
    }

    #[test]
    fn a_channel_made_again_is_the_same(raw in text()) {
        for rules in RULES {
            let Ok(channel) = ChannelName::new(&format!("#{raw}"), rules) else { continue };
            let again = ChannelName::new(channel.as_str(), rules).expect("a channel is a channel");
            prop_assert!(again.is(&channel));
            prop_assert_eq!(again.skeleton(rules), channel.skeleton(rules));
            prop_assert_eq!(format!("#{}", channel.bare()), channel.as_str());
        }
    }

    /// What a protocol would take for something else never is in a name.
    #[test]
    fn no_name_breaks_a_line(raw in prop_oneof![any::<String>(), "[a-c！-～　＊？，＃]{1,10}"]) {
        for rules in RULES {
            let nick = Nick::new(&raw, rules).map(|nick| nick.as_str().to_owned());
            let channel = ChannelName::new(&format!("#{raw}"), rules).map(|channel| channel.as_str().to_owned());
            for name in nick.into_iter().chain(channel) {
                prop_assert!(!name.contains(BREAKING), "{:?}", name);
            }
        }
    }

    /// Nor is it in an entry of a list, and what is written there is the same entry when it is given again.
    #[test]
    fn no_entry_breaks_a_line(raw in prop_oneof![any::<String>(), "[arm]?:?[a-c:！-～　￣＊？，＃@!]{1,10}"]) {
        for rules in RULES {
            let Some(entry) = extban::canonical(&raw, rules) else { continue };
            prop_assert!(!entry.as_str().contains([' ', '\r', '\n', '\0']), "{:?}", entry);
            prop_assert!(!entry.as_str().starts_with(':'), "{:?}", entry);
            prop_assert_eq!(extban::canonical(entry.as_str(), rules), Some(entry));
        }
    }

    #[test]
    fn a_mask_of_a_nick_covers_it(raw in text(), host in "[a-z0-9.]{1,20}") {
        for rules in RULES {
            let Ok(nick) = Nick::new(&raw, rules) else { continue };
            let subject = rules.fold_loosely(&format!("{nick}!user@{host}"));
            let mask = Mask::new(nick.as_str(), rules).expect("a nick is a mask");
            prop_assert!(mask.matches(&subject), "{mask:?} and {subject}");
        }
    }

    #[test]
    fn globs_do_as_the_book_says(pattern in "[ab*?é]{0,10}", subject in "[abé]{0,12}") {
        let (p, s): (Vec<_>, Vec<_>) = (pattern.chars().collect(), subject.chars().collect());
        prop_assert_eq!(matches_glob(&pattern, &subject), by_the_book::matches(&p, &s));
    }

    /// Pieces that are longer than a word has bits, which are found where they are.
    #[test]
    fn long_globs_find_what_they_are_made_of(
        pieces in prop::collection::vec("[ab?é€]{40,160}", 1..4),
        around in prop::collection::vec("[abé]{0,9}", 5),
        any in "[abé€𝄞]",
    ) {
        let made = |piece: &String| piece.replace('?', &any);
        let pattern = format!("*{}*", pieces.join("*"));
        let subject: String = pieces.iter().zip(&around).map(|(piece, before)| format!("{before}{}", made(piece))).collect();
        let subject = subject + &around[4];
        prop_assert!(matches_glob(&pattern, &subject), "{} and {}", pattern, subject);
        // One letter less cannot be as long as what is wanted.
        let least = format!("*{}?*", pieces.join("*"));
        let whole: String = pieces.iter().map(made).collect();
        prop_assert!(!matches_glob(&least, &whole), "{} and {}", least, whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// An entry of a channel's list that was understood is understood again, and means the same.
    #[test]
    fn entries_of_lists_have_one_spelling(raw in "([amrtfz]:|mute:|account:|[0-9]{1,3}[hd]?:|#[a-z]{1,3}:|[a-zA-Z*?!@.é:]{1,6}){1,6}") {
        for rules in RULES {
            let Some(mask) = extban::canonical(&raw, rules) else { continue };
            prop_assert!(mask.as_str().len() <= MASK_BYTES_MAX);
            prop_assert_eq!(extban::canonical(mask.as_str(), rules), Some(mask.clone()));
            prop_assert_ne!(Extban::read(&mask).who, Who::Nobody, "{} of {}", mask.as_str(), raw);
        }
    }
}
