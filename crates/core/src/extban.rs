//! Entries of a channel's lists that say more than `nick!user@host`, read in this one place.
//!
//! An entry is read from the left: first what holds for it, each at most once, then who is meant. [`ENTRIES`] says what each part is.
//!
//! So `t:10:m:a:roger` mutes an account for ten minutes. Names work as well as letters: `account:roger`.
//! There is no prefix, as with most of the servers that name mutes `m:`; a list of its own for mutes would need a letter,
//! and `q`, which others use for it, is the owner's. Spec: <https://defs.ircdocs.horse/defs/isupport.html#extban>

use crate::mask::{MASK_BYTES_MAX, Mask, matches_glob};
use crate::names::{AccountKey, ChannelName, NameRules};
use crate::span;

/// Letters and names. ISUPPORT `EXTBAN`, `ACCOUNTEXTBAN`.
pub const KINDS: &[(char, &str)] =
    &[('a', "account"), ('f', "forward"), ('m', "mute"), ('r', "realname"), ('t', "time"), ('z', "tls")];

/// How entries are written, and what they say, in the words of help and of `docs/irc.md`.
pub const ENTRIES: &[(&str, &str)] = &[
    ("`roger!*@*`", "a mask; what is missing is completed"),
    ("`a:roger`, `account:roger`", "who is logged in to that account; `a:*` is everybody who is logged in"),
    ("`r:*free?coins*`, `realname:…`", "by the real name; `?` stands for a space"),
    ("`z:no`, `tls:no`", "who is not connected by TLS; `z:yes` who is"),
    ("`m:…`, `mute:…`", "who is muted may join and read, and not speak (`/mute roger 2h` does it, too)"),
    (
        "`t:10:…`, `time:1d12h:…`",
        "for so many minutes, or a span of time; the server takes it back (`/ban roger 2h` does it, too)",
    ),
    (
        "`f:#lobby:…`, `forward:#lobby:…`",
        "who is banned is sent to another channel, which one has to run as well",
    ),
];

/// The kind that means an account. Spec: <https://ircv3.net/specs/extensions/account-extban>
pub const ACCOUNT: (char, &str) = KINDS[0];

/// Longest time of an entry, in minutes: a year.
const MINUTES_MAX: u32 = 525_600;

/// What an entry says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extban<'a> {
    pub minutes: Option<u32>,
    pub mutes: bool,
    /// The channel to send people to.
    pub forward: Option<&'a str>,
    pub who: Who<'a>,
}

/// Who is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Who<'a> {
    /// Nobody: it cannot be understood.
    #[default]
    Nobody,
    Mask(&'a str),
    Account(&'a str),
    Realname(&'a str),
    /// Who is connected by TLS, or who is not.
    Secure(bool),
}

/// What an entry may keep somebody from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Enter,
    Speak,
}

/// Somebody, as entries are compared with them; all of it folded.
#[derive(Clone, Debug)]
pub struct Subject {
    pub mask: String,
    pub account: Option<String>,
    pub realname: String,
    /// Connected by TLS.
    pub secure: bool,
}

impl Who<'_> {
    pub fn covers(self, subject: &Subject) -> bool {
        match self {
            Self::Nobody => false,
            Self::Mask(pattern) => matches_glob(pattern, &subject.mask),
            Self::Account(pattern) => {
                subject.account.as_ref().is_some_and(|account| matches_glob(pattern, account))
            }
            Self::Secure(secure) => secure == subject.secure,
            Self::Realname(pattern) => matches_glob(pattern, &subject.realname),
        }
    }
}

impl<'a> Extban<'a> {
    /// Reads an entry as [`canonical`] wrote it.
    pub fn read(mask: &'a Mask) -> Self {
        let mut read = Self::default();
        let mut rest = mask.as_str();
        loop {
            let Some((letter, value)) = head(rest) else {
                read.who = Who::Mask(rest);
                return read;
            };
            let inner = value.split_once(':');
            match (letter, inner) {
                ('m', _) => (read.mutes, rest) = (true, value),
                ('t', Some((minutes, inner))) => (read.minutes, rest) = (minutes.parse().ok(), inner),
                ('f', Some((channel, inner))) => (read.forward, rest) = (Some(channel), inner),
                ('a', _) => {
                    read.who = Who::Account(value);
                    return read;
                }
                ('z', _) => {
                    read.who = Who::Secure(value == "yes");
                    return read;
                }
                ('r', _) => {
                    read.who = Who::Realname(value);
                    return read;
                }
                _ => return read,
            }
        }
    }
}

