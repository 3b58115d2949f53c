//! NickServ: accounts and their nicks.

use super::{Read, Service, ServiceCommand, commands};

pub const NICKSERV: Service = Service {
    name: "NickServ",
    address: None,
    summary: "NickServ looks after accounts, each of which owns the nick of its name.",
    commands: COMMANDS,
};

commands! {
    ["REGISTER"] "<password> [<email>]" 1 last 1
        "Makes an account of your nick; with an address, when the code that it is sent has come back." => register;
    ["VERIFY" "CONFIRM"] "[<account>] <code>" 1 "Shows the code that your address was sent."
        => |words| if words.len() == 1 { own("VERIFY", words) } else { as_is("VERIFY", words) };
    ["IDENTIFY" "LOGIN" "ID" "AUTH"] "[<account>] <password>" 1 last 2
        "Logs you in: to the account of your nick, or to another. With a space in the password, name the account."
        => |words| if words.len() == 1 { own("LOGIN", words) } else { as_is("LOGIN", words) };
    ["LOGOUT"] "" 0 "Logs you out." => |words| as_is("LOGOUT", words);
    ["INFO" "STATUS" "ACC"] "[<account>]" 0 "Tells about your account; operators of the server ask about others."
        => |words| as_is("ACCOUNT", words);
    ["PASSWD" "PASSWORD"] "<old password> <new password>" 2 last 2 "Changes your password. The new one is written once."
        => passwd;
    ["GET"] "" 0 "Shows what you have chosen with SET." => |_| Some(("SET", vec![]));
    ["SET"] "PASSWORD <new password> | EMAIL <address>|OFF [<password>] | ALWAYS-ON|MULTICLIENT ON|OFF|DEFAULT" 2 last 2
        "Changes your password or your address, right after you have logged in, or whether you stay without a connection, or have several."
        => set;
    ["SENDPASS" "SENDRESET"] "<account>" 1 "Sends a code for a new password to the address of your account."
        => |words| as_is("SENDPASS", &words[..1]);
    ["RESETPASS" "SETPASS"] "<account> <code> <password>" 3 last 3
        "Sets a new password, with the code that an operator or a letter gave you."
        => |words| as_is("RESETPASS", words);
    ["GHOST" "RECOVER" "RELEASE"] "<nick> [<password>]" 1 last 2 logs_in true
        "Closes old connections of yours that have your nick; with a password, logs you in before."
        => |words| as_is("GHOST", &words[..1]);
    ["REGAIN"] "<nick> [<password>]" 1 last 2 logs_in true
        "Takes your nick, also from who has it; with a password, logs you in before."
        => |words| as_is("REGAIN", &words[..1]);
    ["DROP" "UNREGISTER"] "[<account>] <password>" 1 last 2 "Deletes your account for good, with all that is kept for it."
        => |words| if words.len() == 1 { own("UNREGISTER", words) } else { as_is("UNREGISTER", words) };
    ["CERT"] "[LIST | ADD [<fingerprint>] | DEL [<fingerprint>]]" 0
        "Shows or changes the certificates that log in to your account; without a fingerprint, the one that you have shown."
        => |words| as_is("CERT", words);
    ["IDENTITY"] "[LIST | ADD <token> | DEL <subject> [<issuer>]]" 0
        "Shows or changes who you are elsewhere, whose tokens log in to your account."
        => |words| as_is("IDENTITY", words);
    ["DEVICE"] "[LIST | ADD <name> | DEL <name>]" 0 "Shows or changes the devices that have a password of their own."
        => |words| as_is("DEVICE", words);
    ["SESSIONS" "CLIENTS" "LISTLOGINS"] "[LIST [<account>] | LOGOUT [<account>] <session>|ALL]" 0
        "Lists the connections that are logged in to your account, or ends one of them, or all others." => sessions;
    ["LISTCHANS"] "" 0 "Lists the channels that are yours." => |_| Some(("CHANNEL", vec!["#", "mine"]));
    ["ENFORCE"] "" 0 "Is not needed: the nick of an account is always its owner's." => |_| None;
    ["GROUP" "UNGROUP"] "" 0
        "Is not there: an account owns the nick of its name, and who is logged in may bear any other that is free." => |_| None;
    ["EXPORT"] "[<position>]" 0 "Shows all that is kept of your account and what you said, as lines of JSON, a page at a time."
        => |words| as_is("EXPORT", words);
    ["LIST"] "[<pattern>]" 0 "For operators of the server: lists accounts." => |words| as_is("ACCOUNTS", words);
    ["SAREGISTER"] "<account> <password>" 2 last 2 "For operators of the server: makes an account for somebody."
        => |words| as_is("ACCOUNT-CREATE", words);
    ["SUSPEND"] "<account> [<time>] [<reason>]" 1 "For operators of the server: closes an account."
        => suspend;
    ["UNSUSPEND"] "<account>" 1 "For operators of the server: opens an account again."
        => |words| as_is("ACCOUNT-UNSUSPEND", words);
    ["RENAME"] "<account> <name>" 2 "For operators of the server: gives an account another name."
        => |words| as_is("ACCOUNT-RENAME", words);
    ["SARESET"] "<account>" 1 "For operators of the server: makes a code that sets a new password."
        => |words| as_is("ACCOUNT-RESET", words);
    ["SADROP" "ERASE"] "<account>" 1 "For operators of the server: deletes an account for good."
        => |words| as_is("ACCOUNT-DELETE", words);
}

