//! Names: whatever is typed is refused or becomes a name that folds to itself, within its length.
#![no_main]

use colvert_core::names::{AccountName, CHANNEL_BYTES_MAX, ChannelName, NICK_BYTES_MAX, NameRules, Nick};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    for rules in [NameRules::Precis, NameRules::Ascii] {
        let folded = rules.casefold(raw);
        assert_eq!(rules.casefold(&folded), folded, "folding twice is folding once");
        if let Ok(nick) = Nick::new(raw, rules) {
            assert!(nick.as_str().len() <= NICK_BYTES_MAX && nick.key().as_str().len() <= NICK_BYTES_MAX);
            assert!(!nick.as_str().contains([' ', ',', '!', '@', '\r', '\n', '\0']));
            let again = Nick::new(nick.as_str(), rules).expect("a nick's text is a nick");
            assert!(again.is(&nick));
            let _ = nick.skeleton(rules);
        }
        if let Ok(channel) = ChannelName::new(raw, rules) {
            assert!(channel.as_str().len() <= CHANNEL_BYTES_MAX);
            assert!(!channel.as_str().contains([' ', ',', '\r', '\n', '\0', '\u{7}']));
        }
        let _ = AccountName::new(raw, rules);
    }
});
