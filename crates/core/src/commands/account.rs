//! The life of accounts: what their people do with them, and what operators of the server do. NickServ is a face of it.

mod administration;
mod certificate;
mod device;
mod email;
mod ending;
mod export;
mod freeing;
mod identity;
mod info;
mod logout;
mod password;
mod sessions;
mod suspension;

pub(super) use administration::drawn;
pub use administration::{Create, Rename, Reset};
pub use certificate::Cert;
pub use device::Device;
pub use email::{AccountEmail, Email, address_verified};
pub use ending::{Delete, Unregister};
pub use export::Export;
pub use freeing::{Ghost, Regain};
pub use identity::{AccountIdentity, Identity};
pub use info::{Account, Accounts};
pub use logout::Logout;
pub use password::{Passwd, ResetPassword, SendPassword};
pub use sessions::Sessions;
pub use suspension::{Suspend, Unsuspend};

use crate::command::{Context, Outcome};
use crate::names::AccountName;
use crate::refusal::Refusal;
use crate::reply::{AccountAnswer, Reply};
use crate::state;

/// An account by name.
pub(super) fn named<'a>(cx: &Context<'a>, name: &AccountName) -> Result<&'a state::Account, Refusal> {
    let found = cx.state.accounts.get(&name.key());
    found.ok_or_else(|| Refusal::NoSuchAccount(name.as_str().into()))
}

fn answered(outcome: Outcome, answer: AccountAnswer) -> Outcome {
    outcome.reply(Reply::Account(Box::new(answer)))
}
