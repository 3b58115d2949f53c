//! A transcript's file: text to lines with a meaning, and back.

use std::fmt;

use super::door::{DOORS, Door};

/// A transcript, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    pub lines: Vec<Line>,
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A comment or an empty line, as it is.
    Comment(String),
    Step(Step),
    Heard(Heard),
}

/// What somebody hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub actor: String,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Line(String),
    /// The server has closed the connection.
    Closed,
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Set(Setting),
    Open(Opening),
    Send {
        actor: String,
        text: String,
        then: Then,
    },
    Close {
        actor: String,
    },
    Pass {
        seconds: u64,
    },
    Machine(Machine),
    Crash,
    Restart,
    /// The configuration says something else, and is read again.
    Reload(Setting),
    Run {
        words: Vec<String>,
        end: End,
    },
    /// Somebody reads the next letter to their mailbox.
    ReadLetter {
        mailbox: String,
    },
}

/// What happens to a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    DiskFull,
    DiskFree,
    /// The pool for slow work takes nothing more.
    PoolFull,
    PoolFree,
}

impl Machine {
    const ALL: &[(Self, &str)] = &[
        (Self::DiskFull, "disk full"),
        (Self::DiskFree, "disk free"),
        (Self::PoolFull, "pool full"),
        (Self::PoolFree, "pool free"),
    ];

    fn parse(words: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, it)| *it == words).map(|(machine, _)| *machine)
    }

    fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(machine, _)| *machine == self).map_or("", |(_, words)| words)
    }
}

/// `section.key value`, as the configuration has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub key: String,
    pub value: String,
}

/// Whether what a line brings about is looked at before the next one is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Listen,
    SendNext,
}

/// How a command of the server's command line must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Done,
    Refused,
}

/// A connection that is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    pub actor: String,
    pub door: &'static Door,
    pub over: Over,
    /// Nothing is done, and everything is shown.
    pub raw: bool,
    /// Who they log in as, and are called.
    pub account: Option<String>,
    pub language: Option<String>,
    pub caps: Vec<String>,
    pub channels: Vec<String>,
}

/// What carries a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Over {
    #[default]
    Plain,
    /// TLS, in which somebody shows a certificate of that name, if they have one.
    Tls(Option<String>),
}

impl Over {
    fn parse(word: &str) -> Option<Self> {
        let rest = word.strip_prefix("tls")?;
        match rest.strip_prefix(':') {
            Some(name) => Some(Self::Tls(Some(name.to_owned()))),
            None => rest.is_empty().then_some(Self::Tls(None)),
        }
    }
}

impl Opening {
    /// What they are called when they are in.
    pub fn nick(&self) -> &str {
        self.account.as_ref().unwrap_or(&self.actor)
    }
}

impl Script {
    /// Understands a file.
    ///
    /// # Errors
    /// The number of the line, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let numbered = text.lines().zip(1..);
        let lines = numbered.map(|(line, number)| parse(line).map_err(|error| format!("{number}: {error}")));
        lines.collect::<Result<_, _>>().map(|lines| Self { lines })
    }

    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.lines.iter().filter_map(|line| if let Line::Step(step) = line { Some(step) } else { None })
    }

    /// Width of the longest name of an actor, in characters.
    fn width(&self) -> usize {
        let names = self.steps().filter_map(|step| match step {
            Step::Open(opening) => Some(opening.actor.chars().count()),
            _ => None,
        });
        names.max().unwrap_or_default()
    }
}

fn parse(line: &str) -> Result<Line, String> {
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim_start();
    Ok(Line::Step(match first {
        "" | "#" => return Ok(Line::Comment(line.to_owned())),
        "=" => Step::Set(setting(rest)?),
        "@" => Step::Open(opening(rest)?),
        "~" => {
            let seconds = rest.strip_suffix('s').and_then(|n| n.parse().ok());
            Step::Pass { seconds: seconds.ok_or("a time is `~ 3600s`")? }
        }
        "!" if rest == "crash" => Step::Crash,
        "!" if rest == "restart" => Step::Restart,
        "!" if rest.starts_with("reload ") => Step::Reload(setting(&rest["reload ".len()..])?),
        "!" => Step::Machine(Machine::parse(rest).ok_or_else(|| format!("what is `! {rest}`?"))?),
        "$" => Step::Run { words: words(rest), end: End::Done },
        "&" => Step::ReadLetter { mailbox: rest.to_owned() },
        "$!" => Step::Run { words: words(rest), end: End::Refused },
        actor => return said(actor, rest),
    }))
}

