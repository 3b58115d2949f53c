//! Which client-only tags pass. Spec: <https://ircv3.net/specs/extensions/message-tags#rpl_isupport-tokens>

use compact_str::CompactString;

use crate::event::Tag;

/// What a client says of its person's typing. Spec: <https://ircv3.net/specs/client-tags/typing>
pub const TYPING: &str = "+typing";

/// The tags that are not passed on, as ISUPPORT `CLIENTTAGDENY` has them: names without `+`, `*` in front for all,
/// and then names behind `-` for those that pass all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeniedTags(Vec<CompactString>);

impl DeniedTags {
    /// Nothing for a list that means nothing.
    pub fn new(list: &[&str]) -> Option<Self> {
        let is_all = list.first() == Some(&"*");
        let names = if is_all { &list[1..] } else { list };
        let is_name = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'/'))
        };
        let fits = |name: &&str| match name.strip_prefix('-') {
            Some(passes) => is_all && is_name(passes),
            None => !is_all && is_name(name),
        };
        names.iter().all(fits).then(|| Self(list.iter().map(|name| (*name).into()).collect()))
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(CompactString::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those of the tags that pass.
    pub fn passing(&self, tags: Vec<Tag>) -> Vec<Tag> {
        tags.into_iter().filter(|tag| self.passes(tag.name.trim_start_matches('+'))).collect()
    }

    fn passes(&self, name: &str) -> bool {
        match self.iter().next() {
            Some("*") => self.iter().any(|listed| listed.strip_prefix('-') == Some(name)),
            _ => !self.iter().any(|listed| listed == name),
        }
    }
}

/// Somebody's reaction to a message, and its end. Spec: <https://ircv3.net/specs/client-tags/react>
const REACTIONS: &[&str] = &["+draft/react", "+draft/unreact"];

/// Whether tags are a reaction: part of what was said, and kept with it.
/// Spec: <https://ircv3.net/specs/extensions/chathistory#chathistory-command>
/// Departs: of what has no words reactions alone are kept and come back, because the rest is of its moment, as typing is.
pub fn is_reaction(tags: &[Tag]) -> bool {
    tags.iter().any(|tag| REACTIONS.contains(&tag.name.as_str()))
}

/// Whether tags say nothing but that somebody is typing: nothing that one looks up later.
pub fn is_typing_only(tags: &[Tag]) -> bool {
    tags.iter().all(|tag| tag.name == TYPING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(denied: &[&str], passing: &[&str]) {
        let tags = ["+typing", "+draft/react", "+x"];
        let tags = tags.map(|name| Tag { name: name.into(), value: "".into() }).to_vec();
        let denied = DeniedTags::new(denied).expect("a list");
        let passed: Vec<_> = denied.passing(tags).into_iter().map(|tag| tag.name).collect();
        assert_eq!(passed, passing, "{denied:?}");
    }

    #[test]
    fn lists_and_exceptions() {
        check(&[], &["+typing", "+draft/react", "+x"]);
        check(&["typing"], &["+draft/react", "+x"]);
        check(&["*"], &[]);
        check(&["*", "-draft/react"], &["+draft/react"]);
    }

    #[test]
    fn lists_that_mean_nothing() {
        for list in [&["typing", "*"][..], &["-typing"], &["*", "typing"], &[""], &["+typing"], &["a b"]] {
            assert_eq!(DeniedTags::new(list), None, "{list:?}");
        }
    }
}
