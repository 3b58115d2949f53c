//! The archive's writer: follows the log, one bulk transaction after the other.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use colvert_core::event;
use colvert_core::ids::{Millis, Position};
use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode, TransactionBehavior, params};

use crate::connect::{self, Vfs};
use crate::log_view::{Entries, LogEntry, LogError, LogView};
use crate::message::signed;
use crate::projection::{Conversations, Projection};
use crate::{Error, Kept, expiry, schema};

/// Events of one transaction; an entry more may make it longer.
const BATCH_EVENTS: u64 = 10_000;
/// After so many entries who waits for the processor goes first: where there is one, the scheduler would let a batch go on for a
/// whole tick, which is 4 ms on most machines, and everybody's messages wait.
const ENTRIES_IN_A_ROW: u32 = 16;

/// After so many entries it rests when it goes seldom, and how long: they take about a fourth of it.
const ENTRIES_BEFORE_REST: u32 = 256;
const REST: Duration = Duration::from_millis(3);

/// The same while the disk is short: what is in the WAL is there twice until it is in the tables.
const BATCH_EVENTS_WHEN_SHORT: u64 = 100;

/// Bytes that it may take, below which the disk counts as short: a long WAL, or a long batch twice.
const ROOM_WHEN_SHORT: u64 = 96 << 20;

/// The same, below which nothing is taken: a short batch, twice, and what SQLite writes around it.
const ROOM_MIN: u64 = 512 << 10;

/// Bytes of WAL above which it is emptied into the tables. The disk is at that for some milliseconds, and the log's syncs wait: with four
/// times as many, about three times as long.
const WAL_BYTES_MAX: u64 = 16 << 20;

/// When somebody reads an old state and so keeps the WAL from being emptied: how much it grows before that
/// is tried again.
const WAL_BYTES_AGAIN: u64 = 8 << 20;

/// Who goes first when others want the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goes {
    /// They do, after every few entries.
    AfterOthers,
    /// They do, and between a few entries and the next it leaves the processor alone even if nobody waits for it.
    Seldom,
    /// Who the scheduler says.
    InTurn,
}

impl Goes {
    /// Lets others go, so many entries into a batch.
    fn give_way(self, entries: u32) {
        if self == Self::Seldom && entries.is_multiple_of(ENTRIES_BEFORE_REST) {
            thread::sleep(REST);
        } else if self != Self::InTurn && entries.is_multiple_of(ENTRIES_IN_A_ROW) {
            thread::yield_now();
        }
    }
}

/// Up to where the archive is, and of which log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mark {
    /// Nothing: nothing was ever projected.
    log_id: Option<u128>,
    applied: Position,
    /// Generation and time of the last entry that is in.
    generation: u32,
    time: Millis,
}

/// Says how many bytes the archive may take of the disk.
pub type Room = Box<dyn Fn() -> u64 + Send>;

/// The one connection that writes. It is driven by its owner: [`crate::Follower`] has a thread for it.
pub struct Archive {
    connection: Connection,
    mark: Mark,
    synced: Position,
    conversations: Conversations,
    /// The log, read on from where the last transaction ended.
    entries: Option<Box<dyn Entries>>,
    wal_bytes: Arc<AtomicU64>,
    /// The last conversation that was looked through for what is too old; 0 before the first.
    expired_up_to: i64,
    /// The length of WAL at which it is emptied next.
    wal_bytes_due: u64,
    /// How many bytes it may take of the disk.
    room: Room,
    /// The disk had little room or none, and the archive has not caught up since.
    is_short: bool,
    goes: Goes,
}

impl Archive {
    /// Opens the archive, or makes an empty one that its owner alone may read.
    ///
    /// # Errors
    /// When it cannot be created or is no database, or [`Error::NewerSchema`].
    pub fn open(path: impl AsRef<Path>, vfs: &Vfs) -> Result<Self, Error> {
        let mut connection = connect::writer(path.as_ref(), vfs)?;
        schema::migrate(&mut connection)?;
        let mark = read_mark(&connection)?;
        let wal_bytes = watch_wal(&mut connection)?;
        Ok(Self {
            connection,
            mark,
            synced: Position(0),
            conversations: Conversations::default(),
            entries: None,
            wal_bytes,
            expired_up_to: 0,
            wal_bytes_due: WAL_BYTES_MAX,
            room: Box::new(|| u64::MAX),
            is_short: false,
            goes: Goes::AfterOthers,
        })
    }

    /// From now on it asks how many bytes it may take. The log can only forget what is in here while there is room for what is
    /// needed for that.
    pub fn leave_room(&mut self, room: Room) {
        self.room = room;
    }

    /// Who goes first from now on, where there is one processor.
    pub fn go(&mut self, goes: Goes) {
        self.goes = goes;
    }

