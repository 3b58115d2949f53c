//! However a name is spelt, it is the same name to every command; and what only looks like one is another to every command that
//! asks, and nobody's to have.

use crate::scene::{CHANNEL, SERVER, Scene, Way};
use crate::ways;

/// The names of the scene as others write them: in capitals, and in wide letters.
const SPELLINGS: &[(&str, &str)] =
    &[(CHANNEL, "#QUAY"), (CHANNEL, "#\u{ff31}uay"), ("olga", "OLGA"), ("olga", "\u{ff2f}lga")];

/// The same with letters of another alphabet, and as many letters that look like nothing else here.
const LOOKALIKES: &[(&str, &str, &str)] =
    &[(CHANNEL, "#qu\u{430}y", "#zz\u{431}z"), ("olga", "olg\u{430}", "zzz\u{431}")];

/// An answer in which a name is spelt in one way, wherever it was repeated, with its `#` or without.
fn repeated(answer: &[String], spelt: &str, name: &str) -> Vec<String> {
    let bare = |name: &str| name.trim_start_matches('#').to_owned();
    answer.iter().map(|line| line.replace(&bare(spelt), &bare(name))).collect()
}

/// What is asked of names: patterns of LIST and WHO are of letters, which match what they match.
fn asks_of(line: &str, name: &str) -> bool {
    let is_pattern = ["LIST", "/list", "WHOWAS"].iter().any(|verb| line.starts_with(verb));
    line.contains(name) && !is_pattern
}

fn ask(way: Way, line: &str) -> Vec<String> {
    let mut scene = Scene::new(way, &[("asker", "JOIN #quay"), ("olga", "MODE #quay +o asker")]);
    scene.question(line)
}

#[test]
fn a_name_is_itself_however_it_is_spelt() {
    let mut wrong = Vec::new();
    for way in [Way::Irc, Way::Line] {
        for question in ways::questions(way) {
            for (name, spelt) in SPELLINGS.iter().filter(|(name, _)| asks_of(question.line, name)) {
                let line = question.line.replace(name, spelt);
                let (own, others) = (ask(way, question.line), repeated(&ask(way, &line), spelt, name));
                if own != others {
                    wrong.push(format!("{line} is answered {others:?}, not {own:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_looks_like_a_name_finds_nobody() {
    /// They make what they name: below.
    const MAKE: &[&str] = &["JOIN", "/join"];
    let mut wrong = Vec::new();
    for way in [Way::Irc, Way::Line] {
        for question in
            ways::questions(way).iter().filter(|it| !MAKE.iter().any(|make| it.line.starts_with(make)))
        {
            for (name, alike, other) in LOOKALIKES.iter().filter(|(name, ..)| asks_of(question.line, name)) {
                let answer =
                    |named: &str| repeated(&ask(way, &question.line.replace(name, named)), named, "it");
                let (of_alike, of_other) = (answer(alike), answer(other));
                if of_alike != of_other {
                    wrong.push(format!(
                        "{} of {alike} is answered {of_alike:?}, not {of_other:?}",
                        question.line
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everything by which a name is had: refused for what looks like a name that somebody has, whether they are here or not, or like
/// one of the server's own.
#[test]
fn what_looks_like_a_name_is_nobodys_to_have() {
    const OWNED: &[(&str, &str)] = &[
        (SERVER, "account create roger < quack-quack"),
        (SERVER, "account create ada < quack-quack"),
        (SERVER, "admin role ada administrator"),
        ("asker", "LOGIN ada quack-quack"),
        ("asker", "JOIN #own"),
    ];
    let looks = [
        ("olga", "olg\u{430}"),
        ("roger", "r\u{43e}ger"),
        ("NickServ", "N\u{456}ckServ"),
        ("system", "systern"),
        ("wide", "\u{ff32}oger"),
    ];
    let nicks = ["NICK NAME", "SANICK asker NAME", "SANICK friend NAME"];
    let accounts =
        ["NS SAREGISTER NAME quack-quack", "ACCOUNT-CREATE NAME quack-quack", "ACCOUNT-RENAME ada NAME"];
    let channels = [
        "JOIN #qu\u{430}y",
        "RENAME #own #qu\u{430}y",
        "RENAME #own #\u{ff31}uay",
        "SAJOIN asker #qu\u{430}y",
    ];
    let people = nicks
        .iter()
        .chain(&accounts)
        .flat_map(|line| looks.iter().map(|(_, look)| line.replace("NAME", look)));
    for line in people.chain(channels.iter().map(|line| (*line).to_owned())) {
        let mut scene = Scene::new(Way::Irc, OWNED);
        let answer = scene.question(&line);
        let taken = [" NICK ", " JOIN ", " RENAME ", "was made", "called"];
        let is_had = answer.iter().any(|line| taken.iter().any(|word| line.contains(word)));
        assert!(!answer.is_empty() && !is_had, "{line}: {answer:?}");
    }
    // And who makes an account for themselves, by whatever they are called.
    for (line, door) in
        [("REGISTER r\u{43e}ger * quack-quack", Way::Irc), ("/register r\u{43e}ger quack-quack", Way::Line)]
    {
        let mut scene = Scene::new(door, &[(SERVER, "account create roger < quack-quack")]);
        let answer = scene.question(line).join(" ");
        assert!(!answer.contains("SUCCESS") && !answer.contains("Registered"), "{answer}");
        assert!(!scene.question("ACCOUNT").concat().contains("r\u{43e}ger"));
    }
}
