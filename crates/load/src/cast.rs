//! Who is in which room, who speaks, and what each delivery must look like.
//!
//! A room is a channel, or a pair of people for private messages. Its members are consecutive connections; the first
//! of them speak. From this follow the cells of the ledger, and the exact bytes around a text.

use std::ops::Range;
use std::time::Instant;

use crate::ledger::Ledger;
use crate::net::Lines;
use crate::payload::{Payload, Stamp};
use crate::wire::{Message, NICK_BYTES, Names, without_tags};

pub struct Room {
    pub target: Vec<u8>,
    pub members: Range<usize>,
    /// How many of the members speak, from the first.
    pub speakers: usize,
    /// ` PRIVMSG target :`, as it must stand between source and text.
    heading: Vec<u8>,
    first_sender: usize,
    first_cell: usize,
}

/// A speaking member.
#[derive(Clone, Copy)]
pub struct Sender {
    pub room: usize,
    pub conn: usize,
    pub seq: u32,
}

pub struct Cast {
    pub names: Names,
    pub payload: Payload,
    pub rooms: Vec<Room>,
    pub senders: Vec<Sender>,
    pub ledger: Ledger,
    /// Whether senders get their own lines.
    pub echo: bool,
    nicks: Vec<[u8; NICK_BYTES]>,
    deaf: Vec<bool>,
}

/// What a line turned out to be.
pub enum Heard {
    Other,
    /// The sender's own line, come back.
    Own(Stamp),
    Delivery(Stamp),
    /// Ours, but wrong; already booked.
    Wrong,
}

impl Cast {
    /// `rooms` channels of `members` connections each, the first `speakers` of which speak.
    pub fn channels(names: Names, text_bytes: usize, rooms: usize, members: usize, speakers: usize) -> Self {
        let targets = (0..rooms).map(|room| names.channel(room)).collect();
        Self::new(names, text_bytes, targets, members, speakers)
    }

    /// Pairs of connections, of which the first speaks to the second.
    pub fn pairs(names: Names, text_bytes: usize, pairs: usize) -> Self {
        let targets = (0..pairs).map(|pair| names.nick(2 * pair + 1).to_vec()).collect();
        Self::new(names, text_bytes, targets, 2, 1)
    }

    fn new(names: Names, text_bytes: usize, targets: Vec<Vec<u8>>, members: usize, speakers: usize) -> Self {
        let speakers = speakers.min(members);
        let people = targets.len() * members;
        let rooms: Vec<Room> = targets
            .into_iter()
            .enumerate()
            .map(|(room, target)| Room {
                heading: [b" PRIVMSG ", &target[..], b" :"].concat(),
                target,
                members: room * members..(room + 1) * members,
                speakers,
                first_sender: room * speakers,
                first_cell: room * members * speakers,
            })
            .collect();
        let senders = rooms
            .iter()
            .enumerate()
            .flat_map(|(number, room)| {
                room.members.clone().take(speakers).map(move |conn| Sender { room: number, conn, seq: 0 })
            })
            .collect();
        Cast {
            names,
            payload: Payload::new(names.run, text_bytes),
            nicks: (0..people).map(|conn| names.nick(conn)).collect(),
            deaf: vec![false; people],
            ledger: Ledger::new(people * speakers),
            echo: false,
            rooms,
            senders,
        }
    }

    pub fn people(&self) -> usize {
        self.deaf.len()
    }

    /// The wishes to join that fill the channels.
    pub fn joins(&self) -> Vec<(usize, Vec<u8>)> {
        let wishes =
            |room: &Room| room.members.clone().map(|conn| (conn, room.target.clone())).collect::<Vec<_>>();
        self.rooms.iter().flat_map(wishes).collect()
    }

    /// Expects nothing of a connection from now on.
    pub fn excuse(&mut self, conn: usize) {
        self.deaf[conn] = true;
    }

    /// How many connections get a line of that sender.
    pub fn receivers(&self, sender: usize) -> u64 {
        let room = &self.rooms[self.senders[sender].room];
        let own = self.senders[sender].conn;
        let hears = |&conn: &usize| !self.deaf[conn] && (self.echo || conn != own);
        // For a pair, the echo is no delivery to the other, but it is accounted for all the same.
        room.members.clone().filter(hears).count() as u64
    }

    /// Writes the sender's next line.
    pub fn speak(&mut self, sender: usize, due_ns: u64, out: &mut Vec<u8>) -> u32 {
        let Sender { room, seq, .. } = self.senders[sender];
        self.senders[sender].seq += 1;
        let heading = &self.rooms[room].heading;
        out.extend_from_slice(&heading[1..]);
        self.payload.write(out, Stamp { sender: sender as u32, seq, due_ns });
        out.extend_from_slice(b"\r\n");
        seq
    }

    /// Recognises and books a line.
    #[inline]
    pub fn hear(&mut self, conn: usize, line: &[u8]) -> Heard {
        let Some((before, stamp)) = self.payload.read(line) else { return Heard::Other };
        let Some((cell, own)) = self.cell(conn, before, stamp) else {
            self.ledger.faults.stray += 1;
            let nick = self.names.text(conn);
            self.ledger.example(|| format!("stray: {nick} got {}", String::from_utf8_lossy(line)));
            return Heard::Wrong;
        };
        let names = self.names;
        let sender_conn = self.senders[stamp.sender as usize].conn;
        self.ledger.see(cell, stamp.seq, || in_words(names, conn, sender_conn));
        if own { Heard::Own(stamp) } else { Heard::Delivery(stamp) }
    }

