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
use crate::send_queue::SendQueue;

/// What a block may grow to, in bytes: a run that is longer begins anew.
const BLOCK_BYTES: usize = 1 << 20;
/// What those who leave a run may take along as copies, in bytes.
const COPIED_BYTES: usize = 64 << 10;

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
    /// What those took along who follow no longer, in bytes.
    copied: usize,
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
        Run { blocks: Vec::new(), outside: members.to_vec(), members: members.len(), copied: 0 }
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

    /// A member follows no longer, and takes what there is: a copy, or, of a run that grows no more, the bytes that all share. A run
    /// of which much was copied ends, so that those who come next share it.
    pub fn step_out(&mut self, slot: Slot, part: Part, queue: &mut SendQueue) {
        let channel = self.channel_of(part);
        let open = self.open.get_mut(&channel).filter(|run| run.blocks.contains(&part.block));
        let Some(run) = open else { return queue.push(self.whole(part)) };
        let so_far = &self.blocks[part.block.place()].bytes[part.from as usize..];
        queue.extend(so_far);
        run.outside.push(slot);
        run.copied += so_far.len();
        if run.copied > COPIED_BYTES {
            self.open.remove(&channel);
        }
    }

    /// All of a part that grows no more. Of a block that it has little of it keeps no more than that.
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

impl Run {
    /// Nobody is left who could word its lines.
    pub fn drop_block(&mut self, block: BlockId) {
        self.blocks.retain(|it| *it != block);
    }
}

impl BlockId {
    fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERAL: ChannelId = ChannelId(1);
    const KIND: Kind = ("echo", Class(0));

    fn with_a_run(runs: &mut Runs, line: &[u8]) -> Part {
        let mut run = runs.begin(&[0, 1, 2]);
        runs.add(GENERAL, &mut run, (0, KIND), line);
        run.outside.clear();
        let part = runs.part(&run, KIND).expect("its block");
        runs.put_back(GENERAL, run);
        part
    }

    #[test]
    fn who_leaves_a_run_takes_a_copy_and_of_one_that_has_ended_shares_it() {
        let (mut runs, mut queue) = (Runs::default(), SendQueue::default());
        let part = with_a_run(&mut runs, &[b'x'; COPIED_BYTES]);
        runs.step_out(0, part, &mut queue);
        assert_eq!(queue.bytes(), COPIED_BYTES);
        assert_eq!(runs.open[&GENERAL].outside, [0]);
        runs.step_out(1, part, &mut queue);
        assert!(runs.take(GENERAL).is_none(), "much was copied");
        runs.step_out(2, part, &mut queue);
        assert_eq!(queue.bytes(), 3 * COPIED_BYTES);
        assert_eq!(runs.whole(part).len(), COPIED_BYTES, "the others have theirs");
    }

    #[test]
    fn a_long_run_begins_anew() {
        let mut runs = Runs::default();
        with_a_run(&mut runs, &vec![b'x'; BLOCK_BYTES]);
        assert!(runs.take(GENERAL).is_none());
    }

    #[test]
    fn who_has_little_of_a_block_keeps_no_more_than_that() {
        let mut runs = Runs::default();
        let first = with_a_run(&mut runs, &[b'x'; 100]);
        let mut run = runs.take(GENERAL).expect("it goes on");
        runs.append(first.block, b"last");
        let last = runs.part(&run, KIND).expect("its block");
        run.outside.clear();
        runs.put_back(GENERAL, run);
        assert_eq!(runs.whole(first).len(), 104);
        assert_eq!(runs.whole(last), "last");
        let shared = runs.whole(first);
        assert!(!shared.as_ptr_range().contains(&runs.whole(last).as_ptr()));
    }
}
