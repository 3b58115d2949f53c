//! A program of `tests/clients` around a library: it types what is written to it, and prints what the library tells.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::{PASSWORD, Person, installed};

pub struct Library {
    child: Child,
    keyboard: ChildStdin,
    shown: Arc<Mutex<String>>,
}

impl Library {
    pub fn python(server: SocketAddr) -> Self {
        let installed = installed().expect("somebody has looked");
        Self::start(Command::new(installed.join("python/bin/python")), "person.py", server)
    }

    pub fn javascript(server: SocketAddr) -> Self {
        let mut node = Command::new("node");
        node.env("NODE_PATH", installed().expect("somebody has looked").join("node_modules"));
        Self::start(node, "person.js", server)
    }

    fn start(mut command: Command, program: &str, server: SocketAddr) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients").join(program);
        command.arg(program).arg(server.port().to_string()).args(["alice", PASSWORD]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let shown = Arc::new(Mutex::new(String::new()));
        keep(child.stdout.take().expect("a pipe"), shown.clone());
        // Shown if the test fails.
        keep(child.stderr.take().expect("a pipe"), shown.clone());
        Self { keyboard: child.stdin.take().expect("a pipe"), child, shown }
    }
}

fn keep(output: impl Read + Send + 'static, shown: Arc<Mutex<String>>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
            *shown += &format!("{line}\n");
        }
    });
}

impl Person for Library {
    fn types(&mut self, line: &str) {
        let typed = writeln!(self.keyboard, "{line}");
        assert!(typed.is_ok(), "the client has ended: {}", self.sees());
    }

    fn sees(&mut self) -> String {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
