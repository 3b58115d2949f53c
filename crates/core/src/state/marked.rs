//! What somebody put on a channel at a time: its topic, an entry of a list.

use minicbor::{CborLen, Decode, Encode};

use crate::ids::Millis;
use crate::names::Nick;
use crate::text::Text;

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct Topic {
    #[n(0)]
    pub text: Text,
    #[n(1)]
    pub by: Nick,
    #[n(2)]
    pub at: Millis,
}

/// Who put a mask on a list, and when. Nobody: the server itself.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
pub struct ListEntry {
    #[n(0)]
    pub by: Option<Nick>,
    #[n(1)]
    pub at: Millis,
    /// When it goes by itself.
    #[n(2)]
    pub until: Option<Millis>,
}
