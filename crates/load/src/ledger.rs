//! Accounts for every delivery: a cell for each receiver and each sender that it hears.
//!
//! A cell holds the number that comes next. What comes instead is a gap (a later number), a reordered line
//! (a number from a gap) or a doubled one (any other). What is still missing at the end is lost.

use std::collections::HashMap;

/// Faults described in words; the rest are only counted.
const EXAMPLES_MAX: usize = 10;
/// Gaps remembered, over all cells; past it a gap counts as lost at once, and its lines as doubled if they come.
const GAPS_MAX: usize = 1 << 20;

/// Every way in which a delivery can be wrong.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Faults {
    pub lost: u64,
    pub doubled: u64,
    pub reordered: u64,
    /// Texts of ours that came back cut or changed.
    pub damaged: u64,
    /// Lines that the client should not have got, or with a wrong source or target.
    pub stray: u64,
}

impl Faults {
    pub fn any(&self) -> bool {
        *self != Faults::default()
    }

    pub fn rows(&self) -> [(&'static str, u64); 5] {
        [
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("reordered", self.reordered),
            ("damaged", self.damaged),
            ("stray", self.stray),
        ]
    }
}

#[derive(Default)]
pub struct Ledger {
    next: Vec<u32>,
    /// By cell: the ranges (first, past the last) that were passed over.
    gaps: HashMap<usize, Vec<(u32, u32)>>,
    gap_count: usize,
    pub delivered: u64,
    pub faults: Faults,
    pub examples: Vec<String>,
}

impl Ledger {
    pub fn new(cells: usize) -> Self {
        Ledger { next: vec![0; cells], ..Ledger::default() }
    }

    /// Books one line; `name` words the cell for an example.
    #[inline]
    pub fn see(&mut self, cell: usize, seq: u32, name: impl FnOnce() -> String) {
        let next = &mut self.next[cell];
        if *next == seq {
            *next += 1;
            self.delivered += 1;
        } else {
            self.out_of_turn(cell, seq, name);
        }
    }

    #[cold]
    fn out_of_turn(&mut self, cell: usize, seq: u32, name: impl FnOnce() -> String) {
        let expected = self.next[cell];
        let what;
        if seq > expected {
            what = "gap";
            self.delivered += 1;
            self.next[cell] = seq + 1;
            if self.gap_count < GAPS_MAX {
                self.gap_count += 1;
                self.gaps.entry(cell).or_default().push((expected, seq));
            } else {
                self.faults.lost += u64::from(seq - expected);
            }
        } else if self.fill_gap(cell, seq) {
            what = "reordered";
            self.delivered += 1;
            self.faults.reordered += 1;
        } else {
            what = "doubled";
            self.faults.doubled += 1;
        }
        self.example(|| format!("{what}: {}: line {seq} where {expected} was due", name()));
    }

    fn fill_gap(&mut self, cell: usize, seq: u32) -> bool {
        let Some(gaps) = self.gaps.get_mut(&cell) else { return false };
        let Some(at) = gaps.iter().position(|&(first, end)| (first..end).contains(&seq)) else {
            return false;
        };
        let (first, end) = gaps.swap_remove(at);
        gaps.extend([(first, seq), (seq + 1, end)].into_iter().filter(|(first, end)| first < end));
        true
    }

    pub fn example(&mut self, words: impl FnOnce() -> String) {
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(words());
        }
    }

    /// Closes a cell that should have got `sent` lines.
    pub fn close(&mut self, cell: usize, sent: u32, name: impl FnOnce() -> String) {
        let passed: u64 =
            self.gaps.remove(&cell).iter().flatten().map(|(from, to)| u64::from(to - from)).sum();
        let next = self.next[cell];
        let lost = passed + u64::from(sent.saturating_sub(next));
        let stray = u64::from(next.saturating_sub(sent));
        self.faults.lost += lost;
        self.faults.stray += stray;
        if lost + stray > 0 {
            self.example(|| format!("{}: of {sent} sent, {lost} lost, {stray} never sent", name()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seen: &[u32], sent: u32, expected: Faults, delivered: u64) {
        let mut ledger = Ledger::new(2);
        for &seq in seen {
            ledger.see(1, seq, || "it".into());
        }
        ledger.close(0, 0, || "nothing was sent here".into());
        ledger.close(1, sent, || "it".into());
        assert_eq!(ledger.faults, expected, "{seen:?}");
        assert_eq!(ledger.delivered, delivered, "{seen:?}");
        assert_eq!(ledger.examples.is_empty(), !expected.any());
    }

    #[test]
    fn all_in_order_is_no_fault() {
        check(&[0, 1, 2, 3], 4, Faults::default(), 4);
        check(&[], 0, Faults::default(), 0);
    }

    #[test]
    fn a_missing_line_is_lost_wherever_it_is() {
        check(&[1, 2, 3], 4, Faults { lost: 1, ..Faults::default() }, 3);
        check(&[0, 3], 4, Faults { lost: 2, ..Faults::default() }, 2);
        check(&[0, 1], 4, Faults { lost: 2, ..Faults::default() }, 2);
        check(&[], 4, Faults { lost: 4, ..Faults::default() }, 0);
    }

    #[test]
    fn a_second_time_is_doubled() {
        check(&[0, 0, 1, 2, 1], 3, Faults { doubled: 2, ..Faults::default() }, 3);
    }

    #[test]
    fn late_is_reordered_and_not_lost() {
        check(&[0, 2, 1, 3], 4, Faults { reordered: 1, ..Faults::default() }, 4);
        check(&[3, 1, 0, 2], 4, Faults { reordered: 3, ..Faults::default() }, 4);
    }

    #[test]
    fn faults_are_told_apart_when_mixed() {
        check(&[0, 4, 2, 2, 4, 5], 7, Faults { lost: 3, doubled: 2, reordered: 1, ..Faults::default() }, 4);
    }

    #[test]
    fn more_than_was_sent_is_stray() {
        check(&[0, 1, 2], 2, Faults { stray: 1, ..Faults::default() }, 3);
    }
}
