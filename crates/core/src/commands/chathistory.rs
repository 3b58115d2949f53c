//! CHATHISTORY: pieces of conversations, by message or by time.
//! Spec: <https://ircv3.net/specs/extensions/chathistory>

use compact_str::CompactString;

use crate::command::{ChannelRef, Command, Context, LogClass, Outcome, Somebody, Word};
use crate::conversation::{Conversation, Side};
use crate::history_point::{BadPoint, Point};
use crate::ids::{Millis, Position};
use crate::names::Nick;
use crate::policy;
use crate::refusal::{Refusal, Unanswered};
use crate::reply::Reply;
use crate::work::{ConversationsQuery, End, HistoryQuery, Times, With, Work, WorkResult};

use super::conversations::{self, as_now};
use super::history::Place;

crate::args! {
    /// Shows a piece of a conversation: the four words are of the kind that the first says.
    Chathistory {
        subcommand: Word,
        target: Option<Word>,
        from: Option<Word>,
        to: Option<Word>,
        limit: Option<Word>
    }
}

crate::args! {
    /// Shows a piece of a conversation, how people reacted, and what else happened there.
    ChathistoryWithEvents {
        subcommand: Word,
        target: Option<Word>,
        from: Option<Word>,
        to: Option<Word>,
        limit: Option<Word>
    }
}

/// Spec: <https://ircv3.net/specs/extensions/chathistory#chathistory-command> (for clients with `draft/event-playback`)
impl Command for ChathistoryWithEvents {
    const NAME: &'static str = "CHATHISTORY-WITH-EVENTS";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = Chathistory::SUMMARY;
    const SPEC: &'static str = Chathistory::SPEC;
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = Chathistory::COST;
    const COST_LARGE: u32 = Chathistory::COST_LARGE;

    fn is_large(&self) -> bool {
        is_of_all(&self.subcommand)
    }

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let Self { subcommand, target, from, to, limit } = self;
        answered(cx, Chathistory { subcommand, target, from, to, limit }, With::Events)
    }
}

impl Command for Chathistory {
    const NAME: &'static str = "CHATHISTORY";
    const SLASH: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Shows a piece of a conversation, or lists your conversations.";
    const SPEC: &'static str = "https://ircv3.net/specs/extensions/chathistory";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 5;
    const COST_LARGE: u32 = 50;

    fn is_large(&self) -> bool {
        is_of_all(&self.subcommand)
    }

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        answered(cx, self, With::Words)
    }
}

/// Whether all conversations are looked through.
fn is_of_all(subcommand: &Word) -> bool {
    subcommand.0.eq_ignore_ascii_case("TARGETS")
}

fn answered(cx: &Context<'_>, question: Chathistory, with: With) -> Result<Outcome, Refusal> {
    let asked = Asked { with, kind: question.subcommand.0.to_ascii_uppercase(), target: None };
    let words: Vec<_> =
        [question.target, question.from, question.to, question.limit].into_iter().flatten().collect();
    let words: Vec<_> = words.iter().map(|word| word.0.as_str()).collect();
    let kind = Kind::ALL.iter().find(|(name, _)| *name == asked.kind).map(|(_, kind)| *kind);
    let kind = kind.ok_or_else(|| asked.no(Unanswered::UnknownKind))?;
    match (kind, words.as_slice()) {
        (Kind::Targets, [from, to, limit]) => targets(cx, asked, [from, to], limit),
        (Kind::Between, [target, from, to, limit]) => {
            let asked = asked.about(target);
            let (from, to) = (asked.point(from)?, asked.point(to)?);
            let limit = asked.limit(cx, limit)?;
            between(asked.excerpt(cx, limit)?, from, to)
        }
        (Kind::Latest, [target, "*", limit]) => {
            let asked = asked.about(target);
            let limit = asked.limit(cx, limit)?;
            asked.excerpt(cx, limit)?.show()
        }
        (Kind::Latest | Kind::Before | Kind::After | Kind::Around, [target, point, limit]) => {
            let asked = asked.about(target);
            let point = asked.point(point)?;
            let limit = asked.limit(cx, limit)?;
            at(kind, asked.excerpt(cx, limit)?, point)
        }
        _ => Err(asked.no(Unanswered::BadParameters)),
    }
}

/// The kinds of questions.
/// Spec: <https://ircv3.net/specs/extensions/chathistory#subcommands>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Before,
    After,
    Latest,
    Around,
    Between,
    Targets,
}

impl Kind {
    const ALL: [(&'static str, Self); 6] = [
        ("BEFORE", Self::Before),
        ("AFTER", Self::After),
        ("LATEST", Self::Latest),
        ("AROUND", Self::Around),
        ("BETWEEN", Self::Between),
        ("TARGETS", Self::Targets),
    ];
}

/// What is asked, as it was typed: refusals name it.
/// Spec: <https://ircv3.net/specs/extensions/chathistory#errors-and-warnings>
#[derive(Clone, Debug)]
struct Asked {
    with: With,
    kind: CompactString,
    target: Option<CompactString>,
}

impl Asked {
    fn about(self, target: &str) -> Self {
        Self { target: Some(target.into()), ..self }
    }

