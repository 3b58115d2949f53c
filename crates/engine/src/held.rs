//! Outputs that wait until the position they were computed at is durable. First in, first out.

use std::collections::VecDeque;
use std::sync::Arc;

use colvert_core::ids::Position;
use colvert_core::session::{Delivery, Output};
use colvert_core::work::Work;

use crate::control::Answerer;
use crate::control::ControlAnswer;
use crate::engine::Ticket;

/// Something to hand over, and to whom.
pub(crate) enum Parcel {
    /// To every gateway.
    All(Arc<Delivery>),
    /// To the gateway that owns the session that the output names.
    Gateway(u16, Output),
    /// To who asked on the control socket.
    Control(Box<(Answerer, ControlAnswer)>),
    /// To the pool: history is asked for when what it shall reach up to is durable.
    Work(Ticket, Box<Work>),
}

impl Parcel {
    /// About what it takes in memory, in bytes.
    fn bytes(&self) -> usize {
        let own = std::mem::size_of::<Self>();
        match self {
            Self::All(delivery) => own + std::mem::size_of::<Delivery>() + text_bytes(delivery),
            Self::Gateway(..) | Self::Control(..) | Self::Work(..) => own,
        }
    }
}

fn text_bytes(delivery: &Delivery) -> usize {
    match &delivery.record.event {
        colvert_core::event::Event::Said { text, lines, .. } => {
            lines.as_ref().map_or(text.len(), |lines| lines.iter().map(|line| line.text.len()).sum())
        }
        _ => 0,
    }
}

/// The queue.
#[derive(Default)]
pub(crate) struct Held {
    parcels: VecDeque<(Position, Parcel)>,
    bytes: usize,
}

impl Held {
    pub fn push(&mut self, at: Position, parcel: Parcel) {
        self.bytes += parcel.bytes();
        self.parcels.push_back((at, parcel));
    }

    /// The next parcel whose position is at or below `released`.
    pub fn pop(&mut self, released: Position) -> Option<Parcel> {
        if self.parcels.front()?.0 > released {
            return None;
        }
        let (_, parcel) = self.parcels.pop_front()?;
        self.bytes -= parcel.bytes();
        Some(parcel)
    }

    pub fn clear(&mut self) {
        self.parcels.clear();
        self.bytes = 0;
    }

    pub fn len(&self) -> usize {
        self.parcels.len()
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
