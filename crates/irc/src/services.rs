//! Services: the names that people of other networks write to (`PRIVMSG ChanServ :REGISTER #rust`, `/cs register #rust`), as a thin
//! face over the same commands of core. A service's commands are a table; what it is written becomes a command that
//! anybody could have typed, and the answer, whatever its form, comes as NOTICEs from the service.

mod chanserv;
pub mod speaking;

use colvert_core::session::Item;

use crate::reading::Asked;
use crate::token::Token;

/// A service.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    pub name: &'static str,
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
    /// The command of core that it stands for, and that command's arguments. Nothing: these words mean nothing.
    pub read: for<'a> fn(words: &[&'a str]) -> Read<'a>,
}

/// A command of core and its arguments.
pub type Read<'a> = Option<(&'static str, Vec<&'a str>)>;

impl PartialEq for ServiceCommand {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for ServiceCommand {}

/// All services.
pub const SERVICES: &[&Service] = &[&chanserv::CHANSERV];

/// What a service says without asking core.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// What there is, or how one thing is typed and what it does.
    Help(Option<&'static ServiceCommand>),
    /// How something is typed that was typed in another way.
    Usage(&'static ServiceCommand),
    Unknown,
}

/// The service of that name, as a target of messages.
pub fn named(target: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.name.eq_ignore_ascii_case(target)).copied()
}

impl Service {
    /// What a message to it asks for.
    pub fn told(&'static self, asked: &Asked<'_>, text: &str) -> Vec<Item> {
        let words: Vec<_> = text.split_whitespace().collect();
        let said = match words.split_first() {
            None => Said::Help(None),
            Some((verb, rest)) if verb.eq_ignore_ascii_case("HELP") => match rest.first() {
                None => Said::Help(None),
                Some(verb) => self.command(verb).map_or(Said::Unknown, |command| Said::Help(Some(command))),
            },
            Some((verb, words)) => match self.command(verb) {
                None => Said::Unknown,
                Some(command) => {
                    let read = if words.len() < command.needs { None } else { (command.read)(words) };
                    let Some((name, args)) = read else {
                        return vec![Token::ServiceSays(self, Said::Usage(command)).item()];
                    };
                    let end = Token::Service(None).item();
                    return vec![Token::Service(Some(self)).item(), asked.command(name, &args), end];
                }
            },
        };
        vec![Token::ServiceSays(self, said).item()]
    }

    fn command(&self, verb: &str) -> Option<&'static ServiceCommand> {
        self.commands.iter().find(|command| command.names.iter().any(|name| name.eq_ignore_ascii_case(verb)))
    }
}

/// A verb that is a service: `CHANSERV REGISTER #rust`.
pub fn verb(asked: &Asked<'_>, service: &'static Service) -> Vec<Item> {
    service.told(asked, &asked.words().join(" "))
}

/// Spec: <https://modern.ircdocs.horse/#privmsg-message> (as to a nick; before there is a presence nobody is written to)
pub fn chanserv(_: &mut crate::reading::Reading, asked: &Asked<'_>) -> Vec<Item> {
    verb(asked, &chanserv::CHANSERV)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use colvert_core::commands;

    use super::*;

    #[test]
    fn names_are_there_once_and_help_says_something() {
        for service in SERVICES {
            let names: Vec<_> = service.commands.iter().flat_map(|command| command.names).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{}", service.name);
            for command in service.commands {
                assert!(!command.summary.is_empty() && command.summary.ends_with('.'));
            }
        }
    }

    #[test]
    fn they_stand_for_commands_that_exist() {
        let words = ["#c", "roger", "op", "x"];
        for command in SERVICES.iter().flat_map(|service| service.commands) {
            for count in command.needs..=words.len() {
                if let Some((name, _)) = (command.read)(&words[..count]) {
                    assert!(commands::find(name).is_some(), "{name}");
                }
            }
        }
    }
}
