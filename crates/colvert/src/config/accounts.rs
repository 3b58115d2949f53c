//! Types of keys about accounts.

use std::collections::BTreeSet;

use colvert_core::modes::UserFlag;
use toml::Value;

use super::value::Setting;

/// Modes of people, as letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserModes(pub BTreeSet<UserFlag>);

impl Setting for UserModes {
    fn expected() -> String {
        let own = UserFlag::ALL.iter().filter(|(flag, _)| *flag != UserFlag::Oper);
        let letters: String = own.map(|(_, letter)| *letter).collect();
        format!("letters of \"{letters}\", or \"\"")
    }

    fn read(value: &Value) -> Option<Self> {
        let flag = |letter| UserFlag::of_letter(letter).filter(|flag| *flag != UserFlag::Oper);
        value.as_str()?.chars().map(flag).collect::<Option<_>>().map(Self)
    }

    fn write(&self) -> String {
        let letters: String = self.0.iter().map(|flag| flag.letter()).collect();
        format!("\"{letters}\"")
    }
}
