//! Answers to those who look after the server. No numerics are made for them, so they are notices.

use colvert_core::reply::OperReply;
use colvert_core::server_bans::ServerBan;
use colvert_core::text::Text;

use super::{Answer, refusals, time};
use crate::numerics::{ERR_PASSWDMISMATCH, ERR_YOUREBANNEDCREEP, RPL_REHASHING};

impl Answer<'_> {
    pub(super) fn oper(&mut self, reply: &OperReply) {
        match reply {
            OperReply::ServerBanned { ban, closed } => {
                self.notice(&format!("Banned: {}. Connections that were closed: {closed}.", row(ban)));
            }
            // Spec: <https://modern.ircdocs.horse/#rplrehashing-382>
            OperReply::Reloaded(reloaded) => {
                self.numeric(RPL_REHASHING, &["configuration"]);
                self.notice(&reloaded.words());
            }
            OperReply::Defcon(level) => self.notice(&format!("The level of defence is {level}.")),
            OperReply::ServerUnbanned(target) => self.notice(&format!("No longer banned: {target}")),
            OperReply::ServerBans(bans) => {
                for ban in bans {
                    self.notice(&row(ban));
                }
                self.notice(&format!("End of the bans of the server: {}", bans.len()));
            }
        }
    }

    /// Spec: <https://modern.ircdocs.horse/#errpasswdmismatch-464>
    pub fn no_password(&mut self) {
        self.numeric(ERR_PASSWDMISMATCH, &[]);
    }

    /// Spec: <https://modern.ircdocs.horse/#erryourebannedcreep-465> (the connection is closed after it)
    pub fn banned(&mut self, reason: Option<&Text>) {
        self.numeric_text(ERR_YOUREBANNEDCREEP, &[], &refusals::banned(reason));
    }
}

/// `10.0.0.0/8 by alice since …, until …: spam`
fn row(ban: &ServerBan) -> String {
    let until =
        ban.until.map_or_else(|| "for good".to_owned(), |until| format!("until {}", time::readable(until)));
    let why = ban.reason.as_ref().map(|reason| format!(": {}", reason.as_str())).unwrap_or_default();
    format!("{} by {} since {}, {until}{why}", ban.named(), ban.by, time::readable(ban.at))
}