    /// The last position that is in.
    pub fn applied(&self) -> Position {
        self.mark.applied
    }

    /// The last position that this process knows to survive a power cut: the log may forget what is at or
    /// below it.
    pub fn synced(&self) -> Position {
        self.synced
    }

    /// Brings the archive up to `end`, the log's last durable position.
    ///
    /// # Errors
    /// As [`Self::follow`], and [`Error::LogWentBack`] when the archive is further than the log. What was
    /// committed before the error stays.
    pub fn catch_up(&mut self, log: &dyn LogView, end: Position) -> Result<(), Error> {
        self.check_id(log)?;
        if self.applied() > end {
            return Err(Error::LogWentBack { applied: self.applied(), end });
        }
        while self.applied() < end {
            if self.follow(log, end)? == 0 {
                return Err(Error::Gap { expected: self.applied().plus(1), got: None });
            }
        }
        Ok(())
    }

    /// Projects what is next, at most up to `durable`, in one transaction. Says how many events it were.
    ///
    /// # Errors
    /// The log is another one, has a gap or cannot be read, an entry is unknown, or the database fails.
    /// Nothing of the transaction has happened then; see [`Error::is_passing`].
    pub fn follow(&mut self, log: &dyn LogView, durable: Position) -> Result<u64, Error> {
        if self.applied() >= durable {
            return Ok(0);
        }
        let followed = self.follow_on(log, durable);
        match &followed {
            Err(error) if error.is_passing() => self.is_short = true,
            Ok(_) if self.applied() >= durable => self.is_short = false,
            _ => {}
        }
        followed
    }

    /// On a short disk the WAL is emptied first. A long one would take the room that was made, and there would be none to empty
    /// it into.
    fn follow_on(&mut self, log: &dyn LogView, durable: Position) -> Result<u64, Error> {
        let room = (self.room)();
        self.is_short |= room < ROOM_WHEN_SHORT;
        if room < ROOM_MIN {
            return Err(Error::NoRoom);
        }
        if self.is_short {
            self.checkpoint()?;
        }
        let mut entries = match self.entries.take() {
            Some(entries) => entries,
            None => self.open_entries(log)?,
        };
        let before = self.applied();
        let mark = Mark { log_id: Some(log.id()), ..self.mark };
        // After an error the entries are ahead of the tables: they are opened anew.
        self.mark = self.batch(&mut *entries, mark, durable).inspect_err(|_| self.conversations.clear())?;
        self.entries = Some(entries);
        self.empty_long_wal()?;
        Ok(self.applied().0 - before.0)
    }

