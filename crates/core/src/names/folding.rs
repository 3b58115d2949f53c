//! What is the same name, and what looks like it: the tables of Unicode, and nothing else of names.

use std::sync::LazyLock;

use compact_str::CompactString;
use minicbor::{CborLen, Decode, Encode};
use precis_profiles::UsernameCasePreserved;
use precis_profiles::precis_core::profile::Profile;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

use super::{BadName, NameRules, cbor_string};

impl NameRules {
    /// The one casefold: names with the same result are the same name. Idempotent.
    pub fn casefold(self, text: &str) -> CompactString {
        match self {
            _ if text.is_ascii() => {
                let mut folded = CompactString::from(text);
                folded.make_ascii_lowercase();
                folded
            }
            Self::Ascii => {
                let mut folded = CompactString::from(text);
                folded.make_ascii_lowercase();
                folded
            }
            // Lower case can undo NFC and NFC can bring back capitals in no known case, yet the pair is
            // repeated until it rests, so that idempotence does not hang on the tables.
            Self::Precis => {
                let mut folded: String = text.to_owned();
                loop {
                    let next: String = folded.to_lowercase().nfc().collect();
                    if next == folded {
                        return folded.into();
                    }
                    folded = next;
                }
            }
        }
    }

    /// The casefold of something that holds names without being one, such as `nick!user@host` or a mask. Wide and narrow forms of
    /// letters are what they are in names. Spec: <https://www.rfc-editor.org/rfc/rfc8265#section-3.3.1>
    pub fn fold_loosely(self, text: &str) -> String {
        if self == Self::Ascii || text.is_ascii() {
            return self.casefold(text).into();
        }
        let is_form = |c: char| ('\u{ff01}'..='\u{ffef}').contains(&c);
        let mut mapped = String::with_capacity(text.len());
        for c in text.chars() {
            match is_form(c) {
                true => decompose_compatible(c, |usual| mapped.push(usual)),
                false => mapped.push(c),
            }
        }
        self.casefold(&mapped).into()
    }

    /// What `key` looks like: equal for names that the eye confuses (`rn` and `m`, Cyrillic `е` and `e`).
    /// Spec: <https://www.unicode.org/reports/tr39/#Confusable_Detection>
    pub fn skeleton(self, key: &str) -> Skeleton {
        let seen: String = unicode_security::skeleton(key).collect();
        Skeleton(self.casefold(&seen))
    }

    /// The text of a name, if each character may be in one.
    pub(super) fn normalize(self, raw: &str) -> Result<CompactString, BadName> {
        match self {
            // PRECIS leaves all of printable ASCII as it is; a test says so.
            Self::Precis if !raw.is_empty() && raw.bytes().all(|b| b.is_ascii_graphic()) => Ok(raw.into()),
            Self::Ascii if raw.bytes().all(|b| b.is_ascii_graphic()) => Ok(raw.into()),
            Self::Ascii => Err(BadName::BadCharacter),
            Self::Precis => {
                let enforce = |raw: &str| {
                    let text = UsernameCasePreserved::new().enforce(raw).map(|text| text.as_ref().into());
                    text.map_err(|_| BadName::BadCharacter)
                };
                let text: CompactString = enforce(raw)?;
                // Composing comes after judging, and can make a character that names may not have: `=` with a stroke is `\u{2260}`.
                let is_stable = text == raw || enforce(&text)? == text;
                if is_stable { Ok(text) } else { Err(BadName::BadCharacter) }
            }
        }
    }
}

/// What a name looks like to the eye. See [`NameRules::skeleton`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skeleton(CompactString);

cbor_string!(Skeleton);

/// Whether a name is one that only the server itself speaks under, or looks like one.
pub fn is_reserved(look: &Skeleton) -> bool {
    const RESERVED: &[&str] = &["server", "system", "global", "services", "colvert"];
    /// How the names of services end.
    const SERVICES: &str = "serv";
    // ASCII looks the same by all rules.
    static LOOKS: LazyLock<(Vec<Skeleton>, Skeleton)> = LazyLock::new(|| {
        let look = |name: &&str| NameRules::Ascii.skeleton(name);
        (RESERVED.iter().map(look).collect(), look(&SERVICES))
    });
    let (reserved, services) = &*LOOKS;
    reserved.contains(look) || look.0.ends_with(&*services.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precis_leaves_printable_ascii_as_it_is() {
        for one in '!'..='~' {
            for other in '!'..='~' {
                let text = format!("{one}{other}");
                let enforced = UsernameCasePreserved::new().enforce(&text).expect("it is a username");
                assert_eq!(enforced, text);
            }
        }
    }

    #[test]
    fn what_is_composed_to_something_that_names_may_not_have_is_no_name() {
        for raw in ["n\u{338}=\u{338}", "=\u{338}"] {
            assert_eq!(NameRules::Precis.normalize(raw), Err(BadName::BadCharacter), "{raw}");
        }
        assert_eq!(NameRules::Precis.normalize("e\u{301}va").as_deref(), Ok("\u{e9}va"));
    }

    #[test]
    fn names_of_the_server_are_nobody_elses_however_they_are_written() {
        for name in
            ["server", "NickServ", "N\u{456}ckS\u{435}rv", "\u{405}y\u{455}tem", "systern", "gl\u{43e}bal"]
        {
            let look = NameRules::Precis.skeleton(&NameRules::Precis.casefold(name));
            assert!(is_reserved(&look), "{name}");
        }
        assert!(!is_reserved(&NameRules::Precis.skeleton("servant")));
    }

    #[test]
    fn wide_letters_are_letters_in_masks_as_well() {
        let folded = NameRules::Precis.fold_loosely("\u{ff2f}lga!*@*.Example");
        assert_eq!(folded, "olga!*@*.example");
    }
}
