//! Every answer.

use super::*;

impl Samples {
    pub fn replies(&self) -> Vec<Reply> {
        let (nick, channel) = (self.nick(), self.channel.clone());
        let topic = Topic { text: text("[x"), by: self.nick(), at: NOW };
        let mut replies = vec![
            Reply::Pong("".into()),
            Reply::Pong("[x".into()),
            Reply::CurrentChannel(channel.clone()),
            Reply::Topic { channel: channel.clone(), topic: Some(topic) },
            Reply::Topic { channel: channel.clone(), topic: None },
            Reply::EntryMessage { channel: channel.clone(), message: text("feu") },
            Reply::UserModes { flags: vec![UserFlag::Invisible], reads_notices: false },
            Reply::Inviting { nick: nick.clone(), channel: channel.clone() },
            Reply::Away { nick: nick.clone(), message: text("[x") },
            Reply::NowAway,
            Reply::NoLongerAway,
            Reply::Whowas { nick: "[x".into(), was: vec![(self.source.clone(), "[x".into(), NOW)] },
            Reply::Ison(vec![nick.clone()]),
            Reply::Monitoring { online: vec![self.source.clone()], offline: vec!["[x".into()] },
            Reply::MonitorList(vec!["[x".into()]),
            Reply::Accepted(vec![nick.clone()]),
            Reply::Silences(vec![Mask::new("bob", NameRules::Precis).expect("a mask")]),
            Reply::Silences(vec![]),
            Reply::Info,
            Reply::Admin(vec!["x".into()]),
            Reply::Links { mask: "*".into(), shown: true },
            Reply::Stats { query: "u".into(), told: Stats::Nothing },
            Reply::Knocked(channel.clone()),
            Reply::Invitations(vec![channel.clone()]),
            Reply::Lusers(Lusers { users: 1, channels: 2, ..Lusers::default() }),
            Reply::Version,
            Reply::Time(NOW),
            Reply::AccountRegistered(account()),
            Reply::LoggedIn { account: account(), source: None },
            Reply::Claimed,
            Reply::Clients(vec![]),
            Reply::Clients(vec![(client(), seen(true))]),
            Reply::Clients(vec![(client(), seen(true)), (client(), seen(false))]),
            Reply::AccountSettings(vec![(Setting::SeveralSessions, true), (Setting::SeveralSessions, false)]),
            Reply::StillOn(record(Event::Joined {
                by: self.source.clone(),
                channel: ChannelId(1),
                name: self.channel.clone(),
                status: Status::OP,
                realname: "G".into(),
                away: None,
            })),
            Reply::CodeMade { expires: NOW },
            Reply::NowOper,
            Reply::AlertSent,
            Reply::Notices(Notices::NONE),
            Reply::Notices(Notices::all()),
            Reply::ServerNotice("roger!r@h connected".into()),
            Reply::LanguageChanged(Language::French),
            Reply::Help(None),
            Reply::Help(Some("who".into())),
            Reply::Help(Some("tagmsg".into())),
            Reply::Unbanned {
                channel: channel.clone(),
                mask: Mask::new("bob", NameRules::Precis).expect("a mask"),
            },
            Reply::Done,
        ];
        replies.extend(self.account_answers().into_iter().map(|answer| Reply::Account(Box::new(answer))));
        for role in [Role::Member, Role::Moderator, Role::Administrator] {
            replies.push(Reply::RoleChanged { account: account(), role });
        }
        for count in 0..=2 {
            replies.extend(self.lists(count));
        }
        replies
    }

    /// All that is answered about accounts.
    pub fn account_answers(&self) -> Vec<AccountAnswer> {
        let suspension = |reason| Suspension { by: "gigi".into(), at: NOW, until: None, reason };
        let info = |role, suspended| {
            let channels = if role == Role::Member { vec![] } else { vec![self.channel.clone()] };
            let (account, registered, connections) = (account(), NOW, 1);
            let address = (role == Role::Moderator).then(address);
            let info = AccountInfo { account, registered, role, channels, connections, suspended, address };
            AccountAnswer::Info(Box::new(info))
        };
        vec![
            AccountAnswer::LoggedOut { source: None },
            AccountAnswer::PasswordChanged(account()),
            AccountAnswer::Created(account()),
            AccountAnswer::Suspended { account: account(), until: None },
            AccountAnswer::Suspended { account: account(), until: Some(NOW) },
            AccountAnswer::Unsuspended(account()),
            AccountAnswer::Renamed { from: account(), to: account() },
            AccountAnswer::Deleted(account()),
            AccountAnswer::ResetCode { account: account(), code: Secret::new("abcd"), expires: NOW },
            AccountAnswer::CodeSent { account: account(), address: address() },
            AccountAnswer::ResetSent(account()),
            AccountAnswer::AddressChanged { account: account(), address: Some(address()) },
            AccountAnswer::AddressChanged { account: account(), address: None },
            AccountAnswer::Certificates(vec!["[x".into()]),
            AccountAnswer::CertificateAdded("[x".into()),
            AccountAnswer::CertificateRemoved("[x".into()),
            AccountAnswer::Identities(Identity::new("https://id.example", "[x").into_iter().collect()),
            AccountAnswer::IdentityAdded("[x".into()),
            AccountAnswer::IdentityRemoved("[x".into()),
            AccountAnswer::Devices(vec![("[x".into(), NOW)]),
            AccountAnswer::DeviceAdded { device: "[x".into(), token: Secret::new("x") },
            AccountAnswer::DeviceRemoved("[x".into()),
            AccountAnswer::Sessions(vec![]),
            AccountAnswer::Sessions(self.sessions()),
            AccountAnswer::SessionsEnded(0),
            AccountAnswer::SessionsEnded(2),
            AccountAnswer::NickLent { seconds: 60 },
            AccountAnswer::SaslChallenge("x".into()),
            AccountAnswer::Export { lines: vec!["{}".into()], next: Some(Position(7)) },
            AccountAnswer::Export { lines: vec![], next: None },
            AccountAnswer::Freed(self.nick()),
            AccountAnswer::Called(self.nick()),
            info(Role::Member, None),
            info(Role::Moderator, Some(suspension(None))),
            info(Role::Moderator, Some(suspension(Some(text("assez"))))),
            AccountAnswer::List { accounts: vec![], more: false },
            AccountAnswer::List { accounts: vec![account()], more: true },
        ]
    }

