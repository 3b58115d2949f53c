//! AUTHENTICATE: SASL, in pieces of 400 bytes.
//! Spec: <https://ircv3.net/specs/extensions/sasl-3.1>, <https://www.rfc-editor.org/rfc/rfc4616>, <https://www.rfc-editor.org/rfc/rfc7628>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use colvert_core::clients::ClientName;
use colvert_core::identity::BadToken;
use colvert_core::names::AccountName;
use colvert_core::refusal::Refusal;
use colvert_core::session::Item;

use super::bearer::{self, Bearer};
use super::{Asked, Reading};
use crate::caps::Caps;
use crate::token::{SaslAnswer, Token};

/// Longest piece of an answer, in bytes of base64. A shorter one is the last.
const PIECE_BYTES_MAX: usize = 400;
/// Longest answer, in bytes of base64: two names and the longest password, with room to spare. Tokens are longer.
const ANSWER_BYTES_MAX: usize = 1_024;

/// What a client says when it has read why its token is refused: \x01.
const ACKNOWLEDGED: &str = "AQ==";

/// An exchange under way.
#[derive(Debug)]
pub struct Exchange {
    mechanism: Mechanism,
    /// What has come of the answer, in base64.
    answer: String,
}

/// How somebody shows who they are.
#[derive(Clone, Copy, Debug)]
enum Mechanism {
    Plain,
    External,
    /// What it asks for goes to and fro several times.
    Scram,
    /// A token of an outside issuer.
    Bearer,
}

impl Mechanism {
    const ALL: &[(Self, &str)] = &[
        (Self::Plain, "PLAIN"),
        (Self::External, "EXTERNAL"),
        (Self::Scram, "SCRAM-SHA-256"),
        (Self::Bearer, "OAUTHBEARER"),
    ];

    fn parse(word: &str) -> Option<(Self, &'static str)> {
        Self::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(word)).copied()
    }
}

/// One line of the exchange. Who is logged in may do it again. Who has not asked for the capability may log in, too: clients that know
/// the server begin at once, and what is understood is the same.
/// Spec: <https://ircv3.net/specs/extensions/sasl-3.2#sasl-reauthentication>
pub fn authenticate(reading: &mut Reading, asked: &Asked<'_>) -> Vec<Item> {
    let Some(data) = asked.message.params.given(0) else {
        return vec![asked.refuse("AUTHENTICATE", Refusal::NeedMoreParams("mechanism"))];
    };
    let under_way = reading.sasl.take();
    let was_scram = under_way.as_ref().is_some_and(|exchange| matches!(exchange.mechanism, Mechanism::Scram));
    // An exchange that the server has ended is not known to be over here: a mechanism's name begins the next.
    let under_way = under_way.filter(|_| !was_scram || Mechanism::parse(data).is_none());
    let over = was_scram.then(|| asked.command("AUTHENTICATE-OVER", &[]));
    match (data, under_way) {
        // Spec: <https://www.rfc-editor.org/rfc/rfc7628#section-3.2.3> (a client has read why its token is refused)
        (ACKNOWLEDGED, None) => vec![answer(SaslAnswer::Failed)],
        ("*", _) => over.into_iter().chain([answer(SaslAnswer::Aborted)]).collect(),
        (word, None) => match Mechanism::parse(word).filter(|(_, name)| is_offered(reading, asked, name)) {
            Some((mechanism, _)) => {
                reading.sasl = Some(Box::new(Exchange { mechanism, answer: String::new() }));
                // Whatever became of an exchange before this one.
                let is_scram = matches!(mechanism, Mechanism::Scram);
                let over = over.or_else(|| is_scram.then(|| asked.command("AUTHENTICATE-OVER", &[])));
                over.into_iter().chain([answer(SaslAnswer::GoOn)]).collect()
            }
            None => vec![answer(SaslAnswer::Mechanisms(reading.link)), answer(SaslAnswer::Failed)],
        },
        (piece, Some(so_far)) => gather(reading, asked, piece, so_far),
    }
}

fn is_offered(reading: &Reading, asked: &Asked<'_>, mechanism: &str) -> bool {
    asked.door.offered(reading.link).value(Caps::SASL).split(',').any(|offered| offered == mechanism)
}

fn answer(answer: SaslAnswer) -> Item {
    Token::Sasl(answer).item()
}

