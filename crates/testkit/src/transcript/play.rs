//! The steps of a script on a stage, and what is heard.

use std::collections::BTreeMap;

use super::door::Door;
use super::normal::Names;
use super::script::{End, Heard, Line, Opening, Script, Step, Then, What};
use super::stage::{Seat, Sound, Stage};
use crate::issuer;

/// What was heard after each line of the script that is a step, by the number of that line, from 0.
pub type Performance = BTreeMap<usize, Vec<Heard>>;

/// Plays a script.
///
/// # Errors
/// The number of the line in the file, and what went wrong.
pub fn play(script: &Script, stage: &mut dyn Stage) -> Result<Performance, String> {
    let mut play = Play { stage, names: Names::default(), seats: BTreeMap::new(), actors: BTreeMap::new() };
    let mut performance = Performance::new();
    for (number, line) in script.lines.iter().enumerate() {
        let Line::Step(step) = line else { continue };
        let least = script.lines[number + 1..].iter().take_while(|line| !matches!(line, Line::Step(_)));
        let least = least.filter(|line| matches!(line, Line::Heard(_))).count();
        let heard = play.step(step, least).map_err(|error| format!("{}: {error}", number + 1))?;
        performance.insert(number, heard);
    }
    match play.stage.unread_letters()[..] {
        [] => Ok(performance),
        ref unread => {
            Err(format!("{}: letters that nobody has read: {}", script.lines.len(), unread.join(", ")))
        }
    }
}

/// Who a letter's lines are by.
const MAIL: &str = "mail";

struct Play<'a> {
    stage: &'a mut dyn Stage,
    names: Names,
    seats: BTreeMap<String, (Seat, &'static Door)>,
    actors: BTreeMap<Seat, String>,
}

impl Play<'_> {
    fn step(&mut self, step: &Step, least: usize) -> Result<Vec<Heard>, String> {
        match step {
            Step::Set(_) => Ok(Vec::new()),
            Step::Open(opening) => self.open(opening),
            Step::Send { actor, text, then } => {
                let (seat, door) = self.seat(actor)?;
                let mut bytes = unescape(&issuer::common().fill(&self.names.resolve(text))?)?;
                bytes.extend_from_slice(door.line_end.as_bytes());
                self.stage.send(seat, &bytes)?;
                match then {
                    Then::Listen => self.listen(Some(seat), 0),
                    Then::SendNext => Ok(Vec::new()),
                }
            }
            Step::Close { actor } => {
                let (seat, _) = self.seat(actor)?;
                self.stage.close(seat);
                self.listen(None, least)
            }
            Step::Pass { seconds } => {
                self.stage.pass(*seconds)?;
                self.listen(None, least)
            }
            Step::Machine(what) => {
                self.stage.machine(*what)?;
                self.listen(None, 0)
            }
            Step::Crash => {
                self.stage.crash()?;
                self.listen(None, 0).map(|_| Vec::new())
            }
            Step::Restart => {
                self.stage.restart()?;
                self.listen(None, least)
            }
            Step::Reload(setting) => {
                self.stage.reload(setting)?;
                self.listen(None, least)
            }
            Step::ReadLetter { mailbox } => {
                let lines = self.stage.letter(mailbox)?;
                let heard = lines.iter().map(|line| self.names.normal(line));
                let heard = heard.map(|line| Heard { actor: MAIL.to_owned(), what: What::Line(line) });
                Ok(heard.collect())
            }
            Step::Run { words, end } => self.run(words, *end, least),
        }
    }

    fn seat(&self, actor: &str) -> Result<(Seat, &'static Door), String> {
        self.seats.get(actor).copied().ok_or_else(|| format!("{actor} is not there"))
    }

    fn open(&mut self, opening: &Opening) -> Result<Vec<Heard>, String> {
        let seat = self.stage.connect(opening.door, &opening.over)?;
        self.seats.insert(opening.actor.clone(), (seat, opening.door));
        self.actors.insert(seat, opening.actor.clone());
        if opening.raw {
            return self.listen(Some(seat), 0);
        }
        let mut hello = String::new();
        for line in (opening.door.hello)(opening) {
            hello.push_str(&line);
            hello.push_str(opening.door.line_end);
        }
        self.stage.send(seat, hello.as_bytes())?;
        let heard = self.listen(Some(seat), 0)?;
        let is_welcome = |it: &Heard| match &it.what {
            What::Line(line) => (opening.door.welcomes)(line, opening.nick()),
            What::Closed => false,
        };
        if !heard.iter().any(|it| it.actor == opening.actor && is_welcome(it)) {
            return Err(format!("{} was not let in:\n{}", opening.actor, in_lines(&heard)));
        }
        Ok(Vec::new())
    }

    fn run(&mut self, words: &[String], end: End, least: usize) -> Result<Vec<Heard>, String> {
        match (self.stage.run(words), end) {
            (Ok(made), End::Done) => {
                if let Some(code) = made {
                    self.names.learn("$code", &code);
                }
            }
            (Err(_), End::Refused) => {}
            (Err(error), End::Done) => return Err(error),
            (Ok(_), End::Refused) => return Err("it was not refused".to_owned()),
        }
        self.listen(None, least)
    }

    fn listen(&mut self, first: Option<Seat>, least: usize) -> Result<Vec<Heard>, String> {
        let sounds = self.stage.listen(first, least)?;
        let heard = sounds.into_iter().map(|(seat, sound)| {
            let what = match sound {
                Sound::Line(bytes) => What::Line(self.names.normal(&escape(&bytes))),
                Sound::Closed => What::Closed,
            };
            Heard { actor: self.actors[&seat].clone(), what }
        });
        Ok(heard.collect())
    }
}

fn in_lines(heard: &[Heard]) -> String {
    heard.iter().map(|it| it.in_column(0)).collect::<Vec<_>>().join("\n")
}

/// Bytes as a line of a file: what is no text, or a control character, is `\x..`.
fn escape(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                c if is_unseen(c) => {
                    let bytes = c.to_string().into_bytes();
                    text.extend(bytes.into_iter().map(|byte| format!("\\x{byte:02x}")));
                }
                c => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    // Editors take spaces at the end of a line away.
    if text.ends_with(' ') {
        text.truncate(text.len() - 1);
        text.push_str("\\x20");
    }
    text
}

/// Characters that a reader of the file would not see.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let byte = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.ok_or_else(|| format!("`\\x{part}` is no byte"))?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_can_be_written() {
        let bytes = b"\x01ACTION waves\x01 \xc3\xa9 \xff";
        assert_eq!(escape(bytes), "\\x01ACTION waves\\x01 é \\xff");
        assert_eq!(unescape(&escape(bytes)).expect("just escaped"), bytes);
        assert!(unescape("\\xzz").is_err());
    }
}
