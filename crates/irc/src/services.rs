//! Services: the names that people of other networks write to (`PRIVMSG ChanServ :REGISTER #rust`, `/cs register #rust`), as a thin
//! face over the same commands of core. A service's commands are a table; what it is written becomes a command that
//! anybody could have typed, and the answer, whatever its form, comes as NOTICEs from the service.

mod chanserv;
mod nickserv;
mod playback;
pub mod speaking;

use colvert_core::refusal::Refusal;
use colvert_core::session::Item;

use crate::reading::Asked;
use crate::token::Token;

pub use playback::PLAYBACK;

/// A service.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    pub name: &'static str,
    /// Where it speaks from, if programs expect that. Nothing: from the server.
    address: Option<&'static str>,
    /// What it is for, in one sentence.
    pub summary: &'static str,
    pub commands: &'static [ServiceCommand],
}

/// One thing that a service can be told to do.
#[derive(Debug)]
pub struct ServiceCommand {
    /// Its names, the one in help first.
    pub names: &'static [&'static str],
    /// Its parameters, for help.
    pub syntax: &'static str,
    pub summary: &'static str,
    /// Words that must follow its name.
    pub needs: usize,
    /// The parameter that takes all that is left of the text as it is, which passwords need; 0: none does.
    pub last: usize,
    /// A second word is the password of the account that the first names, which logs in before.
    pub logs_in: bool,
    /// The command of core that it stands for, and that command's arguments. Nothing: these words mean nothing.
    pub read: for<'a> fn(words: &[&'a str]) -> Read<'a>,
}

/// Declares a service's commands: `["NAME" "ALIAS"] "syntax" needs "summary" => read;`.
macro_rules! commands {
    (@logs_in) => { false };
    (@logs_in $logs_in:literal) => { $logs_in };
    (@last) => { 0 };
    (@last $last:literal) => { $last };
    ($([$($name:literal)+] $syntax:literal $needs:literal $(last $last:literal)? $(logs_in $logs_in:literal)? $summary:literal => $read:expr;)*) => {
        const COMMANDS: &[ServiceCommand] = &[$(ServiceCommand {
            names: &[$($name),+],
            syntax: $syntax,
            summary: $summary,
            needs: $needs,
            last: $crate::services::commands!(@last $($last)?),
            logs_in: $crate::services::commands!(@logs_in $($logs_in)?),
            read: $read,
        }),*];
    };
}
use commands;

/// A command of core and its arguments.
pub type Read<'a> = Option<(&'static str, Vec<&'a str>)>;

impl PartialEq for ServiceCommand {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for ServiceCommand {}

/// All services that anybody can write to.
pub const SERVICES: &[&Service] = &[&chanserv::CHANSERV, &nickserv::NICKSERV];

/// What a service says without asking core.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// What there is, or how one thing is typed and what it does.
    Help(Option<&'static ServiceCommand>),
    /// How something is typed that was typed in another way.
    Usage(&'static ServiceCommand),
    Unknown,
    /// It was done, or was so already, and nothing else says it.
    Done,
}

/// The service of that name, as a target of messages. No person can be called `*playback`, so it is there also for who has not
/// negotiated its capability and only wants to ask. `NickServ@services.example` is how people make sure elsewhere that it is the service.
pub fn named(target: &str) -> Option<&'static Service> {
    let target = target.split_once('@').map_or(target, |(name, _)| name);
    let mut known = SERVICES.iter().copied().chain([&PLAYBACK]);
    known.find(|service| service.name.eq_ignore_ascii_case(target))
}

impl Service {
    /// Who says what it says.
    pub fn source(&self, server: &str) -> String {
        match self.address {
            Some(address) => format!("{}!{address}", self.name),
            None => format!("{0}!{0}@{server}", self.name),
        }
    }

    /// Whether people write to it, and not programs.
    pub fn is_for_people(&self) -> bool {
        self.address.is_none()
    }

