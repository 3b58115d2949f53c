//! Times as people read them: `2026-11-24 14:03`, always UTC.

use colvert_core::ids::Millis;

/// The minute that a time is in.
pub fn minute(time: Millis) -> String {
    let minutes = time.0 / 60_000;
    let (year, month, day) = date(minutes / (24 * 60));
    let (hour, minute) = (minutes / 60 % 24, minutes % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

/// Year, month and day of the day `days` after 1970-01-01, in the Gregorian calendar.
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_IN_400_YEARS: u64 = 146_097;
    const DAYS_FROM_YEAR_0_MARCH_TO_1970: u64 = 719_468;
    // Years that begin in March have their leap day at their end, where it disturbs no month.
    let days = days + DAYS_FROM_YEAR_0_MARCH_TO_1970;
    let (era, day_of_era) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unix_s: u64, expect: &str) {
        assert_eq!(minute(Millis(unix_s * 1000)), expect);
    }

    #[test]
    fn minutes() {
        check(0, "1970-01-01 00:00");
        check(951_782_399, "2000-02-28 23:59");
        check(951_782_400, "2000-02-29 00:00");
        check(1_078_099_200, "2004-03-01 00:00");
        check(1_795_529_039, "2026-11-24 14:03");
        check(4_107_542_399, "2100-02-28 23:59");
        check(4_107_542_400, "2100-03-01 00:00");
    }

    #[test]
    fn any_number_is_a_time() {
        assert!(minute(Millis(u64::MAX)).starts_with("584556019-"));
    }
}
