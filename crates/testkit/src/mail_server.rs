//! A mail server with real sockets, for tests: it takes every letter, and gives it to who asks for the mailbox.
//! Spec: <https://www.rfc-editor.org/rfc/rfc5321#section-4.5.1> (the least that a server must understand)

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A letter as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Of the envelope.
    pub to: Vec<String>,
    /// Headers, an empty line, the text, as they were sent.
    pub lines: Vec<String>,
}

/// The server.
pub struct MailServer {
    address: SocketAddr,
    letters: Mutex<Letters>,
}

struct Letters {
    come: Receiver<Received>,
    /// Nobody has asked for them yet.
    unread: VecDeque<Received>,
}

impl MailServer {
    /// Listens on a port of the system's choice.
    ///
    /// # Panics
    /// When there is none.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let address = listener.local_addr().expect("it has an address");
        let (tell, come) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let tell = tell.clone();
                // A client that breaks off has sent no letter.
                std::thread::spawn(move || drop(serve(stream, &tell)));
            }
        });
        Self { address, letters: Mutex::new(Letters { come, unread: VecDeque::new() }) }
    }

    /// What the program's configuration has to say to send letters here, by key.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("mail.server", self.address.ip().to_string()),
            ("mail.port", self.address.port().to_string()),
            ("mail.tls", "none".to_owned()),
            ("mail.from", "Colvert <colvert@colvert.example>".to_owned()),
        ]
    }

    /// The next letter to a mailbox: its subject, and the lines of its text.
    ///
    /// # Errors
    /// When none comes in time, or it cannot be read.
    pub fn letter(&self, mailbox: &str, patience: Duration) -> Result<Vec<String>, String> {
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        let end = Instant::now() + patience;
        loop {
            let is_theirs = |letter: &Received| letter.to.iter().any(|to| to == mailbox);
            if let Some(letter) = letters.unread.iter().position(is_theirs) {
                return letters.unread.remove(letter).ok_or("it is there")?.readable();
            }
            let left = end.saturating_duration_since(Instant::now());
            let letter = letters.come.recv_timeout(left).map_err(|_| format!("no letter to {mailbox}"))?;
            letters.unread.push_back(letter);
        }
    }

    /// To whom letters came that nobody has asked for.
    pub fn unread(&self) -> Vec<String> {
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        while let Ok(letter) = letters.come.try_recv() {
            letters.unread.push_back(letter);
        }
        letters.unread.iter().flat_map(|letter| letter.to.clone()).collect()
    }
}

impl Received {
    /// What its reader sees of it.
    fn readable(&self) -> Result<Vec<String>, String> {
        let end = self.lines.iter().position(String::is_empty).ok_or("a letter without a text")?;
        let (headers, text) = self.lines.split_at(end);
        let header = |name: &str| {
            headers
                .iter()
                .find_map(|line| line.split_once(": ").filter(|(it, _)| it.eq_ignore_ascii_case(name)))
        };
        let subject = header("Subject").map_or("", |(_, value)| value);
        let text = text[1..].join("\n");
        let text = match header("Content-Transfer-Encoding").map(|(_, value)| value) {
            None | Some("7bit") => text,
            Some("quoted-printable") => unquoted(&text)?,
            Some(other) => return Err(format!("the letter is in {other}")),
        };
        let lines = text.lines().map(str::to_owned);
        Ok([format!("Subject: {subject}")].into_iter().chain(lines).collect())
    }
}

/// Spec: <https://www.rfc-editor.org/rfc/rfc2045#section-6.7>
fn unquoted(text: &str) -> Result<String, String> {
    let text = text.replace("=\n", "");
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at_checked(2).ok_or("half a byte")?;
        bytes.push(u8::from_str_radix(hex, 16).map_err(|error| error.to_string())?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// Speaks with one client.
fn serve(stream: TcpStream, tell: &Sender<Received>) -> std::io::Result<()> {
    let mut answers = stream.try_clone()?;
    let mut say = move |line: &str| answers.write_all(format!("{line}\r\n").as_bytes());
    say("220 mail.example ESMTP")?;
    let (mut to, mut lines, mut is_text) = (Vec::new(), Vec::new(), false);
    for line in BufReader::new(stream).lines() {
        let line = line?;
        if is_text {
            if line == "." {
                is_text = false;
                let letter = Received { to: std::mem::take(&mut to), lines: std::mem::take(&mut lines) };
                // A test that has ended reads no more.
                let _ = tell.send(letter);
                say("250 taken")?;
            } else {
                lines.push(line.strip_prefix('.').unwrap_or(&line).to_owned());
            }
            continue;
        }
        match line.split([' ', ':']).next().unwrap_or_default() {
            "RCPT" => {
                to.extend(
                    line.split_once('<').and_then(|(_, to)| to.split_once('>')).map(|(to, _)| to.to_owned()),
                );
                say("250 fine")?;
            }
            "DATA" => {
                is_text = true;
                say("354 go on")?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 fine")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read() {
        assert_eq!(unquoted("un =C3=A9t=\n=C3=A9 =3D"), Ok("un été =".to_owned()));
        assert!(unquoted("=C").is_err() && unquoted("=zz").is_err());
    }
}
