//! BATCH: lines that a client sends as one message. Nothing of it is known to the engine before the batch is closed.
//! Spec: <https://ircv3.net/specs/extensions/client-batch>, <https://ircv3.net/specs/extensions/multiline>

use colvert_core::event::Tag;
use colvert_core::lines::{BadBatch, Line, Lines};
use colvert_core::session::{Item, Request};
use compact_str::CompactString;

use super::messages::Spoken;
use super::{Asked, Reading};
use crate::services;

/// Longest name of a batch, in bytes.
const REFERENCE_BYTES_MAX: usize = 64;
/// The kind of batch that there is.
const KIND: &str = "draft/multiline";
/// The tag of a line that goes on where the one before it ends.
pub const CONTINUES: &str = "draft/multiline-concat";

/// What a client has begun.
#[derive(Debug)]
pub enum Batch {
    Open(Open),
    /// Nothing more of the batch of this name is taken, or answered.
    GivenUp(CompactString),
}

/// A batch that is not closed yet.
#[derive(Debug)]
pub struct Open {
    reference: CompactString,
    target: CompactString,
    label: Option<CompactString>,
    tags: Vec<Tag>,
    /// What its lines say; nothing before the first.
    spoken: Option<&'static Spoken>,
    lines: Vec<Line>,
    /// Of the lines, with the line feeds between them.
    bytes: usize,
}

impl Batch {
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    fn reference(&self) -> &str {
        match self {
            Self::Open(open) => &open.reference,
            Self::GivenUp(reference) => reference,
        }
    }
}

/// Whether a line of who knows batches opens or closes one, or says that it is a part of one.
pub fn is_part(asked: &Asked<'_>) -> bool {
    asked.message.verb.eq_ignore_ascii_case("BATCH") || asked.message.tag("batch").is_some()
}

/// Who does not know batches of clients has no such verb.
pub fn batch(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    vec![asked.unknown()]
}

impl Reading {
    /// Takes a line that is a part of a batch. There is an answer when the batch is whole, or wrong.
    pub(super) fn batched(&mut self, asked: &Asked<'_>) -> Option<Request> {
        let of = asked.message.tag("batch");
        let is_batch = asked.message.verb.eq_ignore_ascii_case("BATCH");
        let named = if is_batch { asked.message.params.given(0) } else { None };
        match (named.and_then(|word| word.split_at_checked(1)), of) {
            (Some(("+", reference)), None) => self.open(asked, reference),
            (Some(("-", reference)), None) => self.close(asked, reference),
            (None, Some(of)) if !is_batch => self.line(asked, &of),
            // Spec: <https://ircv3.net/specs/extensions/client-batch#the-client-to-server-batch-verb> (none in another)
            _ => Some(self.give_up(asked, self.label_of(asked), BadBatch::Invalid)),
        }
    }

    /// Nothing more is taken of what is open. Only its deadline asks for that.
    pub fn expire(&mut self) -> Option<Request> {
        let Some(Batch::Open(open)) = self.batch.as_deref() else { return None };
        let (label, reference) = (open.label.clone(), open.reference.clone());
        self.batch = Some(Box::new(Batch::GivenUp(reference.clone())));
        Some(refused(label, BadBatch::TimedOut(reference)))
    }

    fn open(&mut self, asked: &Asked<'_>, reference: &str) -> Option<Request> {
        let params = asked.message.params;
        let (kind, target) = (params.given(1).unwrap_or_default(), params.given(2).unwrap_or_default());
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = (1..=REFERENCE_BYTES_MAX).contains(&reference.len()) && reference.bytes().all(is_name);
        let is_taken = self.is_unfinished();
        let bad = if !fits {
            Some(BadBatch::Reference(reference.into()))
        } else if kind != KIND {
            Some(BadBatch::Kind(reference.into(), kind.into()))
        } else if is_taken || target.is_empty() || target.contains(',') || services::named(target).is_some() {
            Some(BadBatch::Invalid)
        } else {
            None
        };
        if let Some(bad) = bad {
            let label = self.label_of(asked);
            self.batch = Some(Box::new(Batch::GivenUp(reference.into())));
            return Some(refused(label, bad));
        }
        let open = Open {
            reference: reference.into(),
            target: target.into(),
            label: asked.label(),
            tags: asked.tags(),
            spoken: None,
            lines: Vec::new(),
            bytes: 0,
        };
        self.batch = Some(Box::new(Batch::Open(open)));
        None
    }

