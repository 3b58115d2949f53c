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
        => |words| channel(&words[..1], "register");
    ["UNREGISTER" "DROP"] "<#channel>" 1 "Makes a channel of yours one like any other."
        => |words| channel(words, "drop");
    ["INFO" "STATUS"] "<#channel>" 1 "Tells whose a channel is, and what you are there."
        => |words| channel(words, "info");
    ["ACCESS" "LEVELS"] "<#channel> [LIST | <account> <status> | ADD <account> <status> | DEL <account>]" 1
        "Shows or changes what accounts get on joining: owner, admin, op, halfop, voice or none. Who is on the list needs no invitation and no key; from op up no ban holds."
        => access;
    ["AMODE"] "<#channel> [+<letter> <account> | -<letter> <account>]" 1
        "Does the same with the letters of MODE: q, a, o, h, v."
        => amode;
    ["FLAGS"] "<#channel> [<account> +<letters> | <account> -* | <account> <status> | <nick or mask> +b|-b]" 1
        "Does the same with letters, of which the highest counts: q, a, o, h, v, or O, H, V; -* takes all, and +b is AKICK ADD."
        => flags;
    ["QOP"] "<#channel> [LIST | ADD <account> | DEL <account>]" 1 "Is ACCESS with the status owner."
        => |words| xop(words, Status::OWNER);
    ["SOP"] "<#channel> [LIST | ADD <account> | DEL <account>]" 1 "Is ACCESS with the status admin."
        => |words| xop(words, Status::ADMIN);
    ["AOP"] "<#channel> [LIST | ADD <account> | DEL <account>]" 1 "Is ACCESS with the status op."
        => |words| xop(words, Status::OP);
    ["HOP"] "<#channel> [LIST | ADD <account> | DEL <account>]" 1 "Is ACCESS with the status halfop."
        => |words| xop(words, Status::HALFOP);
    ["VOP"] "<#channel> [LIST | ADD <account> | DEL <account>]" 1 "Is ACCESS with the status voice."
        => |words| xop(words, Status::VOICE);
    ["AKICK"] "<#channel> [LIST | ADD <nick or mask> [<time>] [<reason>] | DEL <nick or mask>]" 1 last 4
        "Keeps somebody out for good, or for a time such as 30m or 2h: a ban, which stays with the channel. a:<account> is an account's."
        => akick;
    ["SET"] "<#channel> [FOUNDER <account> | MLOCK [<modes>] | ENTRYMSG [<words>] | TOPICLOCK ON|OFF | DESCRIPTION|URL|EMAIL [<words>]]" 1 last 3
        "Offers the channel to another account; keeps modes as they are; says something to who joins; leaves the topic to the access list; says of the channel what METADATA shows. Topic, modes and lists stay by themselves."
        => set;
    ["GET"] "<#channel>" 1 "Shows what SET has set." => |words| channel(&words[..1], "set");
    ["MLOCK"] "<#channel> [<modes>]" 1 last 2 "Is SET MLOCK: keeps modes as they are, such as +nt-s; without modes, none."
        => |words| setting(words, "mlock");
    ["ENTRYMSG"] "<#channel> [<words>]" 1 last 2 "Is SET ENTRYMSG: says something to who joins; without words, nothing."
        => |words| setting(words, "entrymsg");
    ["CLEAR"] "<#channel> BANS|USERS|ACCESS" 2
        "Takes back all bans and mutes, removes everybody who has no more to say there than you, or empties the access list."
        => clear;
    ["AUDIT" "LOG"] "<#channel> [<count>]" 1 "Shows what was done there by those who look after it: the last 20 acts, or so many."
        => |words| channel(words, "audit");
    ["LIST"] "" 0 "Lists the channels that are yours." => |_| Some(("CHANNEL", vec!["#", "mine"]));
    ["UP" "SYNC"] "<#channel>" 1 "Gives you what the access list says."
        => |words| channel(words, "up");
    ["OWNER"] "<#channel> [<nick>]" 1 "Makes somebody an owner, for as long as they are there; without a nick, you, if the access list has it."
        => |words| status("OWNER", words);
    ["DEOWNER"] "<#channel> [<nick>]" 1 "Takes a member's owner status; without a nick, yours."
        => |words| status("DEOWNER", words);
    ["PROTECT" "ADMIN"] "<#channel> [<nick>]" 1 "Makes somebody an administrator, for as long as they are there; without a nick, you, if the access list has it."
        => |words| status("PROTECT", words);
    ["DEPROTECT" "DEADMIN"] "<#channel> [<nick>]" 1 "Takes a member's administrator status; without a nick, yours."
        => |words| status("DEPROTECT", words);
    ["OP"] "<#channel> [<nick>]" 1 "Makes somebody an operator; without a nick, gives you what the access list says."
        => |words| if words.len() == 1 { channel(words, "up") } else { as_is("OP", words) };
    ["DEOP"] "<#channel> [<nick>]" 1 "Takes a member's operator status; without a nick, yours."
        => |words| status("DEOP", words);
    ["HALFOP"] "<#channel> [<nick>]" 1 "Makes somebody a half-operator; without a nick, you, if the access list has it."
        => |words| status("HALFOP", words);
    ["DEHALFOP"] "<#channel> [<nick>]" 1 "Takes a member's half-operator status; without a nick, yours."
        => |words| status("DEHALFOP", words);
    ["VOICE"] "<#channel> [<nick>]" 1 "Gives somebody a voice; without a nick, you, if the access list has it."
        => |words| status("VOICE", words);
    ["DEVOICE"] "<#channel> [<nick>]" 1 "Takes a member's voice; without a nick, yours."
        => |words| status("DEVOICE", words);
    ["KICK"] "<#channel> <nick> [<reason>]" 2 last 3 "Removes a member." => |words| as_is("KICK", words);
    ["BAN" "KICKBAN" "KB"] "<#channel> <nick or mask> [<reason>]" 2 "Keeps somebody out." => |words| as_is("BAN", words);
    ["HOWTOBAN"] "" 0 "Is not needed: BAN takes a nick, and finds the mask." => |_| None;
    ["UNBAN"] "<#channel> <nick or mask>" 2 "Takes a ban back. Who has op on the access list joins past bans." => |words| as_is("UNBAN", words);
    ["QUIET" "MUTE"] "<#channel> <nick> [<time>]" 2 "Keeps somebody from speaking." => |words| as_is("MUTE", words);
    ["UNQUIET" "UNMUTE"] "<#channel> <nick>" 2 "Lets somebody speak again." => |words| as_is("UNMUTE", words);
    ["INVITE"] "<#channel> <nick>" 2 "Invites somebody. Who is on the access list needs no invitation: JOIN."
        => |words| as_is("INVITE", words);
    ["TOPIC"] "<#channel> [<topic>]" 1 last 2 "Shows or changes the topic." => |words| as_is("TOPIC", words);
    ["GETKEY"] "<#channel>" 1 "Shows the modes, and to members the key." => |words| as_is("MODE", words);
    ["TRANSFER"] "<#channel> [<account>]" 1 "Offers a channel of yours to another account; without one, to nobody."
        => |words| channel(words, "transfer");
    ["ACCEPT"] "<#channel>" 1 "Takes a channel that was offered to you." => |words| channel(words, "take");
    ["PURGE" "CLOSE"] "<#channel> [<reason>]" 1 "For operators of the server: closes a channel for good."
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
    let args = match *rest {
        [] => vec![],
        [list] if is(list, &["LIST", "VIEW"]) => vec![],
        [del, account] if is(del, &["DEL"]) => vec![account, "none"],
        [add, _] if is(add, &["ADD"]) => return None,
        [add, account, status] if is(add, &["ADD"]) => vec![account, status_word(status)?],
        [account, status] => vec![account, status_word(status)?],
        _ => return None,
    };
    Some(("CHANNEL", [*name, "access"].into_iter().chain(args).collect()))
}

