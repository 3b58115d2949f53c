//! SILENCE: from whom somebody wants to hear nothing in private.
//! There is no clause for it; it is what Undernet's descendants have made of it.

use crate::command::{Command, Context, LogClass, Outcome, Word};
use crate::event::Event;
use crate::mask::Mask;
use crate::refusal::Refusal;
use crate::reply::Reply;

crate::args! {
    /// Keeps private words of people from you: `+mask`, `-mask`, several with commas; alone it lists them.
    Silence { masks: Option<Word> }
}

impl Command for Silence {
    const NAME: &'static str = "SILENCE";
    const SLASH: &'static [&'static str] = &["silence"];
    const SUMMARY: &'static str =
        "Keeps private words of somebody from you: +NICK, and -NICK to hear them again.";
    const CLASS: LogClass = LogClass::Logged;
    const COST: u32 = 20;

    fn decide(self, cx: &Context<'_>) -> Result<Outcome, Refusal> {
        let me = cx.me()?;
        let Some(Word(masks)) = self.masks else {
            return Ok(Outcome::nothing().reply(Reply::Silences(me.silenced.iter().cloned().collect())));
        };
        let (mut outcome, mut count) = (Outcome::nothing(), me.silenced.len());
        for raw in masks.split(',').filter(|raw| !raw.is_empty()).take(cx.settings.limits.targets) {
            let (raw, on) = match raw.strip_prefix('-') {
                Some(raw) => (raw, false),
                None => (raw.strip_prefix('+').unwrap_or(raw), true),
            };
            let Some(mask) = Mask::new(raw, cx.rules()) else {
                outcome = outcome.refuse(Refusal::InvalidParam("mask", raw.into()));
                continue;
            };
            if me.silenced.contains(&mask) == on {
                continue;
            }
            if on && count >= cx.settings.limits.silence_entries {
                outcome = outcome.refuse(Refusal::SilenceListFull(mask.as_str().into()));
                continue;
            }
            count += usize::from(on);
            outcome = outcome.event(Event::Silenced { by: me.source.clone(), mask, on });
        }
        Ok(outcome)
    }
}
