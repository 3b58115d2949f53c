//! A stage that is the real program: over TCP, with files, threads and a clock.
//!
//! Nothing sleeps. After a line a probe (PING) is sent on each connection, who acted first, and everything up to
//! its answer is read: what was said before a PING was answered is on its way to everybody.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::door::Door;
use super::script::{Machine, Over, Script, Setting, Step};
use super::stage::{Seat, Sound, Stage};
use super::wire::Wire;
use crate::certificates;
use crate::issuer;
use crate::mail_server::MailServer;
use crate::server::{Launch, Server};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The stage.
pub struct Sockets {
    program: PathBuf,
    directory: tempfile::TempDir,
    settings: Vec<(String, String)>,
    /// How many it opens.
    doors: usize,
    /// Where its letters go, if a script has it send some.
    mail_server: Option<MailServer>,
    /// Nothing: between two of its lives.
    server: Option<Server>,
    connections: Vec<Connection>,
    probes: usize,
}

struct Connection {
    door: &'static Door,
    stream: BufReader<Wire>,
    /// It has heard the end, or broke off itself.
    is_over: bool,
    sounds: Vec<Sound>,
}

impl Sockets {
    /// Starts the program on an empty directory.
    ///
    /// # Panics
    /// When it does not start.
    pub fn new(program: &Path, script: &Script) -> Self {
        Self::on(program, script, |_| {})
    }

    /// Starts the program on what `fill` puts into its directory, which is not there yet.
    ///
    /// # Panics
    /// When it does not start.
    pub fn on(program: &Path, script: &Script, fill: impl FnOnce(&Path)) -> Self {
        let settings = script.settings();
        let mut settings: Vec<_> = settings.map(|it| (variable(&it.key), it.value.clone())).collect();
        let sends = settings.iter().any(|(name, _)| *name == variable("mail.server"));
        let mail_server = sends.then(MailServer::start);
        if let Some(server) = &mail_server {
            for (key, value) in server.settings() {
                settings.push((variable(key), value));
            }
        }
        let directory = tempfile::tempdir().expect("there is room for a directory");
        for (section, issuer) in [("oauth", issuer::common()), ("issuer.work", issuer::other())] {
            if !settings.iter().any(|(name, _)| name.starts_with(&variable(&format!("{section}.")))) {
                continue;
            }
            let keys = directory.path().join(section);
            std::fs::write(&keys, issuer.keys()).expect("there is room for a file");
            // What a script sets itself comes first, and the later value wins.
            let trusted = issuer::settings(section, &keys.to_string_lossy()).into_iter();
            settings.splice(0..0, trusted.map(|(key, value)| (variable(key), value)));
        }
        let over_tls =
            |step: &Step| matches!(step, Step::Open(opening) if matches!(opening.over, Over::Tls(_)));
        let doors = if script.steps().any(over_tls) {
            let file = directory.path().join("certificate.pem");
            std::fs::write(&file, certificates::SERVER).expect("there is room for a file");
            for key in ["tls.certificate", "tls.key"] {
                settings.push((variable(key), file.to_string_lossy().into_owned()));
            }
            for key in ["listen.irc_tls", "listen.line_tls"] {
                settings.push((variable(key), "127.0.0.1:0".to_owned()));
            }
            4
        } else {
            2
        };
        let mut stage = Self {
            doors,
            program: program.to_owned(),
            directory,
            settings,
            mail_server,
            server: None,
            connections: Vec::new(),
            probes: 0,
        };
        std::fs::write(stage.configuration(), "").expect("there is room for a file");
        fill(&stage.data());
        stage.start();
        stage
    }

