//! HELP: which verbs there are, what one does, and what letters stand for, each from the table that it is made of.

use colvert_core::extban;
use colvert_core::modes::{
    CHANNEL_MODES, LETTERS_WITH_PARAMETER, ListMode, Meaning, NOTICES, STATUSES, Status, USER_MODES,
};

use super::{Answer, line};
use crate::message::BODY_BARE_BYTES_MAX;
use crate::numerics::{ERR_HELPNOTFOUND, RPL_ENDOFHELP, RPL_HELPSTART, RPL_HELPTXT};
use crate::reading::explained;

/// What is explained besides verbs.
struct Topic {
    /// As servers call it, and without the plural.
    names: &'static [&'static str],
    title: &'static str,
    lines: fn() -> Vec<String>,
}

const TOPICS: &[Topic] = &[
    Topic {
        names: &["CMODES", "CMODE", "CHMODES", "CHMODE"],
        title: "Modes of channels",
        lines: channel_modes,
    },
    Topic { names: &["UMODES", "UMODE"], title: "Modes of people", lines: || meanings(USER_MODES) },
    Topic {
        names: &["SNOMASKS", "SNOMASK"],
        title: "What the server's notices are about, for operators: MODE <nick> +s <letters>",
        lines: || meanings(NOTICES),
    },
    Topic { names: &["EXTBANS", "EXTBAN"], title: "Entries of the lists b, e and I", lines: entries },
];

impl Answer<'_> {
    /// Spec: <https://modern.ircdocs.horse/#help-message>
    pub(super) fn help(&mut self, subject: Option<&str>) {
        let Some(subject) = subject else {
            let topics: Vec<_> = TOPICS.iter().map(|topic| topic.names[0]).collect();
            let title = format!(
                "These are the verbs. HELP <verb> explains one, and HELP {} what letters stand for.",
                topics.join(", ")
            );
            let names: Vec<_> = explained().iter().map(|verb| verb.name).collect();
            return self.help_text("*", &title, &[names.join(" ")]);
        };
        let typed = subject.trim_start_matches('/').to_uppercase();
        if let Some(verb) = explained().into_iter().find(|verb| verb.name == typed) {
            let title = format!("{typed} {}", verb.syntax);
            return self.help_text(subject, &title, &[verb.summary.to_owned()]);
        }
        match TOPICS.iter().find(|topic| topic.names.contains(&typed.as_str())) {
            Some(topic) => self.help_text(subject, topic.title, &(topic.lines)()),
            None => self.numeric(ERR_HELPNOTFOUND, &[subject]),
        }
    }

    /// The first line, an empty one, and the others; the last of them ends it.
    fn help_text(&mut self, subject: &str, title: &str, lines: &[String]) {
        self.numeric_text(RPL_HELPSTART, &[subject], title);
        self.numeric_text(RPL_HELPTXT, &[subject], "");
        let around = format!(":{} {RPL_HELPTXT} {} {subject} :", self.server(), self.nick()).len();
        let room = BODY_BARE_BYTES_MAX.saturating_sub(around);
        let mut pieces = lines.iter().flat_map(|line| line::wrap(line, room)).peekable();
        while let Some(piece) = pieces.next() {
            let numeric = if pieces.peek().is_some() { RPL_HELPTXT } else { RPL_ENDOFHELP };
            self.numeric_text(numeric, &[subject], piece);
        }
    }
}

/// The parameter that a channel mode takes. Empty: none.
pub fn parameter(letter: char) -> &'static str {
    match letter {
        'k' => "one, also when it is taken away",
        _ if ListMode::of_letter(letter).is_some() => "a mask; none shows the list",
        _ if LETTERS_WITH_PARAMETER.contains(letter) => "one, when it is set",
        _ => "",
    }
}

fn channel_modes() -> Vec<String> {
    let modes = CHANNEL_MODES.iter().map(|mode| match parameter(mode.letter) {
        "" => meaning(mode),
        parameter => format!("{} Parameter: {parameter}.", meaning(mode)),
    });
    let statuses = STATUSES.iter().map(|status| {
        let letter = Status::of_prefix(status.letter).map_or('?', Status::letter);
        format!("{letter}, shown as {}", meaning(status))
    });
    modes.chain(statuses).collect()
}

fn entries() -> Vec<String> {
    extban::ENTRIES.iter().map(|(written, words)| plain(&format!("{written} - {words}"))).collect()
}

fn meanings(table: &[Meaning]) -> Vec<String> {
    table.iter().map(meaning).collect()
}

fn meaning(it: &Meaning) -> String {
    plain(&format!("{} - {}", it.letter, it.words))
}

/// Without the marks that pages have around what is typed.
fn plain(words: &str) -> String {
    words.replace('`', "")
}
