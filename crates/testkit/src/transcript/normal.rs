//! The one place where what differs from run to run gets its name.

use std::collections::BTreeMap;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What has got a name so far.
#[derive(Default)]
pub struct Names {
    by_value: BTreeMap<String, String>,
    messages: usize,
    sessions: usize,
}

impl Names {
    /// Remembers a value that a script may use. A name stands for the last that it was given.
    pub fn learn(&mut self, name: &str, value: &str) {
        self.by_value.retain(|_, known| known != name);
        self.by_value.insert(value.to_owned(), name.to_owned());
    }

    /// What a script says, with names replaced by what they stand for.
    pub fn resolve(&self, text: &str) -> String {
        // Longer names first: `$msg1` begins `$msg10`.
        let mut names: Vec<_> = self.by_value.iter().collect();
        names.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
        names.into_iter().fold(text.to_owned(), |text, (value, name)| text.replace(name.as_str(), value))
    }

    /// A line that somebody heard, as it is in every run.
    pub fn normal(&mut self, line: &str) -> String {
        if let Some(code) =
            line.split(' ').map(|word| word.trim_matches([':', '.'])).find(|word| is_code(word))
        {
            self.learn("$code", code);
        }
        if let Some(token) =
            line.split(' ').find(|word| word.len() == TOKEN_BYTES && word.starts_with("cvt_"))
        {
            self.learn("$token", token);
        }
        for id in line.split(' ').map(|word| word.trim_start_matches(':')).filter(|word| is_session(word)) {
            if !self.by_value.contains_key(id) {
                self.sessions += 1;
                self.by_value.insert(id.to_owned(), format!("$session{}", self.sessions));
            }
        }
        for id in tag_values(line, "msgid=").into_iter().chain(of_several_lines(line)) {
            if !self.by_value.contains_key(id) {
                self.messages += 1;
                self.by_value.insert(id.to_owned(), format!("$msg{}", self.messages));
            }
        }
        let line = without_times(&line.replace(&format!("colvert-{VERSION}"), "colvert-$version"));
        let mut words: Vec<_> = line.split(' ').map(|word| self.word(word)).collect();
        idle(&mut words);
        words.join(" ")
    }

    /// One word, which may be tags.
    fn word(&self, word: &str) -> String {
        let part = |part: &str| {
            let Some((key, value)) = part.split_once('=') else { return part.to_owned() };
            format!("{key}={}", self.by_value.get(value).map_or(value, String::as_str))
        };
        if word.starts_with('@') && word.contains('=') {
            return word.split(';').map(part).collect::<Vec<_>>().join(";");
        }
        // An id where no tag names it; who says `:word` means `word`, and batches begin with `+word` and end with `-word`.
        let (sign, bare) = match word.split_at_checked(1) {
            Some((sign @ (":" | "+" | "-"), bare)) => (sign, bare),
            _ => ("", word),
        };
        format!("{sign}{}", self.by_value.get(bare).map_or(bare, String::as_str))
    }
}

/// The length of a device's token.
const TOKEN_BYTES: usize = 47;

/// `abcd-efgh-ijkm-npqr`: a code that the server has drawn.
fn is_code(word: &str) -> bool {
    let is_group =
        |group: &str| group.len() == 4 && group.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    word.split('-').count() == 4 && word.split('-').all(is_group)
}

/// `s-1000000000001`: how a session is named.
fn is_session(word: &str) -> bool {
    let digits = word.strip_prefix("s-").unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn tag_values<'a>(line: &'a str, key: &str) -> Vec<&'a str> {
    let Some(tags) = line.strip_prefix('@').and_then(|line| line.split(' ').next()) else {
        return Vec::new();
    };
    tags.split(';').filter_map(|tag| tag.strip_prefix(key)).collect()
}

/// `BATCH +1-2a draft/multiline #c`: a message of several lines begins with its id, also where no tag tells it.
fn of_several_lines(line: &str) -> Option<&str> {
    let (before, _) = line.split_once(" draft/multiline ")?;
    before.rsplit_once(" BATCH +").map(|(_, id)| id)
}

