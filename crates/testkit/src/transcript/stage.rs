//! What a server must be able to do to be played on.

use super::door::Door;
use super::script::{Machine, Over, Setting};

/// One connection, in the order in which they were opened, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat(pub usize);

/// Something that came over a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sound {
    /// A line without its end.
    Line(Vec<u8>),
    /// The server has closed it.
    Closed,
}

/// A running server, on which transcripts are played.
pub trait Stage {
    /// Opens a connection.
    ///
    /// # Errors
    /// When the server does not take it.
    fn connect(&mut self, door: &'static Door, over: &Over) -> Result<Seat, String>;

    /// The same in plain text.
    ///
    /// # Errors
    /// As [`Self::connect`].
    fn open(&mut self, door: &'static Door) -> Result<Seat, String> {
        self.connect(door, &Over::Plain)
    }

    /// Sends bytes, line ends included.
    ///
    /// # Errors
    /// When the connection is closed.
    fn send(&mut self, seat: Seat, bytes: &[u8]) -> Result<(), String>;

    /// Breaks a connection off.
    fn close(&mut self, seat: Seat);

    /// Everything that came since the last time, when all that was begun is at its end: first what came to
    /// `first`, then to the others as they were opened. `least` sounds are waited for where the server may
    /// not have noticed yet what happened.
    ///
    /// # Errors
    /// When the server does not answer any more.
    fn listen(&mut self, first: Option<Seat>, least: usize) -> Result<Vec<(Seat, Sound)>, String>;

    /// Lets time pass.
    ///
    /// # Errors
    /// When the stage has a real clock.
    fn pass(&mut self, seconds: u64) -> Result<(), String>;

    /// Lets something happen to the machine.
    ///
    /// # Errors
    /// When the stage is on a real one.
    fn machine(&mut self, what: Machine) -> Result<(), String>;

    /// Kills the process and starts it again. Nobody hears anything any more.
    ///
    /// # Errors
    /// When it does not start.
    fn crash(&mut self) -> Result<(), String>;

    /// Stops the process, and starts it again. What people heard before it ended comes with the next
    /// [`Stage::listen`].
    ///
    /// # Errors
    /// When it does not stop or start.
    fn restart(&mut self) -> Result<(), String>;

    /// Has the configuration read again, with this key in it.
    ///
    /// # Errors
    /// When it is not taken.
    fn reload(&mut self, setting: &Setting) -> Result<(), String>;

    /// The next letter to a mailbox: its subject, and the lines of its text. It is waited for.
    ///
    /// # Errors
    /// When none comes.
    fn letter(&mut self, mailbox: &str) -> Result<Vec<String>, String>;

    /// To whom letters went that nobody has read.
    fn unread_letters(&mut self) -> Vec<String>;

    /// Runs a command of the server's own command line, and gives what it makes: a code.
    ///
    /// # Errors
    /// When it is refused.
    fn run(&mut self, words: &[String]) -> Result<Option<String>, String>;
}
