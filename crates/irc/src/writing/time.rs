//! Times as people and clients read them. UTC, without a clock: what is shown was ordered or asked for.

use colvert_core::ids::Millis;

/// A calendar date and time of day.
struct Civil {
    year: u64,
    month: u64,
    day: u64,
    second_of_day: u64,
}

impl Civil {
    /// Counts in years that begin on 1 March, so that a leap day is the last of its year, and in eras of
    /// 400 years, which all have as many days.
    fn of(time: Millis) -> Self {
        const DAYS_OF_ERA: u64 = 146_097;
        const DAYS_FROM_YEAR_0: u64 = 719_468;
        let (days, second_of_day) = (time.unix_s() / 86_400, time.unix_s() % 86_400);
        let days = days + DAYS_FROM_YEAR_0;
        let (era, day_of_era) = (days / DAYS_OF_ERA, days % DAYS_OF_ERA);
        let leap_days = day_of_era / 1_460 + day_of_era / (DAYS_OF_ERA - 1) - day_of_era / 36_524;
        let year_of_era = (day_of_era - leap_days) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Months from March on: 31, 30, 31, 30, 31, twice and a half; 153 days for each five.
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        Self { year, month, day, second_of_day }
    }

    fn clock(&self) -> (u64, u64, u64) {
        (self.second_of_day / 3600, self.second_of_day / 60 % 60, self.second_of_day % 60)
    }
}

/// `2026-11-24T13:04:05.678Z`. Spec: <https://ircv3.net/specs/extensions/server-time>
pub fn iso(time: Millis) -> String {
    let civil = Civil::of(time);
    let (hour, minute, second) = civil.clock();
    let Civil { year, month, day, .. } = civil;
    let millis = time.0 % 1000;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// `2026-11-24 13:04:05 UTC`.
pub fn readable(time: Millis) -> String {
    let civil = Civil::of(time);
    let (hour, minute, second) = civil.clock();
    let Civil { year, month, day, .. } = civil;
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_319_042_211_620, "2011-10-19T16:36:51.620Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(iso(Millis(ms)), text);
        }
        assert_eq!(readable(Millis(1_319_042_211_620)), "2011-10-19 16:36:51 UTC");
    }
}
