//! What is said when connection registration is complete, and the questions that ask for it again.
//! Spec: <https://modern.ircdocs.horse/#connection-registration>

use colvert_core::ids::Millis;
use colvert_core::modes::{Flag, LETTERS_WITH_PARAMETER, ListMode, Status};
use colvert_core::reply::{Lusers, Welcome};

use super::{Answer, line, modes, own, time};
use crate::caps::Caps;
use crate::door::VERSION;
use crate::message::BODY_BARE_BYTES_MAX;
use crate::numerics::*;

impl Answer<'_> {
    pub(super) fn welcome(&mut self, welcome: &Welcome) {
        let door = self.door;
        let mask = welcome.source.mask();
        self.numeric_text(RPL_WELCOME, &[], &RPL_WELCOME.filled(&[&door.network, &mask]));
        self.numeric_text(RPL_YOURHOST, &[], &RPL_YOURHOST.filled(&[&door.server, VERSION]));
        self.numeric_text(RPL_CREATED, &[], &RPL_CREATED.filled(&[&door.created]));
        self.my_info();
        self.isupport(&door.isupport);
        // Spec: <https://github.com/ircv3/ircv3-specifications/pull/503> (after the last 005, before the message of the day)
        if let Some(told) = welcome.persistence.filter(|_| self.caps.in_effect(Caps::DRAFT_PERSISTENCE)) {
            own::persistence(self.out, &door.server, told);
        }
        self.lusers(&welcome.lusers);
        if self.caps.has_metadata() {
            self.own_metadata(&welcome.metadata);
        }
        self.motd(&welcome.motd);
    }

    fn my_info(&mut self) {
        let user = modes::of_users();
        let flags = Flag::ALL.iter().map(|(_, letter)| *letter);
        let with_param = || {
            let lists = ListMode::ALL.iter().map(|(_, letter)| *letter);
            lists
                .chain(['k'])
                .chain(LETTERS_WITH_PARAMETER.chars())
                .chain(Status::ALL.iter().map(|(_, letter, _)| *letter))
        };
        let all: String = flags.chain(with_param()).collect();
        let with_param: String = with_param().collect();
        let door = self.door;
        self.numeric(RPL_MYINFO, &[&door.server, VERSION, &user, &all, &with_param]);
    }

    /// Spec: <https://ircv3.net/specs/extensions/extended-isupport#draftisupport-batch>
    pub(super) fn isupport(&mut self, lines: &[Vec<String>]) {
        let is_batched =
            self.caps.in_effect(Caps::BATCH) && self.caps.in_effect(Caps::DRAFT_EXTENDED_ISUPPORT);
        if is_batched {
            self.batch("draft/isupport", &[], |answer| answer.isupport_lines(lines))
        } else {
            self.isupport_lines(lines)
        }
    }

    fn isupport_lines(&mut self, lines: &[Vec<String>]) {
        for tokens in lines {
            let tokens: Vec<_> = tokens.iter().map(String::as_str).collect();
            self.numeric(RPL_ISUPPORT, &tokens);
        }
    }

    /// Spec: <https://modern.ircdocs.horse/#lusers-message>
    /// Departs: 251 tells those who are not invisible, and not all, before the invisible ones, because clients read it so: every
    /// other server says so, and adds both up.
    pub(super) fn lusers(&mut self, lusers: &Lusers) {
        let visible = lusers.users.saturating_sub(lusers.invisible).to_string();
        let [users, invisible, opers, unknown, channels, sessions] =
            [lusers.users, lusers.invisible, lusers.opers, lusers.unknown, lusers.channels, lusers.sessions]
                .map(|count| count.to_string());
        self.numeric_text(RPL_LUSERCLIENT, &[], &RPL_LUSERCLIENT.filled(&[&visible, &invisible]));
        self.numeric(RPL_LUSEROP, &[&opers]);
        self.numeric(RPL_LUSERUNKNOWN, &[&unknown]);
        self.numeric(RPL_LUSERCHANNELS, &[&channels]);
        self.numeric_text(RPL_LUSERME, &[], &RPL_LUSERME.filled(&[&sessions]));
        let counts = [users.as_str(), &lusers.users_max.to_string()];
        for numeric in [RPL_LOCALUSERS, RPL_GLOBALUSERS] {
            self.numeric_text(numeric, &counts, &numeric.filled(&counts));
        }
    }

    /// Spec: <https://modern.ircdocs.horse/#motd-message>
    pub(super) fn motd(&mut self, lines: &[String]) {
        if lines.is_empty() {
            return self.numeric(ERR_NOMOTD, &[]);
        }
        let door = self.door;
        self.numeric_text(RPL_MOTDSTART, &[], &RPL_MOTDSTART.filled(&[&door.server]));
        let around = format!(":{} {RPL_MOTD} {} :- ", door.server, self.nick).len();
        let room = BODY_BARE_BYTES_MAX.saturating_sub(around);
        for piece in lines.iter().flat_map(|line| line::wrap(line, room)) {
            self.numeric_text(RPL_MOTD, &[], &RPL_MOTD.filled(&[piece]));
        }
        self.numeric(RPL_ENDOFMOTD, &[]);
    }

    /// Spec: <https://modern.ircdocs.horse/#version-message>
    pub(super) fn version(&mut self) {
        let door = self.door;
        self.numeric_text(RPL_VERSION, &[VERSION, &door.server], "");
        self.isupport(&door.isupport);
    }

    /// Spec: <https://modern.ircdocs.horse/#time-message>
    pub(super) fn time(&mut self, now: Millis) {
        let door = self.door;
        self.numeric_text(RPL_TIME, &[&door.server, &now.unix_s().to_string()], &time::readable(now));
    }
}
