//! Help, and the language that it is in.

use crate::command::{Command, Context, LogClass, Needs, Outcome, Word};
use crate::local::{Language, LocalChange};
use crate::refusal::Refusal;
use crate::reply::Reply;

crate::args! {
    /// Lists the commands, or explains one.
    Help { command: Option<Word> }
}

impl Command for Help {
    const NAME: &'static str = "HELP";
    const SLASH: &'static [&'static str] = &["help"];
    const SUMMARY: &'static str = "Lists the commands, or explains one.";
    const SPEC: &'static str = "https://modern.ircdocs.horse/#help-message";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::Nothing;

    fn decide(self, _: &Context<'_>) -> Result<Outcome, Refusal> {
        let command = self.command.map(|word| word.0);
        if let Some(word) = &command {
            let bare = word.trim_start_matches('/');
            if super::find(bare).or_else(|| super::find_slash(bare)).is_none() {
                return Err(Refusal::UnknownCommand(bare.into()));
            }
        }
        Ok(Outcome::nothing().reply(Reply::Help(command.map(|word| word.trim_start_matches('/').into()))))
    }
}

crate::args! {
    /// Chooses the language that one is spoken to in.
    Lang { language: Word }
}

impl Command for Lang {
    const NAME: &'static str = "LANG";
    const SLASH: &'static [&'static str] = &["lang"];
    const SUMMARY: &'static str = "Chooses your language: fr or en.";
    const NEEDS: Needs = Needs::Nothing;
    const CLASS: LogClass = LogClass::NodeLocal;

    fn decide(self, _: &Context<'_>) -> Result<Outcome, Refusal> {
        let language = Language::parse(&self.language.0.to_lowercase());
        let language = language.ok_or(Refusal::InvalidParam("language", self.language.0))?;
        Ok(Outcome::nothing().local(LocalChange::Language(language)).reply(Reply::LanguageChanged(language)))
    }
}
