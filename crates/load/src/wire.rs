//! IRC lines as a client reads them, and the nicks of the run's clients.
//!
//! Borrowing only: nothing here allocates, because every line of a run passes here or in `payload`.

use memchr::memchr;

/// Spec: <https://modern.ircdocs.horse/#parameters> (at most fifteen).
const PARAMS_MAX: usize = 15;

/// One line, cut into its parts; the tags are skipped.
pub struct Message<'a> {
    pub line: &'a [u8],
    pub source: &'a [u8],
    pub command: &'a [u8],
    params: [&'a [u8]; PARAMS_MAX],
    count: usize,
}

impl<'a> Message<'a> {
    /// `None` when there is no command.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let mut rest = without_tags(line);
        let mut source: &[u8] = b"";
        if rest.first() == Some(&b':') {
            (source, rest) = word(&rest[1..]);
        }
        let (command, mut rest) = word(rest);
        if command.is_empty() {
            return None;
        }
        let mut message = Message { line, source, command, params: [b""; PARAMS_MAX], count: 0 };
        while !rest.is_empty() && message.count < PARAMS_MAX {
            let param;
            if rest[0] == b':' || message.count == PARAMS_MAX - 1 {
                param = rest.strip_prefix(b":").unwrap_or(rest);
                rest = b"";
            } else {
                (param, rest) = word(rest);
            }
            message.params[message.count] = param;
            message.count += 1;
        }
        Some(message)
    }

    pub fn param(&self, index: usize) -> &'a [u8] {
        self.params[..self.count].get(index).copied().unwrap_or(b"")
    }

    pub fn last(&self) -> &'a [u8] {
        self.param(self.count.wrapping_sub(1))
    }

    /// The nick of the source.
    pub fn nick(&self) -> &'a [u8] {
        &self.source[..memchr(b'!', self.source).unwrap_or(self.source.len())]
    }

    /// Whether the server says no: an error numeric, `ERROR` or `FAIL`. No MOTD (422) is no refusal.
    pub fn is_refusal(&self) -> bool {
        match self.command {
            b"ERROR" | b"FAIL" => true,
            [b'4' | b'5', b'0'..=b'9', b'0'..=b'9'] => self.command != b"422",
            _ => false,
        }
    }
}

/// The line after its message tags.
pub fn without_tags(line: &[u8]) -> &[u8] {
    if line.first() == Some(&b'@') { word(line).1 } else { line }
}

fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr(b' ', text).unwrap_or(text.len());
    let mut rest = &text[end..];
    while rest.first() == Some(&b' ') {
        rest = &rest[1..];
    }
    (&text[..end], rest)
}

/// Seven bytes: the shortest limit in use is nine (RFC 2812).
pub const NICK_BYTES: usize = 7;
/// Clients that a run can name.
pub const CLIENTS_MAX: usize = BASE * BASE * BASE * BASE;
const BASE: usize = DIGITS.len();
/// Without those that look like another: a server may refuse a nick that the eye takes for somebody else's.
const DIGITS: &[u8; 30] = b"23456789abcdefghjknpqrstuvwxyz";

/// Names of the clients of one run: `c`, two digits of the run, four of the client. A run never sees
/// another's lines as its own, and two runs against one server do not fight for nicks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Names {
    pub run: [u8; 2],
}

impl Names {
    pub fn new(seed: u64) -> Self {
        let digit = |power: u64| DIGITS[(seed / power % BASE as u64) as usize];
        Names { run: [digit(BASE as u64), digit(1)] }
    }

    pub fn nick(&self, index: usize) -> [u8; NICK_BYTES] {
        let digit = |place: u32| DIGITS[index / BASE.pow(place) % BASE];
        [b'c', self.run[0], self.run[1], digit(3), digit(2), digit(1), digit(0)]
    }

    pub fn text(&self, index: usize) -> String {
        self.nick(index).iter().copied().map(char::from).collect()
    }

    /// Which client of this run has the nick.
    pub fn index(&self, nick: &[u8]) -> Option<usize> {
        let [b'c', r0, r1, digits @ ..] = nick else { return None };
        if [*r0, *r1] != self.run || digits.len() != 4 {
            return None;
        }
        digits.iter().try_fold(0, |sum, &byte| {
            let digit = memchr(byte, DIGITS)?;
            Some(sum * BASE + digit)
        })
    }

    /// The run's channel of that number.
    pub fn channel(&self, number: usize) -> Vec<u8> {
        format!("#l{}{}-{number}", char::from(self.run[0]), char::from(self.run[1])).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_into_its_parts() {
        let line = b"@time=1;x=y :nick!user@host PRIVMSG  #c :two words";
        let message = Message::parse(line).unwrap();
        assert_eq!(message.nick(), b"nick");
        assert_eq!(message.command, b"PRIVMSG");
        assert_eq!(message.param(0), b"#c");
        assert_eq!(message.last(), b"two words");
        assert_eq!(message.param(2), b"");
    }

    #[test]
    fn lines_without_source_or_parameters_are_lines() {
        let message = Message::parse(b"PING").unwrap();
        assert_eq!((message.source, message.command, message.last()), (&b""[..], &b"PING"[..], &b""[..]));
        assert!(Message::parse(b"").is_none());
        assert!(Message::parse(b":only.a.source").is_none());
        assert!(Message::parse(b"@only=tags").is_none());
        assert_eq!(Message::parse(b"PONG a :").unwrap().last(), b"");
    }

    #[test]
    fn the_fifteenth_parameter_takes_the_rest() {
        let message = Message::parse(b"X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16").unwrap();
        assert_eq!(message.last(), b"15 16");
    }

    #[test]
    fn refusals_are_told_from_answers() {
        let refuses = |line: &[u8]| Message::parse(line).unwrap().is_refusal();
        assert!(refuses(b":s 433 * n :Nickname is already in use"));
        assert!(refuses(b"ERROR :Closing link"));
        assert!(refuses(b"FAIL JOIN NO :no"));
        assert!(!refuses(b":s 422 n :no MOTD"));
        assert!(!refuses(b":s 353 n = #c :a b"));
    }

    #[test]
    fn a_nick_names_its_client() {
        let names = Names::new(77);
        for index in [0, BASE - 1, BASE, BASE * BASE + 7, CLIENTS_MAX - 1] {
            assert_eq!(names.index(&names.nick(index)), Some(index));
        }
        assert_eq!(Names::new(78).index(&names.nick(5)), None);
        assert_eq!(names.index(b"somebody"), None);
    }
}
