//! One connection on its way to becoming a session, step by step.

use std::io::{ErrorKind, Read, Write};
use std::net::IpAddr;
use std::sync::Arc;

use colvert_core::command::CloseReason;
use colvert_core::local::Link;

use crate::addresses::Place;
use crate::entrance::{Entrance, Hall};
use crate::mailbox::Arrival;
use crate::proxy::{self, Header};
use crate::stream::Stream;

/// What a TLS handshake's record begins with. Spec: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
const HANDSHAKE: u8 = 0x16;

/// A connection in the lobby.
pub(crate) struct Guest {
    /// Nothing: it broke.
    stream: Option<Stream>,
    hall: Arc<Hall>,
    /// Whose connection it is. Nothing: it came through a socket file.
    address: Option<IpAddr>,
    place: Option<Place>,
    step: Step,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A proxy has to say for whom it connects.
    Proxy,
    /// It is seen whether the peer speaks TLS.
    Look,
    /// TLS is agreed on.
    Agree,
    Done,
}

pub(crate) enum Progress {
    Waiting,
    Ready,
    Gone,
}

impl Guest {
    pub fn new(stream: Stream, hall: Arc<Hall>, address: Option<IpAddr>, place: Option<Place>) -> Self {
        let step = if hall.expects_proxy(address) { Step::Proxy } else { Step::Look };
        Self { stream: Some(stream), hall, address, place, step }
    }

    pub fn stream(&mut self) -> Option<&mut Stream> {
        self.stream.as_mut()
    }

    /// Goes as far as it goes without waiting.
    pub fn advance(&mut self, entrance: &Entrance) -> Progress {
        while self.step != Step::Done {
            let done = match self.step {
                Step::Proxy => self.read_proxy(entrance),
                Step::Look => self.look(),
                Step::Agree => self.agree(),
                Step::Done => Ok(Step::Done),
            };
            match done {
                Ok(next) => self.step = next,
                Err(Stay::Wait) => return Progress::Waiting,
                Err(Stay::Gone) => return Progress::Gone,
                Err(Stay::Foreign) => {
                    self.say_goodbye();
                    return Progress::Gone;
                }
            }
        }
        Progress::Ready
    }

    fn read_proxy(&mut self, entrance: &Entrance) -> Result<Step, Stay> {
        let mut start = [0; proxy::HEADER_BYTES_MAX];
        let n = self.peek(&mut start)?;
        match proxy::header(&start[..n]) {
            Header::Whole { bytes, source } => {
                // They have come: nothing of them is left over, and nothing after them is taken.
                self.stream.as_mut().ok_or(Stay::Gone)?.read_exact(&mut start[..bytes])?;
                if let Some(source) = source.map(|address| address.to_canonical()) {
                    self.address = Some(source);
                    self.place = entrance.place(source).map_err(|_| Stay::Gone)?;
                }
                Ok(Step::Look)
            }
            Header::Partial => Err(Stay::Wait),
            Header::Wrong => Err(Stay::Foreign),
        }
    }

    fn look(&mut self) -> Result<Step, Stay> {
        let Some(tls) = &self.hall.tls else { return Ok(Step::Done) };
        let mut first = [0];
        self.peek(&mut first)?;
        if first != [HANDSHAKE] {
            return Err(Stay::Foreign);
        }
        let under = self.stream.take().ok_or(Stay::Gone)?;
        self.stream = Some(Stream::Tls(Box::new(tls.over(under)?)));
        Ok(Step::Agree)
    }

    fn agree(&mut self) -> Result<Step, Stay> {
        if let Some(Stream::Tls(tls)) = &mut self.stream {
            tls.handshake()?;
        }
        Ok(Step::Done)
    }

    /// Looks at the first bytes without taking them.
    fn peek(&self, bytes: &mut [u8]) -> Result<usize, Stay> {
        match self.stream.as_ref().ok_or(Stay::Gone)?.peek(bytes)? {
            0 => Err(Stay::Gone),
            n => Ok(n),
        }
    }

    /// Says in the door's words that this is not its protocol. They are in plain text, as what was heard was.
    fn say_goodbye(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        let (mut words, info) = (Vec::new(), self.hall.info(self.address));
        self.hall.door.session(&info).goodbye(&CloseReason::WrongProtocol, &mut words);
        // What has come and is not read would make the system throw the words away.
        let mut sink = [0; 4_096];
        while matches!(stream.read(&mut sink), Ok(n) if n == sink.len()) {}
        // A socket that nothing was written to takes a line; one that is broken takes nothing.
        let _ = stream.write(&words);
        stream.finish();
    }

    /// What a gateway gets. Nothing: the stream broke.
    pub fn into_arrival(self) -> Option<Arrival> {
        let stream = self.stream?;
        let mut info = self.hall.info(self.address);
        if let Stream::Tls(tls) = &stream {
            info.link = Link::Secure;
            info.certfp = tls.fingerprint();
        }
        Some(Arrival { stream, door: self.hall.door.clone(), info, place: self.place })
    }
}

/// Why a step is not done.
enum Stay {
    /// The peer has to say more.
    Wait,
    /// It has gone, or has no place here.
    Gone,
    /// It speaks something else.
    Foreign,
}

impl From<std::io::Error> for Stay {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == ErrorKind::WouldBlock { Self::Wait } else { Self::Gone }
    }
}
