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
use crate::websocket::handshake::{Opening, REQUEST_BYTES_MAX, Status, opening};
use crate::websocket::{WebSocketStream, forwarded};

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
    /// What has come of a WebSocket's request.
    request: Vec<u8>,
    /// A web server that is trusted says that nobody can listen on the way to it.
    is_secure: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A proxy has to say for whom it connects.
    Proxy,
    /// It is seen whether the peer speaks TLS.
    Look,
    /// TLS is agreed on.
    Agree,
    /// A WebSocket is asked for.
    Ask,
    /// It is answered.
    Answer,
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
        Self { stream: Some(stream), hall, address, place, step, request: Vec::new(), is_secure: false }
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
                Step::Ask => self.ask(entrance),
                Step::Answer => self.answer(),
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
                Err(Stay::Refused(status)) => {
                    self.last_words(status.response().as_bytes());
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
                self.connects_for(source, entrance)?;
                Ok(Step::Look)
            }
            Header::Partial => Err(Stay::Wait),
            Header::Wrong => Err(Stay::Foreign),
        }
    }

    /// Counts the connection where it belongs: for whom it is, or, where nobody was named, for the proxy itself.
    fn connects_for(&mut self, source: Option<IpAddr>, entrance: &Entrance) -> Result<(), Stay> {
        let counted = match source.map(|address| address.to_canonical()) {
            Some(source) => self.address.insert(source),
            None if self.place.is_some() => return Ok(()),
            None => match &self.address {
                Some(own) => own,
                None => return Ok(()),
            },
        };
        self.place = entrance.place(*counted).map_err(|_| Stay::Gone)?;
        Ok(())
    }

    fn look(&mut self) -> Result<Step, Stay> {
        let Some(tls) = &self.hall.tls else { return Ok(self.after_tls()) };
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
        Ok(self.after_tls())
    }

    fn after_tls(&self) -> Step {
        if self.hall.web.is_some() { Step::Ask } else { Step::Done }
    }

    /// Reads a WebSocket's request.
    fn ask(&mut self, entrance: &Entrance) -> Result<Step, Stay> {
        let hall = self.hall.clone();
        let Some(web) = &hall.web else { return Ok(Step::Done) };
        let (messages, response, bytes) = loop {
            match opening(&self.request) {
                Opening::Whole(bytes, request) => {
                    let (messages, response) = request.accept(&web.origins).map_err(Stay::Refused)?;
                    let hands = hall.is_web_proxy(self.address).then(|| {
                        let is_secure = request.forwarded_proto.is_some_and(|proto| proto == "https");
                        (forwarded::source(&request.forwarded_for, &web.proxies), is_secure)
                    });
                    if let Some((source, is_secure)) = hands {
                        let source = source.map_err(|()| Stay::Refused(Status::BadRequest))?;
                        self.connects_for(source, entrance)?;
                        self.is_secure = is_secure;
                    }
                    break (messages, response, bytes);
                }
                Opening::Wrong(status) => return Err(Stay::Refused(status)),
                Opening::Partial => self.read_request()?,
            }
        };
        let early = self.request.split_off(bytes);
        self.request = Vec::new();
        let under = self.stream.take().ok_or(Stay::Gone)?;
        let web = WebSocketStream::new(under, messages, response, early);
        self.stream = Some(Stream::WebSocket(Box::new(web)));
        Ok(Step::Answer)
    }

    fn read_request(&mut self) -> Result<(), Stay> {
        let mut piece = [0; 2_048];
        let room = piece.len().min(REQUEST_BYTES_MAX.saturating_sub(self.request.len()));
        let stream = self.stream.as_mut().ok_or(Stay::Gone)?;
        match stream.read(&mut piece[..room])? {
            0 => Err(Stay::Gone),
            n => {
                self.request.extend_from_slice(&piece[..n]);
                Ok(())
            }
        }
    }

    fn answer(&mut self) -> Result<Step, Stay> {
        self.stream.as_mut().ok_or(Stay::Gone)?.flush()?;
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
        let (mut words, info) = (Vec::new(), self.hall.info(self.address));
        self.hall.door.session(&info).goodbye(&CloseReason::WrongProtocol, &mut words);
        self.last_words(&words);
    }

    fn last_words(&mut self, words: &[u8]) {
        let Some(stream) = &mut self.stream else { return };
        // What has come and is not read would make the system throw the words away.
        let mut sink = [0; 4_096];
        while matches!(stream.read(&mut sink), Ok(n) if n == sink.len()) {}
        // A socket that nothing was written to takes a line; one that is broken takes nothing.
        let _ = stream.write(words);
        stream.finish();
    }

    /// What a gateway gets. Nothing: the stream broke.
    pub fn into_arrival(self) -> Option<Arrival> {
        let stream = self.stream?;
        let mut info = self.hall.info(self.address);
        if let Some(tls) = stream.tls() {
            info.more.certfp = tls.fingerprint();
        }
        if stream.tls().is_some() || self.is_secure {
            info.link = Link::Secure;
        } else if self.hall.web.is_some() {
            info.link = Link::Web;
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
    /// It asks for what it does not get.
    Refused(Status),
}

impl From<std::io::Error> for Stay {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == ErrorKind::WouldBlock { Self::Wait } else { Self::Gone }
    }
}