/// A status by its word, or as other networks have it: by the name of its list, or as a level.
fn status_word(word: &str) -> Option<&'static str> {
    let status = match word.to_ascii_uppercase().as_str() {
        "QOP" | "FOUNDER" => Status::OWNER,
        "SOP" | "10" => Status::ADMIN,
        "AOP" | "5" => Status::OP,
        "HOP" | "4" => Status::HALFOP,
        "VOP" | "3" => Status::VOICE,
        _ => Status::of_word(word)?,
    };
    Some(status.word())
}

fn is(word: &str, others: &[&str]) -> bool {
    others.iter().any(|other| word.eq_ignore_ascii_case(other))
}

fn clear<'a>(words: &[&'a str]) -> Read<'a> {
    is(words[1], &["BANS", "USERS", "ACCESS"]).then(|| ("CHANNEL", vec![words[0], "clear", words[1]]))
}

/// `MLOCK +nt`, and what people of other networks decide for a channel.
fn set<'a>(words: &[&'a str]) -> Read<'a> {
    let (name, rest) = words.split_first()?;
    let Some((what, value)) = rest.split_first() else { return Some(("CHANNEL", vec![name, "set"])) };
    match what.to_ascii_uppercase().as_str() {
        "FOUNDER" => Some(("CHANNEL", vec![name, "transfer", value.first()?])),
        "DESCRIPTION" | "DESC" => Some(metadata(name, "description", value)),
        "URL" => Some(metadata(name, "url", value)),
        "EMAIL" => Some(metadata(name, "email", value)),
        "TOPICLOCK" if value.is_empty() => None,
        "MLOCK" | "ENTRYMSG" | "TOPICLOCK" => {
            Some(("CHANNEL", [*name, "set", what].into_iter().chain(value.iter().copied()).collect()))
        }
        _ => None,
    }
}

