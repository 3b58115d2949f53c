//! All commands: a file each, a line each.

use std::sync::LazyLock;

use crate::command::{Directory, Entry};

mod about;
mod accept;
mod account;
mod alert;
mod audit;
mod away;
mod ban;
mod bearer;
pub mod channel;
mod chathistory;
pub mod chghost;
pub mod claim;
pub mod client;
mod conversations;
mod defcon;
mod force;
mod help;
mod history;
mod import;
pub mod invite;
pub mod join;
mod kick;
mod kill;
mod knock;
mod letter;
pub mod list;
mod log;
mod login;
pub mod mark_read;
pub mod metadata;
pub mod mode;
mod monitor;
mod msg;
mod mute;
mod names;
pub mod nick;
mod notice;
mod notices;
mod oper;
mod part;
mod pass;
pub mod persistence;
mod ping;
mod playback;
mod quit;
mod redact;
pub mod register;
pub mod relaymsg;
mod reload;
mod rename;
mod role;
mod scram;
mod server;
mod server_ban;
mod set;
mod setname;
mod silence;
mod status;
mod tagmsg;
mod topic;
pub mod user;
mod user_mode;
mod userhost;
mod verify;
mod wallops;
mod webirc;
mod whisper;
pub mod who;
mod whois;
mod wishes;

pub mod leave;
pub mod presence;
pub mod say;

/// The table. Doors, help, documentation and tests derive from it.
pub const COMMANDS: &[Entry] = &[
    Entry::of::<nick::Nick>(),
    Entry::of::<user::User>(),
    Entry::of::<user::Hold>(),
    Entry::of::<wishes::ForgetKeys>(),
    Entry::of::<wishes::ImplicitNames>(),
    Entry::of::<wishes::EventPlayback>(),
    Entry::of::<pass::Pass>(),
    Entry::of::<pass::PassLogin>(),
    Entry::of::<webirc::Webirc>(),
    Entry::of::<join::Join>(),
    Entry::of::<part::Part>(),
    Entry::of::<msg::Msg>(),
    Entry::of::<msg::Me>(),
    Entry::of::<whisper::Whisper>(),
    Entry::of::<whisper::PrivateAction>(),
    Entry::of::<notice::Notice>(),
    Entry::of::<notice::PrivateNotice>(),
    Entry::of::<topic::Topic>(),
    Entry::of::<topic::TopicClear>(),
    Entry::of::<names::Names>(),
    Entry::of::<list::List>(),
    Entry::of::<rename::Rename>(),
    Entry::of::<relaymsg::Relaymsg>(),
    Entry::of::<invite::Invite>(),
    Entry::of::<invite::Invitations>(),
    Entry::of::<knock::Knock>(),
    Entry::of::<kick::Kick>(),
    Entry::of::<ban::Ban>(),
    Entry::of::<ban::Unban>(),
    Entry::of::<mute::Mute>(),
    Entry::of::<mute::Unmute>(),
    Entry::of::<status::Op>(),
    Entry::of::<status::Deop>(),
    Entry::of::<status::Halfop>(),
    Entry::of::<status::Dehalfop>(),
    Entry::of::<status::Voice>(),
    Entry::of::<status::Devoice>(),
    Entry::of::<status::Owner>(),
    Entry::of::<status::Deowner>(),
    Entry::of::<status::Protect>(),
    Entry::of::<status::Deprotect>(),
    Entry::of::<mode::Mode>(),
    Entry::of::<channel::Channel>(),
    Entry::of::<user_mode::UserMode>(),
    Entry::of::<away::Away>(),
    Entry::of::<away::PreAway>(),
    Entry::of::<whois::Whois>(),
    Entry::of::<whois::WhoisOn>(),
    Entry::of::<whois::Whowas>(),
    Entry::of::<who::Who>(),
    Entry::of::<userhost::Userhost>(),
    Entry::of::<userhost::Ison>(),
    Entry::of::<monitor::Monitor>(),
    Entry::of::<metadata::Metadata>(),
    Entry::of::<accept::Accept>(),
    Entry::of::<silence::Silence>(),
    Entry::of::<history::History>(),
    Entry::of::<history::Read>(),
    Entry::of::<mark_read::MarkRead>(),
    Entry::of::<persistence::Persistence>(),
    Entry::of::<chathistory::Chathistory>(),
    Entry::of::<chathistory::ChathistoryWithEvents>(),
    Entry::of::<playback::Playback>(),
    Entry::of::<redact::Redact>(),
    Entry::of::<redact::Delete>(),
    Entry::of::<register::Register>(),
    Entry::of::<verify::Verify>(),
    Entry::of::<login::Login>(),
    Entry::of::<login::Authenticate>(),
    Entry::of::<login::External>(),
    Entry::of::<scram::Scram>(),
    Entry::of::<scram::ScramOver>(),
    Entry::of::<bearer::Bearer>(),
    Entry::of::<set::Set>(),
    Entry::of::<client::Client>(),
    Entry::of::<account::Logout>(),
    Entry::of::<account::Account>(),
    Entry::of::<account::Passwd>(),
    Entry::of::<account::SendPassword>(),
    Entry::of::<account::ResetPassword>(),
    Entry::of::<account::Email>(),
    Entry::of::<account::Unregister>(),
    Entry::of::<account::Cert>(),
    Entry::of::<account::Identity>(),
    Entry::of::<account::Device>(),
    Entry::of::<account::Sessions>(),
    Entry::of::<account::Export>(),
    Entry::of::<account::Ghost>(),
    Entry::of::<account::Regain>(),
    Entry::of::<account::Accounts>(),
    Entry::of::<account::Create>(),
    Entry::of::<account::Suspend>(),
    Entry::of::<account::Unsuspend>(),
    Entry::of::<account::Rename>(),
    Entry::of::<account::Reset>(),
    Entry::of::<account::AccountIdentity>(),
    Entry::of::<account::AccountEmail>(),
    Entry::of::<account::Delete>(),
    Entry::of::<claim::Claim>(),
    Entry::of::<oper::Oper>(),
    Entry::of::<kill::Kill>(),
    Entry::of::<force::Sajoin>(),
    Entry::of::<force::Sapart>(),
    Entry::of::<force::Saquit>(),
    Entry::of::<force::Sanick>(),
    Entry::of::<force::Samode>(),
    Entry::of::<force::Sakick>(),
    Entry::of::<force::Satopic>(),
    Entry::of::<server_ban::ServerBan>(),
    Entry::of::<server_ban::ServerUnban>(),
    Entry::of::<server_ban::ServerBans>(),
    Entry::of::<defcon::Defcon>(),
    Entry::of::<reload::Rehash>(),
    Entry::of::<reload::Die>(),
    Entry::of::<log::Log>(),
    Entry::of::<audit::Audit>(),
    Entry::of::<alert::Alert>(),
    Entry::of::<wallops::Wallops>(),
    Entry::of::<wallops::Operwall>(),
    Entry::of::<notices::ChooseNotices>(),
    Entry::of::<setname::Setname>(),
    Entry::of::<chghost::Chghost>(),
    Entry::of::<tagmsg::Tagmsg>(),
    Entry::of::<tagmsg::PrivateTagmsg>(),
    Entry::of::<server::Lusers>(),
    Entry::of::<server::Motd>(),
    Entry::of::<server::Version>(),
    Entry::of::<server::Time>(),
    Entry::of::<about::Info>(),
    Entry::of::<about::Admin>(),
    Entry::of::<about::Links>(),
    Entry::of::<about::Stats>(),
    Entry::of::<help::Help>(),
    Entry::of::<help::Lang>(),
    Entry::of::<ping::Ping>(),
    Entry::of::<quit::Quit>(),
    Entry::of::<role::Role>(),
    Entry::of::<claim::Code>(),
    Entry::of::<import::Import>(),
];

