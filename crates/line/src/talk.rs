//! Words that people say: the way that most lines go, so nothing is looked up for a message in a channel.

use colvert_core::event::{Kind, Source, Target};
use colvert_core::ids::Millis;

use crate::printing;
use crate::speech::Speech;
use crate::when;

/// Something that was said.
pub struct Talk<'a> {
    pub by: &'a Source,
    pub to: &'a Target,
    pub kind: Kind,
    pub text: &'a str,
}

impl Talk<'_> {
    /// Whether it is for one person, and not for who says it.
    pub fn is_sent_to_another(&self) -> bool {
        matches!(self.to, Target::User { id, .. } if *id != self.by.id)
    }

    /// The line that everybody in a channel reads, or the receiver of a private message.
    pub fn print(&self, speech: &Speech, out: &mut Vec<u8>) {
        self.print_place(speech, out);
        self.print_words(out);
    }

    /// The same line in a history, with its time.
    pub fn print_at(&self, time: Millis, speech: &Speech, out: &mut Vec<u8>) {
        self.print_place(speech, out);
        printing::print(out, &when::minute(time));
        printing::print(out, " ");
        self.print_words(out);
    }

    /// What the sender's other sessions read of a private message.
    pub fn print_sent(&self, speech: &Speech, out: &mut Vec<u8>) {
        if let Target::User { nick, .. } = self.to {
            bracket(out, &speech.words("private-to", &[("nick", nick.as_str().into())]));
        }
        self.print_words(out);
    }

    fn print_place(&self, speech: &Speech, out: &mut Vec<u8>) {
        match self.to {
            Target::Channel { name, .. } => bracket(out, name.bare()),
            Target::Statuses { name, least, .. } => {
                bracket(out, &least.prefixes().chain(name.bare().chars()).collect::<String>());
            }
            Target::User { .. } => {
                bracket(out, &speech.words("private-from", &[("nick", self.by.nick.as_str().into())]));
            }
        }
    }

    fn print_words(&self, out: &mut Vec<u8>) {
        let nick = self.by.nick.as_str();
        let (before, after) = match (self.kind, self.to) {
            (Kind::Message, Target::Channel { .. } | Target::Statuses { .. }) => ("", ": "),
            (Kind::Message, Target::User { .. }) => return printing::line(out, self.text),
            (Kind::Action, _) => ("* ", " "),
            (Kind::Notice, _) => ("-", "-: "),
        };
        for part in [before, nick, after] {
            printing::print(out, part);
        }
        printing::line(out, self.text);
    }
}

/// Writes what a line is about, in brackets.
pub fn bracket(out: &mut Vec<u8>, inside: &str) {
    for part in ["[", inside, "] "] {
        printing::print(out, part);
    }
}
