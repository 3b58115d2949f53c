//! A disk that is really full, down to its last byte: new words are refused clearly, people can still leave and
//! be put out, the server starts again on it, and nothing that was acknowledged is lost.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use colvert_testkit::server::{Client, Launch, Server};
use tempfile::TempDir;

const SIZE_MIB: usize = 24;
/// What lies on the disk from the beginning and can be removed, in bytes.
const BALLAST_BYTES: usize = 8 << 20;
/// What each of the two says before both listen.
const ROUND: usize = 50;
const FULL_ON_IRC: &str = "FAIL PRIVMSG STORAGE_FULL ";
const FULL_ON_LINE: &str = "The server's disk is full";
const PATIENCE: Duration = Duration::from_secs(180);

/// The mark is passed in good time.
#[test]
fn a_disk_that_is_full_loses_nothing_and_lets_people_go() {
    fill_and_recover("4");
}

/// The mark is so low that the disk is full before anybody has looked.
#[test]
fn a_disk_that_is_full_at_once_loses_nothing_and_lets_people_go() {
    fill_and_recover("auto");
}

fn fill_and_recover(low_water: &str) {
    let Some(disk) = SmallDisk::mount() else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "this must run as root: it mounts a tmpfs");
        println!("skipped: needs root to mount a tmpfs");
        return;
    };
    disk.write("ballast", BALLAST_BYTES).expect("there is room for it");
    let server = disk.start(low_water);
    let mut people = People::enter(&server);
    people.talk_until_full();
    disk.fill();
    people.talk_until_full();
    people.can_go();
    server.kill();

    disk.fill();
    let server = disk.start(low_water);
    let mut nobody = server.on_line();
    nobody.say("/nick nobody");
    nobody.hear(FULL_ON_LINE);
    nobody.say("/quit");
    nobody.hear("Goodbye");
    // What was not in the archive yet waits for room, and somebody who looks gets all of it.
    server.kill();
    let server = disk.start(low_water);
    disk.remove("filler");
    disk.remove("ballast");
    let mut marie = enter_when_there_is_room(&server, "marie");
    marie.say("/join plein\n/msg after");
    marie.hear("marie: after");
    people.seen_by_all("after");
    disk.wait_until_archived("after");
    let ended = server.stop();
    assert!(ended.status.success(), "{}", ended.errors);
    people.check(&disk.data());
}

/// Asks until there is room; on a busy machine that can outlast the time that a stranger is given to say who they are, so each
/// time is another stranger.
fn enter_when_there_is_room(server: &Server, nick: &str) -> Client {
    let began = Instant::now();
    loop {
        let mut client = server.on_line();
        client.say(&format!("/nick {nick}\n/ping asked"));
        let answers: Vec<_> =
            std::iter::from_fn(|| client.next_line().filter(|line| line != "Pong: asked")).collect();
        if answers.iter().any(|line| line.contains("Welcome, ")) {
            return client;
        }
        assert!(began.elapsed() < PATIENCE, "{answers:?}");
        thread::sleep(Duration::from_secs(1));
    }
}

/// A ginette on the line protocol, who is the channel's operator, a roger on IRC, and what they saw.
struct People {
    ginette: Client,
    roger: Client,
    said: usize,
    /// All words, in the order in which each of them saw them.
    seen: [Vec<String>; 2],
}

impl People {
    fn enter(server: &Server) -> Self {
        let (mut ginette, mut roger) = (server.on_line(), server.on_irc());
        ginette.say("/nick ginette\n/join plein\n/ban pest!*@*");
        ginette.hear("Banned from");
        roger.say(
            "CAP REQ :echo-message standard-replies\nNICK roger\nUSER roger 0 * :roger\nCAP END\nJOIN #plein",
        );
        roger.hear(" 366 ");
        ginette.hear("roger");
        Self { ginette, roger, said: 0, seen: [Vec::new(), Vec::new()] }
    }

    /// Both talk until all that both say in a round is refused.
    fn talk_until_full(&mut self) {
        let began = Instant::now();
        while self.round() < 2 * ROUND {
            assert!(began.elapsed() < PATIENCE, "the disk is not full yet: {} messages", self.said);
        }
    }

    /// Both say something, and listen. Says how much was refused.
    fn round(&mut self) -> usize {
        // It is not all the same, so that no file system makes it small.
        let filling = |n: usize| format!("{:08x}", n.wrapping_mul(0x9E37_79B9) & 0xFFFF_FFFF).repeat(40);
        let (mut line, mut irc) = (String::new(), String::new());
        for n in self.said..self.said + ROUND {
            line += &format!("ginette:{n}:{}\n", filling(n));
            irc += &format!("PRIVMSG #plein :roger:{n}:{}\n", filling(n));
        }
        self.said += ROUND;
        self.ginette.say(&format!("{line}/ping round"));
        self.roger.say(&format!("{irc}PING round"));
        self.hear(0, "Pong: round", FULL_ON_LINE) + self.hear(1, " PONG ", FULL_ON_IRC)
    }