    fn no(&self, why: Unanswered) -> Refusal {
        let context = [&self.kind].into_iter().chain(&self.target).cloned();
        Refusal::Unanswered(why, context.collect())
    }

    /// One of the words, which stands in the refusal where the conversation would.
    fn not_understood(&self, word: &str) -> Refusal {
        Refusal::Unanswered(Unanswered::BadParameters, vec![self.kind.clone(), word.into()])
    }

    fn point(&self, word: &str) -> Result<Point, Refusal> {
        Point::parse(word).map_err(|bad| match bad {
            BadPoint::Type => self.no(Unanswered::BadReference),
            BadPoint::Value => self.not_understood(word),
        })
    }

    /// How many are shown: as many as were asked for, at most as many as the server shows.
    fn limit(&self, cx: &Context<'_>, word: &str) -> Result<usize, Refusal> {
        let limit = word.parse().ok().filter(|limit| *limit > 0);
        let limit: usize = limit.ok_or_else(|| self.not_understood(word))?;
        Ok(limit.min(cx.settings.limits.history_messages))
    }

    /// The newest of the conversation that is asked for, if it is the asker's to read.
    fn excerpt(self, cx: &Context<'_>, limit: usize) -> Result<Excerpt, Refusal> {
        let raw = self.target.clone().unwrap_or_default();
        // One answer to all that is not there for the asker, whatever the reason.
        // Spec: <https://ircv3.net/specs/extensions/chathistory#security-considerations>
        // Who is not on a channel, but may join it, is answered, too: they could read as much by joining.
        let Found { name, of, seen } =
            found(cx, &raw).ok_or_else(|| self.no(Unanswered::NoSuchConversation))?;
        let with = policy::shown_of(cx, &of, self.with);
        let query = HistoryQuery {
            of,
            after: Position(0),
            until: cx.state.position,
            with,
            as_of: cx.state.position,
            times: Times::default(),
            limit,
            end: End::Newest,
        };
        Ok(Excerpt { query, seen, asked: self.about(&name) })
    }
}

/// A conversation that may be read.
pub(super) struct Found {
    /// What the answer calls it.
    pub name: CompactString,
    pub of: Conversation,
    /// The asker may know that it is there.
    pub seen: bool,
}

/// The conversation of that name, if it is the asker's to read.
pub(super) fn found(cx: &Context<'_>, raw: &str) -> Option<Found> {
    if raw.starts_with('#') { channel(cx, raw) } else { somebody(cx, raw) }
}

fn channel(cx: &Context<'_>, raw: &str) -> Option<Found> {
    let place = Place::channel(cx, &ChannelRef::new(raw, cx.rules())).ok()?;
    let name = place.name().as_str().into();
    Some(Found { name, of: place.conversation(), seen: place.seen })
}

/// What was said between the asker and somebody who is here, or has an account.
///
/// Departs: the answer to CHATHISTORY calls people as they were asked for, because that is the window that the client
/// waits for; only the names of channels are as they are written there.
/// Spec: <https://ircv3.net/specs/extensions/chathistory#chathistory-command>
fn somebody(cx: &Context<'_>, raw: &str) -> Option<Found> {
    let me = cx.me().ok()?;
    let nick = Nick::new(raw, cx.rules()).ok()?;
    let here = cx.somebody(&Somebody { key: Some(nick.key()), raw: raw.into() }).ok();
    let side = match here {
        Some(user) => Side::of(&user.source),
        None => {
            let account = nick.as_account().key();
            cx.state.accounts.contains_key(&account).then_some(Side::Account(account))?
        }
    };
    let of = Conversation::private(Side::of(&me.source), side);
    Some(Found { name: raw.into(), of, seen: true })
}

/// A piece of a conversation that is looked up.
struct Excerpt {
    asked: Asked,
    query: HistoryQuery,
    /// The asker may know that the conversation is there.
    seen: bool,
}

impl Excerpt {
    fn after(mut self, point: Point) -> Self {
        match point {
            Point::Message(position) => self.query.after = position,
            Point::Time(time) => self.query.times.after = Some(time),
        }
        self
    }

    fn before(mut self, point: Point) -> Self {
        match point {
            Point::Message(Position(position)) => {
                self.query.until = self.query.until.min(Position(position.saturating_sub(1)));
            }
            Point::Time(time) => self.query.times.before = Some(time),
        }
        self
    }

    fn end(mut self, end: End) -> Self {
        self.query.end = end;
        self
    }

    fn show(self) -> Result<Outcome, Refusal> {
        let Self { asked, query, seen } = self;
        Ok(Outcome::wait(Work::History(query), move |cx, result| {
            let messages = asked.found(result)?;
            asked.shown(cx, messages, seen)
        }))
    }
}

type Messages = Vec<std::sync::Arc<crate::event::Record>>;

impl Asked {
    fn found(&self, result: WorkResult) -> Result<Messages, Refusal> {
        match result {
            WorkResult::History(messages) => Ok(messages),
            _ => Err(self.no(Unanswered::Failed)),
        }
    }