/// The letter that an entry begins with, and what follows it. An address such as `a::1` begins with none.
fn head(text: &str) -> Option<(char, &str)> {
    let (word, value) = text.split_once(':')?;
    let is_named = |(letter, name): &&(char, &str)| {
        word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(letter.encode_utf8(&mut [0; 4]))
    };
    let (letter, _) = KINDS.iter().find(is_named)?;
    (!value.starts_with(':')).then_some((*letter, value))
}

/// The same, also as other servers have it: `~a:roger`, `$a:roger`, `$a`, and `~q:` for who may not speak. Refused is what means
/// something there and nothing here, so that nobody believes in a ban that covers nobody.
fn familiar(text: &str) -> Option<Option<(char, &str)>> {
    // The account, as InspIRCd has it; the small letter is the real name there, too.
    if let Some(account) = text.strip_prefix("R:") {
        return Some(Some(('a', account)));
    }
    let Some(bare) = text.strip_prefix(['~', '$']) else { return Some(head(text)) };
    if let Some(found) = head(bare) {
        return Some(Some(found));
    }
    if let Some(value) = bare.strip_prefix("q:").or_else(|| bare.strip_prefix("quiet:")) {
        return Some(Some(('m', value)));
    }
    if text == "$a" {
        return Some(Some(('a', "*")));
    }
    // Users may begin with `~`: `~roger@*` is a mask.
    let is_mask =
        text.starts_with('~') && bare.find([':', '@', '!']).is_none_or(|at| bare.as_bytes()[at] != b':');
    is_mask.then_some(None)
}

/// The one spelling of an entry: letters, minutes, folded names, whole masks. Nothing for what is none.
pub fn canonical(raw: &str, names: NameRules) -> Option<Mask> {
    let mut written = String::new();
    let mut rest = raw;
    let mut seen = Vec::new();
    while let Some((letter, value)) = familiar(rest)? {
        if seen.contains(&letter) || raw.chars().any(|c| c.is_control() || c == ' ') {
            return None;
        }
        seen.push(letter);
        written.push(letter);
        written.push(':');
        match letter {
            'm' => rest = value,
            't' => {
                let (time, inner) = value.split_once(':')?;
                written.push_str(&minutes(time)?.to_string());
                written.push(':');
                rest = inner;
            }
            'f' => {
                let (channel, inner) = value.split_once(':')?;
                written.push_str(ChannelName::new(channel, names).ok()?.key().as_str());
                written.push(':');
                rest = inner;
            }
            'z' => {
                let known = ["yes", "no"].into_iter().find(|word| word.eq_ignore_ascii_case(value))?;
                written.push_str(known);
                return Some(Mask::of_folded(&written));
            }
            _ => {
                // Some signs fold to a space, which an entry of a list cannot have; this covers one.
                let value = names.fold_loosely(value).replace(' ', "?");
                written.push_str(&value);
                // `a::` is an address, however its colons are written.
                let is_value = !value.is_empty() && !value.starts_with(':');
                let fits = is_value && written.len() <= MASK_BYTES_MAX;
                return fits.then(|| Mask::of_folded(&written));
            }
        }
    }
    let mask = Mask::new(rest, names)?;
    // Wide letters can fold to what would be read as an entry of another kind.
    if familiar(mask.as_str())?.is_some() {
        return None;
    }
    written.push_str(mask.as_str());
    (written.len() <= MASK_BYTES_MAX).then(|| Mask::of_folded(&written))
}

/// The entry of an account that is called otherwise now, for as many minutes; nothing for one of anybody else.
pub fn renamed(
    entry: &Mask,
    (from, to): (&AccountKey, &AccountKey),
    minutes: Option<u32>,
    names: NameRules,
) -> Option<Mask> {
    let read = Extban::read(entry);
    if read.who != Who::Account(from.as_str()) {
        return None;
    }
    let time = minutes.map(|minutes| format!("t:{minutes}:")).unwrap_or_default();
    let mutes = if read.mutes { "m:" } else { "" };
    let forward = read.forward.map(|channel| format!("f:{channel}:")).unwrap_or_default();
    canonical(&format!("{time}{mutes}{forward}a:{}", to.as_str()), names)
}