/// What a channel says of itself; without words, nothing.
fn metadata<'a>(name: &'a str, key: &'static str, value: &[&'a str]) -> (&'static str, Vec<&'a str>) {
    ("METADATA", [name, "SET", key].into_iter().chain(value.iter().copied()).collect())
}

fn setting<'a>(words: &[&'a str], what: &'static str) -> Read<'a> {
    let (name, value) = words.split_first()?;
    Some(("CHANNEL", [*name, "set", what].into_iter().chain(value.iter().copied()).collect()))
}

/// `roger +oO-v`: the highest status that a letter means which is given, whatever else is among them; `-*` is none. Who is asked
/// about is shown with the others.
fn flags<'a>(words: &[&'a str]) -> Read<'a> {
    let (name, who, change) = match *words {
        [name, who] if !is(who, &["LIST", "VIEW"]) => return access(&[name]),
        [name, who, change] => (name, who, change),
        _ => return access(words),
    };
    let word = match change {
        "+b" => return Some(("BAN", vec![name, who])),
        "-b" => return Some(("UNBAN", vec![name, who])),
        "-*" => "none",
        change if change.starts_with(['+', '-']) => given(change)?.word(),
        _ => return access(words),
    };
    Some(("CHANNEL", vec![name, "access", who, word]))
}

/// The highest status that is given by letters.
fn given(change: &str) -> Option<Status> {
    let mut gives = true;
    let given = change.chars().filter_map(|letter| {
        if matches!(letter, '+' | '-') {
            gives = letter == '+';
        }
        Status::of_letter(letter.to_ascii_lowercase()).filter(|_| gives)
    });
    given.max()
}

/// Lists for one status each: `ADD roger`, `DEL roger`.
fn xop<'a>(words: &[&'a str], status: Status) -> Read<'a> {
    match *words {
        [name, add, account] if add.eq_ignore_ascii_case("ADD") => {
            Some(("CHANNEL", vec![name, "access", account, status.word()]))
        }
        [_, add, _, _] if add.eq_ignore_ascii_case("ADD") => None,
        _ => access(words),
    }
}

fn akick<'a>(words: &[&'a str]) -> Read<'a> {
    match *words {
        [name] => Some(("MODE", vec![name, "b"])),
        [name, list] if is(list, &["LIST", "VIEW"]) => Some(("MODE", vec![name, "b"])),
        [name, add, who, ref why @ ..] if is(add, &["ADD"]) => {
            let why = without_mark(why.first().copied().unwrap_or_default())?;
            Some(("BAN", [name, who, why].into_iter().filter(|word| !word.is_empty()).collect()))
        }
        [name, del, who] if is(del, &["DEL"]) => Some(("UNBAN", vec![name, who])),
        _ => None,
    }
}