    /// Listens up to an answer. Says how often `refused` was heard; of what was said, each is heard or refused.
    fn hear(&mut self, who: usize, answer: &str, refused: &str) -> usize {
        let (client, own) = match who {
            0 => (&mut self.ginette, "ginette:"),
            _ => (&mut self.roger, "roger:"),
        };
        let (mut refusals, mut echoes) = (0, 0);
        loop {
            let line = client.next_line().expect("the server goes on");
            if line.contains(answer) {
                break;
            }
            if line.contains(refused) {
                refusals += 1;
            } else if let Some(words) = words_of(&line) {
                echoes += usize::from(words.starts_with(own));
                self.seen[who].push(words.to_owned());
            }
        }
        assert_eq!(refusals + echoes, ROUND, "all that is said is heard or refused");
        refusals
    }

    /// Everything that makes room or ends something works: moderation, leaving.
    fn can_go(&mut self) {
        self.ginette.say("/unban pest!*@*");
        self.ginette.hear("Ban lifted on plein");
        self.ginette.say("/kick roger Plus de place");
        self.ginette.hear("You removed roger from plein");
        self.roger.hear("KICK #plein roger :Plus de place");
        self.ginette.say("/part Au revoir");
        self.ginette.hear("You left channel plein");
        self.ginette.say("/quit");
        self.ginette.hear("Goodbye");
        self.roger.say("PRIVMSG #plein :encore\nPING still");
        self.roger.hear(" PONG ");
        self.roger.say("QUIT");
        self.roger.hear("ERROR ");
    }

    /// Something else that was seen, by somebody else.
    fn seen_by_all(&mut self, words: &str) {
        for seen in &mut self.seen {
            seen.push(words.to_owned());
        }
    }

    /// Compares what they saw with what the archive has.
    fn check(&self, data: &Path) {
        let archive = rusqlite::Connection::open(data.join("archive.db")).expect("the archive is there");
        let mut query =
            archive.prepare("SELECT text FROM messages ORDER BY id").expect("the schema is documented");
        let rows = query.query_map([], |row| row.get::<_, String>(0)).expect("a query");
        let mut place_by_text = BTreeMap::new();
        for (place, text) in rows.map(|row| row.expect("a row")).enumerate() {
            let before = place_by_text.insert(text.clone(), place);
            assert_eq!(before, None, "{text} is there twice");
        }
        eprintln!("{} said by each, {} kept", self.said, place_by_text.len());
        for seen in &self.seen {
            assert!(seen.len() > 2 * ROUND, "they talked");
            let places: Vec<_> = seen.iter().map(|text| place_by_text.get(text)).collect();
            let lost = seen.iter().zip(&places).find(|(_, place)| place.is_none());
            assert_eq!(lost, None, "something that was acknowledged is lost");
            assert!(places.is_sorted_by(|a, b| a < b), "they saw another order");
        }
    }
}

/// The words of a message in the channel, on either door.
fn words_of(line: &str) -> Option<&str> {
    match line.split_once(" PRIVMSG #plein ") {
        Some((_, words)) => Some(words.strip_prefix(':').unwrap_or(words)),
        None => line.strip_prefix("[plein] ")?.split_once(": ").map(|(_, words)| words),
    }
}

/// A file system of a few MiB, in memory. It is unmounted when this is dropped.
struct SmallDisk {
    at: TempDir,
}

impl SmallDisk {
    /// Nothing: this user may not mount.
    fn mount() -> Option<Self> {
        let at = tempfile::tempdir().expect("a directory");
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &format!("size={SIZE_MIB}m,mode=700"), "tmpfs"]).arg(at.path());
        let output = command.output().ok()?;
        output.status.success().then_some(Self { at })
    }

    fn data(&self) -> PathBuf {
        self.at.path().join("data")
    }

    fn start(&self, low_water: &str) -> Server {
        let launch = Launch::new(env!("CARGO_BIN_EXE_colvert"), &self.data());
        launch
            .variable("COLVERT__LOG__SEGMENT_MB", "1")
            .variable("COLVERT__DATA__LOW_WATER_MB", low_water)
            .start()
    }

    /// What the archive had no room for is in the log meanwhile.
    fn wait_until_archived(&self, text: &str) {
        let began = Instant::now();
        let archive =
            rusqlite::Connection::open(self.data().join("archive.db")).expect("the archive is there");
        let mut query =
            archive.prepare("SELECT 1 FROM messages WHERE text = ?1").expect("the schema is documented");
        while !query.exists([text]).expect("a query") {
            assert!(began.elapsed() < PATIENCE, "the archive does not catch up");
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn write(&self, name: &str, bytes: usize) -> std::io::Result<()> {
        let mut file = File::options().create(true).append(true).open(self.at.path().join(name))?;
        file.write_all(&vec![0xA5; bytes])
    }

    /// Leaves no byte free.
    fn fill(&self) {
        for bytes in [1 << 20, 4_096, 1] {
            while self.write("filler", bytes).is_ok() {}
        }
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.at.path().join(name)).expect("it is there");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A process that is being killed may have it for a moment longer: it is taken out of sight at once.
        let _ = Command::new("umount").arg("-l").arg(self.at.path()).status();
    }
}