fn said(actor: &str, rest: &str) -> Result<Line, String> {
    let (sign, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let (actor, text) = (actor.to_owned(), text.to_owned());
    let heard = |what| Line::Heard(Heard { actor: actor.clone(), what });
    Ok(match sign {
        "<" => heard(What::Line(text)),
        "|" => heard(What::Closed),
        ">" => Line::Step(Step::Send { actor, text, then: Then::Listen }),
        ">>" => Line::Step(Step::Send { actor, text, then: Then::SendNext }),
        "x" => Line::Step(Step::Close { actor }),
        _ => return Err(format!("`{sign}` is none of `<`, `|`, `>`, `>>` and `x`")),
    })
}

fn words(rest: &str) -> Vec<String> {
    rest.split_whitespace().map(str::to_owned).collect()
}

fn setting(rest: &str) -> Result<Setting, String> {
    let (key, value) = rest.split_once(' ').ok_or("a setting is `= section.key value`")?;
    Ok(Setting { key: key.to_owned(), value: value.trim().to_owned() })
}

fn opening(rest: &str) -> Result<Opening, String> {
    let mut words = rest.split_whitespace();
    let actor = words.next().ok_or("who connects?")?.to_owned();
    let door = words.next().and_then(Door::named).ok_or_else(|| {
        let names: Vec<_> = DOORS.iter().map(|door| door.name).collect();
        format!("a door is one of {}", names.join(", "))
    })?;
    let (over, caps, channels) = (Over::Plain, Vec::new(), Vec::new());
    let (raw, account, language) = (false, None, None);
    let mut opening = Opening { actor, door, over, raw, account, language, caps, channels };
    while let Some(word) = words.next() {
        match word {
            "as" => opening.account = Some(words.next().ok_or("as whom?")?.to_owned()),
            "raw" => opening.raw = true,
            "fr" | "en" => opening.language = Some(word.to_owned()),
            _ if word.starts_with("tls") => {
                opening.over = Over::parse(word).ok_or("TLS is `tls`, or `tls:ada` with a certificate")?;
            }
            _ if word.starts_with('#') => opening.channels.push(word.to_owned()),
            _ => {
                let caps = word.strip_prefix('+').ok_or_else(|| format!("what is `{word}`?"))?;
                opening.caps.extend(caps.split(',').map(str::to_owned));
            }
        }
    }
    Ok(opening)
}

/// The file, with names in columns.
impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.width();
        for line in &self.lines {
            match line {
                Line::Comment(text) => writeln!(f, "{}", text.trim_end())?,
                Line::Step(step) => write_step(f, step, width)?,
                Line::Heard(heard) => writeln!(f, "{}", heard.in_column(width))?,
            }
        }
        Ok(())
    }
}

impl Heard {
    /// The line of the file, its name padded to `width`.
    pub fn in_column(&self, width: usize) -> String {
        let actor = &self.actor;
        match &self.what {
            What::Line(text) => format!("{actor:width$} < {text}").trim_end_matches(' ').to_owned(),
            What::Closed => format!("{actor:width$} |"),
        }
    }
}

fn write_step(f: &mut fmt::Formatter<'_>, step: &Step, width: usize) -> fmt::Result {
    match step {
        Step::Set(Setting { key, value }) => writeln!(f, "= {key} {value}"),
        Step::Open(opening) => write_opening(f, opening, width),
        Step::Send { actor, text, then: Then::Listen } => {
            writeln!(f, "{}", format!("{actor:width$} > {text}").trim_end_matches(' '))
        }
        Step::Send { actor, text, then: Then::SendNext } => writeln!(f, "{actor:width$} >> {text}"),
        Step::Close { actor } => writeln!(f, "{actor:width$} x"),
        Step::Pass { seconds } => writeln!(f, "~ {seconds}s"),
        Step::Machine(machine) => writeln!(f, "! {}", machine.as_str()),
        Step::Crash => writeln!(f, "! crash"),
        Step::Restart => writeln!(f, "! restart"),
        Step::Reload(Setting { key, value }) => writeln!(f, "! reload {key} {value}"),
        Step::ReadLetter { mailbox } => writeln!(f, "& {mailbox}"),
        Step::Run { words, end: End::Done } => writeln!(f, "$ {}", words.join(" ")),
        Step::Run { words, end: End::Refused } => writeln!(f, "$! {}", words.join(" ")),
    }
}

fn write_opening(f: &mut fmt::Formatter<'_>, opening: &Opening, width: usize) -> fmt::Result {
    let Opening { actor, door, over, raw, account, language, caps, channels } = opening;
    write!(f, "@ {actor:width$} {}", door.name)?;
    match over {
        Over::Plain => {}
        Over::Tls(None) => write!(f, " tls")?,
        Over::Tls(Some(name)) => write!(f, " tls:{name}")?,
    }
    if let Some(account) = account {
        write!(f, " as {account}")?;
    }
    if *raw {
        write!(f, " raw")?;
    }
    for word in language.iter().chain(channels) {
        write!(f, " {word}")?;
    }
    if !caps.is_empty() {
        write!(f, " +{}", caps.join(","))?;
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAY: &str = "\
# Under +t only operators change the topic.
= limits.list_entries 3

@ alice irc #rust +server-time,echo-message
@ bob   line raw
@ desk  irc as alice #rust
@ safe  line tls
@ sure  irc tls:ada raw
bob   >> /nick bob
bob   > /topic  two spaces
bob   < No.
alice |
bob   x
~ 60s
! disk full
! crash
! reload limits.targets 9
& alice@example.org
mail  < Subject: Hello
$ admin role alice moderator
$! admin role nobody moderator
";

    #[test]
    fn a_script_is_written_as_it_was_read() {
        let script = Script::parse(PLAY).expect("a script");
        assert_eq!(script.to_string(), PLAY);
        let loose = PLAY.replace("bob   ", "bob ");
        assert_eq!(Script::parse(&loose).expect("a script").to_string(), PLAY);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let error = Script::parse("# fine\nalice ? what\n").expect_err("no such sign");
        assert!(error.starts_with("2: "), "{error}");
        assert!(Script::parse("@ alice gopher").is_err());
        assert!(Script::parse("~ soon").is_err());
    }
}