/// `!T 2h spam` and `!P spam`, as other networks have it: for so long, or for good. Nothing: a time without its unit.
fn without_mark(why: &str) -> Option<&str> {
    match why.split_at_checked(2) {
        Some(("!P" | "!p", rest)) => Some(rest.trim_start()),
        Some(("!T" | "!t", rest)) => {
            let rest = rest.trim_start();
            let time = rest.split(' ').next().unwrap_or_default();
            (!time.chars().all(|c| c.is_ascii_digit())).then_some(rest)
        }
        _ => Some(why),
    }
}

/// Without a nick it is about who asks.
fn status<'a>(name: &'static str, words: &[&'a str]) -> Read<'a> {
    match *words {
        [channel] => Some((name, vec![channel, "*"])),
        _ => as_is(name, words),
    }
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
        assert_eq!(access(&["#c", "ADD", "bob"]), None);
        assert_eq!(access(&["#c", "ADD", "bob", "5"]), expected(&["#c", "access", "bob", "op"]));
        assert_eq!(access(&["#c", "bob", "sop"]), expected(&["#c", "access", "bob", "admin"]));
        assert_eq!(access(&["#c", "bob", "king"]), None);
        assert_eq!(flags(&["#c", "bob"]), expected(&["#c", "access"]));
        assert_eq!(flags(&["#c", "bob", "-V+O"]), expected(&["#c", "access", "bob", "op"]));
        assert_eq!(flags(&["#c", "bob", "-o"]), None);
        assert_eq!(flags(&["#c", "*!*@x", "+b"]), Some(("BAN", vec!["#c", "*!*@x"])));
        assert_eq!(clear(&["#c", "ops"]), None);
        assert_eq!(akick(&["#c", "ADD", "bob", "!T 2h spam"]), Some(("BAN", vec!["#c", "bob", "2h spam"])));
        assert_eq!(akick(&["#c", "ADD", "bob", "!T 30 spam"]), None);
        assert_eq!(akick(&["#c", "ADD", "bob", "!T"]), None);
        assert_eq!(akick(&["#c", "ADD", "bob", "!P"]), Some(("BAN", vec!["#c", "bob"])));
        assert_eq!(flags(&["#c", "bob", "+vO"]), expected(&["#c", "access", "bob", "op"]));
        assert_eq!(flags(&["#c", "bob", "-*"]), expected(&["#c", "access", "bob", "none"]));
        assert_eq!(flags(&["#c", "bob", "halfop"]), expected(&["#c", "access", "bob", "halfop"]));
        assert_eq!(flags(&["#c", "bob", "+xyz"]), None);
        assert_eq!(xop(&["#c", "ADD", "bob"], Status::VOICE), expected(&["#c", "access", "bob", "voice"]));
        assert_eq!(xop(&["#c", "add", "bob", "op"], Status::VOICE), None);
        assert_eq!(set(&["#c"]), expected(&["#c", "set"]));
        assert_eq!(set(&["#c", "mlock", "+k a b"]), expected(&["#c", "set", "mlock", "+k a b"]));
        assert_eq!(set(&["#c", "Founder", "bob"]), expected(&["#c", "transfer", "bob"]));
        assert_eq!(set(&["#c", "FOUNDER"]), None);
        assert_eq!(set(&["#c", "GUARD", "ON"]), None);
        let described = vec!["#c", "SET", "description", "two words"];
        assert_eq!(set(&["#c", "desc", "two words"]), Some(("METADATA", described)));
        assert_eq!(set(&["#c", "URL"]), Some(("METADATA", vec!["#c", "SET", "url"])));
        assert_eq!(status("DEOP", &["#c"]), Some(("DEOP", vec!["#c", "*"])));
        assert_eq!(status("DEOP", &["#c", "bob"]), Some(("DEOP", vec!["#c", "bob"])));
        assert_eq!(akick(&["#c", "del", "bob"]), Some(("UNBAN", vec!["#c", "bob"])));
        assert_eq!(akick(&["#c", "ADD"]), None);
        assert_eq!(amode(&["#c", "+o", "bob"]), expected(&["#c", "access", "bob", "op"]));
        assert_eq!(amode(&["#c", "-h", "bob"]), expected(&["#c", "access", "bob", "none"]));
        for wrong in [&["#c", "o", "bob"][..], &["#c", "+x", "bob"], &["#c", "+ov", "bob"], &["#c", "+o"]] {
            assert_eq!(amode(wrong), None, "{wrong:?}");
        }
    }
}