    /// Sessions that logged in in all ways.
    fn sessions(&self) -> Vec<SessionRow> {
        let identity = Identity::new("https://id.example", "[x").expect("an identity");
        let ways = [
            Some(LoginBy::Secret),
            Some(LoginBy::Device("[x".into())),
            Some(LoginBy::Certificate),
            Some(LoginBy::Token(Box::new(identity))),
            None,
        ];
        let row = |(n, by): (usize, Option<LoginBy>)| SessionRow {
            id: SessionId(n as u64),
            is_own: n == 0,
            nick: (n < 3).then(|| self.nick()),
            client: ClientName::parse("phone").filter(|_| n == 1),
            door: DoorName::new("irc"),
            is_web: n == 1,
            link: [Link::Plain, Link::Local, Link::Secure, Link::Web][n % 4],
            address: (n < 2).then(|| "10.0.0.1".into()),
            login: by.map(|by| (by, NOW)),
        };
        ways.into_iter().enumerate().map(row).collect()
    }

    /// Lists of `count` entries.
    fn lists(&self, count: usize) -> Vec<Reply> {
        let (source, channel) = (self.source.clone(), self.channel.clone());
        let mask = Mask::new("bob", NameRules::Precis).expect("a mask");
        let motd = vec!["[x".to_owned(); count];
        let listed = Listed { channel: channel.clone(), members: 2, topic: Some(text("[x")) };
        let who = WhoRow {
            channel: None,
            status: Status::OP,
            source: source.clone(),
            realname: "[x".into(),
            away: false,
            oper: false,
            address: None,
            idle_s: None,
        };
        let flags = if count == 0 { vec![] } else { vec![Flag::NoExternal, Flag::ProtectedTopic] };
        let modes = ChannelModes { flags, key: None, limit: None, others: Vec::new() };
        let messages: Vec<_> = self.said().into_iter().cycle().take(count * 6).map(record).collect();
        let logged = LoggedEvent {
            time: NOW,
            kind: "joined".into(),
            actor: source.nick.to_string(),
            channel: "#general".into(),
            target: String::new(),
            detail: "[x".into(),
        };
        let whois = Whois {
            source: source.but(|who| who.account = Some(account())),
            realname: "[x".into(),
            away: Some(text("[x")),
            oper: Some(Role::Administrator.as_str().into()),
            address: Some("[x".into()),
            since: NOW,
            secure: true,
            certfp: Some("[x".into()),
            metadata: Vec::new(),
            idle_s: Some(60),
            channels: vec![(Status::OP, channel.clone()); count],
        };
        let names = Names {
            channel: channel.clone(),
            secret: false,
            count: count * 20,
            members: vec![(Status::VOICE, source.clone()); count * 20],
            on_join: false,
            is_first: true,
            is_last: true,
        };
        vec![
            Reply::Welcome(Box::new(Welcome {
                metadata: Vec::new(),
                persistence: None,
                source: source.clone(),
                motd: motd.clone(),
                lusers: Lusers::default(),
            })),
            Reply::Motd(motd),
            Reply::Names(names),
            Reply::List { channels: vec![listed; count], more: count > 0 },
            Reply::Modes { channel: channel.clone(), created: NOW, modes },
            Reply::MaskList {
                channel: channel.clone(),
                list: ListMode::Ban,
                entries: vec![(mask, (count > 1).then(|| self.nick()), NOW); count],
            },
            Reply::Whois(Box::new(whois)),
            Reply::Who { mask: "[x".into(), rows: vec![who; count], is_last: true },
            Reply::Userhost(vec![UserhostRow { source, away: false, oper: false }; count]),
            Reply::History {
                channel: channel.clone(),
                asked: HistoryAsked::Latest,
                messages: messages.clone(),
            },
            Reply::History { channel, asked: HistoryAsked::Missed, messages: messages.clone() },
            Reply::Missed { target: "#general".into(), messages: messages.clone() },
            Reply::Missed { target: "roger".into(), messages },
            Reply::EventLog(vec![logged; count]),
            Reply::AuditTrail(vec![Audited::of(NOW, &act()); count]),
            Reply::Oper(OperReply::ServerBans(vec![server_ban(None); count])),
            Reply::Oper(OperReply::ServerBanned { ban: server_ban(Some(NOW)), closed: count }),
            Reply::Oper(OperReply::Reloaded(Reloaded::default())),
            Reply::Oper(OperReply::Reloaded(Reloaded { taken: vec!["[x".into()], left: vec!["[y".into()] })),
            Reply::Oper(OperReply::Defcon(2)),
            Reply::Oper(OperReply::ServerUnbanned(server_ban(None).target)),
            Reply::Imported { channels: count },
        ]
    }
}
