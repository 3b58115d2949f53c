//! All commands: a file each, a line each.

use crate::command::Entry;

mod join;
mod msg;
mod nick;
mod notice;
mod part;
mod ping;
mod quit;
mod user;
mod whisper;

pub mod leave;
pub mod presence;
pub mod say;

/// The table. Doors, help, documentation and tests derive from it.
pub const COMMANDS: &[Entry] = &[
    Entry::of::<nick::Nick>(),
    Entry::of::<user::User>(),
    Entry::of::<user::Hold>(),
    Entry::of::<join::Join>(),
    Entry::of::<part::Part>(),
    Entry::of::<msg::Msg>(),
    Entry::of::<msg::Me>(),
    Entry::of::<whisper::Whisper>(),
    Entry::of::<whisper::PrivateAction>(),
    Entry::of::<notice::Notice>(),
    Entry::of::<notice::PrivateNotice>(),
    Entry::of::<ping::Ping>(),
    Entry::of::<quit::Quit>(),
];

/// The command of that name, as the specifications spell it.
pub fn find(name: &str) -> Option<&'static Entry> {
    COMMANDS.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
}

/// The command of that slash name.
pub fn find_slash(name: &str) -> Option<&'static Entry> {
    COMMANDS.iter().find(|entry| entry.slash.iter().any(|slash| slash.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::command::{Needs, Shape};

    #[test]
    fn every_name_is_there_once() {
        let names: BTreeSet<_> = COMMANDS.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), COMMANDS.len());
        let slashes: Vec<_> = COMMANDS.iter().flat_map(|entry| entry.slash).collect();
        assert_eq!(slashes.iter().collect::<BTreeSet<_>>().len(), slashes.len());
    }

    #[test]
    fn optional_arguments_follow_the_others_and_text_is_last() {
        for entry in COMMANDS {
            let fields =
                entry.fields.iter().filter(|field| !matches!(field.shape, Shape::Here | Shape::Hidden));
            let order: Vec<_> = fields.map(|field| (field.optional, field.shape == Shape::Rest)).collect();
            assert!(order.is_sorted_by_key(|(optional, _)| *optional), "{}", entry.name);
            assert!(order.is_sorted_by_key(|(_, rest)| *rest), "{}", entry.name);
            assert!(order.iter().filter(|(_, rest)| *rest).count() <= 1, "{}", entry.name);
        }
    }

    #[test]
    fn only_the_command_line_has_commands_that_no_door_offers() {
        for entry in COMMANDS.iter().filter(|entry| entry.needs == Needs::Control) {
            assert!(entry.slash.is_empty(), "{}", entry.name);
        }
    }
}
