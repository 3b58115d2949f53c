//! Verbs of operators that are spelt in a way of their own. Behind them is one list of bans.

use colvert_core::refusal::Refusal;
use colvert_core::session::Item;

use super::{Asked, Reading};

/// `UBAN ADD 10.0.0.0/8 2h :spam`, as Ergo spells it.
pub fn uban(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let words: Vec<&str> = params.iter().copied().skip(1).collect();
    let Some(subcommand) = params.given(0) else {
        return vec![asked.refuse("UBAN", Refusal::NeedMoreParams("subcommand"))];
    };
    let command = match subcommand.to_ascii_uppercase().as_str() {
        "ADD" => "SERVER-BAN",
        "DEL" => "SERVER-UNBAN",
        "LIST" | "INFO" => "SERVER-BANS",
        _ => {
            let refusal = Refusal::InvalidParam("subcommand", subcommand.into());
            return vec![asked.refuse("UBAN", refusal)];
        }
    };
    let words = match words.split_first() {
        Some((target, terms)) if command == "SERVER-BAN" && !terms.is_empty() => {
            vec![(*target).to_owned(), terms.join(" ")]
        }
        _ => words.into_iter().map(str::to_owned).collect(),
    };
    vec![asked.command(command, &words.iter().map(String::as_str).collect::<Vec<_>>())]
}

/// `KLINE 60 user@host :spam` and `DLINE 10.0.0.0/8 :spam`: the time comes first, in minutes.
pub fn line(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let params = asked.message.params;
    let minutes = params.given(0).and_then(|word| word.parse::<u32>().ok());
    let words: Vec<&str> = params.iter().copied().skip(usize::from(minutes.is_some())).collect();
    let Some((target, reason)) = words.split_first() else {
        return vec![asked.command("SERVER-BAN", &[])];
    };
    // 0 minutes are for good, as everywhere.
    let span = minutes.filter(|minutes| *minutes > 0).map(|minutes| format!("{minutes}m"));
    let terms: Vec<&str> = span.as_deref().into_iter().chain(reason.iter().copied()).collect();
    match terms.join(" ") {
        none if none.is_empty() => vec![asked.command("SERVER-BAN", &[target])],
        terms => vec![asked.command("SERVER-BAN", &[target, &terms])],
    }
}

pub fn unline(_: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    match asked.message.params.given(0) {
        Some(target) => vec![asked.command("SERVER-UNBAN", &[target])],
        None => vec![asked.command("SERVER-UNBAN", &[])],
    }
}