/// The line with `$time` where times are, in any of the shapes that doors give them.
fn without_times(line: &str) -> String {
    const SHAPES: &[&str] = &[
        "0000-00-00T00:00:00.000Z",
        "0000-00-00 00:00:00 UTC",
        "0000-00-00 00:00:00",
        "0000-00-00 00:00",
        "0000-00-00",
        "0000000000.000",
        "0000000000",
    ];
    let mut normal = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let is_inside = normal.ends_with(|c: char| c.is_alphanumeric());
        let has = |shape: &&&str| {
            let ends = !rest[shape.len().min(rest.len())..].starts_with(|c: char| c.is_alphanumeric());
            ends && has_shape(&rest[..shape.len()], shape)
        };
        let fits = |shape: &&&str| rest.is_char_boundary(shape.len());
        match SHAPES.iter().filter(fits).find(has).filter(|_| !is_inside && !is_long_ago(rest)) {
            Some(shape) => {
                normal.push_str("$time");
                rest = &rest[shape.len()..];
            }
            None => {
                normal.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    normal
}

/// Whether a time is one that no server has run at: a script has said it.
fn is_long_ago(text: &str) -> bool {
    text.starts_with("201") && text.get(..24).is_some_and(|time| has_shape(time, "0000-00-00T00:00:00.000Z"))
}

/// Whether a text is like `shape`, where a 0 is any digit.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(t, s)| if s == b'0' { t.is_ascii_digit() } else { t == s })
}

/// `:server 317 asker nick idle signon :words`: who is idle how long depends on how slow the machine is.
fn idle(words: &mut [String]) {
    if words.get(1).is_some_and(|numeric| numeric == "317")
        && let Some(seconds) = words.get_mut(4)
    {
        "$idle".clone_into(seconds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: &str) {
        assert_eq!(Names::default().normal(line), expect);
    }

    #[test]
    fn times() {
        check("@time=2026-11-24T14:03:59.123Z :a PRIVMSG #c :hi", "@time=$time :a PRIVMSG #c :hi");
        let said = ":s MARKREAD #c timestamp=2019-11-24T14:03:59.123Z";
        check(said, said);
        check(":s 329 a #c 1795529039", ":s 329 a #c $time");
        check(":s 333 a #c bob :1795529039", ":s 333 a #c bob :$time");
        check("[rust] 2026-11-24 14:03 alice: hi", "[rust] $time alice: hi");
        check(":s 391 a s :2026-11-24 14:03:59 UTC", ":s 391 a s :$time");
        check(
            "Set by bob (2026-11-24 14:03).",
            "Set by bob (2026-11-24 14:03).".replace("2026-11-24 14:03", "$time").as_str(),
        );
        check(":s 317 a bob 7 1795529039 :idle", ":s 317 a bob $idle $time :idle");
        check("a 123 b 12:34", "a 123 b 12:34");
    }

    #[test]
    fn a_name_stands_for_what_it_was_given_last() {
        for [first, last] in [["abc", "xyz"], ["xyz", "abc"]] {
            let mut names = Names::default();
            names.learn("$code", first);
            names.learn("$code", last);
            assert_eq!(names.resolve("/claim $code"), format!("/claim {last}"));
        }
    }

    #[test]
    fn message_ids_are_numbered_as_they_appear() {
        let mut names = Names::default();
        assert_eq!(
            names.normal("@msgid=1-2a;time=2026-11-24T14:03:59.123Z :a PRIVMSG b c"),
            "@msgid=$msg1;time=$time :a PRIVMSG b c"
        );
        assert_eq!(names.normal("@msgid=1-2b :a PRIVMSG b c"), "@msgid=$msg2 :a PRIVMSG b c");
        assert_eq!(
            names.normal("@msgid=1-2a;+reply=1-2b :a PRIVMSG b :1-2a"),
            "@msgid=$msg1;+reply=$msg2 :a PRIVMSG b :$msg1"
        );
        assert_eq!(names.resolve("REDACT #c $msg2"), "REDACT #c 1-2b");
        assert_eq!(names.normal(":a BATCH +0-9 draft/multiline b"), ":a BATCH +$msg3 draft/multiline b");
        assert_eq!(names.normal("@batch=0-9 :a PRIVMSG b :one"), "@batch=$msg3 :a PRIVMSG b :one");
    }
}
