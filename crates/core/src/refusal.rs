//! Typed noes. A refusal is named as the specifications name its error; doors word it.

use compact_str::CompactString;
use thiserror::Error;

use crate::account_settings::Setting;
use crate::identity::BadToken;
use crate::lines::BadBatch;
use crate::metadata::BadMetadata;
use crate::modes::ModeChange;
use crate::names::{AccountName, ChannelName, Nick};
use crate::text::Text;

/// Whether somebody learns that they were called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Yes,
    /// They were told of another call a moment ago.
    No,
}

/// Why a question for history is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// There is no such kind of question.
    UnknownKind,
    /// Something is missing, or cannot be understood.
    BadParameters,
    /// Messages are not named by that.
    BadReference,
    /// There is no such conversation, or it is not the asker's to read.
    NoSuchConversation,
    /// It could not be looked up now.
    Failed,
}

/// Why a message is not deleted.
/// Spec: <https://ircv3.net/specs/extensions/message-redaction#errors>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unredacted {
    /// There is no such conversation, or it is not theirs to read.
    NoSuchConversation,
    /// It is somebody else's.
    Forbidden,
    /// It was said longer ago than so many seconds.
    Expired(u64),
    /// It is not there, or not any more.
    UnknownMessage,
}

/// Why something was not done. Nothing has happened when one is answered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    // What was typed.
    #[error("unknown command {0}")]
    UnknownCommand(CompactString),
    /// The name of the parameter that is missing.
    #[error("missing parameter {0}")]
    NeedMoreParams(&'static str),
    /// A parameter that cannot be understood: its name, and what was given.
    #[error("bad parameter {0}: {1}")]
    InvalidParam(&'static str, CompactString),
    /// A parameter of a channel mode that cannot be understood: the mode's letter, and what was given.
    #[error("bad parameter of mode {0}: {1}")]
    InvalidModeParam(char, CompactString),
    #[error("no text to send")]
    NoTextToSend,
    /// NUL, CR or LF inside a text.
    #[error("text with characters that no line carries")]
    BadText,
    #[error("not valid UTF-8")]
    InvalidUtf8,
    /// Longest text in bytes that fits there.
    #[error("text longer than {0} bytes")]
    TextTooLong(usize),
    /// Longest line in bytes.
    #[error("line longer than {0} bytes")]
    InputTooLong(usize),

    // Presence.
    #[error("no nick yet")]
    NotRegistered,
    #[error("already registered")]
    AlreadyRegistered,
    #[error("not a nick: {0}")]
    ErroneousNickname(CompactString),
    #[error("nick taken: {0}")]
    NicknameInUse(Nick),
    /// The nick belongs to an account; log in to use it.
    #[error("nick belongs to an account: {0}")]
    NicknameReserved(Nick),
    /// How many sessions one person can have.
    #[error("there from {0} sessions already")]
    TooManySessions(usize),
    /// How many connections can be logged in to one account.
    #[error("the account has {0} connections already")]
    TooManyConnections(usize),
    #[error("nobody called {0}")]
    NoSuchNick(CompactString),
    #[error("nobody was called {0}")]
    WasNoSuchNick(CompactString),

    // Channels.
    #[error("no current channel")]
    NoCurrentChannel,
    #[error("not a channel name: {0}")]
    BadChannelName(CompactString),
    /// It does not exist, or that is all the asker may know.
    #[error("no such channel {0}")]
    NoSuchChannel(CompactString),
    /// Another channel's name looks the same.
    #[error("channel name {0} looks like another's")]
    ConfusableChannel(ChannelName),
    #[error("not on {0}")]
    NotOnChannel(ChannelName),
    #[error("{0} is not on {1}")]
    UserNotInChannel(Nick, ChannelName),
    #[error("{0} is already on {1}")]
    UserOnChannel(Nick, ChannelName),
    #[error("not a channel operator on {0}")]
    ChanOpPrivsNeeded(ChannelName),
    /// Their own status there is not high enough for that, or to do that to this member.
    #[error("status on {0} too low")]
    RankTooLow(ChannelName),
    #[error("cannot send to {0}")]
    CannotSendToChan(ChannelName),
    /// The channel is moderated, and they have no voice.
    #[error("no voice on {0}")]
    Moderated(ChannelName),
    #[error("speaking on {0} needs a login")]
    NeedsLoginToSpeak(ChannelName),
    #[error("no notices on {0}")]
    NoNotices(ChannelName),
    #[error("no CTCP on {0}")]
    NoCtcp(ChannelName),
    #[error("no formatting on {0}")]
    NoColours(ChannelName),
    /// Seconds until they may speak.
    #[error("too fast for {0}: wait {1} s")]
    TooFast(ChannelName, u64),
    #[error("nicks stay as they are on {0}")]
    NoNickChange(ChannelName),
    /// They may not speak there, and would walk round that under another nick.
    #[error("no new nick while banned on {0}")]
    BannedNickChange(ChannelName),
    #[error("{0} is for who is logged in")]
    NeedReggedNick(ChannelName),
    #[error("{0} is for operators of the server")]
    OpersOnlyChan(ChannelName),
    #[error("{0} is for who is connected by TLS")]
    SecureOnlyChan(ChannelName),
    #[error("too many join {0}")]
    JoinThrottled(ChannelName),
    /// They could not join the first, and were sent to the second.
    #[error("sent from {0} to {1}")]
    LinkChannel(ChannelName, ChannelName),
    #[error("{0} is registered")]
    ChannelIsRegistered(ChannelName),
    #[error("{0} is not registered")]
    ChannelNotRegistered(ChannelName),
    /// Channels that an account may register.
    #[error("has registered {0} channels already")]
    TooManyRegistered(usize),
    #[error("{0} is somebody else's")]
    NotFounder(ChannelName),
    #[error("{0} is the founder of {1}")]
    IsFounder(AccountName, ChannelName),
    #[error("{0} was not offered")]
    NotOffered(ChannelName),
    #[error("no access to {0}")]
    NoAccess(ChannelName),
    #[error("access list of {0} is full")]
    AccessListFull(ChannelName),
    /// Operators of the server closed it.
    #[error("{0} is closed")]
    ChannelPurged(ChannelName),
    #[error("{0} is not closed")]
    NotPurged(ChannelName),
    #[error("{0} channels are closed already")]
    PurgeListFull(usize),
    #[error("banned from {0}")]
    BannedFromChan(ChannelName),
    #[error("{0} is by invitation")]
    InviteOnlyChan(ChannelName),
    #[error("{0} needs a key")]
    BadChannelKey(ChannelName),
    #[error("{0} is full")]
    ChannelIsFull(ChannelName),
    #[error("on too many channels to join {0}")]
    TooManyChannels(ChannelName),
    #[error("list of {0} is full")]
    BanListFull(ChannelName, char),
    #[error("no such mask on the list: {1}")]
    NotListed(ChannelName, CompactString),
    /// Who decides how the channel is has locked a mode: what it stays.
    #[error("a mode of {0} is locked")]
    ModeLocked(ChannelName, Box<ModeChange>),
    /// Only who is on the access list changes it.
    #[error("the topic of {0} is locked")]
    TopicLocked(ChannelName),
    #[error("unknown mode {0}")]
    UnknownMode(char),
    #[error("unknown user mode")]
    UnknownUserMode,
    #[error("users may change only their own modes")]
    UsersDontMatch,
    #[error("no server {0}")]
    NoSuchServer(CompactString),
    #[error("on {0} already")]
    KnockOnChannel(ChannelName),
    #[error("{0} is open")]
    ChannelIsOpen(ChannelName),
    #[error("cannot knock at {0}")]
    CannotKnock(ChannelName),
    #[error("knocked a moment ago, and now at {0}")]
    TooManyKnocks(ChannelName),
    /// Their modes keep out who is not accepted; whether they are told of it now.
    #[error("{0} keeps strangers out")]
    CallerNotAccepted(Nick, Told),
    #[error("{0} reads who is logged in")]
    NeedsLoginToWrite(Nick),
    #[error("{0} takes no words of programs")]
    NoCtcpToThem(Nick),
    #[error("{0} is accepted already")]
    AlreadyAccepted(Nick),
    #[error("{0} is not accepted")]
    NotAccepted(Nick),
    #[error("the list of accepted people is full")]
    AcceptListFull,
    /// How many masks there can be, and what was to be one more.
    #[error("the list of silenced people is full")]
    SilenceListFull(CompactString),
    #[error("no history for {0}")]
    NoHistory(CompactString),
    /// A conversation that is not there, or not the asker's to read.
    #[error("nothing to play of {0}")]
    NothingToPlay(CompactString),
    /// What was said is everybody's who was there.
    #[error("history stays")]
    HistoryStays,
    /// A question for history, and what it was: the kind of question, then the conversation, or the word that is not understood.
    #[error("{0:?} in a question for history")]
    Unanswered(Unanswered, Vec<CompactString>),

    /// A message is not deleted: where it was, and what was named.
    #[error("{0:?}: {2} of {1} is not deleted")]
    Unredacted(Unredacted, CompactString, CompactString),

    /// Metadata, and the words that the refusal is about.
    #[error("{0:?} in metadata")]
    Metadata(BadMetadata, Vec<CompactString>),
    #[error("{0} cannot be renamed: there is {1}")]
    ChannelNameInUse(ChannelName, ChannelName),
    /// The new name cannot be had, or it was renamed a moment ago.
    #[error("{0} cannot be renamed to {1}")]
    CannotRename(ChannelName, ChannelName),
    /// A name for somebody elsewhere that has no "/" in it, or is none for another reason.
    #[error("not the name of somebody elsewhere: {0}")]
    BadRelayedNick(CompactString),
    #[error("nothing is relayed on this server")]
    NoRelays,
    #[error("may not say what others said elsewhere")]
    RelayForbidden,
    #[error("{0} is banned")]
    RelayedNickBanned(Nick),
    /// A batch of lines is not taken.
    #[error("{0:?} in a batch")]
    BadBatch(BadBatch),

    // Accounts and rights.
    #[error("not logged in")]
    NotLoggedIn,
    #[error("already logged in as {0}")]
    AlreadyLoggedIn(AccountName),
    #[error("account exists: {0}")]
    AccountExists(AccountName),
    #[error("no account {0}")]
    NoSuchAccount(CompactString),
    #[error("not an account name: {0}")]
    BadAccountName(CompactString),
    /// Wrong account or wrong password; which of the two is not told.
    #[error("wrong account or password")]
    WrongCredentials,
    /// The configuration decides it for all accounts.
    #[error("{} is not for accounts to decide", .0.name())]
    SettingIsFixed(Setting),
    /// The fewest bytes that it may have, and the most.
    #[error("a password has {0} to {1} bytes")]
    BadPassword(usize, usize),
    /// They have not logged in a moment ago.
    #[error("the old password is needed")]
    OldPasswordNeeded,
    /// They have not logged in a moment ago.
    #[error("the password is needed")]
    PasswordNeeded,
    /// Nobody comes without an account.
    #[error("an account is needed to connect")]
    AccountRequired,
    #[error("only operators make accounts")]
    RegistrationClosed,
    /// Accounts are made by who has a nick.
    #[error("connect first")]
    ConnectFirst,
    /// The server sends no mail, so that no address can be verified.
    #[error("no address is taken")]
    UnacceptableEmail,
    /// That is no address, or none that letters can be sent to.
    #[error("no address of e-mail")]
    InvalidEmail,
    /// Accounts have an address here.
    #[error("an address of e-mail is needed")]
    EmailNeeded,
    /// The server sends no letters.
    #[error("the server sends no mail")]
    NoMail,
    /// It is not the code that was sent for that account.
    #[error("wrong or expired code for {0}")]
    WrongCode(AccountName),
    /// Guesses that came from there, or at that account, within an hour.
    #[error("too many failed logins")]
    TooManyFailedLogins,
    #[error("no certificate was shown")]
    NoCertificate,
    /// It logs in to another account.
    #[error("the certificate is another account's")]
    CertificateInUse,
    /// Certificates, identities or devices that an account can have.
    #[error("has {0} already")]
    TooManyCredentials(usize),
    #[error("no such certificate, identity or device: {0}")]
    NoSuchCredential(CompactString),
    /// It has a password, which another would take the place of.
    #[error("device {0} has a password already")]
    DeviceExists(CompactString),
    /// Tokens log in nobody here, or nobody who is connected like that.
    #[error("no tokens are taken")]
    NoTokens,
    #[error("{0:?} token")]
    BadToken(BadToken),
    /// A good token, of somebody who has no account; the name of the one that could not be made for them, if one was to be.
    #[error("no account for the identity")]
    IdentityUnknown(Option<CompactString>),
    /// It logs in to another account.
    #[error("the identity is another account's")]
    IdentityInUse,
    /// Operators closed it, with the reason that was given.
    #[error("the account is suspended")]
    AccountSuspended(Option<Text>),
    #[error("not suspended: {0}")]
    NotSuspended(AccountName),
    /// Neither the nick of the asker's account nor somebody who is logged in to it.
    #[error("not the asker's nick: {0}")]
    NotYourNick(Nick),
    #[error("wrong or expired code")]
    BadClaimCode,
    #[error("for moderators and administrators only")]
    NoPrivileges,

    /// Kept out of the server, with the reason that was given.
    #[error("banned from the server")]
    BannedFromServer(Option<Text>),
    /// They may be here and read, and do nothing that others see; with the reason that was given.
    #[error("silenced on the server")]
    Silenced(Option<Text>),
    #[error("no such ban of the server: {0}")]
    NoSuchServerBan(CompactString),
    /// It would be a ban of everybody, or nearly.
    #[error("too wide to be banned: {0}")]
    BanTooWide(CompactString),
    /// How many there can be.
    #[error("there are {0} bans of the server already")]
    TooManyServerBans(usize),

    /// The server defends itself, at this level.
    #[error("not while the server defends itself (level {0})")]
    Restricted(u8),
    /// What is wrong with the configuration, in one line; nothing of it was taken.
    #[error("{0}")]
    ReloadFailed(String),

    // Bounds and troubles of the server.
    #[error("too many targets: {0} at most")]
    TooManyTargets(usize),
    #[error("monitor list is full")]
    MonitorListFull(usize, CompactString),
    #[error("too many at once, try again")]
    TryAgain,
    /// The disk is nearly full: no new content.
    #[error("the server's disk is full")]
    StorageFull,
    /// Something broke here; nothing was done.
    #[error("internal error")]
    Internal,
}