    fn line(&mut self, asked: &Asked<'_>, of: &str) -> Option<Request> {
        let bad = match self.batch.as_deref_mut().filter(|batch| batch.reference() == of) {
            // Spec: <https://ircv3.net/specs/extensions/client-batch#errors> (all that still comes of it is ignored)
            Some(Batch::GivenUp(_)) => return None,
            Some(Batch::Open(open)) => match open.take(asked) {
                Ok(()) => return None,
                Err(bad) => bad,
            },
            None => BadBatch::Invalid,
        };
        // Only what opens a batch should have a label.
        let label = self.label_of_open().or_else(|| asked.label());
        Some(self.give_up(asked, label, bad))
    }

    fn close(&mut self, asked: &Asked<'_>, reference: &str) -> Option<Request> {
        match self.batch.take_if(|batch| batch.reference() == reference).map(|batch| *batch) {
            Some(Batch::GivenUp(_)) => None,
            Some(Batch::Open(open)) => Some(open.said(asked)),
            None => Some(self.give_up(asked, self.label_of(asked), BadBatch::Invalid)),
        }
    }

    /// The label of a wrong line: its own, or that of the batch which ends by it.
    /// Spec: <https://ircv3.net/specs/extensions/labeled-response#tags> (each label is answered)
    fn label_of(&self, asked: &Asked<'_>) -> Option<CompactString> {
        asked.label().or_else(|| self.label_of_open())
    }

    fn label_of_open(&self) -> Option<CompactString> {
        match self.batch.as_deref() {
            Some(Batch::Open(open)) => open.label.clone(),
            _ => None,
        }
    }

    /// Something is wrong: with what is open, too, if something is.
    fn give_up(&mut self, asked: &Asked<'_>, label: Option<CompactString>, bad: BadBatch) -> Request {
        let reference = match self.batch.as_deref() {
            Some(Batch::Open(open)) => Some(open.reference.clone()),
            _ => asked.message.tag("batch").map(CompactString::from),
        };
        if let Some(reference) = reference.filter(|reference| reference.len() <= REFERENCE_BYTES_MAX) {
            self.batch = Some(Box::new(Batch::GivenUp(reference)));
        }
        refused(label, bad)
    }
}

impl Open {
    fn take(&mut self, asked: &Asked<'_>) -> Result<(), BadBatch> {
        let spoken = Spoken::of_lines(asked.message.verb).ok_or(BadBatch::Invalid)?;
        if self.spoken.is_some_and(|before| before.verb() != spoken.verb()) {
            return Err(BadBatch::Invalid);
        }
        self.spoken = Some(spoken);
        let target = asked.message.params.given(0).unwrap_or_default();
        let fold = |name: &str| asked.door.rules.fold_loosely(name);
        if fold(target) != fold(&self.target) {
            return Err(BadBatch::Target(self.target.clone(), target.into()));
        }
        let text = asked.message.params.get(1).copied().unwrap_or_default();
        let continues = asked.message.tag(CONTINUES).is_some();
        if continues && text.is_empty() {
            return Err(BadBatch::Invalid);
        }
        let (bytes_max, lines_max) = asked.door.multiline;
        if self.lines.len() >= lines_max {
            return Err(BadBatch::Lines(lines_max));
        }
        let joint = usize::from(!self.lines.is_empty() && !continues);
        if self.bytes + joint + text.len() > bytes_max {
            return Err(BadBatch::Bytes(bytes_max));
        }
        self.bytes += joint + text.len();
        self.lines.push(Line { continues: continues && !self.lines.is_empty(), text: text.into() });
        Ok(())
    }

    fn said(self, asked: &Asked<'_>) -> Request {
        match (self.spoken, Lines::new(self.lines)) {
            (Some(spoken), Some(lines)) => {
                let command = spoken.command(&self.target);
                let item = asked.command_with_lines(command, &self.target, &self.tags, lines);
                Request { label: self.label, items: vec![item] }
            }
            _ => refused(self.label, BadBatch::Invalid),
        }
    }
}

fn refused(label: Option<CompactString>, bad: BadBatch) -> Request {
    Request { label, items: vec![Item::refuse("BATCH", bad.into())] }
}