/// A time in minutes: `90`, `2h`, `1d12h`.
pub fn minutes(word: &str) -> Option<u32> {
    match word.parse::<u32>() {
        Ok(minutes) => (1..=MINUTES_MAX).contains(&minutes).then_some(minutes),
        Err(_) => span::parse_s(word).and_then(minutes_of),
    }
}

/// So many seconds in minutes, of which a begun one counts. Nothing: longer than a year.
pub fn minutes_of(seconds: u64) -> Option<u32> {
    u32::try_from(seconds.div_ceil(60)).ok().filter(|minutes| *minutes <= MINUTES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(raw: &str) -> Option<String> {
        canonical(raw, NameRules::Precis).map(|mask| mask.as_str().to_owned())
    }

    #[test]
    fn each_entry_has_one_spelling() {
        for (raw, expected) in [
            ("Bob", Some("bob!*@*")),
            ("a:Roger", Some("a:roger")),
            ("~a:Roger", Some("a:roger")),
            ("$a:Roger", Some("a:roger")),
            ("$a", Some("a:*")),
            ("R:Roger", Some("a:roger")),
            ("r:Roger", Some("r:roger")),
            ("~q:Bob", Some("m:bob!*@*")),
            ("~t:1h30m:~account:Roger", Some("t:90:a:roger")),
            ("~bob@*", Some("*!~bob@*")),
            ("~bob!*@*", Some("~bob!*@*")),
            ("~u:bob", None),
            ("$x:bob", None),
            ("$~a", None),
            ("account:Roger", Some("a:roger")),
            ("Mute:Bob", Some("m:bob!*@*")),
            ("t:2h:m:a:roger", Some("t:120:m:a:roger")),
            ("m:t:1d:bob!*@*", Some("m:t:1440:bob!*@*")),
            ("f:#Other:10.0.0.*", Some("f:#other:*!*@10.0.0.*")),
            ("r:*Free?Coins*", Some("r:*free?coins*")),
            ("a::1", Some("*!*@a::1")),
            ("fe80::1", Some("*!*@fe80::1")),
            ("tls:NO", Some("z:no")),
            ("z:maybe", None),
            ("F:!", None),
            ("m:m:bob", None),
            ("t:0:bob", None),
            ("t:bob", None),
            ("t:10:", None),
            ("f:other:bob", None),
            ("a:", None),
            ("m:", None),
        ] {
            assert_eq!(spelt(raw).as_deref(), expected, "{raw}");
        }
        let long = format!("m:{}", "a".repeat(MASK_BYTES_MAX));
        assert_eq!(spelt(&long), None);
    }

    #[test]
    fn what_was_spelt_is_read_again() {
        let mask = canonical("t:10:f:#b:m:account:Roger", NameRules::Precis).expect("an entry");
        let read = Extban::read(&mask);
        let expected =
            Extban { minutes: Some(10), mutes: true, forward: Some("#b"), who: Who::Account("roger") };
        assert_eq!(read, expected);
        assert_eq!(canonical(mask.as_str(), NameRules::Precis), Some(mask));
    }

    #[test]
    fn who_is_meant() {
        let subject = Subject {
            mask: "bob!b@10.0.0.1".to_owned(),
            account: Some("roger".to_owned()),
            realname: "free coins".to_owned(),
            secure: true,
        };
        let covers = |raw| {
            let mask = canonical(raw, NameRules::Precis).expect("an entry");
            Extban::read(&mask).who.covers(&subject)
        };
        for (raw, expected) in [
            ("z:yes", true),
            ("z:no", false),
            ("bob", true),
            ("a:roger", true),
            ("a:bob", false),
            ("a:*", true),
            ("r:free?c*", true),
        ] {
            assert_eq!(covers(raw), expected, "{raw}");
        }
        let guest = Subject { account: None, ..subject.clone() };
        assert!(!Who::Account("*").covers(&guest));
    }
}
