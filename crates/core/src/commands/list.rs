//! LIST. Spec: <https://modern.ircdocs.horse/#list-message>

use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::mask::matches_glob;
use crate::policy;
use crate::refusal::Refusal;
use crate::reply::{Listed, Reply};

crate::args! {
    /// Lists channels, all or those that match a pattern (or several, separated by commas).
    List { pattern: Option<Word> }
}

impl Command for List {
    const NAME: &'static str = "LIST";
    const SLASH: &'static [&'static str] = &["list"];
    const SUMMARY: &'static str = "Lists channels and how many are in them.";
    const CLASS: LogClass = LogClass::Nothing;
    const COST: u32 = 5;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let patterns = self.pattern.map(|word| cx.rules().fold_loosely(&word.0));
        let wanted = |key: &str| match &patterns {
            Some(patterns) => patterns.split(',').any(|pattern| matches_glob(pattern, key)),
            None => true,
        };
        let channels = cx.state.channels_by_key.iter().filter(|(key, _)| wanted(key.as_str()));
        let listed = channels
            .filter_map(|(_, id)| cx.state.channel(*id))
            .filter(|channel| policy::can_see(Some(me), channel))
            .map(|channel| Listed {
                channel: channel.name.clone(),
                members: channel.members.len(),
                topic: channel.topic.as_ref().map(|topic| topic.text.clone()),
            })
            .collect();
        Ok(Outcome::nothing().reply(Reply::List(listed)))
    }
}
