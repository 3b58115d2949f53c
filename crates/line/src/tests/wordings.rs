//! Both languages say everything, and nothing that they say can be taken for somebody else's words.

use std::collections::{BTreeMap, BTreeSet};

use colvert_core::command::{Entry, Shape};
use colvert_core::commands::COMMANDS;
use colvert_core::event::Event;
use colvert_core::local::Language;
use colvert_core::reply::Reply;
use colvert_core::session::Relation;

use super::samples::Samples;
use crate::speech::{Speech, said};
use crate::{events, farewell, help, refusals, replies};

/// The Fluent files: English, French.
pub const FILES: [&str; 2] = [include_str!("../../i18n/en.ftl"), include_str!("../../i18n/fr.ftl")];

const LANGUAGES: [(Language, &str); 2] = [(Language::English, FILES[0]), (Language::French, FILES[1])];

/// The messages of a Fluent file, each with the variables that it names.
fn messages(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut id = String::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            id = line.split(" =").next().expect("a message has an id").to_owned();
            assert!(!messages.contains_key(&id), "{id} is there twice");
            messages.insert(id.clone(), BTreeSet::new());
        }
        let variables = line.split('$').skip(1).map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric()).next().expect("a split has a first part")
        });
        messages.entry(id.clone()).or_default().extend(variables.map(str::to_owned));
    }
    messages.remove("");
    messages
}

/// All that a language says, what one call writes together.
fn all_lines(language: Language, nick: &str) -> Vec<String> {
    let speech = Speech::of(language);
    let samples = Samples::of(nick);
    let mut written = Vec::new();
    let mut write = |word: &mut dyn FnMut(&mut Vec<u8>)| {
        let mut out = Vec::new();
        word(&mut out);
        written.push(String::from_utf8(out).expect("only UTF-8 is written"));
    };
    for event in samples.events() {
        for relation in [Relation::Origin, Relation::Own, Relation::Other] {
            write(&mut |out| events::word(speech, &event, relation, out));
        }
    }
    for reply in samples.replies() {
        write(&mut |out| replies::word(speech, &reply, out));
    }
    for answer in samples.channel_answers() {
        write(&mut |out| replies::word(speech, &Reply::Channel(Box::new(answer.clone())), out));
    }
    for refusal in samples.refusals() {
        for verb in ["", "KICK", "MODE"] {
            write(&mut |out| refusals::word(speech, help::entry(verb), &refusal, out));
        }
    }
    for reason in samples.close_reasons() {
        write(&mut |out| farewell::goodbye(speech, &reason, out));
    }
    for entry in slash_commands() {
        write(&mut |out| help::one(speech, entry.slash[0], out));
    }
    written
}

/// What people can type.
pub fn slash_commands() -> impl Iterator<Item = &'static Entry> {
    COMMANDS.iter().filter(|entry| !entry.slash.is_empty())
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let [english, mut french] = LANGUAGES.map(|(_, file)| messages(file));
    let help: BTreeSet<_> = french.keys().filter(|id| id.starts_with("help-")).cloned().collect();
    french.retain(|id, _| !help.contains(id));
    assert_eq!(english, french);
    let wanted: BTreeSet<_> = slash_commands().map(|entry| format!("help-{}", entry.slash[0])).collect();
    assert_eq!(help, wanted, "French has the help of each slash command, and of no other");
}

#[test]
fn every_message_is_said_and_says_its_variables() {
    // What only the session itself says.
    let greetings = ["greeting", "greeting-hint", "done", "event-came", "event-went"];
    for (language, file) in LANGUAGES {
        said::take();
        all_lines(language, "ginette");
        let mut said = said::take();
        said.extend(greetings.map(str::to_owned));
        let all: BTreeSet<_> = messages(file).into_keys().collect();
        let unsaid: Vec<_> = all.difference(&said).collect();
        assert!(unsaid.is_empty(), "{language:?} never says {unsaid:?}");
    }
}

#[test]
fn only_people_begin_with_a_bracket_and_only_events_with_a_star() {
    for (language, _) in LANGUAGES {
        let speech = Speech::of(language);
        let samples = Samples::of("[general]");
        let mut out = Vec::new();
        for refusal in samples.refusals() {
            refusals::word(speech, None, &refusal, &mut out);
        }
        for reply in samples.replies() {
            if !matches!(reply, Reply::History { .. } | Reply::Missed { .. }) {
                replies::word(speech, &reply, &mut out);
            }
        }
        for reason in samples.close_reasons() {
            farewell::goodbye(speech, &reason, &mut out);
        }
        for event in samples.events() {
            // Nobody reads of their own quit.
            if !matches!(event, Event::Said { .. } | Event::Quit { .. }) {
                events::word(speech, &event, Relation::Origin, &mut out);
            }
        }
        let out = String::from_utf8(out).expect("only UTF-8 is written");
        for line in out.lines() {
            assert!(!line.starts_with(['[', '*']), "{line}");
            assert!(!line.is_empty() && line.trim_end() == line, "{line:?}");
        }
    }
}

#[test]
fn events_of_others_begin_with_a_star_or_a_bracket() {
    for (language, _) in LANGUAGES {
        let speech = Speech::of(language);
        for event in Samples::of("ginette").events() {
            for relation in [Relation::Own, Relation::Other] {
                let mut out = Vec::new();
                events::word(speech, &event, relation, &mut out);
                let out = String::from_utf8(out).expect("only UTF-8 is written");
                assert!(out.lines().all(|line| line.starts_with("* ") || line.starts_with('[')), "{out}");
            }
        }
    }
}

#[test]
fn every_slash_command_has_help_and_syntax_in_every_language() {
    for (language, _) in LANGUAGES {
        let speech = Speech::of(language);
        for entry in slash_commands() {
            let slash = entry.slash[0];
            assert!(!help::summary(speech, entry).is_empty(), "{slash}");
            assert!(help::syntax(speech, entry).starts_with(&format!("/{slash}")), "{slash}");
            for field in entry.fields.iter().filter(|it| it.shape != Shape::Hidden) {
                let word = speech.words_if_any(&format!("field-{}", field.name));
                assert!(word.is_some_and(|word| !word.contains(' ')), "{slash} {}", field.name);
            }
        }
    }
}

#[test]
fn a_password_in_the_wrong_place_is_not_repeated() {
    for (language, _) in LANGUAGES {
        assert!(!all_lines(language, "ginette").concat().contains("hunter2"));
    }
}

#[test]
fn the_missions_wordings_are_there_to_the_letter() {
    let french = all_lines(Language::French, "ginette").concat();
    for line in [
        "Bienvenue, ginette !",
        "Pseudo déjà pris.",
        "Canal general rejoint.",
        "Vous avez quitté le canal general.",
        "[general] ginette: Salut",
        "[Privé de ginette] Salut",
        "Message envoyé à roger.",
        "Alerte envoyée.",
        "Au revoir !",
        "Commande inconnue.",
    ] {
        assert!(french.lines().any(|said| said == line), "{line}");
    }
}
