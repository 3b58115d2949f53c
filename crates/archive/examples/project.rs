//! How fast the archive is on the disk of the directory given as the first argument.
//!
//! ```text
//! cargo run --release -p colvert-archive --example project -- /var/lib/colvert
//! ```

use std::sync::Arc;
use std::time::{Duration, Instant};

use colvert_archive::{Archive, Entries, Follower, LogEntry, LogError, LogView, NAME, Pace, Reader, Vfs};
use colvert_core::conversation::Conversation;
use colvert_core::event::{Entry, Event, Kind, Source, Target, Who};
use colvert_core::ids::{ChannelId, Millis, Position, UserId};
use colvert_core::names::{ChannelName, NameRules, Nick};
use colvert_core::text::Text;
use colvert_core::work::{End, HistoryQuery, Times, With};

const NAMES: NameRules = NameRules::Precis;
const MESSAGES: u64 = 2_000_000;
const QUESTIONS: u32 = 2_000;
const TALK_FOR: Duration = Duration::from_secs(5);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let parent = std::env::args().nth(1).map_or_else(std::env::temp_dir, Into::into);
    for channels in [10, 1_000] {
        let dir = tempfile::tempdir_in(&parent)?;
        let path = dir.path().join(NAME);
        println!("{channels} channels");
        let talk = Talk::new(channels);
        let began = Instant::now();
        let mut archive = Archive::open(&path, &Vfs::Default)?;
        println!("  made in {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
        in_bulk(&mut archive, &talk)?;
        let mut reader = Reader::open(&path, &Vfs::Default, NAMES)?;
        questions(&mut reader, &talk, Position(MESSAGES))?;
        lately(&mut reader, &talk)?;
        following(archive, &talk)?;
    }
    Ok(())
}

fn in_bulk(archive: &mut Archive, talk: &Talk) -> Result<(), Box<dyn std::error::Error>> {
    let began = Instant::now();
    archive.catch_up(talk, Position(MESSAGES))?;
    let took = began.elapsed();
    println!("  catch up: {:.0} messages/s", MESSAGES as f64 / took.as_secs_f64());
    let began = Instant::now();
    archive.checkpoint()?;
    println!("  checkpoint: {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

fn ask(talk: &Talk, n: u32, until: Position) -> HistoryQuery {
    let channel = talk.channels[n as usize % talk.channels.len()].clone();
    let (of, times) = (Conversation::Channel(channel.key()), Times::default());
    HistoryQuery {
        of,
        after: Position(0),
        until,
        with: With::Reactions,
        as_of: until,
        times,
        limit: 100,
        end: End::Newest,
    }
}

fn questions(reader: &mut Reader, talk: &Talk, until: Position) -> Result<(), Box<dyn std::error::Error>> {
    let began = Instant::now();
    for n in 0..QUESTIONS {
        assert_eq!(reader.history(&ask(talk, n, until))?.len(), 100);
    }
    println!(
        "  latest 100 of a channel: {:.3} ms",
        began.elapsed().as_secs_f64() * 1e3 / f64::from(QUESTIONS)
    );
    Ok(())
}

/// The archive is a few milliseconds behind.
fn lately(reader: &mut Reader, talk: &Talk) -> Result<(), Box<dyn std::error::Error>> {
    const BEHIND: u64 = 100;
    let began = Instant::now();
    for n in 0..QUESTIONS {
        let until = Position(MESSAGES + BEHIND);
        assert_eq!(reader.history_with_tail(&ask(talk, n, until), talk)?.len(), 100);
    }
    let took = began.elapsed().as_secs_f64() * 1e3 / f64::from(QUESTIONS);
    println!("  the same with a tail of {BEHIND} (in memory): {took:.3} ms");
    Ok(())
}

/// A thousand messages a second, as a log makes them durable: one by one.
fn following(archive: Archive, talk: &Talk) -> Result<(), Box<dyn std::error::Error>> {
    let follower = Follower::start(archive, Box::new(talk.clone()), Pace::default())?;
    let progress = follower.progress();
    let (began, mut durable, mut lags) = (Instant::now(), MESSAGES, Vec::new());
    while began.elapsed() < TALK_FOR {
        durable += 1;
        follower.durable(Position(durable));
        std::thread::sleep(Duration::from_millis(1));
        lags.push(progress.counters().lag_us.load(std::sync::atomic::Ordering::Relaxed));
    }
    let said = durable - MESSAGES;
    let batches = progress.counters().batches.load(std::sync::atomic::Ordering::Relaxed);
    follower.stop()?;
    lags.sort_unstable();
    let at = |share: f64| lags[((lags.len() - 1) as f64 * share) as usize] as f64 / 1e3;
    println!(
        "  following {said} messages in {batches} transactions: lag p50 {:.1} ms, p99 {:.1} ms",
        at(0.5),
        at(0.99)
    );
    Ok(())
}

/// A log that is made up as it is read: everybody speaks in turn in all channels.
#[derive(Clone)]
struct Talk {
    channels: Arc<Vec<ChannelName>>,
    people: Arc<Vec<Source>>,
}

impl Talk {
    fn new(channels: usize) -> Self {
        let channel = |n| ChannelName::new(&format!("#channel-{n}"), NAMES).expect("a channel");
        let person = |n: u64| {
            let nick = Nick::new(&format!("person{n}"), NAMES).expect("a nick");
            let account = Some(nick.as_account());
            Source::from(Who {
                id: UserId(n),
                nick,
                user: "user".into(),
                host: "host.example.org".into(),
                account,
                bot: false,
            })
        };
        let channels = Arc::new((0..channels).map(channel).collect());
        Self { channels, people: Arc::new((0..50).map(person).collect()) }
    }

    fn message(&self, n: u64) -> Vec<u8> {
        let name = self.channels[(n.wrapping_mul(0x9e37_79b9) >> 7) as usize % self.channels.len()].clone();
        let said = Event::Said {
            by: self.people[n as usize % self.people.len()].clone(),
            to: Target::Channel { id: ChannelId(1), name },
            kind: Kind::Message,
            text: Text::new(&format!("a line of words as people write them, number {n}")).expect("words"),
            tags: Vec::new(),
            lines: None,
        };
        Entry { time: Millis(1_700_000_000_000 + n), generation: 1, events: vec![said] }.to_bytes()
    }
}

impl LogView for Talk {
    fn id(&self) -> u128 {
        1
    }

    fn entries(&self, from: Position) -> Result<Box<dyn Entries>, LogError> {
        Ok(Box::new(Talking { talk: self.clone(), next: from, bytes: Vec::new() }))
    }
}

struct Talking {
    talk: Talk,
    next: Position,
    bytes: Vec<u8>,
}

impl Entries for Talking {
    fn next(&mut self, up_to: Position) -> Result<Option<LogEntry<'_>>, LogError> {
        if self.next > up_to {
            return Ok(None);
        }
        let first = self.next;
        self.bytes = self.talk.message(first.0);
        self.next = first.plus(1);
        Ok(Some(LogEntry { first, bytes: &self.bytes }))
    }
}