    /// Makes everything that is in survive a power cut, and says up to where that is so. It is less than
    /// [`Self::applied`] while somebody reads an old state: ask again later.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn checkpoint(&mut self) -> Result<Position, Error> {
        // Readers are waited for as long as for any lock.
        let done = match self.connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::TRUNCATE) {
            Ok((pages, copied)) => pages == copied,
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => false,
            Err(error) => return Err(error.into()),
        };
        if done {
            self.synced = self.applied();
            self.wal_bytes.store(0, Ordering::Relaxed);
            self.wal_bytes_due = WAL_BYTES_MAX;
        } else {
            self.wal_bytes_due = self.wal_bytes.load(Ordering::Relaxed) + WAL_BYTES_AGAIN;
        }
        Ok(self.synced)
    }

    /// Empties the archive, so that it follows `log` from its beginning: the way out when it is of another
    /// log, or the log went backwards.
    ///
    /// # Errors
    /// [`LogError::Removed`] when the log does not reach back to its beginning; then nothing has happened.
    pub fn rebuild(&mut self, log: &dyn LogView) -> Result<(), Error> {
        let entries = log.entries(Position(1))?;
        self.entries = None;
        self.conversations.clear();
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::empty(&tx)?;
        tx.commit()?;
        self.mark = Mark::default();
        self.synced = Position(0);
        self.entries = Some(entries);
        Ok(())
    }

    /// Forgets a slice of what is older than it is kept. Says whether there is more to look through.
    ///
    /// # Errors
    /// When the database fails. Nothing of the slice has happened then.
    pub fn expire(&mut self, kept: &Kept, now: Millis) -> Result<bool, Error> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let next = expiry::slice(&tx, kept, (now, self.mark.applied), self.expired_up_to)?;
        tx.commit()?;
        self.conversations.clear();
        self.expired_up_to = next.unwrap_or_default();
        self.empty_long_wal()?;
        Ok(next.is_some())
    }

    fn check_id(&self, log: &dyn LogView) -> Result<(), Error> {
        match self.mark.log_id {
            Some(archive) if archive != log.id() => Err(Error::WrongLog { archive, log: log.id() }),
            _ => Ok(()),
        }
    }

    /// The log from where the archive ends, once it has been seen to be the same log up to there.
    fn open_entries(&self, log: &dyn LogView) -> Result<Box<dyn Entries>, Error> {
        self.check_id(log)?;
        let applied = self.applied();
        if applied == Position(0) {
            return Ok(log.entries(Position(1))?);
        }
        let mut entries = match log.entries(applied) {
            // What was removed cannot be compared; that the rest goes on right here is enough.
            Err(LogError::Removed { oldest, .. }) if oldest == applied.plus(1) => {
                return Ok(log.entries(oldest)?);
            }
            other => other?,
        };
        let last = entries.next(applied)?.map(|entry| Batched::decode(entry)).transpose()?;
        match last {
            Some(last) if last.mark(&self.mark) == self.mark => Ok(entries),
            _ => Err(Error::LogDiffers { applied }),
        }
    }

    /// One transaction: entries and how far they reach.
    fn batch(&mut self, entries: &mut dyn Entries, from: Mark, durable: Position) -> Result<Mark, Error> {
        const MOVE: &str = "UPDATE meta SET log_id = ?1, applied = ?2, generation = ?3, time_ms = ?4";
        let events_max = if self.is_short { BATCH_EVENTS_WHEN_SHORT } else { BATCH_EVENTS };
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut projection = Projection::new(&tx, &mut self.conversations)?;
        let (mut mark, mut entries_done) = (from, 0);
        while mark.applied.0 - from.applied.0 < events_max
            && let Some(entry) = entries.next(durable)?
        {
            let entry = Batched::decode(entry)?;
            if entry.last() <= mark.applied {
                continue;
            }
            if entry.first != mark.applied.plus(1) {
                return Err(Error::Gap { expected: mark.applied.plus(1), got: Some(entry.first) });
            }
            mark = entry.mark(&mark);
            for record in entry.entry.records(entry.first) {
                projection.apply(&record)?;
            }
            entries_done += 1;
            self.goes.give_way(entries_done);
        }
        drop(projection);
        let log_id = mark.log_id.map(|id| format!("{id:032x}"));
        let row = params![log_id, signed(mark.applied.0), mark.generation, signed(mark.time.0)];
        tx.prepare_cached(MOVE)?.execute(row)?;
        tx.commit()?;
        Ok(mark)
    }

    fn empty_long_wal(&mut self) -> Result<(), Error> {
        if self.wal_bytes.load(Ordering::Relaxed) > self.wal_bytes_due {
            self.checkpoint()?;
        }
        Ok(())
    }
}

/// An entry, decoded.
struct Batched {
    first: Position,
    count: u64,
    entry: event::Entry,
}

impl Batched {
    fn decode(entry: LogEntry<'_>) -> Result<Self, Error> {
        let LogEntry { first, bytes } = entry;
        let unknown = |reason: String| Error::Entry { position: first, reason };
        let entry = event::Entry::from_bytes(bytes).map_err(|error| unknown(error.to_string()))?;
        let count = entry.events.len() as u64;
        if count == 0 {
            return Err(unknown("it has no event".to_owned()));
        }
        Ok(Self { first, count, entry })
    }

    fn last(&self) -> Position {
        Position(self.first.0 + self.count - 1)
    }

    /// Where the archive is when this is in.
    fn mark(&self, before: &Mark) -> Mark {
        Mark {
            log_id: before.log_id,
            applied: self.last(),
            generation: self.entry.generation,
            time: self.entry.time,
        }
    }
}

fn read_mark(connection: &Connection) -> Result<Mark, Error> {
    const READ: &str = "SELECT log_id, applied, generation, time_ms FROM meta";
    Ok(connection.query_row(READ, [], |row| {
        let log_id: Option<String> = row.get(0)?;
        Ok(Mark {
            log_id: log_id.and_then(|id| u128::from_str_radix(&id, 16).ok()),
            applied: Position(row.get::<_, i64>(1)?.cast_unsigned()),
            generation: row.get(2)?,
            time: Millis(row.get::<_, i64>(3)?.cast_unsigned()),
        })
    })?)
}

/// How long the WAL is after each commit.
fn watch_wal(connection: &mut Connection) -> Result<Arc<AtomicU64>, Error> {
    let page_bytes: u32 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let watched = Arc::new(AtomicU64::new(0));
    let wal_bytes = watched.clone();
    connection.wal_hook(Some(move |_: &mut Wal, pages: i32| {
        wal_bytes.store(u64::from(pages.unsigned_abs()) * u64::from(page_bytes), Ordering::Relaxed);
        Ok(())
    }))?;
    Ok(watched)
}
