//! LIST. Spec: <https://modern.ircdocs.horse/#list-message>

use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::ids::{ChannelId, Millis};
use crate::mask::matches_glob;
use crate::names::{ChannelKey, NameRules};
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Listed, Question, Reply, beyond};
use crate::state::Channel;

crate::args! {
    /// Lists channels, all or those that fit what is asked: patterns and conditions, separated by commas, in one word or in two.
    List { pattern: Option<Word>, conditions: Option<Word> }
}

impl Command for List {
    const NAME: &'static str = "LIST";
    const SLASH: &'static [&'static str] = &["list"];
    const SUMMARY: &'static str = "Lists channels and how many are in them.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#list-message";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 50;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        cx.me()?;
        let asked = [self.pattern, self.conditions];
        let wanted = Wanted::parse(asked.iter().flatten().map(|word| &*word.0), cx.rules(), cx.now);
        let asked = ListAsked { wanted, after: None, found: Vec::new() };
        Ok(Outcome::nothing().ask(Question::List(Box::new(asked))))
    }
}

/// What is still to be looked at for a LIST, which is answered when all has been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAsked {
    wanted: Wanted,
    /// The last that was looked at.
    after: Option<ChannelKey>,
    found: Vec<ChannelId>,
}

/// Looks at the next `max` channels, or at fewer when each is compared with many patterns: the answer, or what is left.
pub(crate) fn slice(cx: &Context<'_>, asked: &ListAsked, max: usize) -> (Option<Reply>, Option<ListAsked>) {
    let Ok(me) = cx.me() else { return (None, None) };
    let sees = |id: &ChannelId| cx.state.channel(*id).filter(|channel| policy::can_see(Some(me), channel));
    let found_max = cx.settings.limits.list_channels;
    let mut rest = asked.clone();
    let mut channels = cx.state.channels_by_key.range(beyond(rest.after.take()));
    let mut last = None;
    for (key, id) in channels.by_ref().take((max / rest.wanted.patterns()).max(1)) {
        last = Some(key);
        rest.found.extend(sees(id).filter(|channel| rest.wanted.includes(channel)).map(|channel| channel.id));
        if rest.found.len() > found_max {
            break;
        }
    }
    let more = rest.found.len() > found_max;
    if !more && channels.next().is_some() {
        return (None, Some(ListAsked { after: last.cloned(), ..rest }));
    }
    let channels = rest.found.iter().take(found_max).filter_map(sees).map(listed).collect();
    (Some(Reply::List { channels, more }), None)
}

fn listed(channel: &Channel) -> Listed {
    Listed {
        channel: channel.name.clone(),
        members: channel.members.len(),
        topic: channel.topic.as_ref().map(|topic| topic.text.clone()),
    }
}

/// What is asked for: one of the patterns, if there are any, and each of the conditions.
/// Spec: <https://modern.ircdocs.horse/#elist-parameter>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wanted {
    patterns: Vec<String>,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    /// Not of this pattern.
    Not(String),
    MoreThan(usize),
    FewerThan(usize),
    CreatedAfter(Millis),
    CreatedBefore(Millis),
    TopicAfter(Millis),
    TopicBefore(Millis),
}

impl Wanted {
    fn parse<'a>(asked: impl Iterator<Item = &'a str>, rules: NameRules, now: Millis) -> Self {
        let mut wanted = Self::default();
        for word in asked.flat_map(|list| list.split(',')).filter(|word| !word.is_empty()) {
            match Condition::parse(word, rules, now) {
                Some(condition) => wanted.conditions.push(condition),
                None => wanted.patterns.push(rules.fold_loosely(word)),
            }
        }
        wanted
    }

    /// How many a channel is compared with at most; at least 1.
    fn patterns(&self) -> usize {
        (self.patterns.len() + self.conditions.len()).max(1)
    }

    fn includes(&self, channel: &Channel) -> bool {
        let key = channel.name.key();
        let fits = |pattern: &String| matches_glob(pattern, key.as_str());
        (self.patterns.is_empty() || self.patterns.iter().any(fits))
            && self.conditions.iter().all(|condition| condition.holds(channel))
    }
}

impl Condition {
    /// Nothing for a word that is a pattern.
    fn parse(word: &str, rules: NameRules, now: Millis) -> Option<Self> {
        let ago = |minutes: &str| {
            let minutes: u64 = minutes.parse().ok()?;
            Some(Millis(now.0.saturating_sub(minutes.saturating_mul(60_000))))
        };
        if let Some(pattern) = word.strip_prefix('!') {
            return Some(Self::Not(rules.fold_loosely(pattern)));
        }
        let upper = word.to_ascii_uppercase();
        let (kind, value) = upper.split_at_checked(2).unwrap_or((&upper, ""));
        match kind {
            // More minutes ago is before.
            "C>" => ago(value).map(Self::CreatedBefore),
            "C<" => ago(value).map(Self::CreatedAfter),
            "T>" => ago(value).map(Self::TopicBefore),
            "T<" => ago(value).map(Self::TopicAfter),
            _ => match upper.strip_prefix('>') {
                Some(value) => value.parse().ok().map(Self::MoreThan),
                None => upper.strip_prefix('<')?.parse().ok().map(Self::FewerThan),
            },
        }
    }

    fn holds(&self, channel: &Channel) -> bool {
        let topic = channel.topic.as_ref().map(|topic| topic.at);
        match self {
            Self::Not(pattern) => !matches_glob(pattern, channel.name.key().as_str()),
            Self::MoreThan(count) => channel.members.len() > *count,
            Self::FewerThan(count) => channel.members.len() < *count,
            Self::CreatedAfter(at) => channel.created > *at,
            Self::CreatedBefore(at) => channel.created < *at,
            Self::TopicAfter(at) => topic.is_some_and(|set| set > *at),
            Self::TopicBefore(at) => topic.is_some_and(|set| set < *at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_and_patterns() {
        let now = Millis(600_000);
        let parse = |word| Condition::parse(word, NameRules::Precis, now);
        assert_eq!(parse(">5"), Some(Condition::MoreThan(5)));
        assert_eq!(parse("<5"), Some(Condition::FewerThan(5)));
        assert_eq!(parse("C<9"), Some(Condition::CreatedAfter(Millis(60_000))));
        assert_eq!(parse("c>9"), Some(Condition::CreatedBefore(Millis(60_000))));
        assert_eq!(parse("T<1"), Some(Condition::TopicAfter(Millis(540_000))));
        assert_eq!(parse("T>99999999999999999"), Some(Condition::TopicBefore(Millis(0))));
        assert_eq!(parse("!#Tea*"), Some(Condition::Not("#tea*".into())));
        for pattern in ["#tea", ">", "<x", "C<", "C", "é", "*"] {
            assert_eq!(parse(pattern), None, "{pattern}");
        }
    }
}
