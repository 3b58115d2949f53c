//! The real program as its users start it, and people who talk to it over sockets.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long anything is waited for before the test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a server is to be started: on ports of the system's choice, without limits of rates.
pub struct Launch {
    command: Command,
    doors: usize,
}

/// A running server. It is killed when this is dropped.
pub struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
    /// What was read of standard output so far.
    lines: Vec<String>,
    /// Reads standard error to its end.
    errors: Option<JoinHandle<String>>,
}

/// How a server ended.
pub struct Ended {
    pub status: ExitStatus,
    /// All of standard output.
    pub said: String,
    /// All of standard error.
    pub errors: String,
}

impl Launch {
    /// `program serve --data DIR`; the program is usually `env!("CARGO_BIN_EXE_colvert")`.
    pub fn new(program: impl AsRef<Path>, data: &Path) -> Self {
        let mut command = Command::new(program.as_ref());
        command.arg("serve").arg("--data").arg(data);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("COLVERT__") {
                command.env_remove(name);
            }
        }
        command
            .env("COLVERT__LISTEN__LINE", "127.0.0.1:0")
            .env("COLVERT__LISTEN__IRC", "127.0.0.1:0")
            .env("COLVERT__LIMITS__ENABLED", "false")
            // Tests read addresses; those about cloaks turn them on.
            .env("COLVERT__CLOAK__ENABLED", "false");
        Self { command, doors: 2 }
    }

    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.command.arg(argument.into());
        self
    }

    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// How many doors are to be waited for; two if nobody says.
    #[must_use]
    pub fn doors(mut self, doors: usize) -> Self {
        self.doors = doors;
        self
    }

    /// Starts it, and waits until its doors accept.
    ///
    /// # Panics
    /// When it does not start, or ends before its doors are open.
    pub fn start(mut self) -> Server {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the program starts");
        let said = BufReader::new(child.stdout.take().expect("its standard output is a pipe"));
        let mut stderr = child.stderr.take().expect("its standard error is a pipe");
        let errors = std::thread::spawn(move || {
            let mut all = Vec::new();
            // What cannot be read was not said.
            let _ = stderr.read_to_end(&mut all);
            String::from_utf8_lossy(&all).into_owned()
        });
        let mut server = Server { child, said, lines: Vec::new(), errors: Some(errors) };
        while server.lines.iter().filter(|line| line.starts_with("listening ")).count() < self.doors {
            if !server.read_line() {
                let errors = server.errors.take().and_then(|errors| errors.join().ok());
                panic!("the server ended before its doors were open: {}", errors.unwrap_or_default());
            }
        }
        server
    }
}

impl Server {
    /// Where a door is.
    ///
    /// # Panics
    /// When it is closed.
    pub fn door(&self, name: &str) -> SocketAddr {
        let line = format!("listening {name} ");
        let address = self.lines.iter().find_map(|said| said.strip_prefix(&line));
        address.expect("the door is open").parse().expect("an address")
    }

    pub fn line(&self) -> SocketAddr {
        self.door("line")
    }

    pub fn irc(&self) -> SocketAddr {
        self.door("irc")
    }

    /// The first administrator's code, which is the line after the doors'.
    ///
    /// # Panics
    /// When the server ends before it says one.
    pub fn claim_code(&mut self) -> String {
        loop {
            if let Some(code) = self.lines.iter().find_map(|said| said.strip_prefix("claim ")) {
                return code.to_owned();
            }
            assert!(self.read_line(), "the server ended without a code");
        }
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// A person on the line protocol.
    pub fn on_line(&self) -> Client {
        Client::connect(self.line())
    }

    /// A person on IRC.
    pub fn on_irc(&self) -> Client {
        Client::connect(self.irc())
    }

    /// Sends a signal: `TERM`, `INT`, `STOP`, …
    ///
    /// # Panics
    /// When it cannot be sent.
    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill").arg(format!("-{name}")).arg(self.process().to_string()).status();
        assert!(kill.is_ok_and(|status| status.success()), "the signal {name} was not sent");
    }

    /// Kill -9.
    pub fn kill(mut self) {
        self.end();
    }

    /// Asks it to stop (SIGTERM), and waits until it has.
    pub fn stop(self) -> Ended {
        self.signal("TERM");
        self.wait()
    }

    /// Waits until it ends.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub fn wait(mut self) -> Ended {
        while self.read_line() {}
        let status = self.child.wait().expect("it can be waited for");
        let errors = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        let said = self.lines.iter().map(|line| format!("{line}\n")).collect();
        Ended { status, said, errors }
    }

    /// Reads a line of standard output. False: that was all.
    fn read_line(&mut self) -> bool {
        let mut line = String::new();
        let n = self.said.read_line(&mut line).expect("its standard output can be read");
        if n > 0 {
            self.lines.push(line.trim_end().to_owned());
        }
        n > 0
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// A person with a socket.
pub struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    /// # Panics
    /// When nobody accepts.
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the door is open");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket has a timeout");
        Self { reader: BufReader::new(stream) }
    }

    /// Sends lines.
    ///
    /// # Panics
    /// When the connection is broken.
    pub fn say(&mut self, lines: &str) {
        self.sender().write_all(format!("{lines}\n").as_bytes()).expect("the server reads");
    }

    /// The way out alone, for bytes that are no lines, and for who says more than is read meanwhile.
    ///
    /// # Panics
    /// When the system has no more descriptors.
    pub fn sender(&self) -> TcpStream {
        self.reader.get_ref().try_clone().expect("a socket can be shared")
    }

    /// The next line that contains `words`; those before it are passed over.
    ///
    /// # Panics
    /// When the connection ends without one, or it takes too long.
    pub fn hear(&mut self, words: &str) -> String {
        let mut heard = Vec::new();
        loop {
            match self.next_line() {
                Some(line) if line.contains(words) => return line,
                Some(line) => heard.push(line),
                None => panic!("{words:?} was not said, but this: {heard:#?}"),
            }
        }
    }

    /// The next line. Nothing: the connection has ended.
    ///
    /// # Panics
    /// When it takes too long.
    pub fn next_line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let n = self.reader.read_until(b'\n', &mut line).expect("a line in time");
        (n > 0).then(|| String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// All lines up to the end of the connection.
    pub fn to_the_end(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.next_line()).collect()
    }

    /// Hangs up, and waits until the server has noticed. Who comes next does not hear of them.
    ///
    /// # Panics
    /// When it takes too long.
    pub fn leave(mut self) {
        // One that the server has closed is closed all the same.
        let _ = self.sender().shutdown(Shutdown::Write);
        if let Err(error) = io::copy(&mut self.reader, &mut io::sink()) {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "the server notices in time");
        }
    }
}
