//! Requests of the server's own command line, by way of the control socket.

use std::sync::mpsc::Sender;

use colvert_core::command::{Act, Entry};
use colvert_core::refusal::Refusal;
use colvert_core::reply::Reply;

/// A command with every right.
pub struct ControlRequest {
    pub entry: &'static Entry,
    pub act: Box<dyn Act>,
    pub answer: Answerer,
}

/// Where the answer goes once it is durable.
pub type Answerer = Sender<ControlAnswer>;

/// What the command came to.
pub type ControlAnswer = Result<Vec<Reply>, Refusal>;
