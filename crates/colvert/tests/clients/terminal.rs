//! Clients of the terminal: WeeChat without one, typed to through its FIFO and read in its logs; irssi in tmux.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{PASSWORD, PATIENCE, Person};

/// What WeeChat shows when she has joined.
const JOINED: &str = "alice [alice] (";
/// What WeeChat shows when it is let in; before that it sends nothing.
const WELCOMED: &str = "Welcome to the ";

pub struct Weechat {
    child: Child,
    home: PathBuf,
    /// Where lines go: the server's buffer, and the channel's once there is one.
    buffer: &'static str,
    /// How often the logs that an earlier life left say that she was welcomed, and that she joined.
    before: [usize; 2],
}

impl Weechat {
    pub fn start(home: &Path, server: SocketAddr) -> Self {
        let before = times(home);
        let settings = [
            format!("/server add colvert 127.0.0.1/{}", server.port()),
            // The option has had two names.
            "/set irc.server.colvert.ssl off".to_owned(),
            "/set irc.server.colvert.tls off".to_owned(),
            "/set irc.server.colvert.nicks alice".to_owned(),
            // What comes after the @ names the client: it is shown what it missed.
            "/set irc.server.colvert.username alice@weechat".to_owned(),
            "/set irc.server.colvert.sasl_mechanism plain".to_owned(),
            "/set irc.server.colvert.sasl_username alice".to_owned(),
            format!("/set irc.server.colvert.sasl_password {PASSWORD}"),
            "/set irc.server.colvert.autoreconnect_delay 1".to_owned(),
            "/set irc.look.server_buffer independent".to_owned(),
            "/set logger.file.flush_delay 0".to_owned(),
            "/connect colvert".to_owned(),
        ];
        let mut command = Command::new("weechat-headless");
        command.arg("--dir").arg(home);
        for setting in settings {
            command.arg("--run-command").arg(setting);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("WeeChat starts");
        Self { child, home: home.to_owned(), buffer: "irc.server.colvert", before }
    }

    /// Which it makes some time after it has started.
    fn fifo(&self) -> PathBuf {
        let fifo = self.home.join(format!("weechat_fifo_{}", self.child.id()));
        let began = Instant::now();
        while !fifo.exists() {
            assert!(began.elapsed() < PATIENCE, "WeeChat made no FIFO");
            thread::sleep(Duration::from_millis(20));
        }
        fifo
    }

    /// Each life of the client says so once more in the same logs, after bob has heard of it.
    fn wait_until(&self, said: usize) {
        let began = Instant::now();
        while times(&self.home)[said] <= self.before[said] {
            assert!(began.elapsed() < PATIENCE, "WeeChat does not join:\n{}", logs(&self.home));
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Person for Weechat {
    fn types(&mut self, line: &str) {
        let is_join = line.starts_with("/join ");
        if is_join {
            self.wait_until(0);
        }
        let mut fifo = OpenOptions::new().write(true).open(self.fifo()).expect("WeeChat reads");
        writeln!(fifo, "{} *{line}", self.buffer).expect("WeeChat reads");
        if is_join {
            self.buffer = "irc.colvert.#general";
            self.wait_until(1);
        }
    }

    fn sees(&mut self) -> String {
        logs(&self.home)
    }
}

impl Drop for Weechat {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How often the logs say that she was welcomed, and that she joined.
fn times(home: &Path) -> [usize; 2] {
    let logs = logs(home);
    [WELCOMED, JOINED].map(|words| logs.matches(words).count())
}

fn logs(home: &Path) -> String {
    let Ok(logs) = fs::read_dir(home.join("logs")) else { return String::new() };
    let files = logs.map(|file| fs::read(file.expect("a log").path()).expect("a log can be read"));
    files.map(|log| String::from_utf8_lossy(&log).into_owned()).collect()
}

pub struct Irssi {
    /// Of tmux. Each life has one of its own, since the server of the life before may not be gone yet.
    socket: PathBuf,
}

impl Irssi {
    pub fn start(home: &Path, server: SocketAddr) -> Self {
        let configuration = format!(
            r#"
            servers = ( {{ address = "127.0.0.1"; port = "{}"; chatnet = "colvert"; use_tls = "no"; autoconnect = "yes"; }} );
            chatnets = {{ colvert = {{
                type = "IRC"; nick = "alice"; sasl_mechanism = "PLAIN"; sasl_username = "alice"; sasl_password = "{PASSWORD}";
            }}; }};
            settings = {{
                core = {{ nick = "alice"; user_name = "alice@irssi"; real_name = "Alice"; server_reconnect_time = "1s"; }};
                "fe-common/core" = {{ autocreate_windows = "no"; autocreate_query_level = "NONE"; }};
                "irc/core" = {{ cmds_max_at_once = "50"; }};
            }};
            "#,
            server.port()
        );
        fs::write(home.join("config"), configuration).expect("a file can be written");
        static LIVES: AtomicUsize = AtomicUsize::new(0);
        let irssi = Self { socket: home.join(format!("tmux-{}", LIVES.fetch_add(1, Ordering::Relaxed))) };
        // Wide and high enough for all that is said.
        let mut started = irssi.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "220", "-y", "200"]);
        started.arg(format!("exec irssi --home={}", home.display()));
        let started = started.env("LC_ALL", "C.UTF-8").env("TERM", "xterm").status();
        assert!(started.is_ok_and(|status| status.success()), "tmux starts irssi");
        irssi
    }

    /// tmux with a server of its own.
    fn tmux(&self, arguments: &[&str]) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.arg("-S").arg(&self.socket).arg("-u").args(arguments);
        tmux
    }
}

impl Person for Irssi {
    fn types(&mut self, line: &str) {
        for keys in [&["send-keys", "-l", line] as &[&str], &["send-keys", "Enter"]] {
            let sent = self.tmux(keys).status();
            assert!(sent.is_ok_and(|status| status.success()), "irssi is there");
        }
    }

    fn sees(&mut self) -> String {
        let shown = self.tmux(&["capture-pane", "-p", "-J"]).output().expect("tmux is there");
        String::from_utf8_lossy(&shown.stdout).into_owned()
    }
}

impl Drop for Irssi {
    fn drop(&mut self) {
        // It has ended with its irssi if that has.
        let _ = self.tmux(&["kill-server"]).stderr(Stdio::null()).status();
    }
}
