//! Exact membership: who saw whom join, and whom NAMES told.
//!
//! Joins have an order. So of any two members exactly one sees the other's JOIN, the earlier one; the later one
//! learns of the earlier from NAMES, where the server sends it.

use crate::ledger::Faults;
use crate::wire::Names;

const EXAMPLES_MAX: usize = 10;

/// A bit for each receiver and each member.
struct Pairs {
    words: Vec<u64>,
    per_row: usize,
}

impl Pairs {
    fn new(count: usize) -> Self {
        let per_row = count.div_ceil(64);
        Pairs { words: vec![0; per_row * count], per_row }
    }

    /// Sets the bit, and tells whether it was set.
    fn put(&mut self, row: usize, column: usize) -> bool {
        let word = &mut self.words[row * self.per_row + column / 64];
        let bit = 1 << (column % 64);
        let was = *word & bit != 0;
        *word |= bit;
        was
    }

    fn has(&self, row: usize, column: usize) -> bool {
        self.words[row * self.per_row + column / 64] & 1 << (column % 64) != 0
    }
}

pub struct Membership {
    names: Names,
    count: usize,
    joined: Pairs,
    named: Pairs,
    /// Pairs of members of which one saw the other join, and the later one was told of the earlier.
    pub right: u64,
    pub faults: Faults,
    pub examples: Vec<String>,
}

impl Membership {
    pub fn new(names: Names, count: usize) -> Self {
        Membership {
            names,
            count,
            joined: Pairs::new(count),
            named: Pairs::new(count),
            right: 0,
            faults: Faults::default(),
            examples: Vec::new(),
        }
    }

    /// A client saw a JOIN. False: not a member of this run.
    pub fn join(&mut self, client: usize, joiner: usize) -> bool {
        if joiner >= self.count {
            return false;
        }
        let known = client != joiner && self.named.has(client, joiner);
        if self.joined.put(client, joiner) || known {
            self.faults.doubled += 1;
            self.example("doubled: saw join once more:", client, joiner);
        }
        true
    }

    /// A client's NAMES told a member.
    pub fn name(&mut self, client: usize, member: usize) {
        if member < self.count {
            if self.named.put(client, member) {
                self.faults.doubled += 1;
                self.example("doubled: was told once more:", client, member);
            }
        } else {
            self.faults.stray += 1;
        }
    }

    fn example(&mut self, what: &str, client: usize, other: usize) {
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(format!("{what} {} of {}", self.names.text(client), self.names.text(other)));
        }
    }

    /// The rules above, when all is over. `told`: the server sends NAMES on joining.
    pub fn close(&mut self, told: bool) {
        for one in 0..self.count {
            if !self.joined.has(one, one) {
                self.faults.lost += 1;
                self.example("lost: own join:", one, one);
            }
            for other in 0..one {
                match (self.joined.has(one, other), self.joined.has(other, one)) {
                    (false, false) => {
                        self.faults.lost += 1;
                        self.example("lost: neither saw the other join:", one, other);
                    }
                    (true, true) => {
                        self.faults.reordered += 1;
                        self.example("reordered: each saw the other join:", one, other);
                    }
                    (saw, _) => {
                        let (later, earlier) = if saw { (other, one) } else { (one, other) };
                        if told && !self.named.has(later, earlier) {
                            self.faults.lost += 1;
                            self.example("lost: was not told by NAMES:", later, earlier);
                        } else {
                            self.right += 1;
                        }
                    }
                }
            }
        }
    }

    /// A whole answer to NAMES: each member once, nobody else.
    pub fn roll_call(&mut self, members: &[Option<usize>]) {
        let mut seen = vec![0_u64; self.count];
        for member in members {
            match member.and_then(|member| seen.get_mut(member)) {
                Some(times) => *times += 1,
                None => self.faults.stray += 1,
            }
        }
        for (member, times) in seen.into_iter().enumerate() {
            if times != 1 {
                self.faults.lost += u64::from(times == 0);
                self.faults.doubled += times.saturating_sub(1);
                self.example(&format!("NAMES at the end tells {times} times:"), 0, member);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three clients join one after the other, each told who is there.
    fn three() -> Membership {
        let mut membership = Membership::new(Names { run: *b"ab" }, 3);
        for joiner in 0..3 {
            for client in 0..=joiner {
                assert!(membership.join(client, joiner));
                membership.name(joiner, client);
            }
        }
        membership
    }

    fn check(act: impl FnOnce(&mut Membership), expected: Faults) {
        let mut membership = three();
        act(&mut membership);
        membership.close(true);
        assert_eq!(membership.faults, expected, "{:?}", membership.examples);
    }

    #[test]
    fn joins_in_order_are_no_fault() {
        check(|_| {}, Faults::default());
        check(|all| all.roll_call(&[Some(2), Some(0), Some(1)]), Faults::default());
    }

    #[test]
    fn a_join_seen_twice_or_after_names_told_it_is_doubled() {
        check(|all| assert!(all.join(0, 1)), Faults { doubled: 1, ..Faults::default() });
        check(|all| assert!(all.join(2, 1)), Faults { doubled: 1, reordered: 1, ..Faults::default() });
    }

    #[test]
    fn what_nobody_told_is_lost() {
        let mut membership = Membership::new(Names { run: *b"ab" }, 2);
        membership.join(0, 0);
        membership.join(1, 1);
        membership.close(false);
        assert_eq!(membership.faults, Faults { lost: 1, ..Faults::default() });

        let mut membership = Membership::new(Names { run: *b"ab" }, 2);
        membership.join(0, 0);
        membership.join(0, 1);
        membership.join(1, 1);
        membership.close(true);
        assert_eq!(membership.faults, Faults { lost: 1, ..Faults::default() }, "NAMES were due");
    }

    #[test]
    fn the_last_names_are_exact() {
        let expected = Faults { lost: 1, doubled: 1, stray: 2, ..Faults::default() };
        check(|all| all.roll_call(&[Some(2), Some(0), Some(2), None, Some(7)]), expected);
    }
}
