//! The real program under attack, and what it costs.

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use colvert_testkit::server::{Launch, Server};
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_colvert");
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A server, and the directory that goes with it.
pub struct Program {
    pub server: Server,
    data: TempDir,
}

/// A server with these keys of `[limits]`.
pub fn start(data: &Path, limits: &[(&str, &str)]) -> Server {
    let launch = Launch::new(PROGRAM, data);
    let set = |launch: Launch, (key, value): &(&str, &str)| {
        launch.variable(&format!("COLVERT__LIMITS__{key}"), value)
    };
    limits.iter().fold(launch, set).start()
}

impl Program {
    pub fn start(limits: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().expect("a directory");
        Self { server: start(data.path(), limits), data }
    }

    /// Memory that the process has of its own now, in KiB. How much of its file the system keeps for it is the system's choice.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.process()));
        let status = status.expect("the process is there");
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("Linux says it");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    pub fn counter(&self, name: &str) -> u64 {
        let mut command = Command::new(PROGRAM);
        let output = command.args(["admin", "counters", "--data"]).arg(self.data.path()).output();
        let output = String::from_utf8(output.expect("the program starts").stdout).expect("UTF-8");
        let line = output.lines().find(|line| line.split_whitespace().next() == Some(name));
        let value = line.and_then(|line| line.split_whitespace().last());
        value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {output:?}"))
    }

    /// Waits until a counter is as it should be.
    pub fn until(&self, name: &str, is_so: impl Fn(u64) -> bool) {
        let began = Instant::now();
        while !is_so(self.counter(name)) {
            assert!(began.elapsed() < PATIENCE, "{name} is {}", self.counter(name));
        }
    }

    /// Stops the server; how long its state is that it has written down.
    pub fn state_bytes_when_stopped(self) -> u64 {
        assert!(self.server.stop().status.success(), "it stops");
        std::fs::metadata(self.data.path().join("state.snapshot")).expect("the state is there").len()
    }

    pub fn assert_no_panics(&self) {
        assert_eq!((self.counter("net_panics"), self.counter("engine_panics")), (0, 0));
    }

    /// Somebody who asks to join a channel and then reads nothing, and for whom the system keeps little.
    pub fn never_reads(&self, nick: &str, channel: &str) -> TcpStream {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        socket.connect(&self.server.irc().into()).expect("the door is open");
        let mut stream = TcpStream::from(socket);
        let hello = format!(
            "CAP REQ no-implicit-names\r\nNICK {nick}\r\nUSER {nick} 0 * :{nick}\r\nCAP END\r\nJOIN {channel}\r\n"
        );
        stream.write_all(hello.as_bytes()).expect("the server reads");
        stream
    }
}