/// The command of that name with the words as they are.
fn as_is<'a>(name: &'static str, words: &[&'a str]) -> Read<'a> {
    Some((name, words.to_vec()))
}

/// Some people write the account before the session, as elsewhere.
fn sessions<'a>(words: &[&'a str]) -> Read<'a> {
    let is = |word: &str, others: &[&str]| others.iter().any(|other| word.eq_ignore_ascii_case(other));
    let args = match *words {
        [] => vec![],
        [list, ref rest @ ..] if is(list, &["LIST"]) && rest.len() < 2 => words.to_vec(),
        [out, session] if is(out, &["LOGOUT", "END"]) => vec!["end", session],
        [out, account, session] if is(out, &["LOGOUT"]) => vec!["end", session, account],
        [end, session, account] if is(end, &["END"]) => vec!["end", session, account],
        _ => return None,
    };
    Some(("SESSIONS", args))
}

/// The same about the account that is called as the asker is.
fn own<'a>(name: &'static str, words: &[&'a str]) -> Read<'a> {
    Some((name, ["*"].into_iter().chain(words.iter().copied()).collect()))
}

/// A password may have spaces; a last word that looks like an address is one.
fn register<'a>(words: &[&'a str]) -> Read<'a> {
    let [text] = *words else { return None };
    let (password, last) = text.rsplit_once(' ').unwrap_or((text, ""));
    match last.contains('@') {
        true => Some(("REGISTER", vec!["*", password.trim_end(), last])),
        false => own("REGISTER", words),
    }
}

/// On other networks the new password is written twice: nobody gets one that is all of that.
fn passwd<'a>(words: &[&'a str]) -> Read<'a> {
    let is_twice = |new: &str| new.split_once(' ').is_some_and(|(one, other)| one == other.trim_start());
    if words.last().is_some_and(|new| is_twice(new)) { None } else { as_is("PASSWD", words) }
}

fn set<'a>(words: &[&'a str]) -> Read<'a> {
    match *words {
        [what, value] if what.eq_ignore_ascii_case("PASSWORD") => Some(("PASSWD", vec![value])),
        [what, value] if what.eq_ignore_ascii_case("EMAIL") => {
            let (address, password) = value.split_once(' ').unwrap_or((value, ""));
            let words = [address, password.trim_start()];
            Some(("EMAIL", words.into_iter().filter(|word| !word.is_empty()).collect()))
        }
        [what, value] if what.eq_ignore_ascii_case("ALWAYS-ON") => Some(("SET", vec!["always-on", value])),
        [what, value] if what.eq_ignore_ascii_case("MULTICLIENT") => {
            Some(("SET", vec!["several-sessions", value]))
        }
        _ => None,
    }
}

/// Some people write `ADD`, `DEL` before the account.
fn suspend<'a>(words: &[&'a str]) -> Read<'a> {
    match *words {
        [add, account, ref rest @ ..] if add.eq_ignore_ascii_case("ADD") => {
            Some(("ACCOUNT-SUSPEND", [account].into_iter().chain(rest.iter().copied()).collect()))
        }
        [del, account] if del.eq_ignore_ascii_case("DEL") => Some(("ACCOUNT-UNSUSPEND", vec![account])),
        _ => as_is("ACCOUNT-SUSPEND", words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_in_other_words() {
        assert_eq!(sessions(&[]), Some(("SESSIONS", vec![])));
        assert_eq!(sessions(&["list", "bob"]), Some(("SESSIONS", vec!["list", "bob"])));
        assert_eq!(sessions(&["logout", "all"]), Some(("SESSIONS", vec!["end", "all"])));
        assert_eq!(sessions(&["logout", "bob", "s-2"]), Some(("SESSIONS", vec!["end", "s-2", "bob"])));
        assert_eq!(sessions(&["end", "s-2", "bob"]), Some(("SESSIONS", vec!["end", "s-2", "bob"])));
        assert_eq!(sessions(&["logout"]), None);
        assert_eq!(set(&["password", "new"]), Some(("PASSWD", vec!["new"])));
        assert_eq!(set(&["Multiclient", "off"]), Some(("SET", vec!["several-sessions", "off"])));
        assert_eq!(set(&["email", "a@b.c a  b"]), Some(("EMAIL", vec!["a@b.c", "a  b"])));
        assert_eq!(set(&["email", "off"]), Some(("EMAIL", vec!["off"])));
        assert_eq!(passwd(&["old", "new"]), Some(("PASSWD", vec!["old", "new"])));
        assert_eq!(passwd(&["old", "two words"]), Some(("PASSWD", vec!["old", "two words"])));
        assert_eq!(passwd(&["old", "new new"]), None);
        assert_eq!(register(&["two words"]), Some(("REGISTER", vec!["*", "two words"])));
        assert_eq!(register(&["two words a@b.c"]), Some(("REGISTER", vec!["*", "two words", "a@b.c"])));
        assert_eq!(register(&["p@ssword"]), Some(("REGISTER", vec!["*", "p@ssword"])));
        assert_eq!(suspend(&["add", "roger", "2h"]), Some(("ACCOUNT-SUSPEND", vec!["roger", "2h"])));
        assert_eq!(suspend(&["del", "roger"]), Some(("ACCOUNT-UNSUSPEND", vec!["roger"])));
        assert_eq!(suspend(&["roger"]), Some(("ACCOUNT-SUSPEND", vec!["roger"])));
    }
}
