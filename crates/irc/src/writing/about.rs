//! What the server says of itself.

use colvert_core::ids::Millis;
use colvert_core::reply::Stats;
use colvert_core::text::Text;

use super::Answer;
use crate::door::VERSION;
use crate::numerics::*;

impl Answer<'_> {
    /// Spec: <https://modern.ircdocs.horse/#info-message>
    pub(super) fn info(&mut self) {
        let since = format!("Running since {}", self.door.created);
        for line in [VERSION, "A chat server: one conversation, many doors, kept on disk.", &since] {
            self.numeric_text(RPL_INFO, &[], line);
        }
        self.numeric(RPL_ENDOFINFO, &[]);
    }

    /// Spec: <https://modern.ircdocs.horse/#admin-message>
    pub(super) fn admin(&mut self, lines: &[String]) {
        let door = self.door;
        if lines.is_empty() {
            return self.numeric(ERR_NOADMININFO, &[&door.server]);
        }
        self.numeric(RPL_ADMINME, &[&door.server]);
        for (numeric, line) in [RPL_ADMINLOC1, RPL_ADMINLOC2, RPL_ADMINEMAIL].into_iter().zip(lines) {
            self.numeric_text(numeric, &[], line);
        }
    }

    /// Spec: <https://modern.ircdocs.horse/#links-message>
    pub(super) fn links(&mut self, mask: &str, shown: bool) {
        let door = self.door;
        if shown {
            self.numeric_text(RPL_LINKS, &[&door.server, &door.server], &format!("0 {}", door.description));
        }
        self.numeric(RPL_ENDOFLINKS, &[mask]);
    }

    /// Spec: <https://modern.ircdocs.horse/#stats-message>
    pub(super) fn stats(&mut self, query: &str, told: &Stats) {
        match told {
            Stats::Uptime(now) => self.uptime(*now),
            Stats::Opers(opers) => {
                for (nick, class) in opers {
                    self.numeric_text(RPL_STATSDEBUG, &["p"], &format!("{nick} ({class})"));
                }
            }
            Stats::Bans(bans) => {
                for ban in bans {
                    let lasts_s = ban.until.map_or(0, |until| until.0.saturating_sub(ban.at.0) / 1_000);
                    let (target, at) = (ban.target.to_string(), ban.at.unix_s().to_string());
                    let words = ["K", &target, &at, &lasts_s.to_string(), &ban.by];
                    let reason = ban.reason.as_ref().map_or("", Text::as_str);
                    self.numeric_text(RPL_STATSKLINE, &words, reason);
                }
            }
            Stats::Nothing => {}
        }
        self.numeric(RPL_ENDOFSTATS, &[query]);
    }

    fn uptime(&mut self, now: Millis) {
        let seconds = now.0.saturating_sub(self.door.started.0) / 1_000;
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        let clock = format!("{}:{:02}:{:02}", rest / 3_600, rest / 60 % 60, rest % 60);
        self.numeric_text(RPL_STATSUPTIME, &[], &RPL_STATSUPTIME.filled(&[&days.to_string(), &clock]));
    }
}
