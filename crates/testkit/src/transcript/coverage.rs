//! What a play has shown: which commands were asked for, and which refusals came.

use std::collections::BTreeSet;

use colvert_core::refusal::Refusal;
use colvert_core::session::{Item, Output, Request};

/// What was shown.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// By their names in the table.
    pub commands: BTreeSet<&'static str>,
    /// By their variants' names.
    pub refusals: BTreeSet<String>,
}

impl Coverage {
    /// Somebody asked for something that was understood.
    pub fn asked(&mut self, request: &Request) {
        self.commands.extend(request.items.iter().filter_map(|item| match item {
            Item::Command { entry, .. } => Some(entry.name),
            Item::Refuse { .. } | Item::Wire(_) => None,
        }));
    }

    /// Somebody was answered.
    pub fn answered(&mut self, output: &Output) {
        if let Output::Refuse { refusal, .. } = output {
            self.refused(refusal);
        }
    }

    pub fn refused(&mut self, refusal: &Refusal) {
        let debug = format!("{refusal:?}");
        let name = debug.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        self.refusals.insert(name.to_owned());
    }

    pub fn add(&mut self, other: &Self) {
        self.commands.extend(&other.commands);
        self.refusals.extend(other.refusals.iter().cloned());
    }

    /// The names of all refusals that there are, from the source: an enum does not list its variants.
    pub fn all_refusals() -> BTreeSet<String> {
        let source = include_str!("../../../core/src/refusal.rs");
        let body = source.split_once("pub enum Refusal {").expect("the enum").1;
        let variants = body.lines().take_while(|line| *line != "}").filter_map(|line| {
            let name = line.strip_prefix("    ")?.split(['(', ',', ' ']).next()?;
            name.starts_with(|c: char| c.is_ascii_uppercase()).then(|| name.to_owned())
        });
        variants.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_refusals_are_found() {
        let all = Coverage::all_refusals();
        assert!(all.len() > 40, "{all:?}");
        assert!(all.contains("UnknownCommand") && all.contains("Internal"), "{all:?}");
    }
}
