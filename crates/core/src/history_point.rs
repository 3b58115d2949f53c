//! A point in history as clients name it: `msgid=1-2f`, `timestamp=2026-11-24T13:04:05.678Z`.
//! Spec: <https://ircv3.net/specs/extensions/chathistory#chathistory-command>

use crate::ids::{Millis, Position};

/// A message, or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Where the message stands. It need not be one of the conversation that is asked for, nor be there any more.
    Message(Position),
    Time(Millis),
}

/// Why it is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPoint {
    /// It is named by something else than an id or a time.
    Type,
    /// What follows the `=` is no id of this server's, or no time.
    Value,
}

impl Point {
    /// # Errors
    /// What is wrong with it.
    pub fn parse(word: &str) -> Result<Self, BadPoint> {
        match word.split_once('=') {
            Some(("msgid", id)) => message(id).map(|(_, at)| Self::Message(at)).ok_or(BadPoint::Value),
            Some(("timestamp", time)) => iso(time).map(Self::Time).ok_or(BadPoint::Value),
            _ => Err(BadPoint::Type),
        }
    }
}

/// Generation and position in an id that [`crate::record::Record::msgid`] has made.
pub fn message(id: &str) -> Option<(u32, Position)> {
    let (generation, position) = id.split_once('-')?;
    let generation = u32::from_str_radix(generation, 16).ok()?;
    let is_plain = position.bytes().all(|byte| byte.is_ascii_hexdigit());
    let position = is_plain.then(|| u64::from_str_radix(position, 16).ok()).flatten()?;
    // Positions stay below what a signed number holds, also where they are written down.
    i64::try_from(position).is_ok().then_some((generation, Position(position)))
}

/// A time of four-digit years, at any precision.
/// Spec: <https://ircv3.net/specs/extensions/server-time>
fn iso(text: &str) -> Option<Millis> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let in_range = year >= 1970 && (1..=12).contains(&month) && (1..=31).contains(&day);
    // A leap second has the number 60.
    if !is_fraction || !in_range || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let millis = thousandths(fraction);
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(Millis(seconds * 1000 + millis))
}

/// A time in seconds from the beginning of 1970 at any precision, as modules of ZNC are told it: `1558374442`, `1558374442.123`.
/// What is below a thousandth is cut.
/// Spec: <https://wiki.znc.in/Playback>
pub fn unix(text: &str) -> Option<Millis> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(seconds) || !are_digits(fraction) {
        return None;
    }
    let seconds: u64 = seconds.parse().ok()?;
    seconds.checked_mul(1000)?.checked_add(thousandths(fraction)).map(Millis)
}

/// What digits after a point are in thousandths.
fn thousandths(fraction: &str) -> u64 {
    let digits = fraction.bytes().chain(*b"000").take(3);
    digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
}

/// Three numbers of so many digits.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[u64; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Days from 1 January 1970, of a year from then on. Years are counted from March, so that a leap day is their last.
fn days(year: u64, month: u64, day: u64) -> u64 {
    const DAYS_TO_1970: u64 = 719_468;
    let (year, from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - DAYS_TO_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, ms) in [
            ("1970-01-01T00:00:00.000Z", 0),
            ("2000-02-29T00:00:00.000Z", 951_782_400_000),
            ("2011-10-19T16:36:51.620Z", 1_319_042_211_620),
            ("2011-10-19T16:36:51Z", 1_319_042_211_000),
            ("2011-10-19T16:36:51.6201234Z", 1_319_042_211_620),
            ("2011-10-19T16:36:51.6Z", 1_319_042_211_600),
            ("2100-03-01T00:00:00.000Z", 4_107_542_400_000),
        ] {
            assert_eq!(Point::parse(&format!("timestamp={text}")), Ok(Point::Time(Millis(ms))), "{text}");
        }
    }

    #[test]
    fn seconds() {
        for (text, ms) in [
            ("0", Some(0)),
            ("1558374442", Some(1_558_374_442_000)),
            ("1558374442.1", Some(1_558_374_442_100)),
            ("1558374442.123999", Some(1_558_374_442_123)),
            ("0000000001.0", Some(1_000)),
            ("", None),
            (".", None),
            (".5", None),
            ("5.", None),
            ("-1", None),
            ("+1", None),
            ("1e9", None),
            ("0x10", None),
            ("inf", None),
            ("nan", None),
            ("1.2.3", None),
            ("1,5", None),
            ("\u{661}", None),
            ("18446744073709551615", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(unix(text), ms.map(Millis), "{text}");
        }
    }

    #[test]
    fn ids() {
        assert_eq!(Point::parse("msgid=1-2f"), Ok(Point::Message(Position(0x2f))));
        assert_eq!(Point::parse("msgid=ffffffff-1"), Ok(Point::Message(Position(1))));
    }

    #[test]
    fn what_is_none() {
        for word in ["", "*", "msgid", "position=1", "MSGID=1-1"] {
            assert_eq!(Point::parse(word), Err(BadPoint::Type), "{word}");
        }
        let ids = ["", "1", "-", "1-", "-1", "1-+1", "1-1-1", "1-ffffffffffffffff", "1-é"];
        for word in ids.map(|id| format!("msgid={id}")) {
            assert_eq!(Point::parse(&word), Err(BadPoint::Value), "{word}");
        }
        for time in [
            "",
            "2011-10-19",
            "2011-10-19T16:36:51.620",
            "2011-13-19T16:36:51.620Z",
            "2011-10-00T16:36:51.620Z",
            "2011-10-19T24:36:51.620Z",
            "2011-10-19T16:36:51.Z",
            "2011-10-19T16:36:51.-1Z",
            "1969-12-31T23:59:59.999Z",
            "+011-10-19T16:36:51.620Z",
            "99999999999999999999-10-19T16:36:51.620Z",
        ] {
            assert_eq!(Point::parse(&format!("timestamp={time}")), Err(BadPoint::Value), "{time}");
        }
    }
}
