//! The words of a language, from its Fluent file.

use std::sync::LazyLock;

use colvert_core::local::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::printing;

/// What a message's variable stands for.
pub type Arg<'a> = (&'static str, FluentValue<'a>);

/// Each language is read when somebody first speaks it, once in a process.
static ENGLISH: LazyLock<Speech> = LazyLock::new(|| Speech::read(Language::English));
static FRENCH: LazyLock<Speech> = LazyLock::new(|| Speech::read(Language::French));

/// How one language words things.
pub struct Speech {
    bundle: FluentBundle<FluentResource>,
}

impl Speech {
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::French => &FRENCH,
        }
    }

    fn read(language: Language) -> Self {
        let source = match language {
            Language::English => include_str!("../i18n/en.ftl"),
            Language::French => include_str!("../i18n/fr.ftl"),
        };
        let id: LanguageIdentifier = language.as_str().parse().expect("en and fr are language tags");
        let resource =
            FluentResource::try_new(source.to_owned()).expect("a test reads every language's file");
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks would show on terminals; `printing` takes out what turns the direction of text.
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).expect("a test reads every language's file");
        Self { bundle }
    }

    /// The wording of `id`. Every id that is used exists in every language, as tests show.
    pub fn words(&self, id: &str, args: &[Arg<'_>]) -> String {
        #[cfg(test)]
        said::note(id);
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            debug_assert!(false, "no wording for {id}");
            return id.to_owned();
        };
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut errors = Vec::new();
        let words = self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "{id}: {errors:?}");
        words
    }

    /// The wording of `id`, if there is one.
    pub fn words_if_any(&self, id: &str) -> Option<String> {
        self.bundle.has_message(id).then(|| self.words(id, &[]))
    }

    /// Writes one line: a plain sentence, which answers the reader.
    pub fn say(&self, out: &mut Vec<u8>, id: &str, args: &[Arg<'_>]) {
        printing::line(out, &self.words(id, args));
    }

    /// Writes one line about what somebody else did.
    pub fn tell(&self, out: &mut Vec<u8>, id: &str, args: &[Arg<'_>]) {
        printing::print(out, "* ");
        self.say(out, id, args);
    }

    /// Writes one row of a list.
    pub fn row(&self, out: &mut Vec<u8>, id: &str, args: &[Arg<'_>]) {
        row(out, &self.words(id, args));
    }
}

/// Writes one row of a list, of text that is the same in all languages.
pub fn row(out: &mut Vec<u8>, text: &str) {
    printing::print(out, "  ");
    printing::line(out, text);
}

/// Which wordings the tests of this thread have used.
#[cfg(test)]
pub mod said {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    thread_local! {
        static SAID: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    }

    pub fn note(id: &str) {
        SAID.with_borrow_mut(|said| said.insert(id.to_owned()));
    }

    pub fn take() -> BTreeSet<String> {
        SAID.take()
    }
}