    fn shown(self, cx: &Context<'_>, messages: Messages, seen: bool) -> Result<Outcome, Refusal> {
        if messages.is_empty() && !seen {
            return Err(self.no(Unanswered::NoSuchConversation));
        }
        let target = self.target.unwrap_or_default();
        let messages = as_now(cx, &target, messages);
        Ok(Outcome::nothing().reply(Reply::Excerpt { target, messages }))
    }
}

/// Before, after or around a point, or from it to the newest.
fn at(kind: Kind, excerpt: Excerpt, point: Point) -> Result<Outcome, Refusal> {
    match kind {
        Kind::Before => excerpt.before(point).show(),
        Kind::After => excerpt.after(point).end(End::Oldest).show(),
        Kind::Around => around(excerpt, point),
        Kind::Latest | Kind::Between | Kind::Targets => excerpt.after(point).show(),
    }
}

/// The point itself and half of the rest before it, and the other half after it; where one side has less, the other has more.
fn around(excerpt: Excerpt, point: Point) -> Result<Outcome, Refusal> {
    let Excerpt { asked, query, seen } = excerpt;
    let limit = query.limit;
    let after = Excerpt { asked: asked.clone(), query: query.clone(), seen }.after(point).end(End::Oldest);
    let next = match point {
        Point::Message(position) => Point::Message(position.plus(1)),
        Point::Time(Millis(time)) => Point::Time(Millis(time.saturating_add(1))),
    };
    let up_to = Excerpt { asked, query, seen }.before(next);
    let asked = up_to.asked;
    Ok(Outcome::wait(Work::History(up_to.query), move |_, result| {
        let mut earlier = asked.found(result)?;
        let half = limit / 2 + 1;
        let query = HistoryQuery { limit: limit.saturating_sub(half.min(earlier.len())), ..after.query };
        Ok(Outcome::wait(Work::History(query), move |cx, result| {
            let later = asked.found(result)?;
            let room = limit.saturating_sub(later.len());
            let mut messages = earlier.split_off(earlier.len().saturating_sub(room));
            messages.extend(later);
            asked.shown(cx, messages, seen)
        }))
    }))
}

/// What is between two points, from the first one on, whichever of them is the later.
fn between(excerpt: Excerpt, from: Point, to: Point) -> Result<Outcome, Refusal> {
    let is_backwards = match (from, to) {
        (Point::Message(from), Point::Message(to)) => Some(from > to),
        (Point::Time(from), Point::Time(to)) => Some(from > to),
        // Which of a message and a time is the later is not known before it is looked up.
        _ => None,
    };
    let Excerpt { asked, query, seen } = excerpt;
    let backwards = Excerpt { asked: asked.clone(), query: query.clone(), seen }.after(to).before(from);
    let forwards = Excerpt { asked, query, seen }.after(from).before(to).end(End::Oldest);
    match is_backwards {
        Some(true) => backwards.show(),
        Some(false) => forwards.show(),
        None => Ok(Outcome::wait(Work::History(forwards.query), move |cx, result| {
            match forwards.asked.found(result)? {
                none if none.is_empty() => backwards.show(),
                messages => forwards.asked.shown(cx, messages, seen),
            }
        })),
    }
}

/// The asker's conversations in which something was last said between two times.
/// Spec: <https://ircv3.net/specs/extensions/chathistory#targets>
fn targets(cx: &Context<'_>, asked: Asked, times: [&str; 2], limit: &str) -> Result<Outcome, Refusal> {
    let me = cx.me()?;
    let limit = asked.limit(cx, limit)?;
    let time = |word: &str| match asked.point(word)? {
        Point::Time(time) => Ok(time),
        Point::Message(_) => Err(asked.no(Unanswered::BadReference)),
    };
    let (from, to) = (time(times[0])?, time(times[1])?);
    let (after, before, end) = if from <= to { (from, to, End::Oldest) } else { (to, from, End::Newest) };
    let times = Times { after: Some(after), before: Some(before) };
    let query = ConversationsQuery { end, ..conversations::of(cx, me, times, limit) };
    let side = query.side.clone();
    Ok(Outcome::wait(Work::Conversations(query), move |cx, result| {
        let found = conversations::named(cx, result, &side).map_err(|_| asked.no(Unanswered::Failed))?;
        let named = found.into_iter().map(|(it, at)| (it.name, at));
        Ok(Outcome::nothing().reply(Reply::Conversations(named.collect())))
    }))
}

/// What the asker finds a conversation by. Nothing when there is no such channel or person any more.
pub(super) fn name(cx: &Context<'_>, conversation: &Conversation, mine: &Side) -> Option<CompactString> {
    match conversation {
        Conversation::Channel(key) => Some(cx.state.channel_by_key(key)?.name.as_str().into()),
        Conversation::Private(..) => match conversation.other(mine)? {
            Side::Account(key) => Some(cx.state.accounts.get(key)?.name.as_str().into()),
            Side::Guest(id) => Some(cx.state.user(*id)?.source.nick.as_str().into()),
        },
    }
}
