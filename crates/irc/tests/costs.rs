//! What lines take of a connection's rate, in tenths of what a message takes.

use colvert_core::ids::Millis;
use colvert_core::local::ConnectionInfo;
use colvert_core::session::{Door, Item, Session};
use colvert_core::settings::Settings;
use colvert_irc::IrcDoor;

/// What a line takes, if all of it is commands.
fn cost(session: &mut dyn Session, line: &str) -> u32 {
    let request = session.receive(line.as_bytes()).unwrap_or_else(|| panic!("{line} asks for nothing"));
    let costs = request.items.iter().map(|item| match item {
        Item::Command { act, .. } => act.cost(),
        Item::Refuse { .. } => panic!("{line} is refused"),
        Item::Wire(_) => 0,
    });
    match costs.sum() {
        0 => 10,
        cost => cost,
    }
}

fn session() -> Box<dyn Session> {
    IrcDoor::new(&Settings::default(), Millis(0)).session(&ConnectionInfo::default())
}

#[test]
fn each_kind_of_line_has_its_cost() {
    let mut session = session();
    session.receive(b"CAP REQ :message-tags draft/metadata-2 draft/read-marker draft/chathistory batch");
    for (line, tenths) in [
        ("PRIVMSG #a :words", 10),
        ("PRIVMSG #a,#b,ginette :words", 30),
        ("PRIVMSG ginette :\u{1}VERSION\u{1}", 10),
        ("NOTICE ginette :\u{1}VERSION x\u{1}", 10),
        ("NOTICE #a :words", 10),
        ("@+typing=active TAGMSG #a", 3),
        ("@+typing=active TAGMSG ginette", 3),
        ("@+typing=done TAGMSG #a", 10),
        ("@+draft/react=x;+reply=y TAGMSG #a", 10),
        ("INVITE ginette #a", 20),
        ("KNOCK #a", 50),
        ("NICK roger", 30),
        ("JOIN #a", 10),
        ("JOIN #a,#b,#c", 30),
        ("PART #a", 10),
        ("MODE #a +b *!*@*", 20),
        ("MODE #a -b *!*@*", 20),
        ("MODE #a b *!*@*", 20),
        ("MODE #a s", 20),
        ("MODE #a", 3),
        ("MODE #a b", 3),
        ("MODE #a +b", 3),
        ("AWAY :gone", 20),
        ("SETNAME :Roger", 20),
        ("METADATA * SET url :x", 20),
        ("METADATA #a SYNC", 50),
        ("MARKREAD #a timestamp=2026-01-01T00:00:00.000Z", 3),
        ("MONITOR + a,b,c", 20),
        ("WHO *", 50),
        ("WHO 0", 50),
        ("WHO *.example.org", 50),
        ("WHO #a", 3),
        ("LIST", 50),
        ("NAMES #a", 3),
        ("CHATHISTORY LATEST #a * 100", 5),
        ("CHATHISTORY TARGETS timestamp=2026-01-01T00:00:00.000Z timestamp=2027-01-01T00:00:00.000Z 9", 50),
        ("PING x", 10),
    ] {
        assert_eq!(cost(session.as_mut(), line), tenths, "{line}");
    }
}

/// Another word for a command takes what the command takes, and the page says so of each.
#[test]
fn other_words_cost_what_they_stand_for() {
    let mut session = session();
    for (line, tenths) in [
        ("GLOBOPS :words", 50),
        ("KLINE *@a.example :spam", 20),
        ("KLINE LIST", 50),
        ("DLINE 60 192.0.2.1 :spam", 20),
        ("GLINE *@a.example 1h :spam", 20),
        ("GLINE *@a.example", 10),
        ("ZLINE 192.0.2.1 1h :spam", 20),
        ("ZLINE 192.0.2.1", 10),
        ("SHUN *@a.example 1h :spam", 20),
        ("SHUN *@a.example", 10),
        ("UNKLINE *@a.example", 10),
        ("UNDLINE 192.0.2.1", 10),
        ("HELPOP JOIN", 10),
        ("ZNC *playback PLAY *", 100),
    ] {
        assert_eq!(cost(session.as_mut(), line), tenths, "{line}");
        let verb = line.split(' ').next();
        let explained = colvert_irc::explained().into_iter().find(|it| Some(it.name) == verb);
        let (least, most) = explained.expect("it is explained").cost;
        assert!((least..=most).contains(&tenths), "{line}: the page says {least} to {most}");
    }
    // Services take what they are asked for.
    for (line, tenths) in [("CS REGISTER #a", 30), ("PRIVMSG NickServ :INFO ginette", 20), ("NS HELP", 10)] {
        assert_eq!(cost(session.as_mut(), line), tenths, "{line}");
    }
}

/// What clients ask for by themselves when somebody who is on fifty channels connects is no flood.
#[test]
fn who_comes_back_to_fifty_channels_waits_for_seconds_at_most() {
    const CHANNELS: usize = 50;
    let mut session = session();
    session.receive(b"CAP REQ :draft/chathistory batch");
    let names: Vec<_> = (0..CHANNELS).map(|n| format!("#c{n}")).collect();
    let each = |verb: &str| names.iter().map(|name| verb.replace('#', name)).collect::<Vec<_>>();
    let lines = [
        vec![format!("JOIN {}", names.join(","))],
        each("MODE #"),
        each("WHO # %tcnuhraf,1"),
        each("CHATHISTORY LATEST # * 100"),
    ];
    let tenths: u32 = lines.concat().iter().map(|line| cost(session.as_mut(), line)).sum();
    // At once as many as a burst has, and ten messages a second, by default.
    let waits_s = (tenths / 10 - 40) / 10;
    assert!(waits_s <= 7, "{waits_s} s for {tenths} tenths");
}
