//! Modes as letters and parameters.

use colvert_core::modes::{ModeChange, UserFlag};
use colvert_core::reply::ChannelModes;

/// Most parameters of changes in one line: 15, less the channel and the letters.
const PARAMS_MAX: usize = 13;

/// `+` or `-`.
pub fn sign(on: bool) -> char {
    if on { '+' } else { '-' }
}

/// Whose connection reads the server's notices. It is nobody's flag: another connection of theirs may read none.
const READS_NOTICES: char = 's';

/// The letters of all modes that people have.
pub fn of_users() -> String {
    let mut letters: Vec<char> =
        UserFlag::ALL.iter().map(|(_, letter)| *letter).chain([READS_NOTICES]).collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// The modes that somebody has: `+iw`.
pub fn held_by_user(flags: &[UserFlag], reads_notices: bool) -> String {
    let letters = flags.iter().map(|flag| flag.letter()).chain(reads_notices.then_some(READS_NOTICES));
    std::iter::once('+').chain(letters).collect()
}

/// The letter of a change, whether it is set, and its parameter.
/// Spec: <https://modern.ircdocs.horse/#channel-mode> (of type B always with one)
fn spelt(change: &ModeChange) -> (bool, char, Option<String>) {
    match change {
        ModeChange::Flag { on, flag } => (*on, flag.letter(), None),
        ModeChange::Key { key: Some(key) } => (true, 'k', Some(key.as_str().to_owned())),
        ModeChange::Key { key: None } => (false, 'k', Some("*".to_owned())),
        ModeChange::Limit { members: Some(members) } => (true, 'l', Some(members.to_string())),
        ModeChange::Limit { members: None } => (false, 'l', None),
        ModeChange::Status { on, status, nick, .. } => (*on, status.letter(), Some(nick.as_str().to_owned())),
        ModeChange::List { on, list, mask } => (*on, list.letter(), Some(mask.as_str().to_owned())),
        ModeChange::Forward { to } => (to.is_some(), 'f', to.as_ref().map(ToString::to_string)),
        ModeChange::Pace { pace } => (pace.is_some(), 'F', pace.map(|pace| pace.to_string())),
        ModeChange::JoinRate { rate } => (rate.is_some(), 'j', rate.map(|rate| rate.to_string())),
    }
}

/// The letter of a change, and how it is typed: `+l 5`.
pub fn one(change: &ModeChange) -> (char, String) {
    let (on, letter, param) = spelt(change);
    let param = param.map(|param| format!(" {param}")).unwrap_or_default();
    (letter, format!("{}{letter}{param}", sign(on)))
}

/// Letters and parameters of changes, in as many lines of `room` bytes as they take.
pub fn changed(changes: &[ModeChange], room: usize) -> Vec<(String, Vec<String>)> {
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    let (mut used, mut last_sign) = (0, None);
    for change in changes {
        let (on, letter, param) = spelt(change);
        let needed = "+x ".len() + param.as_ref().map_or(0, |param| param.len() + 1);
        let fits = lines.last().is_some_and(|(_, params)| params.len() < PARAMS_MAX) && used + needed <= room;
        if !fits {
            lines.push(Default::default());
            (used, last_sign) = (0, None);
        }
        let (letters, params) = lines.last_mut().expect("one was just pushed");
        if last_sign != Some(on) {
            letters.push(sign(on));
            last_sign = Some(on);
        }
        letters.push(letter);
        params.extend(param);
        used += needed;
    }
    lines
}

/// The modes that a channel has.
pub fn held(modes: &ChannelModes) -> (String, Vec<String>) {
    let mut letters = String::from("+");
    let mut params = Vec::new();
    letters.extend(modes.flags.iter().map(|flag| flag.letter()));
    if let Some(key) = &modes.key {
        letters.push('k');
        // Who is not a member sees that there is a key.
        params.push(if key.is_empty() { "*".to_owned() } else { key.to_string() });
    }
    if let Some(limit) = modes.limit {
        letters.push('l');
        params.push(limit.to_string());
    }
    for (_, letter, param) in modes.others.iter().map(spelt) {
        letters.push(letter);
        params.extend(param);
    }
    (letters, params)
}

#[cfg(test)]
mod tests {
    use colvert_core::mask::Mask;
    use colvert_core::modes::{Flag, Key, ListMode, Rate};
    use colvert_core::names::NameRules;

    use super::*;

    #[test]
    fn signs_are_written_when_they_change() {
        let changes = [
            ModeChange::Flag { on: true, flag: Flag::Moderated },
            ModeChange::Key { key: Key::new("sesame") },
            ModeChange::Limit { members: None },
            ModeChange::Key { key: None },
            ModeChange::Limit { members: Some(5) },
        ];
        let lines = changed(&changes, 400);
        let params = ["sesame", "*", "5"].map(str::to_owned).to_vec();
        assert_eq!(lines, [("+mk-lk+l".to_owned(), params)]);
    }

    #[test]
    fn long_changes_take_more_lines() {
        let mask = |n| Mask::new(&format!("{}{n}", "a".repeat(100)), NameRules::Ascii).expect("a mask");
        let changes: Vec<_> =
            (0..20).map(|n| ModeChange::List { on: true, list: ListMode::Ban, mask: mask(n) }).collect();
        let lines = changed(&changes, 400);
        assert!(lines.len() > 1);
        assert_eq!(lines.iter().map(|(_, params)| params.len()).sum::<usize>(), 20);
        for (letters, params) in &lines {
            assert!(letters.starts_with("+b") && letters.len() == params.len() + 1);
            assert!(letters.len() + 1 + params.iter().map(|param| param.len() + 1).sum::<usize>() <= 400);
        }
    }

    #[test]
    fn a_hidden_key_is_seen_to_be_there() {
        let others = vec![ModeChange::JoinRate { rate: Rate::parse("2:5") }];
        let modes = ChannelModes { flags: vec![Flag::Secret], key: Some("".into()), limit: Some(3), others };
        let params = ["*", "3", "2:5"].map(str::to_owned).to_vec();
        assert_eq!(held(&modes), ("+sklj".to_owned(), params));
    }
}
