//! PLAYBACK: what bouncers play of conversations to clients that say up to when they have read.
//! Spec: <https://wiki.znc.in/Playback>

use std::collections::BTreeSet;

use super::chathistory::{self, Found};
use super::conversations::{self, Showing, Shown};
use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::history_point;
use crate::ids::{Millis, Position};
use crate::mask::matches_glob;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::work::{End, HistoryQuery, Times, With, Work, WorkResult};

crate::args! {
    /// Plays conversations (`play TARGETS [FROM] [TO]`), or lists those that can be played (`list [TARGETS]`).
    Playback { action: Word, targets: Option<Word>, from: Option<Word>, to: Option<Word> }
}

impl Command for Playback {
    const NAME: &'static str = "PLAYBACK";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Plays what was said since a time in your conversations, or lists them.";
    const SPEC: &'static str = "https://wiki.znc.in/Playback";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 100;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let targets = self.targets.map(|word| word.0);
        match self.action.0.to_ascii_uppercase().as_str() {
            "PLAY" => {
                let targets = targets.ok_or(Refusal::NeedMoreParams("targets"))?;
                play(cx, &targets, times(self.from, self.to)?)
            }
            "LIST" => list(cx, targets.as_deref().unwrap_or("*")),
            // Spec: <https://wiki.znc.in/Playback>
            // Departs: CLEAR deletes nothing, because history here is the conversation's and not a buffer of one's own.
            "CLEAR" => Err(Refusal::HistoryStays),
            _ => Err(Refusal::InvalidParam("action", self.action.0)),
        }
    }
}

/// What was said later than the first time, and not later than the second.
fn times(from: Option<Word>, to: Option<Word>) -> Result<Times, Refusal> {
    let time = |name, word: Option<Word>| match word {
        None => Ok(None),
        Some(Word(raw)) => history_point::unix(&raw).map(Some).ok_or(Refusal::InvalidParam(name, raw)),
    };
    let before = time("to", to)?.map(|Millis(to)| Millis(to.saturating_add(1)));
    // From nought on is all that there is.
    let after = time("from", from)?.filter(|from| *from > Millis(0));
    Ok(Times { after, before })
}

fn play(cx: &Context<'_>, targets: &str, times: Times) -> Result<Outcome, Refusal> {
    let Asked { patterns, named, refused } = Asked::read(cx, targets)?;
    let showing = Showing {
        after: Position(0),
        until: cx.state.position,
        times,
        with: conversations::wanted(cx),
        room: cx.settings.limits.playback_lines,
        show: |target, messages| Reply::Played { target, messages },
    };
    let begun = refused.into_iter().fold(Outcome::nothing(), Outcome::refuse);
    if patterns.is_empty() {
        return Ok(showing.of(cx, named, begun));
    }
    let query = conversations::of(cx, cx.me()?, times, showing.room);
    let side = query.side.clone();
    Ok(begun.and(Outcome::wait(Work::Conversations(query), move |cx, result| {
        let found = conversations::named(cx, result, &side)?.into_iter().map(|(it, _)| it);
        let mut all: Vec<_> = found.filter(|it| fits(cx, &patterns, it)).collect();
        // What was named and fits a pattern, too, is played once.
        let others: Vec<_> = named.into_iter().filter(|it| all.iter().all(|own| own.of != it.of)).collect();
        all.extend(others);
        Ok(showing.of(cx, all, Outcome::nothing()))
    })))
}

/// Tells of each conversation when something was first and last said in it.
fn list(cx: &Context<'_>, targets: &str) -> Result<Outcome, Refusal> {
    let patterns = words(cx, targets)?.map(|word| folded(cx, word)).collect::<Vec<_>>();
    let limit = cx.settings.limits.playback_lines;
    let query = conversations::of(cx, cx.me()?, Times::default(), limit);
    let (side, until) = (query.side.clone(), query.until);
    Ok(Outcome::wait(Work::Conversations(query), move |cx, result| {
        let found = conversations::named(cx, result, &side)?;
        let left = found.into_iter().filter(|(it, _)| fits(cx, &patterns, it)).collect();
        Ok(listed(cx, until, left, Outcome::nothing()))
    }))
}

/// Looks up where each begins, from the last of the list on.
fn listed(cx: &Context<'_>, until: Position, mut left: Vec<(Shown, Millis)>, told: Outcome) -> Outcome {
    let Some((Shown { name: target, of, .. }, to)) = left.pop() else { return told };
    let query = HistoryQuery {
        of,
        after: Position(0),
        until,
        with: With::Words,
        as_of: cx.state.position,
        times: Times::default(),
        limit: 1,
        end: End::Oldest,
    };
    told.and(Outcome::wait(Work::History(query), move |cx, result| {
        let first = match &result {
            WorkResult::History(messages) => messages.first().map(|first| first.time),
            _ => None,
        };
        let told = first.map(|from| Reply::Playable { target, from, to });
        Ok(listed(cx, until, left, told.into_iter().fold(Outcome::nothing(), Outcome::reply)))
    }))
}

/// What is to be played.
struct Asked {
    /// Folded, with wildcards.
    patterns: Vec<String>,
    named: Vec<Shown>,
    /// For names that there is nothing of.
    refused: Vec<Refusal>,
}

impl Asked {
    fn read(cx: &Context<'_>, targets: &str) -> Result<Self, Refusal> {
        let mut asked = Self { patterns: Vec::new(), named: Vec::new(), refused: Vec::new() };
        for word in words(cx, targets)? {
            if word.contains(['*', '?']) {
                asked.patterns.push(folded(cx, word));
                continue;
            }
            match chathistory::found(cx, word) {
                Some(Found { name, of, seen, .. }) => asked.named.push(Shown { name, of, seen }),
                None => asked.refused.push(Refusal::NothingToPlay(word.into())),
            }
        }
        // They are played from the last on.
        asked.named.reverse();
        Ok(asked)
    }
}

/// The words of a list, each once, if there are not too many.
fn words<'a>(cx: &Context<'_>, list: &'a str) -> Result<impl Iterator<Item = &'a str>, Refusal> {
    let mut seen = BTreeSet::new();
    let words: Vec<_> =
        list.split(',').filter(|word| !word.is_empty() && seen.insert(folded(cx, word))).collect();
    // Nobody has more channels.
    let max = cx.settings.limits.channels_per_user;
    match words.len() {
        0 => Err(Refusal::InvalidParam("targets", list.into())),
        count if count > max => Err(Refusal::TooManyTargets(max)),
        _ => Ok(words.into_iter()),
    }
}

fn folded(cx: &Context<'_>, word: &str) -> String {
    cx.rules().fold_loosely(word)
}

fn fits(cx: &Context<'_>, patterns: &[String], conversation: &Shown) -> bool {
    let name = folded(cx, &conversation.name);
    patterns.iter().any(|pattern| matches_glob(pattern, &name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_is_left_out_and_to_is_not() {
        let word = |raw: &str| Some(Word(raw.into()));
        let within = times(word("2.5"), word("4")).unwrap();
        let heard: Vec<_> = [2_499, 2_500, 2_501, 4_000, 4_001]
            .into_iter()
            .filter(|at| within.contain(Millis(*at)))
            .collect();
        assert_eq!(heard, [2_501, 4_000]);
        assert!(times(word("0"), None).unwrap().contain(Millis(0)), "from nought on is all");
        assert!(times(word("soon"), None).is_err());
    }
}
