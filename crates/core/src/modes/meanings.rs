//! What the letters of modes stand for, in the words of help and of `docs/irc.md`.

/// What a letter stands for.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// Of a status, its prefix.
    pub letter: char,
    /// In one sentence or two.
    pub words: &'static str,
    /// Where it is specified. Empty: nowhere.
    pub spec: &'static str,
}

impl Meaning {
    const fn new(letter: char, words: &'static str, spec: &'static str) -> Self {
        Self { letter, words, spec }
    }
}

/// Modes of channels, but for statuses: those of [`super::Flag`], [`super::ListMode`] and [`super::ModeChange`].
pub const CHANNEL_MODES: &[Meaning] = &[
    Meaning::new('b', "May neither join nor speak.", "https://modern.ircdocs.horse/#ban-channel-mode"),
    Meaning::new('C', "No CTCP but `/me`.", ""),
    Meaning::new('c', "No colours and no other formatting.", ""),
    Meaning::new(
        'e',
        "A ban does not hold for them.",
        "https://modern.ircdocs.horse/#exception-channel-mode",
    ),
    Meaning::new(
        'F',
        "How fast each member may speak: `count:seconds`. With `:mute`, who is faster is mute for ten minutes.",
        "",
    ),
    Meaning::new('f', "Who cannot join is sent to the channel that it names.", ""),
    Meaning::new('I', "Need no invitation.", "https://modern.ircdocs.horse/#invite-exception-channel-mode"),
    Meaning::new(
        'i',
        "One must be invited to join.",
        "https://modern.ircdocs.horse/#invite-only-channel-mode",
    ),
    Meaning::new('j', "How fast people may join: `count:seconds`.", ""),
    Meaning::new('K', "Nobody asks for an invitation.", ""),
    Meaning::new(
        'k',
        "Who joins must name the key. Without one: it is taken away.",
        "https://modern.ircdocs.horse/#key-channel-mode",
    ),
    Meaning::new(
        'l',
        "No more than so many may be there. Without a number: as many as come.",
        "https://modern.ircdocs.horse/#client-limit-channel-mode",
    ),
    Meaning::new('M', "Only who is logged in, or has a status, may speak.", ""),
    Meaning::new(
        'm',
        "Only members with a status may speak.",
        "https://modern.ircdocs.horse/#moderated-channel-mode",
    ),
    Meaning::new('N', "Members keep their nicks.", ""),
    Meaning::new(
        'n',
        "Only members may send to the channel.",
        "https://modern.ircdocs.horse/#no-external-messages-mode",
    ),
    Meaning::new('O', "Only operators of the server may join. They set it.", ""),
    Meaning::new('P', "Stays without members. Operators of the server set it.", ""),
    Meaning::new('R', "Only who is logged in may join.", ""),
    Meaning::new(
        's',
        "The channel is shown to its members only.",
        "https://modern.ircdocs.horse/#secret-channel-mode",
    ),
    Meaning::new('T', "No notices.", ""),
    Meaning::new(
        't',
        "Only operators, and half-operators, may change the topic.",
        "https://modern.ircdocs.horse/#protected-topic-mode",
    ),
    Meaning::new('U', "As `m`, and what it keeps from the others is shown to half-operators and above.", ""),
    Meaning::new('u', "An auditorium: who has no status sees only those who have one.", ""),
    Meaning::new('z', "Only who is connected by TLS may join.", ""),
];

/// Who has a [`super::Status`], the highest first.
pub const STATUSES: &[Meaning] = &[
    Meaning::new('~', "Whose channel it is.", "https://modern.ircdocs.horse/#founder-prefix"),
    Meaning::new(
        '&',
        "Runs the channel, and is out of its operators' reach.",
        "https://modern.ircdocs.horse/#protected-prefix",
    ),
    Meaning::new('@', "Runs the channel.", "https://modern.ircdocs.horse/#operator-prefix"),
    Meaning::new(
        '%',
        "Keeps order: kicks who has no higher status, bans, gives voice, changes the topic.",
        "https://modern.ircdocs.horse/#halfop-prefix",
    ),
    Meaning::new('+', "May speak where speech is moderated.", "https://modern.ircdocs.horse/#voice-prefix"),
];

/// Who has a [`super::UserFlag`], and who reads [notices](crate::notices).
pub const USER_MODES: &[Meaning] = &[
    Meaning::new('B', "A program writes what they write.", "https://ircv3.net/specs/extensions/bot-mode"),
    Meaning::new('R', "Only who is logged in, or was accepted, may write to them.", ""),
    Meaning::new('T', "Programs may not ask theirs anything; actions are words.", ""),
    Meaning::new('g', "Only who was accepted may write to them.", ""),
    Meaning::new(
        'i',
        "Shown in WHO only to those who share a channel.",
        "https://modern.ircdocs.horse/#invisible-user-mode",
    ),
    Meaning::new(
        'o',
        "Acts as a moderator or administrator.",
        "https://modern.ircdocs.horse/#oper-user-mode",
    ),
    Meaning::new('s', "Reads the server's notices on this connection; `008` says which.", ""),
    Meaning::new(
        'w',
        "Reads what operators say to all who want to.",
        "https://modern.ircdocs.horse/#wallops-user-mode",
    ),
];

/// What the letters of the server's notices are about: those of [`crate::notices::About`].
pub const NOTICES: &[Meaning] = &[
    Meaning::new('a', "Acts of operators that have no letter of their own.", ""),
    Meaning::new('c', "People who come and go.", ""),
    Meaning::new('f', "Connections that were ended because they took or gave too much.", ""),
    Meaning::new('k', "Kills.", ""),
    Meaning::new('n', "Nicks.", ""),
    Meaning::new('o', "Who becomes an operator.", ""),
    Meaning::new('r', "Accounts that are made.", ""),
    Meaning::new('x', "Bans of the server.", ""),
];
