//! What is said in a channel within a turn, written down once for all of its readers of a class.
//!
//! The first line of a turn opens a *run*: each member *follows* the block of its class, from where it is. Later lines only make
//! the blocks longer, whoever follows. Who is shown something else in between, or sees a line as its own, takes what it has
//! followed with it and stands outside until the next line. When the turn ends each reader has one piece of bytes to send,
//! and not one for each line.

use std::num::NonZeroU32;

use bytes::Bytes;
use colvert_core::ids::ChannelId;
use colvert_core::session::Class;
use rustc_hash::FxHashMap;

use crate::index::Slot;

/// What a block may grow to, in bytes: a run that is longer begins anew.
const BLOCK_BYTES: usize = 1 << 20;

/// A door's name and a class of its sessions: who has the same gets the same bytes.
pub(crate) type Kind = (&'static str, Class);

/// The blocks of a turn, and the runs that still grow.
#[derive(Default)]
pub(crate) struct Runs {
    blocks: Vec<Block>,
    open: FxHashMap<ChannelId, Run>,
}

/// The lines of a channel so far.
pub(crate) struct Run {
    blocks: Vec<BlockId>,
    /// Members who follow no block of it now.
    pub outside: Vec<Slot>,
    /// Its readers, all told.
    pub members: usize,
}

struct Block {
    channel: ChannelId,
    kind: Kind,
    /// A reader of this kind, whose session words the lines.
    voice: Slot,
    bytes: Vec<u8>,
    /// Where its last line begins.
    line_from: usize,
    /// The same when it grows no more and readers share it.
    whole: Option<Bytes>,
}

/// A block, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockId(NonZeroU32);

/// What a reader follows: a block from here to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub block: BlockId,
    from: u32,
}

impl Runs {
    /// Takes a channel's run out, to be made longer.
    pub fn take(&mut self, channel: ChannelId) -> Option<Run> {
        self.open.remove(&channel)
    }

    /// All of these are to be shown the next line.
    pub fn begin(&mut self, members: &[Slot]) -> Run {
        Run { blocks: Vec::new(), outside: members.to_vec(), members: members.len() }
    }

    /// Lets it go on with the next line, unless it is long enough.
    pub fn put_back(&mut self, channel: ChannelId, run: Run) {
        if run.blocks.iter().all(|block| self.block(*block).bytes.len() < BLOCK_BYTES) {
            self.open.insert(channel, run);
        }
    }

    /// No run goes on: who is where has changed.
    pub fn end_all(&mut self) {
        self.open.clear();
    }

    /// Forgets the turn; nobody follows anything.
    pub fn clear(&mut self) {
        self.open.clear();
        self.blocks.clear();
    }

    /// The kinds of a run's readers, each with whose session words its lines.
    pub fn kinds(&self, run: &Run) -> impl Iterator<Item = (BlockId, Slot, Kind)> {
        run.blocks.iter().map(|&id| (id, self.block(id).voice, self.block(id).kind))
    }

    /// Makes a block longer by a line.
    pub fn append(&mut self, block: BlockId, line: &[u8]) {
        let block = &mut self.blocks[block.place()];
        debug_assert!(block.whole.is_none(), "nobody has taken it yet");
        block.line_from = block.bytes.len();
        block.bytes.extend_from_slice(line);
    }

    /// The block of another kind of readers, which begins with this line.
    pub fn add(&mut self, channel: ChannelId, run: &mut Run, (voice, kind): (Slot, Kind), line: &[u8]) {
        let count = u32::try_from(self.blocks.len() + 1).unwrap_or(u32::MAX);
        let Some(id) = NonZeroU32::new(count).map(BlockId) else { return };
        self.blocks.push(Block { channel, kind, voice, bytes: line.to_vec(), line_from: 0, whole: None });
        run.blocks.push(id);
    }

    /// What a reader of this kind follows from the last line on.
    pub fn part(&self, run: &Run, kind: Kind) -> Option<Part> {
        let block = *run.blocks.iter().find(|block| self.block(**block).kind == kind)?;
        Some(Part { block, from: u32::try_from(self.block(block).line_from).ok()? })
    }

    pub fn channel_of(&self, part: Part) -> ChannelId {
        self.block(part.block).channel
    }

    /// What there is of a part so far.
    pub fn so_far(&self, part: Part) -> &[u8] {
        &self.block(part.block).bytes[part.from as usize..]
    }

    /// A member who followed the channel's run no longer does.
    pub fn step_out(&mut self, slot: Slot, part: Part) {
        let channel = self.channel_of(part);
        if let Some(run) = self.open.get_mut(&channel).filter(|run| run.blocks.contains(&part.block)) {
            run.outside.push(slot);
        }
    }

    /// All of a part, at the end of the turn. Of a block that it has little of it keeps no more than that.
    pub fn whole(&mut self, part: Part) -> Bytes {
        let block = &mut self.blocks[part.block.place()];
        let whole = block.whole.get_or_insert_with(|| std::mem::take(&mut block.bytes).into());
        let piece = whole.slice(part.from as usize..);
        if piece.len() < whole.len() / 2 { Bytes::copy_from_slice(&piece) } else { piece }
    }

    fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.place()]
    }
}

impl BlockId {
    fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}