    /// Stops the program, and leaves what it has written until this is dropped.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn stop(&mut self) -> Result<(), String> {
        let ended = self.server.take().ok_or("the server is down")?.stop();
        ended
            .status
            .success()
            .then_some(())
            .ok_or(format!("it ended with {}: {}", ended.status, ended.errors))
    }

    /// The program's directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// What the settings of the environment stand above.
    fn configuration(&self) -> PathBuf {
        self.directory.path().join("colvert.toml")
    }

    fn start(&mut self) {
        let launch =
            Launch::new(&self.program, &self.data()).argument("--config").argument(self.configuration());
        let set = |launch: Launch, (name, value): &(String, String)| launch.variable(name, value);
        self.server = Some(self.settings.iter().fold(launch.doors(self.doors), set).start());
    }

    /// Reads what came to a connection, up to the answer to a probe that is sent for it.
    fn probe(&mut self, seat: Seat) -> Result<(), String> {
        self.probes += 1;
        let token = format!("probe-{}", self.probes);
        let connection = &mut self.connections[seat.0];
        if connection.is_over {
            return Ok(());
        }
        let door = connection.door;
        let line = format!("{}{}", (door.probe)(&token), door.line_end);
        // A connection that the server has closed says so when it is read.
        let _ = connection.stream.get_mut().write_all(line.as_bytes());
        connection.read_until(|line| is_answer(line, &token))
    }
}

impl Connection {
    /// Reads up to a line that nobody shall hear, or to the end.
    fn read_until(&mut self, is_last: impl Fn(&[u8]) -> bool) -> Result<(), String> {
        loop {
            let mut line = Vec::new();
            match self.stream.read_until(b'\n', &mut line) {
                Ok(_) if line.ends_with(b"\n") => {
                    line.pop();
                    if line.ends_with(b"\r") {
                        line.pop();
                    }
                    if is_last(&line) {
                        return Ok(());
                    }
                    self.sounds.push(Sound::Line(line));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Err("the server does not answer".to_owned());
                }
                // Half a line that a dying process wrote is none.
                Ok(_) | Err(_) => {
                    self.is_over = true;
                    self.sounds.push(Sound::Closed);
                    return Ok(());
                }
            }
        }
    }
}

/// `… PONG server :probe-7`, `Pong: probe-7`, `Pong : probe-7`.
fn is_answer(line: &[u8], token: &str) -> bool {
    let line = String::from_utf8_lossy(line);
    line.to_ascii_lowercase().contains("pong") && line.split([' ', ':']).next_back() == Some(token)
}

/// The variable of the environment that sets a key.
fn variable(key: &str) -> String {
    key.split('.').fold("COLVERT".to_owned(), |mut name, part| {
        write!(name, "__{}", part.to_uppercase()).expect("writing to memory does not fail");
        name
    })
}

impl Stage for Sockets {
    fn connect(&mut self, door: &'static Door, over: &Over) -> Result<Seat, String> {
        let server = self.server.as_ref().ok_or("the server is down")?;
        let address = match over {
            Over::Plain => server.door(door.name),
            Over::Tls(_) => server.door(&format!("{}_tls", door.name)),
        };
        let stream = BufReader::new(Wire::connect(address, over, PATIENCE)?);
        let (is_over, sounds) = (false, Vec::new());
        self.connections.push(Connection { door, stream, is_over, sounds });
        Ok(Seat(self.connections.len() - 1))
    }

    fn send(&mut self, seat: Seat, bytes: &[u8]) -> Result<(), String> {
        let connection = &mut self.connections[seat.0];
        if connection.is_over {
            return Err("the connection is closed".to_owned());
        }
        connection.stream.get_mut().write_all(bytes).map_err(|error| error.to_string())
    }

    /// The end is sent, and the server's end waited for: then it has noticed.
    fn close(&mut self, seat: Seat) {
        let connection = &mut self.connections[seat.0];
        connection.stream.get_mut().finish();
        let heard = connection.sounds.len();
        let _ = connection.read_until(|_| false);
        connection.sounds.truncate(heard);
        connection.is_over = true;
    }

