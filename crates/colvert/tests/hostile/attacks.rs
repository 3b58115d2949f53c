//! What strangers send, and what becomes of it.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Irc,
    Line,
}

/// Who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// Somebody without a nick.
    Stranger,
    /// Somebody on #hostile.
    Member,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// One of the lines of the answer contains this.
    Say(&'static str),
    /// So many of them do.
    SayTimes(&'static str, usize),
    /// There is no answer, as there is no question.
    Nothing,
    /// The connection ends with these words.
    Close(&'static str),
}

pub struct Attack {
    pub name: &'static str,
    pub door: Door,
    pub person: Person,
    pub bytes: Vec<u8>,
    pub expected: Expected,
}

impl Door {
    /// A question with an answer that contains `token`; it may be `before` or `the-end`.
    pub fn ping(self, token: &str) -> &'static str {
        match (self, token) {
            (Self::Irc, "before") => "PING before",
            (Self::Irc, _) => "PING the-end",
            (Self::Line, "before") => "/ping before",
            (Self::Line, _) => "/ping the-end",
        }
    }
}

const MIB: usize = 1 << 20;
pub const HTTP_GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const HTTP_POST: &str = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n\
    NICK smuggled\r\nUSER smuggled 0 * :x\r\nJOIN #hostile\r\nPRIVMSG #hostile :smuggled\r\n\
    /nick smuggled\r\n/join hostile\r\nsmuggled\r\n";
/// The beginning of a TLS hello, with a line's end in its random bytes.
pub const TLS: &[u8] =
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x0a\r\nNICK smuggled\r\n\x00\x20\x13\x01";

/// Somebody who is not trusted says for whom they connect, in both versions of the PROXY protocol.
pub const PROXY_LINE: &str =
    "PROXY TCP4 192.0.2.7 192.0.2.1 5 6667\r\nNICK smuggled\r\nUSER smuggled 0 * :x\r\n";
pub const PROXY_OCTETS: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\xc0\0\x02\x01\0\x05\x1a\x0bNICK smuggled\r\n";

pub fn attacks() -> Vec<Attack> {
    let mut all = on_irc();
    all.extend(irc_tags());
    all.extend(irc_strangers());
    all.extend(on_line());
    all
}

fn attack(door: Door, person: Person, name: &'static str, bytes: Vec<u8>, expected: Expected) -> Attack {
    Attack { name, door, person, bytes, expected }
}

/// What members of #hostile send on IRC.
fn on_irc() -> Vec<Attack> {
    use Expected::*;
    let list: Vec<(&str, Vec<u8>, Expected)> = vec![
        ("NUL", b"PRIVMSG #hostile :a\0b\r\n".into(), Say(" 400 ")),
        ("bare CR", b"PRIVMSG #hostile :a\rPRIVMSG #hostile :smuggled\r\n".into(), Say(" 400 ")),
        ("CR CR LF", b"PRIVMSG #hostile :thrice\r\r\r\n".into(), SayTimes("PRIVMSG #hostile :thrice", 1)),
        ("CR and nothing else", b"\r\r\r\r\r\n".into(), Nothing),
        ("100,000 empty lines", b"\r\n".repeat(100_000), Nothing),
        (
            "invalid UTF-8",
            b"PRIVMSG #hostile :\xff\xfe\xc0\x80\r\n".into(),
            Say("FAIL PRIVMSG INVALID_UTF8 "),
        ),
        ("invalid UTF-8 as a command", b"\xed\xa0\x80\r\n".into(), Say("INVALID_UTF8 ")),
        ("BOM", "\u{feff}PRIVMSG #hostile :smuggled\r\n".into(), Say(" 421 ")),
        ("BOM in a nick", "NICK \u{feff}bystander\r\n".into(), Say(" 432 ")),
        ("bidi in a nick", "NICK by\u{202e}stander\r\n".into(), Say(" 432 ")),
        ("zero width in a nick", "NICK by\u{200b}stander\r\n".into(), Say(" 432 ")),
        ("zero-width joiner in a nick", "NICK by\u{200d}stander\r\n".into(), Say(" 432 ")),
        ("bidi in a channel", "JOIN #hos\u{2066}tile\r\n".into(), Say(" 476 ")),
        ("zero width in a channel", "JOIN #hos\u{200b}tile\r\n".into(), Say(" 476 ")),
        (
            "bidi in words is words",
            "PRIVMSG #hostile :a\u{202e}b\u{200b}c\u{feff}\r\n".into(),
            Say("a\u{202e}b\u{200b}c\u{feff}"),
        ),
        (
            "more than 15 parameters",
            format!("PRIVMSG #hostile first {}\r\n", "x ".repeat(60)).into(),
            SayTimes("PRIVMSG #hostile :first", 1),
        ),
        ("modes with 40 parameters", format!("MODE #hostile {}\r\n", "+b ".repeat(40)).into(), Say(" 482 ")),
        ("a line of 1 MiB", long_line(MIB), SayTimes(" 417 ", 1)),
        ("a line of 513 bytes", long_line(513), SayTimes(" 417 ", 1)),
        ("HTTP after registration", HTTP_GET.into(), Say(" 421 ")),
        ("CAP END after registration", b"CAP END\r\n".into(), Nothing),
        ("a source that is not one's own", b":bystander!x@x PRIVMSG #hostile :mine\r\n".into(), Say(":att")),
        ("spaces only", b"    \r\n".into(), Nothing),
        ("a colon only", b":\r\n".into(), Nothing),
        ("a command of digits", b"001 att :Welcome\r\n".into(), Say(" 421 ")),
        (
            "MODE of a pattern of stars",
            format!("MODE #hostile +b {}b\r\n", "*a".repeat(200)).into(),
            Say(" 482 "),
        ),
    ];
    list.into_iter()
        .map(|(name, bytes, expected)| attack(Door::Irc, Person::Member, name, bytes, expected))
        .collect()
}

/// Tags, from somebody who has the capability.
fn irc_tags() -> Vec<Attack> {
    use Expected::*;
    let list: Vec<(&str, Vec<u8>, Expected)> = vec![
        ("@ without tags", b"@ PRIVMSG #hostile :bare\r\n".into(), Say("PRIVMSG #hostile :bare")),
        ("@ and nothing else", b"@\r\n".into(), Nothing),
        ("tags and nothing else", b"@+a=b;+c\r\n".into(), Nothing),
        ("duplicate keys", b"@+k=1;+k=2 PRIVMSG #hostile :x\r\n".into(), Say(";+k=2 ")),
        ("bad escapes", b"@+k=a\\b\\ PRIVMSG #hostile :x\r\n".into(), Say(";+k=ab ")),
        (
            "an escaped line's end",
            b"@+k=a\\r\\nQUIT PRIVMSG #hostile :x\r\n".into(),
            Say(";+k=a\\r\\nQUIT :att"),
        ),
        ("a tag without value", b"@+k PRIVMSG #hostile :x\r\n".into(), Say(";+k ")),
        ("a tag with an empty value", b"@+k= PRIVMSG #hostile :x\r\n".into(), Say(";+k ")),
        ("tags without names", b"@;;=x;+;+=; PRIVMSG #hostile :nameless\r\n".into(), Say("nameless")),
        ("a server's tag", b"@time=x;msgid=y PRIVMSG #hostile :x\r\n".into(), SayTimes("msgid=y", 0)),
        ("invalid UTF-8 in tags", b"@+k=\xff PRIVMSG #hostile :x\r\n".into(), Say("INVALID_UTF8 ")),
        ("4094 bytes of tags", tags(4_094), Say("PRIVMSG #hostile :tagged")),
        ("4095 bytes of tags", tags(4_095), SayTimes(" 417 ", 1)),
        ("8191 bytes of tags", tags(8_191), SayTimes(" 417 ", 1)),
        ("8192 bytes of tags", tags(8_192), SayTimes(" 417 ", 1)),
        ("a line of 8191 bytes", tags(8_191 - " PRIVMSG #hostile :tagged@".len()), SayTimes(" 417 ", 1)),
        (
            "1,300 times the same tag",
            [b"@", "+a;".repeat(1_300).as_bytes(), b" TAGMSG #hostile\r\n"].concat(),
            Say("+a :att"),
        ),
    ];
    list.into_iter()
        .map(|(name, bytes, expected)| attack(Door::Irc, Person::Member, name, bytes, expected))
        .collect()
}

/// What comes before registration on IRC.
fn irc_strangers() -> Vec<Attack> {
    use Expected::*;
    let caps = |bytes: usize| format!("CAP REQ :{}\r\n", "x".repeat(bytes - "CAP REQ :".len())).into_bytes();
    let list: Vec<(&str, Vec<u8>, Expected)> = vec![
        ("HTTP GET", HTTP_GET.into(), Close("ERROR ")),
        ("HTTP POST", HTTP_POST.into(), Close("ERROR ")),
        ("HTTP behind empty lines", [b"\r\n\r\n", HTTP_POST.as_bytes()].concat(), Close("ERROR ")),
        ("TLS", TLS.into(), Close("ERROR ")),
        ("a proxy's line", PROXY_LINE.into(), Close("ERROR ")),
        ("a proxy's octets", PROXY_OCTETS.into(), Close("ERROR ")),
        ("CAP LS in a loop", b"CAP LS 302\r\n".repeat(10_000), SayTimes(" CAP * LS :", 10_000)),
        ("CAP LIST in a loop", b"CAP LIST\r\n".repeat(10_000), SayTimes(" CAP * LIST ", 10_000)),
        ("CAP REQ of 510 bytes", caps(510), Say(" NAK ")),
        ("CAP REQ of 511 bytes", caps(511), SayTimes(" 417 ", 1)),
        ("CAP REQ of 4 KiB", caps(4_096), SayTimes(" 417 ", 1)),
        (
            "CAP REQ with one name often",
            format!("CAP REQ :{}\r\n", "batch -batch ".repeat(38)).into(),
            Say(" ACK "),
        ),
        (
            "CAP END twice",
            b"CAP LS\r\nNICK twice\r\nUSER t 0 * :t\r\nCAP END\r\nCAP END\r\n".into(),
            SayTimes(" 001 ", 1),
        ),
        ("CAP END before anything", b"CAP END\r\nCAP END\r\n".into(), Nothing),
        ("CAP of nothing", b"CAP\r\n".into(), Say(" 461 ")),
        ("CAP of something else", b"CAP NONSENSE\r\n".into(), Say(" 410 ")),
        ("words without a nick", b"PRIVMSG bystander :smuggled\r\n".into(), Say(" 451 ")),
        ("a line of 64 MiB before a nick", long_line(64 * MIB), SayTimes(" 417 ", 1)),
        (
            "SASL without end",
            format!("AUTHENTICATE {}\r\n", "A".repeat(400)).repeat(1_000).into(),
            Say(" 90"),
        ),
    ];
    list.into_iter()
        .map(|(name, bytes, expected)| attack(Door::Irc, Person::Stranger, name, bytes, expected))
        .collect()
}

fn on_line() -> Vec<Attack> {
    use Expected::*;
    use Person::*;
    let list: Vec<(&str, Person, Vec<u8>, Expected)> = vec![
        ("NUL", Member, b"a\0b\r\n".into(), Say("control characters")),
        ("bare CR", Member, b"a\r/quit\r\n".into(), Say("control characters")),
        ("an escape of a terminal", Member, b"a\x1b[2Jsmuggled\r\n".into(), Say("control characters")),
        ("CR CR LF", Member, b"thrice\r\r\r\n".into(), SayTimes(": thrice", 1)),
        ("100,000 empty lines", Member, b"\r\n".repeat(100_000), Nothing),
        ("invalid UTF-8", Member, b"\xff\xfe\xc0\x80\n".into(), Say("not valid UTF-8")),
        ("BOM at the beginning", Stranger, "\u{feff}/nick bom\r\n".into(), Say("Welcome, bom")),
        ("BOM in a nick", Member, "/nick by\u{feff}stander\n".into(), Say("Not a possible nick")),
        ("bidi in a nick", Member, "/nick by\u{202e}stander\n".into(), Say("Not a possible nick")),
        ("zero width in a nick", Member, "/nick by\u{200b}stander\n".into(), Say("Not a possible nick")),
        ("bidi in a channel", Member, "/join hos\u{2066}tile\n".into(), Say("Not a possible channel name")),
        ("more than 15 words", Member, format!("/join {}\n", "x ".repeat(60)).into(), Say("Usage: /join")),
        ("a line of 1 MiB", Member, long_line(MIB), SayTimes("too long", 1)),
        ("a line of 64 MiB before a nick", Stranger, long_line(64 * MIB), SayTimes("too long", 1)),
        ("a line of 4096 bytes", Member, long_line(4_096), SayTimes("Too long", 1)),
        ("a line of 4097 bytes", Member, long_line(4_097), SayTimes("too long", 1)),
        ("a slash only", Member, b"/\n".into(), Say("Unknown command")),
        ("10,000 slashes", Member, b"/\n".repeat(10_000), SayTimes("Unknown command", 10_000)),
        ("a command of the server's own", Member, b"/role bystander administrator\n".into(), Say("Unknown")),
        ("words without a nick", Stranger, b"smuggled\n".into(), Say("Choose a nick first")),
        ("HTTP GET", Stranger, HTTP_GET.into(), Close("neither TLS nor HTTP")),
        ("HTTP POST", Stranger, HTTP_POST.into(), Close("neither TLS nor HTTP")),
        ("TLS", Stranger, TLS.into(), Close("neither TLS nor HTTP")),
        ("a proxy's line", Stranger, PROXY_LINE.into(), Close("neither TLS nor HTTP")),
        ("a proxy's octets", Stranger, PROXY_OCTETS.into(), Close("neither TLS nor HTTP")),
        ("IRC", Stranger, b"NICK x\r\nUSER x 0 * :x\r\n".into(), SayTimes("Choose a nick first", 2)),
    ];
    list.into_iter()
        .map(|(name, person, bytes, expected)| attack(Door::Line, person, name, bytes, expected))
        .collect()
}

/// A line of so many bytes, without its end.
fn long_line(bytes: usize) -> Vec<u8> {
    [vec![b'x'; bytes], b"\n".to_vec()].concat()
}

/// A message with so many bytes of tags.
fn tags(bytes: usize) -> Vec<u8> {
    format!("@+t={} PRIVMSG #hostile :tagged\r\n", "v".repeat(bytes - "+t=".len())).into()
}
