//! ChanServ: registered channels and their people.

use colvert_core::modes::Status;

use super::{Read, Service, ServiceCommand, commands};

pub const CHANSERV: Service = Service {
    name: "ChanServ",
    address: None,
    summary: "ChanServ looks after channels that are registered.",
    commands: COMMANDS,
};

commands! {
    ["REGISTER"] "<#channel>" 1 "Makes a channel that you run your account's."
        => |words| channel(words, "register");
    ["UNREGISTER" "DROP"] "<#channel>" 1 "Makes a channel of yours one like any other."
        => |words| channel(words, "drop");
    ["INFO"] "<#channel>" 1 "Tells whose a channel is."
        => |words| channel(words, "info");
    ["ACCESS" "FLAGS"] "<#channel> [LIST | <account> <status> | ADD <account> <status> | DEL <account>]" 1
        "Shows or changes what accounts get on joining: owner, admin, op, halfop, voice or none."
        => access;
    ["AMODE"] "<#channel> [+<letter> <account> | -<letter> <account>]" 1
        "Does the same with the letters of MODE: q, a, o, h, v."
        => amode;
    ["LIST"] "" 0 "Lists the channels that are yours." => |_| Some(("CHANNEL", vec!["#", "mine"]));
    ["UP"] "<#channel>" 1 "Gives you what the access list says."
        => |words| channel(words, "up");
    ["OP"] "<#channel> [<nick>]" 1 "Makes somebody an operator; without a nick, gives you what the access list says."
        => |words| if words.len() == 1 { channel(words, "up") } else { as_is("OP", words) };
    ["DEOP"] "<#channel> <nick>" 2 "Takes a member's operator status." => |words| as_is("DEOP", words);
    ["HALFOP"] "<#channel> <nick>" 2 "Makes somebody a half-operator." => |words| as_is("HALFOP", words);
    ["DEHALFOP"] "<#channel> <nick>" 2 "Takes a member's half-operator status."
        => |words| as_is("DEHALFOP", words);
    ["VOICE"] "<#channel> <nick>" 2 "Gives somebody a voice." => |words| as_is("VOICE", words);
    ["DEVOICE"] "<#channel> <nick>" 2 "Takes a member's voice." => |words| as_is("DEVOICE", words);
    ["KICK"] "<#channel> <nick> [<reason>]" 2 last 3 "Removes a member." => |words| as_is("KICK", words);
    ["BAN"] "<#channel> <nick or mask> [<reason>]" 2 "Keeps somebody out." => |words| as_is("BAN", words);
    ["UNBAN"] "<#channel> <nick or mask>" 2 "Takes a ban back." => |words| as_is("UNBAN", words);
    ["QUIET" "MUTE"] "<#channel> <nick> [<time>]" 2 "Keeps somebody from speaking." => |words| as_is("MUTE", words);
    ["UNQUIET" "UNMUTE"] "<#channel> <nick>" 2 "Lets somebody speak again." => |words| as_is("UNMUTE", words);
    ["INVITE"] "<#channel> <nick>" 2 "Invites somebody." => |words| as_is("INVITE", words);
    ["TOPIC"] "<#channel> <topic>" 2 last 2 "Changes the topic." => |words| as_is("TOPIC", words);
    ["TRANSFER"] "<#channel> [<account>]" 1 "Offers a channel of yours to another account; without one, to nobody."
        => |words| channel(words, "transfer");
    ["ACCEPT"] "<#channel>" 1 "Takes a channel that was offered to you." => |words| channel(words, "take");
    ["PURGE"] "<#channel> [<reason>]" 1 "For operators of the server: closes a channel for good."
        => |words| channel(words, "purge");
    ["UNPURGE"] "<#channel>" 1 "For operators of the server: lets people make it again."
        => |words| channel(words, "unpurge");
    ["PURGED"] "" 0 "For operators of the server: lists channels that are closed."
        => |_| Some(("CHANNEL", vec!["#", "purged"]));
}

/// The command of that name with the words as they are.
fn as_is<'a>(name: &'static str, words: &[&'a str]) -> Read<'a> {
    Some((name, words.to_vec()))
}

/// `#channel words…` as CHANNEL has it: `#channel action words…`.
fn channel<'a>(words: &[&'a str], action: &'static str) -> Read<'a> {
    let (first, rest) = words.split_first()?;
    Some(("CHANNEL", [*first, action].into_iter().chain(rest.iter().copied()).collect()))
}

fn access<'a>(words: &[&'a str]) -> Read<'a> {
    let (name, rest) = words.split_first()?;
    let is = |word: &str, verb: &str| word.eq_ignore_ascii_case(verb);
    let args = match *rest {
        [] => vec![],
        [list] if is(list, "LIST") => vec![],
        [del, account] if is(del, "DEL") => vec![account, "none"],
        [add, account, status] if is(add, "ADD") => vec![account, status],
        [account, status] => vec![account, status],
        _ => return None,
    };
    Some(("CHANNEL", [*name, "access"].into_iter().chain(args).collect()))
}

fn amode<'a>(words: &[&'a str]) -> Read<'a> {
    let args = match *words {
        [name] => vec![name, "access"],
        [name, change, account] => {
            let mut letters = change.chars();
            let (sign, letter) = (letters.next()?, letters.next()?);
            let status = Status::of_letter(letter).filter(|_| letters.next().is_none())?;
            let word = if sign == '-' { "none" } else { status.word() };
            matches!(sign, '+' | '-').then(|| vec![name, "access", account, word])?
        }
        _ => return None,
    };
    Some(("CHANNEL", args))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_in_other_words() {
        let expected = |args: &[&'static str]| Some(("CHANNEL", args.to_vec()));
        assert_eq!(access(&["#c"]), expected(&["#c", "access"]));
        assert_eq!(access(&["#c", "list"]), expected(&["#c", "access"]));
        assert_eq!(access(&["#c", "add", "bob", "op"]), expected(&["#c", "access", "bob", "op"]));
        assert_eq!(access(&["#c", "DEL", "bob"]), expected(&["#c", "access", "bob", "none"]));
        assert_eq!(access(&["#c", "bob"]), None);
        assert_eq!(amode(&["#c", "+o", "bob"]), expected(&["#c", "access", "bob", "op"]));
        assert_eq!(amode(&["#c", "-h", "bob"]), expected(&["#c", "access", "bob", "none"]));
        for wrong in [&["#c", "o", "bob"][..], &["#c", "+x", "bob"], &["#c", "+ov", "bob"], &["#c", "+o"]] {
            assert_eq!(amode(wrong), None, "{wrong:?}");
        }
    }
}