    fn listen(&mut self, first: Option<Seat>, least: usize) -> Result<Vec<(Seat, Sound)>, String> {
        let order: Vec<_> = first.into_iter().chain((0..self.connections.len()).map(Seat)).collect();
        let began = Instant::now();
        loop {
            for (n, seat) in order.iter().enumerate() {
                // Who acted comes twice in the order, and is probed once.
                if n == 0 || Some(*seat) != first {
                    self.probe(*seat)?;
                }
            }
            let heard: usize = self.connections.iter().map(|connection| connection.sounds.len()).sum();
            if heard >= least || began.elapsed() > PATIENCE {
                break;
            }
        }
        let mut heard = Vec::new();
        for seat in order {
            let sounds = std::mem::take(&mut self.connections[seat.0].sounds);
            heard.extend(sounds.into_iter().map(|sound| (seat, sound)));
        }
        Ok(heard)
    }

    fn pass(&mut self, _: u64) -> Result<(), String> {
        Err("time cannot be made to pass here".to_owned())
    }

    fn machine(&mut self, _: Machine) -> Result<(), String> {
        Err("nothing can be made to happen to this machine".to_owned())
    }

    fn crash(&mut self) -> Result<(), String> {
        self.server.take().ok_or("the server is down")?.kill();
        self.connections.iter_mut().for_each(|connection| connection.is_over = true);
        self.start();
        Ok(())
    }

    fn restart(&mut self) -> Result<(), String> {
        self.stop()?;
        for connection in self.connections.iter_mut().filter(|connection| !connection.is_over) {
            connection.read_until(|_| false)?;
        }
        self.start();
        Ok(())
    }

    fn reload(&mut self, Setting { key, value }: &Setting) -> Result<(), String> {
        let (section, name) = key.rsplit_once('.').ok_or("a key is in a section")?;
        let is_word = value.parse::<u64>().is_err() && !["true", "false", "\"\""].contains(&value.as_str());
        let value = if is_word { format!("{value:?}") } else { value.clone() };
        let path = self.configuration();
        let before = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let others = before.lines().filter(|line| !line.starts_with(&format!("{section}.{name} =")));
        let lines = others.map(str::to_owned).chain([format!("{section}.{name} = {value}")]);
        let text: Vec<_> = lines.collect();
        std::fs::write(&path, text.join("\n")).map_err(|error| error.to_string())?;
        self.run(&["reload".to_owned()]).map(|_| ())
    }

    fn letter(&mut self, mailbox: &str) -> Result<Vec<String>, String> {
        self.mail_server.as_ref().ok_or("the server has no mail server")?.letter(mailbox, PATIENCE)
    }

    fn unread_letters(&mut self) -> Vec<String> {
        self.mail_server.as_ref().map(MailServer::unread).unwrap_or_default()
    }

    fn run(&mut self, words: &[String]) -> Result<Option<String>, String> {
        let mut command = Command::new(&self.program);
        let mut input = String::new();
        let mut words: Vec<_> = words.iter().map(String::as_str).collect();
        if let [.., "<", password] = words[..] {
            input = format!("{password}\n");
            words.truncate(words.len() - 2);
        }
        if let ["import", ref channels @ ..] = words[..] {
            let names: Vec<_> = channels.iter().map(|name| format!("\"{name}\": []")).collect();
            let file = self.directory.path().join("etat_serveur.json");
            std::fs::write(&file, format!("{{\"canaux\": {{{}}}}}", names.join(", ")))
                .map_err(|error| error.to_string())?;
            command.arg("import").arg(file);
        } else {
            command.args(&words);
        }
        command.arg("--data").arg(self.data());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let mut stdin = child.stdin.take().expect("its standard input is a pipe");
        // A command that reads nothing may have closed it.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout);
        match output.status.success() {
            true if words == ["admin", "code"] || words.starts_with(&["account", "reset"]) => {
                Ok(said.split_whitespace().next_back().map(str::to_owned))
            }
            true => Ok(None),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }
}