    /// What a message to it asks for.
    pub fn told(&'static self, asked: &Asked<'_>, text: &str) -> Vec<Item> {
        let (verb, rest) = first_word(text);
        let said = match verb {
            "" => Said::Help(None),
            verb if verb.eq_ignore_ascii_case("HELP") => match first_word(rest).0 {
                "" => Said::Help(None),
                verb => self.command(verb).map_or(Said::Unknown, |command| Said::Help(Some(command))),
            },
            verb => match self.command(verb) {
                None => Said::Unknown,
                Some(command) => {
                    let words = command.words(rest);
                    let read = if words.len() < command.needs { None } else { (command.read)(&words) };
                    let Some((name, args)) = read else {
                        return vec![Token::ServiceSays(self, Said::Usage(command)).item()];
                    };
                    let login = match *words {
                        [account, password] if command.logs_in => Some([account, password]),
                        _ => None,
                    };
                    let login = login.map(|words| asked.command("LOGIN", &words));
                    let (begin, end) = (Token::Service(Some(self)).item(), Token::Service(None).item());
                    let items = [Some(begin), login, Some(asked.command(name, &args)), Some(end)];
                    return items.into_iter().flatten().collect();
                }
            },
        };
        vec![Token::ServiceSays(self, said).item()]
    }

    fn command(&self, verb: &str) -> Option<&'static ServiceCommand> {
        self.commands.iter().find(|command| command.names.iter().any(|name| name.eq_ignore_ascii_case(verb)))
    }
}

impl ServiceCommand {
    /// The parameters in what follows the name.
    fn words<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let mut words = Vec::new();
        let mut left = text.trim();
        while !left.is_empty() {
            let (word, rest) = if words.len() + 1 == self.last { (left, "") } else { first_word(left) };
            words.push(word);
            left = rest;
        }
        words
    }
}

/// The first word of a text, and what follows it.
fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

/// A verb that is a service: `CHANSERV REGISTER #rust`.
pub fn verb(asked: &Asked<'_>, service: &'static Service) -> Vec<Item> {
    service.told(asked, &asked.words().join(" "))
}

/// Spec: <https://modern.ircdocs.horse/#privmsg-message> (as to a nick; before there is a presence nobody is written to)
pub fn chanserv(_: &mut crate::reading::Reading, asked: &Asked<'_>) -> Vec<Item> {
    verb(asked, &chanserv::CHANSERV)
}

/// Spec: <https://modern.ircdocs.horse/#privmsg-message> (as to a nick)
pub fn nickserv(_: &mut crate::reading::Reading, asked: &Asked<'_>) -> Vec<Item> {
    verb(asked, &nickserv::NICKSERV)
}

/// `IDENTIFY secret`, which is NickServ's.
pub fn identify(_: &mut crate::reading::Reading, asked: &Asked<'_>) -> Vec<Item> {
    nickserv::NICKSERV.told(asked, &format!("IDENTIFY {}", asked.words().join(" ")))
}

/// How clients of the bouncer ZNC speak to its modules (The Lounge does): `ZNC *playback PLAY #rust 1700000000`. There is one.
/// Spec: <https://wiki.znc.in/Playback>
pub fn znc(_: &mut crate::reading::Reading, asked: &Asked<'_>) -> Vec<Item> {
    let module = asked.words().first().copied().unwrap_or_default();
    match named(module) {
        Some(service) if *service == PLAYBACK => service.told(asked, &asked.words()[1..].join(" ")),
        _ if module.is_empty() => vec![Item::refuse("ZNC", Refusal::NeedMoreParams("module"))],
        _ => vec![Item::refuse("ZNC", Refusal::NoSuchNick(module.into()))],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use colvert_core::commands;

    use super::*;

    #[test]
    fn names_are_there_once_and_help_says_something() {
        for service in SERVICES.iter().copied().chain([&PLAYBACK]) {
            let names: Vec<_> = service.commands.iter().flat_map(|command| command.names).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{}", service.name);
            for command in service.commands {
                assert!(!command.summary.is_empty() && command.summary.ends_with('.'));
            }
        }
    }

    #[test]
    fn a_password_is_taken_as_it_is() {
        let command = nickserv::NICKSERV.command("id").expect("it is another name");
        assert_eq!(command.words("  roger a b  c "), ["roger", "a b  c"]);
        assert_eq!(command.words("secret"), ["secret"]);
        let kick = chanserv::CHANSERV.command("KICK").expect("it is there");
        assert_eq!(kick.words("#c roger a  b"), ["#c", "roger", "a  b"]);
    }

    #[test]
    fn they_stand_for_commands_that_exist() {
        let words = ["#c", "roger", "op", "x"];
        let commands = SERVICES.iter().flat_map(|service| service.commands).chain(PLAYBACK.commands);
        for command in commands {
            for count in command.needs..=words.len() {
                if let Some((name, _)) = (command.read)(&words[..count]) {
                    assert!(commands::find(name).is_some(), "{name}");
                }
            }
        }
    }
}