    /// The cell of a delivery that is as it must be, and whether it is the sender's own line.
    fn cell(&self, conn: usize, before: &[u8], stamp: Stamp) -> Option<(usize, bool)> {
        let sender = self.senders.get(stamp.sender as usize)?;
        let room = &self.rooms[sender.room];
        let source = without_tags(before).strip_suffix(&room.heading[..])?;
        let nick = source.strip_prefix(b":")?.first_chunk::<NICK_BYTES>()?;
        let fits = *nick == self.nicks[sender.conn]
            && matches!(source.get(NICK_BYTES + 1), None | Some(b'!'))
            && room.members.contains(&conn)
            && (self.echo || sender.conn != conn);
        let cell = || self.cell_of(room, conn, stamp.sender as usize);
        fits.then(|| (cell(), sender.conn == conn))
    }

    fn cell_of(&self, room: &Room, receiver: usize, sender: usize) -> usize {
        room.first_cell + (receiver - room.members.start) * room.speakers + (sender - room.first_sender)
    }

    /// Deliveries that must have arrived when all is over.
    pub fn expected(&self) -> u64 {
        let lines = |(number, sender): (usize, &Sender)| u64::from(sender.seq) * self.receivers(number);
        self.senders.iter().enumerate().map(lines).sum()
    }

    /// Books what never came.
    pub fn close(&mut self) {
        for (number, sender) in self.senders.iter().enumerate() {
            let room = &self.rooms[sender.room];
            for conn in room.members.clone() {
                if self.deaf[conn] || (conn == sender.conn && !self.echo) {
                    continue;
                }
                let cell = self.cell_of(room, conn, number);
                self.ledger.close(cell, sender.seq, || in_words(self.names, conn, sender.conn));
            }
        }
    }
}

fn in_words(names: Names, receiver: usize, sender: usize) -> String {
    format!("{} hearing {}", names.text(receiver), names.text(sender))
}

/// A cast alone, for reading what is left.
impl Lines for Cast {
    fn fast(&mut self, conn: usize, line: &[u8], _: Instant) -> bool {
        !matches!(self.hear(conn, line), Heard::Other)
    }

    fn message(&mut self, conn: usize, message: &Message, _: Instant) -> crate::error::Result<()> {
        // Whatever is said in this run carries a whole text of ours, or it was changed on its way.
        if message.command == b"PRIVMSG" && self.names.index(message.nick()).is_some() {
            self.ledger.faults.damaged += 1;
            let nick = self.names.text(conn);
            self.ledger.example(|| format!("damaged: {nick} got {}", String::from_utf8_lossy(message.line)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cast() -> Cast {
        Cast::channels(Names { run: *b"ab" }, 40, 2, 3, 2)
    }

    /// What a server makes of what sender 0 says.
    fn relay(cast: &mut Cast) -> Vec<u8> {
        let mut line = b":cab2222!load@host ".to_vec();
        cast.speak(0, 7, &mut line);
        line.truncate(line.len() - 2);
        line
    }

    #[test]
    fn a_line_is_a_delivery_to_others_and_an_echo_to_its_sender() {
        let mut cast = cast();
        cast.echo = true;
        let line = relay(&mut cast);
        assert!(matches!(cast.hear(0, &line), Heard::Own(_)));
        assert!(matches!(cast.hear(1, &line), Heard::Delivery(_)));
        let tagged = [b"@time=2000-01-01T00:00:00.000Z ", &line[..]].concat();
        assert!(matches!(cast.hear(2, &tagged), Heard::Delivery(_)));
        assert_eq!((cast.expected(), cast.ledger.delivered), (3, 3));
        cast.close();
        assert!(!cast.ledger.faults.any(), "{:?}", cast.ledger.examples);
    }

    #[test]
    fn a_line_in_the_wrong_place_is_stray() {
        let mut cast = cast();
        let line = relay(&mut cast);
        assert!(matches!(cast.hear(3, &line), Heard::Wrong), "a member of another channel");
        let mut other = b":cab2225!load@host ".to_vec();
        cast.speak(2, 7, &mut other);
        other.truncate(other.len() - 2);
        assert!(matches!(cast.hear(1, &other), Heard::Wrong), "a member of a channel before");
        assert!(matches!(cast.hear(0, &line), Heard::Wrong), "an echo that nobody asked for");
        let forged = [b":cab2223!load@host", &line[18..]].concat();
        assert!(matches!(cast.hear(1, &forged), Heard::Wrong), "under another's name");
        assert_eq!(cast.ledger.faults.stray, 4);
    }

    #[test]
    fn what_one_receiver_misses_is_lost() {
        let mut cast = cast();
        let line = relay(&mut cast);
        cast.hear(1, &line);
        assert_eq!((cast.expected(), cast.ledger.delivered), (2, 1));
        cast.close();
        assert_eq!(cast.ledger.faults.lost, 1);
    }

    #[test]
    fn nothing_is_expected_of_the_deaf() {
        let mut cast = cast();
        cast.excuse(2);
        let line = relay(&mut cast);
        cast.hear(1, &line);
        assert_eq!(cast.expected(), 1);
        cast.close();
        assert!(!cast.ledger.faults.any());
    }
}
