//! Answers to WHO: the plain ones, and those whose fields the client chose.

use colvert_core::reply::WhoRow;
use compact_str::CompactString;

use super::Answer;
use super::line::Line;
use crate::numerics::*;

/// The letter that shows a bot. ISUPPORT `BOT`. Spec: <https://ircv3.net/specs/extensions/bot-mode>
pub const BOT: char = 'B';

/// What a client asked of WHO. Spec: <https://ircv3.net/specs/extensions/whox>
#[derive(Debug, PartialEq, Eq)]
pub struct Whox {
    /// Letters of fields.
    pub fields: CompactString,
    /// What marks the answers; one to three digits.
    pub token: Option<CompactString>,
}

impl Whox {
    /// Reads what follows the `%`: the fields, and after a comma the token. A token that is none is left out.
    pub fn parse(asked: &str) -> Self {
        let (fields, token) = asked.split_once(',').unwrap_or((asked, ""));
        let is_token = (1..=3).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_digit());
        Self { fields: fields.into(), token: is_token.then(|| token.into()) }
    }

    fn has(&self, letter: char) -> bool {
        self.fields.contains(letter)
    }
}

impl Answer<'_> {
    /// Spec: <https://modern.ircdocs.horse/#who-message>
    pub(super) fn who(&mut self, rows: &[WhoRow]) {
        for row in rows {
            match self.whox {
                Some(whox) => self.chosen_fields(whox, row),
                None => self.usual_fields(row),
            }
        }
    }

    /// Spec: <https://modern.ircdocs.horse/#rplwhoreply-352>
    fn usual_fields(&mut self, row: &WhoRow) {
        let (door, source, flags) = (self.door, &row.source, self.who_flags(row));
        let words = [place(row), &source.user, &source.host, &door.server, source.nick.as_str(), &flags];
        self.numeric_text(RPL_WHOREPLY, &words, &format!("0 {}", row.realname));
    }

    /// Spec: <https://ircv3.net/specs/extensions/whox#rpl_whospcrpl-354-numeric-reply> (in this order)
    fn chosen_fields(&mut self, whox: &Whox, row: &WhoRow) {
        let (door, source, flags) = (self.door, &row.source, self.who_flags(row));
        let idle = row.idle_s.unwrap_or_default().to_string();
        let account = source.account.as_ref().map_or("0", |account| account.as_str());
        let words: [(char, &str); 12] = [
            ('t', whox.token.as_deref().unwrap_or("0")),
            ('c', place(row)),
            ('u', &source.user),
            ('i', row.address.as_deref().unwrap_or("255.255.255.255")),
            ('h', &source.host),
            ('s', &door.server),
            ('n', source.nick.as_str()),
            ('f', &flags),
            ('d', "0"),
            ('l', &idle),
            ('a', account),
            ('o', "n/a"),
        ];
        let chosen = words.iter().filter(|(letter, _)| whox.has(*letter));
        let line = chosen.fold(self.begin(RPL_WHOSPCRPL), |line: Line<'_>, (_, word)| line.word(word));
        if whox.has('r') { line.text(&row.realname).end() } else { line.end() }
    }

    /// Here or gone, operator, status in the channel, bot.
    fn who_flags(&self, row: &WhoRow) -> String {
        let here = if row.away { "G" } else { "H" };
        let oper = if row.oper { "*" } else { "" };
        let bot = row.source.bot.then_some(BOT);
        [here, oper, &self.prefixes(row.status)].concat() + &String::from_iter(bot)
    }
}

fn place(row: &WhoRow) -> &str {
    row.channel.as_ref().map_or("*", |channel| channel.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_tokens() {
        let whox = |asked| Whox::parse(asked);
        assert_eq!(whox("tcn,42").token.as_deref(), Some("42"));
        for none in ["tcn", "tcn,", "tcn,x", "tcn,1234", "tcn,1,2"] {
            assert_eq!(whox(none).token, None, "{none}");
        }
        assert!(whox("tcn,42").has('n') && !whox("tcn,42").has('4'));
    }
}