/// Adds a piece to the answer. The last one ends the exchange, whatever comes of it.
fn gather(reading: &mut Reading, asked: &Asked<'_>, piece: &str, mut so_far: Box<Exchange>) -> Vec<Item> {
    let bytes_max = match so_far.mechanism {
        Mechanism::Bearer => bearer::answer_bytes_max(asked.door.token_bytes),
        Mechanism::Plain | Mechanism::External | Mechanism::Scram => ANSWER_BYTES_MAX,
    };
    // Spec: <https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension> (905 is for one command, not for all of them)
    if piece.len() > PIECE_BYTES_MAX {
        return vec![answer(SaslAnswer::TooLong)];
    }
    if so_far.answer.len() + piece.len() > bytes_max {
        return vec![answer(SaslAnswer::Failed)];
    }
    if piece != "+" {
        so_far.answer.push_str(piece);
    }
    if piece.len() == PIECE_BYTES_MAX {
        reading.sasl = Some(so_far);
        return Vec::new();
    }
    let read = match so_far.mechanism {
        Mechanism::Plain => plain(asked, &so_far.answer),
        Mechanism::External => external(asked, &so_far.answer).map(|item| vec![item]),
        Mechanism::Bearer => Some(shown(asked, &so_far.answer)),
        Mechanism::Scram => {
            let read = scram(asked, &so_far.answer);
            so_far.answer.clear();
            // Its end, an empty message, ends it here, too.
            reading.sasl = Some(so_far).filter(|_| piece != "+");
            read.map(|item| vec![item])
        }
    };
    read.unwrap_or_else(|| vec![answer(SaslAnswer::Failed)])
}

/// The login that an answer asks for: `authzid NUL authcid NUL password`. Acting for somebody else is not offered. The
/// name may end with a client: `ada@phone`, `ada/phone`.
fn plain(asked: &Asked<'_>, encoded: &str) -> Option<Vec<Item>> {
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let mut parts = decoded.split('\0');
    let (authzid, authcid, password) = (parts.next()?, parts.next()?, parts.next()?);
    let (authcid, client) = with_client(authcid);
    let authzid = authzid.split_once(['@', '/']).map_or(authzid, |(account, _)| account);
    let account = |name| AccountName::new(name, asked.door.rules).ok().map(|name| name.key());
    let is_own = authzid.is_empty() || account(authzid).is_some_and(|own| Some(own) == account(authcid));
    let is_whole = parts.next().is_none() && is_own;
    let named = client.map(|client| asked.command("CLIENT", &[client]));
    let login = || asked.command("AUTHENTICATE", &[authcid, password]);
    is_whole.then(|| named.into_iter().chain([login()]).collect())
}

/// A name, and the client that it ends with, if it does.
fn with_client(name: &str) -> (&str, Option<&str>) {
    let named = name.split_once(['@', '/']).filter(|(_, client)| ClientName::parse(client).is_some());
    named.map_or((name, None), |(account, client)| (account, Some(client)))
}

/// The login that an answer with a token asks for. What is no such answer is told as a bad token is, so that the exchange ends in
/// the same way.
fn shown(asked: &Asked<'_>, encoded: &str) -> Vec<Item> {
    let Some(Bearer { authzid, token }) = Bearer::parse(encoded) else {
        return vec![asked.refuse("AUTHENTICATE", Refusal::BadToken(BadToken::Malformed))];
    };
    let (account, client) = with_client(&authzid);
    let named = client.map(|client| asked.command("CLIENT", &[client]));
    let words: Vec<&str> = if account.is_empty() { vec![&token] } else { vec![&token, account] };
    named.into_iter().chain([asked.command("AUTHENTICATE-BEARER", &words)]).collect()
}

/// The login that an answer asks for: an account, or nothing, where the certificate says it all.
/// Spec: <https://www.rfc-editor.org/rfc/rfc4422#appendix-A>
fn external(asked: &Asked<'_>, encoded: &str) -> Option<Item> {
    let authzid = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let words: Vec<&str> = if authzid.is_empty() { vec![] } else { vec![&authzid] };
    Some(asked.command("AUTHENTICATE-EXTERNAL", &words))
}

/// One message of an exchange.
fn scram(asked: &Asked<'_>, encoded: &str) -> Option<Item> {
    let message = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let words: Vec<&str> = if message.is_empty() { vec![] } else { vec![&message] };
    Some(asked.command("AUTHENTICATE-SCRAM", &words))
}
