//! Rates: so many in so many seconds, for who joins and who speaks.

use std::fmt;

use minicbor::{CborLen, Decode, Encode};

use crate::ids::Millis;

/// `count:seconds`: at most `count` in `seconds`, and after that one each `seconds / count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct Rate {
    #[n(0)]
    count: u32,
    #[n(1)]
    seconds: u32,
}

/// Highest count and longest time of a rate.
const COUNT_MAX: u32 = 1_000;
const SECONDS_MAX: u32 = 86_400;

impl Rate {
    /// Nothing for what is no rate.
    pub fn parse(word: &str) -> Option<Self> {
        let (count, seconds) = word.split_once(':')?;
        let (count, seconds) = (count.parse().ok()?, seconds.parse().ok()?);
        let fits = (1..=COUNT_MAX).contains(&count) && (1..=SECONDS_MAX).contains(&seconds);
        fits.then_some(Self { count, seconds })
    }

    /// What to remember when one more comes now, `until` being what was remembered before: the time until which
    /// all that came is paid for. One number says all about the past.
    ///
    /// # Errors
    /// The milliseconds until one more may come.
    pub fn take(self, until: Millis, now: Millis) -> Result<Millis, u64> {
        let window = u64::from(self.seconds) * 1_000;
        let each = (window / u64::from(self.count)).max(1);
        let paid = until.max(now).0;
        let early = paid.saturating_sub(now.0 + window - each);
        if early > 0 { Err(early) } else { Ok(Millis(paid + each)) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.count, self.seconds)
    }
}

/// What happens to who speaks too fast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum Penalty {
    /// Those words are refused.
    #[default]
    #[n(0)]
    Block,
    /// So is all that they say for ten minutes.
    #[n(1)]
    Mute,
}

/// How fast each member may speak: `count:seconds`, or `count:seconds:mute`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(array)]
pub struct Pace {
    #[n(0)]
    pub rate: Rate,
    #[n(1)]
    pub penalty: Penalty,
}

impl Pace {
    /// Nothing for what is none.
    pub fn parse(word: &str) -> Option<Self> {
        if let Some(rate) = word.strip_suffix(":mute") {
            return Rate::parse(rate).map(|rate| Self { rate, penalty: Penalty::Mute });
        }
        let rate = word.strip_suffix(":block").unwrap_or(word);
        Rate::parse(rate).map(|rate| Self { rate, penalty: Penalty::Block })
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.penalty {
            Penalty::Block => write!(f, "{}", self.rate),
            Penalty::Mute => write!(f, "{}:mute", self.rate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_rates() {
        for (word, shown) in [
            ("5:10", Some("5:10")),
            ("1:30:mute", Some("1:30:mute")),
            ("1:30:block", Some("1:30")),
            ("0:10", None),
            ("5:0", None),
            ("5", None),
            ("5:86401", None),
            ("5:10:kick", None),
            ("-1:3", None),
        ] {
            assert_eq!(Pace::parse(word).map(|pace| pace.to_string()).as_deref(), shown, "{word}");
        }
    }

    #[test]
    fn so_many_at_once_and_then_one_at_a_time() {
        let rate = Rate::parse("3:30").expect("a rate");
        let mut until = Millis(0);
        let now = Millis(1_000_000);
        for _ in 0..3 {
            until = rate.take(until, now).expect("three are free");
        }
        assert_eq!(rate.take(until, now), Err(10_000));
        assert_eq!(rate.take(until, Millis(now.0 + 9_999)), Err(1));
        let until = rate.take(until, Millis(now.0 + 10_000)).expect("the fourth, ten seconds later");
        assert_eq!(rate.take(until, Millis(now.0 + 10_000)), Err(10_000));
        assert!(rate.take(until, Millis(now.0 + 100_000)).is_ok());
    }
}