/// The command of that name, as the specifications spell it.
pub fn find(name: &str) -> Option<&'static Entry> {
    static BY_NAME: LazyLock<Directory<Entry>> =
        LazyLock::new(|| Directory::new(COMMANDS.iter().map(|entry| (entry.name, entry))));
    BY_NAME.get(name)
}

/// The command of that slash name.
pub fn find_slash(name: &str) -> Option<&'static Entry> {
    static BY_SLASH: LazyLock<Directory<Entry>> = LazyLock::new(|| {
        Directory::new(COMMANDS.iter().flat_map(|entry| entry.slash.iter().map(move |slash| (*slash, entry))))
    });
    BY_SLASH.get(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::command::{Needs, Shape};

    #[test]
    fn every_name_is_there_once() {
        let names: BTreeSet<_> = COMMANDS.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), COMMANDS.len());
        let slashes: Vec<_> = COMMANDS.iter().flat_map(|entry| entry.slash).collect();
        assert_eq!(slashes.iter().collect::<BTreeSet<_>>().len(), slashes.len());
    }

    #[test]
    fn optional_arguments_follow_the_others_and_text_is_last() {
        for entry in COMMANDS {
            let fields =
                entry.fields.iter().filter(|field| !matches!(field.shape, Shape::Here | Shape::Hidden));
            let order: Vec<_> = fields.map(|field| (field.optional, field.shape == Shape::Rest)).collect();
            assert!(order.is_sorted_by_key(|(optional, _)| *optional), "{}", entry.name);
            assert!(order.is_sorted_by_key(|(_, rest)| *rest), "{}", entry.name);
            assert!(order.iter().filter(|(_, rest)| *rest).count() <= 1, "{}", entry.name);
        }
    }

    #[test]
    fn only_the_command_line_has_commands_that_no_door_offers() {
        for entry in COMMANDS.iter().filter(|entry| entry.needs == Needs::Control) {
            assert!(entry.slash.is_empty(), "{}", entry.name);
        }
    }
}
